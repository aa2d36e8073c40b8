"""Tiles: stitched outputs equal one pass over the whole, bit for bit, on networks that are really run.

The runner below computes 1-D networks with integers: random weights, zero padding, true pools. It knows nothing of
receptive fields.
"""

from __future__ import annotations

import json
import subprocess
import sys
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle.against import thorough

import rfcli


def same_padding(n, kernel, stride):
    total = max((-(-n // stride) - 1) * stride + kernel - n, 0)
    return total // 2, total - total // 2


class Runner:
    """Runs a list of layers on a signal of integers; a layer is (kind, parameters), `skip` names an earlier one."""

    def __init__(self, layers, seed=1):
        self.layers = layers
        random = Random(seed)
        self.weights = {
            layer["name"]: [random.choice([-3, -2, 1, 2, 5]) for _ in range(layer.get("kernel", 1))] for layer in layers
        }

    def __call__(self, signal):
        maps = {"input": signal}
        last = "input"
        for layer in self.layers:
            inputs = [maps[name] for name in layer.get("inputs", [last])]
            maps[layer["name"]] = getattr(self, layer["type"])(layer, *inputs)
            last = layer["name"]
        return maps[last]

    def windows(self, layer, x):
        kernel, stride, gap = layer["kernel"], layer.get("stride", 1), layer.get("dilation", 1)
        reach = gap * (kernel - 1) + 1
        padding = layer.get("padding", 0)
        before, after = same_padding(len(x), reach, stride) if padding == "same" else (padding, padding)
        padded = [None] * before + x + [None] * after
        for start in range(0, len(padded) - reach + 1, stride):
            yield padded[start : start + reach : gap]

    def conv(self, layer, x):
        weights = self.weights[layer["name"]]
        return [
            sum(w * v for w, v in zip(weights, w_in, strict=True) if v is not None) for w_in in self.windows(layer, x)
        ]

    def max_pool(self, layer, x):
        return [max(v for v in window if v is not None) for window in self.windows(layer, x)]

    def relu(self, layer, x):
        return [max(v, 0) for v in x]

    def upsample(self, layer, x):
        return [v for v in x for _ in range(layer["scale"])]

    def conv_transpose(self, layer, x):
        kernel, stride = layer["kernel"], layer["stride"]
        out = [0] * ((len(x) - 1) * stride + kernel)
        for i, v in enumerate(x):
            for t, weight in enumerate(self.weights[layer["name"]]):
                out[i * stride + t] += weight * v
        return out

    def add(self, layer, x, y):
        return [a + 3 * b for a, b in zip(x, y, strict=True)]

    def crop(self, layer, x):
        before, after = layer["cropping"][0]
        return x[before : len(x) - after]


NETWORKS = {
    "plain": [
        {"type": "conv", "kernel": 3, "padding": 1},
        {"type": "relu"},
        {"type": "conv", "kernel": 5, "padding": 2},
    ],
    "dilated": [{"type": "conv", "kernel": 3, "dilation": d, "padding": d} for d in (1, 2, 4)],
    "valid": [
        {"type": "conv", "kernel": 3},
        {"type": "max_pool", "kernel": 2, "stride": 2},
        {"type": "conv", "kernel": 3},
    ],
    "strided": [
        {"type": "conv", "kernel": 7, "stride": 2, "padding": 3},
        {"type": "max_pool", "kernel": 3, "stride": 2, "padding": 1},
        {"type": "conv", "kernel": 3, "padding": 1},
    ],
    "same": [
        {"type": "conv", "kernel": 3, "stride": 2, "padding": "same"},
        {"type": "relu"},
        {"type": "conv", "kernel": 4, "stride": 3, "padding": "same"},
        {"type": "conv", "kernel": 3, "padding": "same"},
    ],
    "residual": [
        {"name": "a", "type": "conv", "kernel": 3, "padding": 1},
        {"name": "b", "type": "conv", "kernel": 3, "padding": 1},
        {"name": "c", "type": "add", "inputs": ["a", "b"]},
        {"type": "relu"},
    ],
    "decoder": [
        {"name": "a", "type": "conv", "kernel": 3, "padding": 1},
        {"name": "down", "type": "max_pool", "kernel": 2, "stride": 2},
        {"name": "b", "type": "conv", "kernel": 3, "padding": 1},
        {"name": "up", "type": "conv_transpose", "kernel": 2, "stride": 2},
        {"name": "c", "type": "add", "inputs": ["a", "up"]},
        {"name": "d", "type": "conv", "kernel": 3, "padding": 1},
    ],
    "upsampled": [
        {"type": "conv", "kernel": 4, "stride": 4},
        {"type": "upsample", "scale": 2},
        {"type": "conv", "kernel": 3, "padding": 1},
        {"type": "upsample", "scale": 2},
    ],
}
SIZES = {"decoder": 96, "upsampled": 96}
"""Sizes that fit; 97 elsewhere, which no stride divides."""


def described(layers, size):
    named = [{"name": f"l{number}", **layer} for number, layer in enumerate(layers)]
    shown = [{**layer, **({"filters": 1} if layer["type"].startswith("conv") else {})} for layer in named]
    document = {"format": 1, "input": {"size": [size], "channels": 1}, "layers": shown}
    return named, rfcli.compute(rfcli.loads(json.dumps(document), "net.json"))


def stitched(run, signal, tiles, outputs):
    """What the tiles give where they are valid; None where none is."""
    found = [None] * outputs
    for (start, end), (first, last) in tiles:
        offset = outputs_before(run, signal, start)
        part = run(signal[start:end])
        for o in range(first, last):
            found[o] = part[o - offset]
    return found


def outputs_before(run, signal, start):
    """By how many outputs a tile that starts there lies behind: as many as the map of that much more signal grows."""
    return len(run(signal + [0] * start)) - len(run(signal))


@pytest.mark.parametrize("most", [40, 53, 64])
@pytest.mark.parametrize("name", NETWORKS)
def test_stitched_equals_the_whole(name, most):
    size = SIZES.get(name, 97)
    layers, report = described(NETWORKS[name], size)
    run, signal = Runner(layers), noise(size)
    (axis,) = rfcli.tiles(report, report.outputs[0], [most])
    whole = run(signal)
    assert len(axis.tiles) > 1
    assert all(end - start == axis.tile <= most for (start, end), _ in axis.tiles)
    assert all(start % axis.multiple == 0 for (start, _), _ in axis.tiles)
    valid = [span for _, span in axis.tiles]
    assert valid[0][0] == 0 and valid[-1][1] == len(whole)
    assert all(a[1] == b[0] for a, b in pairwise(valid))
    assert stitched(run, signal, axis.tiles, len(whole)) == whole


def noise(size):
    random = Random(7)
    return [random.randrange(-50, 50) for _ in range(size)]


@pytest.mark.parametrize("name", NETWORKS)
def test_a_sample_less_of_halo_is_wrong(name):
    """The window that outputs c to d need is [c*S - before, d*S + after): cutting a sample off changes an output."""
    size = SIZES.get(name, 97)
    layers, report = described(NETWORKS[name], size)
    run, signal = Runner(layers), noise(size)
    (axis,) = rfcli.tiles(report, report.outputs[0], [64])
    before, after = axis.halo
    whole = run(signal)
    field = report.sight.axes[0].fields.local[-1]
    outputs = len(field.phases)
    middle = (size // 2 // field.shift) * outputs

    def changed(first, more, less):
        """Whether outputs of the run `first` to `first` + 2 periods differ when everything but their window, cut by
        some samples at either end, gets other values; several are tried."""
        last = first + 2 * outputs
        start = first * field.shift // outputs - before + more
        end = -(-last * field.shift // outputs) + after - less
        assert start >= 0 and end <= size
        for seed in range(6):
            other = Random(seed)
            mixed = [v if start <= i < end else other.randrange(-900, 900) for i, v in enumerate(signal)]
            again = run(mixed)
            if any(again[o] != whole[o] for o in range(first, last)):
                return True
        return False

    runs = range(middle, middle + outputs)
    assert not any(changed(first, 0, 0) for first in runs)
    assert before <= 0 or any(changed(first, 1, 0) for first in runs)
    assert after <= 0 or any(changed(first, 0, 1) for first in runs)


LAYERS = st.lists(
    st.one_of(
        st.builds(
            lambda k, s, p: {"type": "conv", "kernel": k, "stride": s, "padding": p},
            st.integers(1, 5), st.integers(1, 3), st.sampled_from([0, 1, 2, "same"]),
        ),
        st.builds(lambda k, d: {"type": "conv", "kernel": k, "dilation": d, "padding": d}, st.integers(2, 3), st.integers(1, 3)),
        st.builds(lambda k: {"type": "max_pool", "kernel": k, "stride": k}, st.integers(2, 3)),
        st.builds(lambda s: {"type": "upsample", "scale": s}, st.integers(2, 3)),
        st.builds(lambda k, s: {"type": "conv_transpose", "kernel": k + s, "stride": s}, st.integers(0, 2), st.integers(2, 3)),
    ),
    min_size=1,
    max_size=4,
)  # fmt: skip


@given(LAYERS, st.integers(150, 170), st.integers(60, 90))
@thorough(150)
def test_random_networks(layers, size, most):
    try:
        named, report = described(layers, size)
    except rfcli.DescriptionError:
        return
    try:
        (axis,) = rfcli.tiles(report, report.outputs[0], [most])
    except rfcli.CallError as error:
        assert "too small" in str(error)
        return
    run, signal = Runner(named), noise(size)
    whole = run(signal)
    found = [None] * len(whole)
    for (start, end), (first, last) in axis.tiles:
        part = run(signal[start:end])
        field = report.sight.axes[0].fields.local[-1]
        offset = start // field.shift * len(field.phases)
        for o in range(first, last):
            found[o] = part[o - offset]
    assert found == whole


ENDS = {"type": "resize", "size": 1, "mode": "linear", "coordinates": "align_corners"}
"""Its one output reads sample 0, whatever the map's size."""


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        ([{"type": "squeeze_excite", "units": 2}], "'squeeze_excite_1' reads the whole map"),
        ([{"type": "instance_norm"}, {"type": "global_avg_pool"}], "'instance_norm_1', 'global_avg_pool_1' read the"),
        ([{"type": "adaptive_avg_pool", "output_size": 10}], "it cannot be tiled"),
        ([{"type": "resize", "size": 64}], "it cannot be tiled"),
        ([ENDS, {"type": "upsample", "size": 8}], "cannot be tiled: all outputs of 'resize_1' read the same samples"),
        ([{"type": "conv", "kernel": 99, "padding": 49}], "tiles of 40 samples are too small: its halo is 49 before"),
    ],
)
def test_what_cannot_be_tiled_says_why(layers, said):
    document = {"format": 1, "input": {"size": [200], "channels": 1}, "layers": layers}
    report = rfcli.compute(rfcli.loads(json.dumps(document), "net.json"))
    with pytest.raises(rfcli.CallError, match="net") as caught:
        rfcli.tiles(report, report.outputs[0], [40])
    assert said in str(caught.value)


def stitched_by_torch(net, x, whole, axes):
    from engine.test_stitching import stitched

    return stitched(net, x, whole, axes)


def computed(layers, size):
    return rfcli.compute(rfcli.loads(json.dumps({"format": 1, "input": {"size": size}, "layers": layers}), "net.json"))


SAME = {"type": "conv", "kernel": 3, "padding": 1}


def test_large_maps_are_cut_at_once():
    """Windows of 64, 20 times, of ten million samples; and more tiles than anybody wants."""
    report = computed([{"type": "window_attention", "window": 64}] * 20, [9_999_424])
    (axis,) = rfcli.tiles(report, report.outputs[0], [999_424])
    assert len(axis.tiles) == 11 and axis.tiles[-1][1][1] == 9_999_424
    with pytest.raises(rfcli.CallError, match="34636833 tiles, more than 1000000: take larger ones"):
        rfcli.tiles(computed([SAME], [1 << 31]), "conv_1", [64])


def test_tiles_are_a_sequence():
    (axis,) = rfcli.tiles(computed([SAME], [100]), "conv_1", [40])
    assert list(axis.tiles) == [((0, 40), (0, 39)), ((38, 78), (39, 77)), ((60, 100), (77, 100))]
    assert (len(axis.tiles), axis.tiles[-1], axis.tiles[1]) == (3, ((60, 100), (77, 100)), ((38, 78), (39, 77)))
    with pytest.raises(IndexError):
        axis.tiles[3]


@pytest.mark.parametrize(
    ("layers", "size", "halo", "multiple", "smallest"),
    [
        ([SAME], [100], (1, 1), 1, 3),
        ([SAME], [None], (1, 1), 1, 3),
        ([SAME, {"type": "max_pool", "kernel": 2}], [None], (1, 1), 2, 6),
        ([{"type": "conv", "kernel": 3, "stride": 2, "padding": "same"}], [None], (0, 1), 2, 4),
        ([{"type": "upsample", "scale": 256}, SAME], [None], (1, 1), 1, 2),
    ],
)
def test_no_image_is_needed(layers, size, halo, multiple, smallest):
    report = computed(layers, size)
    (axis,) = rfcli.tiles(report, report.outputs[0])
    assert (axis.halo, axis.multiple, axis.smallest, axis.tile, len(axis.tiles)) == (halo, multiple, smallest, None, 0)
    with pytest.raises(rfcli.CallError, match="too small"):
        rfcli.tiles(report, report.outputs[0], [smallest - 1], image=[1000])
    (axis,) = rfcli.tiles(report, report.outputs[0], [smallest], image=[1000])
    assert axis.tile == smallest and len(axis.tiles) > 100


def unet3d(size):
    """NifTK/NiftyNet#221: two convolutions a level, three pools, no padding."""
    convs = [{"type": "conv", "kernel": 3, "filters": 1}] * 2
    down = [{"name": f"e{i}", "type": "sequence", "layers": convs} for i in range(4)]
    layers = []
    for one in down:
        layers += [*([{"type": "max_pool", "kernel": 2}] if layers else []), one]
    for i in (2, 1, 0):
        layers += [
            {"name": f"u{i}", "type": "conv_transpose", "kernel": 2, "stride": 2, "filters": 1},
            {"name": f"s{i}", "type": "crop", "like": f"u{i}", "inputs": [f"e{i}"]},
            {"type": "concat", "inputs": [f"s{i}", f"u{i}"]},
            *convs,
        ]
    return computed(layers, size)


def test_networks_without_padding_take_only_some_sizes():
    """132 gives 44, and so does any 8m + 4 give 88 fewer; 44 before and after are read, and 48 for half of the phases."""
    report = unet3d([132, 132, 132])
    assert report.layers[-1].output_size == (44, 44, 44)
    for axis in rfcli.tiles(report, report.outputs[0]):
        assert (axis.multiple, axis.smallest, axis.smallest % 8) == (8, 100, 4)
    for axis in rfcli.tiles(rfcli.compute(report.graph.architecture, input_size=None), report.outputs[0], [140] * 3):
        assert (axis.tile, len(axis.tiles)) == (136, 0)
    (axis, *_) = rfcli.tiles(report, report.outputs[0], [132] * 3, image=[300] * 3)
    assert [valid for _, valid in axis.tiles] == [(0, 44), (44, 84), (84, 124), (124, 164), (164, 204), (204, 212)]


def test_an_image_that_does_not_fit_is_padded():
    """A U-Net of 16 and 250 samples: nobody runs that pass."""
    layers = [SAME, {"type": "max_pool", "kernel": 16}, {"type": "upsample", "scale": 16}]
    report = computed([*layers, {"type": "add", "inputs": ["conv_1", "upsample_1"]}], [256])
    (axis,) = rfcli.tiles(report, report.outputs[0], [64], image=[250])
    assert (axis.size, axis.padded, axis.tiles[-1][0][1]) == (250, 256, 256)
    (axis,) = rfcli.tiles(report, report.outputs[0], [64], image=[240])
    assert (axis.size, axis.padded, axis.tiles[-1][0][1]) == (240, 240, 240)


def test_a_network_is_as_good_as_its_report():
    """Also where no pass takes its own size, or the image's."""
    layers = [SAME, {"type": "max_pool", "kernel": 16}, {"type": "upsample", "scale": 16}]
    layers.append({"type": "add", "inputs": ["conv_1", "upsample_1"]})
    network = {"format": 1, "input": {"size": [250]}, "layers": layers}
    for image, size, padded in ((None, 250, 256), ([70], 70, 80), ([64], 64, 64), ([None], None, None)):
        (axis,) = rfcli.tiles(network, "add_1", image=image)
        assert (axis.halo, axis.size, axis.padded) == ((16, 16), size, padded)


def test_outputs_in_whole_groups():
    """A codec: 4 samples make an output, and an output 4 samples, which come in groups of 12."""
    layers = [{"type": "conv", "kernel": 8, "stride": 4, "padding": 2}, SAME, {"type": "upsample", "scale": 4}, SAME]
    report = computed(layers, [400])
    (axis,) = rfcli.tiles(report, report.outputs[0], [100], step=[12])
    assert axis.multiple == 12
    assert all(first % 12 == 0 for _, (first, _) in axis.tiles)
    (axis,) = rfcli.tiles(report, report.outputs[0], [100], whole_frames=True)
    assert axis.multiple == 4
    assert all(first % 4 == 0 for _, (first, _) in axis.tiles)


def test_tiles_of_one_fixed_length():
    report = computed([{"type": "conv", "kernel": 3, "stride": 2}], [101])
    (axis,) = rfcli.tiles(report, "conv_1", [40])
    assert axis.tile == 39
    with pytest.raises(rfcli.CallError, match=r"just 40 samples .* take tiles of 39, or pad the image to 112"):
        rfcli.tiles(report, "conv_1", [40], fixed=True, image=[111])
    (axis,) = rfcli.tiles(report, "conv_1", [41], fixed=True)
    assert {end - start for (start, end), _ in axis.tiles} == {41}
    with pytest.raises(rfcli.CallError, match="the image has 101 samples, tiles of just 201 are longer: pad it to 201"):
        rfcli.tiles(report, "conv_1", [201], fixed=True)


def test_the_local_part_of_a_network_that_sees_all():
    layers = [SAME, {"type": "instance_norm"}, SAME, {"type": "squeeze_excite", "units": 2}]
    report = computed(layers, [100])
    (axis,) = rfcli.tiles(report, "squeeze_excite_1", [40], ignore_global=True)
    assert axis.ignored == ("instance_norm_1", "squeeze_excite_1")
    assert axis.halo == (2, 2)
    with pytest.raises(rfcli.CallError, match="only a global path leads to it"):
        rfcli.tiles(computed([SAME, {"type": "global_avg_pool"}], [100]), "global_avg_pool_1", [40], ignore_global=True)


def test_circular_borders_are_never_cut():
    round_w = {"type": "conv", "kernel": [3, 5], "padding": [0, 2], "padding_mode": "circular"}
    report = computed([{"type": "pad", "padding": [1, 0]}, round_w], [32, 64])
    with pytest.raises(
        rfcli.CallError, match=r"along w: 'conv_1' pads circularly.* take tiles as long as the image, 64"
    ):
        rfcli.tiles(report, "conv_1", [16, 48])
    h, w = rfcli.tiles(report, "conv_1", [16, 64])
    assert (len(h.tiles), len(w.tiles), w.circular) == (3, 1, "conv_1")


def hifi_gan():
    """The generator V1 of jik876/hifi-gan, with few channels."""
    from torch import nn
    from torch.nn import functional

    class Unit(nn.Module):
        def __init__(self, kernel):
            super().__init__()
            self.first = nn.ModuleList(nn.Conv1d(2, 2, kernel, dilation=d, padding="same") for d in (1, 3, 5))
            self.second = nn.ModuleList(nn.Conv1d(2, 2, kernel, padding="same") for _ in range(3))

        def forward(self, x):
            for one, two in zip(self.first, self.second, strict=True):
                x = x + two(functional.leaky_relu(one(functional.leaky_relu(x, 0.1)), 0.1))
            return x

    class Generator(nn.Module):
        def __init__(self):
            super().__init__()
            self.before, self.after = nn.Conv1d(2, 2, 7, padding=3), nn.Conv1d(2, 1, 7, padding=3)
            rates = ((8, 16), (8, 16), (2, 4), (2, 4))
            self.up = nn.ModuleList(nn.ConvTranspose1d(2, 2, k, s, padding=(k - s) // 2) for s, k in rates)
            self.units = nn.ModuleList(nn.ModuleList(Unit(k) for k in (3, 7, 11)) for _ in rates)

        def forward(self, x):
            x = self.before(x)
            for up, units in zip(self.up, self.units, strict=True):
                x = up(functional.leaky_relu(x, 0.1))
                x = sum(unit(x) for unit in units) / 3
            return self.after(functional.leaky_relu(x)).tanh()

    return Generator()


@pytest.mark.torch
def test_a_vocoder_in_chunks():
    """jik876/hifi-gan#132: 27 frames at phases 70 to 185 of 256, else 26 (autograd), so 13 before and after a frame."""
    import torch

    torch.manual_seed(0)
    net = hifi_gan().double().eval()
    report = rfcli.compute(rfcli.from_torch(net, (1, 2, 100)))
    field = report.layer(report.outputs[0]).receptive_field
    assert [at for at, size in enumerate(field.phase_sizes[0]) if size == 27] == list(range(70, 186))
    (axis,) = rfcli.tiles(report, report.outputs[0], [40], whole_frames=True)
    assert (axis.halo, axis.multiple, axis.stride, axis.tile) == ((13, 13), 1, Fraction(1, 256), 40)
    assert [valid[0] % 256 for _, valid in axis.tiles] == [0] * len(axis.tiles)
    x = torch.rand(1, 2, 100, dtype=torch.float64)
    with torch.no_grad():
        whole = net(x)
        assert torch.allclose(stitched_by_torch(net, x, whole, [axis]), whole, rtol=1e-9, atol=1e-12)


NNUNET = [[1, 2, 2], 2, 2, 2, 2]


def nnunet(size, norms=False):
    """MIC-DKFZ/nnUNet#113: two convolutions a level, the first of which strides."""

    def convs(name, stride=1):
        for at in (1, 2):
            conv = {"type": "conv", "kernel": 3, "padding": 1, "stride": stride if at == 1 else 1, "filters": 1}
            yield {"name": f"{name}_{at}", **conv}
            if norms:
                yield {"name": f"{name}_{at}_norm", "type": "instance_norm"}

    levels = [list(convs(f"e{at}", NNUNET[at - 1] if at else 1)) for at in range(6)]
    layers = [one for level in levels for one in level]
    for at in reversed(range(5)):
        up = {"type": "conv_transpose", "kernel": NNUNET[at], "stride": NNUNET[at], "filters": 1}
        skip = {"name": f"s{at}", "type": "concat", "inputs": [f"u{at}", levels[at][-1]["name"]]}
        layers += [{"name": f"u{at}", **up}, skip, *convs(f"d{at}")]
    return {"format": 1, "input": {"size": size, "channels": 1}, "layers": layers}


def test_a_volume_in_patches():
    """163x319x319 samples (287 at some phases): 96 and 81 of halo, 188 and 157 (numpy). No pass takes 252 samples."""
    report = rfcli.compute(rfcli.loads(json.dumps(nnunet([80, 160, 160])), "net.json"))
    axes = rfcli.tiles(report, report.outputs[0], [208, 416, 416], image=[252, 512, 512])
    assert [axis.halo for axis in axes] == [(96, 81), (188, 157), (188, 157)]
    assert [axis.smallest for axis in axes] == [192, 320, 320]
    assert [axis.padded for axis in axes] == [256, 512, 512]
    assert [axis.tile for axis in axes] == [208, 416, 416]
    with pytest.raises(rfcli.CallError, match="tiles of 80 samples are too small: its halo is 96 before and 81 after"):
        rfcli.tiles(report, report.outputs[0], [80, 160, 160], image=[252, 512, 512])


@pytest.mark.torch
@pytest.mark.parametrize(("size", "longest"), [((252, 1, 1), (208, 1, 1)), ((256, 1, 1), (192, 1, 1))])
def test_a_volume_along_one_axis(size, longest):
    """The first axis of it, run in torch on maps of one sample along the others, which kernels leave as they are."""
    import torch
    from torch.nn import functional

    def line(x):
        found, at = {}, 0
        torch.manual_seed(1)

        def conv(y, stride=1):
            return functional.conv1d(y, torch.randn(1, y.shape[1], 3, dtype=torch.float64), None, stride, 1)

        for at in range(6):
            x = found[at] = conv(conv(x, 2 if at > 1 else 1))
        for at in reversed(range(5)):
            if at:
                x = functional.conv_transpose1d(x, torch.randn(1, 1, 2, dtype=torch.float64), None, 2)
            x = conv(conv(torch.cat([x, found[at]], 1)))
        return x

    report = rfcli.compute(rfcli.loads(json.dumps(nnunet([160, 320, 320])), "net.json"))
    axis = rfcli.tiles(report, report.outputs[0], [*longest[:1], 512, 512], image=[*size[:1], 512, 512])[0]
    x = torch.rand(1, 1, axis.padded, dtype=torch.float64)
    whole = line(x)
    assert len(axis.tiles) > 1
    assert torch.allclose(stitched_by_torch(line, x, whole, [axis]), whole, rtol=1e-9)


def rf(*words):
    line = [sys.executable, "-m", "rfcli", "tile", *words]
    return subprocess.run(line, capture_output=True, text=True, timeout=600)


def test_json_of_the_command():
    done = rf("unet_small", "--tile", "512", "--image", "2000x3000", "-f", "json")
    found = json.loads(done.stdout)
    assert list(found) == ["network", "exact", "ignored", "notes", "axes", "tiles"]
    assert (found["exact"], found["ignored"], found["notes"]) == (True, [], [])
    assert found["axes"][0] == {
        "axis": "h", "stride": 1, "halo": [51, 51], "multiple": 8, "smallest": 104, "tile": 512, "image": 2000,
        "padded": 2000,
    }  # fmt: skip
    for tile in found["tiles"]:
        assert list(tile) == ["input", "valid"]
    area = sum((h[1] - h[0]) * (w[1] - w[0]) for h, w in (tile["valid"] for tile in found["tiles"]))
    assert area == 2000 * 3000


def test_an_image_that_fits_is_one_tile():
    found = json.loads(rf("unet_small", "--tile", "512", "--image", "256", "-f", "json").stdout)
    assert found["tiles"] == [{"input": [[0, 256]] * 2, "valid": [[0, 256]] * 2}]


@pytest.mark.parametrize(
    "words", [["--fixed"], ["--tile", "none"], ["--tile", "0"], ["--tile", "5x5x5"], ["--tile", "x"]]
)
def test_calls_that_make_no_sense(words):
    done = rf("unet_small", *words)
    assert (done.returncode, done.stdout) == (2, "")


def test_a_path_that_reads_nothing_along_another_axis_keeps_its_outputs() -> None:
    """What it adds is constant but at borders, where tiles pad it: it lies on the grid of the others all the same."""
    layers = [
        {"name": "up", "type": "conv_transpose", "kernel": 1, "stride": 2, "filters": 1},
        {"name": "keep", "type": "subsample", "stride": 4},
        {"name": "moved", "type": "pad", "padding": [[1, -1], [0, 0]], "inputs": ["up"]},
        {"name": "wide", "type": "conv", "kernel": [1, 5], "padding": [0, 2], "filters": 1},
        {"name": "dead", "type": "subsample", "stride": 4},
        {"name": "sum", "type": "add", "inputs": ["keep", "dead"]},
    ]
    document = {"format": 1, "input": {"size": 64, "channels": 1}, "layers": layers}
    report = rfcli.compute(rfcli.loads(json.dumps(document)))
    across = rfcli.tiles(report, "sum", (64, 16))[1]
    assert (across.halo, across.multiple, across.smallest, across.tiles.count) == ((0, 0), 2, 4, 5)
