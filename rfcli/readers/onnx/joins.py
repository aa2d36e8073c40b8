"""Maps joined along positions, or along the batch: what operations on each entry, or on the features of a position,
make of each of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from typing import Any

from rfcli.readers.onnx.calls import Call, Traced, integers
from rfcli.readers.tracing.joined import Joined, Part, between, joined, place_in, together
from rfcli.readers.tracing.maps import Constant, Layout, Map, axis_at
from rfcli.readers.tracing.parts import without_dim
from rfcli.words.onnx import MERGES, POINTWISE, REDUCTIONS, SOFTMAXES

ENTRYWISE = frozenset([*POINTWISE, *MERGES, "Clip", "PRelu"])
FEATURES = frozenset(["MatMul", "LayerNormalization", "RMSNormalization", "SimplifiedLayerNormalization", *SOFTMAXES])
"""Operations on the last dimension."""
AT_POSITIONS = frozenset(["Conv", "BatchNormalization"])
"""Operations on the second one."""
SHAPES = frozenset(["Reshape", "Flatten", "Squeeze", "Unsqueeze"])

Result = Traced | Joined
Makes = Callable[[Call], Sequence[Traced]]


def joined_by(call: Call, inputs: Sequence[object]) -> Joined:
    """Maps that a node joins along a dimension. Raises `Layout`."""
    axis = call.attributes.get("axis", 1)
    if type(axis) is not int:
        raise Layout("it has no axis")
    return joined(inputs, axis)


def apart(call: Call, made: Makes) -> Sequence[Result]:
    """An operation on joined maps, done to each of them. Raises `Layout`."""
    taken: tuple[Any, ...] = call.inputs
    given = [one for one in taken if isinstance(one, Joined)]
    first, rank = given[0], given[0].rank
    if call.operation == "Shape":
        return made(call.replaced(inputs=(_as_one(first),)))
    if call.operation == "Concat" and axis_at(call.attributes.get("axis", 1), rank) == first.at:
        return [joined_by(call, call.inputs)]
    cut = _cut(call, first)
    if cut is not None:
        return cut
    if any((one.at - one.rank, one.sizes) != (first.at - rank, first.sizes) for one in given):
        raise Layout("maps that are joined in different ways meet")
    rows: list[Sequence[Traced]] = []
    at = 0
    for number in range(len(first.parts)):
        part = Part(number, first.at - rank, first.sizes)
        at, inputs = _of_part(call, first, part)
        rows.append(made(call.replaced(name=f"{call.name}/{number + 1}", inputs=inputs)))
    return [together([row[column] for row in rows], at) for column in range(min(map(len, rows)))]


def _as_one(x: Joined) -> Map:
    """A map of the shape of all of them."""
    part = x.parts[0]
    dim = part.dims[x.at]
    whole = tuple(atom.replaced(size=sum(x.sizes), origin=None) for atom in dim[:1])
    return part.with_dim(x.at, whole)


def _of_part(call: Call, x: Joined, part: Part) -> tuple[int, tuple[Traced, ...]]:
    """Where one of joined maps lies in what is made of it, and what an operation on it takes. Raises `Layout`."""
    values: Sequence[object] = [part.of(call.tracer, call.name, one) for one in call.inputs]
    inputs = tuple([one if isinstance(one, Map | Constant) else None for one in values])
    operation, rank = call.operation, x.rank
    if operation in ENTRYWISE or _at_positions(call, x):
        ranks = [len(one.dims) if isinstance(one, Map) else len(one.shape) for one in inputs if one is not None]
        widest = max(ranks) if operation in MERGES else rank
        return x.at - rank + widest, inputs
    if operation == "Transpose":
        order = call.attributes.get("perm") or list(range(rank))[::-1]
        return [axis_at(one, rank) for one in order].index(x.at), inputs
    if operation in SHAPES:
        return _reshaped(call, x, part, inputs)
    if operation in REDUCTIONS:
        return _reduced(call, x), inputs
    if operation in ("Gather", "Slice", "Split", "Concat", "Expand", "Cast"):
        if operation in ("Gather", "Expand"):
            raise Layout("maps that are joined are picked from")
        return x.at, inputs
    raise Layout("maps that are joined are brought together")


def _at_positions(call: Call, x: Joined) -> bool:
    """Whether an operation works on the features of each position by itself."""
    if call.operation in FEATURES:
        axis = call.attributes.get("axis", -1)
        other = call.inputs[1] if len(call.inputs) > 1 else None
        last = type(axis) is int and axis_at(axis, x.rank) == x.rank - 1
        return last and x.at < x.rank - 1 and isinstance(call.inputs[0], Joined) and not isinstance(other, Map | Joined)
    if call.operation not in AT_POSITIONS or x.at < 2:
        return x.batch and call.operation in (*AT_POSITIONS, "MaxPool", "AveragePool", "GlobalAveragePool", "Resize")
    weight = call.inputs[1]
    window = [call.attributes.get(key, [one]) for key, one in (("strides", 1), ("dilations", 1), ("pads", 0))]
    single = [set(row) <= {one} for row, one in zip(window, (1, 1, 0), strict=True)]
    kernel = isinstance(weight, Constant) and set(weight.shape[2:]) <= {1}
    return call.operation != "Conv" or (kernel and all(single))


def _reshaped(call: Call, x: Joined, part: Part, inputs: tuple[Traced, ...]) -> tuple[int, tuple[Traced, ...]]:
    """Another shape of one of joined maps. Raises `Layout`."""
    shape, n = x.shape, x.sizes[part.number]
    if call.operation in ("Squeeze", "Unsqueeze"):
        named: Any = call.inputs[1] if len(call.inputs) > 1 else call.attributes.get("axes")
        axes = integers(named, "axes") if isinstance(named, Constant) else named
        if not axes:
            raise Layout("maps that are joined are put into another shape")
        if call.operation == "Unsqueeze":
            rank = x.rank + len(axes)
            new = {axis_at(one, rank) for one in axes}
            return [at for at in range(rank) if at not in new][x.at], inputs
        gone = {axis_at(one, x.rank) for one in axes}
        return x.at - sum(at < x.at for at in gone), inputs
    target = integers(call.inputs[1], "sizes") if call.operation == "Reshape" else None
    if target is None or None in shape:
        raise Layout("maps that are joined are put into another shape")
    wanted = [shape[at] if one == 0 and at < len(shape) else one for at, one in enumerate(target)]
    total, rest = 1, 1
    for size in shape:
        total *= size or 1
    for one in wanted:
        rest *= 1 if one == -1 else one or 1
    wanted = [total // rest if one == -1 else one for one in wanted]
    at = place_in(wanted, shape, x.at)
    sizes = [n if place == at else size for place, size in enumerate(wanted)]
    return at, (inputs[0], Constant((len(sizes),), [*sizes], ()))


def _reduced(call: Call, x: Joined) -> int:
    """Where joined maps lie behind a reduction over other dimensions. Raises `Layout`."""
    named: Any = call.inputs[1] if len(call.inputs) > 1 else call.attributes.get("axes")
    axes = integers(named, "axes") if isinstance(named, Constant) else named
    gone = {axis_at(one, x.rank) for one in axes or ()}
    if not gone or x.at in gone:
        raise Layout("maps that are joined are brought together")
    return x.at if call.attributes.get("keepdims", 1) else x.at - sum(at < x.at for at in gone)


def _cut(call: Call, x: Joined) -> Sequence[Result] | None:
    """Parts of joined maps along the dimension along which they are; None for any other operation. Raises `Layout`."""
    total = sum(x.sizes)
    if call.operation == "Split" and axis_at(call.attributes.get("axis", 0), x.rank) == x.at:
        given = call.inputs[1] if len(call.inputs) > 1 else None
        each = integers(given, "sizes") if given is not None else call.attributes.get("split")
        each = each or [total // call.outputs] * call.outputs
        edges = [0, *accumulate(each)]
        return [between(call.tracer, f"{call.name}/{at}", x, a, b) for at, (a, b) in enumerate(pairwise(edges), 1)]
    if call.operation == "Gather" and axis_at(call.attributes.get("axis", 0), x.rank) == x.at:
        numbers = integers(call.inputs[1], "indices")
        if not isinstance(call.inputs[1], Constant) or call.inputs[1].shape or not numbers:
            raise Layout("maps that are joined are picked from")
        found = between(call.tracer, call.name, x, numbers[0] % total, numbers[0] % total + 1)
        return [without_dim(found, x.at) if isinstance(found, Map | Constant) else found]
    if call.operation != "Slice":
        return None
    starts, ends, axes, steps = (
        integers(call.inputs[at], "limits") if at < len(call.inputs) else None for at in (1, 2, 3, 4)
    )
    if not starts or not ends or [axis_at(one, x.rank) for one in axes or ()] != [x.at]:
        if axes is None or x.at in {axis_at(one, x.rank) for one in axes}:
            raise Layout("maps that are joined are cut")
        return None
    first, last, step = slice(starts[0], ends[0], (steps or [1])[0]).indices(total)
    if step != 1 or last <= first:
        raise Layout("maps that are joined are cut")
    return [between(call.tracer, call.name, x, first, last)]
