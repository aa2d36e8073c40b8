"""Tensors of zeros that are filled part by part, as cost volumes are: what is written, and where."""

from collections.abc import Sequence
from itertools import pairwise

from rfcli.readers.torch.nodes import Argument
from rfcli.readers.tracing.maps import Constant, Layout, Map, axis_at, axis_of, size_of, with_ones, without
from rfcli.readers.tracing.tracer import Tracer
from rfcli.values import Value

SCATTERS = {"select_scatter", "slice_scatter"}
FILLING = {*SCATTERS, "select", "slice", "copy"}
"""Operations that write parts of a tensor, and those that name the parts before."""

MOST = 1 << 16
"""Entries that are looked at one by one."""


class Part(Value):
    """A map that is written, and the entries of each dimension that it fills."""

    box: tuple[range, ...]
    made: Map


class Filled(Value):
    """A tensor of zeros but for its parts, none of which lies over another."""

    shape: tuple[int, ...]
    parts: tuple[Part, ...] = ()

    def cut(self, at: int, taken: range, alone: bool) -> "Filled":
        """Some entries of a dimension; of one `alone` without it. Raises `Layout` where part of a part is cut."""
        parts = []
        for part in self.parts:
            inside = _inside(part.box[at], taken)
            if inside is None:
                continue
            box, made = (*part.box[:at], inside, *part.box[at + 1 :]), part.made
            if alone:
                box, made = (*box[:at], *box[at + 1 :]), made.replaced(dims=without(made.dims, [at]))
            parts.append(Part(box, made))
        return Filled(_shape(self.shape, at, len(taken), alone), tuple(parts))

    def with_part(self, at: int, places: range, source: "Filled", alone: bool) -> "Filled":
        """The same with other entries along a dimension; those of one `alone` are given without it."""
        kept = [part for part in self.parts if _inside(part.box[at], places) is None]
        for part in source.parts:
            box, made = part.box, part.made
            if alone:
                box, made = (*box[:at], range(1), *box[at:]), made.replaced(dims=with_ones(made.dims, [at]))
            own = places[box[at].start : box[at].stop : box[at].step]
            kept.append(Part((*box[:at], own, *box[at + 1 :]), made))
        return self.replaced(parts=tuple(kept))


def _inside(part: range, taken: range) -> range | None:
    """The entries of a part among some that are taken, counted in these; None where it has none of them. Raises
    `Layout` where it has others, too."""
    if len(part) > MOST:
        raise Layout("what is written is too large")
    met = [one for one in part if one in taken]
    if not met:
        return None
    if len(met) < len(part):
        raise Layout("part of what was written is taken")
    step = part.step // taken.step if len(part) > 1 else 1
    return range(taken.index(met[0]), taken.index(met[-1]) + 1, step)


def filled(value: Argument, shape: Sequence[int]) -> Filled:
    """A value as a tensor that is filled. Raises `Layout`."""
    if isinstance(value, Filled):
        return value
    if isinstance(value, Constant):
        return Filled(value.shape)
    if not isinstance(value, Map) or tuple(value.shape) != tuple(shape):
        raise Layout("what is written has another shape")
    return Filled(tuple(shape), (Part(tuple(range(n) for n in shape), value),))


def written(operation: str, arguments: dict[str, Argument], shape: tuple[int, ...]) -> Filled | Map:
    """What a write makes, or what a part that is named holds. Raises `Layout`."""
    base, source = arguments.get("self", arguments.get("input")), arguments.get("src")
    if operation == "copy":
        return source if isinstance(source, Map) and tuple(source.shape) == shape else filled(source, shape)
    if not isinstance(base, Filled | Constant):
        raise Layout("a part of a map is written")
    whole = filled(base, ())
    at = axis_at(_integer(arguments.get("dim", 0)), len(whole.shape))
    n, alone = whole.shape[at], operation.startswith("select")
    if alone:
        start = _integer(arguments.get("index", 0)) % n
        places = range(start, start + 1)
    else:
        places = range(*slice(arguments.get("start"), arguments.get("end"), arguments.get("step", 1)).indices(n))
        if not places or places.step < 1:
            raise Layout("nothing is written")
    if operation not in SCATTERS:
        return whole.cut(at, places, alone)
    part = _shape(whole.shape, at, len(places), alone)
    return whole.with_part(at, places, filled(source, part), alone)


def _shape(shape: tuple[int, ...], at: int, count: int, alone: bool) -> tuple[int, ...]:
    """The shape of so many entries of a dimension; of one `alone` it is without that."""
    return (*shape[:at], *(() if alone else (count,)), *shape[at + 1 :])


def _integer(value: Argument) -> int:
    if type(value) is not int:
        raise Layout("where it writes is not known")
    return value


def finished(tracer: Tracer, name: str, whole: Filled) -> Map | Constant:
    """The tensor as layers: maps put where they stand along axes, and behind one another. Raises `Layout`."""
    rank = len(whole.shape)
    if not whole.parts:
        return Constant(whole.shape, None, ())
    laid = [any(axis_of(part.made.dims[at]) is not None for part in whole.parts) for at in range(rank)]
    parts = []
    for number, part in enumerate(whole.parts, 1):
        inner, made, box = f"{name}/part_{number}", part.made, list(part.box)
        for at, (places, n) in enumerate(zip(part.box, whole.shape, strict=True)):
            if laid[at] and places.step > 1:
                made, box[at] = tracer.placed(f"{inner}/{at}", made, at, places, n), range(n)
        ends = [(one.start, n - one.stop) for one, n in zip(box, whole.shape, strict=True)]
        sides = [both if on else (0, 0) for both, on in zip(ends, laid, strict=True)]
        parts.append(Part(part.box, tracer.padded(inner, made, sides) if any(map(any, sides)) else made))
    return _behind(tracer, name, parts, [at for at in range(rank) if not laid[at]], whole.shape)


def _behind(tracer: Tracer, name: str, parts: Sequence[Part], dims: Sequence[int], shape: Sequence[int]) -> Map:
    """Parts behind one another along some dimensions; those at one place are added. Raises `Layout`."""
    if not dims:
        maps = [part.made for part in parts]
        return maps[0] if len(maps) == 1 else tracer.merged(f"{name}/add", "add", maps)
    *others, at = dims
    groups: dict[range, list[Part]] = {}
    for part in parts:
        groups.setdefault(part.box[at], []).append(part)
    ranges = sorted(groups, key=lambda one: one.start)
    if any(second.start < first.stop for first, second in pairwise(ranges)) or any(one.step > 1 for one in ranges):
        raise Layout("what is written lies over other parts")
    made = []
    for number, here in enumerate(ranges, 1):
        one = _behind(tracer, f"{name}/{number}", groups[here], others, shape)
        before = here.start - (ranges[number - 2].stop if number > 1 else 0)
        after = shape[at] - here.stop if number == len(ranges) else 0
        if before or after:
            sides = [(before, after) if at == along else (0, 0) for along in range(len(shape))]
            one = tracer.padded(f"{name}/{number}/zeros", one, sides)
        made.append(one)
    if len(made) == 1:
        return made[0]
    if size_of(made[0].dims[at]) is None:
        raise Layout("parts of unknown size are written")
    return tracer.joined(name, made, at)
