"""Differences in every format."""

import csv
import io
import json

import pytest
import yaml
from difference.nets import AFTER, BEFORE
from jsonschema import Draft202012Validator
from referencing import Registry

import rfcli
from rfcli import resources
from rfcli.difference.found import Difference
from rfcli.render.difference import FORMATS, Compared, render
from rfcli.render.formats import RECORDS
from rfcli.render.view import Style


def small() -> Difference:
    return rfcli.diff(yaml.safe_load(BEFORE), yaml.safe_load(AFTER))


def shown(found: Difference, format: str, style: Style | None = None, all: bool = False) -> str:
    return "".join(render([Compared("a -> b", "b", found)], format, style or Style(), all))


def words(line: str) -> list[str]:
    return line.split()


def rows(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


def test_formats_are_those_of_records() -> None:
    assert tuple(FORMATS) == RECORDS


def test_table() -> None:
    lines = shown(small(), "table").splitlines()
    assert lines[:2] == ["a -> b", ""]
    assert [line.split() for line in lines[4:10]] == [
        words("size last (was conv2) 8 7 -1"),
        words("stride last (was conv2) 2 1 -1"),
        words("output_size last (was conv2) 8 16 +8"),
        words("params 408 600 +192"),
        words("macs 46,080 150,528 +226.7 %"),
        words("layers 3 3"),
    ]
    assert lines[11].split() == ["layer", "change", "size", "stride", "output_size", "params", "macs", "why"]
    by_layer = {line.split()[0]: line for line in lines[13:17]}
    assert by_layer["conv1"].split() == (
        words("conv1 changed 3 -> 5 1 16 112 -> 304 27.6 k -> 76.8 k kernel 3 -> 5, padding 1 -> 2")
    )
    assert by_layer["pool"].split() == words("pool removed 4 2 8 0 0")
    assert by_layer["relu"].split() == words("relu added 5 1 16 0 0")
    assert by_layer["last"].split() == words("last renamed 8 -> 7 2 -> 1 8 -> 16 296 18.4 k -> 73.7 k was conv2")
    assert lines[-1] == "layers: 1 added, 1 removed, 1 renamed, 1 changed"


def test_markdown_folds_the_layers() -> None:
    text = shown(small(), "markdown")
    head, _, folded = text.partition(
        "<details>\n<summary>layers: 1 added, 1 removed, 1 renamed, 1 changed</summary>\n\n"
    )
    assert head.startswith("### `a -> b`\n\n| what ")
    assert ["|", "params", "|", "|", "408", "|", "600", "|", "+192", "|"] in rows(head)
    assert folded.endswith("|\n\n</details>\n")
    assert "| conv1   | changed  |" in folded


def test_delimited() -> None:
    for format, delimiter in (("csv", ","), ("tsv", "\t")):
        found = list(csv.DictReader(io.StringIO(shown(small(), format)), delimiter=delimiter))
        by_layer = {row["layer"]: row for row in found}
        assert by_layer["conv1"]["size_before"] == "3" and by_layer["conv1"]["size_after"] == "5"
        assert by_layer["conv1"]["macs_before"] == "27648" and by_layer["conv1"]["macs_after"] == "76800"
        assert by_layer["last"]["layer_before"] == "conv2"
        assert by_layer["pool"]["size_after"] == "" and by_layer["relu"]["size_before"] == ""
        assert "network" not in found[0]
        several = csv.DictReader(io.StringIO(shown(small(), format, Style(several=True))), delimiter=delimiter)
        assert {row["network"] for row in several} == {"b"}


def test_json_is_what_python_has() -> None:
    found = json.loads(shown(small(), "json"))
    with open(resources.schema("difference"), encoding="utf-8") as stream:
        Draft202012Validator(json.load(stream), registry=Registry()).validate(found)
    (one,) = found["differences"]
    whole = json.loads(json.dumps(small().as_json()))
    assert one == whole, "every layer differs"
    assert one["layers"][0]["causes"] == [
        {"key": "kernel", "before": 3, "after": 5},
        {"key": "padding", "before": 1, "after": 2},
    ]
    assert json.loads("".join(render([], "json", Style())))["differences"] == []


def test_the_same() -> None:
    found = rfcli.diff("alexnet", "alexnet")
    assert shown(found, "table") == "a -> b: no change\n"
    assert shown(found, "markdown") == "### `a -> b`\n\nno change\n"
    assert json.loads(shown(found, "json"))["differences"][0]["layers"] == []
    assert len(shown(found, "csv").splitlines()) == 1
    everything = json.loads(shown(found, "json", all=True))["differences"][0]["layers"]
    assert {layer["change"] for layer in everything} == {"same"} and len(everything) == len(found.layers)
    assert "no layer is different" in shown(found, "table", all=True)


def test_new_and_gone() -> None:
    new = shown(rfcli.diff(None, yaml.safe_load(AFTER)), "table")
    assert ["size", "last", "7"] in rows(new) and ["conv1", "added", "5", "1", "304"] in rows(new)
    gone = shown(rfcli.diff(yaml.safe_load(BEFORE), None), "markdown")
    assert "| conv1   | removed  |" in gone


def test_axes_that_differ() -> None:
    def net(*kernel: int) -> dict[str, object]:
        layer = {"name": "a", "type": "conv", "kernel": list(kernel), "filters": 1}
        return {"format": 1, "input": {"size": [9, 9], "channels": 1}, "layers": [layer]}

    text = shown(rfcli.diff(net(3, 5), net(5, 5)), "table")
    assert ["size", "a", "3x5", "5", "+2x0"] in rows(text)
    assert ["a", "changed", "3x5", "->", "5", "7x5", "->", "5", "16", "->", "26", "525", "->", "625",
            "kernel", "[3,", "5]", "->", "[5,", "5]"] in rows(text)  # fmt: skip


def test_another_number_of_axes() -> None:
    text = shown(rfcli.diff("tcn", "unet_3d"), "table")
    assert text.startswith("a -> b\n\nwhat")


def test_what_is_not_known_stays_so() -> None:
    layer = {"name": "a", "type": "conv", "kernel": 3}
    known = {"format": 1, "input": {"size": 9, "channels": 1}, "layers": [{**layer, "filters": 1}]}
    text = shown(rfcli.diff({"format": 1, "layers": [layer]}, known), "table")
    assert "? -> 10" in text and ["params", "10"] in rows(text)


@pytest.mark.parametrize("width", [80, 60])
@pytest.mark.parametrize("pair", [("resnet18", "resnet34"), ("resnet50", "resnet50_fpn"), ("unet", "unet_small")])
def test_narrow_terminals(pair: tuple[str, str], width: int) -> None:
    lines = shown(rfcli.diff(*pair), "table", Style(width=width)).splitlines()
    assert max(map(len, lines)) <= width


def test_a_title_stays_a_title_in_markdown() -> None:
    text = "".join(render([Compared("a`b.yaml -> c", "c", small())], "markdown", Style()))
    assert text.startswith("### `a'b.yaml -> c`\n")
