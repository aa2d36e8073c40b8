"""From arguments to an exit status. Whatever happens, no traceback."""

from __future__ import annotations

import gc
import os
import sys

from rfcli.cli import INTERRUPTED
from rfcli.cli.declarations import COMMANDS, command
from rfcli.diagnostics import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

UNWRITABLE = 2
BUG = 3


def run(words: list[str]) -> int:
    """Runs a command line and returns the exit status: 0 fine, 1 a description is wrong, 2 the call is wrong or a file
    cannot be read or written, 3 a bug in rf, 130 interrupted."""
    gc.disable()  # a short-lived process whose values hold no cycles: collecting only takes time
    if None in (sys.stdin, sys.stdout, sys.stderr):
        _fill_closed_streams()
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    if sys.stdout is None:
        return _failed("rf: standard output is closed", UNWRITABLE)
    try:
        status = _run(words)
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        _abandon(sys.stdout)  # its reader has left
        return 0
    except OSError as error:
        _drain(sys.stdout)
        lost = "the current folder is no more: change to one that is there" if _homeless() else ""
        return _failed(f"rf: {lost or f'cannot write: {error.strerror or error}'}", UNWRITABLE)
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        if _interrupted(error):
            return INTERRUPTED
        if os.environ.get("RF_TRACEBACK"):
            raise
        return _failed(
            f"rf: a bug in rf: {type(error).__name__}: {str(error)[:200]}\n"
            "  help: please report it with the description; RF_TRACEBACK=1 shows where it happened",
            BUG,
        )


def _homeless() -> bool:
    """Whether the current folder was deleted."""
    try:
        os.getcwd()
    except OSError:
        return True
    return False


def _interrupted(error: BaseException | None) -> bool:
    """Whether an interrupt is what led to an error: one that comes while a class is made becomes a `RuntimeError`."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None


def _fill_closed_streams() -> None:
    """Opens the null device in place of closed standard streams, so that no file opened later gets their numbers, and
    drops what is said on a closed standard error: `print` would say it on standard output."""
    while os.open(os.devnull, os.O_RDWR) < 2:
        pass
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - as long as the process


def _failed(text: str, status: int) -> int:
    """Says on standard error, where that can be written, why the exit status is what it is, and returns it."""
    try:
        print(text, file=sys.stderr)
    except OSError:
        _abandon(sys.stderr)
    return status


def _drain(stream: TextIO) -> None:
    """Writes what a stream still buffers, or drops it where that fails."""
    try:
        stream.flush()
    except OSError:
        _abandon(stream)


def _abandon(stream: TextIO) -> None:
    """Drops what a stream still buffers: at its end Python would try to write that once more, and fail."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _run(words: list[str]) -> int:
    if "_RF_COMPLETE" not in os.environ:
        if words == ["--version"]:
            from rfcli import __version__

            print(f"rf {__version__}")
            return 0
        if words and words[0] in COMMANDS:
            from rfcli.cli.fast import parse

            declared = command(words[0])
            values = parse(declared, words[1:])
            if values is not None:
                if "isolated" not in values:
                    return declared.call(values)
                from rfcli.cli.settling import called

                return called(declared, values)
            from rfcli.cli.mistakes import mistaken

            said = mistaken(declared, words[1:])
            if said:
                return _failed(printable(f"rf {declared.name}: {said}"), UNWRITABLE)
        topic = words[1:2] if words[:1] == ["help"] else words[:1]
        if (
            topic
            and topic[0]
            and topic[0] not in COMMANDS
            and not topic[0].startswith(("-", "RF") if words[0] == "help" else "-")
        ):
            from rfcli.cli.mistakes import no_command

            return _failed(printable(f"rf: {no_command(topic[0], COMMANDS)}"), UNWRITABLE)
    from rfcli.cli.app import read

    return read(words)
