"""The command line: options, streams, exit codes; one command a file."""

from __future__ import annotations

import sys


def main() -> None:
    """Runs `rf` with the process's arguments."""
    from rfcli.cli.entry import run

    sys.exit(run(sys.argv[1:]))
