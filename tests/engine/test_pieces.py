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
