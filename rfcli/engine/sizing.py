"""Which input sizes a network takes along each axis: those that fit, and on demand those at which no merge is off
centre."""

from __future__ import annotations

from math import lcm

from rfcli.engine.centers import off_center
from rfcli.engine.report import NoAnswer
from rfcli.engine.sight import Sight
from rfcli.geometry.axes import axis_names, listed
from rfcli.geometry.unknown import Unknown
from rfcli.graph.accepted import NONE, Accepted, accepted, alike, summed
from rfcli.graph.compile import compiled, laid_out
from rfcli.graph.following import followed
from rfcli.graph.sizes import SizeRun, TooFar, common_modulus, sizes_given
from rfcli.layers.cropping import Crop
from rfcli.layers.windows import Window
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rfcli.description.architecture import Architecture
    from rfcli.description.nodes import Problems
    from rfcli.graph.graph import Graph
    from rfcli.graph.sizes import AxisSizes
    from rfcli.graph.wiring import Wiring

MAX_SEEN = 400_000
"""Layers whose centers are compared, at all sizes together, so that it takes seconds and no minutes."""


MAX_TRIED = 20_000
"""The same for a help, which names the nearest sizes."""
FARTHEST = 64
"""Sizes on either side that are looked at for it."""


class Near(Value):
    """A size that is asked about: whether it fits, and the nearest ones that do on both sides, None where none does."""

    size: int
    fits: bool
    below: int | None
    above: int | None


class Taken(Value):
    """The input sizes that a network takes along an axis.

    From `smallest` on a size fits where its remainder modulo `period` is one of `residues`; `also` are smaller ones
    that fit beside. Where nothing repeats, `period` is None and `residues` are all the sizes that fit. `residues` is
    None where it is not known, with the reason in `notes`. `inputs` are those that are resized, all alike, while others
    keep their size.
    """

    axis: str
    inputs: tuple[str, ...]
    smallest: int | None
    period: int | None
    residues: tuple[int, ...] | None
    also: tuple[int, ...]
    near: Near | None
    notes: tuple[str, ...]
    others: bool = False
    """Whether there are other inputs, which keep their size."""

    def __contains__(self, n: int) -> bool:
        """Whether a size fits. Raises `NoAnswer` where it is not known."""
        if self.residues is None:
            raise NoAnswer("; ".join(self.notes))
        return n in Accepted(self.smallest, self.period, self.residues, self.also)


def taken(
    architecture: Architecture, near: Sequence[Sequence[int | None]], aligned: bool, problems: Problems
) -> list[Taken]:
    """The sizes that a network takes along every axis, of all inputs that are of one size there together. `near` has
    the sizes that are asked about, of every input and along every axis; with `aligned` no merge may be off centre.

    What is wrong beside sizes is added to `problems`.
    """
    laid = laid_out(architecture, problems)
    if laid is None or problems:
        return []
    _, wiring, _, order = laid
    letters = axis_names(architecture.axes)
    pins = pinned(architecture, wiring, order)
    groups = [
        (axis, group, accepted(axis, wiring, order, group, _given(architecture, axis), pins[axis]))
        for axis in range(architecture.axes)
        for group in alike(_given(architecture, axis)).values()
    ]
    if aligned:
        groups = list(_centered(architecture, groups))
    notes = _notes(architecture, wiring, order, pins)
    told = []
    for axis, group, found in groups:
        names = tuple(architecture.inputs[one].name for one in group)
        one = _told(letters[axis], names, found, near[group[0]][axis], notes)
        told.append(one.replaced(others=len(group) < len(architecture.inputs)))
    return told


def _given(architecture: Architecture, axis: int) -> tuple[int | None, ...]:
    return tuple(one.size[axis] for one in architecture.inputs)


def _told(
    letter: str, names: tuple[str, ...], found: Accepted | Unknown, asked: int | None, notes: tuple[str, ...]
) -> Taken:
    if isinstance(found, Unknown):
        return Taken(letter, names, None, None, None, (), None, (*notes, found.reason))
    near = None if asked is None else Near(asked, asked in found, found.below(asked), found.above(asked))
    return Taken(letter, names, found.smallest, found.period, found.residues, found.also, near, notes)


def pinned(architecture: Architecture, wiring: Wiring, order: list[int]) -> list[dict[int, int]]:
    """Along every axis the sizes of the maps that weights are made for: of a model that has them, those that are
    flattened before a layer of weights."""
    flattened = _flattened(wiring, order) if architecture.trained else []
    found: list[dict[int, int]] = []
    for axis in range(architecture.axes):
        given = [n for n in _given(architecture, axis) if n is not None]
        sizes = SizeRun(axis, wiring, order).sizes(given)[0] if len(given) == len(architecture.inputs) else []
        found.append({number: sizes[number] for number in flattened if sizes and sizes[number]})
    return found


