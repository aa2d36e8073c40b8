"""Graphs whose maps are kept from one network to the next are the graphs that are compiled by themselves."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from oracle.against import thorough
from oracle.networks import chains, graphs, unsized

import rfcli
from rfcli import pipeline, resources
from rfcli.description.architecture import Architecture
from rfcli.description.nodes import Problems
from rfcli.graph.compile import compiled
from rfcli.graph.kept import Apart, Maps


def alike(maps: Maps, network: Architecture) -> bool:
    """Holds a graph against the one that is compiled; whether there is one."""
    try:
        found = maps.graph(network)
    except Apart:
        return False
    graph = compiled(network, Problems())
    assert (found is None) == (graph is None)
    if found is None or graph is None:
        return False
    kept, made = found
    for name in ("labels", "layers", "sources", "likes", "order", "outputs", "sizes", "channels"):
        assert getattr(kept, name) == getattr(graph, name)
    assert kept.alike == graph.alike
    for one, other in zip(kept.axes, graph.axes, strict=True):
        for name in ("axis", "known", "single", "wholly", "beyond", "given", "count"):
            assert getattr(one, name) == getattr(other, name)
    assert [one.size for one in made] == graph.sizes
    return True


@pytest.mark.parametrize("name", resources.architectures())
def test_bundled_networks(name: str) -> None:
    maps, network = Maps(), rfcli.load(name)
    for size in ((), 64, 224, None, 3):
        alike(maps, pipeline.resized(network, size))


MAPS = Maps()


@given(chains() | graphs() | unsized())
@thorough(150)
def test_random_networks(document: dict[str, Any]) -> None:
    alike(MAPS, rfcli.loads(json.dumps(document), "net.json"))


def test_maps_that_are_alike_have_one_number() -> None:
    conv = {"type": "conv", "kernel": 3, "padding": 1, "filters": 4}
    layers = [{"name": "a", "repeat": 3, **conv}, {"name": "b", **conv, "stride": 2}, {"type": "relu"}]
    found = Maps().graph(rfcli.loads(json.dumps({"format": 1, "input": {"size": 16, "channels": 3}, "layers": layers})))
    assert found is not None
    graph, made = found
    assert graph.labels == ["input", "a_1", "a_2", "a_3", "b", "relu_1"]
    assert [one.number for one in made] == [0, 1, 1, 1, 2, 2]
