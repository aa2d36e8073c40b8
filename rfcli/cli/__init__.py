"""The command line: options, streams, exit codes; one command a file."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sys import UnraisableHookArgs  # of type checkers only

INTERRUPTED = 130


def main() -> None:
    """Runs `rf` with the process's arguments. An interrupt ends it, silently, from here on."""
    sys.unraisablehook = _unraisable
    try:
        from rfcli.cli.entry import run

        status = run(sys.argv[1:])
    except KeyboardInterrupt:  # while still importing
        status = INTERRUPTED
    if status == INTERRUPTED:
        # At once: Python would first wait for somebody to read what is still buffered, if need be for ever, and would
        # end itself by a signal where the interrupt came in an `exec`.
        os._exit(status)
    sys.exit(status)


def _unraisable(error: UnraisableHookArgs) -> None:
    """Ends the process where an interrupt comes in a place from which Python cannot raise it, such as a callback of its
    garbage collection or of a module's lock: Python would print it and go on."""
    if issubclass(error.exc_type, KeyboardInterrupt):
        os._exit(INTERRUPTED)
    sys.__unraisablehook__(error)