def _flattened(wiring: Wiring, order: list[int]) -> list[int]:
    """Maps that are flattened before a layer of weights."""
    weighed = [False] * len(wiring.layers)
    found: list[int] = []
    for number in reversed(order):
        layer = wiring.layers[number]
        if layer is None:
            continue
        if layer.type == "flatten" and weighed[number]:
            found += wiring.sources[number]
        for source in wiring.sources[number]:
            weighed[source] = weighed[source] or weighed[number] or layer.weighted
    return found


def _notes(architecture: Architecture, wiring: Wiring, order: list[int], pins: list[dict[int, int]]) -> tuple[str, ...]:
    """What else there is to know about the sizes that a network takes."""
    if any(size > 1 for axis in pins for size in axis.values()):
        rest = " with the other axes as they are" if architecture.axes > 1 else ""
        return (f"its weights are made for a flattened map of one size: these are the sizes that give it{rest}",)
    if architecture.trained and not all(pins) and _varying(wiring, order):
        return (
            "its weights are made for a flattened map of one size, which it does not state: some of these do not fit",
        )
    return ()


def _varying(wiring: Wiring, order: list[int]) -> bool:
    """Whether a map that is flattened before a layer of weights grows with the input along any axis."""
    axes = next((layer.axes for layer in wiring.layers if layer is not None), 0)
    for axis in range(axes):
        run = SizeRun(axis, wiring, order)
        try:
            growth = run.growth([layer is None for layer in wiring.layers if layer is None])
        except TooFar:
            return True
        if any(growth[number][1] for number in _flattened(wiring, order)):
            return True
    return False


def _centered(
    architecture: Architecture, groups: Sequence[tuple[int, list[int], Accepted | Unknown]]
) -> Iterator[tuple[int, list[int], Accepted | Unknown]]:
    """The same sizes without those at which a merge is off centre."""
    fits = {(axis, one): found for axis, group, found in groups for one in group if isinstance(found, Accepted)}
    sizes = [
        [_some(fits.get((axis, number)), size) for axis, size in enumerate(one.size)]
        for number, one in enumerate(architecture.inputs)
    ]
    graph = _graph(architecture, sizes)
    for axis, group, found in groups:
        if isinstance(found, Unknown):
            yield axis, group, found
        elif graph is None:
            yield axis, group, found if found == NONE else Unknown("at no size do all axes and inputs fit together")
        else:
            given = [sizes[number][axis] for number in graph.inputs]
            yield axis, group, centered(graph, axis, group, given, found)


def _some(found: Accepted | None, size: int | None) -> int | None:
    """A size that fits: the one that is stated, if it does."""
    return size if found is None or (size is not None and size in found) else found.smallest


def _graph(architecture: Architecture, sizes: list[list[int | None]]) -> Graph | None:
    from rfcli.description.nodes import Problems

    inputs = [one.replaced(size=tuple(size)) for one, size in zip(architecture.inputs, sizes, strict=True)]
    graph = compiled(architecture.replaced(inputs=tuple(inputs)), Problems())
    return None if graph is None else followed(graph, 0)


def centered(
    graph: Graph, axis: int, group: Sequence[int], given: Sequence[int | None], fit: Accepted
) -> Accepted | Unknown:
    """Those of the sizes that fit along an axis at which no merge is off centre, and no crop like another layer takes
    one sample more at one end. The inputs of a `group` are resized, the others have the sizes `given`."""
    layers = [layer for layer in graph.layers if layer is not None]
    if fit == NONE or not any(layer.merge and not layer.compares for layer in layers):
        return fit
    trial = _Trial(graph, axis, group, given)
    if not any(layer.needs_size for layer in layers):
        assert fit.smallest is not None or fit.residues, "something fits"
        return fit if trial.good(fit.smallest or fit.residues[0]) else NONE
    if fit.period is None:
        if len(fit.residues) * len(layers) > MAX_SEEN:
            return Unknown(f"centers would have to be compared at {len(fit.residues)} sizes, which takes long")
        return summed(1, {}, [n for n in fit.residues if trial.good(n)])
    modulus = trial.modulus(fit.period)
    if isinstance(modulus, Unknown):
        return modulus
    starts: dict[int, int] = {}
    for residue in range(modulus):
        if residue % fit.period not in fit.residues:
            continue
        assert fit.smallest is not None, "sizes repeat from some on"
        n = fit.smallest + (residue - fit.smallest) % modulus
        good = trial.good(n)
        if good or trial.loose:
            doubt = trial.changing(n, n + modulus)
            if doubt is not None and (good or trial.good(n + modulus)):
                return Unknown(f"what '{doubt}' reads is another at each input size, and centers with it")
        if good:
            starts[residue] = n
    return summed(modulus, starts, [n for n in fit.also if trial.good(n)])


