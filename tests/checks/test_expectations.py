"""Expectations: what is met passes, what is missed is told at the entry, with what it is and where it comes from."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import rfcli

LAYERS: list[dict[str, Any]] = [
    {"name": "stem", "type": "conv", "kernel": 7, "stride": 2, "padding": 3, "filters": 8, "bias": False},
    {
        "name": "unit",
        "type": "residual",
        "repeat": 2,
        "layers": [{"name": "body", "type": "conv", "kernel": 3, "padding": 1, "filters": 8}],
    },
    {"name": "wide", "type": "conv", "kernel": [3, 5], "padding": [1, 2], "dilation": 2, "filters": 8},
    {"name": "up", "type": "upsample", "scale": 2},
]
"""Fields along h: 7, 11, 15, 23, 23; stride 2 before the upsampling."""

TABLE: list[tuple[dict[str, Any], str | None]] = [
    ({"layer": "stem", "size": 7, "stride": 2, "padding": 3, "center": 0, "channels": 8}, None),
    ({"layer": "stem", "size": 8}, "RF401"),
    ({"layer": "stem", "stride": 1}, "RF401"),
    ({"layer": "stem", "padding": 2}, "RF401"),
    ({"layer": "stem", "center": 0.5}, "RF401"),
    ({"layer": "stem", "lookback": 3, "lookahead": 3}, None),
    ({"layer": "stem", "lookahead": {"max": 2}}, "RF401"),
    ({"layer": "up", "lookback": [10, 12], "lookahead": [13, 19]}, None),
    ({"layer": "wide", "lookback": [9, 11], "lookahead": [13, 19]}, None),
    ({"layer": "stem", "lookback": 2}, "RF401"),
    ({"layer": "stem", "size": [7, 7]}, None),
    ({"layer": "stem", "size": [7]}, "RF301"),
    ({"layer": "stem", "size": {"min": 7, "max": 7}}, None),
    ({"layer": "stem", "size": {"min": 8}}, "RF401"),
    ({"layer": "stem", "size": {"max": 6}}, "RF401"),
    ({"layer": "stem", "size": [{"min": 1}, 7]}, None),
    ({"layer": "stem", "size": [{"min": 1}, 6]}, "RF401"),
    ({"layer": "stem", "size": None}, "RF401"),
    ({"layer": "stem", "output_size": 16, "params": 7 * 7 * 3 * 8}, None),
    ({"layer": "stem", "output_size": 15}, "RF402"),
    ({"layer": "stem", "channels": 9}, "RF402"),
    ({"layer": "stem", "params": 0}, "RF403"),
    ({"layer": "stem", "macs": {"min": 1}, "flops": {"min": 2}}, None),
    ({"layer": "stem", "flops": {"max": 2}}, "RF403"),
    ({"layer": "stem", "aligned": True, "uniform": True, "global": False}, None),
    ({"layer": "stem", "aligned": False}, "RF404"),
    ({"layer": "up", "uniform": True}, "RF404"),
    ({"layer": "up", "global": True}, "RF404"),
    ({"layer": "stem", "input_size": 33, "output_size": 17}, None),
    ({"layer": "stem", "input_size": 33, "output_size": 16}, "RF402"),
    ({"layer": "stem", "input_size": [32, 64], "output_size": [16, 32]}, None),
    ({"layer": "stem", "input_size": [32], "output_size": 16}, "RF301"),
    ({"layer": "stem", "input_size": None, "output_size": 16}, "RF406"),
    ({"layer": "stem", "input_size": None, "output_size": None, "size": 7}, None),
    ({"layer": "unit_2", "paths": 4, "size": 15, "params": 8 * 8 * 9 + 8}, None),
    ({"layer": "unit_2", "paths": 3}, "RF405"),
    ({"layer": "unit_2", "paths": {"min": 1}}, None),
    ({"layer": "unit_2", "coverage": 1}, None),
    ({"layer": "unit_2", "coverage": {"max": 0.9}}, "RF405"),
    ({"layer": "unit_*", "stride": 2}, None),
    ({"layer": "unit_*", "size": 15}, "RF401"),
    ({"layer": "none", "size": 15}, "RF201"),
    ({"layer": "unt_1", "size": 15}, "RF201"),
    ({"layer": "wide", "size": [23, 31]}, None),
    ({"layer": "wide", "size": 23}, "RF401"),
    ({"size": [23, 31], "params": 7 * 7 * 3 * 8 + 2 * (8 * 8 * 9 + 8) + 8 * 8 * 15 + 8}, None),
    ({"size": 3}, "RF401"),
    ({"params": 3}, "RF403"),
    ({"flops": {"min": 1}}, None),
]


def described(*expect: dict[str, Any]) -> dict[str, Any]:
    return {"format": 1, "input": {"size": 32, "channels": 3}, "layers": LAYERS, "expect": list(expect)}


def checked(document: dict[str, Any], **how: Any) -> rfcli.Checked:
    return rfcli.check(rfcli.loads(json.dumps(document), "net.json"), ignore=["RF5"], **how)


@pytest.mark.parametrize(("expected", "code"), TABLE, ids=[str(row[0]) for row in TABLE])
def test_table(expected: dict[str, Any], code: str | None) -> None:
    found = checked(described(expected)).diagnostics
    assert {one.code for one in found} == ({code} if code else set())


def test_a_miss_says_what_is_expected_what_it_is_and_where_it_comes_from() -> None:
    (found,) = checked(described({"layer": "unit_2", "size": 17, "source": "the paper"})).diagnostics
    assert found.message == "'unit_2': size is expected to be 17 (the paper), it is 15"
    assert found.help == "it comes along the path of stem > unit_1/body > unit_2/body"


def test_enormous_numbers_of_paths_are_told_by_their_size() -> None:
    unit = {"name": "u", "type": "residual", "repeat": 20_000, "layers": [{"type": "relu"}]}
    document = {"format": 1, "layers": [unit], "expect": [{"layer": "u_20000", "paths": 1}]}
    (found,) = checked(document).diagnostics
    assert found.message == "'u_20000': paths is expected to be 1, it is about 2 ** 20000"


def test_a_miss_stands_at_its_entry(tmp_path: Path) -> None:
    lines = [
        "format: 1",
        "input: {size: 32}",
        "layers: [{name: a, type: conv, kernel: 3}]",
        "expect:",
        "  - {layer: a, size: 3}",
        "  - {layer: a, size: 5}",
        "  - {layer: b, size: 5}",
    ]
    (tmp_path / "net.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = rfcli.check(rfcli.load(tmp_path / "net.yaml")).diagnostics
    assert [(one.code, one.span.line, one.span.column) for one in found] == [("RF401", 6, 5), ("RF201", 7, 13)]


def test_all_misses_are_told_at_once() -> None:
    found = checked(described({"layer": "stem", "size": 1, "stride": 1, "params": 1}, {"size": 1})).diagnostics
    assert [one.code for one in found] == ["RF401", "RF401", "RF403", "RF401"]


def test_how_much_was_looked_at() -> None:
    found = checked(described({"layer": "stem", "size": 7, "stride": 2}, {"params": {"min": 1}}))
    assert found.expectations == 3
    assert found.rules == 0


def test_bounds_of_the_call() -> None:
    met = checked(described(), expected={"size": {"min": 15}}, layers=["unit_2"])
    assert (met.diagnostics, met.expectations) == ((), 1)
    (missed,) = checked(described(), expected={"size": {"min": 16}}, layers=["unit_2"]).diagnostics
    assert (missed.code, missed.span.path) == ("RF401", "net.json")
    assert checked(described(), expected={"size": {"min": 23}}).diagnostics == ()
    with pytest.raises(rfcli.CallError, match="there is no layer 'unit_3'"):
        checked(described(), expected={"size": {"min": 16}}, layers=["unit_3"])


@pytest.mark.parametrize("key", ["select", "ignore"])
def test_unknown_rules_are_errors(key: str) -> None:
    (found,) = rfcli.check(rfcli.loads(json.dumps({**described(), "check": {key: ["RF599"]}}), "net.json")).diagnostics
    assert (found.code, found.message) == ("RF103", "no rule is called 'RF599'")
    with pytest.raises(rfcli.CallError, match="RF599"):
        rfcli.check(rfcli.loads(json.dumps(described()), "net.json"), **{key: ["RF599"]})


@pytest.mark.parametrize(
    ("check", "select", "ignore", "rules"),
    [
        ({}, [], [], 18),
        ({"select": ["RF504"]}, [], [], 1),
        ({"ignore": ["RF504"]}, [], [], 17),
        ({"select": ["RF5"], "ignore": ["RF50"]}, [], [], 13),
        ({"select": ["RF504"]}, ["RF501", "RF502"], [], 2),
        ({"ignore": ["RF501"]}, ["RF501"], [], 1),
        ({"ignore": ["RF501"]}, [], ["RF502"], 16),
        ({}, ["ALL"], [], 22),
        ({}, ["ALL"], ["RF5"], 0),
        ({}, ["RF4"], [], 0),
        ({}, ["RF401", "RF501"], [], 1),
        ({}, [], ["RF4"], 18),
    ],
)
def test_selection(check: dict[str, Any], select: list[str], ignore: list[str], rules: int) -> None:
    document = {**described(), "check": check}
    assert rfcli.check(rfcli.loads(json.dumps(document), "net.json"), select=select, ignore=ignore).rules == rules


@pytest.mark.parametrize(
    ("select", "ignore", "codes", "looked_at"),
    [
        ([], [], {"RF401", "RF402", "RF403"}, 3),
        (["RF504"], [], {"RF401", "RF402", "RF403"}, 3),
        (["RF4"], [], {"RF401", "RF402", "RF403"}, 3),
        (["RF401", "RF504"], [], {"RF401"}, 1),
        (["ALL"], ["RF4"], set(), 0),
        ([], ["RF401", "RF403"], {"RF402"}, 1),
    ],
)
def test_selected_expectations(select: list[str], ignore: list[str], codes: set[str], looked_at: int) -> None:
    """Kinds of expectations are selected and ignored as rules are; where none is selected, all are looked at."""
    document = described({"layer": "stem", "size": 9, "channels": 99, "params": 1})
    for stated in ({"select": select, "ignore": ignore}, {}):
        network = rfcli.loads(json.dumps({**document, **({"check": stated} if stated else {})}), "net.json")
        how = {} if stated else {"select": select, "ignore": ignore}
        checked = rfcli.check(network, **how)
        assert {one.code for one in checked.diagnostics if one.code.startswith("RF4")} == codes
        assert checked.expectations == looked_at
    bounds = rfcli.check(
        rfcli.loads(json.dumps(described()), "net.json"), select=select, ignore=ignore, layers=["stem"],
        expected={"size": {"min": 9}, "channels": {"max": 1}, "params": {"max": 1}},
    )  # fmt: skip
    assert {one.code for one in bounds.diagnostics if one.code.startswith("RF4")} == codes


@pytest.mark.parametrize(
    ("select", "ignore", "codes"),
    [
        (["RF401"], [], {"RF406"}),
        (["RF406"], [], {"RF406"}),
        (["RF4"], [], {"RF403", "RF406"}),
        (["RF403"], [], {"RF403"}),
        (["RF4"], ["RF406"], {"RF403"}),
        (["RF4"], ["RF401"], {"RF403"}),
    ],
)
def test_what_cannot_be_known_is_told_with_its_kind(select: list[str], ignore: list[str], codes: set[str]) -> None:
    """A size that nobody knows passes no check of sizes."""
    layers = [{"name": "it", "type": "custom", "unknown": "op", "params": 3}]
    document = {"format": 1, "input": {"size": 9, "channels": 3}, "layers": layers,
                "expect": [{"layer": "it", "size": 3, "params": 9}]}  # fmt: skip
    network = rfcli.loads(json.dumps(document), "net.json")
    assert {one.code for one in rfcli.check(network, select=select, ignore=ignore).diagnostics} == codes


def run(folder: Path, *words: str) -> tuple[int, str, str]:
    line = [sys.executable, "-m", "rfcli", "check", *words]
    done = subprocess.run(line, cwd=folder, capture_output=True, text=True, timeout=600)
    return done.returncode, done.stdout, done.stderr


def test_the_command(tmp_path: Path) -> None:
    (tmp_path / "good.json").write_text(json.dumps(described({"layer": "stem", "size": 7})))
    (tmp_path / "bad.json").write_text(json.dumps(described({"layer": "stem", "size": 9})))
    assert run(tmp_path, "good.json") == (0, "", "1 description passed: 1 expectation and 18 rules\n")
    status, out, err = run(tmp_path, "good.json", "bad.json", "--diagnostics", "concise")
    assert status == 1
    assert out.startswith("bad.json:1:")
    assert "RF401 'stem': size is expected to be 9, it is 7" in out
    assert err == "1 of 2 descriptions failed: 1 problem, checked against 2 expectations and 18 rules\n"
    assert run(tmp_path, "good.json", "--layer", "stem")[0] == 2
    assert run(tmp_path, "good.json", "--layer", "stem", "--min-size", "8")[0] == 1
    assert run(tmp_path, "good.json", "--layer", "stem", "--min-size", "7", "--max-stride", "2")[0] == 0
    assert run(tmp_path, "nowhere.json", "bad.json")[0] == 2


def told(text: str, **how: Any) -> list[tuple[str, int, int, str, str]]:
    found = rfcli.check(rfcli.loads(text, "net.yaml"), select=["RF501"], **how)
    return [(one.code, one.span.line, one.span.column, one.message, one.help) for one in found.diagnostics]


CROSSED = """format: 1
input: {size: 32, channels: 1}
layers:
  - type: branches
    name: b
    branches:
      tall: [{type: conv, kernel: [7, 1], padding: same, filters: 1}]
      wide: [{type: conv, kernel: [1, 9], padding: same, filters: 1}]
