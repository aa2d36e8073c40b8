"""Paths that read nothing along one axis, counted with those that do."""

from __future__ import annotations

import json
from typing import Any

import rfcli
from rfcli.engine.living import living

UP = {"name": "up", "type": "conv_transpose", "kernel": 1, "stride": [2, 1], "filters": 1}
MOVED = {"name": "moved", "type": "pad", "padding": [[1, -1], 0]}


def computed(*layers: dict[str, Any]) -> rfcli.Report:
    document = {"format": 1, "input": {"size": 8, "channels": 1}, "layers": layers}
    return rfcli.compute(rfcli.loads(json.dumps(document), name="net.json"))


def test_paths_live_where_they_read_along_all_axes() -> None:
    wide = {"name": "wide", "type": "conv", "kernel": [1, 5], "padding": [0, 2], "filters": 1}
    sum_ = {"name": "sum", "type": "add", "inputs": ["up", "moved", "wide"]}
    picked = {"name": "picked", "type": "subsample", "stride": [2, 1]}
    report = computed(UP, MOVED, wide, sum_, picked)
    assert rfcli.paths(report, "sum") == [{1: 3}, {1: 2, 5: 1}]
    assert rfcli.paths(report, "picked") == [{0: 2, 1: 1}, {0: 2, 1: 1}]
    readings, number = report.sight.readings, report.number("picked")
    assert living(readings[1], readings[:1], number, 10_000, None) == {0: 2, 1: 1}
    assert str(living(readings[1], readings[:1], number, 3, None)).startswith("Unknown")


def test_without_gaps_nothing_changes() -> None:
    report = computed({"name": "c", "type": "conv", "kernel": 3, "padding": 1, "filters": 1})
    assert not report.sight.gaps and rfcli.paths(report, "c") == [{3: 1}, {3: 1}]
