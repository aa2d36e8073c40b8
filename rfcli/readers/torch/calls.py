"""One operation of a traced program with its arguments, and the table of functions that say what layers it is.

`@operation("conv2d")` stands above the function for ATen's `conv2d`: `def conv(call, x, *, weight=None, stride=1)`. The
first argument of an operation is given by position: as `x` it has to be a map, whatever else it is called it may be
anything. All others have the names of ATen's schema; None stands for the default. A function raises `Layout` where no
layer reads what its operation reads.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache
from inspect import signature

from rfcli.readers.torch.masks import Numbers
from rfcli.readers.torch.nodes import Argument, Node, Shape, by_name
from rfcli.readers.tracing.arguments import leaves, mapped
from rfcli.readers.tracing.maps import Constant, Layout, Map, with_ones, without
from rfcli.readers.tracing.tracer import Tracer
from rfcli.tables import Table
from rfcli.values import Value

Made = Map | Constant

Function = Callable[..., Made | Sequence[Made]]

operation: Table[Function] = Table("ATen's operation")


class Call(Value):
    """One operation: its arguments by name, and the shapes that it makes. `name` is what its layer is called."""

    tracer: Tracer
    numbers: Numbers
    node: Node
    name: str
    operation: str
    arguments: dict[str, Argument]
    shapes: tuple[Shape, ...]

    @property
    def shape(self) -> Shape:
        return self.shapes[0] if self.shapes else ()

    @property
    def operands(self) -> list[Map | Constant]:
        """All arguments that are tensors."""
        return [one for one in self.arguments.values() if isinstance(one, Map | Constant)]

    def raw(self, name: str) -> Argument:
        """The node that makes an argument."""
        return by_name(self.node, self.node.args, self.node.kwargs).get(name)

    def has_zeros(self, at: int) -> bool:
        """Whether a tensor that the operation takes is one of constants of which some are zero."""
        given = [one for one in leaves((self.node.args, self.node.kwargs)) if hasattr(one, "all_input_nodes")]
        if at >= len(given) or given[at] in self.numbers.tainted:
            return False
        try:
            return bool((self.numbers.of(given[at]) == 0).any())
        except Layout:
            return False

    def layers(self) -> Made | Sequence[Made]:
        """What the operation's function makes of its arguments. Raises `Layout`."""
        function = operation[self.operation]
        first, *others = _parameters(function)
        argument = next(iter(self.arguments.values()), None)
        named = {name: self.arguments[name] for name in others if self.arguments.get(name) is not None}
        return function(self, mapped(argument) if first == "x" else argument, **named)


@cache
def _parameters(function: Function) -> tuple[str, ...]:
    """The names of a function's parameters, but for the call."""
    return tuple(signature(function).parameters)[1:]


def weights(value: Argument) -> Constant | None:
    """A weight, or None where there is none. Raises `Layout` where it is computed from data."""
    if isinstance(value, Map):
        raise Layout("its weights are computed from data")
    return own(value) if isinstance(value, Constant) else None


def own(value: Constant) -> Constant:
    """A constant that an operation takes as its weights: one that is made of no parameter counts none."""
    return value if value.weights else value.replaced(weights=(("", 0),))


def each(stem: str, end: str = "") -> list[str]:
    """The names of an operation that there is for 1, 2 and 3 axes."""
    return [f"{stem}{rank}d{end}" for rank in (1, 2, 3)]


def listed(value: Argument) -> Sequence[Argument]:
    """A value as a list of itself, and a list as it is."""
    return value if isinstance(value, tuple | list) else (value,)


def batched(call: Call, x: Map, rank: int) -> tuple[Map, int | None]:
    """What an operation over so many axes takes, and which of its dimensions it is given without: that of the batch or,
    where each channel is taken by itself, that of one channel. Raises `Layout`."""
    if len(x.dims) == rank + 2:
        return x, None
    if len(x.dims) != rank + 1:
        raise Layout(f"its input has {len(x.dims)} dimensions for {rank} axes")
    one = x.with_dim(0, ()) if x.shape[0] == 1 else x
    try:
        with call.tracer.attempt():
            return call.tracer.canonical(call.name, one.replaced(dims=with_ones(one.dims, [0]))), 0
    except Layout:
        return call.tracer.canonical(call.name, x.replaced(dims=with_ones(x.dims, [1]))), 1


def alone(made: Map, added: int | None) -> Map:
    """What such an operation makes: without the dimension that was added."""
    return made if added is None else made.replaced(dims=without(made.dims, [added]))


def rank_of(call: Call) -> int:
    """The number of axes that an operation is for: 2 of `max_pool2d_with_indices`."""
    found = re.search(r"\d(?=d)", call.operation)
    assert found is not None, call.operation
    return int(found[0])
