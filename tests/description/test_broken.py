"""Broken descriptions of `tests/descriptions/`: each says what `rf validate` prints for it, in `FILE.expected`."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from rfcli.cli.entry import run
from rfcli.diagnostics import CODES

FOLDER = Path(__file__).parent.parent / "descriptions"
FILES = sorted(path for path in FOLDER.iterdir() if path.suffix != ".expected")
WARNING = r"[\w.]+:\d+:\d+: warning: RF\d{3} \S.*\n  help: \S.*\n"
SUMMARY = re.compile(rf"({WARNING})*1 description is wrong: (1 problem|\d+ problems)\n")
POSITION = re.compile(r"[\w.]+:(\d+):(\d+): (RF\d{3}) \S")
ENVIRONMENT = ("RF_", "NO_COLOR", "FORCE_COLOR")


def arguments(path: Path) -> list[str]:
    return ["validate", "--diagnostics", "text", path.name]


@pytest.fixture
def actual(monkeypatch, capfd):
    """Standard output of `rf validate` for a file; what else is promised of a wrong description is asserted."""
    for name in os.environ:
        if name.startswith(ENVIRONMENT):
            monkeypatch.delenv(name)
    monkeypatch.chdir(FOLDER)

    def validated(path: Path) -> str:
        status = run(arguments(path))
        out, err = capfd.readouterr()
        assert SUMMARY.fullmatch(err), err
        assert status == (2 if " RF001 " in out else 1)
        return out

    return validated


def expected(path: Path) -> str:
    return path.with_name(path.name + ".expected").read_text(encoding="utf-8")


def test_there_are_descriptions():
    assert len(FILES) > 150
    assert {path.name + ".expected" for path in FILES} == {path.name for path in FOLDER.glob("*.expected")}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_says_what_is_wrong(path, actual, request):
    """`pytest --rewrite` writes what is printed now; review the diff like code."""
    if request.config.getoption("rewrite"):
        path.with_name(path.name + ".expected").write_text(actual(path), encoding="utf-8")
    assert actual(path) == expected(path)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_expectation_is_sorted_by_position(path):
    lines = [line for line in expected(path).splitlines() if not line.startswith("  help: ")]
    places = [match.groups() for line in lines if (match := POSITION.match(line))]
    assert places
    assert places == sorted(places, key=lambda place: (int(place[0]), int(place[1]), place[2]))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_position_lies_in_the_file(path):
    """A position that an editor can jump to: a line of the file, or the end of its text."""
    lines = {}
    for line in expected(path).splitlines():
        if match := POSITION.match(line):
            name = line.partition(":")[0]
            if name not in lines:
                lines[name] = (FOLDER / name).read_bytes().decode("utf-8-sig", "replace").split("\n")
            row, column = int(match[1]), int(match[2])
            assert row <= len(lines[name]) and column <= len(lines[name][row - 1]) + 1, line


def test_every_code_is_shown():
    text = "".join(map(expected, FILES))
    missing = [code for code in CODES if f" {code} " not in text and code < "RF4"]
    assert missing == []


IN_PROCESSES = [
    "alias_bomb.yaml",
    "deep_unclosed.json",
    "everything_at_once.yaml",
    "names.yaml",
    "positions.json",
    "repeat_bomb.yaml",
    "utf16.yaml",
]


def test_in_processes_of_their_own():
    """The same from a shell."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ENVIRONMENT)}
    environment |= {"PYTHONPATH": str(FOLDER.parent.parent), "PYTHONIOENCODING": "utf-8"}
    for path in (FOLDER / name for name in IN_PROCESSES):
        done = subprocess.run(
            [sys.executable, "-m", "rfcli", *arguments(path)],
            cwd=FOLDER,
            env=environment,
            capture_output=True,
            timeout=600,
        )
        assert done.stdout.decode("utf-8").replace("\r\n", "\n") == expected(path)
        assert SUMMARY.fullmatch(done.stderr.decode("utf-8").replace("\r\n", "\n"))
        assert done.returncode == 1
