"""What the arguments name: files, folders, bundled names, standard input; and files that only look like one."""

import io
import json
import os
import sys
from pathlib import Path

import pytest
from cli.conftest import BAD, NET, RF

UNKNOWN = """\
format: 1
layers:
  - {name: x, type: custom, unknown: Fft}
  - {name: y, type: custom, unknown: Sort, inputs: [x]}
  - {name: z, type: custom, unknown: Fft, inputs: [y]}
"""


def names(rf: RF, *words: str) -> list[str]:
    """The networks whose layers are printed."""
    _, out, _ = rf("compute", *words, "-f", "csv", "--columns", "network,layer")
    return list(dict.fromkeys(line.split(",")[0] for line in out.splitlines()[1:]))


def test_a_folder_is_what_lies_below_it(rf: RF) -> None:
    """Sorted by path; hidden folders, other endings and links to folders are passed over."""
    for path in ("f/b.yaml", "f/a.yml", "f/deep/er/c.json", "f/.hidden/d.yaml", "f/notes.txt"):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text('{"format": 1, "layers": [{"type": "relu"}]}', encoding="utf-8")
    Path("f/deep/link").symlink_to(Path("f").resolve())
    assert names(rf, "f") == ["a", "b", "c"]
    assert names(rf, "net.yaml", "f/deep", "alexnet") == ["net", "c", "alexnet"]


def test_a_folder_without_descriptions(rf: RF) -> None:
    os.mkdir("empty")
    said = "empty:1:1: RF001 cannot be read: no *.yaml, *.yml, *.json, *.prototxt, *.cfg, *.onnx, *.tflite, *.pb, *.pt2, *.keras, *.h5, *.hdf5 below it\n"
    status, out, err = rf("compute", "empty", "--diagnostics", "concise")
    assert (status, out, err) == (2, "", said)


DARKNET = "[net]\nwidth=64\nheight=64\nchannels=3\n\n[convolutional]\nfilters=4\nsize=3\nstride=1\npad=1\n"


def test_other_files_below_a_folder_are_passed_over(rf: RF) -> None:
    """Other people's YAML, JSON and settings; what lacks its format but has layers is told, and models are read."""
    texts = {
        "net.yaml": NET, "compose.yaml": "services: {web: {image: x}}\n", "package.json": '{"name": "x"}',
        "tsconfig.json": '{\n  // a comment\n  "strict": true\n}', "setup.cfg": "[metadata]\nname = x\n",
        "yolo.cfg": DARKNET, ".hidden.yaml": NET,
    }  # fmt: skip
    os.mkdir("f")
    for name, text in texts.items():
        Path("f", name).write_text(text, encoding="utf-8")
    assert names(rf, "f") == ["net", "yolo"]
    status, _, err = rf("validate", "f")
    assert (status, "4 other files passed over" in err) == (0, True)
    Path("f/lacks.yaml").write_text("layers:\n  - {type: relu}\n", encoding="utf-8")
    status, out, _ = rf("validate", "f", "--diagnostics", "concise")
    assert (status, out) == (1, "f/lacks.yaml:1:1: RF102 a description needs the key 'format'\n")


def test_a_folder_of_other_files_only(rf: RF) -> None:
    os.mkdir("f")
    Path("f/package.json").write_text("{}", encoding="utf-8")
    status, out, _ = rf("validate", "f", "-q", "--diagnostics", "concise")
    assert (status, out) == (2, "f:1:1: RF001 cannot be read: the file below it is not a description\n")
    Path("f/compose.yaml").write_text("a: 1\n", encoding="utf-8")
    assert "none of the 2 files below it is a description" in rf("compute", "f")[2]


def test_a_file_that_is_named_is_a_description(rf: RF) -> None:
    Path("package.json").write_text("{}", encoding="utf-8")
    assert rf("validate", "package.json")[0] == 1


@pytest.mark.parametrize(
    ("name", "help"),
    [
        ("alexnet_v3", "did you mean 'alexnet_v2'?"),
        ("qqq", "a file, a directory, - for standard input, or a name of 'rf list'"),
        ("folder/alexnet_v3", "there is no folder 'folder'"),
    ],
)
def test_what_is_not_there(name: str, help: str, rf: RF) -> None:
    status, _, err = rf("compute", name)
    assert (status, err.splitlines()[1]) == (2, f"  help: {help}")


def test_exit_statuses_of_several_files(rf: RF) -> None:
    status, out, err = rf("compute", "net.yaml", "bad.yaml", "-f", "csv", "--columns", "layer")
    assert (status, out) == (1, "network,layer\nnet,a\nnet,b\n")
    assert err.startswith("bad.yaml:1:9: RF105")
    status, out, err = rf("compute", "missing.yaml", "bad.yaml", "net.yaml", "-f", "csv", "--columns", "layer")
    assert (status, out) == (2, "network,layer\nnet,a\nnet,b\n")
    assert [line[:12] for line in err.splitlines() if "RF" in line] == ["missing.yaml", "bad.yaml:1:9"]


