"""`rf validate`."""

from __future__ import annotations

from rfcli.cli import options
from rfcli.cli.declarations import Command, Shared
from rfcli.cli.networks import loaded
from rfcli.cli.session import Session
from rfcli.diagnostics import counted


def run(
    networks: tuple[str, ...],
    input_size: tuple[str, ...],
    skip_others: bool,
    force_exclude: bool,
    output: str | None,
    shared: Shared,
) -> int:
    """Checks descriptions and prints what is wrong."""
    session = Session(shared)
    sizes = options.input_sizes(input_size)
    from rfcli.api.judging import validate

    for shown, architecture in loaded(session, networks, skip_others, force_exclude, input_size=sizes):
        with session.kept(shown):
            found = validate(architecture, sizes)
            if found:
                session.failed(shown, tuple(found))
                continue
            session.fine(shown)
            if session.verbose:
                session.say(f"{shown}: valid, {counted(len(architecture.entries), 'layer')}")
    return session.judged(output, _summary(session))


def _summary(session: Session) -> str:
    total = len(session.outcomes)
    if session.wrong:
        which = "1 description is" if total == 1 else f"{session.wrong} of {total} descriptions are"
        return f"{which} wrong: {counted(session.problems, 'problem')}"
    return f"{total} {'description is' if total == 1 else 'descriptions are'} valid"


COMMAND = Command(
    "validate",
    """Check descriptions: their text, structure, names, sizes and channels.

\b
  rf validate net.yaml
  rf validate architectures/ --diagnostics github
  rf validate net.yaml --input-size 256x256    does it fit at that size?

Prints path:line:column: code message for every problem of every file, all in one go. The exit status is 1 when a
description is wrong, 2 when a file cannot be read.
""",
    run,
    options.NETWORKS,
    (
        options.INPUT_SIZE,
        options.SKIP_OTHERS,
        options.FORCE_EXCLUDE,
        options.OUTPUT,
        *options.READING,
        *options.SPEAKING,
    ),
)
