"""Convolutions and pools: the formulas of PyTorch's manual for Conv, ConvTranspose and MaxPool, TensorFlow's `same`."""

from __future__ import annotations

import pytest

from layers import built, taps
from rfcli.geometry.unknown import Unknown
from rfcli.layers._layer import GeometryError, Whole
from rfcli.layers.windows import Window

READS = [
    ("conv", {"kernel": 3}, 100, 0, [0, 1, 2]),
    ("conv", {"kernel": 3}, 100, 5, [5, 6, 7]),
    ("conv", {"kernel": 3, "padding": 1}, 100, 0, [-1, 0, 1]),
    ("conv", {"kernel": 2, "stride": 3, "padding": [[1, 0]]}, 100, 2, [5, 6]),
    ("conv", {"kernel": 3, "dilation": 4}, 100, 1, [1, 5, 9]),
    ("conv", {"kernel": 1, "stride": 4}, 100, 3, [12]),
    # same: ceil(8/2) = 4 outputs, (4-1)*2 + 3 - 8 = 1 sample, after; 7 samples take one on either side
    ("conv", {"kernel": 3, "stride": 2, "padding": "same"}, 8, 0, [0, 1, 2]),
    ("conv", {"kernel": 3, "stride": 2, "padding": "same"}, 7, 0, [-1, 0, 1]),
    ("conv", {"kernel": 3, "stride": 2, "padding": "same_lower"}, 8, 0, [-1, 0, 1]),
    ("conv", {"kernel": 4, "padding": "same"}, 8, 0, [-1, 0, 1, 2]),
    ("conv", {"kernel": 3, "dilation": 2, "padding": "causal"}, 8, 0, [-4, -2, 0]),
    ("conv", {"kernel": 5, "padding": "valid"}, 8, 1, [1, 2, 3, 4, 5]),
    ("depthwise_conv", {"kernel": 3, "padding": 1}, 100, 4, [3, 4, 5]),
    ("separable_conv", {"kernel": 3, "stride": 2}, 100, 4, [8, 9, 10]),
    ("max_pool", {"kernel": 2}, 100, 3, [6, 7]),
    ("avg_pool", {"kernel": 3, "stride": 2}, 100, 3, [6, 7, 8]),
    ("lp_pool", {"kernel": 3, "stride": 1}, 100, 3, [3, 4, 5]),
    ("custom", {"kernel": 3, "stride": 2, "padding": 1}, 100, 2, [3, 4, 5]),
    # transposed: every i with o + p - i*s one of the taps' places
    ("conv_transpose", {"kernel": 3, "stride": 2}, 100, 0, [-1, 0]),
    ("conv_transpose", {"kernel": 3, "stride": 2}, 100, 1, [0]),
    ("conv_transpose", {"kernel": 3, "stride": 2}, 100, 2, [0, 1]),
    ("conv_transpose", {"kernel": 3, "stride": 2, "padding": 1}, 100, 0, [0]),
    ("conv_transpose", {"kernel": 3, "stride": 2, "padding": 1}, 100, 1, [0, 1]),
    ("conv_transpose", {"kernel": 2, "stride": 3}, 100, 1, [0]),
    ("conv_transpose", {"kernel": 2, "stride": 3}, 100, 2, []),
    ("conv_transpose", {"kernel": 2, "stride": 2, "dilation": 2}, 100, 0, [-1, 0]),
    ("conv_transpose", {"kernel": 2, "stride": 2, "dilation": 2}, 100, 1, []),
    ("conv_transpose", {"kernel": 4, "stride": 2, "padding": "same"}, 100, 0, [-1, 0]),
]


@pytest.mark.parametrize(("type", "given", "n", "o", "expected"), READS)
def test_reads(type: str, given: dict[str, object], n: int, o: int, expected: list[int]) -> None:
    assert taps(built(type, **given), o, n) == expected


@pytest.mark.parametrize("stride", [1, 2, 3, 4])
@pytest.mark.parametrize("dilation", [1, 2, 3, 4])
@pytest.mark.parametrize(("kernel", "padding"), [(1, 0), (2, 1), (3, 0), (5, 2)])
def test_transposed_reads_are_those_of_the_definition(kernel: int, padding: int, stride: int, dilation: int) -> None:
    layer = built("conv_transpose", kernel=kernel, stride=stride, dilation=dilation, padding=padding)
    places = {tap * dilation for tap in range(kernel)}
    for o in range(2 * stride + 3):
        assert taps(layer, o) == [i for i in range(-40, 40) if o + padding - i * stride in places]


