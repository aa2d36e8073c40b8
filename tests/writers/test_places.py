"""Layers as exporters see them: where they stand, what pads them, and what no target can be told."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

import rfcli
from rfcli.geometry.unknown import Unknown
from rfcli.graph.graph import Graph
from rfcli.writers.places import (
    Inexpressible,
    Place,
    TransposedSides,
    attention_bias,
    ceil_sides,
    certain,
    certain_sizes,
    check_border,
    custom_window,
    expressed,
    free,
    known,
    places,
    transposed_sides,
    window_sides,
)


def graph(*layers: dict[str, Any], size: list[int | None] | None = None, channels: int | None = 4) -> Graph:
    inputs = {"size": size or [16], **({} if channels is None else {"channels": channels})}
    document = {"format": 1, "input": inputs, "layers": list(layers)}
    return rfcli.compute(rfcli.loads(json.dumps(document), "net.json")).graph


def place(*layers: dict[str, Any], **given: Any) -> Place:
    """The last layer."""
    return places(graph(*layers, **given))[-1]


def test_places() -> None:
    first, second = places(
        graph({"name": "a", "type": "conv", "kernel": 3, "stride": 2, "filters": 8}, {"name": "b", "type": "relu"})
    )
    assert (first.label, first.axes, first.n, first.c, first.made, first.size) == ("a", 1, (16,), 4, 8, (7,))
    assert (second.label, second.sources, second.n, second.c) == ("b", (first.number,), (7,), 8)


def test_channels_that_are_not_known() -> None:
    with pytest.raises(Inexpressible, match="the channels of its input are not known"):
        _ = place({"type": "conv", "kernel": 3, "filters": 8}, channels=None).c
    with pytest.raises(Inexpressible, match="its channels are not known: it states no filters"):
        _ = place({"type": "conv", "kernel": 3}).made


def test_numbers_that_a_target_has_to_be_told() -> None:
    assert certain(3, "") == 3
    assert certain_sizes((3, 4), "") == [3, 4]
    assert [known(3), known(Unknown("it is not stated"))] == [3, None]
    for unknown in (Unknown("it is not stated"), None):
        with pytest.raises(Inexpressible) as error:
            certain(unknown, "it states no units", "state them")
        assert (error.value.why, error.value.help) == ("it states no units", "state them")
    with pytest.raises(Inexpressible, match="its size is not known") as error:
        certain_sizes((3, Unknown("it is not stated")), "its size is not known")
    assert error.value.help == "give the input size: --input-size"


def test_names_that_are_free() -> None:
    taken = {"a"}
    assert [free(one, taken) for one in ("a", "a", "b", "b")] == ["a_2", "a_3", "b", "b_2"]
    assert taken == {"a", "a_2", "a_3", "b", "b_2"}


def test_sources_that_are_repeated() -> None:
    one = {"name": "one", "type": "global_avg_pool", "inputs": ["input"]}
    joined = {"name": "out", "type": "concat", "inputs": ["input", "one"]}
    assert place(one, joined).repeated == [False, True]


WINDOWS = [
    ({"type": "conv", "kernel": 3, "padding": [[1, 2]]}, [16], ((1, 2),)),
    ({"type": "conv", "kernel": 4, "padding": "same"}, [16], ((1, 2),)),
    ({"type": "conv", "kernel": 4, "padding": "same_lower"}, [16], ((2, 1),)),
    ({"type": "conv", "kernel": 3, "dilation": 2, "padding": "causal"}, [16], ((4, 0),)),
    # A third as many windows of 4 samples, rounded up, 3 apart: 6 of them cover 19 samples, 5 cover 16.
    ({"type": "conv", "kernel": 4, "stride": 3, "padding": "same"}, [16], ((1, 2),)),
    ({"type": "conv", "kernel": 4, "stride": 3, "padding": "same"}, [15], ((0, 1),)),
    ({"type": "conv", "kernel": 4, "stride": 3, "padding": "same"}, [None], None),
    ({"type": "conv", "kernel": 4, "padding": "same"}, [None], ((1, 2),)),
    ({"type": "conv", "kernel": 3, "stride": 2, "padding": 1}, [None], ((1, 1),)),
]


@pytest.mark.parametrize(("layer", "size", "sides"), WINDOWS)
def test_padding_of_windows(layer: dict[str, Any], size: list[int | None], sides: object) -> None:
    assert window_sides(place(layer, size=size)) == sides


CEILED = [
    # (16 - 3)/2 = 6.5: an eighth window ends at 17.
    ({"type": "max_pool", "kernel": 3, "stride": 2, "ceil_mode": True}, [16], ((0, 1),)),
    ({"type": "max_pool", "kernel": 3, "stride": 2, "ceil_mode": True}, [17], ((0, 0),)),
    ({"type": "max_pool", "kernel": 3, "stride": 2, "padding": 1, "ceil_mode": True}, [16], ((1, 2),)),
    ({"type": "max_pool", "kernel": 3, "stride": 2, "ceil_mode": True}, [None], None),
]


@pytest.mark.parametrize(("layer", "size", "sides"), CEILED)
def test_padding_that_makes_partial_windows_whole(layer: dict[str, Any], size: list[int | None], sides: object) -> None:
    at = place(layer, size=size)
    own = window_sides(at)
    assert own is not None
    assert ceil_sides(at, own) == sides


TRANSPOSED = [
    ({"kernel": 4, "stride": 2, "padding": 1}, (1, 0, 0, 0)),
    ({"kernel": 3, "stride": 2, "padding": 1, "output_padding": 1}, (1, 1, 0, 0)),
    ({"kernel": 3, "stride": 2, "padding": "same"}, (0, 0, 0, -1)),
    ({"kernel": 2, "stride": 3, "padding": "same"}, (0, 1, 0, 0)),
    ({"kernel": 4, "padding": [[1, 2]]}, (1, 0, 0, -1)),
    ({"kernel": 4, "padding": [[2, 1]]}, (1, 0, -1, 0)),
    ({"kernel": 3, "stride": 2, "padding": -1}, (0, 0, 1, 1)),
]


@pytest.mark.parametrize(("given", "sides"), TRANSPOSED)
def test_padding_of_transposed_convolutions(given: dict[str, Any], sides: tuple[int, ...]) -> None:
    (found,) = transposed_sides(place({"type": "conv_transpose", "filters": 4, **given}))
    assert found == TransposedSides(*sides)


def test_transposed_convolutions_keep_size_and_place() -> None:
    """With what the target is given: (n - 1)s - 2p + d(k - 1) + q + 1 samples, and what is added then."""
    for kernel, stride, dilation, before, after, more in itertools.product(
        (1, 2, 4), (1, 2, 3), (1, 2), (-1, 0, 2), (0, 1, 3), (0, 1)
    ):
        layer = {
            "kernel": kernel,
            "stride": stride,
            "dilation": dilation,
            "padding": [[before, after]],
            "output_padding": more,
        }
        at = place({"type": "conv_transpose", "filters": 4, **layer})
        (sides,) = transposed_sides(at)
        assert sides.padding >= 0
        assert 0 <= sides.output_padding < max(stride, dilation)
        made = 15 * stride - 2 * sides.padding + dilation * (kernel - 1) + sides.output_padding + 1
        assert made + sides.before + sides.after == at.size[0], layer
        assert sides.padding - sides.before == before, layer


CUSTOM = [
    ({"kernel": 3, "filters": 8}, None),
    ({"kernel": 3, "filters": 8, "macs": 14 * 3 * 4 * 8}, None),
    ({"kernel": 3, "filters": 8, "macs": 7}, "it states 7 multiply-accumulates, a convolution of its kernel has 1344"),
    ({"global": True, "filters": 8}, "what it makes of the whole map is not described"),
    ({"unknown": "Einsum", "filters": 8}, "what the operation 'Einsum' does is not known"),
]


@pytest.mark.parametrize(("given", "why"), CUSTOM)
def test_custom_layers_that_are_convolutions(given: dict[str, Any], why: str | None) -> None:
    at = place({"type": "custom", **given})
    if why is None:
        custom_window(at)
        return
    with pytest.raises(Inexpressible) as error:
        custom_window(at)
    assert error.value.why == why


# Four projections of 4 channels to 4, with biases or not.
ATTENTION = [({"params": 4 * (16 + 4)}, True), ({"params": 4 * 16}, False), ({}, True)]


@pytest.mark.parametrize(("given", "bias"), ATTENTION)
def test_biases_of_attention(given: dict[str, Any], bias: bool) -> None:
    assert attention_bias(place({"type": "attention", "heads": 2, **given})) is bias


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"heads": 3}, "4 channels are not divided among 3 heads"),
        ({"params": 5}, "it states 5 parameters, the usual attention has 80 with biases"),
    ],
)
def test_attention_that_is_not_the_usual(given: dict[str, Any], why: str) -> None:
    with pytest.raises(Inexpressible, match=why):
        attention_bias(place({"type": "attention", **given}))


@pytest.mark.parametrize(
    ("mode", "sides", "refused"),
    [
        ("reflect", (15, 0), False),
        ("reflect", (0, 16), True),
        ("reflect", (-8, 7), False),
        ("reflect", (8, -8), True),
        ("circular", (16, 16), False),
        ("circular", (17, 0), True),
        ("replicate", (99, 99), False),
        ("zeros", (99, 99), False),
    ],
)
def test_borders_of_a_map_of_16(mode: str, sides: tuple[int, int], refused: bool) -> None:
    at = place({"type": "relu"})
    if not refused:
        check_border(at, (sides,), mode)
        return
    with pytest.raises(Inexpressible, match=f"padding_mode {mode} by {max(sides)} samples on a map of 16"):
        check_border(at, (sides,), mode)


@pytest.mark.parametrize(
    ("layer", "why"),
    [
        ({"type": "max_unpool", "scale": 2}, "which pooling's indices it takes is not described"),
        ({"type": "pad", "padding": 1, "padding_mode": "symmetric"}, "pads with padding_mode symmetric"),
        ({"type": "custom", "global": True, "filters": 8}, "what it makes of the whole map is not described"),
    ],
)
def test_what_no_target_can_be_told(layer: dict[str, Any], why: str) -> None:
    with pytest.raises(rfcli.DescriptionError, match=why):
        expressed(graph(layer), "marble", lambda _: None)


def test_all_that_a_target_cannot_be_told() -> None:
    made = graph(
        {"name": "a", "type": "relu"},
        {"name": "b", "type": "conv", "kernel": 3, "filters": 4, "params": 7},
        {"name": "c", "type": "tanh"},
    )
    told = []

    def express(at: Place) -> None:
        if at.label == "c":
            raise Inexpressible("it has no hyperbolas", "draw them")
        told.append(at.label)

    with pytest.raises(rfcli.DescriptionError) as error:
        expressed(made, "marble", express)
    assert told == ["a"]
    assert [(one.code, one.message, str(one.help)) for one in error.value.diagnostics] == [
        (
            "RF601",
            "conv 'b' cannot be exported to marble: it states 7 parameters, a layer of its own would have 52",
            "",
        ),
        ("RF601", "tanh 'c' cannot be exported to marble: it has no hyperbolas", "draw them"),
    ]
