"""Problems in the formats of other tools."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest

from rfcli.cli.entry import run
from rfcli.diagnostics import CODES
from rfcli.render.formats import DIAGNOSTICS

TEXT = {"type": "string"}
MESSAGE = {
    "type": "object",
    "required": ["text"],
    "properties": {"text": TEXT, "markdown": TEXT, "id": TEXT},
    "additionalProperties": False,
}
SARIF: dict[str, Any] = {
    "$comment": "What SARIF 2.1.0 (OASIS, sections 3.13 to 3.52) allows of the objects that are written here.",
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "items": {"$ref": "#/$defs/run"}},
    },
    "$defs": {
        "run": {
            "type": "object",
            "required": ["tool"],
            "additionalProperties": False,
            "properties": {
                "tool": {
                    "type": "object",
                    "required": ["driver"],
                    "additionalProperties": False,
                    "properties": {"driver": {"$ref": "#/$defs/toolComponent"}},
                },
                "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                "results": {"type": "array", "items": {"$ref": "#/$defs/result"}},
            },
        },
        "toolComponent": {
            "type": "object",
            "required": ["name"],
            "additionalProperties": False,
            "properties": {
                "name": TEXT,
                "version": TEXT,
                "informationUri": {"type": "string", "format": "uri"},
                "rules": {
                    "type": "array",
                    "uniqueItems": True,
                    "items": {
                        "type": "object",
                        "required": ["id"],
                        "additionalProperties": False,
                        "properties": {"id": TEXT, "name": TEXT, "shortDescription": MESSAGE, "help": MESSAGE},
                    },
                },
            },
        },
        "result": {
            "type": "object",
            "required": ["message"],
            "additionalProperties": False,
            "properties": {
                "ruleId": TEXT,
                "ruleIndex": {"type": "integer", "minimum": -1},
                "level": {"enum": ["none", "note", "warning", "error"]},
                "message": MESSAGE,
                "locations": {"type": "array", "items": {"$ref": "#/$defs/location"}},
            },
        },
        "location": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "physicalLocation": {
                    "type": "object",
                    "required": ["artifactLocation"],
                    "additionalProperties": False,
                    "properties": {
                        "artifactLocation": {
                            "type": "object",
                            "additionalProperties": False,
                            "properties": {"uri": {"type": "string", "format": "uri-reference"}, "uriBaseId": TEXT},
                        },
                        "region": {
                            "type": "object",
                            "additionalProperties": False,
                            "properties": {
                                key: {"type": "integer", "minimum": 1}
                                for key in ("startLine", "startColumn", "endLine", "endColumn")
                            },
                        },
                    },
                }
            },
        },
    },
}
BAD = """\
format: 1
input: {size: 32, channels: 3}
layers:
  - {name: up, type: conv_transpose, kernel: 3, stride: 2, filters: 8}