SIZES = [
    ("conv", {"kernel": 3}, 8, 6),
    ("conv", {"kernel": 3, "padding": 1, "stride": 2}, 8, 4),
    ("conv", {"kernel": 3, "dilation": 3}, 8, 2),
    ("conv", {"kernel": 7, "stride": 2, "padding": 3}, 224, 112),
    ("conv", {"kernel": 3, "stride": 2, "padding": "same"}, 7, 4),
    ("conv", {"kernel": 5, "padding": "causal"}, 7, 7),
    ("conv", {"kernel": 2, "padding": -1}, 8, 5),
    ("depthwise_conv", {"kernel": 5, "stride": 3, "padding": "same_lower"}, 10, 4),
    ("separable_conv", {"kernel": 3}, 8, 6),
    ("max_pool", {"kernel": 2}, 7, 3),
    ("max_pool", {"kernel": 2, "ceil_mode": True}, 7, 4),
    ("max_pool", {"kernel": 3, "stride": 2, "padding": 1}, 112, 56),
    # PyTorch: the last window must not start in the padding after the map
    ("avg_pool", {"kernel": 2, "stride": 2, "padding": 1, "ceil_mode": True}, 5, 3),
    ("lp_pool", {"kernel": 3, "ceil_mode": True}, 8, 3),
    ("conv_transpose", {"kernel": 3, "stride": 2}, 4, 9),
    ("conv_transpose", {"kernel": 4, "stride": 2, "padding": 1}, 4, 8),
    ("conv_transpose", {"kernel": 3, "stride": 2, "padding": 1, "output_padding": 1}, 4, 8),
    ("conv_transpose", {"kernel": 3, "stride": 2, "dilation": 2}, 4, 11),
    ("conv_transpose", {"kernel": 3, "stride": 2, "padding": "same"}, 4, 8),
    ("conv_transpose", {"kernel": 2, "stride": 3, "padding": "same"}, 4, 12),
    ("custom", {"kernel": 3}, 8, 6),
    ("custom", {"global": True}, 8, 8),
    ("custom", {"unknown": "Einsum", "size": 5}, 8, 5),
]


@pytest.mark.parametrize(("type", "given", "n", "expected"), SIZES)
def test_output_sizes(type: str, given: dict[str, object], n: int, expected: int) -> None:
    assert built(type, **given).output_size(0, n) == expected


COSTS = [
    # (type, parameters, input channels, output channels, params, macs from 8 to 6 positions, other operations)
    ("conv", {"kernel": 3, "filters": 4}, 2, 4, 3 * 2 * 4 + 4, 3 * 2 * 4 * 6, 4 * 6),
    ("conv", {"kernel": 3, "filters": 4, "bias": False}, 2, 4, 3 * 2 * 4, 3 * 2 * 4 * 6, 0),
    ("conv", {"kernel": 3, "filters": 6, "groups": 2}, 4, 6, 3 * 2 * 6 + 6, 3 * 2 * 6 * 6, 6 * 6),
    ("depthwise_conv", {"kernel": 3}, 5, 5, 3 * 5 + 5, 3 * 5 * 6, 5 * 6),
    ("depthwise_conv", {"kernel": 3, "depth_multiplier": 2, "bias": False}, 5, 10, 3 * 10, 3 * 10 * 6, 0),
    ("separable_conv", {"kernel": 3, "filters": 7}, 5, 7, 3 * 5 + 5 * 7 + 7, (3 * 5 + 5 * 7) * 6, 7 * 6),
    ("max_pool", {"kernel": 3, "stride": 1}, 5, 5, 0, 0, 3 * 5 * 6),
    # a transposed convolution has a multiply-accumulate for each weight and input position
    ("conv_transpose", {"kernel": 3, "filters": 4}, 2, 4, 3 * 2 * 4 + 4, 3 * 2 * 4 * 8, 4 * 6),
    ("custom", {"kernel": 3, "filters": 4}, 2, 4, 3 * 2 * 4 + 4, 3 * 2 * 4 * 6, 4 * 6),
    ("custom", {"kernel": 3, "filters": 4, "macs": 9}, 2, 4, 3 * 2 * 4 + 4, 9, 0),
]


@pytest.mark.parametrize(("type", "given", "c", "channels", "params", "macs", "others"), COSTS)
def test_costs(type: str, given: dict[str, object], c: int, channels: int, params: int, macs: int, others: int) -> None:
    layer = built(type, **given)
    assert layer.channels(c, (8,)) == channels
    assert layer.params(c, (8,)) == params
    assert layer.macs(c, (8,), (6,)) == macs
    assert layer.extra_flops(c, (8,), (6,)) == others


def test_costs_of_two_axes() -> None:
    layer = built("conv", 2, kernel=[3, 5], filters=4)
    assert layer.params(2, (8, 8)) == 15 * 2 * 4 + 4
    assert layer.macs(2, (8, 8), (6, 4)) == 15 * 2 * 4 * 24


