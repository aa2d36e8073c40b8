"""READMEs show pictures that their commands draw: small, with a text, and the same as on file."""

import shlex
from pathlib import Path

import pytest
from plot.documented import DOCUMENTS, FOLDER, SHOWN, commands, differs, files

from rfcli.cli.entry import run

DRAWN = {name: command for name, command in commands().items() if "--sample" not in command}
MEASURED = ("relu.svg",)


@pytest.mark.parametrize("name", DRAWN)
def test_commands_draw_what_is_shown(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mend by running the command beside the picture."""
    monkeypatch.chdir(tmp_path)
    files(tmp_path)
    assert run(shlex.split(DRAWN[name])[1:]) == 0
    assert not differs(Path(name).read_text(encoding="utf-8"), (FOLDER / name).read_text(encoding="utf-8"))


@pytest.mark.torch
@pytest.mark.parametrize("name", MEASURED)
def test_what_is_measured_is_shown(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    files(tmp_path)
    assert run(shlex.split(commands()[name])[1:]) == 0
    assert not differs(Path(name).read_text(encoding="utf-8"), (FOLDER / name).read_text(encoding="utf-8"), 3)


def test_all_are_shown_and_small() -> None:
    shown = [name for path in DOCUMENTS for name in SHOWN.findall(path.read_text(encoding="utf-8"))]
    assert sorted(shown) == sorted(path.name for path in FOLDER.glob("*.svg"))
    assert set(shown) == {*DRAWN, *MEASURED, "training.svg"}
    assert all((FOLDER / name).stat().st_size < 60_000 for name in shown)


def test_what_differs_is_told() -> None:
    a = '<path d="M 1 2 L 3.5 4"/><text x="1">a</text>'
    assert differs(a, a) == ""
    assert differs(a, a.replace("3.5", "3.7")) == ""
    assert differs(a, a.replace("3.5", "9")) == "a shape is 5.5 away"
    assert differs(a, a.replace(">a<", ">b<")) == "texts: ['a', 'b']"
    assert differs(a, a.replace("L 3.5 4", "")) == "a shape of 4 and 2 numbers"
    assert differs(a, a + a.split("<text")[0]) == "shapes: 1 and 2"
