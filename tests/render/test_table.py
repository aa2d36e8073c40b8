"""A table for people, with notes."""

import json

import pytest

import rfcli
from render import STYLE, VIEW
from rfcli.render.below import MAX_NOTES
from rfcli.render.table import render
from rfcli.render.view import Style, View


def test_rows() -> None:
    lines = "".join(render([VIEW], STYLE)).splitlines()
    assert lines[1] == lines[-2]
    assert [line.split() for line in (lines[0], *lines[2:-2])] == [
        ["layer", "type", "output_size", "size", "stride", "padding", "center"],
        ["a", "conv", "10", "3", "2", "1", "0"],
        ["b", "conv", "8", "7", "2", "1", "2"],
    ]
    assert lines[-1] == "input 20, 1 channel: 8 parameters, 54 macs, 126 flops"


def view(*layers: dict[str, object]) -> View:
    document = {"format": 1, "input": {"size": [8]}, "layers": list(layers)}
    report = rfcli.compute(rfcli.loads(json.dumps(document), "net.json"))
    return View(report, report.layers)


def test_equal_notes_stand_together() -> None:
    text = "".join(render([view({"type": "global_avg_pool", "name": "g"}, {"type": "relu", "name": "r"})], STYLE))
    assert text.endswith(
        "\n\n- g and 1 more: only a global path is left: every output sees all that reaches the global layer\n"
    )


@pytest.mark.parametrize(("columns", "said"), [((), False), (("layer", "channels"), True)])
def test_notes_of_channels_and_costs_stand_beside_them(columns: tuple[str, ...], said: bool) -> None:
    text = "".join(render([view({"type": "relu"})], Style(columns=columns)))
    assert ("channels: the channels of the input are not given" in text) is said


def test_many_notes_are_counted() -> None:
    layers = [{"type": "custom", "name": f"x{n}", "unknown": f"Op{n}", "inputs": ["input"]} for n in range(20)]
    text = "".join(render([view(*layers)], STYLE))
    assert text.count("\n- ") == MAX_NOTES + 1
    assert text.endswith("more notes; -f json has all\n")