def test_standard_input(rf: RF, monkeypatch: pytest.MonkeyPatch) -> None:
    for text, words, status, said in (
        (NET, [], 0, "<stdin>: valid, 2 layers\n"),
        (BAD, ["--stdin-name", "my.yaml"], 1, "1 description is wrong: 1 problem ("),
    ):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        found, out, err = rf("validate", "-", "-v", *words)
        assert found == status
        assert err.startswith(said)
        assert not words or out.startswith("my.yaml:1:9: RF105 ")


def test_names_of_files_cannot_reach_the_terminal_or_a_spreadsheet(rf: RF) -> None:
    os.mkdir("odd")
    Path("odd/=cmd\x1b[31m.yaml").write_text(NET, encoding="utf-8")
    assert names(rf, "odd") == ["_cmd__31m"]
    Path("odd/=cmd\x1b[31m.yaml").write_text(BAD, encoding="utf-8")
    status, out, err = rf("validate", "odd")
    assert "\x1b" not in out + err
    assert status == 1


def test_operations_that_are_not_known_are_told(rf: RF) -> None:
    Path("odd.yaml").write_text(UNKNOWN, encoding="utf-8")
    assert rf("compute", "odd.yaml")[2] == "odd.yaml: 3 operations are not known: Fft (2), Sort (1)\n"
    assert rf("compute", "odd.yaml", "-q")[2] == ""


def test_operations_that_sizes_of_the_call_tell_are_not_told_to_be_unknown(rf: RF) -> None:
    given = {"spatial_dims": 2, "in_channels": 1, "out_channels": 2, "feature_size": 12, "num_heads": [1, 2, 3, 4]}
    Path("train.json").write_text(json.dumps({"network_def": {"_target_": "SwinUNETR", **given}}), encoding="utf-8")
    told = "train.json: 8 operations are not known: window attention (give --input-size) (8)\n"
    assert rf("compute", "train.json")[2] == told
    assert rf("compute", "train.json", "--input-size", "64")[2] == ""
    assert rf("compute", "train.json", "--input-size", "none")[2] == told


def test_folders_that_are_parts_of_models_are_told_for_what_they_are(rf: RF) -> None:
    os.makedirs("saved/variables")
    os.mkdir("net.mlpackage")
    for name in ("saved/saved_model.pb", "saved/variables/variables.index", "net.mlpackage/Manifest.json"):
        Path(name).write_bytes(b"")
    status, _, told = rf("compute", "saved/variables", "net.mlpackage")
    assert status == 2 and told == (
        "saved/variables:1:1: RF001 cannot be read: it is a part of the SavedModel 'saved'\n"
        "  help: rf compute saved reads it\n"
        "net.mlpackage:1:1: RF001 cannot be read: it is a Core ML model\n"
        "  help: give rf the model that it was converted from\n"
    )
    os.rename("saved/variables", "alone")
    assert "help: variables.index: a checkpoint of TensorFlow has a model's weights alone" in rf("compute", "alone")[2]


@pytest.mark.parametrize(
    "line",
    [
        "check", "validate", "sizes", "suggest --at-least 101", "diff train.json", "export --to torch", "tile --tile 32",
        "explain", "locate --layer out --at 0,0", "graph", "compare", "plot tiles", "erf", "sizes --near 100",
    ],
)  # fmt: skip
def test_every_command_tells_what_is_unknown_at_the_size_of_the_call(rf: RF, line: str) -> None:
    given = {"spatial_dims": 2, "in_channels": 1, "out_channels": 2, "feature_size": 12, "num_heads": [1, 2, 3, 4]}
    Path("train.json").write_text(json.dumps({"network_def": {"_target_": "SwinUNETR", **given}}), encoding="utf-8")
    words = [*line.split(), "train.json"]
    assert "8 operations are not known" in rf(*words)[2]
    assert "not known" not in rf(*words, "--input-size", "64")[2]


def test_models_below_a_folder_are_found_whatever_their_case(rf: RF) -> None:
    """A model is told by what it holds: an archive may be called .h5, an HDF5 file .keras."""
    os.mkdir("f")
    Path("f/NET.YAML").write_text(NET, encoding="utf-8")
    Path("f/Yolo.CFG").write_text(DARKNET, encoding="utf-8")
    Path("f/deploy.Prototxt").write_text(
        'name: "p"\ninput: "x"\ninput_dim: 1\ninput_dim: 3\ninput_dim: 8\ninput_dim: 8\n'
        'layer { name: "c" type: "Convolution" bottom: "x" top: "c" convolution_param { num_output: 2 kernel_size: 3 } }\n',
        encoding="utf-8",
    )
    assert names(rf, "f") == ["NET.YAML", "Yolo", "p"]


