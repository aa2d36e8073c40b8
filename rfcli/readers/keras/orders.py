"""Entries of a dimension in other places: turned round, rolled, sorted, picked by number; and running sums."""

from rfcli.readers.keras.binding import argument, function
from rfcli.readers.keras.calls import Argument, Call
from rfcli.readers.keras.functions import dimension_of, dimensions_of, known, known_integer, known_integers
from rfcli.readers.tracing.arguments import mapped
from rfcli.readers.tracing.maps import Constant, Layout, Map, size_of
from rfcli.readers.tracing.orders import quarter_turned, rolled
from rfcli.readers.tracing.recurrent import swept
from rfcli.readers.tracing.tables import picked

MOST_INDICES = 1 << 12
"""Entries that are picked one by one."""


@function("Flip")
def flip(call: Call, x: Map, *, axis: Argument = argument(1)) -> Map:
    """Channels in reverse; axes are turned round, which is no layer."""
    at = [*range(1, len(x.dims))] if axis is None else dimensions_of(axis, len(x.dims))
    return call.tracer.flipped(call.name, x, at)


@function("Rot90")
def quarter_turns(call: Call, x: Map, *, k: Argument = argument(1, 1), axes: Argument = argument(2)) -> Map:
    first, second = dimensions_of([0, 1] if axes is None else axes, len(x.dims))
    return quarter_turned(call.tracer, call.name, x, (first, second), known_integer(k, "turns"))


@function("Roll")
def roll(call: Call, x: Map, *, shift: Argument = argument(1), axis: Argument = argument(2)) -> Map:
    if axis is None:
        raise Layout("it is rolled as if it were flat")
    at, by = dimensions_of(axis, len(x.dims)), known_integers(shift, "shift")
    if len(at) != len(by):
        raise Layout("an axis is rolled")
    for one, places in zip(at, by, strict=True):
        x = rolled(call.tracer, call.name, x, one, -places)
    return x


@function("Sort", "Argsort")
def sort(call: Call, x: Map, *, axis: Argument = argument(1, -1)) -> Map:
    """Each entry depends on all of the dimension."""
    if call.config.find("axis") is None and "axis" in call.config.node.value:
        raise Layout("it is sorted as if it were flat")
    at = dimension_of(axis, x)
    return call.tracer.sorted(call.name, x, at, x.shape[at])


@function("TopK")
def largest(call: Call, x: Map, *, k: Argument = argument(1)) -> list[Map]:
    """The largest entries of the last dimension, and their places."""
    made = call.tracer.sorted(call.name, x, len(x.dims) - 1, known_integer(k, "number"))
    return [made, made]


@function("Cumsum", "Cumprod", "math.cumsum", "math.cumprod")
def cumulative(
    call: Call, x: Map, *, axis: Argument = argument(1), exclusive: Argument = argument(2),
    reverse: Argument = argument(3),
) -> Map:  # fmt: skip
    if exclusive:
        raise Layout("it sums what lies strictly before")
    if axis is None:
        raise Layout("it sums what is laid flat")
    return swept(call.tracer, call.name, x, dimension_of(axis, x), bool(reverse))


@function("Diff")
def differences(call: Call, x: Map, *, n: Argument = argument(1, 1), axis: Argument = argument(2, -1)) -> Map:
    """Each entry less the one before, so many times."""
    at, times = dimension_of(axis, x), known_integer(n, "number")
    for number in range(1, times + 1):
        size = size_of(x.dims[at])
        if size is None or size < 2 or times > MOST_TIMES:
            raise Layout("nothing is left")
        name = call.name if number == times else f"{call.name}/{number}"
        ends = (("after", 1, size), ("before", 0, size - 1))
        sides = [call.tracer.cropped(f"{name}/{word}", x, at, first, end, 1) for word, first, end in ends]
        x = call.tracer.merged(name, "add", [mapped(one) for one in sides])
    return x


MOST_TIMES = 16


@function("Take")
def take(call: Call, x: Map, *, indices: Argument = argument(1), axis: Argument = argument(2)) -> Map:
    """Entries by number, which may count from the end; of a table of them, rows of entries."""
    if axis is None:
        raise Layout("it picks from what is laid flat")
    at, table = dimension_of(axis, x), _table(known(indices))
    n = size_of(x.dims[at])
    if n is None or not all(-n <= one < n for one in table.values or ()):
        raise Layout("it picks from a dimension of unknown size")
    numbers = [one % n for one in table.values or ()]
    return mapped(picked(call.tracer, call.name, x, at, table.replaced(values=numbers)))


@function("TakeAlongAxis")
def take_along(call: Call, x: Map, *, indices: Argument = argument(1), axis: Argument = argument(2)) -> Map:
    """Entries of one dimension by number, the same ones for all entries of the others."""
    table = _table(known(indices))
    at = dimension_of(axis, x)
    if len(table.shape) != len(x.dims) or any(n != 1 for one, n in enumerate(table.shape) if one != at):
        raise Layout("it picks others for each entry")
    row = Constant((table.shape[at],), table.values, ())
    return mapped(picked(call.tracer, call.name, x, at, row))


def _table(value: Argument) -> Constant:
    """Integers in lists within lists, of one shape. Raises `Layout`."""
    shape: list[int] = []
    level: list[Argument] = [known(value)]
    while level and isinstance(level[0], list | tuple):
        sizes = {len(one) if isinstance(one, list | tuple) else -1 for one in level}
        level = [known(each) for one in level if isinstance(one, list | tuple) for each in one]
        shape.append(sizes.pop())
        if sizes or len(level) > MOST_INDICES:
            raise Layout("its indices are not known")
    if not level or not all(type(one) is int for one in level):
        raise Layout("its indices are not known")
    return Constant(tuple(shape), level, ())
