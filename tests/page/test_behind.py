"""What the page says behind global layers, against `rf locate`."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from oracle.plain.sided import drawn_sided

import rfcli
from page.test_regions import compared
from rfcli.engine.support import Effort
from rfcli.page import behind

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


def test_few_outputs_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(behind, "MOST_PLACES", 3)
    layers = [STRICT, {"type": "attention"}]
    report = rfcli.compute({"format": 1, "input": {"size": [1, 5], "channels": 4}, "layers": layers})
    assert behind.behind_whole_maps(report.sight, Effort(10**9)) == {2: [behind.TOO_MANY] * 2}
