"""What the page says of layers that are global along one axis only, against `rf locate`."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from oracle.plain.rest import drawn_rest
from oracle.plain.sided import drawn_sided

import rfcli
from page.decoding import Page
from page.test_regions import compared
from rfcli.engine.support import Effort
from rfcli.page import lopsided
from rfcli.page.data import network

STRICT = {"name": "strict", "type": "conv", "kernel": 3, "padding": 1, "mask": "strictly_causal", "filters": 4}
CROSS = [
    {"name": "t", "type": "crop", "cropping": [0, 2]},
    {"name": "tall", "type": "conv", "kernel": [5, 1], "filters": 1},
    {"name": "w", "type": "crop", "cropping": [2, 0], "inputs": ["input"]},
    {"name": "wide", "type": "conv", "kernel": [1, 5], "filters": 1},
    {"name": "cross", "type": "add", "inputs": ["tall", "wide"]},
]
MOVED = [
    {"name": "moved", "type": "pad", "padding": [[1, -1], [1, -1]]},
    {"name": "odd", "type": "subsample", "stride": 2},
    {"name": "even", "type": "subsample", "stride": 2, "inputs": ["input"]},
    {"name": "both", "type": "add", "inputs": ["odd", "even"]},
]
POOL = {"type": "global_avg_pool"}
CAUSAL = {"type": "attention", "causal": True}
BEHIND: list[tuple[str, list[dict[str, Any]], list[int]]] = [
    ("a mask in one row", [STRICT, POOL], [1, 5]),
    ("a mask in one column", [STRICT, {"type": "attention"}, {"type": "conv", "kernel": 3, "padding": 1}], [4, 1]),
    ("a mask that reads nothing", [STRICT, POOL], [1, 1]),
    ("a part of all before a mask", [STRICT, CAUSAL, {"type": "crop", "cropping": [1, 0]}, POOL], [5, 5]),
    ("a cross", [*CROSS, POOL, {"type": "flatten"}], [7, 7]),
    ("a path beside its map", [*MOVED, POOL], [9, 1]),
    ("all before that", [*MOVED, CAUSAL, {"type": "flatten"}, {"type": "linear", "units": 2}], [1, 9]),
]


@pytest.mark.parametrize(("what", "layers", "size"), BEHIND, ids=[what for what, *_ in BEHIND])
def test_behind_global_layers(what: str, layers: list[dict[str, Any]], size: list[int]) -> None:
    """Masks, crosses and paths that read nothing leave samples out that each axis by itself has."""
    report = rfcli.compute({"format": 1, "input": {"size": size, "channels": 4}, "layers": layers})
    assert compared(report, Random(1), 8, carried=False) == len(layers)


@pytest.mark.parametrize("seed", range(12))
def test_random_layers_behind_what_sees_all_on_one_side(seed: int) -> None:
    report = rfcli.compute(rfcli.loads(json.dumps(drawn_sided(seed)), "net.json"))
    assert compared(report, Random(seed), 8, carried=False)


ROW = {"name": "row", "type": "adaptive_avg_pool", "output_size": [1, 6]}
"""The mean of every column of a map of 6."""
BESIDE = {"name": "beside", "type": "pad", "padding": [[1, 1], 0]}
LAST = {"name": "last", "type": "lstm", "units": 2, "along": "w", "last": True}
MASKED = {"name": "masked", "type": "conv", "kernel": 3, "padding": 1, "mask": "strictly_causal", "filters": 2}
LAYERS: list[tuple[str, list[dict[str, Any]]]] = [
    ("outputs beside the mean", [ROW, BESIDE, {"type": "conv", "kernel": [1, 3], "padding": [0, 1], "filters": 2}]),
    ("a mask behind the mean", [ROW, MASKED]),
    ("a mask before the last state", [MASKED, LAST, {"type": "relu"}]),
    (
        "zeros besides",
        [{**ROW, "inputs": ["input"]}, {"type": "zeros"}, {"type": "concat", "inputs": ["row", "zeros_1"]}],
    ),
    ("a sum of both", [LAST, BESIDE, {"name": "end", "type": "conv", "kernel": [3, 1], "filters": 2}]),
]


def report(layers: list[dict[str, Any]]) -> rfcli.Report:
    return rfcli.compute({"format": 1, "input": {"size": [5, 6], "channels": 2}, "layers": layers})


@pytest.mark.parametrize(("what", "layers"), LAYERS, ids=[what for what, _ in LAYERS])
def test_layers_of_one_axis(what: str, layers: list[dict[str, Any]]) -> None:
    reached = [layer for layer in layers if layer["type"] != "zeros"]
    assert compared(report(layers), Random(1), 12, carried=False, known=True) == len(reached)


@pytest.mark.parametrize("seed", [81088, 81232, 1117, 1152])
def test_random_networks(seed: int) -> None:
    assert compared(
        rfcli.compute(rfcli.loads(json.dumps(drawn_rest(seed)), "net.json")), Random(seed), 6, carried=False
    )


def test_outputs_that_read_nothing() -> None:
    page = Page(json.loads(json.dumps(network(report(LAYERS[0][1])))))
    assert [page.at(page.number["beside"], (y, 2))[1] for y in range(3)] == [[None] * 2, [[0, 4], [2, 2]], [None] * 2]


def test_few_outputs_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lopsided, "MOST_PLACES", 20)
    found = lopsided.Lopsided(report(LAYERS[0][1]).sight, Effort(10**9)).boxes()
    assert [isinstance(one, lopsided.Unknown) for one in found.values()] == [False, True]


def test_networks_that_are_alike_along_both_axes_are_not_looked_at() -> None:
    found = lopsided.Lopsided(report([MASKED, {"type": "squeeze_excite"}]).sight, Effort(10**9))
    assert not found.layers and not found.boxes()
