"""What a command says of a network: text for people, rows, or JSON; of several networks, all in one text."""

from __future__ import annotations

import json

from rfcli.diagnostics import printable
from rfcli.render.grid import Grid, as_markdown, separated
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from typing import Self


class Answer(Value):
    """What is said of one network in one format, to be written piece by piece."""

    def __iter__(self) -> Iterator[str]:
        raise NotImplementedError

    @classmethod
    def together(cls, answers: Sequence[tuple[str, Self]]) -> Iterator[str]:
        """One text of the answers about several networks, each with the network's source."""
        raise NotImplementedError


class Text(Answer):
    """What people read, in whole lines; of several networks each has its source above it."""

    text: str
    markdown: bool = False

    def __iter__(self) -> Iterator[str]:
        yield self.text

    @classmethod
    def together(cls, answers: Sequence[tuple[str, Self]]) -> Iterator[str]:
        for number, (source, answer) in enumerate(answers):
            title = f"## {as_markdown(source)}" if answer.markdown else f"{printable(source)}:"
            yield ("\n" if number else "") + f"{title}\n\n{answer.text}"


class Rows(Answer):
    """Values between delimiters; of several networks each row begins with the source."""

    grid: Grid
    delimiter: str

    def __iter__(self) -> Iterator[str]:
        return separated(self.grid, self.delimiter)

    @classmethod
    def together(cls, answers: Sequence[tuple[str, Self]]) -> Iterator[str]:
        """Rows of all columns: some that one network has may be missing in another's."""
        columns = list(dict.fromkeys(name for _, answer in answers for name in answer.grid.header))
        rows = []
        for source, answer in answers:
            for row in answer.grid.rows:
                values = dict(zip(answer.grid.header, row, strict=True))
                rows.append([source, *(values.get(name, "") for name in columns)])
        yield from separated(Grid(["source", *columns], rows), answers[0][1].delimiter)


class Documents(Answer):
    """JSON objects, one after the other; each element of their lists `by_line` stands in a line of its own. Those of
    several networks are in one list, and begin with the source."""

    found: Sequence[Mapping[str, object]]
    by_line: Collection[str] = ()

    def __iter__(self) -> Iterator[str]:
        for one in self.found:
            yield from _object(one, self.by_line)
            yield "\n"

    @classmethod
    def together(cls, answers: Sequence[tuple[str, Self]]) -> Iterator[str]:
        yield '{"networks": ['
        found = [({"source": source, **one}, answer.by_line) for source, answer in answers for one in answer.found]
        for number, (one, by_line) in enumerate(found):
            yield ",\n" if number else "\n"
            yield from _object(one, by_line)
        yield "\n]}\n"


def _object(data: Mapping[str, object], by_line: Collection[str]) -> Iterator[str]:
    yield "{"
    for number, (key, value) in enumerate(data.items()):
        yield (", " if number else "") + f"{json.dumps(key)}: "
        if key in by_line:
            yield from _lines(value)  # type: ignore[arg-type]  # it is a list
        else:
            yield json.dumps(value)
    yield "}"


def _lines(elements: Iterable[object]) -> Iterator[str]:
    """A list; its elements may be made as they are written."""
    end = "[]"
    for one in elements:
        yield ("[\n  " if end == "[]" else ",\n  ") + json.dumps(one)
        end = "\n]"
    yield end
