"""Merges of paths that lead nowhere at some outputs, against sets of points that are pushed tap by tap."""

from __future__ import annotations

import json
import random
from itertools import product
from typing import Any

import pytest
from oracle.torn import Joint, drawn

import rfcli
from rfcli.engine.torn import Along, Parts, shortest
from rfcli.geometry.unknown import Unknown

Layers = list[dict[str, Any]]


def computed(layers: Layers, size: list[int | None], **options: Any) -> rfcli.Report:
    document = {"format": 1, "input": {"size": size, "channels": 1, "dims": len(size)}, "layers": layers}
    return rfcli.compute(rfcli.loads(json.dumps(document), name="net.json"), **options)


def field(report: rfcli.Report, layer: str) -> Any:
    found = report.layer(layer).receptive_field
    assert found is not None
    return found


LEAST: Layers = [
    {"name": "up", "type": "conv_transpose", "kernel": [1, 1], "stride": [2, 1], "filters": 1},
    {"name": "moved", "type": "pad", "padding": [[1, -1], [0, 0]]},
    {"name": "wide", "type": "conv", "kernel": [1, 5], "padding": [0, 2], "filters": 1},
    {"name": "sum", "type": "add", "inputs": ["up", "wide"]},
    {"name": "kept", "type": "subsample", "stride": [2, 1]},
    {"name": "head", "type": "conv", "kernel": 3, "padding": 1, "filters": 1},
]
"""Of the rows that are kept only `up` reads any."""


@pytest.mark.parametrize("size", [[8, 8], [None, None]])
def test_a_path_that_leads_nowhere_along_one_axis_adds_nothing_along_another(size: list[int | None]) -> None:
    report = computed(LEAST, size)
    assert field(report, "sum").size == (1, 5)
    assert field(report, "sum").padding == (0, 0), "output 0 is read from `up` alone"
    kept, head = field(report, "kept"), field(report, "head")
    assert (kept.size, kept.stride, kept.padding, kept.uniform, kept.aligned) == ((1, 1), (1, 1), (0, 0), True, True)
    assert (head.size, head.padding, head.lookback, head.lookahead) == ((3, 3), (1, 1), (1, 1), (1, 1))


def test_from_a_layer() -> None:
    layers = [{"name": "first", "type": "conv", "kernel": 3, "padding": 1, "filters": 1}, *LEAST]
    assert field(computed(layers, [8, 8], origin="first"), "kept").size == (1, 1)
    assert field(computed(layers, [8, 8]), "kept").size == (3, 3)


def test_paths_that_lead_nowhere_have_size_0() -> None:
    report = computed(LEAST, [8, 8])
    assert rfcli.paths(report, "kept") == [{0: 1, 1: 1}, {0: 1, 1: 1}]
    assert rfcli.paths(report, "sum") == [{1: 2}, {1: 1, 5: 1}]


def test_the_path_that_decides_reads_something() -> None:
    report = computed(LEAST, [8, 8])
    assert [step.layer for step in rfcli.explained(report, "kept")[1].steps] == []
    assert [step.layer for step in rfcli.explained(report, "sum")[1].steps] == ["wide"]


def test_what_is_promised_is_held_against_it() -> None:
    document = {"format": 1, "input": {"size": 8, "channels": 1}, "layers": LEAST}
    document["expect"] = [{"layer": "kept", "size": [1, 1], "coverage": 1}]
    assert not rfcli.check(rfcli.loads(json.dumps(document), name="net.json"), select=["RF4"]).diagnostics


def test_outputs_that_read_nothing_at_all() -> None:
    """Along the second axis the path is whole, and yet nothing is read."""
    layers = [*LEAST[:3], {"name": "picked", "type": "subsample", "stride": [2, 1]}]
    picked = field(computed(layers, [8, 8]), "picked")
    assert all(isinstance(one, Unknown) for one in picked.size) and picked.phase_sizes == ((0,), (0,))


def test_paths_that_lead_to_outputs_in_turn() -> None:
    """One sees to the left in even rows, the other to the right in odd ones: no output sees both."""
    layers: Layers = [
        {"name": "up", "type": "conv_transpose", "kernel": 1, "stride": [2, 1], "filters": 1},
        {"name": "left", "type": "conv", "kernel": [1, 3], "padding": [0, [2, 0]], "filters": 1},
        {"name": "moved", "type": "pad", "padding": [[1, -1], 0], "inputs": ["up"]},
        {"name": "right", "type": "conv", "kernel": [1, 3], "padding": [0, [0, 2]], "filters": 1},
        {"name": "sum", "type": "add", "inputs": ["left", "right"]},
        {"name": "both", "type": "conv", "kernel": [2, 1], "padding": [[0, 1], 0], "filters": 1},
    ]
    report = computed(layers, [8, 8])
    found = field(report, "sum")
    assert (found.size, found.padding, found.center) == ((1, 3), (0, 2), (0, -1))
    assert (found.lookback[1], found.lookahead[1], found.phase_sizes[1]) == (2, 2, (3,))
    assert (found.aligned, found.uniform) == (True, False)
    assert (field(report, "both").size, field(report, "both").aligned) == ((2, 5), False)


