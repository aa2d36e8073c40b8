"""Maps joined along positions, as the levels of a detector are: what works at every position by itself is done to each
of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from rfcli.readers.tensorflow.calls import Call, Traced, integers
from rfcli.readers.tensorflow.parts import cuts_of
from rfcli.readers.tracing.joined import Joined, Part, joined, place_in, together
from rfcli.readers.tracing.maps import Constant, Layout, Map, axes_in, axis_at
from rfcli.words.tensorflow import MERGES, POINTWISE, SOFTMAXES

JOINING = {"ConcatV2": -1, "Concatenation": None, "Concat": 0}
"""Operation -> the place of the axis among its inputs, None where it is an attribute."""
ENTRYWISE = frozenset((*POINTWISE, *MERGES, "ClipByValue"))
PRODUCTS = frozenset(("MatMul", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3"))
AXES = {"Split": 0, "SplitV": 2}
"""Operation -> the place of the dimension on which it works among its inputs."""
FEATURES = frozenset((*SOFTMAXES, "L2Normalize", "BiasAdd"))
"""Operations on the last dimension."""


def joined_by(call: Call, inputs: Sequence[object]) -> Joined:
    """Maps that a node joins along positions. Raises `Layout`."""
    place = JOINING[call.operation]
    given = list(inputs)
    if place is None:
        axis = call.attributes.get("axis", 0)
    else:
        found = given.pop(place) if given else None
        numbers = integers(found, "axis") if isinstance(found, Constant) else None
        axis = numbers[0] if numbers else None
    if type(axis) is not int:
        raise Layout("it has no axis")
    made = joined(given, axis)
    if len(made.parts) < 2 or not all(axes_in(one.dims[made.at]) for one in made.parts):
        raise Layout("maps are joined along an axis")
    assert made.sizes, "they are known"
    return made


def levels(call: Call, inputs: Sequence[object], made: Callable[[Call], Sequence[Traced]]) -> Sequence[Traced | Joined]:
    """An operation on joined maps, done to each of them. Raises `Layout`."""
    given = [one for one in inputs if isinstance(one, Joined)]
    first = given[0]
    if any((one.at, one.sizes, one.rank) != (first.at, first.sizes, first.rank) for one in given):
        raise Layout("maps that are joined in different ways meet")
    if call.operation in JOINING:
        beside = joined_at(call, inputs, first)
        if beside is not None:
            return [beside]
    at = _place(call, first, inputs)
    rows: list[Sequence[Traced]] = []
    for number in range(len(first.parts)):
        part = Part(number, first.at - first.rank, first.sizes)
        values = [part.of(call.tracer, call.name, one) for one in inputs]
        taken: list[Traced] = [one if isinstance(one, Map | Constant) else None for one in values]
        if call.operation == "Reshape":
            taken[1] = _shape(first, number, integers(taken[1], "shape") or [], at)
        rows.append(made(call.replaced(name=f"{call.name}/{number + 1}", inputs=tuple(taken))))
    return [together([row[column] for row in rows], at) for column in range(min(map(len, rows)))]


def joined_at(call: Call, inputs: Sequence[object], first: Joined) -> Joined | None:
    """More maps along the dimension along which others are; None where they are joined along another one."""
    with suppress(Layout):
        found = joined_by(call, inputs)
        return found if found.at == first.at else None
    return None


def _place(call: Call, x: Joined, inputs: Sequence[object]) -> int:
    """Where what is joined lies in what an operation makes. Raises `Layout`."""
    last = x.at == x.rank - 1
    if call.operation in ENTRYWISE or (call.operation in FEATURES and not last):
        ranks = [len(one.dims) if isinstance(one, Map) else len(one.shape) for one in inputs
                 if isinstance(one, Map | Constant)]  # fmt: skip
        if max(ranks, default=0) <= x.rank:
            return x.at
    if call.operation == "Reshape" and isinstance(inputs[0], Joined) and len(inputs) > 1:
        wanted = _resolved(integers(inputs[1], "shape") if isinstance(inputs[1], Constant) else None, x)
        return place_in(wanted, x.shape, x.at)
    if call.operation in PRODUCTS and not last and isinstance(inputs[0], Joined):
        weight = inputs[1] if len(inputs) > 1 else None
        if isinstance(weight, Constant) and len(weight.shape) == 2 and call.attributes.get("transpose_a") is not True:
            return x.at
    place = _beside(call, x, inputs)
    if place is None:
        raise Layout("maps that are joined are brought together")
    return place


def _beside(call: Call, x: Joined, inputs: Sequence[object]) -> int | None:
    """The same for operations on another dimension than the one along which maps are joined; None for others. Raises
    `Layout`."""

    def named(at: int) -> int | None:
        given = inputs[at] if len(inputs) > at else None
        found = integers(given, "axis") if isinstance(given, Constant) else None
        return axis_at(found[0], x.rank) if found else None

    if call.operation in AXES:
        at = named(AXES[call.operation])
        return None if at is None or at == x.at else x.at
    if call.operation in JOINING and all(isinstance(one, Joined | Constant) for one in inputs):
        where = JOINING[call.operation]
        stated = call.attributes.get("axis", 0)
        at = named(where % len(inputs)) if where is not None else stated if type(stated) is int else None
        plain = sum(isinstance(one, Joined) for one in inputs) == len(inputs) - (where is not None)
        return x.at if plain and at is not None and axis_at(at, x.rank) != x.at else None
    if call.operation == "StridedSlice" and len(inputs) == 4 and isinstance(inputs[0], Joined):
        rows = [integers(one, "limits") or [] for one in inputs[1:] if isinstance(one, Constant)]
        return _sliced(call, x, rows) if len(rows) == 3 else None
    return None


def _sliced(call: Call, x: Joined, rows: Sequence[Sequence[int]]) -> int | None:
    """Where what is joined lies behind a slice of other dimensions; None where it is sliced itself. Raises `Layout`."""
    try:
        parts = list(cuts_of(x.rank, *rows, call.attributes))  # type: ignore[arg-type, call-arg]
    except ValueError as error:
        raise Layout(str(error)) from None
    before, place = 0, 0
    for part in parts:
        if not part.new and before == x.at:
            whole = part.one is None and part.slice.indices(sum(x.sizes)) == (0, sum(x.sizes), 1)
            return place if whole else None
        before += not part.new
        place += part.one is None
    return None


def _resolved(target: Sequence[int] | None, x: Joined) -> list[int]:
    """The sizes of a reshape. Raises `Layout`."""
    total, rest = 1, 1
    for size in x.shape:
        total *= size or 0
    for one in target or ():
        rest *= 1 if one == -1 else one
    if not target or not total or min(target) < -1 or rest < 1 or total % rest or 0 in target:
        raise Layout("maps that are joined are put into another shape")
    return [total // rest if one == -1 else one for one in target]


def _shape(x: Joined, number: int, target: Sequence[int], at: int) -> Constant:
    """The shape of one of joined maps."""
    wanted = _resolved(target, x)
    sizes = [x.sizes[number] if place == at else size for place, size in enumerate(wanted)]
    return Constant((len(sizes),), sizes, ())