class _Trial:
    """Tries whether merges are off centre at sizes along an axis."""

    def __init__(self, graph: Graph, axis: int, group: Sequence[int], given: Sequence[int | None]) -> None:
        self.graph, self.axis, self.group, self.given = graph, axis, group, given
        needing = [
            (number, layer) for number, layer in enumerate(graph.layers) if layer is not None and layer.needs_size
        ]
        self.crops = [number for number, layer in needing if isinstance(layer, Crop)]
        self.loose = [(number, layer) for number, layer in needing if not isinstance(layer, Window)]
        """Layers whose reads may change with the input for good, and not only within a period."""

    def modulus(self, period: int) -> int | Unknown:
        """After how many samples everything repeats that decides about centers."""
        described = self.graph.described
        run = SizeRun(self.axis, described, described.order)
        try:
            common, beyond = common_modulus(run.growth([one in self.group for one in described.inputs]))
        except TooFar:
            return Unknown("the strides multiply to more than 2^96: no input is that large")
        common = lcm(common, period)
        if beyond or common * len(self.graph.layers) > MAX_SEEN:
            return Unknown("centers repeat too late for all input sizes to be tried")
        return common

    def sizes(self, n: int) -> AxisSizes | None:
        given = [n if one in self.group else size for one, size in enumerate(self.given)]
        known = [size for size in given if size is not None]
        return sizes_given(self.graph, self.axis, known) if len(known) == len(given) else None

    def good(self, n: int) -> bool:
        """Whether no merge is off centre at a size, and no crop uneven."""
        sizes = self.sizes(n)
        if sizes is None or any(self._uneven(sizes, number) for number in self.crops):
            return False
        sight = Sight(self.graph.replaced(axes=(sizes,) * len(self.graph.axes)), 0, training=False)
        return not off_center(sight, sight.axes[0])

    def next(self, n: int, way: Callable[[int], int | None]) -> int | None:
        """The first size on the `way` from one to the next at which no merge is off centre; None where none is near."""
        for _ in range(min(max(MAX_TRIED // len(self.graph.layers), 2), FARTHEST)):
            found = way(n)
            if found is None or self.good(found):
                return found
            n = found
        return None

    def _uneven(self, sizes: AxisSizes, number: int) -> bool:
        assert sizes.single is not None, "the sizes of all inputs are given"
        source, like = self.graph.sources[number][0], self.graph.likes[number]
        return like is not None and (sizes.single[source] - sizes.single[like]) % 2 == 1

    def changing(self, n: int, other: int) -> str | None:
        """The first layer that reads differently at two sizes of one residue."""
        first, second = self.sizes(n), self.sizes(other)
        if first is None or second is None or first.single is None or second.single is None:
            return None
        for number, layer in self.loose:
            source, like = self.graph.sources[number][0], self.graph.likes[number]
            one, two = (
                layer.reads(self.axis, sizes[source], None if like is None else sizes[like])
                for sizes in (first.single, second.single)
            )
            if one != two:
                return self.graph.labels[number]
        return None


def nearest_centered(graph: Graph) -> str:
    """The input sizes nearest to a network's own at which no merge is off centre, for people; nothing where the size
    decides nothing, or where none is near."""
    architecture, network = graph.architecture, graph.described
    if not any(layer is not None and layer.needs_size for layer in graph.layers):
        return ""
    said: dict[str, list[str]] = {}
    for axis, letter in enumerate(axis_names(architecture.axes)):
        given = _given(architecture, axis)
        size, group = given[0], alike(given)[given[0]]
        fit = accepted(axis, network, network.order, group, given, most=MAX_SEEN)
        trial = _Trial(graph, axis, group, given)
        if size is None or isinstance(fit, Unknown) or trial.good(size):
            continue
        sides = [n for n in (trial.next(size, fit.below), trial.next(size, fit.above)) if n is not None]
        if sides:
            said.setdefault(" and ".join(map(str, sides)), []).append(letter)
    parts = [f"{found} along {listed(where)}" for found, where in said.items()]
    return f"no merge is off centre at input sizes of {'; '.join(parts)}" if parts else ""
