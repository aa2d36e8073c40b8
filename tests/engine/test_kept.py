"""What is kept from network to network says what each network says that is looked at by itself."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from bundled import AKIN, NETWORKS
from hypothesis import given
from oracle.against import thorough
from oracle.networks import chains, graphs, unsized

import rfcli
from rfcli import pipeline
from rfcli.description.architecture import Architecture
from rfcli.description.nodes import Problems
from rfcli.engine import kept
from rfcli.engine.brief import Brief, brief
from rfcli.engine.fields import Fold
from rfcli.engine.kept import GIVE_UP, Kept
from rfcli.graph.compile import compiled


def alone(network: Architecture, layer: str | None) -> Brief | None:
    problems = Problems()
    graph = compiled(network, problems)
    return None if graph is None else brief(graph, layer, problems)


def agrees(keeper: Kept, network: Architecture) -> Counter[bool]:
    """Asks for every layer; counts how often what was kept sufficed."""
    answered: Counter[bool] = Counter()
    for layer in [None, *(entry.name for entry in network.entries)]:
        found = keeper.brief(network, layer)
        answered[found is not None] += 1
        if found is not None:
            assert found == alone(network, layer)
    return answered


@pytest.mark.parametrize(
    "name", [pytest.param(one, marks=pytest.mark.random) if one in AKIN else one for one in NETWORKS]
)
def test_bundled_networks(name: str) -> None:
    """At their own sizes and at others, one after the other."""
    keeper, network = Kept(), rfcli.load(name)
    for size in ((), 64, 33, None):
        varied = pipeline.resized(network, size)
        layers = (None, network.entries[-1].name, network.entries[len(network.entries) // 2].name)
        for layer in layers:
            found = keeper.brief(varied, layer)
            assert found is None or found == alone(varied, layer)


def of(document: dict[str, Any]) -> Architecture:
    return rfcli.loads(json.dumps(document), "net.json")


KEEPER = Kept()
"""One for all random networks, which share nothing but their kinds of maps."""


@given(chains())
@thorough(60)
def test_chains(document: dict[str, Any]) -> None:
    KEEPER._lost = 0
    agrees(KEEPER, of(document))


@given(graphs())
@thorough(60)
def test_graphs(document: dict[str, Any]) -> None:
    KEEPER._lost = 0
    agrees(KEEPER, of(document))


@given(unsized())
@thorough(40)
def test_unknown_sizes(document: dict[str, Any]) -> None:
    KEEPER._lost = 0
    agrees(KEEPER, of(document))


CONV = {"type": "conv", "kernel": 3, "filters": 4, "padding": 1}
KEPT: dict[str, dict[str, Any]] = {
    "a chain": {"input": {"size": [64, 32], "channels": 3}, "layers": [{**CONV, "repeat": 5}]},
    "unknown sizes": {"input": {"size": None, "channels": 3}, "layers": [{**CONV, "repeat": 5, "stride": 2}]},
    "one size unknown": {"input": {"size": [64, None], "channels": 3}, "layers": [{**CONV, "repeat": 3}]},
    "axes that differ": {"input": {"size": 64, "channels": 3}, "layers": [{**CONV, "kernel": [3, 1], "padding": "same"}]},
    "upsampled": {"input": {"size": 16, "channels": 3}, "layers": [
        CONV, {"type": "conv_transpose", "kernel": 2, "stride": 2, "filters": 2}, {"type": "resize", "scale": 2}]},
    "paths that are misaligned": {"input": {"size": 16, "channels": 4}, "layers": [
        {"type": "residual", "layers": [{**CONV, "padding": [[2, 0], [2, 0]]}]}, CONV]},
    "a size that is another's": {"input": {"size": 17, "channels": 4}, "layers": [
        {"name": "a", **CONV}, {**CONV, "stride": 2}, {"type": "resize", "like": "a"}, CONV]},
    "a gate": {"input": {"size": 16, "channels": 4}, "layers": [CONV, {"type": "squeeze_excite", "units": 2}, CONV]},
    "nothing that passes": {"input": {"size": 16, "channels": 4}, "layers": [
        {"type": "residual", "layers": [{"type": "zeros"}]}, CONV]},
    "a classifier": {"input": {"size": 16, "channels": 4}, "layers": [
        CONV, {"type": "global_avg_pool"}, {"type": "linear", "units": 10}]},
}  # fmt: skip


@pytest.mark.parametrize("name", KEPT)
def test_what_is_kept(name: str) -> None:
    """All of it, and the second time nothing is followed."""
    network, keeper = of({"format": 1, **KEPT[name]}), Kept()
    assert not agrees(keeper, network)[False]
    followed = Counter[str]()
    follow = Fold.follow
    try:
        Fold.follow = lambda *args: followed.update(["one"]) or follow(*args)  # type: ignore[assignment, method-assign]
        keeper.brief(network, None)
    finally:
        Fold.follow = follow  # type: ignore[method-assign]
    assert not followed


APART: dict[str, dict[str, Any]] = {
    "several inputs": {"inputs": {"a": {"size": 32}, "b": {"size": 32}}, "layers": [
        {"type": "relu", "inputs": ["a"]}, {"type": "relu", "inputs": ["b"]}]},
    "a slice of channels": {"input": {"size": 32, "channels": 4}, "layers": [{"type": "channel_slice", "end": 2}]},
    "all the past": {"input": {"size": [32], "channels": 4}, "layers": [{"type": "lstm", "units": 4}]},
    "gaps": {"input": {"size": 32, "channels": 4}, "layers": [
        {"type": "conv_transpose", "kernel": 2, "stride": 3, "filters": 4}]},
    "sizes that decide": {"layers": [{"type": "adaptive_avg_pool", "output_size": 3}, {"type": "max_pool", "kernel": 2}]},
}  # fmt: skip


@pytest.mark.parametrize("name", APART)
def test_what_is_looked_at_as_a_whole(name: str) -> None:
    """And after some such networks it is not tried again."""
    network, keeper = of({"format": 1, **APART[name]}), Kept()
    assert not agrees(keeper, network)[True]
    assert keeper.brief(network, None) is None and keeper._lost == GIVE_UP


def test_what_is_wrong_is_left_to_others() -> None:
    network = pipeline.resized(of({"format": 1, **KEPT["a chain"], "layers": [{**CONV, "padding": 0, "repeat": 5}]}), 8)
    assert Kept().brief(network, None) is None


def test_only_so_much_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rfcli.engine.kept.MAX_KEPT", 20)
    network, keeper = of({"format": 1, **KEPT["a chain"]}), Kept()
    for size in range(10, 60):
        varied = pipeline.resized(network, size)
        assert keeper.brief(varied, None) == alone(varied, None)
        assert len(keeper._steps) < 30


def test_what_was_followed_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The phases of all fields together, which `fields_along` bounds for a network, are bounded here too."""
    network = of({"format": 1, **KEPT["upsampled"]})
    assert Kept().brief(network, None) is not None
    monkeypatch.setattr(kept, "MAX_PHASES", 3)
    assert Kept().brief(network, None) is None
