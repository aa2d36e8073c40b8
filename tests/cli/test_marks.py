"""What is global is marked wherever people read sizes, and never in data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli.conftest import RF
from render.test_whole import CASES

from rfcli.cli.compute import COMMAND


@pytest.fixture
def written(rf: RF, tmp_path: Path) -> RF:
    for case in CASES:
        name = str(case.id).replace(" ", "_")
        (tmp_path / f"{name}.json").write_text(json.dumps(case.values[0]), encoding="utf-8")
    return rf


FILES = [str(case.id).replace(" ", "_") + ".json" for case in CASES]


@pytest.mark.parametrize("format", ["table", "markdown"])
@pytest.mark.parametrize("words", [["compute"], ["compute", "--depth", "1"], ["compute", "--columns", "layer,lookback"],
                                   ["compute", "--units", "--rate", "8"], ["explain"], ["compare"]], ids=" ".join)  # fmt: skip
@pytest.mark.parametrize("name", FILES)
def test_every_table_has_the_mark_and_the_note(written: RF, name: str, words: list[str], format: str) -> None:
    command, *more = words
    status, out, err = written(command, name, *more, "-f", format)
    assert (status, err) == (0, "")
    table, _, below = out.partition("\n\n- ")
    assert "* " in table.replace("*\n", "* \n")
    assert below.startswith("\\* " if format == "markdown" else "* ") and " also see" in below


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("command", ["compute", "explain", "compare"])
def test_data_has_no_mark(written: RF, command: str, name: str) -> None:
    for format in ("csv", "tsv", "json"):
        status, out, _ = written(command, name, "-f", format)
        assert status == 0 and "*" not in out


@pytest.mark.parametrize("name", FILES[:2])
@pytest.mark.parametrize("words", [["paths"], ["erf"], ["locate", "--layer", "b", "--at"]], ids=" ".join)
def test_commands_without_sizes_by_layer_say_it_beside_the_answer(written: RF, words: list[str], name: str) -> None:
    command, *more = words
    position = ["3" if name == FILES[0] else "3,3"] if more else []
    status, _, err = written(command, name, *more, *position)
    assert (status, err) == (0, "every output also sees the whole map, through 'se'\n")


def test_list_marks_networks(rf: RF) -> None:
    status, out, err = rf("list")
    assert (status, err) == (0, "")
    assert (
        "851* " in out and "\n- * 'deeplab_v3', 'efficientnet_b0', 'mobilenet_v3_large' also see the whole map" in out
    )
    by_name = {one["name"]: one["global"] for one in json.loads(rf("list", "-f", "json")[1])["networks"]}
    assert by_name["efficientnet_b0"] and not by_name["resnet50"]


def test_the_mark_is_told_in_the_help() -> None:
    assert "*" in COMMAND.help
