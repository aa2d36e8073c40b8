"""Sizes of all maps along one axis.

With a known input size there is one run. An unknown size is tried at enormous values, one for each residue modulo the
number of samples after which the network's behaviour repeats; a number is known where all tries at which the network
is valid agree. The tries are so large that whatever still depends on the size shows as an enormous number.
"""

from __future__ import annotations

from math import gcd, lcm

from rfcli.geometry.field import ratio
from rfcli.geometry.standins import (
    MAX_MODULUS,
    MAX_SIZE,
    UNSTATED,
    examples,
    is_large,
    is_outgrown,
    is_unstated,
    stand_in,
)
from rfcli.geometry.unknown import Unknown
from rfcli.layers._layer import GeometryError, Whole
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fractions import Fraction

    from rfcli.description.architecture import Architecture
    from rfcli.graph.graph import Graph
    from rfcli.graph.wiring import Wiring
    from rfcli.layers._layer import Layer

MAX_RESIDUES = 4096
"""Input sizes that are tried for an unknown one."""

NO_SIZE = Unknown("the input size is not given")

NEVER_KNOWN = Unknown("the output size of an operation before it is not known")

NOT_WORKED_OUT = Unknown("a layer before it is wrong")


class SizeProblem(Value):
    """A layer that does not fit: an entry of `CODES`, and for merges the sizes that meet."""

    number: int
    code: str
    message: str
    help: str
    sizes: tuple[int, ...] = ()
    strides: tuple[int | Fraction | None, ...] = ()
    """The strides that meet in a merge, where the sizes are unknown."""
    tried: int = 0
    """The input size that gives these numbers, where the size is unknown and none fits."""


class Misfits(Value):
    """An axis along which layers do not fit; `known[n]` of layer n, as far as they do."""

    problems: list[SizeProblem]
    known: list[int | Unknown]


class AxisSizes(Value):
    """Sizes along one axis: `known[n]` of layer n, and for an unknown input size those at every size that is tried.

    `single` are the sizes where one input size decides everything; otherwise `tried[n]` has a size for each input size
    at which the network is valid. `beyond` has the layers that repeat too late to be tried, with the number of input
    samples after which they do.
    """

    axis: int
    known: list[int | Unknown]
    single: list[int] | None
    tried: list[tuple[int, ...]]
    wholly: list[bool]
    """Whether no local path leads from an input to the layer."""
    beyond: dict[int, int]

    @property
    def given(self) -> bool:
        """Whether the input size is known."""
        return not self.tried

    @property
    def count(self) -> int:
        """Number of input sizes that are looked at."""
        return 1 if self.single is not None else len(self.tried[0])


def sizes_of(architecture: Architecture, wiring: Wiring, order: list[int]) -> list[AxisSizes | Misfits]:
    """Sizes along every axis, or the problems there; axes that are alike share them.

    Layers that `order` leaves out are passed over: they are wrong, or follow a wrong one.
    """
    layers = {id(layer): layer for layer in wiring.layers if layer is not None}
    isotropic = all(layer.isotropic for layer in layers.values())
    known: dict[object, AxisSizes | Misfits] = {}
    axes = []
    for axis in range(architecture.axes):
        given = tuple(one.size[axis] for one in architecture.inputs)
        key = given if isotropic else (axis, given)
        if key not in known:
            known[key] = _along(SizeRun(axis, wiring, order), given)
        axes.append(known[key])
    return axes


def _along(run: SizeRun, given: tuple[int | None, ...]) -> AxisSizes | Misfits:
    """Sizes for input sizes `given`, None where unknown; the problems where no input size is valid."""
    known = [n for n in given if n is not None]
    if len(known) == len(given):
        sizes, problems = run.sizes(known)
        stated = [sized(n) for n in sizes]
        return Misfits(problems, stated) if problems else AxisSizes(run.axis, stated, sizes, [], run.wholly, {})
    nothing: list[int | Unknown] = [NOT_WORKED_OUT] * len(run.layers)
    try:
        growth = run.growth([n is None for n in given])
    except TooFar as far:
        return Misfits(
            [SizeProblem(far.number, "RF307", "the strides or scales multiply to more than 2^96", "")], nothing
        )
    modulus, beyond = common_modulus(growth)
    at_each = [stand_in(modulus, residue) for residue in range(modulus)]
    tried = run.tried([at_each if n is None else [n] * modulus for n in given])
    if not tried[0]:
        return Misfits(run.explained(given, modulus, growth), nothing)
    decided = not any(layer is not None and layer.needs_size for layer in run.layers)
    if decided or len(tried[0]) == 1:
        tried = [sizes[:1] for sizes in tried]
    single = [sizes[0] if sizes else 0 for sizes in tried] if len(tried[0]) == 1 else None
    return AxisSizes(run.axis, list(map(agreed, tried)), single, tried, run.wholly, beyond)


