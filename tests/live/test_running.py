"""Code of others runs aside: its output, its exits, what it changes, and what it raises."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from rfcli.diagnostics import CallError
from rfcli.live.named import code
from rfcli.live.running import aside, offline, said, told

NAMED = code("torch:model.py:Net")


def test_what_is_printed_goes_to_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    program = (
        "import os, sys\nfrom rfcli.live.running import aside\nprint('before')\n"
        "with aside():\n print('python')\n os.write(1, b'file')\n os.system('echo child')\n"
        "print('after')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "before\nafter\n"
    assert all(word in done.stderr for word in ("python", "file", "child"))


def test_what_it_changes_is_put_back(tmp_path: Path) -> None:
    before = (sys.stdout, sys.stderr, sys.argv, list(sys.path), os.getcwd(), os._exit)
    with aside():
        assert sys.argv == ["rf"]
        sys.stdout = sys.stderr = sys.__stdout__  # type: ignore[assignment]
        sys.path.insert(0, "nowhere")
        os.chdir(tmp_path)
    assert (sys.stdout, sys.stderr, sys.argv, list(sys.path), os.getcwd(), os._exit) == before


class Silent(Exception):
    def __str__(self) -> str:
        raise ValueError("no message")


RAISED = [
    (ValueError("boom\nmore"), "ValueError: boom"),
    (ValueError(), "ValueError"),
    (SystemExit(3), "it exits with 3"),
    (SystemExit(), "it exits with status 0"),
    (Silent(), "Silent"),
    (GeneratorExit(), "GeneratorExit"),
    (ValueError("x" * 999), "x..."),
    (SyntaxError("invalid syntax", ("a.py", 7, 1, "")), "a.py:7: SyntaxError: invalid syntax"),
    (ModuleNotFoundError("No module named 'einops.x'", name="einops.x"), "(install einops where rf is installed, or rf where that is)"),
]  # fmt: skip


@pytest.mark.parametrize(("error", "expected"), RAISED)
def test_what_is_raised_is_told_in_one_line(error: BaseException, expected: str) -> None:
    with pytest.raises(CallError) as found, told(NAMED, "it cannot be made"):
        raise error
    assert str(found.value).startswith("torch:model.py:Net: it cannot be made: ") and expected in str(found.value)
    assert "\n" not in str(found.value)


def test_the_place_is_that_of_the_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.py").write_text("def f():\n    return int('x')\n")
    scope: dict[str, object] = {}
    exec(compile("def f():\n    return int('x')\n", str(tmp_path / "model.py"), "exec"), scope)
    with pytest.raises(ValueError) as error:
        scope["f"]()  # type: ignore[operator]
    assert said(error.value).startswith("model.py:2: ValueError: invalid literal")


def test_interrupts_pass() -> None:
    with pytest.raises(KeyboardInterrupt), aside(), told(NAMED, "it cannot be made"):
        raise KeyboardInterrupt


def test_exits_past_all_handlers_are_told() -> None:
    with pytest.raises(CallError, match="it exits with 0"), aside(), told(NAMED, "it cannot be made"):
        os._exit(0)


def test_nothing_is_connected_to_offline() -> None:
    with offline():
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", 9))
        with pytest.raises(ConnectionRefusedError):
            socket.getaddrinfo("localhost", 80)
    assert socket.getaddrinfo("127.0.0.1", 80)
