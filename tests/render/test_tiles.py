"""Tiles of an input: what `rf tile` prints."""

from __future__ import annotations

import json

import rfcli
from render import REPORT, STYLE, formats_held
from rfcli.render.tiles import notes, render

ROWS = [{"input_start_w": "0", "input_end_w": "20", "valid_start_w": "0", "valid_end_w": "8"}]
JSON = {"network": "net", "exact": True, "tiles": [{"input": [[0, 20]], "valid": [[0, 8]]}]}


def shown(format: str) -> str:
    return "".join(render("net", "w", rfcli.tiles(REPORT, "b", [20]), format, STYLE))


test_rows, test_json, test_people_see_the_numbers = formats_held(shown, ROWS, JSON, ("0:20", "0:8"))


def table(report: rfcli.Report, *given: object, **more: object) -> str:
    axes = rfcli.tiles(report, "b", *given, **more)  # type: ignore[arg-type]
    return "".join(render("net", "w", axes, "table", STYLE))


def test_an_unknown_size_has_no_tiles() -> None:
    """Halos of [2o - 1, 2o + 5]: 1 before, 5 + 1 - 2 = 4 after."""
    report = rfcli.compute(REPORT.graph.architecture, input_size=None)
    text = table(report, [20])
    assert text.endswith("\nno tiles: give --image to cut one\n")
    assert text.splitlines()[2].split() == ["w", "2", "1", "4", "2", "8", "20", "0"]
    assert table(report).endswith("\nno tiles: give --tile to cut one\n")


GLOBAL = """{"format": 1, "input": {"size": [32]}, "layers": [
  {"name": "n", "type": "instance_norm"}, {"name": "m", "type": "max_pool", "kernel": 2, "padding": 0},
  {"name": "b", "type": "upsample", "scale": 2}, {"type": "add", "inputs": ["n", "b"]}]}"""
ROUND = """{"format": 1, "input": {"size": [32]}, "layers": [
  {"name": "b", "type": "conv", "kernel": 3, "padding": 1, "padding_mode": "circular"}]}"""


def test_what_is_not_exact_is_told() -> None:
    report = rfcli.compute(rfcli.loads(GLOBAL, "net.json"))
    axes = rfcli.tiles(report, "b", [16], image=[31], ignore_global=True)
    assert notes("w", axes) == [
        "not exact: 'n' sees each tile by itself and not the whole map",
        "along w the network takes no 31 samples: pad the image behind by 1 to 32, which the tiles are of",
    ]
    found = json.loads("".join(render("net", "w", axes, "json", STYLE)))
    assert (found["exact"], found["ignored"], found["notes"]) == (False, ["n"], notes("w", axes))
    assert [found["axes"][0][key] for key in ("image", "padded")] == [31, 32]
    assert "\nnot exact: 'n' sees" in "".join(render("net", "w", axes, "table", STYLE))


def test_sizes_that_decide_are_told() -> None:
    text = GLOBAL.replace("[32]", "[null]").replace(
        '"instance_norm"', '"max_pool", "kernel": 3, "stride": 2, "padding": "same"'
    )
    report = rfcli.compute(rfcli.loads(text.partition('{"name": "m"')[0].rpartition(",")[0] + "]}", "net.json"))
    axes = rfcli.tiles(report, "n")
    assert (axes[0].halo, axes[0].multiple, axes[0].assumed) == ((0, 1), 2, (0, 2))
    assert notes("w", axes) == [
        "along w it depends on the size of the image: this is for a multiple of 2; give --image"
    ]
    assert notes("w", rfcli.tiles(report, "n", image=[33])) == []
    assert rfcli.tiles(report, "n", image=[33])[0].halo == (1, 0)


def test_a_circular_axis_is_told() -> None:
    report = rfcli.compute(rfcli.loads(ROUND, "net.json"))
    assert notes("w", rfcli.tiles(report, "b")) == [
        "along w 'b' pads circularly: tiles would have to go round the image's border"
    ]
    assert notes("w", rfcli.tiles(report, "b", [32])) == []


def test_tiles_that_read_the_image_several_times_say_so() -> None:
    """41 samples for each output: tiles of 48 keep 8 outputs of 48 samples each."""
    net = {
        "format": 1,
        "input": {"size": [480]},
        "layers": [{"name": "a", "type": "conv", "kernel": 41, "padding": 20}],
    }
    report = rfcli.compute(net)
    assert any(
        "times the samples of the image: longer ones overlap less" in note
        for note in notes("w", rfcli.tiles(report, "a", [48]))
    )
    assert notes("w", rfcli.tiles(report, "a", [240])) == []


def test_remarks_fit_a_terminal_and_stay_one_line_in_a_pipe() -> None:
    layers = [{"name": "a", "type": "conv", "kernel": 41, "padding": 20}]
    report = rfcli.compute({"format": 1, "input": {"size": [480]}, "layers": layers})
    axes = rfcli.tiles(report, "a", [48])
    [remark] = notes("w", axes)
    narrow = "".join(render("net", "w", axes, "table", STYLE.replaced(width=60)))
    assert remark in "".join(render("net", "w", axes, "table", STYLE))
    assert remark not in narrow and remark in narrow.replace("\n", " ")


def test_on_narrow_terminals_each_axis_has_a_row() -> None:
    net: dict[str, object] = {
        "format": 1, "input": {"size": [16, 16, 16]}, "layers": [{"name": "a", "type": "conv", "kernel": 3, "padding": 1}],
    }  # fmt: skip
    report = rfcli.compute(net)
    wide, narrow = (
        "".join(render("net", "dhw", rfcli.tiles(report, "a", [12, 12, 12]), "table", STYLE.replaced(width=width)))
        for width in (80, 60)
    )
    assert "input_d    input_h    input_w" in wide
    lines = narrow.splitlines()
    assert max(map(len, lines)) <= 60
    rows = [line.split() for line in lines[lines.index("8 tiles") + 4 :]]
    assert rows[:6] == [
        ["1", "d", "0:12", "0:11"], ["h", "0:12", "0:11"], ["w", "0:12", "0:11"],
        ["2", "d", "0:12", "0:11"], ["h", "0:12", "0:11"], ["w", "4:16", "11:16"],
    ]  # fmt: skip
