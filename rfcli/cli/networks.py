"""The networks that a call's arguments name: files, what lies below directories, bundled names, standard input."""

from __future__ import annotations

import os
import sys

from rfcli.cli import options
from rfcli.cli.answers import Answers
from rfcli.cli.declarations import UsageError
from rfcli.cli.output import Progress
from rfcli.cli.session import Session
from rfcli.cli.settling import at, place
from rfcli.description.nodes import Node
from rfcli.diagnostics import DescriptionError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import BinaryIO

    from rfcli import Architecture, Report
    from rfcli.checks._rule import Finding
    from rfcli.cli.declarations import Question
    from rfcli.description.doubts import Doubt
    from rfcli.description.limits import Limits
    from rfcli.description.source import Budget
    from rfcli.geometry.units import Spacing
    from rfcli.pipeline import InputSizes
    from rfcli.render.answer import Answer
    from rfcli.render.view import Style

    Answering = Callable[[Report, str, str, Style], Answer]
    """Says something of a layer of a network, in a format."""

DESCRIPTION_ENDINGS = (".yaml", ".yml", ".json")
"""Those of descriptions; below a folder the endings of foreign models are looked for as well."""


def answered(
    question: Question, answer: Answering, remark: Callable[[Report, str], str] | None = None, titled: bool = True
) -> int:
    """Writes what a command says of one layer of one network, or of each below a folder, and says a `remark` after it
    where there is one; returns the exit status. An answer that is not `titled` does not name its layer. Raises
    `UsageError`."""
    session = Session(question.shared)
    sizes = options.input_sizes(question.input_size)
    from rfcli.api.answers import main_layer

    answers = Answers(session, question.network, question.output)
    for report in computed(session, [question.network], origin=question.origin, input_size=sizes):
        with answers.kept(report.source):
            layer = question.layer if question.layer is not None else main_layer(report)
            answers.add(report.source, answer(report, layer, question.format, session.style(question.output)))
            if question.layer is None and not titled and sys.stderr.isatty():
                session.say(f"of '{layer}'; --layer NAME for another layer")
            said = remark(report, layer) if remark is not None else ""
            if said:
                session.say(said)
    answers.write()
    return session.ended()


def beside(report: Report, layer: str) -> str:
    """What is said of a layer that also sees the whole map."""
    from rfcli.render.whole import remark

    field = report.layer(layer).receptive_field
    return "" if field is None else remark(field)


def computed(
    session: Session,
    networks: Iterable[str],
    *,
    origin: str | None = None,
    mode: str = "eval",
    input_size: InputSizes = (),
    spacing: Spacing | None = None,
) -> Iterator[Report]:
    """The reports of all networks that are right, computed as `api.compute` takes it; problems are kept. `spacing` is
    that of the call, if any."""
    from rfcli.api.networks import compute

    for shown, architecture in loaded(session, networks, input_size=input_size):
        with session.kept(shown):
            if spacing is not None:
                from rfcli.description.architecture import spaced

                architecture = spaced(architecture, spacing)
            report = compute(architecture, origin=origin, mode=mode, input_size=input_size)
            session.fine(shown)
            yield report


def loaded(
    session: Session,
    networks: Iterable[str],
    skip_others: bool = False,
    force_exclude: bool = False,
    judging: bool = False,
    input_size: InputSizes = (),
    telling: bool = True,
) -> Iterator[tuple[str, Architecture]]:
    """The architectures that the arguments name, each with its name in messages; problems are kept. Files below a
    folder that are no descriptions are passed over; with `skip_others` so are those that are named, and with
    `force_exclude` those that the settings exclude. Whoever is `judging` them tells doubts among the problems. A
    model that tells more with the sizes of its inputs is read with those of the call; where this is not `telling` what
    is unknown of it then, whoever asks does."""
    from rfcli.description.source import Budget, Unreadable

    budget = Budget(session.limits.total_bytes)
    session.files = budget.files
    names = list(expanded(session, networks, force_exclude))
    look_at_example(session, [name for name, _ in names])
    progress = Progress(len(names), session.quiet)
    others: dict[str, int] = {}
    for name, folder in names:
        progress.step(name)
        shown = session.shown(name)
        with session.kept(shown):
            try:
                if (skip_others or folder) and is_other(session, name, not skip_others):
                    others[folder] = others.get(folder, 0) + 1
                    continue
                found = architecture(session, name, budget)
            except Unreadable as error:
                session.unread(name, error.why, error.help)
                continue
            for remark in found.remarks:
                session.say(f"{shown}: {remark}")
            found = at_size(found, input_size)
            if telling:
                tell_unknown(session, shown, found)
            if not judging:
                tell_doubts(session, name, found)
            yield shown, found
    progress.done()
    for folder, count in others.items():
        if folder and count == sum(folder == one for _, one in names) and not skip_others:
            which = "the file below it is not" if count == 1 else f"none of the {count} files below it is"
            session.unread(folder, f"{which} a description", _BEGINS)


