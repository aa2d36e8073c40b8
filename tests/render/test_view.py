"""What of a report is shown: chosen layers, outputs, folded scopes."""

import json
from typing import Any

import pytest

import rfcli
from rfcli.render.view import selected


def test_selection_by_scope_and_glob() -> None:
    report = rfcli.compute("resnet_v1_50")
    view, missed = selected(report, ["block4", "block?", "nope*"], False, None)
    assert [layer.name for layer in view.layers] == ["block4", "block1", "block2", "block3"]
    assert missed == ["nope*"]
    folded, _ = selected(report, [], False, 1)
    assert sum(layer.cost.params for layer in folded.layers) == report.total.params  # type: ignore[misc]


SCOPES: dict[str, Any] = {
    "input": {"size": 8, "channels": 3},
    "layers": [
        {"name": "stem", "type": "conv", "kernel": 3, "padding": 1, "filters": 3},
        {
            "name": "s",
            "type": "sequence",
            "layers": [
                {
                    "name": "r",
                    "type": "residual",
                    "layers": [{"type": "conv", "kernel": 3, "padding": 1, "filters": 3}],
                },
                {"type": "conv", "kernel": 3, "padding": 1, "filters": 3},
            ],
        },
        {"name": "head", "type": "concat", "inputs": ["s/r", "s", "stem"]},
        {
            "name": "t",
            "type": "sequence",
            "layers": [{"type": "conv", "kernel": 1, "filters": 3, "inputs": ["s/conv_1"]}],
        },
    ],
}


def scopes() -> rfcli.Report:
    return rfcli.compute(rfcli.loads(json.dumps({"format": 1, "name": "net", **SCOPES}), "net.json"))


@pytest.mark.parametrize(
    ("patterns", "outputs", "depth", "rows"),
    [
        ([], False, 1, [("stem", ["input"]), ("s", ["stem"]), ("head", ["s", "stem"]), ("t", ["s"])]),
        ([], False, 2, [("stem", ["input"]), ("s/r", ["stem"]), ("s/conv_1", ["s/r"]), ("head", ["s/r", "s/conv_1", "stem"]),
                        ("t/conv_1", ["s/conv_1"])]),
        (["s/r"], False, 1, [("s/r", ["s/r/conv_1", "stem"])]),
        (["s/r", "s/*"], False, 1, [("s/r", ["s/r/conv_1", "stem"]), ("s", ["stem"])]),
        (["s"], False, 1, [("s", ["s/r/add"])]),
        (["s/r/*"], False, 2, [("s/r", ["stem"])]),
        (["head", "*", "stem", "head"], False, None, [
            ("head", ["s/r/add", "s/conv_1", "stem"]), ("stem", ["input"]), ("s", ["s/r/add"]), ("t", ["s/conv_1"])]),
        ([], True, 1, [("head", ["s", "stem"]), ("t", ["s"])]),
    ],
)  # fmt: skip
def test_folding(patterns: list[str], outputs: bool, depth: int | None, rows: list[tuple[str, list[str]]]) -> None:
    """Rows and what they read, by the names that are shown; what is asked for by name is no fold."""
    view, missed = selected(scopes(), patterns, outputs, depth)
    assert not missed
    assert [(layer.name, list(layer.inputs)) for layer in view.layers] == rows


def test_a_fold_costs_what_all_of_its_layers_do() -> None:
    report = scopes()
    for patterns in ([], ["s/conv_?"], ["s/r/*"]):
        (row,) = (one for one in selected(report, patterns, False, 1)[0].layers if one.name == "s")
        assert row.cost.params == sum(one.cost.params for one in report.layers if one.name.startswith("s/"))  # type: ignore[misc]