def sizes_at(graph: Graph, axis: int, n: int) -> AxisSizes | None:
    """Sizes along an axis of a network of one input at another input size; None where it is not valid there."""
    return sizes_given(graph, axis, [n])


def sizes_given(graph: Graph, axis: int, given: list[int]) -> AxisSizes | None:
    """Sizes along an axis of a network whose inputs have other sizes; None where it is not valid there."""
    described = graph.described
    run = SizeRun(axis, described, described.order)
    sizes, problems = run.sizes(given)
    if problems:
        return None
    return graph.lengthened(AxisSizes(axis, list(map(sized, sizes)), sizes, [], run.wholly, {}))


def fitting(graph: Graph, axis: int) -> tuple[int, tuple[int, ...]]:
    """A modulus, and the remainders of the large input sizes at which a network of one input is valid along an axis."""
    run = SizeRun(axis, graph.described, graph.described.order)
    try:
        modulus, _ = common_modulus(run.growth([True]))
    except TooFar:
        return 1, ()
    tried = run.tried([[stand_in(modulus, residue) for residue in range(modulus)]])
    return modulus, tuple(n % modulus for n in tried[0])


def agreed(sizes: tuple[int, ...]) -> int | Unknown:
    """The size that all tries agree on, unless it comes from the unknown one."""
    if not sizes:
        return NOT_WORKED_OUT
    if is_unstated(max(sizes)):
        return NEVER_KNOWN
    return sizes[0] if not is_large(sizes[0]) and sizes.count(sizes[0]) == len(sizes) else NO_SIZE


def sized(n: int) -> int | Unknown:
    """A size, unless it comes from an operation whose output size is not known."""
    if n == 0:
        return NOT_WORKED_OUT
    return NEVER_KNOWN if is_unstated(n) else n


class TooFar(Exception):
    """Strides whose product is larger than any input."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class Fit:
    """What layers make of sizes along one axis."""

    def __init__(self, axis: int) -> None:
        self.axis = axis

    def output(self, layer: Layer, n: int, like: int | None) -> int:
        """Size of a layer's output. Raises `GeometryError`, but never where a size that nobody knows decides it."""
        if is_unstated(max(n, like or 0)):
            return self.unjudged(layer, n, like)
        size = layer.output_size(self.axis, n, like)
        if size < 1:
            raise GeometryError("RF305", f"no output is left of {n} samples")
        if size <= MAX_SIZE or size == like or is_unstated(max(size, n)):
            return size
        if n < MAX_SIZE or is_outgrown(size):
            raise GeometryError("RF307", "the map would have more than 2^63 samples")
        return size

    def unjudged(self, layer: Layer, n: int, like: int | None) -> int:
        """Size of a layer's output where that of its input comes from an operation that is not known: whether the layer
        fits is not known either, and where it would not, its size is not."""
        try:
            size = layer.output_size(self.axis, n, like)
        except GeometryError:
            return UNSTATED
        lost = size < 1 or (is_large(size) and not is_unstated(size))  # nothing of the kind has a size of its own
        return UNSTATED if lost else size

    def outputs(self, layer: Layer, sizes: tuple[int, ...], likes: tuple[int, ...] | None) -> tuple[int, ...]:
        """Sizes of a layer's output at several sizes of its input; 0 where it does not fit."""
        if likes is None and len(sizes) > 1 and (grown := self._grown(layer, sizes)) is not None:
            return grown
        pairs = list(zip(sizes, likes or (None,) * len(sizes), strict=True))
        table: dict[tuple[int, int | None], int] = {}
        for pair in set(pairs):
            n, like = pair
            table[pair] = self._fitted(layer, n, like) if n and like != 0 else 0
        return tuple([table[pair] for pair in pairs])

    def _grown(self, layer: Layer, sizes: tuple[int, ...]) -> tuple[int, ...] | None:
        """The same where sizes are enormous, so that outputs grow evenly: one of each remainder is worked out, the
        others follow from it. None where that does not hold."""
        up, down = layer.strides(self.axis)
        least = min(sizes)
        if layer.needs_size or not is_large(least) or is_unstated(max(sizes)) or down >= len(sizes):
            return None
        firsts = [self._fitted(layer, least + more) for more in range(down)]
        if down == 1:
            made = [firsts[0] + (n - least) * up for n in sizes] if firsts[0] else [0] * len(sizes)
        else:
            steps = {n: divmod(n - least, down) for n in set(sizes)}
            table = {n: firsts[at] + step * up if firsts[at] else 0 for n, (step, at) in steps.items()}
            made = [table[n] for n in sizes]
        return None if is_outgrown(max(made)) else tuple(made)

    def _fitted(self, layer: Layer, n: int, like: int | None = None) -> int:
        """Size of a layer's output; 0 where it does not fit."""
        try:
            return self.output(layer, n, like)
        except GeometryError:
            return 0


