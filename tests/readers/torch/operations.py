"""One operation of ATen in a module of its own: read, and run by torch, which says what sizes it makes and what it reads.

A row is an operation, its arguments and the layers that it is; what depends on torch is looked up when it is checked.
"""

from __future__ import annotations

import itertools
import json
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import rfcli
from rfcli.values import Value


class X(Value):
    """An input of the network. What lies at a place is read where putting one of `draws` there changes something."""

    shape: tuple[int, ...]
    dtype: str = "float64"
    base: float | None = None
    """What it is filled with; by default with numbers between 0.1 and 0.9."""
    draws: tuple[float, ...] = (5, -5, 0, 0.37)

    def tensor(self) -> Any:
        import torch

        made = torch.rand(self.shape, dtype=torch.float64) * 0.8 + 0.1
        if self.base is not None:
            made.fill_(self.base)
        return made.to(getattr(torch, self.dtype))


class W(Value):
    """A weight."""

    shape: tuple[int, ...]


class C(Value):
    """A constant tensor."""

    values: Any
    dtype: str = "int64"


class T(Value):
    """Another tensor that `before` makes, by its number."""

    at: int


IMAGE = (1, 4, 6, 8)
SEQUENCE = (1, 4, 9)
VOLUME = (1, 2, 4, 5, 6)


class Row(Value):
    """An operation, by its name, with an overload where that is needed to tell it; its arguments; and its layers."""

    operation: str
    arguments: tuple[Any, ...]
    named: dict[str, Any]
    layers: str
    output: int = 0
    """Of several outputs the one that is looked at."""
    places: tuple[int | None, ...] | None = None
    """The dimension of the output that each axis lies in; None where it is gone. By default those behind the second."""
    exact: bool = True
    """Whether an output depends on all that its layer reads, whatever the numbers."""
    before: Callable[..., Any] | None = None
    """What is made of the first input, for the operation to take it; or a tuple, for it to take other tensors too."""
    then: Callable[..., Any] | None = None
    """What is made of the first input and the operation's result."""
    runs: bool = True
    """Whether torch runs it on every device. What does not is traced where numbers have no values."""

    def __str__(self) -> str:
        return self.operation

    @property
    def name(self) -> str:
        """The operation without overload."""
        return self.operation.partition(".")[0]


def row(operation: str, *arguments: Any, layers: str, **given: Any) -> Row:
    own = {key: given.pop(key) for key in ("output", "places", "exact", "before", "then", "runs") if key in given}
    return Row(operation, arguments, given, layers, **own)


