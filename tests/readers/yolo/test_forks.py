"""Modules of YOLOv7's family and of other repositories that are made of YOLOv5's; their files list anchors."""

from itertools import pairwise

import pytest

import rfcli
from readers.yolo.rows import LEVELS, block, full, ghost, neck, report_of, written


def report_of_fork(row, size=64):
    return report_of(written([row], channels=64, anchors=3), size)


def rep(c1, c2, identity=False):
    """A kernel of 3, one of 1 and, where map and channels are kept, a norm of the input."""
    return block(c1, c2, 3) + block(c1, c2) + (2 * c1 if identity else 0)


def res(c, hidden=None, groups=1):
    hidden = hidden or c
    return block(c, hidden) + block(hidden, hidden, 3, groups) + block(hidden, c)


def rep_res(c, hidden=None, groups=1):
    hidden = hidden or c
    wide = hidden // groups * hidden * 10 + 4 * hidden + 2 * hidden
    return block(c, hidden) + wide + block(hidden, c)


def ghost_unit(c):
    return ghost(c, c // 2) + ghost(c // 2, c)


def ways(unit, c, n=1):
    """Stages of 64 channels by their way, with units of c hidden channels: A, B, C."""
    return {
        "A": 2 * block(64, 32) + n * unit(32) + block(64, 64),
        "B": block(64, 64) + block(64, 64) + n * unit(64) + block(128, 64),
        "C": 2 * block(64, 32) + n * unit(32) + block(32, 32) + block(64, 64),
    }[c]


def spp_csp(block=block):
    return 2 * block(64, 64) + block(64, 64, 3) + block(64, 64) + block(256, 64) + block(64, 64, 3) + block(128, 64)


def ghosts(c1, c2, k=1):
    return block(c1, c2 // 2, k) + block(c2 // 2, c2 // 2, 5, c2 // 2)


def conv_next(c):
    return full(c, c, 7, c) + 2 * c + full(c, 4 * c) + full(4 * c, c) + c


def hor(c):
    widths = [c // 16, c // 8, c // 4, c // 2, c]
    gates = full(c, 2 * c) + full(sum(widths), sum(widths), 7, sum(widths)) + full(c, c)
    gates += sum(full(a, b) for a, b in pairwise(widths))
    return 4 * c + gates + full(c, 4 * c) + full(4 * c, c) + 2 * c


SPP = block(64, 64) + 64 * 64 + block(64, 64, 3) + block(64, 64) + block(256, 64) + block(64, 64, 3) + 256
ROWS = {
    # row: parameters, channels, (field size, stride)
    "[-1, 1, MP, []]": (0, 64, (2, 2)),
    "[-1, 1, MP, [3]]": (0, 64, (3, 3)),
    "[-1, 1, SP, [5, 1]]": (0, 64, (5, 1)),
    "[-1, 1, ReOrg, []]": (0, 256, (2, 2)),
    "[-1, 1, space_to_depth, [1]]": (0, 256, (2, 2)),
    "[-1, 1, Silence, []]": (0, 64, (1, 1)),
    "[-1, 1, Foldcut, []]": (0, 32, (1, 1)),
    "[-1, 1, Conv, [32, 3, 2, None, 1, nn.LeakyReLU(0.1)]]": (block(64, 32, 3), 32, (3, 2)),
    "[-1, 1, Conv, [32, 3, 1, None, 1, 2, nn.ReLU()]]": (block(64, 32, 3), 32, (5, 1)),
    "[-1, 1, DWConv, [64, 3, 2, False]]": (block(64, 64, 3, 64), 64, (3, 2)),
    "[-1, 1, RepConv, [256, 3, 1]]": (rep(64, 256), 256, (3, 1)),
    "[-1, 1, RepConv, [64, 3, 1]]": (rep(64, 64, True), 64, (3, 1)),
    "[-1, 1, RepConv, [64, 3, 2]]": (rep(64, 64), 64, (3, 2)),
    "[-1, 1, RepConv, [64, 3, 1, 1, 1, nn.ReLU()]]": (rep(64, 64, True), 64, (3, 1)),
    "[-1, 1, RepVGGBlockv6, [128, 3, 2]]": (rep(64, 128), 128, (3, 2)),
    "[-1, 1, RobustConv, [128]]": (block(64, 64, 7, 64) + full(64, 128) + 128, 128, (7, 1)),
    "[-1, 1, GSConv, [32, 3, 2]]": (block(64, 16, 3) + block(16, 16, 5, 16), 32, (11, 2)),
    "[-1, 1, Stem, [64]]": (block(64, 32, 3) + block(32, 32) + block(32, 32, 3) + block(64, 64), 64, (7, 4)),
    "[-1, 1, GhostStem, [64]]": (
        ghosts(64, 32, 3) + ghosts(32, 32) + ghosts(32, 32, 3) + ghosts(64, 64), 64, (55, 4)),
    "[-1, 3, DownC, [128]]": (block(64, 64) + block(64, 64, 3) + block(64, 64), 128, (3, 2)),
    "[-1, 1, SPPCSPC, [64]]": (spp_csp(), 64, (17, 1)),
    "[-1, 3, SPPCSPC, [64]]": (spp_csp(), 64, (17, 1)),
    "[-1, 1, GhostSPPCSPC, [64]]": (spp_csp(ghosts), 64, (41, 1)),
    "[-1, 1, SPPCSPC_group, [64]]": (spp_csp(lambda a, b, k=1: block(a, b, k, 4)), 64, (17, 1)),
    "[-1, 1, SPPFCSPC, [64]]": (spp_csp(), 64, (17, 1)),
    "[-1, 1, SPPCSP, [64]]": (SPP + block(128, 64), 64, (17, 1)),
    "[-1, 2, BottleneckCSP2, [64]]": (
        block(64, 64) + 2 * neck(64, 1) + 64 * 64 + 256 + block(128, 64), 64, (5, 1)),
    "[-1, 2, BottleneckCSPF, [64]]": (
        block(64, 32) + 2 * neck(32, 1) + 64 * 32 + 128 + block(64, 64), 64, (5, 1)),
    "[-1, 2, C3C2, [64]]": (64 * 32 + 64 + 2 * neck(32, 1) + block(64, 64), 64, (5, 1)),
    "[-1, 1, Res, [64]]": (res(64, 32), 64, (3, 1)),
    "[-1, 1, ResX, [64]]": (res(64, 32, 32), 64, (3, 1)),
    "[-1, 1, RepRes, [64]]": (rep_res(64, 32), 64, (3, 1)),
    "[-1, 1, RepResX, [64]]": (rep_res(64, 32, 32), 64, (3, 1)),
    "[-1, 1, RepBottleneck, [64]]": (block(64, 32) + rep(32, 64), 64, (3, 1)),
    "[-1, 1, Ghost, [64]]": (ghost_unit(64), 64, (9, 1)),
    "[-1, 1, Ghost, [128, 3, 2]]": (
        ghost(64, 64) + block(64, 64, 3, 64) + ghost(64, 128) + block(64, 64, 3, 64) + block(64, 128), 128, (15, 2)),
    **{f"[-1, 2, BottleneckCSP{way}, [64]]": (ways(lambda c: neck(c, 1), way, 2), 64, (5, 1)) for way in "ABC"},
    **{f"[-1, 1, ResCSP{way}, [64]]": (ways(lambda c: res(c, c // 2), way), 64, (3, 1)) for way in "ABC"},
    **{f"[-1, 1, ResXCSP{way}, [64]]": (ways(lambda c: res(c, c, 32), way), 64, (3, 1)) for way in "ABC"},
    **{f"[-1, 1, RepResCSP{way}, [64]]": (ways(lambda c: rep_res(c, c // 2), way), 64, (3, 1)) for way in "ABC"},
    **{f"[-1, 1, RepResXCSP{way}, [128, False, 4]]": (
        {"A": 2 * block(64, 64) + rep_res(64, 32, 4) + block(128, 128),
         "B": block(64, 128) + block(128, 128) + rep_res(128, 64, 4) + block(256, 128),
         "C": 2 * block(64, 64) + rep_res(64, 32, 4) + block(64, 64) + block(128, 128)}[way], 128, (3, 1))
       for way in "ABC"},
    **{f"[-1, 1, GhostCSP{way}, [64]]": (ways(ghost_unit, way), 64, (9, 1)) for way in "ABC"},
    "[-1, 3, ConvNextBlock, [64]]": (conv_next(64), 64, (7, 1)),
    "[-1, 2, CNeB, [64]]": (2 * block(64, 32) + 2 * conv_next(32) + block(64, 64), 64, (13, 1)),
    "[-1, 3, HorBlock, [64]]": (hor(64), 64, (7, 1)),
    "[-1, 2, C3HB, [64]]": (2 * block(64, 32) + 2 * hor(32) + block(64, 64), 64, (13, 1)),
    "[-1, 1, nn.ConvTranspose2d, [64, 4, 2, 1, 0, 64]]": (64 * 16 + 64, 64, (2, 0.5)),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_module(row):
    params, channels, (size, stride) = ROWS[row]
    report = report_of_fork(row)
    layer = report.layer(report.outputs[0])
    assert (report.total.params, layer.channels) == (params, channels)
    assert (layer.receptive_field.size, layer.receptive_field.stride) == ((size, size), (stride, stride))


GATED = {
    # row: parameters, field along the local path
    "[-1, 1, CBAM, [64]]": (full(64, 4) + full(4, 64) + full(2, 1, 7), 7),
    "[-1, 1, SEAttention, [64, 8]]": (2 * 64 * 8, 1),
}


@pytest.mark.parametrize("row", GATED)
def test_gates_see_all(row):
    report = report_of_fork(row)
    layer = report.layer(report.outputs[0])
    assert (report.total.params, layer.channels, layer.output_size) == (GATED[row][0], 64, (64, 64))
    assert (layer.receptive_field.globally, layer.receptive_field.size) == (True, (GATED[row][1],) * 2)


MERGES = {
    "[[0, 1], 1, Shortcut, [0]]": 128,
    "[[0, 1], 1, Chuncat, [1]]": 256,
}


@pytest.mark.parametrize("row", MERGES)
def test_merge(row):
    rows = ["[-1, 1, Conv, [128, 3]]", "[0, 1, Conv, [128, 3]]", row]
    report = report_of(written(rows, channels=64, anchors=3), 16)
    assert report.layer(report.outputs[0]).channels == MERGES[row]
    assert report.layer(report.outputs[0]).receptive_field.size == (5, 5)


def test_the_same_names_mean_ultralytics_modules_where_no_anchors_are_listed():
    report = report_of(written(["[-1, 1, RepConv, [64, 128]]"], channels=64), 64)
    assert report.layer("repconv_0").channels == 128
    with pytest.raises(rfcli.DescriptionError, match="RepConv"):
        report_of(written(["[-1, 1, RepConv, [256, 3, 1]]"], channels=64), 64)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("[-1, 1, RepConv, [64, 5]]", "RepConv: RepConv has kernel 3 and padding 1, is given [5, null]"),
        ("[-1, 1, CBAM, [128]]", "CBAM: its 128 channels must be those of its input, which has 64"),
        ("[-1, 1, Ghost, [128]]", "Ghost: its 128 channels must be those of its input, which has 64"),
        ("[-1, 1, Conv, [8, 3, 1, None, 1, nn.Wonder(1)]]", "Conv: d must be true, false or an activation of torch"),
        ("[-1, 1, RepBottleneck, [64, True, 1, 1.0]]", "RepBottleneck: e must be 0.5, is 1.0"),
        ("[[-1, -1, -1], 1, Shortcut, [0]]", "Shortcut: it adds two maps, from names 3"),
        ("[-1, 1, HorBlock, [64, 3]]", "HorBlock: it takes up to 1 arguments, 2 are given"),
    ],
)
def test_what_is_wrong_is_told(row, message):
    with pytest.raises(rfcli.DescriptionError) as raised:
        report_of_fork(row)
    assert raised.value.diagnostics[0].message.startswith(message)


def test_bottlenecks_begin_with_1_but_for_the_ninth():
    """YOLOv9's files list anchors too; its bottlenecks have two kernels of 3."""
    rows = [*LEVELS, "[-1, 1, Bottleneck, [128]]"]
    seventh = report_of(written(rows, ["[[0, 2], 1, IDetect, [nc, anchors]]"], anchors=3), 64)
    ninth = report_of(written(rows, ["[[0, 2], 1, DDetect, [nc]]"], anchors=3), 64)
    assert [one.layer("bottleneck_2").receptive_field.size for one in (seventh, ninth)] == [(15, 15), (23, 23)]
