"""Proof by autograd: each layer's region, stride and alignment measured on the network itself.

One axis at a time: the network is built along it with torch, with positive weights and without nonlinearities, and the
gradient of single outputs is above 0 exactly where they read the input.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import product
from math import lcm, prod
from typing import Any

from rfcli.diagnostics import CallError, DescriptionError
from rfcli.engine.border import Region
from rfcli.engine.locate import Locator
from rfcli.engine.reading import Reading
from rfcli.engine.report import Report
from rfcli.engine.support import Effort, Samples, Supports
from rfcli.extras import torch
from rfcli.geometry.field import Field
from rfcli.geometry.unknown import Unknown
from rfcli.layers._layer import IDENTITY_READS, NEITHER
from rfcli.measuring.layers import Tensor
from rfcli.measuring.runner import Runner
from rfcli.values import Value

AtSize = Callable[[int, int], Report]
"""Computes the network at another size of an axis. Raises `DescriptionError` where it cannot be."""

Runs = tuple[tuple[int, int], ...]

MOST = 20_000
"""Largest input along one axis that is built."""
MOST_PHASES = 64
"""Outputs of a layer that are measured, one a phase."""
MOST_WORK = 2_000_000
"""Layers that gradients go back through, a minute or two."""
AT_ONCE = 16
"""Outputs that are measured at once."""


class Verified(Value):
    """One layer along one axis: outputs, and what was measured and what the engine says of each. They must be equal."""

    layer: str
    axis: int
    outputs: tuple[int, ...]
    measured: tuple[Region, ...]
    expected: tuple[Region, ...]
    aligned: bool | None = None
    """Whether the measured regions of a merge's inputs have one center; None for other layers, or at borders."""
    expected_aligned: bool | None = None
    size: int | None = None
    """Size of the largest measured region that lies inside the input; None where all reach its borders."""
    broken: str = ""
    """What the description promises of the layer and autograd does not find."""
    differing: tuple[tuple[int, Runs, Runs], ...] = ()
    """Outputs that read other samples than the engine says, if between the same ends: what was measured of each, and
    what the engine says, as runs of neighbours."""

    @property
    def agrees(self) -> bool:
        """Whether the engine is right, and the description with what it promises."""
        alike = self.measured == self.expected and self.aligned == self.expected_aligned
        return alike and not self.differing and not self.broken


def verified(report: Report, at_size: AtSize, fits: Callable[[Any, object], bool]) -> list[Verified]:
    """All layers that do more than pass on, and those of which the description promises a size, along all axes that
    differ. `fits(promised, size)` tells whether a promise holds. A network of several inputs is built at their own
    sizes, with respect to the report's origin, one of them. Raises `CallError`."""
    torch()
    graph, several = report.followed, len(report.followed.inputs) > 1
    if report.sight.origin not in graph.inputs:
        raise CallError(f"{report.source}: networks are built with respect to an input, '{report.origin}' is none")
    if not report.layers:
        return []
    promises = {} if report.sight.origin else _promises(report)
    sized = [(axis, report if several else _large_enough(report, axis, at_size)) for axis, *_ in graph.alike]
    found = [one for axis, at in sized for one in _along(at, axis, promises)]
    joint = {} if several else _jointly(report)
    return [
        one.replaced(broken=joint.get(one.layer, "") or _broken(one, promises.get(one.layer, []), fits))
        for one in found
    ]


NO_SIZE = "{}: building the network needs the input size: give --input-size"
MOST_POINTS = 1 << 20
"""Largest input that is built along all axes at once."""


