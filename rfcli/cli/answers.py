"""What a command says of one network; of a folder's networks, one after the other, in one text that names each."""

from __future__ import annotations

import os
from contextlib import contextmanager

from rfcli.cli.declarations import UsageError
from rfcli.cli.output import write
from rfcli.diagnostics import CallError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rfcli.cli.session import Session

DELIMITERS = {"csv": ",", "tsv": "\t"}


def refuse_folder(network: str, what: str) -> None:
    """Raises `UsageError` where a folder is given to what is of one network only."""
    if os.path.isdir(network):
        raise UsageError(f"{network} is a folder: {what} is of one network, name its file")


class Answers:
    """Where what is said of the networks goes that an argument names, a file, or the files below a folder: said at once
    of a file, together at the end of a folder. There a table or a Markdown text has the file above it, rows have a
    column `source`, and JSON is `{"networks": [..]}` of what it is for one, each with its `source`."""

    def __init__(self, session: Session, network: str, format: str, output: str | None) -> None:
        self.session, self.network, self.several = session, network, os.path.isdir(network)
        self.format, self.output = format, output
        self.said: list[tuple[str, str]] = []

    @contextmanager
    def kept(self, source: str) -> Iterator[None]:
        """A context in which errors about a network are kept; below a folder also where the call does not fit it."""
        with self.session.kept(source):
            try:
                yield
            except UsageError as error:
                if not self.several:
                    raise
                raise CallError(str(error)) from None

    def add(self, source: str, answer: Iterable[str]) -> None:
        """What is said of a network. Raises what `answer` raises, and `UsageError`."""
        if self.several:
            self.said.append((source, "".join(answer)))
        else:
            write(answer, self.output)

    def write(self) -> None:
        """Writes what is left. Raises `UsageError`."""
        if not self.said:
            return
        if self.format in DELIMITERS:
            write(_rows(self.said, DELIMITERS[self.format]), self.output)
        elif self.format == "json":
            write(_json(self.said), self.output)
        else:
            write(_titled(self.said, self.format == "markdown"), self.output)


def _titled(said: list[tuple[str, str]], markdown: bool) -> Iterator[str]:
    """Texts, each below the name of its file."""
    from rfcli.diagnostics import printable
    from rfcli.render.grid import as_markdown

    for number, (source, text) in enumerate(said):
        title = f"## {as_markdown(source)}" if markdown else f"{printable(source)}:"
        yield ("\n" if number else "") + f"{title}\n\n{text}"


def _json(said: list[tuple[str, str]]) -> Iterator[str]:
    """One document of several, of which each begins in a line of its own."""
    import json

    yield '{"networks": ['
    begun = False
    for source, text in said:
        for document in ("\n" + text.rstrip("\n")).split("\n{")[1:]:  # what lies inside of one is indented
            yield f'{"," if begun else ""}\n{{"source": {json.dumps(source)}, {document}'
            begun = True
    yield "\n]}\n"


def _rows(said: list[tuple[str, str]], delimiter: str) -> Iterator[str]:
    """Rows of several tables: those of one network may lack columns that those of another have."""
    import csv
    import io

    from rfcli.render.grid import Grid, separated

    tables = [(source, list(csv.reader(io.StringIO(text), delimiter=delimiter))) for source, text in said]
    columns = list(dict.fromkeys(name for _, (header, *_) in tables for name in header))
    rows = []
    for source, (header, *records) in tables:
        found = [dict(zip(header, record, strict=True)) for record in records]
        rows += [[source, *(one.get(name, "") for name in columns)] for one in found]
    yield from separated(Grid(["source", *columns], rows, set()), delimiter)
