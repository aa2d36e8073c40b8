"""What a shell completes, by itself and through typer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cli.conftest import RF

from rfcli.cli import completion
from rfcli.cli.entry import run
from rfcli.diagnostics import CODES
from rfcli.render.columns import COLUMNS

NET = """\
format: 1
parameters: {width: 8, depth: 2}
input: {size: 32, channels: 3}
layers:
  - {name: stem, type: conv, kernel: 3, filters: $width}
  - {name: stage, type: sequence, layers: [{name: unit_1, type: sequence, layers: [{name: a, type: relu}, {name: b, type: relu}]}]}
"""


@pytest.fixture
def folder(rf: RF) -> None:
    """A folder with descriptions, a model of another tool, a text and a hidden file."""
    for name in ("net.yaml", "model.onnx", "notes.txt", ".hidden.yaml", "nets/other.yaml"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(NET, encoding="utf-8")


def shell(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[bytes], words: str) -> list[str]:
    """What bash is answered at the end of some words."""
    for name, value in (
        ("_RF_COMPLETE", "complete_bash"),
        ("COMP_WORDS", words),
        ("COMP_CWORD", str(len(words.split()) - 1)),
    ):
        monkeypatch.setenv(name, value)
    run([])
    out = capsys.readouterr().out
    return (out.decode() if isinstance(out, bytes) else out).split()


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("rf compute net", ["net.yaml", "nets/"]),
        ("rf compute nets/o", ["nets/other.yaml"]),
        ("rf compute resnet1", ["resnet101", "resnet152", "resnet18"]),
        ("rf compute m", ["mobilenet_v1", "mobilenet_v1_075", "mobilenet_v2", "mobilenet_v3_large", "model.onnx"]),
        ("rf explain net.yaml --layer st", ["stem", "stage"]),
        ("rf compute net.yaml --layer stage/", ["stage/unit_1"]),
        ("rf compute net.yaml --layer stage/unit_1", ["stage/unit_1", "stage/unit_1/"]),
        ("rf locate net.yaml --layer stage/unit_1/", ["stage/unit_1/a", "stage/unit_1/b"]),
        ("rf compute net.yaml --from s", ["stem", "stage"]),
        ("rf compute net.yaml --from inp", ["input"]),
        ("rf compute net.yaml --layer inp", []),
        ("rf compute net.yaml --columns layer,look", ["layer,lookback", "layer,lookahead"]),
        ("rf compute net.yaml --set w", ["width="]),
        ("rf check net.yaml --ignore RF51", [code for code in CODES if code.startswith("RF51")]),
        ("rf rules RF30", [code for code in CODES if code.startswith("RF30")]),
        ("rf compute net.yaml --limit sc", ["scalar="]),
        ("rf compute net.yaml -f nd", ["ndjson"]),
        ("rf suggest net.yaml --moves pool,d", ["pool,deepen", "pool,dilate"]),
        ("rf suggest net.yaml --keep stride,out", ["stride,output_size"]),
        ("rf compute nothing_there.yaml --layer a", []),
    ],
)
def test_bash(
    words: str, found: list[str], monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert sorted(shell(monkeypatch, capsysbinary, words)) == sorted(found)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("rf compute net", ["net.yaml", "nets/"]),
        ("rf explain net.yaml --layer st", ["stem", "stage"]),
        ("rf compute net.yaml --columns layer,look", ["layer,lookback", "layer,lookahead"]),
        ("rf rules RF30", [code for code in CODES if code.startswith("RF30")]),
    ],
)
@pytest.mark.parametrize("name", ["zsh", "fish"])
def test_other_shells(
    name: str, words: str, found: list[str], monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setenv("_RF_COMPLETE", f"complete_{name}")
    monkeypatch.setenv("_TYPER_COMPLETE_ARGS", words)
    monkeypatch.setenv("_TYPER_COMPLETE_FISH_ACTION", "get-args")
    monkeypatch.setenv("_TYPER_COMPLETE_WORD_TO_COMPLETE", words.split()[-1])
    run([])
    out = capsysbinary.readouterr().out.decode()
    said = re.findall(r'"([^"]+)"', out) if name == "zsh" else [line.partition("\t")[0] for line in out.splitlines()]
    assert sorted(filter(None, said)) == sorted(found)


@pytest.mark.usefixtures("folder")
def test_hidden_files_are_offered_where_they_are_meant() -> None:
    assert completion.networks([], ".h") == [".hidden.yaml"]
    assert completion.networks([], "no_such_folder/x") == []


def test_all_columns() -> None:
    assert set(COLUMNS) < set(completion.columns([], ""))
