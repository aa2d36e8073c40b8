"""Streams that are closed or broken, and the exit status whatever happens, in processes of their own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rfcli.cli import entry

RF = [sys.executable, "-m", "rfcli"]
SMALL = "format: 1\ninput: {size: 32, channels: 3}\nlayers: [{type: conv, kernel: 3, filters: 8}]\n"


@pytest.fixture
def net(tmp_path: Path) -> Path:
    path = tmp_path / "net.yaml"
    path.write_text(SMALL)
    return path


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("words", [["compute", "net.yaml"], ["--version"], ["compute", "--help"], ["show", "resnet18"]])
def test_output_that_cannot_be_written(net: Path, unbuffered: str, words: list[str]) -> None:
    """Neither at once nor, where little is written, at the end."""
    environment = os.environ | {"PYTHONUNBUFFERED": unbuffered}
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*RF, *words], cwd=net.parent, env=environment, stdout=full, stderr=subprocess.PIPE, text=True, timeout=600
        )
    assert (done.returncode, done.stderr) == (2, "rf: cannot write: No space left on device\n")


def test_closed_output(net: Path) -> None:
    done = subprocess.run(
        ["bash", "-c", f"{' '.join(RF)} compute {net} >&-"], capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 2
    assert "closed" in done.stderr


def shell(line: str, folder: Path) -> tuple[int, str, str]:
    """Exit status, output and errors of a line for the shell, in which `rf` is what is tested."""
    function = f'rf() {{ {sys.executable} -m rfcli "$@"; }}'
    done = subprocess.run(
        ["bash", "-c", f"{function}; {line}"], cwd=folder, capture_output=True, text=True, errors="replace", timeout=600
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("line", "status", "out", "err"),
    [
        ("rf compute - <&-", 2, "", "-:1:1: RF001 cannot be read: standard input is closed\n"),
        ("rf validate - good.yaml -q <&- 2>&-", 2, "-:1:1: RF001 cannot be read: standard input is closed\n", ""),
        ("rf show - <&-", 2, "", "-:1:1: RF001 cannot be read: standard input is closed\n"),
        ("rf locate good.yaml --layer conv_1 --at - <&-", 2, "",
         "rf locate: standard input, from which --at - reads, is closed\n"),
        ("rf compute bad.yaml 2>&-", 1, "", ""),
        ("rf compute missing.yaml 2>&-", 2, "", ""),
        ("rf compute --unknown 2>&-", 2, "", ""),
        ("rf check good.yaml 2>&-", 0, "", ""),
        ("rf compute good.yaml -f csv --columns size <&- 2>&-", 0, "size\n3\n", ""),
        ("rf compute good.yaml -f csv --columns size <&- 2>&- >&-", 2, "", ""),
        ("rf compute bad.yaml 2>/dev/full", 2, "", ""),
        ("rf check good.yaml 2>/dev/full", 2, "", ""),
        ("printf '1\\xff\\n' | rf locate good.yaml --layer conv_1 --at -", 2, "",
         "rf locate: --at -, line 1, takes a position, Y,X; is '1\\xff'\n"),
    ],
)  # fmt: skip
def test_closed_and_broken_streams(line: str, status: int, out: str, err: str, tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(SMALL)
    (tmp_path / "bad.yaml").write_text("format: 2\n")
    found = shell(line, tmp_path)
    assert (*found[:2], found[2].partition("  help")[0]) == (status, out, err)


@pytest.mark.parametrize("words", ["compute resnet18", "check .", "report resnet18"])
def test_a_current_folder_that_is_no_more(words: str, tmp_path: Path) -> None:
    said = "rf: the current folder is no more: change to one that is there\n"
    assert shell(f"mkdir gone && cd gone && rmdir ../gone && rf {words}", tmp_path) == (2, "", said)


def test_a_bug_is_said_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(words: list[str]) -> int:
        raise KeyError("x")

    monkeypatch.setattr(entry, "_run", broken)
    assert entry.run(["compute"]) == 3
    assert "a bug in rf: KeyError" in capsys.readouterr().err
