"""What a command says of each network below a folder: one text that names them all."""

import csv
import io
import json
import sys
from pathlib import Path

import pytest
from cli.conftest import RF
from readers.tensorflow.saved import written as graphs

SMALL = "format: 1\nname: {name}\ninput: {{size: {size}}}\nlayers: [{{type: conv, kernel: {kernel}}}]\n"
WORDS = (
    ["sizes"], ["explain"], ["erf"], ["paths"], ["tile", "--tile", "16"], ["locate", "--at", "2"], ["locate", "--all"],
    ["locate", "--covers", "2"], ["suggest", "--at-least", "9"],
)  # fmt: skip


@pytest.fixture
def folder(rf: RF) -> str:
    """A folder of two networks of one name, of 3 and of 5 samples."""
    Path("nets").mkdir()
    for name, kernel in (("a", 3), ("b", 5)):
        Path(f"nets/{name}.yaml").write_text(SMALL.format(name="same", size=[32], kernel=kernel), encoding="utf-8")
    return "nets"


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_each_is_named_and_none_is_lost(words: list[str], folder: str, rf: RF) -> None:
    alone = {source: rf(*words, source, "-f", "json")[1] for source in ("nets/a.yaml", "nets/b.yaml")}
    assert rf(*words, folder, "-f", "json", "-o", "all.json") == (0, "", "")
    found = json.loads(Path("all.json").read_text(encoding="utf-8"))
    assert found == {"networks": [{"source": source, **json.loads(text)} for source, text in alone.items()]}
    _, text, _ = rf(*words, folder)
    said = [f"{source}:\n\n{rf(*words, source)[1]}" for source in alone]
    assert text == "\n".join(said)
    _, text, _ = rf(*words, folder, "-f", "markdown")
    said = [f"## {source}\n\n{rf(*words, source, '-f', 'markdown')[1]}" for source in alone]
    assert text == "\n".join(said)
    for format, delimiter in (("csv", ","), ("tsv", "\t")):
        rows = [
            {"source": source, **row}
            for source in alone
            for row in csv.DictReader(io.StringIO(rf(*words, source, "-f", format)[1]), delimiter=delimiter)
        ]
        _, text, _ = rf(*words, folder, "-f", format)
        assert list(csv.DictReader(io.StringIO(text), delimiter=delimiter)) == rows


def test_what_does_not_fit_one_is_said_beside_the_others(folder: str, rf: RF) -> None:
    Path("nets/c.yaml").write_text(SMALL.format(name="two", size=[16, 16], kernel=3), encoding="utf-8")
    Path("nets/d.yaml").write_text("format: 2\nlayers: []\n", encoding="utf-8")
    status, out, err = rf("locate", folder, "--at", "2", "-f", "json")
    assert status == 2
    assert [one["source"] for one in json.loads(out)["networks"]] == ["nets/a.yaml", "nets/b.yaml"]
    assert err.startswith("rf: nets/c.yaml: --at takes a position, Y,X; is '2'\nnets/d.yaml:1:9: RF")
    status, out, err = rf("tile", folder, "--tile", "16x16", "-f", "json")
    assert (status, [one["source"] for one in json.loads(out)["networks"]]) == (2, ["nets/c.yaml"])
    assert "rf: nets/a.yaml: --tile takes one number; is '16x16'\n" in err


def test_columns_that_only_some_have(folder: str, rf: RF) -> None:
    """Dilations stand in a column where there are any."""
    text = SMALL.format(name="dilated", size=[32], kernel="3, dilation: 2")
    Path("nets/c.yaml").write_text(text, encoding="utf-8")
    _, out, _ = rf("explain", folder, "-f", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [(row["source"], row["k"], row["d"]) for row in rows] == [
        ("nets/a.yaml", "3", ""), ("nets/b.yaml", "5", ""), ("nets/c.yaml", "5", "2"),
    ]  # fmt: skip


def test_positions_from_standard_input_are_for_all(folder: str, rf: RF, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("x\n1\n2\n"))
    _, out, _ = rf("locate", folder, "--at", "-", "-f", "csv")
    assert [line.split(",")[:2] for line in out.splitlines()[1:]] == [
        ["nets/a.yaml", "1"], ["nets/a.yaml", "2"], ["nets/b.yaml", "1"], ["nets/b.yaml", "2"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["graph"], "rf graph: nets is a folder: a diagram is of one network, name its file\n"),
        (["export"], "rf export: nets is a folder: what is written is of one network, name its file\n"),
        (
            ["suggest", "--at-least", "9", "--write", "1"],
            "rf suggest: nets is a folder: --write is of one network, name its file\n",
        ),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_what_is_of_one_network_only(words: list[str], said: str, folder: str, rf: RF) -> None:
    assert rf(*words, folder, "-o", "out.txt") == (2, "", said)
    assert not Path("out.txt").exists()


def test_nothing_found_for_one_of_them(folder: str, rf: RF) -> None:
    """The exit status is that of the network for which nothing does, wherever it stands."""
    Path("nets/b.yaml").write_text(SMALL.format(name="b", size=[32], kernel=11), encoding="utf-8")
    status, out, _ = rf("suggest", folder, "--at-least", "9", "--max-flops", "1x", "-f", "json")
    found = json.loads(out)["networks"]
    assert ["nearest" in one for one in found] == [True, False]
    assert status == 1


def test_the_folder_of_one_model_is_a_network(rf: RF) -> None:
    Path("model").mkdir()
    Path("model/saved_model.pb").write_bytes(graphs.chain("Relu"))
    _, one, _ = rf("explain", "model/saved_model.pb", "-f", "json")
    assert rf("explain", "model", "-f", "json") == (0, one, "")
    assert rf("graph", "model", "-f", "json")[0] == rf("import", "model", "-o", "model.yaml")[0] == 0


COMMANDS = [
    ("compute", "-f", "csv"), ("compare", "-f", "csv"), ("check",), ("validate",), ("locate", "--at", "2,3"), ("paths",),
    ("erf", "--at", "2,3"), ("sizes",), ("tile",), ("explain",), ("verify", "--samples", "1"), ("show",), ("graph",),
    ("import",), ("export", "--to", "onnx", "-o", "out"), ("plot", "growth", "-o", "out.svg"), ("report", "-o", "out.html"),
    ("suggest", "--at-least", "5"), ("sweep", "--grid", "x=1"), ("diff", "net.yaml"), ("config",),
]  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_every_command_takes_the_folder_for_its_model(words: tuple[str, ...], rf: RF) -> None:
    """It says what it says of the file in it, also of one that is beside what TensorFlow puts there."""
    Path("model").mkdir()
    Path("model/saved_model.pb").write_bytes(graphs.chain("Relu"))
    Path("model/fingerprint.pb").write_bytes(b"\x08\x01")
    Path("model/keras_metadata.pb").write_bytes(b"")
    Path("net.yaml").write_text(SMALL.format(name="b", size=[32], kernel=11), encoding="utf-8")
    command, *more = words
    kind = more[:1] if command == "plot" else []
    status, out, said = rf(command, *kind, "model/saved_model.pb", *more[len(kind) :])
    assert rf(command, *kind, "model", *more[len(kind) :]) == (status, out, said)
    assert status < 3 and "folder" not in out + said and "directory" not in out + said
    if command not in ("compute", "compare"):
        return
    assert out.count("relu_0") == 1 or command == "compare"
    Path("model/beside.yaml").write_text(SMALL.format(name="b", size=[32], kernel=11), encoding="utf-8")
    assert len(rf(command, "model", "-f", "csv")[1].splitlines()) > len(out.splitlines())
