"""Suggestions: what `rf suggest` prints."""

from __future__ import annotations

from rfcli.engine.plain import number
from rfcli.geometry.axes import times
from rfcli.render import records
from rfcli.render.answer import Text
from rfcli.render.below import scaled
from rfcli.render.columns import Column
from rfcli.render.grid import wrapped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfcli.render.answer import Answer
    from rfcli.render.view import Style
    from rfcli.suggest.suggestions import Suggestion, Suggestions
    from rfcli.suggest.trial import Numbers

MOST_LINES = 12
"""Lines of a diff that are shown."""


def render(found: Suggestions, format: str, style: Style) -> Answer:
    """All suggestions, numbered from 1 as `--write` takes them."""
    if format == "table":
        return Text("".join(_text(found, style)))
    rows = list(enumerate(found.suggestions, 1))
    return records.render(format, rows, _COLUMNS, data(found), style)


def data(found: Suggestions) -> dict[str, object]:
    """The suggestions as JSON has them."""
    made: dict[str, object] = {
        "network": found.network, "layer": found.layer, "now": _numbers(found.now),
        "suggestions": [_record(one, found.layer) for one in found.suggestions],
    }  # fmt: skip
    if found.nearest is not None:
        made["nearest"] = _record(found.nearest, found.layer)
    if found.notes:
        made["notes"] = list(found.notes)
    return made


def _numbers(now: Numbers) -> dict[str, object]:
    return {name: number(getattr(now, name)) for name in ("size", "stride", "output_size", "params", "flops")}


def _record(one: Suggestion, layer: str) -> dict[str, object]:
    edits = [{"layer": edit.layer, "key": edit.key, "from": edit.before, "to": edit.after} for edit in one.edits]
    numbers = {
        name: number(getattr(one, name))
        for name in ("size", "stride", "output_size", "params", "flops", "coverage", "effective_size")
    }
    other = {} if one.layer == layer else {"layer": one.layer}
    return {"change": one.change, "moves": list(one.moves), **other, "edits": edits, **numbers}


def _text(found: Suggestions, style: Style) -> Iterator[str]:
    """A paragraph for each, with the lines that change."""
    yield from _lines(f"{found.network}: {_said(found.now, found.layer)}", style)
    for note in found.notes:
        yield from _lines(note, style)
    for at, one in enumerate(found.suggestions, 1):
        yield "\n"
        yield from _told(f"{at}. ", one, style)
    if found.nearest is not None:
        yield "\nnothing does what is asked; this comes nearest:\n\n"
        yield from _told("", found.nearest, style)


def _told(head: str, one: Suggestion, style: Style) -> Iterator[str]:
    yield from _lines(f"{head}{one.change}", style)
    said = _said(one, one.layer)
    if None not in one.effective_size:
        said += f"; effective {_short(one.effective_size)}"
    if any(share is not None and share < 1 for share in one.coverage):
        said += f", {min(share for share in one.coverage if share is not None):.0%} of it read"
    yield from (f"   {line}\n" for line in wrapped(said, None if style.width is None else style.width - 3))
    shown = one.diff.splitlines()
    for line in shown[:MOST_LINES]:
        color = {"+": "32", "-": "31"}.get(line[:1]) if style.color else None
        yield f"   {line}\n" if color is None else f"   \x1b[{color}m{line}\x1b[0m\n"
    if len(shown) > MOST_LINES:
        yield f"   ... {len(shown) - MOST_LINES} lines more\n"


def _lines(text: str, style: Style) -> Iterator[str]:
    yield from (f"{line}\n" for line in wrapped(text, style.width))


def _said(one: Numbers | Suggestion, layer: str) -> str:
    """The numbers of a network as a sentence."""
    parts = [f"{layer} sees {_short(one.size)}", f"stride {_short(one.stride)}", f"output {_short(one.output_size)}"]
    if one.params is not None:
        parts.append(f"{one.params:,} parameters")
    if one.flops is not None:
        parts.append(f"{scaled(one.flops)} flops")
    return ", ".join(parts)


def _short(sizes: tuple[object, ...]) -> str:
    return times(sizes[:1] if len(set(map(str, sizes))) == 1 else sizes)


_COLUMNS = (
    Column("number", "number, as --write takes it", lambda row: row[0]),
    Column("change", "what is changed", lambda row: row[1].change, text=True),
    *(
        Column(name, name, lambda row, name=name: getattr(row[1], name))
        for name in ("size", "stride", "output_size", "params", "flops", "coverage", "effective_size")
    ),
)
