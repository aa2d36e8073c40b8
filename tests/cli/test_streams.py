"""Streams and exit statuses, in processes of their own."""

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
    return subprocess.run([*RF, *words], capture_output=True, text=True, timeout=30, **options)  # type: ignore[call-overload]


def test_output_that_cannot_be_written(net: Path) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run([*RF, "compute", str(net)], stdout=full, stderr=subprocess.PIPE, text=True, timeout=30)
    assert done.returncode == 2
    assert done.stderr.startswith("rf: cannot write: ")


def test_closed_output(net: Path) -> None:
    done = subprocess.run(
        ["bash", "-c", f"{' '.join(RF)} compute {net} >&-"], capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 2
    assert "closed" in done.stderr


def shell(line: str, folder: Path) -> tuple[int, str, str]:
    """Exit status, output and errors of a line for the shell, in which `rf` is what is tested."""
    function = f'rf() {{ {sys.executable} -m rfcli "$@"; }}'
    done = subprocess.run(
        ["bash", "-c", f"{function}; {line}"], cwd=folder, capture_output=True, text=True, errors="replace", timeout=30
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
         "rf locate: a position is Y,X, is '1\\xff'\n"),
    ],
)  # fmt: skip
def test_closed_and_broken_streams(line: str, status: int, out: str, err: str, tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(SMALL)
    (tmp_path / "bad.yaml").write_text("format: 2\n")
    found = shell(line, tmp_path)
    assert (*found[:2], found[2].partition("  help")[0]) == (status, out, err)


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


def test_exit_statuses_of_several_files(net: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("format: 2\n")
    done = rf("compute", "net.yaml", "bad.yaml", "-f", "csv", "--columns", "layer", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "network,layer\nnet,conv_1\n")
    assert "bad.yaml:1:9: RF105" in done.stderr
    done = rf("compute", "missing.yaml", "bad.yaml", "net.yaml", "-f", "csv", "--columns", "layer", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "network,layer\nnet,conv_1\n")
    assert len(done.stderr.splitlines()) >= 3


def test_colours(net: Path) -> None:
    plain = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR")}
    assert "\x1b" not in rf("compute", str(net), env=plain).stdout
    assert "\x1b" in rf("compute", str(net), env={**plain, "FORCE_COLOR": "1"}).stdout
    assert "\x1b" not in rf("compute", str(net), env={**plain, "FORCE_COLOR": "1", "NO_COLOR": "1"}).stdout
    assert "\x1b" in rf("compute", str(net), "--color", "always", env={**plain, "NO_COLOR": "1"}).stdout


def test_names_of_files_cannot_reach_the_terminal_or_a_spreadsheet(tmp_path: Path) -> None:
    (tmp_path / "=cmd\x1b[31m.yaml").write_text(SMALL)
    done = rf("compute", ".", ".", "-f", "csv", "--columns", "layer", cwd=tmp_path)
    assert done.stdout.splitlines()[1] == "_cmd__31m,conv_1"
    (tmp_path / "=cmd\x1b[31m.yaml").write_text("format: 2\n")
    done = rf("validate", ".", cwd=tmp_path)
    assert "\x1b" not in done.stdout + done.stderr
    assert done.returncode == 1


@pytest.mark.parametrize(("columns", "most"), [(None, 0), (60, 60), (200, 80)])
def test_a_manual_is_wrapped_on_terminals_only(columns: int | None, most: int) -> None:
    if columns is None:
        printed = rf("rules", "RF504").stdout
    else:
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        subprocess.run([*RF, "rules", "RF504"], stdout=theirs, timeout=30, check=True)
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
