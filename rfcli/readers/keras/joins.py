"""Maps joined along positions, as the levels of a detector are: what works at every position by itself is done to each
of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rfcli.readers.keras.calls import Argument, Call
from rfcli.readers.tracing.joined import Joined, Part, joined, place_in, together
from rfcli.readers.tracing.maps import Dim, Layout, Map, Size, axes_in, axis_at
from rfcli.words.keras import MERGES, POINTWISE, SOFTMAXES

CONCATENATED = ("Concatenate", "concat", "compat.v1.concat")
ENTRYWISE = frozenset((
    *POINTWISE, *MERGES, "ReLU", "LeakyReLU", "ELU", "Dropout", "SpatialDropout1D", "GaussianDropout", "GaussianNoise",
    "AlphaDropout",
))  # fmt: skip
FEATURES = frozenset(("Dense", "Activation", "BatchNormalization", "LayerNormalization", *SOFTMAXES))
"""Classes that work on the last dimension, unless they state another one."""


def joined_by(call: Call) -> Joined:
    """Maps that a call joins along positions. Raises `Layout`."""
    if call.kind not in CONCATENATED or len(call.tensors) < 2:
        raise Layout("maps are joined along an axis")
    first = call.tensors[0]
    rank = first.rank if isinstance(first, Joined) else len(first.dims) if isinstance(first, Map) else 0
    made = joined(call.tensors, axis_at(_axis(call, rank), rank))
    if not all(axes_in(one.dims[made.at]) for one in made.parts) or not made.sizes:
        raise Layout("maps are joined along an axis")
    return made


def _axis(call: Call, rank: int) -> int:
    """The dimension that a call names. Raises `Layout`."""
    axis: Argument = call.get("axis", 1, -1)
    if isinstance(axis, list) and len(axis) == 1:
        axis = axis[0]
    if type(axis) is not int or not rank:
        raise Layout("it has no axis")
    return axis_at(axis, rank)


def apart(call: Call, made: Callable[[Call], Sequence[object]]) -> list[Joined]:
    """An operation on joined maps, done to each of them. Raises `Layout`."""
    given = [one for one in call.tensors if isinstance(one, Joined)]
    first = given[0]
    if call.kind in CONCATENATED and _axis(call, first.rank) == first.at:
        return [joined_by(call)]
    if any((one.at, one.sizes, one.rank) != (first.at, first.sizes, first.rank) for one in given):
        raise Layout("maps that are joined in different ways meet")
    if call.kind == "Reshape":
        return [_reshaped(call, first)]
    if not _works_at_positions(call, first, len(given)):
        raise Layout("maps that are joined are brought together")
    rows = []
    for number in range(len(first.parts)):
        part = Part(number, first.at - first.rank, first.sizes)
        rows.append(made(_of_part(call, part, f"{call.name}/{number + 1}")))
    return [together([row[column] for row in rows], first.at) for column in range(min(map(len, rows)))]


def _works_at_positions(call: Call, x: Joined, count: int) -> bool:
    """Whether an operation is done at each position along which maps are joined by itself."""
    if call.kind in ENTRYWISE or call.kind in CONCATENATED:
        return count == len(call.tensors)
    stated = call.config.find("axis")
    last = x.at < x.rank - 1 and (stated is None or _axis(call, x.rank) == x.rank - 1)
    return call.kind in FEATURES and last and count == len(call.tensors) == 1


def _of_part(call: Call, part: Part, name: str) -> Call:
    """A call with one of joined maps in place of all."""

    def one_of(tree: Argument) -> Argument:
        if type(tree) is list:
            return [one_of(one) for one in tree]
        if type(tree) is dict:
            return {key: one_of(one) for key, one in tree.items()}
        return part.of(call.tracer, name, tree)

    args, kwargs = tuple(one_of(one) for one in call.args), one_of(call.kwargs)
    return call.replaced(name=name, args=args, kwargs=kwargs, stated={})


def in_parts(call: Call) -> Call:
    """A call with all of joined maps in place of these."""
    tensors = [part for one in call.tensors for part in (one.parts if isinstance(one, Joined) else (one,))]
    return call.replaced(args=(tensors,), kwargs={})


def _reshaped(call: Call, x: Joined) -> Joined:
    """Another shape of each of joined maps. Raises `Layout`."""
    target = call.config.listed("target_shape", -1)
    total, rest = 1, 1
    for size in x.shape[1:]:
        total *= size or 0
    for one in target:
        rest *= 1 if one == -1 else one
    if not total or rest < 1 or target.count(-1) > 1 or total % rest or x.at == 0:
        raise Layout("maps that are joined are put into another shape")
    wanted = [1, *(total // rest if one == -1 else one for one in target)]
    at = place_in(wanted, [1, *x.shape[1:]], x.at)
    parts = []
    for number, (part, size) in enumerate(zip(x.parts, x.sizes, strict=True), 1):
        shape: list[Size | Dim] = [
            part.dims[0],
            *(size if place == at else n for place, n in enumerate(wanted) if place),
        ]
        parts.append(call.tracer.shaped(f"{call.name}/{number}", part, shape))
    return together(parts, at)
