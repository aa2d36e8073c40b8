"""The oracle itself, pinned to published numbers and to nets small enough to read by eye."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle.against import thorough
from oracle.brute import Oracle
from oracle.networks import chains, graphs, one_layer
from oracle.rules import EVERY_TYPE, Invalid, output_size, reads
from oracle.spelling import flatten


def oracle_of(*layers, size=64, channels=3):
    """The oracle of a 1-D document."""
    document = {"format": 1, "input": {"size": [size], "channels": channels}, "layers": list(layers)}
    return Oracle(flatten(document))


def last_field(*layers, size=64):
    """size, stride, padding, center of the last layer of a 1-D net."""
    oracle = oracle_of(*layers, size=size)
    field = oracle.field(list(oracle.layers)[-1])
    return {key: field[key][0] if isinstance(field[key], list) and field[key] else field[key] for key in field}


def conv(kernel, stride=1, **more):
    return {"type": "conv", "kernel": kernel, "stride": stride, "filters": 4, **more}


ALEXNET = [
    conv(11, 4),
    {"type": "max_pool", "kernel": 3, "stride": 2},
    conv(5, padding="same"),
    {"type": "max_pool", "kernel": 3, "stride": 2},
    *[conv(3, padding="same")] * 3,
]


RESNET_STEM = [conv(7, 2, padding=3), {"type": "max_pool", "kernel": 3, "stride": 2, "padding": 1}]


@pytest.mark.parametrize(
    "layers, size, stride, padding",
    [
        pytest.param([conv(3)] * 3, 7, 1, 0, id="three 3x3"),
        pytest.param([conv(3, dilation=d) for d in (1, 2, 4)], 15, 1, 0, id="Yu & Koltun 2016, third layer"),
        pytest.param([conv(3, dilation=d) for d in (1, 2)], 7, 1, 0, id="Yu & Koltun 2016, second layer"),
        pytest.param(ALEXNET[:1], 11, 4, 0, id="AlexNet conv1"),
        pytest.param(ALEXNET[:3], 51, 8, 16, id="AlexNet conv2, Araujo et al. 2019"),
        pytest.param(ALEXNET, 163, 16, 64, id="AlexNet conv5"),
        pytest.param(RESNET_STEM, 11, 4, 5, id="ResNet stem"),
        pytest.param([conv(1, 2), conv(3)], 5, 2, 0, id="stride before kernel"),
        pytest.param([conv(3, padding=-2)], 3, 1, -2, id="negative padding crops"),
        pytest.param([conv(3, dilation=2, padding="causal")], 5, 1, 4, id="causal"),
    ],
)
def test_published(layers, size, stride, padding):
    field = last_field(*layers, size=224)
    assert (field["size"], field["stride"], field["padding"]) == (size, stride, padding)
    assert field["uniform"] and field["aligned"] and field["phase_sizes"] == [size]


def up(kernel, stride, **more):
    return {"type": "conv_transpose", "kernel": kernel, "stride": stride, "filters": 4, **more}


@pytest.mark.parametrize(
    "layer, regions, phase_sizes",
    [
        pytest.param(up(2, 2), [(0, 0), (0, 0), (1, 1), (1, 1)], [1, 1], id="conv_transpose 2/2"),
        pytest.param(up(3, 2), [(-1, 0), (0, 0), (0, 1), (1, 1)], [2, 1], id="conv_transpose 3/2"),
        pytest.param(up(4, 2, padding=1), [(-1, 0), (0, 1), (0, 1), (1, 2)], [2, 2], id="conv_transpose 4/2 p1"),
        pytest.param(up(1, 2), [(0, 0), None, (1, 1), None], [1, 0], id="conv_transpose 1/2 leaves gaps"),
        pytest.param(
            {"type": "upsample", "scale": 2, "mode": "linear"},
            [(-1, 0), (0, 1), (0, 1), (1, 2)],
            [2, 2],
            id="bilinear x2, half pixels",
        ),
        pytest.param(
            {"type": "upsample", "scale": 2, "mode": "linear", "coordinates": "asymmetric"},
            [(0, 0), (0, 1), (1, 1), (1, 2)],
            [1, 2],
            id="bilinear x2, asymmetric",
        ),
        pytest.param({"type": "upsample", "scale": 2}, [(0, 0), (0, 0), (1, 1), (1, 1)], [1, 1], id="nearest x2"),
        pytest.param({"type": "pixel_shuffle", "scale": 1}, [(0, 0), (1, 1)], [1], id="pixel_shuffle 1"),
        pytest.param(
            {"type": "window_attention", "window": 3, "shift": 1},
            [(-2, 0), (1, 3), (1, 3), (1, 3), (4, 6)],
            [3, 3, 3],
            id="shifted window",
        ),
        pytest.param(
            {"type": "window_attention", "windows": 3},
            [(0, 2), (0, 2), (0, 2), (3, 5), (3, 5)],
            [3, 3, 3],
            id="a third of the map",
        ),
        pytest.param(
            {"type": "window_attention", "grid": 3},
            [(0, 6), (1, 7), (2, 8), (0, 6), (1, 7)],
            [7] * 9,
            id="every third sample",
        ),
    ],
)
def test_phases(layer, regions, phase_sizes):
    oracle = oracle_of({"name": "it", **layer}, size=9)
    assert [oracle.hull("it", 0, o) for o in range(len(regions))] == regions
    assert oracle.along("it", 0)["phase_sizes"] == phase_sizes


def test_adaptive_pool_of_7_to_3():
    oracle = oracle_of({"name": "it", "type": "adaptive_avg_pool", "output_size": 3}, size=7)
    assert [oracle.hull("it", 0, o) for o in range(3)] == [(0, 2), (2, 4), (4, 6)]
    assert oracle.along("it", 0)["stride"] == Fraction(7, 3)
    assert oracle.along("it", 0)["uniform"] is False


@pytest.mark.parametrize(
    "layer, n, expected",
    [
        ({"type": "max_pool", "kernel": 3, "stride": 2}, 8, 3),
        ({"type": "max_pool", "kernel": 3, "stride": 2, "ceil_mode": True}, 8, 4),
        pytest.param({"type": "max_pool", "kernel": 1, "stride": 3, "ceil_mode": True}, 5, 2, id="last window dropped"),
        ({"type": "max_pool", "kernel": 2, "stride": 2, "padding": 1, "ceil_mode": True}, 3, 2),
        pytest.param({"type": "max_pool", "kernel": 4, "ceil_mode": True}, 3, 1, id="a partial window alone"),
        pytest.param(
            {"type": "avg_pool", "kernel": 4, "stride": 2, "ceil_mode": True}, 3, 1, id="most of a window alone"
        ),
        ({"type": "max_pool", "kernel": 2}, 7, 3),
        ({"type": "conv", "kernel": 3, "stride": 2, "padding": "same"}, 7, 4),
        ({"type": "conv", "kernel": 3, "stride": 2, "padding": "same"}, 8, 4),
        ({"type": "conv", "kernel": 3, "padding": [[1, 0]]}, 8, 7),
        ({"type": "conv_transpose", "kernel": 3, "stride": 2, "padding": "same"}, 5, 10),
        ({"type": "conv_transpose", "kernel": 3, "stride": 2, "padding": 1, "output_padding": 1}, 5, 10),
        ({"type": "upsample", "scale": 1.5}, 5, 7),
        ({"type": "subsample", "stride": 2}, 5, 3),
        ({"type": "crop", "cropping": [[1, 2]]}, 5, 2),
        ({"type": "pad", "padding": -1}, 5, 3),
    ],
)
def test_output_size(layer, n, expected):
    assert output_size({"name": "it", **layer}, 0, n) == expected


@pytest.mark.parametrize(
    "layer, n, first",
    [
        pytest.param(conv(3, 2, padding="same"), 7, [-1, 0, 1], id="same, odd"),
        pytest.param(conv(3, 2, padding="same"), 8, [0, 1, 2], id="same, even"),
        pytest.param(conv(3, 2, padding="same_lower"), 8, [-1, 0, 1], id="same_lower, even"),
        pytest.param({"type": "conv", "kernel": 2, "padding": "same"}, 8, [0, 1], id="same, even kernel"),
        pytest.param({"type": "conv", "kernel": 3, "dilation": 2}, 8, [0, 2, 4], id="dilated"),
        pytest.param({"type": "pixel_unshuffle", "scale": 3}, 9, [0, 1, 2], id="unshuffle"),
        pytest.param({"type": "crop", "cropping": [[2, 0]]}, 9, [2], id="crop"),
        pytest.param({"type": "pad", "padding": [[2, 0]]}, 9, [-2], id="pad"),
        pytest.param({"type": "upsample", "scale": 2, "mode": "cubic"}, 9, [-2, -1, 0, 1], id="cubic"),
    ],
)
def test_what_output_0_reads(layer, n, first):
    layer = {"name": "it", **layer}
    assert reads(layer, 0, 0, n, output_size(layer, 0, n)) == first


@pytest.mark.parametrize(
    "layer, n",
    [
        pytest.param({"type": "max_pool", "kernel": 4, "stride": 1, "ceil_mode": True}, 3, id="too large, ceil_mode"),
        pytest.param({"type": "max_pool", "kernel": 4, "stride": 2, "ceil_mode": True}, 2, id="half a window"),
        pytest.param({"type": "max_pool", "kernel": 4, "stride": 2}, 3, id="too large"),
        pytest.param({"type": "pixel_unshuffle", "scale": 2}, 5, id="indivisible"),
        pytest.param({"type": "linear", "units": 3}, 2, id="linear over a map"),
    ],
)
def test_refused(layer, n):
    with pytest.raises(Invalid):
        output_size({"name": "it", **layer}, 0, n)


def test_an_even_kernel_beside_a_skip_is_misaligned():
    even = {"type": "residual", "layers": [conv(2, padding="same")], "shortcut": [conv(1)]}
    odd = {"type": "residual", "layers": [conv(3, padding="same")], "shortcut": [conv(1)]}
    assert last_field(odd)["aligned"] is True
    assert last_field(even)["aligned"] is False
    assert last_field(even, conv(1))["aligned"] is False


def test_a_skip_that_meets_an_upsampled_path_is_misaligned():
    body = [{"type": "max_pool", "kernel": 2}, {"type": "upsample", "scale": 2}]
    field = last_field({"type": "residual", "layers": body})
    assert (field["aligned"], field["uniform"], field["size"], field["stride"]) == (False, False, 2, 1)


def test_different_strides_on_equal_sizes():
    """Half of 5 is 3; brought back to 5 its stride is 2 * 3/5, not 1."""
    down_up = [conv(1, 2, padding="same"), {"type": "upsample", "size": 5}]
    field = last_field({"type": "residual", "layers": down_up, "merge": "concat"}, size=5)
    assert (field["size"], field["stride"], field["phase_sizes"], field["padding"]) == (2, None, None, 0)
    assert not field["aligned"] and not field["uniform"]


def test_a_squeeze_excite_net_keeps_its_local_size():
    oracle = oracle_of(conv(3), {"name": "se", "type": "squeeze_excite", "units": 2}, conv(3))
    field = oracle.field("conv_2")
    assert (field["size"], field["global"], field["through"]) == ([5], True, ["se"])


def test_a_gate_is_broadcast():
    oracle = oracle_of(
        {"name": "body", **conv(3)},
        {"name": "pool", "type": "global_avg_pool"},
        {"name": "out", "type": "multiply", "inputs": ["body", "pool"]},
    )
    assert oracle.sizes.size["out"] == [62]
    assert (oracle.field("out")["size"], oracle.field("out")["through"]) == ([3], ["pool"])
    assert oracle.field("pool")["size"] == [None]


def test_from_a_layer():
    network = flatten({"format": 1, "input": {"size": [9], "channels": 1}, "layers": [conv(3), conv(3), conv(3)]})
    assert Oracle(network, "conv_1").field("conv_3")["size"] == [5]
    assert Oracle(network, "conv_3").field("conv_1") is None


@pytest.mark.parametrize(
    "layer, params, macs, flops",
    [
        (conv(3), 3 * 3 * 4 + 4, 3 * 3 * 4 * 62, 2 * 3 * 3 * 4 * 62 + 4 * 62),
        (conv(3, bias=False), 36, 36 * 62, 72 * 62),
        ({"type": "depthwise_conv", "kernel": 3}, 12, 9 * 62, 18 * 62 + 3 * 62),
        ({"type": "separable_conv", "kernel": 3, "filters": 4}, 9 + 12 + 4, 21 * 62, 42 * 62 + 4 * 62),
        (up(2, 2), 28, 24 * 64, 48 * 64 + 4 * 128),
        ({"type": "squeeze_excite", "units": 2}, 17, 12, 24 + 2 + 3),
        ({"type": "batch_norm"}, 6, 0, 192),
        ({"type": "layer_norm", "axes": "all"}, 384, 0, 0),
        ({"type": "max_pool", "kernel": 2}, 0, 0, 2 * 32 * 3),
        ({"type": "global_avg_pool"}, 0, 0, 64 * 3),
        ({"type": "adaptive_avg_pool", "output_size": 3}, 0, 0, (22 + 22 + 22) * 3),
        ({"type": "attention"}, None, None, None),
    ],
)
def test_cost(layer, params, macs, flops):
    oracle = oracle_of({**layer, "name": "it"})
    assert oracle.cost("it") == {"params": params, "macs": macs, "flops": flops}


def test_names():
    document = {
        "format": 1,
        "input": {"size": [9], "channels": 2},
        "layers": [
            {"type": "relu"},
            {"type": "residual", "layers": [{"type": "relu"}]},
            {"type": "residual", "layers": [], "merge": "add"},
            {"name": "mixed", "type": "branches", "branches": [[{"type": "relu"}], []], "merge": "concat"},
            {"type": "branches", "branches": {"a": [{"name": "x", "type": "relu"}]}, "merge": "none"},
            {"type": "add", "name": "end", "inputs": ["a", "mixed/branch_1"]},
            {"name": "twice", "type": "relu", "repeat": 2},
        ],
    }
    layers = {layer["name"]: layer["inputs"] for layer in flatten(document).layers}
    assert layers == {
        "relu_1": ["input"],
        "relu_2": ["relu_1"],
        "add": ["relu_2", "relu_1"],
        "add_2": ["add", "add"],
        "mixed/branch_1/relu_1": ["add_2"],
        "mixed/concat": ["mixed/branch_1/relu_1", "add_2"],
        "a/x": ["mixed/concat"],
        "end": ["a/x", "mixed/branch_1/relu_1"],
        "twice_1": ["end"],
        "twice_2": ["twice_1"],
    }


@pytest.mark.random
def test_every_layer_type_is_drawn():
    """The random networks miss no type of the table."""
    drawn = set()

    @thorough(1500)
    @given(one_layer())
    def draw_items(item):
        drawn.add(item["type"])

    @thorough(100)
    @given(st.one_of(chains(), graphs()))
    def draw_networks(document):
        drawn.update(layer["type"] for layer in flatten(document).layers)

    draw_items()
    draw_networks()
    assert EVERY_TYPE - drawn == set()