def _jointly(report: Report) -> dict[str, str]:
    """Layers behind masks, or merges of paths that lead nowhere at some outputs, of which autograd does not find the
    very points that the engine says, built along all axes at the network's own size: corners, and the middle."""
    graph = report.followed
    masks = any(layer is not None and layer.joint is not None for layer in graph.layers)
    if not masks and all(axis.torn is None for axis in report.sight.axes):
        return {}
    labels = [
        label for number, label in enumerate(graph.labels)
        if number not in graph.inputs and graph.original(number) == number and report.sight.reached[number]
    ]  # fmt: skip
    behind = {label: Locator(report, label) for label in labels}
    behind = {label: one for label, one in behind.items() if one.masked or (not masks and _torn(one))}
    sizes = [axis.known[0] for axis in graph.axes]
    given = [n for n in sizes if isinstance(n, int)]
    if not behind or len(given) < len(sizes) or prod(given) > MOST_POINTS:
        return {}
    x: Tensor = torch().ones((1, 1, *given), dtype=torch().float64, requires_grad=True)
    numbers = [locator.number for locator in behind.values()]
    maps = Runner(graph, tuple(range(len(given))), 1, _positive, True).run(x, numbers)
    found: dict[str, str] = {}
    for label, locator in behind.items():
        made = maps[locator.number]
        for share in (0, 1, 2):
            place = tuple(share * (n - 1) // 2 for n in made.shape[2:])
            (gradient,) = torch().autograd.grad(made[(0, slice(None), *place)].sum(), x, retain_graph=True)
            measured = {tuple(point) for point in gradient[0, 0].nonzero().tolist()}
            expected = set(locator.points(place) or product(*locator.read_at(place)))
            if measured != expected:
                found.setdefault(
                    label, f"output {place} reads {len(measured)} samples, the engine says {len(expected)}"
                )
    return found


def _torn(locator: Locator) -> bool:
    """Whether paths lead nowhere at some outputs, and the same paths count along all axes: those that are built."""
    return not locator.unlike and any(map(locator.torn, locator.axes))


def _promises(report: Report) -> dict[str, list[Any]]:
    """The sizes that the description expects at its own input size, of layers by the names that they have."""
    graph = report.followed
    found: dict[str, list[Any]] = {}
    for entry in graph.architecture.about.get("expect", []):
        number = graph.names.number(entry["layer"]) if "layer" in entry else None
        if number is not None and entry.get("size") is not None and "input_size" not in entry:
            found.setdefault(graph.labels[number], []).append(entry["size"])
    return found


def along(size: Any, axis: int) -> Any:
    """What is promised along an axis: a number, or bounds."""
    return size[axis] if isinstance(size, list) and axis < len(size) else size


def _broken(one: Verified, sizes: list[Any], fits: Callable[[Any, object], bool]) -> str:
    """What is promised of a measured layer's size and does not hold; "" where no whole region was measured."""
    wanted = [along(size, one.axis) for size in sizes if one.size is not None]
    return next((f"its size is promised to be {w}, it is {one.size}" for w in wanted if not fits(w, one.size)), "")


def _large_enough(report: Report, axis: int, at_size: AtSize) -> Report:
    """The network at a size at which a central output of every layer lies inside, on the grid of the given size."""
    n = report.followed.axes[axis].known[0]
    if isinstance(n, Unknown):
        raise CallError(NO_SIZE.format(report.source))
    largest = multiple = 1
    for local in report.sight.axes[axis].fields.local:
        if isinstance(local, Field) and local.size and local.shift:
            largest = max(largest, local.size + 2 * local.shift)
            multiple = lcm(multiple, local.shift)
    wanted = n + -(-max(2 * largest - n, 0) // multiple) * multiple
    for size in (wanted, wanted + multiple, n):
        if size <= MOST:
            try:
                found = at_size(axis, size) if size != n else report
            except DescriptionError:
                continue
            if size == n or _as_known(found, report, axis):
                return found
    raise CallError(f"{report.source}: an input of {wanted} samples along an axis is too large to be built")


def _as_known(larger: Report, report: Report, axis: int) -> bool:
    """Whether what layers read is known in a larger network where it is in the given one: not every size is cut evenly
    into windows."""
    there, here = larger.sight.readings[axis], report.sight.readings[axis]
    return all(
        isinstance(here.below(number), Unknown) or not isinstance(there.below(number), Unknown)
        for number, layer in enumerate(report.followed.layers) if layer is not None
    )  # fmt: skip


def _along(report: Report, axis: int, named: Collection[str]) -> list[Verified]:
    """Layers measured along one axis."""
    graph, reading = report.followed, report.sight.readings[axis]
    numbers = [
        number for number, label in enumerate(graph.labels)
        if number not in graph.inputs and graph.original(number) == number and reading.local[number]
        and (label in named or _does_more(reading, number))
    ]  # fmt: skip
    _check_work(report, reading, numbers)
    # The maps that the layers read are kept as well: those of merges are compared.
    built = Built(report, axis, {*numbers, *(source for number in numbers for source in graph.sources[number])})
    asked = {number: graph.labels[number] in named for number in numbers}
    built.look(asked)
    return [built.measured(number, one) for number, one in asked.items()]


def _check_work(report: Report, reading: Reading, numbers: Collection[int]) -> None:
    """Raises `CallError` where the gradients of layers, each of which go back through all before it, take too long."""
    before = [0] * len(reading.local)
    for place, number in enumerate(reading.graph.order, 1):
        before[number] = min(place, 1 + sum(before[source] for source in reading.sources[number]))
    work = sum(before[number] for number in numbers)
    if work > MOST_WORK:
        raise CallError(
            f"{report.source}: measuring {len(numbers)} layers, each through all before it, takes {work} steps back, "
            f"more than {MOST_WORK}: verify a network of fewer layers, or one that repeats them less"
        )


def _does_more(reading: Reading, number: int) -> bool:
    """Whether a layer does more than pass its input on."""
    below = reading.below(number)
    layer = reading.graph.layers[number]
    if layer is not None and layer.compares:
        return True
    more = isinstance(below, Unknown) or len(below) > 1 or any(reads is not IDENTITY_READS for _, reads in below)
    return more or reading.side(number) != NEITHER


def _positive(name: str, shape: tuple[int, ...], fan: int) -> Tensor:
    """Weights that are all alike and above 0."""
    return torch().full(shape, 1 / fan, dtype=torch().float64)


def _samples(gradient: Tensor) -> Samples:
    """Samples with a gradient."""
    read = bytes((gradient != 0).tolist()).translate(DIGITS)
    return Samples(0, int(read[::-1] or b"0", 2))


DIGITS = b"01" + bytes(254)


class Built:
    """A network built along one axis, and run: the maps of some layers, and the regions of their outputs."""

    def __init__(self, report: Report, axis: int, numbers: Collection[int]) -> None:
        self.origin = report.sight.origin
        n = report.followed.axes[axis].known[self.origin]
        if isinstance(n, Unknown):
            raise CallError(NO_SIZE.format(report.source))
        self.report, self.axis, self.n = report, axis, n
        self.local = report.sight.axes[axis].fields.local
        self.torn = report.sight.axes[axis].torn is not None
        runner = Runner(report.followed, (axis,), 1, _positive, True)
        self.x: Tensor = torch().ones((runner.affords(AT_ONCE), 1, n), dtype=torch().float64, requires_grad=True)
        self.maps = runner.run(self.x, numbers, self.origin)
        self._samples: dict[tuple[int, int], Samples] = {}
        self._said: dict[tuple[int, int], Samples] = {}
        self._locators: dict[int, Locator] = {}

    def samples(self, number: int, o: int) -> Samples:
        """Samples of the input with a gradient of one output."""
        if number == self.origin:
            return Samples(o, 1)
        if (number, o) not in self._samples:
            self._measure([(number, o)])
        return self._samples[number, o]

    def look(self, named: Mapping[int, bool]) -> None:
        """Looks at all outputs of some layers that will be asked for, and of merges at one of each input."""
        graph, wanted = self.report.followed, []
        for number in named:
            layer, middle = graph.layers[number], self.maps[number].shape[-1] // 2
            if layer is not None and layer.merge:
                sources = (source for source in graph.sources[number] if source != self.origin)
                wanted += [(source, middle) for source in sources if self._whole(source, middle)]
            wanted += [(number, o) for o in self.outputs(number, named[number])]
        self._measure([*dict.fromkeys(wanted)])

    def _measure(self, wanted: Sequence[tuple[int, int]]) -> None:
        """Looks at outputs of layers, each in a network of its own: as many at once as are built."""
        times = len(self.x)
        for first in range(0, len(wanted), times):
            some = wanted[first : first + times]
            made = sum(self.maps[number][at, :, o].sum() for at, (number, o) in enumerate(some))
            (gradient,) = torch().autograd.grad(made, self.x, retain_graph=True, allow_unused=True)
            for at, one in enumerate(some):
                self._samples[one] = Samples() if gradient is None else _samples(gradient[at, 0])

    def outputs(self, number: int, named: bool) -> tuple[int, ...]:
        """The outputs of a layer that are looked at: the borders, and central ones, of a named layer one for each phase
        of its region."""
        size, field = self.maps[number].shape[-1], self.local[number]
        phases = min(len(field.phase_sizes), MOST_PHASES) if named and isinstance(field, Field) else 2
        central = {min(size // 2 + phase, size - 1) for phase in range(max(phases, 2))}
        return tuple(sorted({0, *central, size - 1}))

    def region(self, number: int, o: int) -> Region:
        """The first and the last of them."""
        return self.samples(number, o).hull

    def measured(self, number: int, named: bool) -> Verified:
        """What is measured of some outputs of a layer, and what the engine says of them."""
        outputs, size = self.outputs(number, named), self.maps[number].shape[-1]
        samples = [(o, self.samples(number, o), self._expected(number, o)) for o in outputs]
        expected = tuple(engine.hull for _, _, engine in samples)
        differing = tuple((o, read.runs, engine.runs) for o, read, engine in samples if read.runs != engine.runs)
        aligned = self._aligned(number, size // 2)
        measured = tuple(self.region(number, o) for o in outputs)
        # A region at the border, or one that goes round it, is not all of it.
        inside = [one[1] - one[0] + 1 for one in measured if one is not None and one[0] > 0 and one[1] < self.n - 1]
        # Built along one axis, outputs see by paths that lead nowhere along another.
        largest = None if self.torn else max(inside, default=None)
        label = self.report.followed.labels[number]
        return Verified(label, self.axis, outputs, measured, expected, *aligned, largest, differing=differing)

    def _expected(self, number: int, o: int) -> Samples:
        """What the engine says of an output along the axis that is built, whatever lies along the others."""
        if (number, o) not in self._said:
            if number not in self._locators:
                self._locators[number] = Locator(self.report, self.report.followed.labels[number])
            locator = self._locators[number]
            found = Supports(locator.readings[self.axis], Effort()).of({locator.number: Samples(o, 1)}, clipped=True)
            if isinstance(found, Unknown):
                raise locator.refused(f"what '{locator.layer}' reads is not known: {found.reason}")
            self._said[number, o] = found
        return self._said[number, o]

    def _aligned(self, number: int, o: int) -> tuple[bool | None, bool | None]:
        """Whether the centers of a merge's inputs agree at one output, measured and by the engine; None at borders, and
        for layers that merge nothing."""
        measured, expected = set(), set()
        layer, sources = self.report.followed.layers[number], self.report.followed.sources[number]
        for source in sources:
            whole = None if layer is None or not layer.merge else self._whole(source, o)
            if whole is None:
                return None, None
            if self._expected(source, o).hull != whole:
                return None, None  # a border in between takes something off, or everything on one side is seen as well
            seen = self.region(source, o)
            measured.add(None if seen is None else sum(seen))
            expected.add(sum(whole))
        return len(measured) == 1, len(expected) == 1

    def _whole(self, number: int, o: int) -> Region:
        """What an output covers where all of it lies inside the input; None else, and where that is not measured."""
        field = self.local[number]
        whole = field.bounds(o) if isinstance(field, Field) and not self.torn else None
        return None if whole is None or whole[0] < 0 or whole[1] >= self.n else whole
