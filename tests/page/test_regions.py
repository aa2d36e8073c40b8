"""The page's regions, read again by `decoding`, against `rf locate`: on bundled networks and on random ones."""

from __future__ import annotations

import json
from itertools import islice
from random import Random
from typing import Any

import pytest
from bundled import AKIN, NETWORKS
from hypothesis import given
from hypothesis import strategies as st
from oracle import masked
from oracle.against import thorough
from oracle.networks import chains, graphs
from oracle.parted import parted
from oracle.torn import drawn as torn

import rfcli
from page.decoding import Page
from rfcli.engine.hulls import NOWHERE, Hulls
from rfcli.engine.report import Report
from rfcli.geometry.field import Field
from rfcli.page import inline, regions
from rfcli.page.data import data, network
from rfcli.page.regions import ruled, runs

MOST_BYTES = 300_000
"""Bytes of the page of a bundled network."""
MOST_LAYERS = 16
"""Layers of a network of which each is compared; of a larger one, so many that lie apart."""


def plain(found: Any) -> Any:
    return [None if one is None else list(one) for one in found]


def reason(values: list[Any]) -> bool:
    return any(isinstance(one, str) for one in values)


def compared(
    report: Report,
    random: Random,
    cells: int,
    most: int = MOST_LAYERS,
    carried: bool = True,
    known: bool = False,
    made: Any = None,
) -> int:
    """Compares layers of a report, all outputs along each axis and some cells; returns how many. What the page says it
    does not know may be known, unless all is to be `known`. `made` is what the page has of it, if that is made."""
    page = Page(json.loads(json.dumps(network(report) if made is None else made)))
    if page.network["point"] is not True:
        return 0
    layers = [layer.name for layer in report.layers if page.seen(page.number[layer.name]) is not None]
    step = max(len(layers) // most, 1)
    for name in {*layers[random.randrange(step) :: step], *layers[-1:]}:
        node = page.number[name]
        locator = rfcli.located(report, name)
        sizes = page.size(node)
        if not all(isinstance(n, int) for n in sizes):
            continue
        together = page.seen(node).get("joint") is not None
        for axis in page.axes if not together else ():
            found = [page.clipped(node, axis, o) for o in range(sizes[axis])]
            try:
                assert plain(locator.regions(axis)) == found, (name, axis)
            except rfcli.CallError:
                assert reason(found), (name, axis)
        for _ in range(cells):
            at = [random.randrange(n) for n in sizes]
            found_region, found_clipped = page.at(node, at)
            try:
                one = locator.at(at)
            except rfcli.CallError:
                assert reason([*found_region, *found_clipped]), (name, at)
                continue
            if not known and reason([*found_region, *found_clipped]):
                continue
            assert (plain(one.region), plain(one.clipped)) == (found_region, found_clipped), (name, at)
            if carried and not together:
                carried_back(page, node, at, one)
            local = None not in page.seen(node)["local"]
            if locator.masked and local and page.network["masks"]:
                assert page.points(node, at) == set(locator.points(at) or ())
    return len(layers)


def carried_back(page: Page, node: int, at: list[int], one: Any) -> None:
    """What an output reads, carried back through the layers between, arrives at what `rf locate` says."""
    origin = page.network["origin"]
    for axis, o in enumerate(at):
        read = {i for first, last in one.runs[axis] for i in range(first, last + 1)}
        if all(one.runs):
            assert page.carried(node, axis, o, True).get(origin, set()) == read
        if page.seen(node)["local"][axis] is not None and None not in one.region:
            reached = page.carried(node, axis, o, False).get(origin)
            assert one.region[axis] == ((min(reached), max(reached)) if reached else None)


@pytest.mark.parametrize(
    "name", [pytest.param(one, marks=pytest.mark.random) if one in AKIN else one for one in NETWORKS]
)
def test_bundled_networks(name: str) -> None:
    report = rfcli.compute(name)
    small = len(report.layers) <= 3 * MOST_LAYERS
    found = data([report], None, None, False, None)
    assert len(inline.page(found, name).encode()) <= MOST_BYTES
    assert compared(report, Random(name), 2, MOST_LAYERS if small else 5, small, True, found["networks"][0]) > 5


@thorough(12)
@given(chains(), st.randoms(use_true_random=False))
def test_random_chains(document: dict[str, Any], random: Random) -> None:
    compared(rfcli.compute(rfcli.loads(json.dumps(document), "net.json")), random, 2)


@thorough(14)
@given(graphs(), st.randoms(use_true_random=False))
def test_random_graphs(document: dict[str, Any], random: Random) -> None:
    report = rfcli.compute(rfcli.loads(json.dumps(document), "net.json"))
    compared(report, random, 2)
    origin, mode = random.choice(report.layers).name, random.choice(["eval", "train"])
    try:
        other = rfcli.compute(report.graph.architecture, origin=origin, mode=mode)
    except rfcli.DescriptionError:
        return
    compared(other, random, 2)


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.random) for seed in (1, 2))])
def test_random_masks_and_slices(seed: int) -> None:
    random = Random(seed)

    def computed() -> Any:
        while True:
            drawn = masked.drawn(random, 2 + random.randrange(2)) if random.random() < 0.5 else parted(random)
            try:
                yield rfcli.compute(rfcli.loads(json.dumps(drawn), "net.json"))
            except rfcli.DescriptionError:
                continue

    assert sum(compared(report, random, 6) for report in islice(computed(), 8)) > 20


