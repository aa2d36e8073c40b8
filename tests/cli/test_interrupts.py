"""Interrupts and readers that leave, in processes of their own. Nothing here depends on how fast a machine is: each
process is met where it must be."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

HANGS = 600
"""Seconds after which a process is said to hang, on however slow a machine."""
ROWS = "format: 1\nlayers: [{type: conv, kernel: 3, padding: 1, repeat: 1400}]\n"
"""A description whose result is more than a pipe holds, by less than Python's buffer."""
WAYS = [["-f", "csv"], ["-fcsv"]]
"""The second command line is typer's to read."""


def started(*words: str, ignore: bool = False, stdout: int = subprocess.PIPE) -> subprocess.Popen[bytes]:
    """A process that a shell would start in the foreground, or one in the background that ignores interrupts, with
    its standard streams in our hands and Python's usual buffers."""
    action = signal.SIG_IGN if ignore else signal.SIG_DFL
    return subprocess.Popen(
        [sys.executable, *words],
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=subprocess.PIPE,
        bufsize=0,
        env={key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"},
        preexec_fn=lambda: signal.signal(signal.SIGINT, action),
    )


def reading(process: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
    """Waits until a process has read so much of standard input that it must be at work on the rest: more than what it
    has not read fits into the pipe."""
    assert process.stdin is not None
    left = b"#" * (1 << 18) + b"\n"
    while left:
        left = left[process.stdin.write(left) :]
    return process


@pytest.mark.parametrize("way", WAYS)
def test_while_it_reads(way: list[str]) -> None:
    process = reading(started("-m", "rfcli", "compute", "-", *way))
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=HANGS) == (b"", b"")
    assert process.returncode == 130


@pytest.mark.parametrize("way", WAYS)
def test_while_nobody_reads_the_last_of_its_output(way: list[str], tmp_path: Path) -> None:
    """What is still buffered is not written after an interrupt: that would wait for a reader once more, and for ever."""
    (tmp_path / "net.yaml").write_text(ROWS)
    ours, theirs = os.pipe()
    process = started("-m", "rfcli", "compute", str(tmp_path / "net.yaml"), *way, stdout=theirs)
    while select.select([], [theirs], [], 0.01)[1]:
        assert process.poll() is None, "it waits for a reader"
    process.send_signal(signal.SIGINT)
    assert process.wait(HANGS) == 130
    assert process.communicate() == (None, b"")
    os.close(theirs)
    os.close(ours)


def test_in_the_background_it_goes_on() -> None:
    """What a shell starts to ignore interrupts ignores them."""
    process = reading(started("-m", "rfcli", "compute", "-", "-f", "csv", "--columns", "size", ignore=True))
    process.send_signal(signal.SIGINT)
    assert process.communicate(b"format: 1\nlayers: [{type: conv, kernel: 3}]\n", HANGS) == (b"size\n3\n", b"")
    assert process.returncode == 0


PLACES = {
    "while it imports": """
class Finder:
    def find_spec(name, path, target=None):
        if name == "rfcli.cli.declarations":
            signal.raise_signal(signal.SIGINT)
sys.meta_path.insert(0, Finder)
""",
    "while a class is made": """
class Name:
    def __set_name__(self, owner, name):
        signal.raise_signal(signal.SIGINT)
def work(words):
    type("Class", (), {"name": Name()})
entry._run = work
""",
    "while what is made of a text runs": """
entry._run = lambda words: exec("signal.raise_signal(signal.SIGINT)")
""",
    "where nothing can be raised": """
class Dying:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)
        for _ in range(1000): pass
def work(words):
    Dying()
    return 0
entry._run = work
""",
    "when it is all but over": """
import atexit
atexit.register(signal.raise_signal, signal.SIGINT)
entry._run = lambda words: 0
""",
}
"""What raises an interrupt at a certain place of a process."""


@pytest.mark.parametrize("place", PLACES)
def test_in_odd_places(place: str) -> None:
    entry_first = "" if "imports" in place else "from rfcli.cli import entry"
    code = f"import signal, sys\n{entry_first}\n{PLACES[place]}\nfrom rfcli.cli import main\nmain()\n"
    process = started("-c", code)
    assert process.communicate(timeout=HANGS) == (b"", b"")
    assert process.returncode == 130


@pytest.mark.parametrize("way", WAYS)
def test_a_reader_that_leaves_ends_it_quietly(way: list[str], tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(ROWS)
    with started("-m", "rfcli", "compute", str(tmp_path / "net.yaml"), *way) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.read(6) == b"layer,"
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(HANGS) == 0