def test_channels_without_filters_are_unknown() -> None:
    assert isinstance(built("conv", kernel=3).channels(2, (8,)), Unknown)
    assert isinstance(built("custom", unknown="Einsum").params(2, (8,)), Unknown)


MISFITS = [
    ("conv", {"kernel": 9}, "the kernel reaches over 9 samples, its input has 8"),
    ("max_pool", {"kernel": 13, "padding": 2}, "the kernel reaches over 13 samples, its padded input has 12"),
]


@pytest.mark.parametrize(("type", "given", "message"), MISFITS)
def test_windows_larger_than_the_map(type: str, given: dict[str, object], message: str) -> None:
    with pytest.raises(GeometryError, match=message):
        built(type, **given).output_size(0, 8)


@pytest.mark.parametrize(
    ("given", "c"), [({"filters": 4, "groups": 2}, 3), ({"filters": 3, "groups": 2}, 4)], ids=["inputs", "filters"]
)
def test_groups_divide_both_sides(given: dict[str, object], c: int) -> None:
    with pytest.raises(GeometryError, match="cannot be split into 2 groups"):
        built("conv", kernel=3, **given).channels(c, (8,))


def test_stated_filters_of_a_depthwise_convolution_fit() -> None:
    assert built("depthwise_conv", kernel=3, filters=10, depth_multiplier=2).channels(5, (8,)) == 10
    with pytest.raises(GeometryError, match="are 5"):
        built("depthwise_conv", kernel=3, filters=7).channels(5, (8,))


GAPS = [
    ("conv", {"kernel": 3, "dilation": 4}, 4),
    ("conv", {"kernel": 1, "dilation": 4}, 1),
    ("max_pool", {"kernel": 2, "dilation": 3}, 3),
    ("conv_transpose", {"kernel": 3, "dilation": 2}, 2),
    ("relu", {}, 1),
]


@pytest.mark.parametrize(("type", "given", "expected"), GAPS)
def test_distances_of_taps(type: str, given: dict[str, object], expected: int) -> None:
    assert built(type, **given).gap(0) == expected


def test_what_depends_on_the_input_size() -> None:
    assert built("conv", kernel=3, stride=2, padding="same").needs_size
    assert not built("conv", kernel=3, padding="same").needs_size
    assert not built("conv", kernel=3, stride=2, padding=1).needs_size


def test_strides() -> None:
    assert built("conv", kernel=3, stride=2).strides(0) == (1, 2)
    assert built("max_pool", kernel=3).strides(0) == (1, 3)
    assert built("conv_transpose", kernel=3, stride=2).strides(0) == (2, 1)
    assert built("custom", unknown="Einsum").strides(0) == (0, 1)


ENERGIES = [
    ("conv", {"kernel": 4}, [1 / 4] * 4),
    ("avg_pool", {"kernel": 4}, [1 / 16] * 4),
    ("max_pool", {"kernel": 4}, [1 / 4] * 4),
    ("conv_transpose", {"kernel": 4, "stride": 2}, [1 / 2] * 2),
]


@pytest.mark.parametrize(("type", "given", "expected"), ENERGIES)
def test_energies(type: str, given: dict[str, object], expected: list[float]) -> None:
    """Weights of one variance share the energy; an average of k squares its weights 1/k."""
    layer = built(type, **given)
    assert list(layer.energy(0, layer.reads(0, 100), 100)[0]) == expected


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"unknown": "Einsum", "global": True}, "an unknown operation cannot be global"),
        ({"size": 3}, "size is for an unknown operation only"),
        ({"unknown": "Einsum", "size": 3}, None),
        ({"global": True}, None),
    ],
)
def test_contradictions_of_custom_layers(given: dict[str, object], why: str | None) -> None:
    assert built("custom", **given).contradiction() == why


def test_a_global_custom_layer_sees_the_whole_map() -> None:
    assert built("custom", **{"global": True}).whole(0, False) is Whole.ONLY
    assert isinstance(built("custom", unknown="Einsum").reads(0, 8), Unknown)


@pytest.mark.parametrize(
    ("given", "sides"),
    [({"kernel": 3, "padding": 1}, (1, 1)), ({"kernel": 4, "stride": 2, "padding": "same"}, (1, 1)),
     ({"kernel": 3, "stride": 2, "padding": "same"}, (0, 1)), ({"kernel": 2, "stride": 3, "padding": "same"}, (0, -1))],
)  # fmt: skip
def test_what_a_transposed_convolution_takes_off(given: dict[str, object], sides: tuple[int, int]) -> None:
    assert built("conv_transpose", **given).sides(0) == sides


def test_all_windows_slide() -> None:
    for type in ("conv", "depthwise_conv", "separable_conv", "max_pool", "custom"):
        assert isinstance(built(type, kernel=3), Window)
