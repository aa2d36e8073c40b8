"""What layers see beside their local field, the whole map or all of it on one side: marked in tables, told below."""

from __future__ import annotations

from rfcli.geometry.axes import axis_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rfcli.engine.report import ReceptiveField

MARK = "*"
"""Stands behind the size of a layer that also sees more than its local field."""

MOST_NAMED = 3
"""Layers that are named."""


def also_global(field: ReceptiveField | None) -> bool:
    """Whether more than the local field is seen, which then is only a part of what is seen."""
    return field is not None and field.globally and any(size is not None for size in field.size)


def marked(text: str, field: ReceptiveField | None) -> str:
    """A size as people read it, with the mark where it is not all that is seen."""
    return text + MARK if also_global(field) else text


def beside(field: ReceptiveField) -> str:
    """What is seen beside the local field."""
    sides = set(field.unbounded)
    if sides == {"before"} or sides == {"after"}:
        return f"everything {sides.pop()} its region"
    if None not in sides and len(sides) == 1:
        return "the whole map"
    letters = zip(axis_names(len(field.unbounded)), field.unbounded, strict=True)
    along = [f"{'everything' if side == 'both' else f'all {side} it'} along {axis}" for axis, side in letters if side]
    return " and ".join(along)


def remark(field: ReceptiveField) -> str:
    """What is said of one layer that sees more than its local field; else nothing."""
    return f"every output also sees {beside(field)}, through {named(field.through)}" if field.globally else ""


def notes(layers: Iterable[tuple[str, ReceptiveField | None]]) -> list[str]:
    """What the mark means for these layers, those together that see alike."""
    alike: dict[str, list[str]] = {}
    through: dict[str, dict[str, None]] = {}
    for name, field in layers:
        if field is not None and also_global(field):
            what = beside(field)
            alike.setdefault(what, []).append(name)
            through.setdefault(what, {}).update(dict.fromkeys(field.through))
    return [
        f"{MARK} {names[0]}{_more(names, 1)} also {'sees' if len(names) == 1 else 'see'} {what}, "
        f"through {named(list(through[what]))}"
        for what, names in alike.items()
    ]


def networks(layers: Iterable[tuple[str, ReceptiveField | None]]) -> list[str]:
    """What the mark means behind the sizes of these networks, whose layers are not named."""
    found = [(name, beside(field)) for name, field in layers if field is not None and also_global(field)]
    if not found:
        return []
    names = [f"'{name}'" for name, _ in found]
    whole = found[0][1] if len({what for _, what in found}) == 1 else "more than the region of that size"
    listed = ", ".join(names[:MOST_NAMED]) + _more(names, MOST_NAMED)
    verb = "sees" if len(names) == 1 else "see"
    return [f"{MARK} {listed} also {verb} {whole}: 'rf explain' says through which layers"]


def named(layers: Sequence[str]) -> str:
    """A few layers by name, of many the first and how many more there are."""
    most = MOST_NAMED if len(layers) <= MOST_NAMED else 1
    return ", ".join(f"'{name}'" for name in layers[:most]) + _more(layers, most)


def _more(names: Sequence[str], shown: int) -> str:
    return f" and {len(names) - shown} more" if len(names) > shown else ""