def at_size(network: Architecture, input_size: InputSizes) -> Architecture:
    """A network with the sizes of the call, where these tell more of it. Raises `CallError`."""
    if network.model is None or input_size == ():
        return network
    from rfcli.pipeline import resized

    return resized(network, input_size)


def architecture(session: Session, name: str, budget: Budget) -> Architecture:
    from rfcli.api.networks import load, loads

    limits = session.limits_of(session.settings_of(name))
    if live(name):
        return _run(session, name, limits)
    if name != "-":
        return load(name, settings=session.settings, limits=limits, budget=budget)
    name = session.stdin_name
    with _rewindable(session, limits, name) as stream:
        return loads(stream, name, settings=session.settings, limits=limits, budget=budget)


def look_at_example(session: Session, names: Iterable[str]) -> None:
    """Raises `UsageError` where an example is given, and no code to call with it."""
    given = [("--example", one) for one in session.example]
    given += [("--module", session.module)] if session.module is not None else []
    if given and not any(map(live, names)) and not any(":" in name for name in names):
        flag, value = given[0]
        size = "; --input-size is for all networks" if flag == "--example" else ""
        raise UsageError(f"{flag} '{value}' is for live code, as torch:model.py:Net, and there is none{size}")


def live(name: str) -> bool:
    """Whether a word of the call names code that is to be run, as `torch:model.py:Net` does."""
    if ":" not in name:
        return False
    from rfcli.live import names_code

    return names_code(name)


def _run(session: Session, source: str, limits: Limits) -> Architecture:
    """The architecture of what a source names, whose code is run here: the call says so."""
    import atexit

    from rfcli.live import file_of
    from rfcli.live.run import architecture
    from rfcli.pipeline import Loading

    file = file_of(source)
    session.files += [file] if file else []
    try:
        return architecture(source, session.example, session.module, Loading(limits, None, session.settings))
    finally:
        atexit.register(_silence)  # what the code does at the very end comes after what has been written


def _silence() -> None:
    """What is still printed goes to standard error."""
    try:
        sys.stdout.flush()
        if sys.stdout.fileno() == 1:
            os.dup2(2, 1)
    except (OSError, ValueError, AttributeError):
        return


_BEGINS = "a description starts with 'format: 1' and has 'layers'"


def is_other(session: Session, name: str, loose: bool) -> bool:
    """Whether a file is no description; it is then counted and, with --verbose, named. With `loose`, one that has
    a format or layers means to be one."""
    from rfcli.description.source import Unreadable, describes, is_description, locate
    from rfcli.pipeline import foreign

    if live(name):
        raise Unreadable("--skip-others runs no code", help="leave it out to run what is named")
    if name == "-":
        session.looked_into = data = standard_input(session.limits.bytes)
        if describes(data, session.stdin_name, foreign, loose):
            return False
        name = session.stdin_name
    elif is_description(locate(name)[0], session.limits.bytes, foreign, loose):
        return False
    session.passed_over += 1
    if session.verbose:
        session.say(f"{name}: no description, passed over")
    return True


def tell_unknown(session: Session, shown: str, architecture: Architecture) -> None:
    """Tells which operations of a network are not known, and how many there are of each."""
    found = {
        entry.name: str(entry.layer.given["unknown"])
        for entry in architecture.entries
        if entry.layer.type == "custom" and entry.layer.given.get("unknown")
    }
    counts: dict[str, int] = {}
    for layer, operation in found.items():
        if layer.rpartition("/input_")[0] not in found:  # else it is one of several inputs of that operation
            counts[operation] = counts.get(operation, 0) + 1
    if counts:
        listed = ", ".join(f"{operation} ({count})" for operation, count in sorted(counts.items()))
        noun = "operation is" if sum(counts.values()) == 1 else "operations are"
        session.say(f"{shown}: {sum(counts.values())} {noun} not known: {listed}")


def tell_doubts(session: Session, name: str, architecture: Architecture) -> None:
    """Tells what of a network may be meant otherwise than it is read, where the rule for that is not ignored."""
    found = list(_doubtful(architecture))
    if not found:
        return
    from rfcli.checks._registry import RULES

    stated: dict[str, list[str]] = architecture.about.get("check", {})
    words = (*stated.get("ignore", []), *session.settings_of(name).ignored(place(name, session.stdin_name)))
    for code, one in found:
        if not any(word == "ALL" or code.startswith(word) for word in words):
            span = one.where.span if isinstance(one.where, Node) else one.where
            session.say(f"{span}: warning: {code} {one.message}")
            session.say(f"  help: {one.help or RULES[code].mend}")


