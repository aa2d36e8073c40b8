"""Maps merged: entry by entry, or behind one another."""

from rfcli.readers.keras.binding import argument, dimensions, function, layer_class
from rfcli.readers.keras.calls import Argument, Call, Constant, Traced
from rfcli.readers.keras.functions import dimension_of, extents, holds_map, known_integer
from rfcli.readers.keras.maps import raised
from rfcli.readers.tracing.joined import Joined
from rfcli.readers.tracing.joined import joined as along
from rfcli.readers.tracing.maps import Layout, Map, Size, axis_at, with_ones
from rfcli.words.keras import MERGES, OPERATORS


@layer_class(*MERGES)
def merge(call: Call, x: Map) -> Map:
    maps = call.maps
    if len(maps) != len(call.values):
        raise Layout("it merges what does not depend on an input")
    if len(maps) == 1:
        return call.tracer.passed(call.name, x)
    rank = max(len(one.dims) for one in maps)
    return call.tracer.merged(call.name, MERGES.read(call.kind), [raised(one, rank) for one in maps])


@function(*OPERATORS)
def operator(call: Call) -> Traced:
    """Of constants, arithmetic on sizes is not followed."""
    maps = call.maps
    if not maps:
        return Constant(None)
    rank = max(len(x.dims) for x in maps)
    largest = next(x for x in maps if len(x.dims) == rank)
    for constant in _constants(call):
        repeated_along(largest, extents(constant))
    if len(maps) == 1:
        return call.tracer.passed(call.name, maps[0])
    return call.tracer.merged(call.name, OPERATORS.read(call.kind), maps)


def repeated_along(x: Map, sizes: list[Size] | None) -> None:
    """Raises `Layout` where a map is repeated along a constant of a shape, or where that is not known."""
    rank = len(x.dims)
    if sizes is None or len(sizes) > rank:
        raise Layout("a constant of unknown shape")
    own = x.shape[rank - len(sizes) :]
    if any(size != 1 and have == 1 for size, have in zip(sizes, own, strict=True)):
        raise Layout("a map is repeated along a constant")


def _constants(call: Call) -> list[Argument]:
    """Arguments of an operator that are tensors, and no maps."""
    tensors = [one for arg in call.args for one in (arg if holds_map(arg) else [arg])]
    named = [call.kwargs.get(key) for key in ("y", "x1", "x2", "x")]
    return [one for one in (*tensors, *named) if isinstance(one, Constant | list) and not holds_map(one)]


@layer_class("Concatenate")
def concatenate(call: Call, x: Map, *, axis: list[int] = dimensions(least=1)) -> Map:
    if len(call.maps) < len(call.values):
        raise Layout("it joins tensors of different ranks")
    return call.tracer.joined(call.name, call.maps, axis[0])


@function("Concatenate", "concat", "compat.v1.concat")
def concat(call: Call, x: Map, *, axis: Argument = argument(1, -1)) -> Map:
    if len(call.maps) < len(call.values) or any(len(one.dims) != len(x.dims) for one in call.maps):
        raise Layout("it joins tensors of different ranks, or constants")
    return call.tracer.joined(call.name, call.maps, dimension_of(axis, x))


@function("Hstack", "Append")
def behind(call: Call, x: Map, *, axis: Argument = argument(2)) -> Map | Joined:
    """Tensors behind one another, along positions as well."""
    if (
        len(call.maps) < 2
        or len(call.maps) < len(call.values)
        or any(len(one.dims) != len(x.dims) for one in call.maps)
    ):
        raise Layout("it joins tensors of different ranks, or constants")
    if call.kind == "Append" and axis is None:
        raise Layout("it joins what is laid flat")
    at = 1 if call.kind == "Hstack" else dimension_of(axis, x)
    try:
        with call.tracer.attempt():
            return call.tracer.joined(call.name, call.maps, at)
    except Layout:
        return along(call.maps, at)


@function("Stack", "stack")
def stack(call: Call, x: Map, *, axis: Argument = argument(1, 0)) -> Map:
    """Tensors of one shape beside each other, in a new dimension."""
    if len(call.maps) < len(call.values) or any(len(one.dims) != len(x.dims) for one in call.maps):
        raise Layout("it joins tensors of different ranks, or constants")
    at = axis_at(known_integer(axis, "axis"), len(x.dims) + 1, "dimension")
    return call.tracer.joined(call.name, [one.replaced(dims=with_ones(one.dims, [at])) for one in call.maps], at)


@layer_class("Dot")
def dot(call: Call, first: Map, second: Map) -> Map:
    """The product of two vectors of features."""
    first, second = (call.tracer.featured(f"{call.name}/{at}", one) for at, one in enumerate((first, second), 1))
    if first.axes or second.axes or len(first.dims) != 2 or len(second.dims) != 2 or len(call.maps) != 2:
        raise Layout("it multiplies maps")
    both = call.tracer.merged(f"{call.name}/product", "multiply", [first, second])
    return call.tracer.rechannelled(call.name, both, 1, (first.dims[0], ()))


@function("Dot")
def dot_function(call: Call) -> Map:
    """Sums over the last dimension of one and the last but one of the other, the batch among them."""
    raise Layout("it multiplies positions of all images")
