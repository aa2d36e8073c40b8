"""Maps that wait for what is done with them, put in place by layers: those behind one another along an axis become one,
and those that are rolled are moved."""

from __future__ import annotations

from contextlib import suppress

from rfcli.readers.tracing.joined import Joined
from rfcli.readers.tracing.maps import Atom, Constant, Layout, Map, axis_of, is_axis, joined, whole
from rfcli.readers.tracing.tracer import Tracer
from rfcli.readers.tracing.turned import turned_axes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    Made = TypeVar("Made")


def settled(tracer: Tracer, name: str, value: Any) -> Any:
    """A value whose maps lie where they say, or the value itself where they do anyway. Raises `Layout`."""
    if isinstance(value, Joined):
        return _one_map(tracer, name, value)
    if isinstance(value, Map):
        return unrolled(tracer, name, value)
    if isinstance(value, dict):
        entries = {key: settled(tracer, f"{name}/{key}", one) for key, one in value.items()}
        return entries if any(one is not value[key] for key, one in entries.items()) else value
    if isinstance(value, list | tuple):
        row = [settled(tracer, f"{name}/{at}", one) for at, one in enumerate(value, 1)]
        return type(value)(row) if any(one is not old for one, old in zip(row, value, strict=True)) else value
    return value


def again(tracer: Tracer, name: str, given: Any, made: Callable[[Any], Made]) -> Made | None:
    """What an operation makes of what it is given, once layers have put that in place; None where that does not
    help."""
    with suppress(Layout), tracer.attempt():
        found = settled(tracer, name, given)
        return None if found is given else made(found)
    return None


def as_result(tracer: Tracer, result: Any, told: str) -> Any:
    """A result as it leaves the model: of one that is rolled, or turned round, and stays so, no layer makes the places,
    which is `told`."""
    if isinstance(result, Map) and turned_axes(result):
        return tracer.unknown("flip", "flip: an axis is turned round", [result], result.shape)
    if not _is_rolled(result):
        return result
    with suppress(Layout), tracer.attempt():
        result = unrolled(tracer, "roll", result)
    return tracer.unknown("roll", told, [result], result.shape) if _is_rolled(result) else result


def _is_rolled(value: Any) -> bool:
    return isinstance(value, Map) and any(atom.roll for atom in value.atoms)


def unrolled(tracer: Tracer, name: str, x: Map) -> Map:
    """A map whose axes start where they lie: what is rolled is read around the border. Raises `Layout`."""
    dims, padding, cropping = list(x.dims), dict[int, list[int]](), dict[int, list[int]]()
    for at, dim in enumerate(x.dims):
        atom = joined(dim)[0] if is_axis(joined(dim)) else None
        if atom is None or not atom.roll or atom.size is None or not isinstance(atom.role, int):
            continue
        # Entry o is sample o + roll: as many come behind the last, or what is left of all before the first.
        ahead = 2 * atom.roll <= atom.size
        many = atom.roll if ahead else atom.size - atom.roll
        padding[atom.role], cropping[atom.role] = ([0, many], [many, 0]) if ahead else ([many, 0], [0, many])
        dims[at] = whole(atom.role, atom.size)
    if not padding:
        return x
    rows = tracer.along(list(padding), padding=list(padding.values()))
    layer = tracer.draft.add(f"{name}/around", "pad", [x.layer], **rows, padding_mode="circular")
    cut = tracer.along(list(cropping), cropping=list(cropping.values()))
    return x.replaced(dims=tuple(dims), layer=tracer.draft.add(f"{name}/rolled", "crop", [layer], **cut))


def written(
    tracer: Tracer, name: str, x: Map | Constant, other: Map | Constant, at: int, start: int, stop: int
) -> Map | Joined:
    """A tensor with another in place of its entries from one to another along a dimension: one map, if layers can put
    it together. Raises `Layout`."""
    made = tracer.written_at(name, x, other, at, start, stop)
    with suppress(Layout), tracer.attempt():
        found = settled(tracer, name, made)
        return found if isinstance(found, Map) else made
    return made


def interleaved(tracer: Tracer, name: str, x: Map | Constant, other: Map | Constant, at: int, places: range) -> Map:
    """A tensor with another in place of its entries at equal distances along a dimension: these, and what is left of
    it, each where it stands. Raises `Layout`."""
    n, step = x.shape[at], places.step
    if n is None or places != range(places.start % step, n, step):
        raise Layout("every other entry is written")
    params = tracer.trained(*(one for one in (x, other) if isinstance(one, Constant)))
    parts, inner = list[Map](), f"{name}/joined" if params else name
    for phase in range(min(step, n)):
        one = other if phase == places.start else x
        if phase != places.start and isinstance(x, Map):
            one = tracer.cropped(f"{name}/left_{phase}", x, at, phase, n, step)
        if isinstance(one, Map):
            parts.append(tracer.placed(f"{name}/{phase}", one, at, range(phase, n, step), n))
    if not parts:
        raise Layout("a constant is written into another")
    made = tracer.passed(inner, parts[0]) if len(parts) == 1 else tracer.merged(inner, "add", parts)
    return tracer.scaled(name, made, params) if params else made


def _one_map(tracer: Tracer, name: str, x: Joined) -> Map:
    """Maps behind one another along an axis as one: each among zeros, added. Raises `Layout`."""
    parts = [unrolled(tracer, f"{name}/part_{number}", part) for number, part in enumerate(x.parts, 1)]
    axes = {axis_of(part.dims[x.at]) for part in parts if part.dims[x.at]}
    axis = axes.pop() if len(axes) == 1 else None
    if axis is None:
        raise Layout("maps that are joined are brought together")
    made, start, total = list[Map](), 0, sum(x.sizes)
    for number, (part, size) in enumerate(zip(parts, x.sizes, strict=True), 1):
        placed = part.with_dim(x.at, (Atom(axis, size),))
        sides = [(start, total - start - size) if at == x.at else (0, 0) for at in range(x.rank)]
        start += size
        made.append(tracer.padded(f"{name}/place_{number}", placed, sides))
    return tracer.merged(f"{name}/joined", "add", [one.replaced(dims=_plain(one, x.at, axis, total)) for one in made])


def _plain(x: Map, at: int, axis: int, total: int) -> tuple[tuple[Atom, ...], ...]:
    return tuple((Atom(axis, total),) if number == at else dim for number, dim in enumerate(x.dims))
