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
    (["tile", "net.yaml", "--tile", "1,2"], "--tile takes a number of samples, 512, or one for each axis, 512x256; is '1,2': did you mean 1x2?"),
    (["tile", "net.yaml", "--image", "abc"],
     "--image takes a number of samples, 512, or one for each axis, 512x256, or none for unknown; is 'abc'"),
    (["tile", "net.yaml", "--tile", "3", "--step", "a"],
     "--step takes a number of samples, 512, or one for each axis, 512x256; is 'a'"),
    (["export", "net.yaml", "--to", "tensorflow"], "--to takes torch, onnx or keras-json; is 'tensorflow'"),
    (["schema", "resul"], "SCHEMA is architecture, description, result or difference; not 'resul' (did you mean 'result'?)"),
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
    first = "; it stands before the networks: growth net.yaml"
    assert rf("plot", "net.yaml", "growth") == (2, "", f"rf plot: KIND is {kinds}; not 'net.yaml'{first}\n")
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


WORDS = [
    (["compute"], "rf compute: NETWORK is missing: description files, directories (", ""),
    (["explain", "--layer", "a"], "rf explain: NETWORK is missing: a description file, a bundled name, or - ", ""),
    (["plot"], "rf plot: KIND is missing: one of region, growth, paths, erf, tiles, accuracy or compare\n", ""),
    (["plot", "net.yaml"], "rf plot: KIND is region, ", "; not 'net.yaml'; it stands before the networks: region net.yaml\n"),
    (["plot", "region"], "rf plot: NETWORK is missing: ", ""),
    (["rules", "RF101", "RF102"], "rf rules: it takes CODE beside its options; 'RF102' is one word more\n", ""),
    (["locate", "net.yaml", "--at", "3", "3"], "rf locate: it takes NETWORK ", "one word: 256x256, or 3,3 for a position\n"),
    (["explain", "net.yaml", "net.yaml"], "rf explain: it takes NETWORK beside its options; 'net.yaml' is one word more\n", ""),
    (["compute", "net.yaml", "-layer", "a"], "rf compute: there is no option -layer: did you mean --layer?\n", ""),
    (["compute", "net.yaml", "--input_size=32"], "rf compute: there is no option --input_size: did you mean --input-size?\n", ""),
    (["compute", "net.yaml", "--size", "32"], "rf compute: there is no option --size: did you mean --input-size?\n", ""),
    (["compute", "net.yaml", "--inputsize", "32"], "rf compute: there is no option --inputsize: did you mean --input-size?\n", ""),
    (["compute", "net.yaml", "--json"], "rf compute: there is no option --json: did you mean -f json?\n", ""),
    (["explain", "--csv", "net.yaml"], "rf explain: there is no option --csv: did you mean -f csv?\n", ""),
    (["compute", "net.yaml", "-d", "1"], "rf compute: there is no option -d: did you mean --depth?\n", ""),
    (["compute", "net.yaml", "-z", "1"], "rf compute: there is no option -z: 'rf compute -h' lists them\n", ""),
    (["locate", "net.yaml", "--units"], "rf locate: there is no option --units, which rf compute has\n", ""),
    (["export", "net.yaml", "-f", "torch"], "rf export: there is no option -f: did you mean --to?\n", ""),
    (["export", "net.yaml", "--format", "onnx"], "rf export: there is no option --format: did you mean --to?\n", ""),
    (["compute", "net.yaml", "--to", "csv"], "rf compute: there is no option --to: did you mean --format?\n", ""),
    (["export", "net.yaml", "net.py"], "rf export: it takes NETWORK beside its options; 'net.py' is one word more: did you mean -o net.py?\n", ""),
    (["compute", "net.yaml", "--quiet=1"], "rf compute: --quiet takes no value\n", ""),
    (["comput", "net.yaml"], "rf: there is no command 'comput': did you mean 'compute'? 'rf -h' lists them\n", ""),
    (["summary", "net.yaml"], "rf: there is no command 'summary': did you mean 'compute'? 'rf -h' lists them\n", ""),
    (["version"], "rf: there is no command 'version': did you mean '--version'? 'rf -h' lists them\n", ""),
    (["frobnicate"], "rf: there is no command 'frobnicate': ", "'rf -h' lists them\n"),
    (["rf501"], "rf: 'rf501' is a code, no command: did you mean 'rf rules RF501'?\n", ""),
    (["resnet18"], "rf: 'resnet18' is a network, no command: did you mean 'rf compute resnet18'?\n", ""),
    (["net.yaml", "--layer", "a"], "rf: 'net.yaml' is a network, no command: did you mean 'rf compute net.yaml'?\n", ""),
    (["torch:model.py:Net"], "rf: 'torch:model.py:Net' is a network, no command: ", ""),
    (["compute", "net.yaml", "--layer", "a,b"], "rf: --layer: no layer is called 'a,b'; ", "did you mean --layer a --layer b?\n"),
    (["check", "net.yaml", "--select", "rf5"], "rf check: --select: no rule is called 'rf5'; did you mean RF5?\n", ""),
    (["check", "net.yaml", "--ignore", "RF501 rf4"], "rf check: --ignore: no rule ", "; did you mean RF501,RF4?\n"),
    (["report", "net.yaml", "-o", "net.pdf"], "rf report: --output takes a file that ends in .html; ", "rf graph draw pictures\n"),
    (["report", "net.yaml", "-o", "net.json"], "rf report: --output takes a file ", ": rf compute writes data and Markdown\n"),
    (["tile", "net.yaml", "--tile", "64,64"], "rf tile: --tile takes a number ", "; is '64,64': did you mean 64x64?\n"),
    (["compute", "net.yaml", "-o", "no/where.csv"], "rf compute: cannot write no/where.csv: there is no folder 'no'\n", ""),
    (["compute", "net.yaml", "--input-size", "(32, 32)"], "rf compute: --input-size takes ", ": did you mean 32x32?\n"),
    (["compute", "net.yaml", "--input-size", "32*32"], "rf compute: --input-size takes ", ": did you mean 32x32?\n"),
    (["compute", "net.yaml", "--input-size", "1x3x32x32"], "rf: net.yaml: --input-size: ", ": without channels it is 32x32\n"),
    (["locate", "net.yaml", "--at", "3x3"], "rf locate: --at takes a position, Y,X; ", ": did you mean 3,3?\n"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "begins", "ends"), WORDS, ids=lambda case: " ".join(case) if isinstance(case, list) else ""
)
def test_words_that_no_command_takes(rf: RF, words: list[str], begins: str, ends: str) -> None:
    """What beginners write: each is told in one line with what to write."""
    Path("net.yaml").write_text(
        "format: 1\ninput: {size: [64, 64], channels: 3}\nlayers: [{name: a, type: relu}, {name: b, type: relu}]\n"
    )
    status, out, err = rf(*words)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(begins) and err.endswith(ends)