TENSOR = "format: 1\ninput: {size: [3, 64, 64]}\nlayers: [{type: conv, kernel: 3}]\n"


@pytest.mark.parametrize(
    "words", ["compute t.yaml", "validate t.yaml", "explain t.yaml", "compare t.yaml", "graph t.yaml", "sizes t.yaml",
              "paths t.yaml", "erf t.yaml", "locate t.yaml --all", "tile t.yaml --tile 32", "diff net.yaml t.yaml",
              "import t.yaml", "suggest t.yaml --at-least 5"]
)  # fmt: skip
def test_an_input_that_may_be_meant_otherwise_is_told_by_every_command(rf: RF, words: str) -> None:
    """On standard error, so that pipes stay as they are; not where the rule is ignored, or all is to be quiet."""
    Path("t.yaml").write_text(TENSOR, encoding="utf-8")
    status, out, err = rf(*words.split())
    assert "t.yaml:2:8: warning: RF516 [3, 64, 64] of 'input' are 3 axes" in err and status == 0
    assert "  help: write size: [64, 64], channels: 3;" in err and "RF516" not in out
    assert "RF516" not in rf(*words.split(), "--quiet")[2]
    Path("t.yaml").write_text(TENSOR + "check: {ignore: [RF51]}\n", encoding="utf-8")
    assert "RF516" not in rf(*words.split())[2]


TRAPS = """\
format: 1
input: {size: [200], channels: 1}
layers:
  - {type: residual, repeat: 4, layers: [{type: conv, kernel: 3, padding: same, dilation: $(2 ** i), filters: 1, repeat: 2}]}
  - {name: side, type: conv, kernel: 9, filters: 1, inputs: [input], repeat: 4}
"""


@pytest.mark.parametrize("words", ["compute", "validate", "import", "locate --all", "export --to torch"])
def test_repetitions_that_may_be_meant_otherwise_are_told(rf: RF, words: str) -> None:
    """The dilations of keras-tcn, and the copies of SpliceAI, as they are naturally written (RF513, RF514): with the
    mend, once, and not in `rf check` beside its findings."""
    Path("t.yaml").write_text(TRAPS, encoding="utf-8")
    command, *options = words.split()
    status, _, err = rf(command, "t.yaml", *options)
    assert err.count("t.yaml:4:91: warning: RF513") == err.count("t.yaml:5:5: warning: RF514") == 1
    assert "  help: name the counters: repeat: {times: 4, as: unit}" in err
    assert "  help: chain: true lets the first copy take the inputs" in err and status == 0
    Path("t.yaml").write_text(TRAPS + "check: {ignore: [RF513, RF514]}\n", encoding="utf-8")
    assert "warning" not in rf(command, "t.yaml", *options)[2]


def test_check_tells_it_once_as_a_problem(rf: RF) -> None:
    Path("t.yaml").write_text(TENSOR, encoding="utf-8")
    status, out, err = rf("check", "t.yaml", "--select", "RF516")
    assert status == 1 and out.count("RF516") == 1 and "RF516" not in err


def test_standard_input_is_named_once(rf: RF) -> None:
    """Read a second time it was told to be empty."""
    for words in (["compute", "-", "-"], ["check", "-", "net.yaml", "-"], ["compare", "-", "-"], ["diff", "-", "-"]):
        said = f"rf {words[0]}: standard input can be read once: name - once\n"
        assert rf(*words) == (2, "", said)


WRITING = [
    "compute", "validate", "check", "explain", "locate --all", "paths", "sizes", "tile", "erf", "graph -f json",
    "compare", "report", "diff net.yaml", "export --to torch", "config", "sweep --grid k=3",
]  # fmt: skip


@pytest.mark.parametrize("words", WRITING)
def test_what_is_read_is_not_written_over(words: str, rf: RF) -> None:
    """`-o` is given the description by a slip: it was lost."""
    os.link("net.yaml", "same.csv")
    before = Path("net.yaml").read_text(encoding="utf-8")
    for file, output in (("net.yaml", "./net.yaml"), ("net.yaml", "same.csv")):
        status, out, err = rf(*words.split(), file, "-o", output)
        assert (status, out) == (2, "")
        assert err == f"rf {words.split()[0]}: -o {output} is what is read, and would be lost: name another file\n"
    assert Path("net.yaml").read_text(encoding="utf-8") == before


def test_a_description_may_be_written_over_by_one(rf: RF) -> None:
    for words in (
        ["import", "net.yaml"],
        ["show", "net.yaml"],
        ["suggest", "net.yaml", "--at-least", "9", "--write", "1"],
    ):
        assert rf(*words, "-o", "net.yaml")[0] == 0
        assert rf("validate", "net.yaml")[0] == 0
