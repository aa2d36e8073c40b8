"""Layers that change the shape of a blob, or resize it."""

from __future__ import annotations

import pytest

import rfcli
from readers.caffe.caffe_files import INPUT, computed, conv, layer, problems, sized


@pytest.mark.parametrize(
    ("kind", "stated", "type", "size", "channels"),
    [
        ("Flatten", "", "flatten", (1, 1), 3 * 32 * 48),
        ("Permute", "permute_param { order: 0 order: 2 order: 3 order: 1 }", "identity", (32, 48), 3),
        ("Interp", "interp_param { height: 63 width: 95 }", "resize", (63, 95), 3),
        ("Interp", "interp_param { zoom_factor: 2 }", "resize", (63, 95), 3),
        ("Interp", "interp_param { shrink_factor: 2 }", "resize", (16, 24), 3),
        ("Upsample", "upsample_param { scale: 2 }", "upsample", (64, 96), 3),
        ("Reorg", "reorg_param { stride: 2 }", "space_to_depth", (16, 24), 12),
        ("ShuffleChannel", "shuffle_channel_param { group: 3 }", "channel_shuffle", (32, 48), 3),
        ("Tile", "tile_param { tiles: 4 }", "concat", (32, 48), 12),
        ("Tile", "tile_param { axis: -3 tiles: 1 }", "identity", (32, 48), 3),
    ],
)
def test_each(kind: str, stated: str, type: str, size: object, channels: int) -> None:
    made = computed(INPUT + layer(kind, stated)).layer(kind.lower())
    assert (made.type, made.output_size, made.channels) == (type, size, channels)


def test_zooming_two_times_keeps_the_corners() -> None:
    """n samples become n + (n - 1): output 2i is sample i, output 2i + 1 the mean of two (DeepLab's interpolation)."""
    made = computed(INPUT + layer("Interp", "interp_param { zoom_factor: 2 }")).layer("interp").receptive_field
    assert made.phase_sizes == ((1, 2), (1, 2)) and made.padding == (0, 0)


def test_a_map_of_one_channel_is_repeated_and_gates_another() -> None:
    """As micro-attention does (Trunpm et al.): the gate has as many channels as what it is multiplied by."""
    text = INPUT + conv("c", "data", 8, 3, pad=1) + conv("one", "c", 1, 3, pad=1)
    text += layer("Tile", "tile_param { axis: 1 tiles: 8 }", "one", name="all") + layer("Eltwise", "", "all c")
    made = computed(text)
    assert (made.layer("all").channels, made.layer("eltwise").receptive_field.size) == (8, (5, 5))


def test_a_global_value_is_repeated_along_an_axis() -> None:
    text = INPUT + layer("Pooling", "pooling_param { pool: AVE global_pooling: true }", name="p")
    made = computed(text + layer("Tile", "tile_param { axis: 2 tiles: 32 }", "p", name="t")).layer("t")
    assert made.output_size == (32, 1) and made.receptive_field.globally


def test_channels_are_shuffled_by_reshapes() -> None:
    """ShuffleNet as its first authors wrote it: channels into groups, the two exchanged, and back."""
    text = INPUT + conv("c", "data", 8, 3, pad=1)
    text += layer("Reshape", "reshape_param { shape { dim: 0 dim: 2 dim: 4 dim: 32 dim: 48 } }", "c", name="r")
    text += layer("Permute", "permute_param { order: 0 order: 2 order: 1 order: 3 order: 4 }", "r", name="p")
    text += layer("Reshape", "reshape_param { shape { dim: 0 dim: 8 dim: 32 dim: 48 } }", "p", name="back")
    report = computed(text + conv("after", "back", 2, 3))
    assert report.layer("back").type == "channel_shuffle" or report.layer("back").channels == 8
    assert report.layer("after").receptive_field.size == (5, 5)


def test_what_is_wrong() -> None:
    text = INPUT + layer("Permute", "permute_param { order: 0 order: 0 }")
    assert problems(text) == ["2: 'permute': an order [0, 0, 1, 2, 3] of 4 dimensions"]
    text = INPUT + layer("Reshape", "reshape_param { shape { dim: 0 dim: -1 dim: 7 } }")
    assert problems(text) == ["2: 'reshape': 4608 entries have no such shape"]


def unpooled(stated: str, pooled: str = "kernel_size: 2 stride: 2", size: int = 13) -> rfcli.Report:
    """A map that is pooled, convolved, and put back where the largest of each window was."""
    text = sized(1, 3, size, size)
    text += layer("Pooling", f"pooling_param {{ pool: MAX {pooled} }}", top="pool mask", name="pool")
    text += conv("c", "pool", 3, 3, pad=1) + layer("Upsample", f"upsample_param {{ {stated} }}", "c mask", name="up")
    return computed(text + conv("after", "up", 2, 3))


@pytest.mark.parametrize(
    ("stated", "size", "made"),
    [
        ("scale: 2", 12, 12), ("", 12, 12), ("scale: 2 upsample_h: 13 upsample_w: 13", 13, 13),
        ("scale: 2 pad_out_h: true pad_out_w: true", 13, 13), ("upsample_h: 14 upsample_w: 14", 13, 14),
    ],
)  # fmt: skip
def test_maxima_are_put_back_where_they_were(stated: str, size: int, made: int) -> None:
    """SegNet: an output sees its window of the pool, and what the convolution made of it and its neighbours: 6 samples,
    from the window before its own up to the one behind. A convolution of three of them sees two windows at most."""
    report = unpooled(stated, size=size)
    layer, after = report.layer("up"), report.layer("after")
    assert (layer.output_size, layer.channels, layer.receptive_field.phase_sizes) == ((made, made), 3, ((6, 6), (6, 6)))
    assert (after.output_size, after.receptive_field.size) == ((made - 2, made - 2), (8, 8))
    assert report.total.params == (3 * 9 * 3 + 3) + (3 * 9 * 2 + 2)


@pytest.mark.parametrize(
    ("stated", "pooled"),
    [
        ("scale: 2", "kernel_size: 3 stride: 2"), ("scale: 2", "kernel_size: 2 stride: 2 pad: 1"),
        ("scale: 4", "kernel_size: 2 stride: 2"), ("upsample_h: 11", "kernel_size: 2 stride: 2"),
    ],
)  # fmt: skip
def test_maxima_of_other_windows_are_unknown(stated: str, pooled: str) -> None:
    report = unpooled(stated, pooled)
    assert "windows are others than those of the pool" in report.layer("up").receptive_field.size[0].reason
    assert report.layer("up").cost.params == 0


def test_maxima_that_are_put_back_anywhere_are_unknown() -> None:
    report = computed(INPUT + layer("Upsample", "upsample_param { upsample_h: 64 }"))
    assert "it puts maxima back" in report.layers[0].receptive_field.size[0].reason
    report = computed(INPUT + conv("c", "data", 3, 3, pad=1) + layer("Upsample", "", "data c", name="up"))
    assert "computed from data" in report.layer("up").receptive_field.size[0].reason
