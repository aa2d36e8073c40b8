"""Constants that take positions out of a map, as a mask of zeros and ones does: what is left of it are boxes, each
among zeros."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from rfcli.readers.tracing.core import Core
from rfcli.readers.tracing.maps import Constant, Layout, Map, axes_in, axis_of
from rfcli.readers.tracing.turned import is_turned, turn, turned_axes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Box = tuple[range, ...]

MOST_BOXES = 8
"""Boxes that are put together; of what is left in more pieces it is told that all of it counts as read."""
MOST = 1 << 20
"""Positions that are looked at."""
VARIED = "a constant leaves out positions of its input, in a pattern that has no layer: they count as read"


def positions(x: Map) -> tuple[list[int], list[int]] | None:
    """The dimensions of a map that are whole axes, and its shape with one entry in all others; None where its positions
    do not lie in dimensions of their own, or are too many."""
    at = [number for number, dim in enumerate(x.dims) if axis_of(dim) is not None or is_turned(dim)]
    shape = [n if number in at else 1 for number, n in enumerate(x.shape)]
    x = turn(x, turned_axes(x))
    known = [n for n in shape if n is not None]
    if not x.local or not at or [axis_of(x.dims[one]) for one in at] != x.axes or len(known) < len(shape):
        return None
    return (at, known) if prod(known) <= MOST else None


def blanked(tracer: Core, name: str, x: Map, at: Sequence[int], kept: Any) -> Map:
    """A map of which only some positions are left: `kept` tells them, an array over the dimensions `at`. Raises
    `Layout` where they are too many pieces."""
    axes = turned_axes(x)
    if axes:
        turned = [is_turned(x.dims[one]) for one in at]
        return turn(_left(tracer, name, turn(x, axes), at, _turned_back(kept.tolist(), turned)), axes)
    return _left(tracer, name, x, at, kept.tolist())


def _turned_back(kept: Any, turned: Sequence[bool]) -> Any:
    """Lists of lists, of which those of some depths are turned round."""
    if not turned:
        return kept
    inside = [_turned_back(one, turned[1:]) for one in kept]
    return inside[::-1] if turned[0] else inside


def _left(tracer: Core, name: str, x: Map, at: Sequence[int], kept: Any) -> Map:
    found = _boxes(kept, len(at))
    if found == [tuple(range(x.shape[one] or 0) for one in at)]:
        return x
    if not found:
        return x.replaced(layer=tracer.draft.add(f"{name}/zeros", "zeros", [x.layer]))
    if len(found) > MOST_BOXES:
        raise Layout(VARIED)
    axes = [one for one in (axis_of(x.dims[dim]) for dim in at) if one is not None]
    parts = []
    for number, box in enumerate(found, 1):
        inner = f"{name}/left_{number}" if len(found) > 1 else f"{name}/left"
        sides = [[one.start, (x.shape[dim] or 0) - one.stop] for one, dim in zip(box, at, strict=True)]
        layer = tracer.draft.add(f"{inner}/crop", "crop", [x.layer], **tracer.along(axes, cropping=sides))
        parts.append(tracer.draft.add(inner, "pad", [layer], **tracer.along(axes, padding=sides)))
    return x.replaced(layer=parts[0] if len(parts) == 1 else tracer.draft.add(f"{name}/left", "add", parts))


def _boxes(kept: Any, rank: int) -> list[Box]:
    """The boxes that lists of lists of truth values are true in."""
    if not rank:
        return [()] if kept else []
    found: list[Box] = []
    start = 0
    for end in range(1, len(kept) + 1):
        if end == len(kept) or kept[end] != kept[start]:
            found += [(range(start, end), *one) for one in _boxes(kept[start], rank - 1)]
            start = end
            if len(found) > MOST_BOXES:
                break
    return found


def has_gaps(operands: Sequence[object], equation: str, has_zeros: Callable[[int], bool]) -> bool:
    """Whether a product of a map and constants leaves out positions: one of these has zeros, in dimensions that are
    positions of the map. The equation has a letter for each dimension of each operand."""
    letters = equation.replace(" ", "").partition("->")[0].split(",")
    rows = list(zip(letters, operands, strict=False))
    places = {letter for row, x in rows if isinstance(x, Map) and x.local and len(row) == len(x.dims)
              for letter, dim in zip(row, x.dims, strict=True) if axes_in(dim)}  # fmt: skip
    return any(isinstance(x, Constant) and places & {*row} and has_zeros(at) for at, (row, x) in enumerate(rows))


def matrices(operands: Sequence[object]) -> str:
    """The equation of a matrix product."""
    ranks = [len(x.shape) if isinstance(x, Map | Constant) else 0 for x in operands]
    first, second = ["".join(map(chr, range(ord("a"), ord("a") + rank))) for rank in ranks]
    joint = first[-1:]
    return f"{first},{second[:-2].upper()}{joint}{second[-1:].upper() if len(second) > 1 else ''}"


def remarked(tracer: Core, name: str, why: str) -> None:
    """Tells of a layer what is not exact, once."""
    told = f"{name}: {why}"
    if told not in tracer.draft.file.remarks:
        tracer.draft.file.remarks.append(told)