def test_misaligned_paths_that_lead_nowhere_are_forgotten() -> None:
    """Of one axis: two paths that meet outside of what is picked out."""
    layers: Layers = [
        {"name": "up", "type": "conv_transpose", "kernel": 1, "stride": 2, "filters": 1},
        {"name": "before", "type": "pad", "padding": [[1, -1]], "inputs": ["up"]},
        {"name": "after", "type": "pad", "padding": [[-1, 1]], "inputs": ["up"]},
        {"name": "sum", "type": "add", "inputs": ["up", "before", "after"]},
        {"name": "even", "type": "subsample", "stride": 2},
        {"name": "odd", "type": "pad", "padding": [[-1, 1]], "inputs": ["sum"]},
        {"name": "picked", "type": "subsample", "stride": 2},
    ]
    report = computed(layers, [8])
    assert [field(report, name).aligned for name in ("sum", "even", "odd", "picked")] == [False, True, False, False]


@pytest.mark.parametrize("dims", [2, 3])
def test_random_networks(dims: int) -> None:
    torn = 0
    for seed in range(14 if dims == 2 else 5):
        document = drawn(random.Random(1000 + seed), dims)
        try:
            report = rfcli.compute(rfcli.loads(json.dumps(document), name="net.json"))
        except rfcli.DescriptionError:
            continue
        torn += any(axis.torn is not None for axis in report.sight.axes)
        sizes = {"input": document["input"]["size"]} | {one.name: list(one.output_size) for one in report.layers}
        joint = Joint(document["layers"], sizes)
        for layer in report.layers:
            against_points(joint, layer, 12 if dims == 2 else 6)
    assert torn > 2


def against_points(joint: Any, layer: Any, count: int) -> None:
    """All numbers of a field, looked up in what the first outputs see."""
    said, places = layer.receptive_field, product(range(count), repeat=joint.dims)
    if not any(joint.seen(layer.name, place) for place in places):
        assert said.phase_sizes == ((0,),) * joint.dims
        return
    if any(count % len(phases) for phases in said.phase_sizes):
        return
    zero = joint.seen(layer.name, (0,) * joint.dims)
    for axis in range(joint.dims):
        phases = said.phase_sizes[axis]
        right = joint.numbers(layer.name, axis, said.stride[axis], count)
        for key in (
            ("size", "padding", "center", "lookback", "lookahead") if zero else ("size", "lookback", "lookahead")
        ):
            assert getattr(said, key)[axis] == right[key], (layer.name, key)
        assert [phases[o % len(phases)] for o in range(count)] == right["phase_sizes"]
        assert right["uniform"] or not said.uniform
    assert said.aligned == joint.aligned(layer.name, count), layer.name


def test_parts() -> None:
    parts = Parts()
    origin = parts.of(0, ())
    one, other = parts.of(1, (origin,)), parts.of(2, (origin,))
    both, left, right = (parts.of(3, sources) for sources in ((one, other), (one, None), (None, other)))
    assert parts.of(3, (None, None)) is None
    assert parts.union([left, right]) == both and parts.joined(left, right, both=True) is None
    assert parts.joined(both, left, both=True) == left and parts.joined(both, None) == both
    assert shortest([1, None, 1, None]) == (1, None) and shortest([1, 1, 1]) == (1,)


def test_too_many_places_are_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rfcli.engine.torn.MAX_PLACES", 3)
    report = computed(LEAST, [8, 8])
    assert field(report, "up").size == field(report, "moved").size == (1, 1)
    assert isinstance(field(report, "kept").size[0], Unknown)
    assert "give kernels of at least the stride" in field(report, "kept").notes[0]


def test_along() -> None:
    report = computed(LEAST, [8, 8])
    readings, parts = report.sight.readings, Parts()
    (run,) = Along(parts, readings[1], readings[0]).runs()
    lives = {report.graph.labels[at]: [one is not None for one in places] for at, places in enumerate(run) if places}
    assert lives["up"] == [True, False] and lives["wide"] == [False, True] and lives["kept"] == [True]
