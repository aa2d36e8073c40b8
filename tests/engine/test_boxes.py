"""What is read of finite maps as boxes, against sets of points that are pushed tap by tap."""

from __future__ import annotations

import json
import random
from itertools import product
from math import prod
from typing import Any

import pytest
from oracle.joint import points
from oracle.torn import drawn

import rfcli
from rfcli.engine.boxes import BoxSupports, added, along, within
from rfcli.engine.locate import Locator
from rfcli.engine.support import Effort, Samples, interval
from rfcli.engine.views import View
from rfcli.geometry.unknown import Unknown

CROSS = [
    {"name": "tall", "type": "conv", "kernel": [5, 1], "padding": [2, 0], "filters": 1},
    {"name": "moved", "type": "pad", "padding": [[2, -2], [0, 0]], "inputs": ["input"]},
    {"name": "wide", "type": "conv", "kernel": [1, 5], "padding": [0, 2], "filters": 1},
    {"name": "sum", "type": "add", "inputs": ["tall", "wide"]},
]
"""No row of `wide` reads anything of the first two of the sum."""


def located(layers: list[dict[str, Any]], size: list[int], layer: str) -> Locator:
    document = {"format": 1, "input": {"size": size, "channels": 1}, "layers": layers}
    return Locator(rfcli.compute(rfcli.loads(json.dumps(document), name="net.json")), layer)


def test_a_path_that_reads_padding_alone_along_one_axis_adds_nothing_along_another() -> None:
    locator = located(CROSS, [9, 9], "sum")
    assert locator.torn(0) and locator.torn(1)
    border, inside = locator.at((1, 4)), locator.at((4, 4))
    assert (border.clipped, border.runs) == (((0, 3), (4, 4)), (((0, 3),), ((4, 4),)))
    assert border.region == ((-1, 3), (2, 6)), "that of the unbounded map"
    assert inside.clipped == ((2, 6), (2, 6))
    assert locator.points((1, 4)) is None, "a box"
    assert {*(locator.points((4, 4)) or ())} == {(h, 4) for h in range(2, 7)} | {(2, w) for w in range(2, 7)}
    assert locator.regions(1)[4] == (2, 6), "that of a whole column"


def test_outputs_that_read_a_sample() -> None:
    """By the wide path only two rows below, and then five of them."""
    locator = located(CROSS, [9, 9], "sum")
    assert locator.readers((4, 4)) == (((2, 6),), ((2, 6),))
    assert locator.readers((7, 4)) == (((5, 8),), ((4, 4),)), "the wide path reads no further than row 6"


def test_strides_of_a_cross() -> None:
    """A sample that only one path reads is read by the outputs of that path, not of others."""
    layers = [
        {"name": "tall", "type": "conv", "kernel": [3, 1], "stride": 2, "padding": [1, 0], "filters": 1},
        {"name": "wide", "type": "conv", "kernel": [1, 3], "stride": 2, "padding": [0, 1], "filters": 1,
         "inputs": ["input"]},
        {"name": "sum", "type": "add", "inputs": ["tall", "wide"]},
    ]  # fmt: skip
    locator = located(layers, [9, 9], "sum")
    assert not locator.torn(0)
    assert locator.readers((3, 4)) == (((1, 2),), ((2, 2),)) and locator.readers((3, 3)) == ((), ())
    assert locator.readers((4, 3)) == (((2, 2),), ((1, 2),))


def test_an_output_that_reads_nothing_along_one_axis_reads_nothing() -> None:
    layers = [{"name": "moved", "type": "pad", "padding": [[2, 0], 0]}]
    locator = located(layers, [4, 4], "moved")
    assert locator.at((0, 1)).clipped == (None, None) and locator.at((0, 1)).runs == ((), ())
    assert locator.at((0, 1)).region == ((-2, -2), (1, 1))


MANY = [pytest.param(dims, count, marks=pytest.mark.random) for dims, count in ((2, 14), (3, 30))]


