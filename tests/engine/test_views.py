"""Which paths count along an axis: where networks are global along one of them alone, against what autograd finds.

The right values are those of torch's gradients, taken by hand from networks of these layers with positive weights: of
`mean` over rows, of an LSTM whose last state is kept, and of what stands beside them.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

import rfcli
from rfcli.engine.support import Effort, interval
from rfcli.engine.views import View, reach_all
from rfcli.geometry.field import Reads

ROW = {"name": "row", "type": "adaptive_avg_pool", "output_size": [1, 6]}
"""The mean of every column of a map of 6."""
COLUMN = {"name": "column", "type": "lstm", "units": 2, "along": "w", "last": True}
"""The last state of every row."""
LEFT = {"name": "left", "type": "conv", "kernel": [1, 3], "mask": [[1, 0, 1]], "padding": [0, 1], "filters": 2}
CORNER = {"name": "corner", "type": "conv", "kernel": 2, "mask": [[0, 1], [1, 0]], "filters": 2}
ZIGZAG = {
    **CORNER,
    "kernel": [3, 2],
    "mask": [[0, 1], [1, 0], [0, 1]],
    "padding": [[2, 0], [0, 1]],
}


def located(layers: list[dict[str, Any]]) -> rfcli.Locator:
    document = {"format": 1, "input": {"size": [5, 6], "channels": 2}, "layers": layers}
    report = rfcli.compute(rfcli.loads(json.dumps(document), name="net.json"))
    return rfcli.located(report, report.layers[-1].name)


NOTHING = (None, None)
BESIDE = [{"type": "pad", "padding": [[1, 1], 0]}]
"""Rows 0 and 2 read nothing, row 1 the mean."""


def test_an_output_that_reads_nothing_along_the_global_axis_reads_nothing() -> None:
    locator = located([ROW, *BESIDE, {"type": "conv", "kernel": [1, 3], "padding": [0, 1], "filters": 2}])
    assert [locator.at((y, 2)).clipped for y in range(3)] == [NOTHING, ((0, 4), (1, 3)), NOTHING]
    assert [locator.at((y, 2)).runs for y in range(3)] == [((), ()), (((0, 4),), ((1, 3),)), ((), ())]
    assert not any(locator.read_at((0, 2)))
    assert locator.regions(0) == [None, (0, 4), None] and locator.regions(1)[2] == (1, 3)
    assert locator.readers((3, 2)) == (((1, 1),), ((1, 3),))


def test_an_output_that_reads_nothing_along_the_other_axis_reads_nothing_along_the_global_one() -> None:
    locator = located([ROW, {"type": "pad", "padding": [0, [1, 0]]}])
    assert [locator.at((0, x)).clipped for x in (0, 1, 6)] == [NOTHING, ((0, 4), (0, 0)), ((0, 4), (5, 5))]
    assert locator.regions(0) == [(0, 4)]


def test_samples_that_nothing_reads_along_one_axis_have_no_readers() -> None:
    locator = located(
        [{"type": "subsample", "stride": [2, 1]}, {"type": "gru", "units": 1, "along": "w", "last": True}]
    )
    assert locator.readers((1, 2)) == ((), ()) and locator.readers((2, 2)) == (((1, 1),), ((0, 0),))
    turned = located([{"type": "subsample", "stride": [1, 2]}, {"type": "gru", "units": 1, "along": "w", "last": True}])
    assert turned.readers((2, 1)) == ((), ()) and turned.readers((2, 2)) == (((2, 2),), ((0, 0),))


MASKED = [
    pytest.param([CORNER, {"type": "adaptive_max_pool", "output_size": [1, 5]}], (0, 2), ((0, 4), (2, 3)), id="pool"),
    pytest.param([COLUMN, ZIGZAG], (0, 0), NOTHING, id="the taps that are left of a mask lie beside the column"),
    pytest.param([COLUMN, ZIGZAG], (1, 0), ((0, 0), (0, 5)), id="but for one"),
    pytest.param([LEFT, COLUMN], (3, 0), ((3, 3), (0, 5)), id="lstm"),
    pytest.param([LEFT, {**COLUMN, "last": False}], (3, 0), ((3, 3), (1, 1)), id="all before"),
    pytest.param([LEFT, {**COLUMN, "last": False, "bidirectional": True}], (3, 2), ((3, 3), (1, 3)), id="beside"),
]


@pytest.mark.parametrize(("layers", "place", "right"), MASKED)
def test_masks_before_and_behind_layers_of_one_axis(layers: list[dict[str, Any]], place: Any, right: Any) -> None:
    locator = located(layers)
    assert locator.at(place).clipped == right


def test_reads() -> None:
    layers = [{"type": "conv", "kernel": 3, "padding": 1, "filters": 1}, ROW, {"type": "relu"}]
    sight = located(layers).report.sight
    along, every = View(sight, 1, Effort()), View(sight, None, Effort())
    assert along.above(2) == every.above(2) == [0, 1, 2]
    assert along.whole(0, 2, 1) and every.whole(0, 2, 1) and not along.whole(1, 2, 1)
    assert along.read(0, interval(0, 0), (2, 1), True, True) == interval(0, 4)
    assert along.read(1, interval(2, 2), (1, 0), True, True) == interval(1, 3)
    assert along.seeing(1, interval(0, 0), (1, 0)) == interval(0, 1)
    assert along.seeing(0, interval(3, 3), (2, 1)) == interval(0, 0)
    assert along.passes(0, 3, 2) and not along.passes(0, 2, 1) and not along.passes(0, 1, 0)


def test_layers_all_outputs_of_which_read() -> None:
    assert reach_all(Reads(1, ((-1, 1, 1),)), 5, 5) and reach_all(Reads(2, ((0, 0, 1),)), 5, 3)
    assert not reach_all(Reads(1, ((-2, -2, 1),)), 5, 5) and not reach_all(Reads(1, ((0, 0, 1), None)), 5, 10)
    assert not reach_all(Reads(1, ((-3, 3, 6),)), 5, 5), "a tap before the map, and one behind it"
