"""`rf table`: tables of fields in Markdown files, kept as their networks are."""

from __future__ import annotations

import os
import re
import sys

from rfcli.cli import options
from rfcli.cli.declarations import Argument, Command, Option, command
from rfcli.cli.output import write
from rfcli.cli.settling import at, called
from rfcli.diagnostics import counted, printable
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfcli.settings.finding import Finder

MARKDOWN = (".md", ".markdown")
END = "<!-- end of rf table -->"
_BEGIN = re.compile(r"[ \t]*<!-- rf table: (.*?) -->[ \t]*")
_FENCE = re.compile(r"[ \t]{0,3}(```+|~~~+)")
TAKEN = (
    "networks", "layer", "outputs", "depth", "columns", "origin", "mode", "input_size", "spacing", "rate", "units",
    "wide", "set",
)  # fmt: skip
"""What a mark may say of `rf compute`: nothing that writes a file, runs code or reads another stream."""


class Mark(Value):
    """A table's place in a text: the lines of its two marks, from 0, and the words of the first."""

    begin: int
    end: int
    words: str


class Unfit(Exception):
    """A mark that cannot be followed; the message is for people, `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def run(files: tuple[str, ...], check: bool, config: Finder, quiet: bool) -> int:
    """Writes stale tables anew, and tells whether there were any."""
    if config.given is not None:
        at(config, None)
    status = tables = stale = 0
    for path in _found(files or (".",)):
        try:
            with open(path, "rb") as stream:
                text = stream.read().decode("utf-8")
        except (OSError, ValueError) as error:
            print(
                printable(f"{path}: cannot be read: {getattr(error, 'strerror', None) or 'not UTF-8'}"), file=sys.stderr
            )
            status = 2
            continue
        try:
            seen, new = _made(text, path, {"config": config.given, "isolated": config.isolated})
        except Unfit as error:
            print(printable(f"{path}:{error.line}:1: {error}"), file=sys.stderr)
            status = max(status, 1)
            continue
        tables += seen
        if new != text:
            stale += 1
            status = max(status, 1)
            if not check:
                write(new.encode(), path)
            if not quiet:
                print(
                    printable(f"{path}: {'is stale' if check else 'was stale, and is written anew'}"), file=sys.stderr
                )
    if not quiet:
        print(
            f"{counted(tables, 'table')}, {counted(stale, 'file')} {'stale' if check else 'changed'}", file=sys.stderr
        )
    return status


def _found(files: tuple[str, ...]) -> Iterator[str]:
    """Files that are named, and Markdown files below folders, without hidden folders."""
    for name in files:
        if not os.path.isdir(name):
            yield name
            continue
        for folder, inside, names in os.walk(name):
            inside[:] = sorted(one for one in inside if not one.startswith(".") and one != "node_modules")
            yield from (os.path.normpath(os.path.join(folder, one)) for one in sorted(names) if one.endswith(MARKDOWN))


def marks(text: str) -> list[Mark]:
    """The marks of a text that stand outside of code. Raises `Unfit`."""
    found: list[Mark] = []
    fence, begin, words = "", -1, ""
    for number, line in enumerate(text.splitlines()):
        fenced = _FENCE.match(line)
        if fenced and begin < 0 and not fence:
            fence = fenced[1]
        elif fence:
            fence = "" if fenced and fenced[1].startswith(fence) else fence
            continue
        opened = _BEGIN.fullmatch(line)
        if opened and begin >= 0:
            raise Unfit(number + 1, f"a table begins inside another: '{END}' is missing before")
        if opened:
            begin, words = number, opened[1]
        elif line.strip() == END and begin >= 0:
            found.append(Mark(begin, number, words))
            begin = -1
    if begin >= 0:
        raise Unfit(begin + 1, f"the table has no end: write '{END}' below it")
    return found


def _made(text: str, path: str, settings: dict[str, object]) -> tuple[int, str]:
    """The number of tables in a text, and the text with all of them as they are now. Raises `Unfit`."""
    if "<!-- rf table:" not in text:
        return 0, text
    lines, parts, at = text.splitlines(keepends=True), [], 0
    found = marks(text)
    for mark in found:
        parts += lines[at : mark.begin + 1]
        table = _table(mark, os.path.dirname(path), settings)
        ending = "\r\n" if lines[mark.begin].endswith("\r\n") else "\n"
        parts.append(ending + table.strip("\n").replace("\n", ending) + ending * 2)
        at = mark.end
    return len(found), "".join([*parts, *lines[at:]])


def _table(mark: Mark, folder: str, settings: dict[str, object]) -> str:
    """The table that a mark asks for. Raises `Unfit`."""
    import io
    import shlex
    from contextlib import redirect_stdout

    from rfcli.cli.fast import parse
    from rfcli.cli.mistakes import mistaken

    compute = command("compute")
    try:
        words = shlex.split(mark.words)
    except ValueError as error:
        raise Unfit(mark.begin + 1, f"the words of the mark: {error}") from None
    values = parse(compute, words)
    if values is None:
        said = mistaken(compute, words) or "names no network, or has an option that rf compute does not know"
        raise Unfit(mark.begin + 1, f"'{mark.words}': {said}")
    usual = compute.defaults()
    for name, value in values.items():
        if name not in TAKEN and value != usual[name]:
            raise Unfit(mark.begin + 1, f"a table takes no --{name.replace('_', '-')}")
    networks = values["networks"]
    assert isinstance(networks, tuple), "an argument of several words"
    places = tuple(_place(mark, str(one), folder) for one in networks)
    stream = io.StringIO()
    with redirect_stdout(stream):
        status = called(compute, {**values, **settings, "networks": places, "format": "markdown", "quiet": True})
    if status:
        raise Unfit(mark.begin + 1, "the table cannot be made: mend what is told above")
    return stream.getvalue()


def _place(mark: Mark, name: str, folder: str) -> str:
    """The network that a mark names: a file or folder, from that of the text, or a bundled one. Raises `Unfit`."""
    from rfcli.diagnostics import did_you_mean
    from rfcli.resources import architectures

    path = os.path.join(folder, name)
    if os.path.exists(path):
        return path if os.sep in path or "." in path else os.path.join(".", path)
    known = architectures()
    if name in known:
        return name
    near = did_you_mean(name, known, "")
    help = f" ({near})" if near else ""
    raise Unfit(mark.begin + 1, f"there is no file '{name}' beside this one, nor a bundled network{help}")


COMMAND = Command(
    "table",
    """Keep tables of fields in Markdown files as their networks are.

\b
  rf table README.md    writes the tables anew that are stale
  rf table              those of all Markdown files below here
  rf table --check      changes nothing

A table stands between two marks, the first of which has the words of an 'rf compute':

\b
  <!-- rf table: net.yaml --depth 1 --columns layer,size,stride -->
  <!-- end of rf table -->

Networks are files from the folder of the text, or bundled ones. The exit status is 1 where a table was stale or cannot
be made, so that a hook stops the commit; the hook rf-table does.
""",
    run,
    Argument("files", "Markdown files, and folders of them; all below the current folder when left out.", "[FILE]...",
             minimum=0),
    (
        Option("check", ("--check",), "Only tell what is stale.", False),
        options.CONFIG,
        options.ISOLATED,
        options.QUIET,
    ),
)  # fmt: skip
