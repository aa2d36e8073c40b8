"""`rf diff`."""

from __future__ import annotations

import os
import sys

from rfcli.cli import options
from rfcli.cli.declarations import Argument, Command, Option, Shared, UsageError
from rfcli.cli.output import write
from rfcli.cli.session import Session, in_options
from rfcli.diagnostics import CallError, counted, printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfcli import Architecture, Report
    from rfcli.cli.sides import Pair, Side
    from rfcli.difference.condition import Condition
    from rfcli.pipeline import InputSizes
    from rfcli.render.difference import Compared


def run(
    networks: tuple[str, ...],
    layer: str | None,
    all: bool,
    fail_if: tuple[str, ...],
    format: str,
    output: str | None,
    input_size: tuple[str, ...],
    skip_others: bool,
    force_exclude: bool,
    shared: Shared,
) -> int:
    """Prints what a change does to networks."""
    session = Session(shared)
    sizes = options.input_sizes(input_size)
    conditions = _conditions(fail_if)
    from rfcli.cli.networks import look_at_example
    from rfcli.cli.sides import pairs
    from rfcli.description.source import Unreadable

    look_at_example(session, networks)
    asked: list[Pair] = []
    try:
        asked.extend(pairs(session, networks, skip_others, force_exclude))
    except Unreadable as error:
        session.unread(error.name or networks[0], error.why, error.help)
        return session.ended()
    compared = _compared(session, asked, sizes, layer)
    found = any(pair.found for pair in asked)
    _write(session, compared, found or len(networks) > 2, format, output, all)
    failed = [_fails(session, one, condition) for one in compared for condition in conditions]
    if found:
        differ = sum(one.difference.changed for one in compared)
        session.say(f"{differ} of {counted(len(asked), 'network')} {'differs' if differ == 1 else 'differ'}")
    return session.ended() or int(any(failed))


def _conditions(given: Sequence[str]) -> list[Condition]:
    """The conditions of a call. Raises `UsageError`."""
    if not given:
        return []
    from rfcli.difference.condition import Condition

    try:
        return [Condition(text) for text in given]
    except CallError as error:
        raise UsageError(str(error).replace("condition", "--fail-if", 1)) from None


def _compared(session: Session, asked: Sequence[Pair], sizes: InputSizes, layer: str | None) -> list[Compared]:
    """The differences of those that can be read; of what was found below a folder, those that there are."""
    from rfcli.api.answers import diff
    from rfcli.render.difference import Compared

    found = []
    for pair in asked:
        if pair.found and pair.files is not None and _is_untouched(pair):
            continue
        sides = pair.before, pair.after
        reports = [_report(session, side, sizes) for side in sides]
        if any(report is None and side is not None for report, side in zip(reports, sides, strict=True)):
            continue
        with session.kept(session.shown(pair.name)):
            difference = diff(*reports, layer=layer)
            if difference.changed or not pair.found:
                found.append(Compared(pair.title, pair.name, difference))
            if not pair.found and None in reports:
                which = "new" if pair.before is None else "no more"
                session.say(f"{pair.title}: it is {which} on the right, so all of it is {_ADDED[which]}")
    return found


_ADDED = {"new": "added", "no more": "removed"}


def _is_untouched(pair: Pair) -> bool:
    """Whether a file below a folder surely says what it said: it is as it was, and reads no other."""
    from rfcli.revisions.reading import Place

    place = pair.before
    assert isinstance(place, Place) and pair.files is not None, "it is of two revisions"
    if place.inside in pair.files:
        return False
    if not place.inside.endswith((".yaml", ".yml", ".json")) or not pair.files:
        return True
    if not isinstance(pair.after, str):
        return False  # which of them are looked at has been decided by what they say
    try:
        with open(pair.after, "rb") as stream:
            return b"extends" not in stream.read()
    except OSError:
        return False


