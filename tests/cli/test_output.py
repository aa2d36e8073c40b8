"""Results out: files written whole or not at all, colours, and the width of terminals."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import tempfile
import termios
from pathlib import Path

import pytest

RF = [sys.executable, "-m", "rfcli"]
SMALL = "format: 1\ninput: {size: 32, channels: 3}\nlayers: [{type: conv, kernel: 3, filters: 8}]\n"


@pytest.fixture
def net(tmp_path: Path) -> Path:
    path = tmp_path / "net.yaml"
    path.write_text(SMALL)
    return path


def rf(*words: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*RF, *words], capture_output=True, text=True, timeout=600, **options)  # type: ignore[call-overload]


def test_a_file_is_written_whole_or_not_at_all(net: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_text("before")
    assert rf("compute", str(net), "-o", str(target), "-f", "csv").returncode == 0
    assert target.read_text().startswith("layer,")
    assert rf("compute", str(tmp_path / "none.yaml"), "-o", str(target)).returncode == 2
    assert target.read_text().startswith("layer,")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["net.yaml", "out.csv"]


def test_a_file_behind_a_link_is_written_where_it_lies(net: Path, tmp_path: Path) -> None:
    """Also on another file system, where no file beside the link could be moved to."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as there:
        for name in ("there.csv", "new.csv"):
            (tmp_path / name).symlink_to(f"{there}/{name}")
        Path(there, "there.csv").write_text("before")
        for name in ("there.csv", "new.csv"):
            assert rf("compute", str(net), "-o", str(tmp_path / name), "-f", "csv").stderr == ""
            assert (tmp_path / name).is_symlink()
            assert Path(there, name).read_text().startswith("layer,")
        assert sorted(os.listdir(there)) == ["new.csv", "there.csv"]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755])
def test_a_file_that_is_there_keeps_its_mode(mode: int, net: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_text("before")
    target.chmod(mode)
    assert rf("compute", str(net), "-o", str(target)).returncode == 0
    assert (target.stat().st_mode & 0o7777, target.read_text() == "before") == (mode, False)


def test_colours(net: Path) -> None:
    plain = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR")}
    assert "\x1b" not in rf("compute", str(net), env=plain).stdout
    assert "\x1b" in rf("compute", str(net), env={**plain, "FORCE_COLOR": "1"}).stdout
    assert "\x1b" not in rf("compute", str(net), env={**plain, "FORCE_COLOR": "1", "NO_COLOR": "1"}).stdout
    assert "\x1b" in rf("compute", str(net), "--color", "always", env={**plain, "NO_COLOR": "1"}).stdout


@pytest.mark.parametrize(("columns", "most"), [(None, 0), (60, 60), (200, 80)])
def test_a_manual_is_wrapped_on_terminals_only(columns: int | None, most: int) -> None:
    if columns is None:
        printed = rf("rules", "RF504").stdout
    else:
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        subprocess.run([*RF, "rules", "RF504"], stdout=theirs, timeout=600, check=True)
        os.close(theirs)
        printed = b"".join(iter(lambda: read(ours), b"")).decode()
        os.close(ours)
    title, _, *lines = printed.splitlines()
    assert title.startswith("RF504 ")
    longest = max(map(len, lines))
    if columns is None:
        assert longest > 80
        assert [line[:6] for line in lines[1:]] == ["", "cost: ", "mend: ", "checke", "source"]
    else:
        assert most - 15 < longest <= most


def read(terminal: int) -> bytes:
    """What a terminal still holds; its other end that is closed is an error on Linux."""
    try:
        return os.read(terminal, 1 << 16)
    except OSError:
        return b""


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
def test_other_names_of_standard_output(name: str, net: Path, tmp_path: Path) -> None:
    """What standard output leads to is written to, never replaced."""
    target = tmp_path / "log.txt"
    target.write_text("kept\n")
    with open(target, "a") as stream:
        line = [sys.executable, "-m", "rfcli", "compute", str(net), "-f", "csv", "-o", name]
        assert subprocess.run(line, stdout=stream, timeout=600).returncode == 0
    lines = target.read_text().splitlines()
    assert (lines[0], lines[1][:6]) == ("kept", "layer,")
    piped = subprocess.run(line, capture_output=True, text=True, timeout=600)
    assert (piped.returncode, piped.stdout.splitlines(), piped.stderr) == (0, lines[1:], "")


def test_another_stream_of_ours_is_written_to(net: Path, tmp_path: Path) -> None:
    target = tmp_path / "log.txt"
    target.write_text("kept\n")
    with open(target, "a") as stream:
        number = stream.fileno()
        line = [sys.executable, "-m", "rfcli", "compute", str(net), "-f", "csv", "-o", f"/dev/fd/{number}"]
        assert subprocess.run(line, pass_fds=[number], timeout=600).returncode == 0
    assert target.read_text().startswith("kept\nlayer,")
