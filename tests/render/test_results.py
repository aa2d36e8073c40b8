"""The data formats: JSON meets its schema, all formats say the same, expanded descriptions compute the same."""

import csv
import io
import json
from importlib import import_module
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import rfcli
from rfcli import resources
from rfcli.render.formats import FORMATS
from rfcli.render.view import Style, View

SCHEMA = json.loads(Path(resources.schema("result")).read_text(encoding="utf-8"))
DOCUMENTS: dict[str, dict[str, Any]] = {
    "several inputs": {
        "inputs": {"a": {"size": [9, None], "channels": 1}, "b": {"size": [9, None]}},
        "layers": [{"type": "add", "inputs": ["a", "b"]}, {"type": "conv", "kernel": 3}],
    },
    "unknown size": {
        "layers": [
            {"type": "conv", "kernel": 3, "stride": 2, "padding": "same"},
            {"type": "adaptive_avg_pool", "output_size": 3},
        ]
    },
    "phases": {
        "input": {"size": [8]},
        "layers": [
            {"type": "conv_transpose", "kernel": 1, "stride": 3, "padding": -1},
            {"type": "upsample", "scale": 1.5},
        ],
    },
    "global": {
        "input": {"size": [4, 8, 8], "channels": 4},
        "layers": [
            {
                "name": "x",
                "type": "residual",
                "layers": [{"type": "attention"}, {"type": "squeeze_excite", "units": 2}],
            },
            {"type": "flatten"},
            {"type": "linear", "units": 3},
        ],
    },
    "strides": {
        "input": {"size": 7, "channels": 1},
        "layers": [
            {"name": "c", "type": "conv", "kernel": 3, "stride": 2, "padding": 1, "filters": 1},
            {"name": "u", "type": "resize", "like": "input"},
            {"name": "s", "type": "add", "inputs": ["u", "input"]},
        ],
    },
    "origin out of reach": {
        "inputs": {"a": {"size": 9}, "b": {"size": 9}},
        "layers": [{"name": "x", "type": "relu", "inputs": ["b"]}],
    },
    "nothing": {"layers": []},
}


def report_of(document: dict[str, Any]) -> rfcli.Report:
    return rfcli.compute(rfcli.loads(json.dumps({"format": 1, "name": "net", **document}), "net.json"))


def rendered(reports: list[rfcli.Report], name: str, **style: Any) -> str:
    views = [View(report, report.layers) for report in reports]
    return "".join(import_module(FORMATS[name]).render(views, Style(**style)))


def distinct(network: dict[str, Any]) -> list[dict[str, Any]]:
    """A network with those of its layers that differ in more than their numbers and texts, which decide nothing."""
    kinds = {json.dumps(kind(layer)): layer for layer in network["layers"]}
    return [{**network, "layers": list(kinds.values())}]


def kind(value: Any) -> Any:
    """A JSON value with the sign of each number, and nothing of texts."""
    if isinstance(value, dict):
        return {key: kind(one) for key, one in value.items()}
    if isinstance(value, list):
        return [kind(one) for one in value]
    return (
        "text"
        if isinstance(value, str)
        else value
        if value is None or isinstance(value, bool)
        else ([type(value).__name__, (value > 0) - (value < 0)])
    )


@pytest.mark.parametrize("name", [*DOCUMENTS, *resources.architectures()])
def test_json_meets_its_schema(name: str) -> None:
    report = report_of(DOCUMENTS[name]) if name in DOCUMENTS else rfcli.compute(name)
    document = json.loads(rendered([report, report], "json"))
    assert document["networks"] == [report.as_json()] * 2
    jsonschema.Draft202012Validator(SCHEMA).validate({**document, "networks": distinct(document["networks"][0])})
    lines = rendered([report], "ndjson").splitlines()
    assert [json.loads(line) for line in lines] == [report.as_json()]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_null_has_a_reason(name: str) -> None:
    for layer in report_of(DOCUMENTS[name]).as_json()["layers"]:  # type: ignore[attr-defined]
        field = layer["receptive_field"]
        if field is None:
            continue
        values = [
            layer["channels"],
            layer["params"],
            layer["macs"],
            *layer["output_size"],
            field["aligned"],
            field["uniform"],
        ]
        values += [one for key in ("size", "stride", "padding", "center", "phase_sizes") for one in field[key]]
        if None in values:
            assert field["notes"], layer


@pytest.mark.parametrize("name", [*DOCUMENTS, *resources.architectures()])
def test_expanded_descriptions_compute_the_same(name: str) -> None:
    report = report_of(DOCUMENTS[name]) if name in DOCUMENTS else rfcli.compute(name)
    text = rfcli.described(report.graph.architecture, flat=True)
    again = rfcli.compute(rfcli.loads(text, "flat.yaml")).as_json()
    expected = report.as_json()
    for part in ("layers", "outputs", "totals"):
        assert again[part] == expected[part]


def test_csv_and_tsv_hold_the_same_rows() -> None:
    report = report_of(DOCUMENTS["phases"])
    comma = list(csv.reader(io.StringIO(rendered([report], "csv"))))
    tab = list(csv.reader(io.StringIO(rendered([report], "tsv")), delimiter="\t"))
    assert comma == tab
    assert len(comma) == 3
    assert comma[1][comma[0].index("stride")] == repr(1 / 3)


def test_tables_write_fractions_exactly() -> None:
    assert "1/3" in rendered([report_of(DOCUMENTS["phases"])], "table")


@pytest.mark.parametrize("width", [40, 60, 80, 100])
def test_tables_fit_the_terminal(width: int) -> None:
    report = rfcli.compute("resnet_v1_50")
    text = rendered([report], "table", width=width)
    assert max(map(len, text.splitlines())) <= width


def test_notes_are_wrapped_on_terminals_only() -> None:
    report = report_of(DOCUMENTS["unknown size"])
    piped = rendered([report], "table").splitlines()
    notes = [line for line in piped if line.startswith("- ")]
    assert max(map(len, notes)) > 80
    assert piped[-len(notes) :] == notes
    narrow = rendered([report], "table", width=40).splitlines()
    at = narrow.index("")
    assert max(map(len, narrow[at:])) <= 40
    assert " ".join(line.strip() for line in narrow[at + 1 :]).startswith(" ".join(notes))