def _report(session: Session, side: Side, sizes: InputSizes) -> Report | None:
    """The report of one side; None, with the problems kept, where it is wrong."""
    from rfcli.api.networks import compute
    from rfcli.cli.networks import at_size, tell_doubts, tell_unknown
    from rfcli.description.source import Unreadable

    if side is None:
        return None
    shown = session.shown(side) if isinstance(side, str) else side.source
    with session.kept(shown):
        try:
            found = _architecture(session, side)
        except Unreadable as error:
            session.unread(shown, error.why, error.help)
            return None
        for remark in found.remarks:
            session.say(f"{shown}: {remark}")
        found = at_size(found, sizes)
        tell_unknown(session, shown, found)
        if isinstance(side, str):
            tell_doubts(session, side, found)
        report = compute(found, input_size=sizes)
        session.fine(shown)
        return report
    return None


def _architecture(session: Session, side: str | object) -> Architecture:
    """The architecture of one side. Raises `Unreadable`."""
    from rfcli.description.source import Budget
    from rfcli.revisions.reading import Place

    budget = Budget(session.limits.total_bytes)
    if isinstance(side, Place):
        from rfcli.pipeline import Loading
        from rfcli.revisions import reading

        limits = session.limits_of(session.settings_of(os.path.join(side.repository.top, side.inside)))
        return reading.architecture(side, Loading(limits, budget, session.settings))[0]
    from rfcli.cli.networks import architecture

    return architecture(session, str(side), budget)


def _write(
    session: Session, compared: Sequence[Compared], several: bool, format: str, output: str | None, all: bool
) -> None:
    """Writes what there is to write: nothing of networks of which none is right."""
    from rfcli.render.difference import NO_CHANGE, render

    if not compared and format in ("table", "markdown"):
        if not session.status:
            write([f"{NO_CHANGE}\n"], output)
        return
    write(render(compared, format, session.style(output).replaced(several=several), all), output)


def _fails(session: Session, one: Compared, condition: Condition) -> bool:
    """Whether a condition holds, which is told. Raises `UsageError`."""
    try:
        held = condition.holds(one.difference)
    except CallError as error:
        raise UsageError(in_options(error)) from None
    if held is None:
        session.say(f"{one.title}: it is not known whether '{condition.text}' holds")
        return False
    if held.holds:
        where = f" at {held.where}" if held.where else ""
        print(printable(f"{one.title}: '{condition.text}' holds{where}: {held.values}"), file=sys.stderr)
    return held.holds


COMMAND = Command(
    "diff",
    """Tell what a change does to fields, sizes and costs, layer by layer.

\b
  rf diff old.yaml new.yaml         two networks, of whatever kind
  rf diff net.yaml                  the last commit -> the file as it is
  rf diff HEAD~1 net.yaml           a revision -> the file as it is
  rf diff v1.0 v1.1 net.yaml        two revisions; also v1.0..v1.1
  rf diff origin/main...HEAD nets/  what a branch does, below a folder
  rf diff HEAD~1:old.yaml new.yaml  two files
  rf diff HEAD net.yaml --fail-if "size < before" --fail-if "params > 2e9"

Layers are partners by their names, or by where they stand and how they are built. Each is added, removed, renamed,
changed (why tells it: kernel 3 -> 5), or affected by what comes before it; layers that are as before are left out.
Sizes are told at the outputs that are maps, or at the last map that is larger than one sample, or at --layer. What a
description extends is read at its revision. The files that you have are not touched.

--fail-if takes size, stride, padding, output_size, channels, aligned, globally, cumulative_params (of the output),
params, macs, flops, layers (of the network), each with _before or, in a comparison with it, 'before', and added,
removed, renamed, changed, affected. Where one holds the exit status is 1. -f markdown is for pull requests.
""",
    run,
    Argument(
        "networks",
        "Two networks, or one or two revisions of git and then files or folders, the current one when left out.",
        "[REVISION | NETWORK]...",
    ),
    (
        Option("layer", ("--layer",), "Tell what changes at this layer or scope.", metavar="NAME"),
        Option("all", ("--all",), "Tell also what is as before.", False),
        Option(
            "fail_if", ("--fail-if",), 'Exit with 1 where this holds: "size < before". May be given again.', (),
            metavar="CONDITION",
        ),
        options.FORMAT,
        options.OUTPUT,
        options.INPUT_SIZE,
        options.SKIP_OTHERS,
        options.FORCE_EXCLUDE,
        *options.READING,
        *options.SPEAKING,
    ),
)  # fmt: skip
