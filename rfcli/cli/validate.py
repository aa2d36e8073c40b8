"""`rf validate`."""

from __future__ import annotations

import sys
import time

from rfcli.cli import options
from rfcli.cli.declarations import Command
from rfcli.cli.streams import Session, counted, settings


def run(
    networks: tuple[str, ...],
    skip_others: bool,
    set: tuple[str, ...],
    stdin_name: str,
    limit: tuple[str, ...],
    diagnostics: str,
    color: str,
    quiet: bool,
    verbose: bool,
) -> int:
    """Checks descriptions and prints what is wrong."""
    started = time.monotonic()
    session = Session(limit, diagnostics, color, quiet, verbose)
    session.skip_others = skip_others
    given = settings(set, session.limits)
    from rfcli.api import validate

    for name, architecture in session.loaded(networks, given, stdin_name):
        shown = name if name != "-" else stdin_name
        found = validate(architecture)
        if found:
            session.failed(shown, tuple(found))
        else:
            session.fine(shown)
            if verbose:
                session.say(f"{shown}: valid, {counted(len(architecture.entries), 'layer')}")
    session.report(sys.stdout)
    session.summary(_summary(session), started)
    return session.status


def _summary(session: Session) -> str:
    total = len(session.outcomes)
    wrong = sum(1 for outcome in session.outcomes if outcome.diagnostics)
    problems = sum(len(outcome.diagnostics) for outcome in session.outcomes)
    if wrong:
        which = "1 description is" if total == 1 else f"{wrong} of {total} descriptions are"
        return f"{which} wrong: {counted(problems, 'problem')}"
    return f"{total} {'description is' if total == 1 else 'descriptions are'} valid"


COMMAND = Command(
    "validate",
    """Check descriptions: their text, structure, names, sizes and channels.

\b
  rf validate net.yaml
  rf validate architectures/ --diagnostics github

Prints path:line:column: code message for every problem of every file, all in one go. The exit status is 1 when a
description is wrong, 2 when a file cannot be read.
""",
    run,
    options.NETWORKS,
    (options.SKIP_OTHERS, *options.READING, *options.SPEAKING),
)
