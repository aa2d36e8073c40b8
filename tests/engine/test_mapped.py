"""What all outputs behind masks read, against points that are pushed back one output at a time."""

from __future__ import annotations

from itertools import product
from random import Random
from typing import Any

import pytest
from oracle.masked import drawn

import rfcli
from rfcli.engine.joint import JointSupports, single
from rfcli.engine.mapped import Boxes, alike, behind_masks, behind_merges, boxes, nowhere, whole_map
from rfcli.engine.support import Effort
from rfcli.geometry.field import Reads
from rfcli.geometry.unknown import Unknown


def test_a_whole_map() -> None:
    found = whole_map((2, 3))
    assert [found.at(place) for place in range(6)] == [((y, y), (x, x)) for y in range(2) for x in range(3)]
    assert [nowhere((2, 2)).at(place) for place in range(4)] == [None] * 4


def test_reading_along_one_axis() -> None:
    """Three taps along the rows: the first output reads rows 0 and 1."""
    found = whole_map((3, 2)).read_by(Reads(2, ((-1, 1, 1),)), 0, 2, None)
    assert found.sizes == (2, 2)
    assert [found.at(place) for place in range(4)] == [
        ((0, 1), (0, 0)),
        ((0, 1), (1, 1)),
        ((1, 2), (0, 0)),
        ((1, 2), (1, 1)),
    ]


def test_union() -> None:
    whole = whole_map((1, 2))
    assert nowhere((1, 2)).union(whole) == whole
    assert Boxes((1,), ([3], [4])).union(Boxes((1,), ([1], [2]))) == Boxes((1,), ([1], [4]))


@pytest.mark.parametrize("seed", range(12))
def test_against_single_outputs(seed: int) -> None:
    """The hull of the points that `JointSupports` finds for each output by itself."""
    random = Random(seed)
    looked = 0
    while looked < 3:
        dims = random.choice([2, 2, 3])
        try:
            report = rfcli.compute(drawn(random, dims))
        except rfcli.DescriptionError:
            continue
        looked += 1
        readings = report.sight.readings
        joint = JointSupports(readings, Effort())
        masked = behind_masks(readings)
        assert masked == [joint.masked(at) for at in range(len(masked))]
        for at, found in boxes(readings, Effort()):
            assert not isinstance(found, Unknown)
            places = [*product(*map(range, found.sizes))]
            for number in random.sample(range(len(places)), min(len(places), 6)):
                points = joint.of(at, single(places[number]), True, around=False)
                assert not isinstance(points, Unknown)
                assert found.at(number) == (points.hull or None)


def test_what_is_too_large() -> None:
    net = {
        "format": 1,
        "input": {"size": [2000, 2000], "channels": 1},
        "layers": [{"type": "conv", "kernel": 3, "mask": "causal", "filters": 1}],
    }
    assert all(isinstance(found, Unknown) for _, found in boxes(rfcli.compute(net).sight.readings, Effort()))


def test_what_takes_too_long() -> None:
    net = {
        "format": 1,
        "input": {"size": [20, 20], "channels": 1},
        "layers": [{"type": "conv", "kernel": 3, "mask": "causal", "filters": 1}],
    }
    found = dict(boxes(rfcli.compute(net).sight.readings, Effort(10)))
    assert isinstance(found[1], Unknown) and found[1].reason.startswith("looking at all samples")


def test_merges_of_which_a_path_leads_nowhere() -> None:
    """A path whose first column lies in padding meets one that reads something everywhere."""
    net: dict[str, Any] = {
        "format": 1, "input": {"size": [4, 4], "channels": 1},
        "layers": [
            {"name": "shifted", "type": "conv", "kernel": 1, "padding": [[0, 0], [1, -1]], "filters": 1},
            {"name": "alike", "type": "add", "inputs": ["shifted", "shifted"]},
            {"name": "sum", "type": "add", "inputs": ["alike", "input"]},
            {"name": "after", "type": "relu"},
            {"name": "gate", "type": "global_avg_pool"},
            {"name": "gated", "type": "multiply", "inputs": ["input", "gate"]},
        ],
    }  # fmt: skip
    readings = rfcli.compute(net).sight.readings
    assert behind_merges(readings, Effort()) == [False, False, False, True, True, False, False]
    found = dict(boxes(readings, Effort()))
    assert not isinstance(found[3], Unknown) and not isinstance(found[1], Unknown)
    assert [found[1].at(place) for place in range(2)] == [None, ((0, 0), (0, 0))]
    assert [found[3].at(place) for place in range(2)] == [((0, 0), (0, 0)), ((0, 0), (0, 1))]
    assert behind_merges(readings, Effort(10))[3], "what is not known may be so"


def test_layers_that_are_not_alike_along_the_axes_are_left_out() -> None:
    """A layer that sees all before it along the rows, behind a mask."""
    net: dict[str, Any] = {
        "format": 1, "input": {"size": [4, 4], "channels": 1},
        "layers": [
            {"name": "masked", "type": "conv", "kernel": 3, "padding": 1, "mask": "causal", "filters": 2},
            {"name": "custom", "type": "custom", "kernel": 1, "global": True},
            {"name": "after", "type": "conv", "kernel": 3, "padding": 1, "filters": 2},
        ],
    }  # fmt: skip
    readings = rfcli.compute(net).sight.readings
    assert [at for at, _ in boxes(readings, Effort())] == [
        at for at, same in enumerate(alike(readings)) if same and all(one.local[at] for one in readings)
    ]
