"""Expansions that share what they have in common are those that share nothing."""

from typing import Any

import pytest

from rfcli import pipeline, resources
from rfcli.description import sharing
from rfcli.description.architecture import Architecture
from rfcli.description.load import Prepared, described
from rfcli.description.nodes import Problems
from rfcli.description.sharing import Shared, Unshared
from rfcli.graph.compile import compiled
from rfcli.graph.graph import Graph


def prepared(description: dict[str, Any] | str) -> Prepared:
    loading = pipeline.Loading()
    if isinstance(description, str):
        return loading.prepared(*loading.read_file(description))
    return loading.prepared(*loading.read_mapping({"format": 1, **description}))


def told(network: Architecture) -> list[object]:
    """All that commands take from an architecture; what its references mean is in the graph."""
    graph = compiled(network, Problems())
    assert isinstance(graph, Graph)
    return [
        graph.labels, [entry.layer.given for entry in network.entries], [entry.node for entry in network.entries],
        graph.sources, graph.likes, graph.sizes, graph.channels, graph.outputs, network.paths,
        {path: graph.names.number(path) for path in network.scopes},
        [(one.node, [graph.names.number(str(out)) if isinstance(out, str) else out for out in one.outs]) for one in network.copies],
    ]  # fmt: skip


def same(text: Prepared, settings: list[dict[str, Any]], times: int = 3) -> Shared:
    """Expands for each setting, again and again, so that tapes are made and played."""
    shared = Shared()
    for _ in range(times):
        for setting in settings:
            problems = Problems()
            found = described(text, setting, problems, shared.expander)
            alone = described(text, setting, Problems())
            assert not problems
            assert found is not None and alone is not None
            one, other = told(found), told(alone)
            assert one == other
    return shared


@pytest.mark.parametrize("name", resources.architectures())
def test_bundled_networks(name: str) -> None:
    same(prepared(name), [{}])


CONV = {"type": "conv", "kernel": "$k", "padding": "$(k // 2)", "filters": 4}
UNIT = {"parameters": {"d": 1, "stride": 1}, "layers": [
    {**CONV, "dilation": "$d", "padding": "$(d * (k // 2))", "stride": "$stride"}, {"type": "relu", "name": "last"},
]}  # fmt: skip
INPUT = {"size": [64, 64], "channels": 4}

