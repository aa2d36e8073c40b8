"""Exact supports, paths and what borders leave, against brute force on random networks."""

from __future__ import annotations

import functools
import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle.against import compiled_network, thorough
from oracle.brute import Oracle
from oracle.networks import chains, graphs
from oracle.rules import reads
from oracle.spelling import flatten

from rfcli.engine.border import alive, reading_any
from rfcli.engine.paths import count
from rfcli.engine.reading import Reading
from rfcli.engine.support import Effort, Samples, Supports, coverage, interval
from rfcli.geometry.field import Reads


def members(samples):
    return set(samples)


@given(st.one_of(chains(), graphs()), st.data())
@thorough(60)
def test_supports(document, data):
    graph, oracle = compiled_network(document), Oracle(flatten(document))
    for name in oracle.layers:
        number = graph.names.number(name)
        for axis in range(oracle.sizes.dims):
            o = data.draw(st.integers(0, oracle.sizes.size[name][axis] - 1))
            found = Supports(Reading(graph, graph.axes[axis], 0)).of({number: Samples(o, 1)})
            assert members(found) == set(oracle.support(name, axis, o))


@given(st.one_of(chains(), graphs()), st.data())
@thorough(40)
def test_supports_of_several_layers_at_once_are_the_union(document, data):
    graph, oracle = compiled_network(document), Oracle(flatten(document))
    names = data.draw(st.lists(st.sampled_from(list(oracle.layers)), min_size=1, max_size=3, unique=True))
    seeds = {graph.names.number(name): interval(0, 2) for name in names}
    expected = {i for name in names for o in range(3) for i in oracle.support(name, 0, o)}
    assert members(Supports(Reading(graph, graph.axes[0], 0)).of(seeds)) == expected


@given(st.one_of(chains(), graphs()))
@thorough(40)
def test_coverage(document):
    graph, oracle = compiled_network(document), Oracle(flatten(document))
    for name in oracle.layers:
        supports = list(filter(None, (oracle.support(name, 0, o) for o in range(4))))
        shares = [Fraction(len(support), max(support) - min(support) + 1) for support in supports]
        found = coverage(Supports(Reading(graph, graph.axes[0], 0)), graph.names.number(name), range(4))
        assert (found and Fraction(*found)) == min(shares, default=None)


def brute_alive(oracle, axis):
    """Outputs of each layer that read any sample of the input, every map cut off at its borders."""
    sizes = oracle.sizes

    @functools.cache
    def reaches(name, o):
        if not 0 <= o < sizes.size[name][axis]:
            return False
        if name == oracle.origin:
            return True
        for source in oracle.local_sources(name, axis):
            taps = reads(oracle.layers[name], axis, o, sizes.size[source][axis], sizes.size[name][axis])
            if any(reaches(source, i) for i in taps):
                return True
        return False

    return {name: {o for o in range(sizes.size[name][axis]) if reaches(name, o)} for name in oracle.layers}


@given(st.one_of(chains(), graphs()))
@thorough(60)
def test_outputs_that_read_any_of_the_input(document):
    graph, oracle = compiled_network(document), Oracle(flatten(document))
    for axis in range(oracle.sizes.dims):
        found = dict(alive(Reading(graph, graph.axes[axis], 0), Effort()))
        for name, expected in brute_alive(oracle, axis).items():
            if oracle.local(name, axis):
                assert members(found[graph.names.number(name)]) == expected, name
            else:
                assert graph.names.number(name) not in found


@given(graphs())
@thorough(40)
def test_number_of_paths(document):
    graph, oracle = compiled_network(document), Oracle(flatten(document))

    def paths(name):
        return 1 if name == oracle.origin else sum(paths(source) for source in oracle.local_sources(name, 0))

    found = count(Reading(graph, graph.axes[0], 0))
    broadcast = oracle.sizes.all_broadcast()
    for name in oracle.layers:
        if not broadcast:
            assert found[graph.names.number(name)] == paths(name)


def test_paths_are_counted_exactly_where_they_are_many():
    unit = {"type": "residual", "repeat": 1000, "layers": [{"type": "conv", "kernel": 3, "padding": 1}]}
    graph = compiled_network({"format": 1, "input": {"size": [64]}, "layers": [unit]})
    assert count(Reading(graph, graph.axes[0], 0))[-1] == 2**1000


@pytest.mark.parametrize(
    ("samples", "first", "last", "expected"),
    [
        (Samples(3, 0b1011), 3, 6, {3, 4, 6}),
        (Samples(3, 0b1011), 4, 5, {4}),
        (Samples(3, 0b1011), 0, 9, {3, 4, 6}),
        (Samples(-3, 0b1), 0, 9, set()),
        (Samples(), 0, 9, set()),
        (Samples(5, 1), 7, 6, set()),
    ],
)
def test_samples_within(samples, first, last, expected):
    assert members(samples.within(first, last)) == expected


@given(st.sets(st.integers(-40, 40)), st.sets(st.integers(-40, 40)))
def test_union_of_samples(a, b):
    def made(of):
        return Samples(-40, sum(1 << (i + 40) for i in of))

    assert members(made(a).union(made(b))) == a | b
    assert made(a).count == len(a)


@given(
    st.sets(st.integers(0, 30)),
    st.integers(1, 4),
    st.integers(-6, 6),
    st.integers(0, 6),
    st.integers(1, 3),
    st.integers(1, 12),
)
def test_outputs_that_read_any_of_some_inputs(inputs, stride, first, more, step, n):
    found = reading_any(
        Samples(0, sum(1 << i for i in inputs)), Reads(stride, ((first, first + more * step, step),)), n
    )
    taps = [first + t * step for t in range(more + 1)]
    assert members(found) == {o for o in range(n) if any(o * stride + tap in inputs for tap in taps)}


@given(
    st.sets(st.integers(-20, 60)),
    st.lists(st.none() | st.tuples(st.integers(-6, 6), st.integers(0, 6), st.integers(1, 3)), min_size=2, max_size=5),
    st.integers(0, 5),
)
def test_what_many_outputs_of_a_period_read(outputs, phases, shift):
    """Phases are read at once where there are more outputs than phases, and outputs one by one where there are not."""
    taps = [None if one is None else (one[0], one[0] + one[1] * one[2], one[2]) for one in phases]
    found = Samples(-20, sum(1 << (o + 20) for o in outputs)).read_by(Reads(shift, tuple(taps)))
    read = set()
    for o in outputs:
        turns, phase = divmod(o, len(taps))
        if taps[phase] is not None:
            first, last, step = taps[phase]
            read.update(at + turns * shift for at in range(first, last + 1, step))
    assert members(found) == read


def test_a_region_too_large_is_told():
    layers = [{"type": "conv", "kernel": 2_000_000, "dilation": 2}]
    graph = compiled_network(json.loads(json.dumps({"format": 1, "input": {"size": [9_000_000]}, "layers": layers})))
    assert "more than" in Supports(Reading(graph, graph.axes[0], 0)).of({1: Samples(0, 1)}).reason


def test_work_that_is_to_come_is_weighed():
    assert Effort(1000).affords(1000)
    assert not Effort(1000).affords(1001)