expect:
  - {layer: up, size: 5, source: "<&\\"> 100 %"}
"""
Report = Callable[..., str]


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Report:
    monkeypatch.chdir(tmp_path)
    Path("bad one.yaml").write_text(BAD)
    Path("good.yaml").write_text("format: 1\nlayers: [{type: relu}]\n")

    def printed(format: str, *names: str, status: int = 1) -> str:
        assert run(["check", *(names or ("bad one.yaml", "good.yaml")), "-q", "--diagnostics", format]) == status
        return capsys.readouterr().out

    return printed


def test_sarif_meets_its_schema(report: Report) -> None:
    jsonschema.Draft202012Validator.check_schema(SARIF)
    for text in (report("sarif"), report("sarif", "good.yaml", status=0)):
        jsonschema.Draft202012Validator(SARIF, format_checker=jsonschema.FormatChecker()).validate(json.loads(text))


def test_sarif_names_rules_and_places(report: Report) -> None:
    (one,) = json.loads(report("sarif"))["runs"]
    rules = one["tool"]["driver"]["rules"]
    assert {rule["id"]: rule["shortDescription"]["text"] for rule in rules} == {
        code: CODES[code] for code in ("RF401", "RF504")
    }
    for result in one["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    place = one["results"][0]["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "bad%20one.yaml"}, "region": {"startLine": 4, "startColumn": 5}}


def test_sarif_of_a_name_that_is_no_text(report: Report) -> None:
    name = os.fsdecode(b"b\xffm.yaml")
    Path(name).write_text(BAD)
    (one,) = json.loads(report("sarif", name))["runs"]
    assert one["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "b%FFm.yaml"}


def test_json(report: Report) -> None:
    found = json.loads(report("json"))
    assert found["files"] == [{"source": "bad one.yaml", "problems": 2}, {"source": "good.yaml", "problems": 0}]
    assert [(one["code"], one["line"], one["column"]) for one in found["diagnostics"]] == [
        ("RF504", 4, 5),
        ("RF401", 6, 5),
    ]
    assert all(one["path"] == "bad one.yaml" and one["message"] for one in found["diagnostics"])


def test_junit_has_a_case_for_each_description(report: Report) -> None:
    (suite,) = ElementTree.fromstring(report("junit")).findall("testsuite")
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    bad, good = suite.findall("testcase")
    assert (bad.get("name"), good.get("name")) == ("bad one.yaml", "good.yaml")
    failure = bad.find("failure")
    assert failure is not None and failure.text is not None
    assert failure.get("type") == "RF504"
    assert '(<&"> 100 %)' in failure.text
    assert good.find("failure") is None


def test_annotations_of_github(report: Report) -> None:
    first, second = report("github").splitlines()
    assert first.startswith(
        "::error file=bad one.yaml,line=4,col=5,title=RF504::conv_transpose 'up': stride 2 does not"
    )
    assert second.startswith("::error file=bad one.yaml,line=6,col=5,title=RF401::'up': size is expected to be 5 (")
    assert "100 %25" in second
    assert "%0Ahelp: " in first


def test_concise_problems_are_a_line_each(report: Report) -> None:
    lines = report("concise").splitlines()
    assert [line.split(": ")[1].split()[0] for line in lines] == ["RF504", "RF401"]


@pytest.mark.parametrize("command", ["check", "validate"])
@pytest.mark.parametrize("format", DIAGNOSTICS)
def test_problems_go_to_a_file(
    command: str, format: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file holds what standard output would, without colours, also where there is nothing to say."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FORCE_COLOR", "1")
    Path("bad.yaml").write_text("format: 2\n")
    Path("good.yaml").write_text("format: 1\nlayers: [{type: relu}]\n")
    for name, status in (("bad.yaml", 1), ("good.yaml", 0)):
        words = [command, name, "-q", "--diagnostics", format]
        assert run([*words, "--color", "never"]) == status
        printed = capsys.readouterr().out
        Path("found").write_text("before")
        assert run([*words, "-o", "found"]) == status
        assert Path("found").read_text() == printed
        assert capsys.readouterr() == ("", "")
    assert run([*words, "-o", "no such/found"]) == 2
    assert "cannot write no such/found" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["compute", "one.yaml", "--input-size", "3x3"], "the input size 3x3 has 2 entries, the network has 1 axis"),
        (
            ["compute", "two.yaml", "--input-size", "3x3x3"],
            "the input size 3x3x3 has 3 entries, the network has 2 axes",
        ),
        (["check", "one.yaml"], "size is expected for 2 axes, it has 1"),
        (["check", "two.yaml"], "size is expected for 1 axis, it has 2"),
        (["check", "one.yaml", "--object-size", "20"], "'conv_1' sees 1 sample, fewer than objects of 20"),
        (["tile", "one.yaml", "--tile", "3x3"], "--tile takes one number; is '3x3'"),
        (["tile", "two.yaml", "--tile", "3x3x3"], "--tile takes one number, or one for each of 2 axes; is '3x3x3'"),
    ],
)
def test_one_is_singular(
    words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, size, wanted in (("one", [9], [1, 1]), ("two", [9, 9], [1])):
        document = {"format": 1, "input": {"size": size}, "layers": [{"type": "conv", "kernel": 1}]}
        document["expect"] = [{"layer": "conv_1", "size": wanted}]
        Path(f"{name}.yaml").write_text(json.dumps(document))
    assert run(words) in (1, 2)
    assert said in "".join(capsys.readouterr())