def called(one: Row) -> tuple[Any, list[Any]]:
    """A module that does nothing but the operation, and its inputs."""
    import torch

    target = getattr(torch.ops.aten, one.name)
    if "." in one.operation:
        target = getattr(target, one.operation.partition(".")[2])
    tensors = _tensors(one)

    class Net(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            for at, value in enumerate(tensors):
                if isinstance(value, W):
                    made = torch.nn.Parameter(torch.rand(value.shape, dtype=torch.float64) + 0.1)
                    self.register_parameter(f"weight{at}", made)
                elif isinstance(value, C):
                    self.register_buffer(f"weight{at}", torch.tensor(value.values, dtype=getattr(torch, value.dtype)))

        def forward(self, *given: Any) -> Any:
            first = given[0] if one.before is None else one.before(given[0])
            taken = first if isinstance(first, tuple) else (first, *given[1:])
            left = iter(taken)
            found = iter(
                taken[value.at]
                if isinstance(value, T)
                else next(left)
                if isinstance(value, X)
                else getattr(self, f"weight{at}")
                for at, value in enumerate(tensors)
            )
            made = target(*_filled(one.arguments, found), **_filled(one.named, found))
            made = made[one.output] if isinstance(made, tuple | list) else made
            return made if one.then is None else one.then(given[0], made)

    return Net(), [value.tensor() for value in tensors if isinstance(value, X)]


def _tensors(one: Row) -> list[X | W | C | T]:
    """The tensors among the arguments, in order."""
    return [value for value in _leaves((one.arguments, list(one.named.values()))) if isinstance(value, X | W | C | T)]


def _filled(value: Any, tensors: Iterator[Any]) -> Any:
    """Arguments with tensors in place of what stands for them."""
    if isinstance(value, tuple | list):
        return [_filled(each, tensors) for each in value]
    if isinstance(value, dict):
        return {key: _filled(each, tensors) for key, each in value.items()}
    return next(tensors) if isinstance(value, X | W | C | T) else value


def check(one: Row) -> None:
    """The layers are the ones that the row says, and torch says the same of their sizes and of what they read."""
    import torch

    torch.manual_seed(0)
    net, inputs = called(one)
    if not one.runs:
        net, inputs = net.to("meta"), [value.to("meta") for value in inputs]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exported = torch.export.export(net.eval(), tuple(inputs), strict=False)
    assert target_names(exported) & {one.name, f"{one.name}_"}, f"torch traces it as {target_names(exported)}"
    architecture = rfcli.from_torch(exported)
    told = [_told(entry) for entry in architecture.entries]
    unknown = architecture.entries[-1].layer.given.get("unknown")
    if one.layers.startswith("unknown"):
        assert unknown == one.layers.partition(" ")[2], told
    else:
        assert told == [_sorted(layer) for layer in one.layers.split("; ")], told
    report = rfcli.compute(architecture)
    assert report.total.params == sum(weight.numel() for weight in net.parameters())
    with torch.no_grad():
        made = net(*inputs)
    layer = report.layer(report.outputs[0])
    axes = inputs[0].dim() - 2
    places = tuple(range(2, 2 + axes)) if one.places is None else one.places
    assert layer.output_size == tuple(1 if at is None else made.shape[at] for at in places)
    rest = [n for at, n in enumerate(made.shape) if at not in places]
    assert layer.channels == torch.Size(rest).numel()
    if unknown or not one.runs:
        return
    values = [value for value in _tensors(one) if isinstance(value, X)]
    for at, (name, value) in enumerate(zip((given.name for given in architecture.inputs), values, strict=True)):
        origin = rfcli.compute(architecture, origin=name)
        _same_reads(one, origin, origin.layer(layer.name), read(net, inputs, at, value.draws, places))


def target_names(exported: Any) -> set[str]:
    """Names of the operations of a traced program."""
    schemas = [getattr(node.target, "_schema", None) for node in exported.graph.nodes]
    return {str(schema.name).partition("::")[2] for schema in schemas if schema is not None}


def _told(entry: Any) -> str:
    """A layer as rows say it: `max_pool kernel=3 padding=[[1,0],[0,0]]`."""
    values = [f"{key}={json.dumps(value, separators=(',', ':'))}" for key, value in entry.layer.given.items()]
    return " ".join([entry.layer.type, *sorted(values)])


def _sorted(layer: str) -> str:
    type, *values = layer.split(" ")
    return " ".join([type, *sorted(values)])


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, tuple | list):
        for each in value:
            yield from _leaves(each)
    else:
        yield value


Places = dict[tuple[int, ...], list[tuple[int, ...]]]


def read(net: Any, inputs: list[Any], at: int, draws: tuple[float, ...], places: tuple[int | None, ...]) -> Places:
    """By output position the samples of an input that change it."""
    import torch

    def run(given: list[Any]) -> Any:
        torch.default_generator.manual_seed(1)
        with torch.no_grad():
            return net(*given)

    before = run(inputs)
    kept = [place for place in places if place is not None]
    gone = [dim for dim in range(before.dim()) if dim not in kept]
    order = torch.tensor(kept).argsort().argsort().tolist() if kept else []
    found: Places = {}
    for sample in itertools.product(*map(range, inputs[at].shape[2:])):
        for draw in draws:
            changed = [one.clone() for one in inputs]
            changed[at][(..., *sample)] = draw
            after = run(changed)
            differs = (after != before) & ~((after != after) & (before != before))
            differs = differs.sum(gone) > 0 if gone else differs
            for position in differs.nonzero().tolist():
                ordered = tuple(position[one] for one in order)
                rows = found.setdefault(ordered, [])
                if sample not in rows:
                    rows.append(sample)
    return found


def _same_reads(one: Row, report: Any, layer: Any, found: Places) -> None:
    """Whether the region of each output holds just the samples that it reads."""
    sizes = report.graph.architecture.inputs[0].size
    locator = rfcli.located(report, layer.name)
    field = layer.receptive_field
    also = field.globally and None not in field.size and not {"before", "after"} & {*field.unbounded}
    gone = [at for at, place in enumerate(one.places or ()) if place is None]
    for position in itertools.product(*map(range, layer.output_size)):
        runs = [] if also else locator.at(position).runs
        told = [(0, n - 1) for n in sizes] if also else [(one[0][0], one[-1][1]) if one else None for one in runs]
        samples = found.get(tuple(n for at, n in enumerate(position) if at not in gone), [])
        if None in told or not samples:
            assert not one.exact or (None in told and not samples), (position, told, samples)
            continue
        measured = [(min(each), max(each)) for each in zip(*samples, strict=True)]
        holds = all(a <= c <= d <= b for (a, b), (c, d) in zip(told, measured, strict=True))
        assert measured == told or (holds and not one.exact), (position, told, measured)