MANY = [pytest.param(dims, 6, marks=pytest.mark.random) for dims in (2, 3)]


@pytest.mark.parametrize(("dims", "count"), [(2, 3), (3, 2), *MANY])
def test_random_merges_of_paths_that_lead_nowhere(dims: int, count: int) -> None:
    random = Random(dims)
    reports = [rfcli.compute(rfcli.loads(json.dumps(torn(random, dims)), "net.json")) for _ in range(count)]
    assert sum(compared(report, random, 6) for report in reports) > 20


def test_a_merge_of_which_a_path_leads_nowhere() -> None:
    """Beside a wide convolution a path whose first column lies in padding: there the rows that it adds do not count."""
    layers: list[dict[str, Any]] = [
        {"name": "tall", "type": "conv", "kernel": [3, 1], "padding": [[1, 1], [1, 0]], "filters": 1},
        {"name": "cut", "type": "crop", "cropping": [[0, 0], [0, 1]]},
        {"name": "sum", "type": "add", "inputs": ["cut", "input"]},
    ]
    report = rfcli.compute({"format": 1, "input": {"size": [4, 4], "channels": 1}, "layers": layers})
    page = Page(json.loads(json.dumps(network(report))))
    assert page.seen(3)["torn"] is True and "torn" not in page.seen(2)
    assert page.at(3, (1, 0)) == ([[0, 2], [-1, 0]], [[1, 1], [0, 0]])
    assert page.at(3, (1, 1)) == ([[0, 2], [0, 1]], [[0, 2], [0, 1]])
    assert page.at(2, (1, 0))[1] == [None, None]


def test_a_rule() -> None:
    """Outputs 2 apart, regions of 3 from -2 on, on 6 samples: the first reads sample 0, the fifth nothing."""
    found = ruled(Field(2, ((-2, 0),)), 5, 6)
    assert found is not None
    assert found.regions == [(0, 0), (0, 2), (2, 4), (4, 5), None]
    assert ruled(Field(1, ((-9, -8),)), 2, 6) == Hulls([NOWHERE] * 2, [-1] * 2)
    assert ruled(None, 2, 6) == Hulls([0, 0], [5, 5])


def test_runs() -> None:
    rows = [(0, (5, 6)), (1, (7, 8)), (2, (9, 10)), (3, ()), (4, ()), (7, (1, 1)), (8, (1, 2))]
    assert [*runs(rows)] == [[0, 3, 5, 6, 2, 2], [3, 2], [7, 2, 1, 1, 0, 1]]
    assert [*runs([])] == []


def test_a_padded_stride_leaves_few_exceptions() -> None:
    """What `resnet50` cuts off beyond the rule is the last output of each stride."""
    found = network(rfcli.compute("resnet50"))
    clips: Any = found["clips"]
    assert len(clips) <= 4 and all(len(one["runs"]) <= 2 for one in clips)


def test_more_than_the_page_holds_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regions, "MOST_PHASES", 3)
    found: Any = network(rfcli.compute("unet_small"))
    page = Page(found)
    assert page.region(1, 0, 0) == [-1, 1]
    assert page.region(page.number["logits"], 0, 0).startswith("more regions than the page holds")


def test_effort_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regions, "EFFORT", 100_000)
    page = Page(network(rfcli.compute("unet_small")))
    assert page.region(page.number["logits"], 0, 0) == [-46, 45]
    assert page.clipped(page.number["logits"], 0, 0).startswith("looking at all samples")
