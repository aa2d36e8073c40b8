"""What outputs read behind masks and global layers, where that is no product along the axes: against sets of taps."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

import pytest

import rfcli

STRICT = {"name": "strict", "type": "conv", "kernel": 3, "padding": 1, "mask": "strictly_causal", "filters": 4}
POOL = {"name": "end", "type": "global_avg_pool"}


def located(layers: list[dict[str, Any]], size: list[int]) -> rfcli.Locator:
    document = {"format": 1, "input": {"size": size, "channels": 4}, "layers": layers}
    report = rfcli.compute(rfcli.loads(json.dumps(document), name="net.json"))
    return rfcli.located(report, report.layers[-1].name)


def strictly(size: list[int]) -> set[tuple[int, ...]]:
    """The samples that any output of a convolution of 3 reads, of whose taps those before the middle one are left."""
    taps = list(product((-1, 0, 1), repeat=len(size)))
    taps = taps[: len(taps) // 2]
    moved = {tuple(map(sum, zip(o, tap, strict=True))) for o in product(*map(range, size)) for tap in taps}
    return {at for at in moved if all(0 <= i < n for i, n in zip(at, size, strict=True))}  # type: ignore[misc]


@pytest.mark.parametrize("size", [[5, 5], [1, 5], [4, 1], [1, 1], [3, 4, 2]], ids=str)
@pytest.mark.parametrize(
    "behind",
    [
        pytest.param([POOL], id="pool"),
        pytest.param([{"type": "flatten"}, {"name": "end", "type": "linear", "units": 3}], id="linear"),
        pytest.param([{"type": "attention"}], id="attention"),
        pytest.param([{"type": "attention", "causal": True}, POOL], id="all before, and a pool"),
        pytest.param([{"type": "squeeze_excite"}, {"type": "conv", "kernel": 1, "filters": 4}, POOL], id="a gate"),
        pytest.param([{"type": "layer_norm"}, POOL, {"type": "linear", "units": 2}], id="linear behind a pool"),
    ],
)
def test_behind_a_mask_without_its_middle(behind: list[dict[str, Any]], size: list[int]) -> None:
    locator, right = located([STRICT, *behind], size), strictly(size)
    first = [0] * len(size)
    assert {*(locator.points(first) or product(*locator.read_at(first)))} == right
    hull = [(min(one), max(one)) for one in zip(*right, strict=True)] or [None] * len(size)
    assert (
        list(locator.at(first).clipped) == hull
        and [regions[0] for regions in map(locator.regions, locator.axes)] == hull
    )
    for point in product(*map(range, size)):
        assert all(locator.readers(point)) == (point in right)


def test_two_of_them_leave_more_out() -> None:
    more = {**STRICT, "name": "more"}
    locator = located([STRICT, more, POOL], [4, 4])
    inner = strictly([4, 4])
    taps = ((-1, -1), (-1, 0), (-1, 1), (0, -1))
    right = {(y + dy, x + dx) for y, x in inner for dy, dx in taps if y + dy >= 0 and 0 <= x + dx < 4}
    assert {*(locator.points((0, 0)) or ())} == right and len(right) < len(inner)


def test_a_cross_without_its_corners() -> None:
    """Neither of two paths that crop reads a corner, though each of its rows and columns is read."""
    tall = [{"type": "crop", "cropping": [0, 2]}, {"name": "tall", "type": "conv", "kernel": [5, 1], "filters": 1}]
    wide = [{"type": "crop", "cropping": [2, 0]}, {"name": "wide", "type": "conv", "kernel": [1, 5], "filters": 1}]
    layers = [*tall, {**wide[0], "inputs": ["input"]}, wide[1], {"type": "add", "inputs": ["tall", "wide"]}, POOL]
    locator = located(layers, [7, 7])
    right = {(y, x) for y in range(7) for x in range(7) if 2 <= y <= 4 or 2 <= x <= 4}
    assert {*(locator.points((0, 0)) or ())} == right
    assert locator.readers((0, 0)) == ((), ()) and locator.readers((0, 3)) == (((0, 0),), ((0, 0),))
    assert locator.at((0, 0)).runs == (((0, 6),), ((0, 6),))


def test_a_part_of_what_sees_all_before_it_behind_masks() -> None:
    """Attention looks from rows 1 to 3 at all rows before; of its row 3 the last sample is read by row 4 alone."""
    layers = [STRICT, {"type": "attention", "causal": True}, {"type": "crop", "cropping": 1}, POOL]
    locator = located(layers, [5, 5])
    right = {(y, x) for y in range(4) for x in range(5)} - {(3, 4)}
    assert {*(locator.points((0, 0)) or ())} == right
    assert locator.at((0, 0)).clipped == ((0, 3), (0, 4))
    backwards = [STRICT, {"type": "custom", "kernel": 1, "global": "after", "filters": 4}, layers[2], POOL]
    assert {*(located(backwards, [5, 5]).points((0, 0)) or ())} == strictly([5, 5])


def test_a_path_that_reads_nothing_along_one_axis_adds_nothing_behind_what_sees_all_before_it() -> None:
    """Every second row: the path of the odd ones lies beside the only column."""
    layers = [
        {"name": "moved", "type": "pad", "padding": [[1, -1], [1, -1]]},
        {"name": "odd", "type": "subsample", "stride": 2},
        {"name": "even", "type": "subsample", "stride": 2, "inputs": ["input"]},
        {"type": "add", "inputs": ["odd", "even"]},
        {"type": "attention", "causal": True},
    ]
    for behind in [POOL], [{"type": "subsample", "stride": [2, 1]}, POOL], [{"type": "flatten"}]:
        locator = located([*layers, *behind], [9, 1])
        assert locator.at((0, 0)).runs == (tuple((i, i) for i in range(0, 9, 2)), ((0, 0),))
        assert locator.readers((1, 0)) == ((), ()) and locator.readers((2, 0)) == (((0, 0),), ((0, 0),))


def test_products_stay_products() -> None:
    both = [{"name": name, "type": "conv", "kernel": kernel, "padding": "same", "filters": 1, "inputs": ["input"]}
            for name, kernel in (("a", [1, 7]), ("b", [7, 1]))]  # fmt: skip
    locator = located([*both, {"type": "add", "inputs": ["a", "b"]}, POOL], [6, 6])
    assert not locator.joined and locator.points((0, 0)) is None


def test_a_path_that_reads_nothing_along_one_axis_adds_nothing_behind_a_pool() -> None:
    """Every second row and column, of which the odd ones by a path that lies beside the only row."""
    layers = [
        {"name": "rows", "type": "pad", "padding": [[2, 1], 0]},
        {"name": "moved", "type": "pad", "padding": [[1, -1], [1, -1]]},
        {"name": "odd", "type": "subsample", "stride": 2},
        {"name": "even", "type": "subsample", "stride": 2, "inputs": ["rows"]},
        {"type": "add", "inputs": ["odd", "even"]},
        POOL,
    ]
    assert located(layers, [1, 9]).at((0, 0)).runs == (((0, 0),), tuple((i, i) for i in range(0, 9, 2)))


def test_maps_that_are_too_large_are_not_begun() -> None:
    up = {"name": "up", "type": "upsample", "scale": 1 << 30}
    layers = [up, {"name": "pad", "type": "pad", "padding": [[1, -1], 0]}, {"type": "add", "inputs": ["up", "pad"]}]
    with pytest.raises(rfcli.CallError, match="one by one"):
        located(layers, [64, 64]).regions(0)
