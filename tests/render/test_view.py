"""What of a report is shown."""

from __future__ import annotations

import json

import pytest

import rfcli
from rfcli.render.view import selected

NET = {
    "format": 1,
    "input": {"size": [32], "channels": 3},
    "layers": [
        {"type": "conv", "name": "stem", "kernel": 3, "filters": 4},
        {"type": "sequence", "name": "a", "layers": [
            {"type": "conv", "name": "one", "kernel": 3, "filters": 4},
            {"type": "sequence", "name": "b", "layers": [{"type": "conv", "name": "two", "kernel": 3, "filters": 4}]},
        ]},
        {"type": "relu", "name": "head"},
    ],
}  # fmt: skip
REPORT = rfcli.compute(rfcli.loads(json.dumps(NET), "net.json"))


@pytest.mark.parametrize(
    ("patterns", "outputs", "depth", "names", "missed"),
    [
        ([], False, None, ["stem", "a/one", "a/b/two", "head"], []),
        (["a"], False, None, ["a"], []),
        (["a/*"], False, None, ["a/one", "a/b"], []),
        (["head", "stem", "head"], False, None, ["head", "stem"], []),
        (["x", "stem"], False, None, ["stem"], ["x"]),
        ([], True, None, ["head"], []),
        ([], False, 1, ["stem", "a", "head"], []),
        ([], False, 2, ["stem", "a/one", "a/b", "head"], []),
        (["a/one", "a/*"], False, 1, ["a/one", "a"], []),
    ],
)
def test_selections(patterns: list[str], outputs: bool, depth: int | None, names: list[str], missed: list[str]) -> None:
    view, not_there = selected(REPORT, patterns, outputs, depth)
    assert [layer.name for layer in view.layers] == names
    assert not_there == missed


def test_a_folded_scope_has_the_costs_of_its_layers_and_the_field_of_its_output() -> None:
    scope = next(layer for layer in selected(REPORT, [], False, 1)[0].layers if layer.name == "a")
    inside = [layer for layer in REPORT.layers if layer.name.startswith("a/")]
    assert scope.type == "scope"
    assert scope.inputs == ("stem",)
    assert scope.cost.params == sum(layer.cost.params for layer in inside)
    assert scope.receptive_field == inside[-1].receptive_field
