"""Sizes of all maps along one axis.

With a known input size there is one run. An unknown size is tried at enormous values, one for each residue modulo the
number of samples after which the network's behaviour repeats; a number is known where all tries at which the network
is valid agree. The tries are so large that whatever still depends on the size shows as an enormous number.
"""

from __future__ import annotations

from math import gcd, lcm

from rfcli.geometry.field import ratio
from rfcli.geometry.unknown import Unknown
from rfcli.layers._layer import GeometryError, Whole
from rfcli.layers.windows import Window
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fractions import Fraction

    from rfcli.layers._layer import Layer

MAX_RESIDUES = 4096
"""Input sizes that are tried for an unknown one."""

ENORMOUS = 1 << 200
"""Unknown sizes are tried from here on."""

LARGE = 1 << 100
"""Numbers at least this large come from an unknown size."""

MAX_SIZE = 1 << 63
"""Largest map of a known size."""

MAX_MODULUS = 1 << 96
"""Products of strides are followed up to here; no input is that large."""

NO_SIZE = Unknown("output_size: the input size is not given")


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


class AxisSizes(Value):
    """Sizes along one axis: `tries[t][n]` of layer n in try t, and what is known of them all.

    `beyond` are layers whose behaviour repeats too late to be tried, with that number of input samples.
    """

    axis: int
    tries: tuple[list[int], ...]
    known: list[int | Unknown]
    given: bool
    wholly: list[bool]
    """Whether no local path leads from an input to the layer."""
    beyond: dict[int, int]


def along(
    axis: int,
    given: tuple[int | None, ...],
    layers: list[Layer | None],
    sources: list[tuple[int, ...]],
    likes: list[int | None],
    order: list[int],
) -> AxisSizes | list[SizeProblem]:
    """Sizes along `axis` for input sizes `given`, None where unknown; the problems where no try is valid."""
    run = _Run(axis, layers, sources, likes, order)
    known = [n for n in given if n is not None]
    if len(known) == len(given):
        sizes, problems = run.sizes(known)
        if problems:
            return problems
        return AxisSizes(axis, (sizes,), list(sizes), True, run.wholly, {})
    try:
        growth = run.growth([n is None for n in given])
    except _TooFar as far:
        return [SizeProblem(far.number, "RF307", "the strides or scales multiply to more than 2^96", "")]
    modulus, beyond = common_modulus(growth)
    depends = any(layer is not None and layer.needs_size for layer in layers)
    tries = []
    for residue in range(modulus):
        start = [n if n is not None else modulus * ENORMOUS + residue for n in given]
        sizes, problems = run.sizes(start, stop=True)
        if not problems:
            tries.append(sizes)
            if not depends:
                break
    if not tries:
        return run.explained(given, modulus, growth)
    return AxisSizes(axis, tuple(tries), _joined(tries), False, run.wholly, beyond)


def _joined(tries: list[list[int]]) -> list[int | Unknown]:
    """Sizes that all tries agree on, and that do not come from the unknown size."""
    if len(tries) == 1:
        return [n if n < LARGE else NO_SIZE for n in tries[0]]
    return [
        found[0] if found[0] < LARGE and found.count(found[0]) == len(found) else NO_SIZE
        for found in zip(*tries, strict=True)
    ]


class _TooFar(Exception):
    """Strides whose product is larger than any input."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class _Run:
    """One axis of a network."""

    def __init__(
        self,
        axis: int,
        layers: list[Layer | None],
        sources: list[tuple[int, ...]],
        likes: list[int | None],
        order: list[int],
    ) -> None:
        self.axis, self.layers, self.sources, self.likes, self.order = axis, layers, sources, likes, order
        self.wholly = [False] * len(layers)
        only: dict[int, bool] = {}
        for number in order:
            layer = layers[number]
            if layer is not None:
                key = id(layer)
                if key not in only:
                    only[key] = layer.whole(axis, training=False) is Whole.ONLY
                self.wholly[number] = only[key] or all(self.wholly[source] for source in sources[number])

    def sizes(self, given: list[int], *, stop: bool = False) -> tuple[list[int], list[SizeProblem]]:
        """Sizes of all layers, and the problems; a layer with one has size 0, what follows is passed over."""
        axis, layers, sources, likes = self.axis, self.layers, self.sources, self.likes
        sizes = given + [0] * (len(layers) - len(given))
        problems: list[SizeProblem] = []
        for number in self.order:
            layer = layers[number]
            if layer is None:
                continue
            found = sources[number]
            if layer.merge:
                sizes[number] = self.merged(number, sizes, problems)
            else:
                n = sizes[found[0]]
                like = likes[number]
                size = None if like is None else sizes[like]
                if n == 0 or size == 0:
                    continue
                try:
                    made = layer.output_size(axis, n, size)
                    if made < 1:
                        raise GeometryError("RF305", f"no output is left of {n} samples")
                    if made > MAX_SIZE and (n < MAX_SIZE or made > ENORMOUS * ENORMOUS):
                        raise GeometryError("RF307", "the map would have more than 2^63 samples")
                    sizes[number] = made
                except GeometryError as error:
                    problems.append(SizeProblem(number, error.code, error.message, error.help))
            if stop and problems:
                break
        return sizes, problems

    def merged(self, number: int, sizes: list[int], problems: list[SizeProblem]) -> int:
        """Size of a merge: that of its inputs, of which wholly global ones of size 1 are broadcast."""
        found = self.sources[number]
        first = sizes[found[0]]
        if all(sizes[source] == first for source in found):
            return first
        met = tuple(sizes[source] for source in found)
        if 0 in met:
            return 0
        distinct = {n for n, source in zip(met, found, strict=True) if not (n == 1 and self.wholly[source])}
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
                raise _TooFar(number)
        return growth

    def explained(
        self, given: tuple[int | None, ...], modulus: int, growth: list[tuple[int, int]]
    ) -> list[SizeProblem]:
        """The problems for people: strides that differ, else what an input size of a usual magnitude gives."""
        for power in range(9, 64, 3):
            tried = -(-(1 << power) // modulus) * modulus
            _, problems = self.sizes([tried if n is None else n for n in given])
            if problems:
                return [self._strides(p, growth) or p.replaced(tried=tried) for p in problems]
        raise AssertionError("no input size is valid, yet none is wrong")

    def _strides(self, problem: SizeProblem, growth: list[tuple[int, int]]) -> SizeProblem | None:
        """The same problem as one of strides, where the inputs of a merge grow differently with the input."""
        if not problem.sizes:
            return None
        strides = [ratio(*growth[source]) if growth[source][1] else None for source in self.sources[problem.number]]
        if len({stride for stride in strides if stride is not None}) < 2:
            return None
        help = "give both paths the same strides, or the input size, at which the maps may fit"
        return SizeProblem(problem.number, "RF303", "paths have different strides", help, strides=tuple(strides))


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


def dependence(layer: Layer) -> str:
    """Why a layer's reads depend on the size of its input."""
    if isinstance(layer, Window):
        return f"padding '{layer.padding.word}' with a stride above 1"
    return f"{layer.type} to a given size" if layer.like is None else f"{layer.type} like another layer"
