"""`rf validate`."""

from __future__ import annotations

import time

from rfcli.cli import options
from rfcli.cli.declarations import Command, Shared
from rfcli.cli.streams import Session
from rfcli.diagnostics import counted


def run(
    networks: tuple[str, ...],
    skip_others: bool,
    output: str | None,
    shared: Shared,
) -> int:
    """Checks descriptions and prints what is wrong."""
    started = time.monotonic()
    session = Session(shared)
    session.skip_others = skip_others
    from rfcli.api import validate

    for name, architecture in session.loaded(networks):
        shown = session.shown(name)
        found = validate(architecture)
        if found:
            session.failed(shown, tuple(found))
        else:
            session.fine(shown)
            if session.verbose:
                session.say(f"{shown}: valid, {counted(len(architecture.entries), 'layer')}")
    session.result(output)
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
    (options.SKIP_OTHERS, options.OUTPUT, *options.READING, *options.SPEAKING),
)
