"""Paths through shuffles whose places come from channels of their own: each of the network's paths counts once."""

from __future__ import annotations

from typing import Any

import pytest

import rfcli

HALVES: list[dict[str, Any]] = [
    {"name": "a", "type": "conv", "kernel": 1, "filters": 2, "inputs": ["input"]},
    {"name": "b", "type": "conv", "kernel": 9, "padding": 4, "filters": 2, "inputs": ["input"]},
    {"name": "both", "type": "concat", "inputs": ["a", "b"]},
]


def counted(*layers: dict[str, Any], size: list[int]) -> list[dict[int, int]]:
    document = {"format": 1, "input": {"size": size, "channels": 3}, "layers": [*HALVES, *layers]}
    report = rfcli.compute(rfcli.loads(str(document)))
    return rfcli.paths(report, report.layers[-1].name)


@pytest.mark.parametrize(
    ("layers", "size", "expected"),
    [
        pytest.param([{"type": "depth_to_space", "scale": 2}], [20], [{1: 1, 9: 1}], id="a place for each path"),
        pytest.param([{"type": "depth_to_space", "scale": 4}], [20], [{1: 1, 9: 1}], id="two places for each"),
        pytest.param([{"type": "pixel_shuffle", "scale": 2}], [20], [{1: 1, 9: 1}], id="channels of torch's order"),
        pytest.param([{"type": "depth_to_space", "scale": 2}], [20, 20], [{1: 1, 9: 1}] * 2, id="two axes"),
        pytest.param(
            [{"type": "depth_to_space", "scale": 2}, {"type": "conv", "kernel": 3, "filters": 1}],
            [20],
            [{2: 1, 10: 1}],
            id="a convolution behind them",
        ),
        pytest.param(
            [
                {"name": "s", "type": "depth_to_space", "scale": 2},
                {"type": "residual", "layers": [{"type": "conv", "kernel": 3, "padding": 1, "filters": 2}]},
            ],
            [20],
            [{1: 1, 2: 1, 9: 1, 10: 1}],
            id="and a skip round it",
        ),
    ],
)
def test_paths(layers: list[dict[str, Any]], size: list[int], expected: list[dict[int, int]]) -> None:
    assert counted(*layers, size=size) == expected


PLACES: list[dict[str, Any]] = [
    {"name": "a", "type": "conv", "kernel": 1, "padding": "same", "filters": 1, "inputs": ["input"]},
    {"name": "b", "type": "conv", "kernel": 2, "padding": "same", "filters": 2, "inputs": ["input"]},
    {"name": "c", "type": "conv", "kernel": 2, "padding": "same", "filters": 1, "inputs": ["input"]},
    {"name": "four", "type": "concat", "inputs": ["a", "b", "c"]},
    {"type": "depth_to_space", "scale": 2},
]
TWICE: list[dict[str, Any]] = [
    {"name": "a", "type": "conv", "kernel": 3, "filters": 1, "inputs": ["input"]},
    {"name": "both", "type": "concat", "inputs": ["a", "a"]},
    {"type": "pixel_shuffle", "scale": [2, 1]},
]
NESTED: list[dict[str, Any]] = [
    {"name": "a", "type": "conv", "kernel": 1, "filters": 1, "inputs": ["input"]},
    {"name": "b", "type": "conv", "kernel": 9, "padding": 4, "filters": 1, "inputs": ["input"]},
    {"name": "ab", "type": "concat", "inputs": ["a", "b"]},
    {"name": "ba", "type": "concat", "inputs": ["b", "a"]},
    {"name": "four", "type": "concat", "inputs": ["ab", "ba"]},
    {"type": "pixel_shuffle", "scale": 2},
]
EVERY_SECOND = {"type": "subsample", "stride": 2}


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        pytest.param(PLACES, [{1: 1, 2: 2}] * 2, id="places of four channels"),
        pytest.param([*PLACES, EVERY_SECOND], [{0: 2, 1: 1}] * 2, id="the first of them is left"),
        pytest.param(
            [*PLACES, {"type": "conv", "kernel": [1, 2], "stride": 2, "filters": 1}],
            [{0: 1, 1: 1, 2: 1}, {0: 1, 1: 1, 2: 1}],
            id="the first two are left",
        ),
        pytest.param(
            [*PLACES, {"type": "layer_norm", "axes": "cumulative"}, EVERY_SECOND],
            [{0: 2, 1: 1}, {0: 1, 1: 1, 2: 1}],
            id="all before along one axis",
        ),
        pytest.param(TWICE, [{3: 2}] * 2, id="one map twice"),
        pytest.param([*TWICE, EVERY_SECOND], [{0: 1, 3: 1}] * 2, id="one of both is left"),
        pytest.param(NESTED, [{1: 2, 9: 2}] * 2, id="each in two concats of a concat"),
        pytest.param([*NESTED, EVERY_SECOND], [{0: 3, 1: 1}] * 2, id="one of four is left"),
        pytest.param(
            [
                {"type": "space_to_depth", "scale": 2},
                {"type": "channel_shuffle", "groups": 2},
                {"type": "depth_to_space", "scale": 2},
            ],
            [{1: 1}] * 2,
            id="places moved by one path",
        ),
    ],
)
def test_paths_of_places_along_two_axes(layers: list[dict[str, Any]], expected: list[dict[int, int]]) -> None:
    document = {"format": 1, "input": {"size": [20, 20], "channels": 1}, "layers": layers}
    report = rfcli.compute(rfcli.loads(str(document)))
    assert rfcli.paths(report, report.layers[-1].name) == expected
