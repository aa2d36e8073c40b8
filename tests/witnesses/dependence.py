"""What the outputs of a model depend on, seen by running it: inputs are changed position by position."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy

import rfcli
from rfcli.layers._layer import AFTER, BEFORE, BOTH, Whole

Run = Callable[[dict[str, Any]], list[Any]]
"""Makes outputs of inputs."""


@dataclass(frozen=True)
class Map:
    """An input of the model: entries are tried at some values, and lie between them otherwise."""

    shape: tuple[int, ...] = (1, 4, 5, 6)
    values: tuple[Any, ...] = (-3.0, 3.0)
    dtype: Any = numpy.float32

    def drawn(self, chance: numpy.random.Generator) -> Any:
        if numpy.dtype(self.dtype).kind == "f":
            finite = [one for one in self.values if numpy.isfinite(one)]
            low, high = min(finite), max(finite)
            return (low + (high - low) * chance.uniform(0.1, 0.9, self.shape)).astype(self.dtype)
        return chance.choice(self.values, self.shape).astype(self.dtype)


def depends_as_told(architecture: rfcli.Architecture, run: Run, maps: dict[str, Map]) -> None:
    """Outputs have the shapes that rf states, and each of their positions depends on those that rf says it reads."""
    axes, report = architecture.axes, rfcli.compute(architecture)
    chance = numpy.random.default_rng(1)
    outputs = run({name: each.drawn(chance) for name, each in maps.items()})
    for at, (name, made) in enumerate(zip(report.outputs, outputs, strict=False)):
        layer = report.layer(name)
        shape = as_map(made, axes).shape[1:]
        assert (layer.channels, *layer.output_size) == shape, f"{name} is {shape}"
        for origin in maps:
            for output, seen in dependence(run, maps, origin, at, axes).items():
                reached = taps(report.followed, name, origin, output)
                assert seen == reached, f"output {output} of {name} depends on {seen} of {origin}"


def as_map(tensor: Any, axes: int) -> Any:
    """(batch, features) as a map of one sample."""
    return tensor.reshape(*tensor.shape, *(1,) * axes) if tensor.ndim == 2 else tensor


def dependence(
    run: Run, maps: dict[str, Map], origin: str, at: int, axes: int
) -> dict[tuple[int, ...], set[tuple[int, ...]]]:
    """Position of the output -> the positions of an input that change it: each is set to other values."""
    each = maps[origin]
    chance = numpy.random.default_rng(2)
    channels = numpy.arange(each.shape[1])
    found: dict[tuple[int, ...], set[tuple[int, ...]]] = {}
    for _ in range(3 if len(maps) > 1 or len(each.values) > 2 else 1):
        given = {name: other.drawn(chance) for name, other in maps.items()}
        usual = as_map(run(given)[at], axes)
        for output in product(*map(range, usual.shape[2:])):
            found.setdefault(output, set())
        for place in product(*map(range, each.shape[2:])):
            for turn in range(len(each.values)):
                changed = given[origin].copy()
                changed[(slice(None), slice(None), *place)] = [
                    each.values[(channel + turn) % len(each.values)] for channel in channels
                ]
                made = as_map(run({**given, origin: changed})[at], axes)
                differs = (made != usual) & ~((made != made) & (usual != usual))
                for output in zip(*numpy.nonzero(differs.any(axis=(0, 1))), strict=True):
                    found[tuple(map(int, output))].add(place if len(place) else (0,) * axes)
    return found


def taps(graph: Any, name: str, origin: str, output: tuple[int, ...]) -> set[tuple[int, ...]]:
    """The positions of an input that an output reads by rf."""
    number, source = graph.names.number(name), graph.names.number(origin)
    rows = [set().union(*_walked(graph, number, source, axis, {o})) for axis, o in enumerate(output)]
    return set(product(*rows))


def _walked(graph: Any, number: int, origin: int, axis: int, wanted: set[int]) -> Iterator[set[int]]:
    """Along each path to the origin the samples that are read of it, on one axis."""
    if number == origin:
        yield wanted
        return
    layer = graph.layers[number]
    for source in graph.sources[number] if layer is not None else ():
        n = graph.sizes[source][axis]
        sees = layer.sees(axis, False)
        read = set(range(n)) if sees == BOTH else set()
        if layer.whole(axis, False) is not Whole.ONLY:
            like = graph.likes[number]
            reads = layer.reads(axis, n, None if like is None else graph.sizes[like][axis])
            for o in wanted:
                turns, phase = divmod(0 if n == 1 < graph.sizes[number][axis] and layer.merge else o, len(reads.phases))
                first, last, step = reads.phases[phase] or (0, -1, 1)
                read |= {at + turns * reads.shift for at in range(first, last + 1, step)}
        if sees in (BEFORE, AFTER) and read:
            read = set(range(max(read) + 1)) if sees == BEFORE else set(range(min(read), n))
        border = layer.border(axis, n)
        read = {at if border is None else border.sample(at) for at in read}
        yield from _walked(graph, source, origin, axis, {at for at in read if 0 <= at < n})