@pytest.mark.parametrize(("dims", "count"), [(2, 7), (3, 14), *MANY])
def test_random_networks(dims: int, count: int) -> None:
    torn = checked = 0
    for seed in range(count):
        rng = random.Random(3000 + seed)
        document = drawn(rng, dims)
        try:
            report = rfcli.compute(rfcli.loads(json.dumps(document), name="net.json"))
        except rfcli.DescriptionError:
            continue
        sizes = {"input": document["input"]["size"]} | {one.name: list(one.output_size) for one in report.layers}
        small = [name for name, size in sizes.items() if prod(size) <= (90 if dims == 2 else 150) and name != "input"]
        for name in small[-2:]:
            locator = Locator(report, name)
            torn, checked = torn + locator.torn(0), checked + 1
            against_points(locator, {layer["name"]: layer for layer in document["layers"]}, sizes, rng)
    assert checked > 6 and torn > 1


def against_points(locator: Locator, layers: Any, sizes: Any, rng: random.Random) -> None:
    """Outputs, columns of them, and those that read a sample."""
    name, dims = locator.layer, len(locator.axes)
    outputs = list(product(*map(range, sizes[name])))
    read = {o: points(layers, sizes, name, o, True) for o in outputs}
    for o in rng.sample(outputs, 4):
        said, unbounded = locator.at(o), points(layers, sizes, name, o, False)
        assert list(map(spread, said.runs)) == [sorted({point[axis] for point in read[o]}) for axis in range(dims)]
        assert list(said.clipped) == [hull({point[axis] for point in read[o]}) for axis in range(dims)], (name, o)
        if unbounded:
            assert list(said.region) == [hull({point[axis] for point in unbounded}) for axis in range(dims)]
        found = locator.points(o)
        assert read[o] == ({*product(*map(spread, said.runs))} if found is None else {*found})
    for axis in range(dims):
        at_each = [
            {point[axis] for o in outputs if o[axis] == i for point in read[o]} for i in range(sizes[name][axis])
        ]
        assert locator.regions(axis) == list(map(hull, at_each)), name
        assert list(map(spread, locator.runs(axis))) == list(map(sorted, at_each)), name
    sample = tuple(rng.randrange(n) for n in sizes["input"])
    seeing = [o for o in outputs if sample in read[o]]
    assert list(map(spread, locator.readers(sample))) == [sorted({o[axis] for o in seeing}) for axis in range(dims)]


def spread(runs: Any) -> list[int]:
    return [i for first, last in runs for i in range(first, last + 1)]


def hull(samples: set[int]) -> tuple[int, int] | None:
    return (min(samples), max(samples)) if samples else None


def test_boxes() -> None:
    low, high, all_ = interval(0, 1), interval(2, 3), interval(0, 3)
    assert within(low, all_) and not within(all_, low) and within(Samples(5, 0b1), Samples(3, 0b101))
    assert added([(low, low)], (all_, low)) == [(all_, low)]
    assert added([(low, low)], (high, low)) == [(all_, low)], "side by side"
    cross = added([(low, all_)], (all_, low))
    assert len(cross) == 2 and added(cross, (low, low)) == cross
    assert list(along(cross, 0)) == [0, 1, 2, 3]


def test_too_many_boxes_are_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rfcli.engine.boxes.MAX_BOXES", 1)
    locator = located(CROSS, [9, 9], "sum")
    boxes = BoxSupports(View(locator.report.sight, 0, Effort()), locator.number)
    assert isinstance(boxes.of((Samples(4, 1), Samples(4, 1))), Unknown)
    with pytest.raises(rfcli.CallError, match="more boxes than are followed"):
        locator.at((4, 4))


def test_an_output_that_sees_all_before_it_reads_something_without_samples_of_its_own() -> None:
    layers = [
        {"name": "up", "type": "conv_transpose", "kernel": 1, "stride": [2, 1], "filters": 1},
        {"name": "swept", "type": "custom", "global": "before", "kernel": 1, "filters": 1},
    ]
    place = located(layers, [4, 4], "swept").at((1, 2))
    assert (place.region, place.clipped) == ((None, (2, 2)), ((0, 0), (2, 2)))
