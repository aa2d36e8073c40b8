"""Which file of settings holds for a file."""

import os
import sys
from pathlib import Path

import pytest

from rfcli.settings.finding import Finder
from rfcli.settings.settled import NOTHING


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folders a/b/c to put files of settings into, below the current one."""
    (tmp_path / "a" / "b" / "c").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


OURS, OTHERS = '[tool.rf]\nformat = "json"\n', "[tool.other]\nselect = 3\n"


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({}, ""),
        ({"pyproject.toml": OURS}, "pyproject.toml"),
        ({"rf.toml": 'format = "json"\n', "pyproject.toml": OURS}, "rf.toml"),
        ({"pyproject.toml": OURS, "a/b/pyproject.toml": OTHERS}, "pyproject.toml"),
        ({"pyproject.toml": OURS, "a/b/pyproject.toml": "[tool.rf]\n"}, "a/b/pyproject.toml"),
        ({"pyproject.toml": OURS, "a/b/c/rf.toml": ""}, "a/b/c/rf.toml"),
        ({"a/rf.toml": "", "a/b/pyproject.toml": "[ tool . 'rf' ]\n"}, "a/b/pyproject.toml"),
        ({"a/rf.toml": "", "a/b/pyproject.toml": "[tool]\nrf = {}\n"}, "a/b/pyproject.toml"),
        ({"a/rf.toml": "", "a/b/pyproject.toml": "tool.rf.select = []\n"}, "a/b/pyproject.toml"),
        ({"a/rf.toml": "", "a/b/pyproject.toml": "[tool]\nrf.select = []\n"}, "a/b/pyproject.toml"),
        ({"a/rf.toml": "", "a/b/pyproject.toml": "[tool.rfc]\na = '[tool.rf]'\n"}, "a/rf.toml"),
        ({"rf.toml": "[tool.rf]\nselect = ['RF5']\n"}, "rf.toml"),
        ({"rf.toml": OURS, "a/b/pyproject.toml": "this is no TOML\n"}, "rf.toml"),
    ],
)
def test_nearest(tree: Path, files: dict[str, str], found: str) -> None:
    for name, text in files.items():
        (tree / name).write_text(text)
    settings = Finder().of("a/b/c/net.yaml")
    assert os.path.relpath(settings.path) == found if found else settings is NOTHING
    assert Finder(isolated=True).of("a/b/c/net.yaml") is NOTHING


def test_each_file_has_its_own(tree: Path) -> None:
    (tree / "rf.toml").write_text("object-size = 3")
    (tree / "a" / "rf.toml").write_text("displacement = 3")
    finder = Finder()
    assert (finder.of("net.yaml").object_size, finder.of("a/net.yaml").object_size) == (3, None)
    assert finder.of("a/b/c/net.yaml") is finder.of("a/net.yaml"), "read once"
    assert finder.of(None).object_size == 3
    assert finder.below("a/b").displacement == 3


def test_a_given_file_is_the_only_one(tree: Path) -> None:
    (tree / "rf.toml").write_text("object-size = 3")
    (tree / "a" / "other.toml").write_text('exclude = ["drafts"]')
    settings = Finder("a/other.toml").of("a/b/net.yaml")
    assert (settings.object_size, settings.excludes("drafts/net.yaml")) == (None, "drafts"), "of the current folder"
    with pytest.raises(ValueError, match=r"^nowhere.toml: cannot be read: No such file"):
        Finder("nowhere.toml").of("net.yaml")


def test_a_pipe_and_a_folder_are_no_settings(tree: Path) -> None:
    (tree / "rf.toml").mkdir()
    if sys.platform != "win32":
        os.mkfifo(tree / "pyproject.toml")
    assert Finder().of("net.yaml") is NOTHING


def test_a_head_that_is_not_closed_is_told(tmp_path: Path) -> None:
    """What means to be ours, and is no TOML, is not passed over."""
    for text in ("[tool.rf\nformat = 'csv'\n", "[tool.rf", "[ tool . 'rf' # ours\n"):
        (tmp_path / "pyproject.toml").write_text(text)
        with pytest.raises(ValueError, match=r"pyproject\.toml:\d+:\d+: no TOML"):
            Finder().of(str(tmp_path / "net.yaml"))
    for text in ("[tool.rfx\n", "[tool.ruff]\n[tool\n", "# tool.rf\nx = 1\n"):
        (tmp_path / "pyproject.toml").write_text(text)
        assert Finder().of(str(tmp_path / "net.yaml")).path == ""
