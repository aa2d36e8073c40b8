"""A table for people, with the reasons for what is missing below it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from rfcli.diagnostics import printable
from rfcli.render.columns import COLUMNS, NETWORK, TABLE, grid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.render.view import Style, View

MAX_NOTES = 8
"""Different notes below a table; the data formats have all."""

_OPTIONAL = ("center", "type", "output_size", "padding")
"""Columns that a narrow terminal goes without, first to last."""


def render(views: Sequence[View], style: Style) -> Iterator[str]:
    """The table of all views, then the notes."""
    from tabulate import tabulate

    names = list(style.columns or TABLE)
    header, rows = grid(views, names, style.several, exact=True)
    hidden: list[str] = []
    if style.width is not None:
        for name in _OPTIONAL:
            if style.columns or _width(header, rows) <= style.width:
                break
            if name in header:
                _drop(header, rows, header.index(name))
                names.remove(name)
                hidden.append(name)
        _shorten(header, rows, style.width)
    align = ["left" if name == NETWORK or COLUMNS[name].text else "right" for name in header]
    text = tabulate(rows, header, tablefmt="simple", disable_numparse=True, colalign=align if rows else None)
    lines = [line.rstrip() for line in text.splitlines()]
    if style.color and lines:
        lines[0] = f"\x1b[1m{lines[0]}\x1b[0m"
    yield "\n".join(lines) + "\n"
    notes = _notes(views, names, style)
    if hidden:
        notes.append(f"this terminal is too narrow for {', '.join(hidden)}: widen it, or choose with --columns")
    for note in notes:
        wrapped = textwrap.wrap(
            printable(note), style.width or 80, initial_indent="- ", subsequent_indent="  ",
            break_on_hyphens=False, break_long_words=style.width is not None,
        )  # fmt: skip
        yield ("\n" if note is notes[0] else "") + "".join(
            f"\x1b[2m{line}\x1b[0m\n" if style.color else line + "\n" for line in wrapped
        )


def _width(header: list[str], rows: list[list[str]]) -> int:
    """Width of the table; tabulate makes a column two wider than its header."""
    columns = zip(header, *rows, strict=True)
    return sum(max(len(column[0]) + 2, *map(len, column)) for column in columns) + 2 * (len(header) - 1)


def _drop(header: list[str], rows: list[list[str]], at: int) -> None:
    for row in (header, *rows):
        del row[at]


def _shorten(header: list[str], rows: list[list[str]], width: int) -> None:
    """Cuts names in the middle so that the table fits; at least 12 characters are left of each."""
    over = _width(header, rows) - width
    if over <= 0 or "layer" not in header:
        return
    at = header.index("layer")
    longest = max(len(row[at]) for row in (header, *rows))
    most = max(longest - over, 12)
    for row in rows:
        if len(row[at]) > most:
            head = (most - 3) // 2
            row[at] = f"{row[at][:head]}...{row[at][len(row[at]) - (most - 3 - head) :]}"


def _notes(views: Sequence[View], names: Sequence[str], style: Style) -> list[str]:
    """The layers' notes, equal ones together, as far as they speak of what is shown."""
    shown: dict[str, list[str]] = {}
    costs = {"channels", "params", "macs", "flops"} & set(names)
    for view in views:
        prefix = f"{view.report.name} " if style.several else ""
        for layer in view.layers:
            for note in layer.receptive_field.notes if layer.receptive_field is not None else ():
                about = note.partition(":")[0]
                if about in ("channels", "params", "macs", "flops") and not costs:
                    continue
                shown.setdefault(note, []).append(prefix + layer.name)
    found = []
    for note, layers in list(shown.items())[:MAX_NOTES]:
        more = f" and {len(layers) - 1} more" if len(layers) > 1 else ""
        found.append(f"{layers[0]}{more}: {note}")
    if len(shown) > MAX_NOTES:
        found.append(f"{len(shown) - MAX_NOTES} more notes; -f json has all")
    return found