@pytest.mark.parametrize(
    ("words", "begins"),
    [
        (["compute", "net.yaml", "-o", "a.csv"], "layer,type,"),
        (["compute", "net.yaml", "-o", "a.JSON"], '{"schema_version"'),
        (["compute", "net.yaml", "-o", "a.md"], "| layer"),
        (["compute", "net.yaml", "-o", "a.txt"], "layer    type"),
        (["compute", "net.yaml", "-o", "a.csv", "-f", "table"], "layer    type"),
        (["explain", "net.yaml", "-o", "a.tsv"], "axis\tlayer"),
        (["list", "-o", "a.csv"], "name,family"),
        (["validate", "net.yaml", "-o", "a.sarif"], "{"),
        (["validate", "net.yaml", "-o", "a.xml"], "<?xml"),
        (["show", "net.yaml", "-o", "a.json"], "format: 1"),
    ],
    ids=" ".join,
)
def test_the_ending_of_a_file_says_its_format(rf: RF, words: list[str], begins: str) -> None:
    Path("net.yaml").write_text("format: 1\ninput: {size: [64, 64], channels: 3}\nlayers: [{name: a, type: relu}]\n")
    assert rf(*words)[:2] == (0, "")
    assert Path(words[words.index("-o") + 1]).read_text(encoding="utf-8").startswith(begins)


def test_an_ending_comes_before_the_settings(rf: RF) -> None:
    Path("net.yaml").write_text("format: 1\ninput: {size: [64, 64], channels: 3}\nlayers: [{name: a, type: relu}]\n")
    Path("rf.toml").write_text('format = "csv"\n')
    assert rf("compute", "net.yaml", "-o", "a.json")[0] == rf("compute", "net.yaml", "-o", "a")[0] == 0
    assert Path("a.json").read_text().startswith("{") and Path("a").read_text().startswith("layer,type")
