"""Code runs because a word of the call names it, and for nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import rfcli
from rfcli.cli.declarations import COMMANDS, command
from rfcli.cli.entry import run
from rfcli.description.format import DOCUMENT

SOURCE = "torch:evil.py:Net"
EVIL = "open('ran', 'w').close()\nraise SystemExit('it ran')\n"
NET = "format: 1\ninput: {size: 32, channels: 3}\nlayers: [{name: a, type: conv, kernel: 3, filters: 8}]\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "evil.py").write_text(EVIL)
    (tmp_path / "net.yaml").write_text(NET)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_commands_that_take_a_network_take_an_example() -> None:
    without = [name for name in COMMANDS if "example" not in {one.name for one in command(name).options}]
    assert set(without) <= {"rules", "list", "schema", "config", "init", "lsp", "table", "help"}


@pytest.mark.parametrize("key", sorted({*DOCUMENT.keys, "model", "source", "backbone", "architecture"}))
def test_nothing_in_a_description_runs(key: str, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for value in (SOURCE, [SOURCE], {"a": SOURCE}, [{"type": SOURCE, "name": SOURCE, "like": SOURCE, "block": SOURCE}]):
        for name in ("one.rf.json", "one.json"):
            (folder / name).write_text(
                json.dumps({"format": 1, "input": {"size": 8}, "layers": [{"type": "relu"}], key: value})
            )
            for words in (["validate", name], ["check", name], ["show", name, "--expanded"], ["validate", "."]):
                assert run(words) in (0, 1, 2)
    assert not (folder / "ran").exists()
    assert "bug" not in capfd.readouterr().err


def test_extends_says_what_to_do(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for source in (SOURCE, "timm:resnet18", "keras:a.b:c", "transformers:config.json"):
        (folder / "one.yaml").write_text(f"format: 1\nextends: '{source}'\n")
        assert run(["compute", "one.yaml"]) == 1
        said = capfd.readouterr().err
        assert f"RF210 '{source}' names code, and what a description says runs none" in said
        assert f"rf import '{source}' -o base.yaml" in said
    assert not (folder / "ran").exists()


def test_a_file_of_such_a_name_is_a_file(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """As a shell or a hook finds it in a folder."""
    (folder / SOURCE).write_text(NET)
    assert run(["compute", SOURCE, "-f", "csv", "--columns", "layer,size"]) == 0
    assert capfd.readouterr().out == "layer,size\na,3\n"
    for words in (["validate", "."], ["check", "--skip-others", SOURCE], ["validate", "--skip-others", SOURCE]):
        assert run(words) == 0
    assert not (folder / "ran").exists()


@pytest.mark.parametrize("name", ["check", "validate"])
def test_hooks_run_nothing(name: str, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run([name, "--skip-others", SOURCE, "net.yaml"]) == 2
    assert "--skip-others runs no code" in capfd.readouterr().out
    assert not (folder / "ran").exists()


def test_tables_in_a_text_run_nothing(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for name in (SOURCE, "evil.py", f"./{SOURCE}", f"{SOURCE} --example 1x3x8x8"):
        (folder / "README.md").write_text(f"<!-- rf table: {name} -->\n<!-- end of rf table -->\n")
        assert run(["table", "README.md"]) == 1
    assert not (folder / "ran").exists()


def test_python_runs_code_in_one_function_only(folder: Path) -> None:
    for ask in (rfcli.load, rfcli.compute, rfcli.check, rfcli.sizes, rfcli.described):
        with pytest.raises(OSError, match=r"rfcli\.from_code"):
            ask(SOURCE)
    with pytest.raises((OSError, rfcli.CallError)):
        list(rfcli.sweep(SOURCE, {"k": [3]}))
    assert not (folder / "ran").exists()


def test_completion_runs_nothing(folder: Path) -> None:
    from rfcli.cli.completion import layers

    assert layers([SOURCE], "") == []
    assert not (folder / "ran").exists()


WRONG = [
    (["compute", "torch:nope.py:Net"], "rf: torch:nope.py:Net: there is no file nope.py"),
    (["compute", "torch:evil.py:1"], "rf: torch:evil.py:1: '1' is no name of Python"),
    (["compute", SOURCE, "--example", "banana"], f"rf: {SOURCE}: --example: takes 1x3x224x224"),
    (["compute", "net.yaml", "--example", "1x3x8x8"], "rf compute: --example '1x3x8x8' is for live code, as torch:model.py:Net"),
    (["show", "net.yaml", "--module", "a"], "rf show: --module 'a' is for live code"),
    (["compute", "tensorflow:a.py:b"], "code is named torch:model.py:Net"),
    (["compute", "pytorch:a.py:b", "--example", "1x3"], "did you mean 'torch'?"),
    (["sweep", SOURCE, "--grid", "k=3"], f"rf import '{SOURCE}' -o net.yaml writes a description"),
    (["compute", "timm:hf-hub:a/b"], "it takes the name of a model of timm"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "said"), WRONG)
def test_wrong_calls(words: list[str], said: str, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(words) == 2
    assert said in capfd.readouterr().err
    assert not (folder / "ran").exists()
