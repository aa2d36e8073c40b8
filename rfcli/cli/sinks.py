"""Where the rows of a sweep go: to standard output, or to a file that can be gone on with."""

from __future__ import annotations

import sys

from rfcli.render.swept import FORMATS
from rfcli.sweeping.rows import LENGTHS, by_axis

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.description.nodes import Plain
    from rfcli.render.view import Style
    from rfcli.sweeping.chunks import Chunk, Sweep
    from rfcli.sweeping.journal import Journal
    from rfcli.sweeping.rows import Row

PAGE = 1000
"""Rows of a table that are laid out together."""


class Sink:
    """Takes chunks in order; `done` settings have come so far, with `rows` rows and `wrong` problems."""

    resumable = False

    def __init__(self, names: tuple[str, ...], letters: tuple[str, ...] | None, format: str, style: Style) -> None:
        self.names, self.letters, self.format, self.style = names, letters, FORMATS[format], style
        self.done = self.rows = self.wrong = 0
        self.problem = ""

    def open(self, identity: dict[str, Plain], resume: bool) -> None:
        """Makes ready for the first chunk, after what is there already. Raises `CallError`."""

    def add(self, chunk: Chunk) -> None:
        """Takes a chunk."""
        self.done, self.rows = chunk.task.stop, self.rows + len(chunk.rows)
        self.wrong, self.problem = self.wrong + chunk.wrong, self.problem or chunk.problem

    def finish(self) -> None:
        """Notes that all chunks have come."""

    def close(self) -> None:
        """Lets go of what is open."""

    @property
    def head(self) -> str:
        """What stands before all rows."""
        return self.format.head(self.names)

    def text(self, rows: list[Row]) -> str:
        """Some rows as text."""
        return self.format.rows(self.names, rows, self.style)

    def written(self, chunk: Chunk) -> list[Row]:
        """The rows of a chunk as they are written."""
        if self.letters is None:
            return [row for row, _ in chunk.rows]
        return [_widened(row, own, self.letters) for row, own in chunk.rows]


class _Printing(Sink):
    """Prints rows, of a table page by page."""

    def __init__(self, names: tuple[str, ...], letters: tuple[str, ...] | None, format: str, style: Style) -> None:
        super().__init__(names, letters, format, style)
        self.page = PAGE if format == "table" else 1
        self.kept: list[Row] = []
        self.begun = False

    def add(self, chunk: Chunk) -> None:
        super().add(chunk)
        self.kept += self.written(chunk)
        if len(self.kept) >= self.page:
            self._print()

    def _print(self) -> None:
        sys.stdout.write(("" if self.begun else self.head) + self.text(self.kept))
        sys.stdout.flush()
        self.kept, self.begun = [], True

    def finish(self) -> None:
        if self.kept or not self.begun:
            self._print()


class _Writing(Sink):
    """Writes rows to a file, chunk by chunk."""

    resumable = True

    def __init__(
        self, names: tuple[str, ...], letters: tuple[str, ...] | None, format: str, style: Style, path: str
    ) -> None:
        super().__init__(names, letters, format, style)
        self.path, self.part = path, path
        self.journal: Journal

    def open(self, identity: dict[str, Plain], resume: bool) -> None:
        from rfcli.sweeping.journal import Journal

        self.journal = journal = Journal(self.path, identity, self.part)
        if resume:
            journal.resume()
        else:
            journal.refuse_unfinished()
        state = journal.state
        self.done, self.rows, self.wrong = state.settings, state.rows, state.wrong
        if not state.finished:
            journal.open(self.head.encode())

    def add(self, chunk: Chunk) -> None:
        super().add(chunk)
        rows = self.written(chunk)
        self.journal.add(self.text(rows).encode(), len(chunk.task.numbers), len(rows), chunk.wrong)

    def finish(self) -> None:
        self.journal.finish()

    def close(self) -> None:
        self.journal.close()


class _Parquet(_Writing):
    """Writes rows to a file beside, as lines of JSON, and makes a parquet file of them at the end."""

    def __init__(
        self, names: tuple[str, ...], letters: tuple[str, ...] | None, style: Style, path: str, types: dict[str, str]
    ) -> None:
        from rfcli.sweeping.parquet import arrow

        arrow()
        super().__init__(names, letters, "ndjson", style, path)
        self.part, self.types = f"{path}.part", types

    def finish(self) -> None:
        if not self.journal.state.finished:
            from rfcli.sweeping.parquet import converted

            self.journal.close()
            converted(self.part, self.path, self.types)
        self.journal.finish()


def sink(sweep: Sweep, format: str, path: str | None, wide: bool, style: Style) -> Sink:
    """What takes the rows of a sweep. Raises `CallError`."""
    letters = _letters(sweep) if wide else None
    names = sweep.asked.columns.names
    if letters is not None:
        names = tuple([one for name in names for one in _split(name, letters)])
    if path is None:
        return _Printing(names, letters, format, style)
    if format == "parquet":
        from rfcli.sweeping.parquet import types

        return _Parquet(names, letters, style, path, types(sweep.asked, names))
    return _Writing(names, letters, format, style, path)


def _letters(sweep: Sweep) -> tuple[str, ...]:
    """The axes of all networks, by the first setting of each that has any."""
    from rfcli.sweeping.chunks import Computing

    computing, found = Computing(sweep.asked.replaced(where=None)), set[str]()
    each = len(sweep.numbers)
    for network in range(len(sweep.asked.networks)):
        for at in range(min(each, 16)):
            rows = computing.chunk(sweep.task(network * each + at, 1)).rows
            if rows[0][1]:
                found |= {*rows[0][1]}
                break
    return tuple([letter for letter in "dhw" if letter in (found or {"h", "w"})])


def _split(name: str, letters: tuple[str, ...]) -> list[str]:
    return [f"{name}_{letter}" for letter in letters] if name in LENGTHS else [name]


def _widened(row: Row, own: tuple[str, ...], letters: tuple[str, ...]) -> Row:
    """A row with a number for each axis; without those of axes that have no column, which is noted."""
    rest = {name: value for name, value in row.items() if name not in LENGTHS}
    numbers = by_axis(row, own) if own else {}
    wide = {f"{name}_{letter}": numbers.get(f"{name}_{letter}") for name in LENGTHS for letter in letters}
    left = [letter for letter in own if letter not in letters]
    if left:
        note = f"along {' and '.join(left)} it has no columns: the first settings have axes {', '.join(letters)}"
        rest["notes"] = "; ".join(filter(None, [row["notes"], note]))
    return {**rest, **wide}