expect:
"""


def test_a_miss_is_explained_along_its_axis() -> None:
    for expected, path in (("[7, 3]", "wide"), ("[3, 9]", "tall")):
        ((code, line, column, message, help),) = told(f"{CROSSED}  - {{layer: b, size: {expected}, reason: r}}\n")
        assert (code, line, column) == ("RF401", 10, 5)
        assert message.startswith(f"'b': size is expected to be {expected[1:-1].replace(', ', 'x')} (r), it is 7x9")
        assert help == f"it comes along the path of b/{path}/conv_1"


def test_a_wrong_input_size_is_told_at_its_entry() -> None:
    entries = "  - {layer: b, size: [7, 9]}\n  - {layer: b, size: 7, input_size: [8, 8, 8]}\n"
    ((code, line, column, message, _),) = told(CROSSED + entries)
    assert (code, line, column) == ("RF301", 11, 5)
    assert message == "the input size 8x8x8 has 3 entries, the network has 2 axes"


def test_nothing_is_expected_of_inputs() -> None:
    ((code, _, _, message, help),) = told(f"{CROSSED}  - {{layer: input, size: 1}}\n")
    assert (code, message, help) == ("RF201", "'input' is an input, and nothing is expected of inputs", "")


def test_costs_without_a_layer_are_the_networks() -> None:
    """7 + 1 and 9 + 1 weights, 2 x 16 x 1,024 operations and a bias for each of 2 x 1,024 outputs."""
    text = CROSSED.removesuffix("expect:\n")
    assert told(text, expected={"params": {"max": 18}, "flops": {"max": 2 * 16 * 1024 + 2 * 1024}}) == []
    assert [one[:3] for one in told(text, expected={"params": {"max": 17}})] == [("RF403", 1, 1)]
    assert [one[:3] for one in told(text, layers=["b/tall/conv_1"], expected={"params": {"max": 7}})] == [
        ("RF403", 7, 14)
    ]
    assert told(f"{CROSSED}  - {{flops: {{min: 1, max: 3.1e+15}}}}\n") == []


@pytest.mark.parametrize(
    ("layer", "expected", "code"),
    [
        ({"type": "lstm", "units": 4}, {"lookahead": 1}, None),
        ({"type": "lstm", "units": 4}, {"lookback": {"max": 99}}, "RF406"),
        ({"type": "lstm", "units": 4}, {"lookback": None}, None),
        ({"type": "squeeze_excite", "units": 4}, {"lookahead": {"max": 99}}, "RF406"),
        ({"type": "rnn", "units": 4, "reverse": True}, {"lookback": 1}, None),
        ({"type": "rnn", "units": 4, "reverse": True}, {"lookahead": 1}, "RF406"),
    ],
)
def test_no_bound_holds_where_everything_is_seen(
    layer: dict[str, Any], expected: dict[str, Any], code: str | None
) -> None:
    document = {
        "format": 1, "input": {"size": [32], "channels": 3}, "expect": [{"layer": "it", **expected}],
        "layers": [{"type": "conv", "kernel": 3, "padding": 1, "filters": 4}, {**layer, "name": "it"}],
    }  # fmt: skip
    assert [one.code for one in checked(document).diagnostics] == ([code] if code else [])