ROWS: dict[str, dict[str, Any]] = {
    "blocks": {"blocks": {"unit": UNIT}, "layers": [
        {"name": "a", "block": "unit", "repeat": "$n"}, {"name": "b", "block": "unit", "repeat": 3, "with": {"d": "$i"}},
    ]},
    "scopes without a block": {"layers": [
        {"name": "s", "type": "sequence", "repeat": 3, "layers": [CONV, {"type": "relu"}, {**CONV, "repeat": "$n"}]},
        {"name": "r", "type": "residual", "repeat": 2, "layers": [CONV, CONV]},
        {"name": "b", "type": "branches", "repeat": 2, "branches": {"x": [CONV], "y": {"when": "$(n > 2)", "layers": [CONV]}}},
    ]},
    "names inside and outside": {"blocks": {"unit": {"layers": [
        {"name": "x", **CONV}, {"name": "y", **CONV, "inputs": ["x"]}, {"name": "z", **CONV, "inputs": ["first"]},
        {"type": "add", "inputs": ["x", "y", "z"]},
    ]}}, "layers": [{"name": "first", **CONV}, {"name": "u", "block": "unit", "repeat": "$n"}, {"name": "x", **CONV}, {"name": "v", "block": "unit"}]},
    "an inner name comes first": {"blocks": {"unit": {"layers": [
        {"name": "s", "type": "sequence", "layers": [{"name": "x", **CONV}, {"name": "y", **CONV, "inputs": ["x"]}]},
        {"name": "x", **CONV}, {"name": "t", "type": "sequence", "layers": [{"name": "y", **CONV, "inputs": ["x"]}]},
    ]}}, "layers": [{"name": "x", **CONV}, {"name": "u", "block": "unit", "repeat": 3}]},
    "globs": {"blocks": {"unit": {"layers": [{"name": "p", **CONV, "repeat": "$n"}, {"name": "sum", "type": "add", "inputs": ["p_*"]}]}},
              "layers": [{"name": "u", "block": "unit", "repeat": 3}, {"type": "add", "inputs": ["u_*/sum"]}]},
    "scopes that stand for what they take": {"blocks": {"unit": {"parameters": {"op": None}, "layers": [
        {"when": "$(op == 1)", **CONV}, {"when": "$(op == 2)", "type": "max_pool", "kernel": 3, "stride": 1, "padding": 1},
    ]}, "cell": {"layers": [
        {"name": "in", "type": "identity"}, {"name": "a", "block": "unit", "with": {"op": "$k"}, "inputs": ["in"]},
        {"name": "b", "block": "unit", "with": {"op": "$n"}, "inputs": ["a"]}, {"name": "out", "type": "add", "inputs": ["a", "b", "in"]},
    ]}}, "layers": [{"name": "c", "block": "cell", "repeat": 4}]},
    "defaults with names": {"defaults": {"conv": {"kernel": "$k", "padding": "$(k // 2)"}}, "blocks": {"unit": {"layers": [{"type": "conv"}]}},
                            "layers": [{"name": "u", "block": "unit", "repeat": 3}]},
    "counters of one's own": {"blocks": {"unit": UNIT}, "layers": [
        {"name": "o", "type": "sequence", "repeat": {"times": 2, "as": "outer"}, "layers": [
            {"name": "u", "block": "unit", "repeat": {"times": "$n", "as": "inner"}, "with": {"d": "$(outer + inner)"}}]},
    ]},
    "copies side by side": {"blocks": {"unit": {"layers": [{"name": "x", **CONV}, {"name": "y", **CONV, "repeat": 3, "inputs": ["x"]}, {"type": "add", "inputs": ["y_*"]}]}},
                            "layers": [{"name": "u", "block": "unit", "repeat": 3}]},
    "chains": {"blocks": {"unit": {"layers": [{"name": "x", **CONV}, {"name": "y", **CONV, "repeat": 3, "inputs": ["x"], "chain": True}]}},
               "layers": [{"name": "u", "block": "unit", "repeat": 3}]},
    "sizes of others": {"blocks": {"unit": {"layers": [{"name": "x", **CONV, "stride": 2}, {"name": "up", "type": "resize", "like": "in"}]}},
                        "layers": [{"name": "in", "type": "identity"}, {"name": "u", "block": "unit", "repeat": 3}]},
    "blocks in blocks": {"blocks": {"unit": UNIT, "stage": {"parameters": {"m": None}, "layers": [
        {"name": "u", "block": "unit", "repeat": "$m"}, {"when": "$(m > 1)", "name": "more", "block": "stage", "with": {"m": "$(m - 1)"}},
    ]}}, "layers": [{"name": "s", "block": "stage", "with": {"m": "$n"}}, {"name": "t", "block": "stage", "with": {"m": 2}}]},
    "without a merge": {"blocks": {"unit": {"layers": [
        {"name": "f", "type": "branches", "merge": "none", "branches": {"l": [CONV], "r": [CONV]}}, {"type": "add", "inputs": ["f/l", "f/r"]},
    ]}}, "layers": [{"name": "u", "block": "unit", "repeat": 3}]},
    "without names": {"blocks": {"unit": UNIT}, "layers": [
        {"name": "s", "type": "sequence", "repeat": 3, "layers": [{"type": "sequence", "layers": [CONV]}, {"type": "relu"}, CONV]}, CONV,
    ]},
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_descriptions(name: str) -> None:
    text = prepared({"input": INPUT, "parameters": {"k": 3, "n": 2}, **ROWS[name]})
    shared = same(text, [{}, {"k": 1}, {"k": 3}, {"n": 3}, {"n": 1, "k": 5}, {"n": 2}])
    assert shared.kept


def test_what_is_kept_is_played() -> None:
    """The layers of a block are built once for each kernel, however often it stands in however many networks."""
    text = prepared({"input": INPUT, "parameters": {"k": 3, "n": 9}, **ROWS["blocks"]})
    shared = Shared()
    found = [described(text, {"k": k, "n": n}, Problems(), shared.expander) for n in (2, 3, 5) for k in (1, 3, 1)]
    layers = {
        id(entry.layer) for one in found if one is not None for entry in one.entries if entry.name.startswith("a_")
    }
    assert len(layers) == 2 + 1  # a convolution for each kernel, and the relu


def test_a_wrong_setting_leaves_nothing() -> None:
    text = prepared({"input": INPUT, "parameters": {"k": 3, "n": 2}, **ROWS["blocks"]})
    shared = Shared()
    for setting in ({"k": "three"}, {"k": 3}, {"k": "three"}, {"k": -1}, {"k": 3}):
        problems, alone = Problems(), Problems()
        described(text, setting, problems, shared.expander)
        described(text, setting, alone)
        assert [(one.code, one.message) for one in problems] == [(one.code, one.message) for one in alone]
        assert bool(problems) == (setting["k"] != 3)
        if problems:
            shared.forget()


def test_names_with_slashes_share_nothing() -> None:
    """`a/x` opens a scope that other layers may be in: what stands there is not one item's."""
    text = prepared({"input": INPUT, "layers": [{"name": "a/x", **CONV, "kernel": 3}, {"type": "relu"}]})
    with pytest.raises(Unshared):
        described(text, {}, Problems(), Shared().expander)


def test_axes_of_other_settings() -> None:
    text = prepared({"input": {"dims": "$k"}, "parameters": {"k": 1}, "blocks": {"unit": {"layers": [{"type": "conv", "kernel": 3}]}},
                     "layers": [{"name": "u", "block": "unit", "repeat": 3}]})  # fmt: skip
    same(text, [{"k": 1}, {"k": 2}, {"k": 3}])


def test_limits_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    text = prepared({"input": INPUT, "parameters": {"k": 3, "n": 2}, **ROWS["blocks"]})
    text = text.replaced(limits=text.limits.replaced(layers=30))
    shared = Shared()
    for n, fine in ((5, True), (5, True), (12, True), (20, False), (5, True)):
        problems, alone = Problems(), Problems()
        described(text, {"n": n}, problems, shared.expander)
        described(text, {"n": n}, alone)
        assert list(problems) == list(alone)
        assert bool(problems) is not fine
    monkeypatch.setattr(sharing, "MOST_KEPT", 0)
    same(text, [{}, {"k": 1}])
