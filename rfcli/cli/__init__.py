"""The command line: options, streams, exit codes; one command a file."""

from __future__ import annotations

import sys


def main() -> None:
    """Runs `rf` with the process's arguments."""
    try:
        from rfcli.cli.entry import run

        status = run(sys.argv[1:])
    except KeyboardInterrupt:  # while still importing
        status = 130
    sys.exit(status)
