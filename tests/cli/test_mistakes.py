"""Wrong values of options are told with what was given, and an option of one value is given once."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli.conftest import RF

from rfcli.cli.declarations import COMMANDS, command, scaled

CASES = [
    (["compute", "net.yaml", "-f", "foo"],
     "--format takes table, json, ndjson, csv, tsv or markdown; is 'foo'"),
    (["compute", "-fjsno", "net.yaml"],
     "--format takes table, json, ndjson, csv, tsv or markdown; is 'jsno' (did you mean 'json'?)"),
    (["compute", "net.yaml", "--mode=evl"], "--mode takes eval or train; is 'evl' (did you mean 'eval'?)"),
    (["compute", "net.yaml", "--depth", "x"], "--depth takes a whole number from 1; is 'x'"),
    (["compute", "net.yaml", "--depth", "1.5"], "--depth takes a whole number from 1; is '1.5'"),
    (["compute", "net.yaml", "--depth", ""], "--depth takes a whole number from 1; is ''"),
    (["check", "net.yaml", "--min-size", "big"], "--min-size takes a whole number from 1; is 'big'"),
    (["check", "net.yaml", "--max-flops", "1X"], "--max-flops takes a whole number, 4000000000 or 4G; is '1X'"),
    (["check", "net.yaml", "--max-params=1.5"], "--max-params takes a whole number, 4000000000 or 4G; is '1.5'"),
    (["tile", "net.yaml", "--input-size", "a"],
     "--input-size takes a number of samples, 512, or one for each axis, 512x256, or none for unknown; is 'a'"),
    (["tile", "net.yaml", "--input-size", "3", "--image", "3"],
     "--image and --input-size are two words for one size: give one of them"),
    (["erf", "net.yaml", "--sample", "many"], "--sample takes a whole number from 1 to 10000; is 'many'"),
    (["erf", "net.yaml", "--sample", "-3"], "--sample takes a whole number from 1 to 10000; is '-3'"),
    (["erf", "net.yaml", "--sample", "0"], "--sample takes a whole number from 1 to 10000; is '0'"),
    (["tile", "net.yaml", "--tile", "1,2"], "--tile takes a number of samples, 512, or one for each axis, 512x256; is '1,2'"),
    (["tile", "net.yaml", "--image", "abc"],
     "--image takes a number of samples, 512, or one for each axis, 512x256, or none for unknown; is 'abc'"),
    (["tile", "net.yaml", "--tile", "3", "--step", "a"],
     "--step takes a number of samples, 512, or one for each axis, 512x256; is 'a'"),
    (["export", "net.yaml", "--to", "tensorflow"], "--to takes torch, onnx or keras-json; is 'tensorflow'"),
    (["schema", "resul"], "SCHEMA is architecture or result; not 'resul' (did you mean 'result'?)"),
    (["compute", "net.yaml", "--color", "red"], "--color takes auto, always or never; is 'red'"),
    (["compute", "net.yaml", "--depth", "1", "--depth", "2"], "--depth takes one value, is given '1' and '2'"),
    (["compute", "net.yaml", "-f", "csv", "--format=csv"], "--format takes one value, is given 'csv' twice"),
    (["compute", "net.yaml", "-o", "a", "-ob"], "--output takes one value, is given 'a' and 'b'"),
    (["compute", "net.yaml", "--input-size", "32", "--input-size=64"], "--input-size takes one value, is given '32' and '64'"),
    (["check", "net.yaml", "--input-size", "a=32", "--input-size", "a=64"],
     "--input-size takes one value, is given 'a=32' and 'a=64'"),
    (["explain", "net.yaml", "--layer", "a", "--layer", "b"], "--layer takes one value, is given 'a' and 'b'"),
    (["compute", "net.yaml", "--columns", "layer", "--columns", "size"],
     "--columns takes one value, is given 'layer' and 'size'"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "said"), CASES, ids=lambda case: " ".join(case) if isinstance(case, list) else "")
def test_what_is_said(rf: RF, words: list[str], said: str) -> None:
    assert rf(*words) == (2, "", f"rf {words[0]}: {said}\n")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_one_value_is_given_once(rf: RF, name: str) -> None:
    for option in command(name).options:
        value = option.choices[0] if option.choices else str(option.least or 1)
        if not option.flag and not option.repeatable:
            status, out, err = rf(name, *[option.flags[0], value] * 2)
            assert (status, out, err) == (
                2,
                "",
                f"rf {name}: {option.flags[-1]} takes one value, is given '{value}' twice\n",
            )


@pytest.mark.parametrize("words", [["compute", "-f", "foo", "--help"], ["compute", "--help", "--depth", "x"]])
def test_help_comes_first(rf: RF, words: list[str]) -> None:
    status, out, _ = rf(*words)
    assert status == 0 and out.startswith("Usage: rf compute")


@pytest.mark.parametrize(
    "words",
    [
        ["compute", "net.yaml", "--layer", "a", "--layer", "b", "--set", "x=1"],
        ["compute", "net.yaml", "--input-size", "a=1", "--input-size", "b=1"],
        ["compute", "net.yaml", "-q", "-q"],
    ],
)
def test_what_may_be_given_several_times(rf: RF, words: list[str]) -> None:
    assert "takes one value" not in rf(*words)[2]


def test_a_kind_that_there_is_not(rf: RF) -> None:
    """The first of two arguments has its choices."""
    kinds = "region, growth, paths, erf, tiles, accuracy or compare"
    assert rf("plot", "net.yaml", "growth") == (2, "", f"rf plot: KIND is {kinds}; not 'net.yaml'\n")
    assert rf("plot", "growht", "net.yaml")[2].endswith("not 'growht' (did you mean 'growth'?)\n")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1G", 10**9), ("1g", 10**9), ("25.6M", 25_600_000), ("4e9", 4 * 10**9), ("1.5e3", 1500), ("0.5k", 500), ("7", 7),
        ("2T", 2 * 10**12), ("4 G", 4 * 10**9), ("+3", 3), ("0", 0), ("1.0", 1), ("1.5", None), ("1.2345k", None), ("G", None),
        ("", None), ("-1", None), ("1e99999", None), ("0x10", None), ("٣", None), ("1" * 40, None),
    ],
)  # fmt: skip
def test_whole_numbers_with_powers_of_a_thousand(text: str, number: int | None) -> None:
    assert scaled(text) == number


def test_bounds_with_powers_of_a_thousand(rf: RF) -> None:
    """224 parameters, 403200 operations."""
    assert rf("check", "net.yaml", "--max-flops", "403.2k", "--max-params=0.224k")[0] == 0
    assert "flops is expected to be at most 403000, it is 403200" in rf("check", "net.yaml", "--max-flops=403k")[1]


@pytest.mark.parametrize("words", [["-h"], *([name, "-h"] for name in COMMANDS)], ids=" ".join)
def test_help_in_short(rf: RF, words: list[str]) -> None:
    status, out, err = rf(*words)
    assert (status, err) == (0, "") and out.startswith(f"Usage: rf {words[0] if words[1:] else ''}".rstrip())
    assert "-h, --help" in out


WITH_LAYER = {
    "compute": [], "explain": [], "locate": ["--at", "1,1"], "paths": [], "erf": [], "tile": [], "compare": [],
    "check": ["--min-size", "1"], "verify": [], "suggest": ["--at-least", "9"],
}  # fmt: skip


@pytest.mark.parametrize("name", WITH_LAYER)
@pytest.mark.parametrize("layer", ["input", "heads"])
def test_inputs_and_scopes_without_an_output_are_no_layers(rf: RF, name: str, layer: str) -> None:
    """Nothing passes by looking at nothing; of a scope it is told what to name, and inputs are not offered."""
    Path("net.yaml").write_text(HEADS, encoding="utf-8")
    status, _, err = rf(name, "net.yaml", "--layer", layer, *WITH_LAYER[name])
    assert (status, len(err.splitlines())) == (2, 1), err
    known = "known here: a, heads/left/conv_1, heads/right/conv_1, heads/left, heads/right"
    scope = "it is a scope without an output of its own: name a layer inside it, as 'heads/left/conv_1'"
    assert (known if layer == "input" else scope) in err


HEADS = """\
format: 1
input: {size: 32, channels: 3}
layers:
  - {name: a, type: conv, kernel: 3, filters: 8}
  - name: heads
    type: branches
    merge: none
    branches:
      left: [{type: conv, kernel: 3, filters: 8}]
      right: [{type: conv, kernel: 5, filters: 8}]
"""
