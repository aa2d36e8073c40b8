"""Layers that see the whole map: sizes, channels and costs by their definitions."""

from __future__ import annotations

import pytest

from layers import built, taps
from rfcli.geometry.unknown import Unknown
from rfcli.layers._layer import GeometryError, Whole

WHOLE = [
    ("global_avg_pool", {}, Whole.ONLY),
    ("global_max_pool", {}, Whole.ONLY),
    ("flatten", {}, Whole.ONLY),
    ("linear", {"units": 3}, Whole.ONLY),
    ("attention", {}, Whole.ONLY),
    ("attention", {"causal": True}, Whole.ALSO),
    ("window_attention", {"window": 3}, Whole.NO),
    ("window_attention", {"windows": 1}, Whole.ONLY),
    ("window_attention", {"windows": 2}, Whole.NO),
    ("window_attention", {"grid": 1}, Whole.NO),
    ("squeeze_excite", {}, Whole.ALSO),
]


@pytest.mark.parametrize(("type", "given", "expected"), WHOLE)
def test_how_they_see_the_map(type: str, given: dict[str, object], expected: Whole) -> None:
    assert built(type, **given).whole(0, False) is expected


SIZES = [
    ("global_avg_pool", {}, 8, 1),
    ("flatten", {}, 8, 1),
    ("linear", {"units": 3}, 1, 1),
    ("attention", {}, 8, 8),
    ("window_attention", {"window": 3}, 8, 8),
    ("squeeze_excite", {}, 8, 8),
]


@pytest.mark.parametrize(("type", "given", "n", "expected"), SIZES)
def test_output_sizes(type: str, given: dict[str, object], n: int, expected: int) -> None:
    assert built(type, **given).output_size(0, n) == expected


COSTS = [
    # (type, parameters, map, output channels of 6, params, macs, other operations)
    ("global_avg_pool", {}, (4, 5), 6, 0, 0, 6 * 20),
    ("flatten", {}, (4, 5), 6 * 20, 0, 0, 0),
    ("linear", {"units": 3}, (1, 1), 3, 6 * 3 + 3, 6 * 3, 3),
    ("linear", {"units": 3, "bias": False}, (1, 1), 3, 6 * 3, 6 * 3, 0),
    # each of 20 queries of 2 channels meets 20 keys, and then their values of 4 channels
    ("attention", {"query": 2, "value": 4}, (4, 5), 4, 0, 20 * 20 * (2 + 4), 0),
    ("window_attention", {"query": 2, "value": 4, "window": [2, 5]}, (4, 5), 4, 0, 20 * 10 * (2 + 4), 0),
    ("window_attention", {"query": 2, "value": 4, "windows": [2, 1]}, (4, 5), 4, 0, 20 * 10 * (2 + 4), 0),
    # two linear layers, of 6 to 2 and of 2 to 6 channels
    ("squeeze_excite", {"units": 2}, (4, 5), 6, 2 * 6 * 2 + 2 + 6, 2 * 6 * 2, 6 + 2),
    ("squeeze_excite", {"units": 2, "bias": False}, (4, 5), 6, 2 * 6 * 2, 2 * 6 * 2, 0),
]


@pytest.mark.parametrize(("type", "given", "n", "channels", "params", "macs", "others"), COSTS)
def test_costs(
    type: str, given: dict[str, object], n: tuple[int, int], channels: int, params: int, macs: int, others: int
) -> None:
    layer = built(type, 2, **given)
    assert layer.channels(6, n) == channels
    assert layer.params(6, n) == params
    assert layer.macs(6, n, n) == macs
    assert layer.extra_flops(6, n, n) == others


def test_costs_that_nothing_states_are_unknown() -> None:
    for type in ("attention", "squeeze_excite"):
        assert isinstance(built(type).macs(6, (4,), (4,)), Unknown)
        assert isinstance(built(type).params(6, (4,)), Unknown)
    assert built("attention", macs=7).macs(6, (4,), (4,)) == 7
    uneven = built("window_attention", window=3, query=2, value=4)
    assert isinstance(uneven.macs(6, (4,), (4,)), Unknown)


WINDOWS = [
    ({"window": 3}, 9, [[0, 1, 2], [0, 1, 2], [0, 1, 2], [3, 4, 5]]),
    ({"window": 3, "shift": 1}, 9, [[-2, -1, 0], [1, 2, 3], [1, 2, 3]]),
    ({"windows": 2}, 4, [[0, 1], [0, 1], [2, 3]]),
]


@pytest.mark.parametrize(("given", "n", "expected"), WINDOWS)
def test_windows_of_attention(given: dict[str, object], n: int, expected: list[list[int]]) -> None:
    layer = built("window_attention", **given)
    assert [taps(layer, o, n) for o in range(len(expected))] == expected


def test_windows_that_do_not_divide_the_map() -> None:
    assert isinstance(built("window_attention", windows=2).reads(0, 5), Unknown)


def test_linear_layers_need_one_position() -> None:
    with pytest.raises(GeometryError, match="linear needs a flattened map"):
        built("linear", units=3).output_size(0, 2)


@pytest.mark.parametrize(
    ("type", "given", "why"),
    [
        ("attention", {"query": 2}, "query and value go together"),
        ("attention", {"query": 2, "value": 2}, None),
        ("window_attention", {}, "window_attention takes one of window, windows and grid, here are none"),
        (
            "window_attention",
            {"window": 2, "windows": 2},
            "window_attention takes one of window, windows and grid, here are window and windows",
        ),
        ("window_attention", {"windows": 2, "shift": 1}, "windows that divide the map have no shift"),
    ],
)
def test_contradictions(type: str, given: dict[str, object], why: str | None) -> None:
    assert built(type, **given).contradiction() == why