class SizeRun(Fit):
    """Works out the sizes along one axis of a network."""

    def __init__(self, axis: int, wiring: Wiring | Graph, order: list[int]) -> None:
        super().__init__(axis)
        layers, sources = wiring.layers, wiring.sources
        self.layers, self.sources, self.likes, self.order = layers, sources, wiring.likes, order
        self.wholly = [False] * len(layers)
        only: dict[int, bool] = {}
        for number in order:
            layer = layers[number]
            if layer is not None:
                key = id(layer)
                if key not in only:
                    only[key] = layer.whole(axis, training=False) is Whole.ONLY
                self.wholly[number] = only[key] or all(self.wholly[source] for source in sources[number])

    def sizes(self, given: list[int]) -> tuple[list[int], list[SizeProblem]]:
        """Sizes of all layers, and the problems; a layer with one has size 0, what follows is passed over."""
        sizes = given + [0] * (len(self.layers) - len(given))
        problems: list[SizeProblem] = []
        for number in self.order:
            layer = self.layers[number]
            if layer is None:
                continue
            if layer.merge:
                sizes[number] = self.merged(number, sizes, problems)
                continue
            like = self.likes[number]
            n, size = sizes[self.sources[number][0]], None if like is None else sizes[like]
            if n == 0 or size == 0:
                continue
            try:
                sizes[number] = self.output(layer, n, size)
            except GeometryError as error:
                problems.append(SizeProblem(number, error.code, error.message, error.help))
        return sizes, problems

    def tried(self, given: list[list[int]]) -> list[tuple[int, ...]]:
        """Sizes of all layers at several input sizes at once, those left out at which the network is not valid.

        Layers that change nothing share their input's sizes, and equal inputs are worked out once.
        """
        tried: list[tuple[int, ...]] = [tuple(sizes) for sizes in given]
        wrong: set[int] = set()
        known: dict[tuple[int, int, int], tuple[int, ...]] = {}
        tried += [()] * (len(self.layers) - len(given))
        for number in self.order:
            layer = self.layers[number]
            if layer is None:
                continue
            if layer.merge:
                tried[number] = self.merged_tries(number, tried, wrong)
                continue
            like = self.likes[number]
            sizes = tried[self.sources[number][0]]
            other = None if like is None else tried[like]
            key = (id(layer), id(sizes), id(other))
            if key not in known:
                outputs = self.outputs(layer, sizes, other)
                if 0 in outputs:
                    wrong.update(at for at, n in enumerate(outputs) if n == 0)
                known[key] = sizes if outputs == sizes else outputs
            tried[number] = known[key]
        if not wrong:
            return tried
        kept = [at for at in range(len(tried[0])) if at not in wrong]
        filtered = {id(sizes): sizes for sizes in tried}
        filtered = {key: tuple([sizes[at] for at in kept]) if sizes else () for key, sizes in filtered.items()}
        return [filtered[id(sizes)] for sizes in tried]

    def merged_tries(self, number: int, tried: list[tuple[int, ...]], wrong: set[int]) -> tuple[int, ...]:
        """Sizes of a merge at several input sizes."""
        sources = self.sources[number]
        merged = merged_sizes([tried[source] for source in sources], [self.wholly[source] for source in sources])
        wrong.update(at for at, n in enumerate(merged) if n == 0)
        return merged

    def merged(self, number: int, sizes: list[int], problems: list[SizeProblem]) -> int:
        """Size of a merge: that of its inputs, of which wholly global ones of size 1 are broadcast."""
        sources = self.sources[number]
        first = sizes[sources[0]]
        if all(sizes[source] == first for source in sources):
            return first
        met = tuple(sizes[source] for source in sources)
        if 0 in met:
            return 0
        distinct = {n for n, source in zip(met, sources, strict=True) if not (n == 1 and self.wholly[source])}
        distinct = _certain(distinct)
        if len(distinct) == 1:
            return distinct.pop()
        help = "crop the larger one (type: crop, like: ...), or give both paths the same strides and paddings"
        problems.append(SizeProblem(number, "RF302", "inputs have different sizes", help, met))
        return 0

    def growth(self, unknown: list[bool]) -> list[tuple[int, int]]:
        """For each layer (m, a): m more input samples make exactly a more outputs."""
        growth: list[tuple[int, int]] = [(1, int(one)) for one in unknown]
        growth += [(1, 0)] * (len(self.layers) - len(growth))
        for number in self.order:
            layer = self.layers[number]
            if layer is None:
                continue
            needed = [growth[source] for source in self.sources[number]]
            up, down = layer.strides(self.axis)
            like = self.likes[number]
            if like is not None:
                needed.append(growth[like])
            m = lcm(*(one for one, _ in needed))
            if like is not None and up == 0:
                needed, up = needed[-1:], 1
            grown = up * max(a * (m // one) for one, a in needed)
            longer = down // gcd(grown, down)
            growth[number] = (m * longer, grown * longer // down)
            if m * longer > MAX_MODULUS or grown > MAX_MODULUS:
                raise TooFar(number)
        return growth

    def explained(
        self, given: tuple[int | None, ...], modulus: int, growth: list[tuple[int, int]]
    ) -> list[SizeProblem]:
        """The problems for people: strides that differ, else what an input size of a usual magnitude gives."""
        _, real = self.sizes([stand_in(modulus) if n is None else n for n in given])
        numbers = {problem.number for problem in real}
        for tried in examples(modulus):
            _, problems = self.sizes([tried if n is None else n for n in given])
            if problems and {problem.number for problem in problems} <= numbers:
                return [self._strides(p, growth) or p.replaced(tried=tried) for p in problems]
        return [self._strides(p, growth) or p for p in real]

    def _strides(self, problem: SizeProblem, growth: list[tuple[int, int]]) -> SizeProblem | None:
        """The same problem as one of strides, where the inputs of a merge grow differently with the input."""
        if not problem.sizes:
            return None
        strides = [ratio(*growth[source]) if growth[source][1] else None for source in self.sources[problem.number]]
        if len({stride for stride in strides if stride is not None}) < 2:
            return None
        help = "give both paths the same strides, or the input size, at which the maps may fit"
        return SizeProblem(problem.number, "RF303", "paths have different strides", help, strides=tuple(strides))


def merged_sizes(parts: list[tuple[int, ...]], whole: list[bool]) -> tuple[int, ...]:
    """Sizes of a merge at several input sizes, 0 where those of its inputs, `parts`, do not fit; `whole` tells which
    of these are wholly global, and broadcast where their size is 1."""
    if all(part is parts[0] or part == parts[0] for part in parts):
        return parts[0]
    merged = []
    for met in zip(*parts, strict=True):
        distinct = {n for n, one in zip(met, whole, strict=True) if not (n == 1 and one)} or {1}
        distinct = _certain(distinct)
        merged.append(distinct.pop() if len(distinct) == 1 else 0)
    return tuple(merged)


def _certain(met: set[int]) -> set[int]:
    """The sizes that meet in a merge and have to be equal: those that are known, where any is."""
    if not is_unstated(max(met)):
        return met
    return {n for n in met if not is_unstated(n)} or {UNSTATED}


def common_modulus(growth: list[tuple[int, int]]) -> tuple[int, dict[int, int]]:
    """Number of input samples after which everything repeats, and the layers for which that is too many."""
    common, beyond = 1, {}
    for number, (m, _) in enumerate(growth):
        total = lcm(common, m)
        if total <= MAX_RESIDUES:
            common = total
        else:
            beyond[number] = m
    return common, beyond


def causes(graph_layers: list[Layer | None], sources: list[tuple[int, ...]], order: list[int]) -> list[int | None]:
    """For each layer the first one on the way to it whose reads depend on the size of its input."""
    found: list[int | None] = [None] * len(graph_layers)
    for number in order:
        layer = graph_layers[number]
        if layer is None:
            continue
        for source in sources[number]:
            if found[source] is not None:
                found[number] = found[source]
                break
        else:
            if layer.needs_size:
                found[number] = number
    return found
