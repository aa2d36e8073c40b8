"""From arguments to an exit status. Whatever happens, no traceback."""

from __future__ import annotations

import gc
import os
import sys

from rfcli.cli.declarations import COMMANDS, command

UNWRITABLE = 2
BUG = 3
INTERRUPTED = 130


def run(words: list[str]) -> int:
    """Runs a command line and returns the exit status: 0 fine, 1 a description is wrong, 2 the call is wrong or a file
    cannot be read or written, 3 a bug in rf, 130 interrupted."""
    gc.disable()  # a short-lived process whose values hold no cycles: collecting only takes time
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    if sys.stdout is None:
        print("rf: standard output is closed", file=sys.stderr)
        return UNWRITABLE
    try:
        status = _run(words)
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # The reader has left; what is still buffered must not raise again when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(f"rf: cannot write: {error.strerror or error}", file=sys.stderr)
        return UNWRITABLE
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        if os.environ.get("RF_TRACEBACK"):
            raise
        print(
            f"rf: a bug in rf: {type(error).__name__}: {str(error)[:200]}\n"
            "  help: please report it with the description; RF_TRACEBACK=1 shows where it happened",
            file=sys.stderr,
        )
        return BUG


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
                return declared.call(values)
    return _typer(words)


def _typer(words: list[str]) -> int:
    from rfcli.cli.app import build

    try:
        build()(args=words, prog_name="rf")
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 0
    return 0