def _doubtful(architecture: Architecture) -> Iterator[tuple[str, Doubt | Finding]]:
    """What may be meant otherwise, each with its rule's code."""
    from rfcli.description.doubts import doubts

    yield from doubts(architecture)
    if architecture.copies:
        from rfcli.checks.copies import CopiesNowhere, idle
        from rfcli.pipeline import graph_of

        try:
            for one in idle(graph_of(architecture)):
                yield CopiesNowhere.code, one
        except DescriptionError:
            return  # who asks for more of it tells what is wrong


def expanded(session: Session, networks: Iterable[str], force_exclude: bool = False) -> Iterator[tuple[str, str]]:
    """The arguments with directories replaced by the files below them that may be networks, sorted, but for those that
    the settings exclude; each with the directory, or "" where it is named itself. With `force_exclude` files that are
    named may be excluded, too."""
    from rfcli.pipeline import folder_refusal

    for name in networks:
        if not os.path.isdir(name):
            if not (force_exclude and excluded(session, name)):
                yield name, ""
            continue
        told = folder_refusal(name)
        if told is not None:
            session.unread(name, *told)
            continue
        below = _below(session, name)
        if not below:
            session.unread(name, f"no {', '.join('*' + ending for ending in endings())} below it", _others(name))
        found = [one for one in sorted(below) if not excluded(session, one)]
        if below and not found:
            session.say(f"{name}: the settings exclude all that is below it")
        yield from ((one, name) for one in found)


def excluded(session: Session, name: str) -> bool:
    """Whether the settings exclude a file; it is then counted and, with --verbose, named."""
    path = place(name, session.stdin_name)
    settings = at(session.finder, path)
    pattern = None if path is None else settings.excludes(path)
    if pattern is not None:
        session.excluded += 1
        if session.verbose:
            session.say(f"{session.shown(name)}: excluded by '{pattern}' of {settings.path}")
    return pattern is not None


def _others(folder: str) -> str:
    """What is said of a folder in which nothing is that is read."""
    from rfcli.pipeline import refusal

    try:
        return refusal(os.path.join(folder, one) for one in sorted(os.listdir(folder)))
    except OSError:
        return ""


def endings() -> tuple[str, ...]:
    """Endings of files that may be networks."""
    from rfcli.pipeline import foreign_endings

    return (*DESCRIPTION_ENDINGS, *foreign_endings())


def _below(session: Session, name: str) -> list[str]:
    """The files below a folder that may be networks by their endings, however deep, without hidden ones and those of
    hidden folders; links to folders are not followed, and what is no file is passed over. Folders that cannot be read
    are reported."""
    from rfcli.description.source import is_special
    from rfcli.pipeline import foreign_beside

    found, todo, wanted, passed = [], [name], endings(), foreign_beside()
    while todo:
        folder = todo.pop()
        below = []
        try:
            with os.scandir(folder) as entries:
                for one in entries:
                    if one.is_dir(follow_symlinks=False):
                        below.append(one.path)
                    elif (
                        one.name.lower().endswith(wanted)
                        and one.name not in passed
                        and not one.name.startswith(".")
                        and not os.path.isdir(one.path)
                        and not is_special(one.path)
                    ):
                        found.append(one.path)
        except OSError as error:
            session.unread(folder, error.strerror or str(error))
        todo += sorted((one for one in below if not os.path.basename(one).startswith(".")), reverse=True)
    return found


def standard_input(most: int) -> bytes:
    """The bytes of standard input, at most one more than `most`, which shows that it is too long. Raises
    `Unreadable`."""
    from rfcli.description.source import Unreadable

    if sys.stdin is None:
        raise Unreadable("standard input is closed")
    try:
        return sys.stdin.buffer.read(most + 1)
    except OSError as error:
        raise Unreadable(error.strerror or str(error)) from None


def _rewindable(session: Session, limits: Limits, name: str) -> BinaryIO:
    """Standard input as a file that can be rewound: a text as far as it is read, a large model whole, on disk."""
    from io import BytesIO

    from rfcli.description.source import HEAD
    from rfcli.pipeline import foreign

    data, session.looked_into = session.looked_into, None
    if data is None:
        data = standard_input(limits.bytes)
    if len(data) <= limits.bytes or foreign(data[:HEAD], name) is None:
        return BytesIO(data)
    from tempfile import TemporaryFile

    spooled: BinaryIO = TemporaryFile()  # noqa: SIM115 (the caller closes it)
    left = limits.model_bytes + 1
    while data and left > 0:
        left -= spooled.write(data)
        data = sys.stdin.buffer.read(1 << 20)
    spooled.seek(0)
    return spooled
