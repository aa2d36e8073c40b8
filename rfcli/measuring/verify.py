"""Proof by autograd: each layer's region, stride and alignment measured on the network itself.

One axis at a time: the network is built along it with torch, with positive weights and without nonlinearities, and the
gradient of single outputs is above 0 exactly where they read the input.
"""

from __future__ import annotations

from math import lcm

from rfcli.diagnostics import CallError, DescriptionError
from rfcli.engine.locate import Locator
from rfcli.extras import torch
from rfcli.geometry.field import Field
from rfcli.geometry.unknown import Unknown
from rfcli.layers._layer import IDENTITY_READS
from rfcli.measuring.runner import Runner, positive
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rfcli.engine.border import Region
    from rfcli.engine.report import Report

MOST = 20_000
"""Largest input along one axis that is built."""
MOST_PHASES = 64
"""Outputs of a layer that are measured, one a phase."""


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

    @property
    def agrees(self) -> bool:
        """Whether the engine is right, and the description with what it promises."""
        return self.measured == self.expected and self.aligned == self.expected_aligned and not self.broken


def verified(report: Report, at_size: Callable[[int, int], Report | None], named: Iterable[str] = ()) -> list[Verified]:
    """All layers that do more than pass on, and those that are named, along all axes that differ. `at_size(axis, n)`
    computes the network at another size of an axis. Raises `CallError`."""
    torch()
    graph = report.graph
    if len(graph.inputs) > 1:
        raise CallError(f"{report.source}: networks of several inputs are not built")
    found: list[Verified] = []
    for axis, *_ in graph.alike:
        found += _along(_large_enough(report, axis, at_size), axis, set(named))
    return found


def _large_enough(report: Report, axis: int, at_size: Callable[[int, int], Report | None]) -> Report:
    """The network at a size at which a central output of every layer lies inside, on the grid of the given size."""
    n = report.graph.axes[axis].known[0]
    largest = multiple = 1
    for local in report.sight.axes[axis].fields.local:
        if isinstance(local, Field) and local.size and local.shift:
            largest = max(largest, local.size + 2 * local.shift)
            multiple = lcm(multiple, local.shift)
    if isinstance(n, Unknown):
        raise CallError(f"{report.source}: building the network needs the input size: give --input-size")
    wanted = n + -(-max(2 * largest - n, 0) // multiple) * multiple
    for size in (wanted, wanted + multiple, n):
        if size <= MOST:
            try:
                found = at_size(axis, size) if size != n else report
            except DescriptionError:
                found = None
            if found is not None:
                return found
    raise CallError(f"{report.source}: an input of {wanted} samples along an axis is too large to be built")


def _along(report: Report, axis: int, named: set[str]) -> list[Verified]:
    module, graph = torch(), report.graph
    reading = Locator(report, report.layers[-1].name).readings[axis]
    numbers = [
        number
        for number in range(1, len(graph.layers))
        if reading.local[number] and (graph.labels[number] in named or _does_more(reading, number))
    ]
    n = graph.axes[axis].known[0]
    assert isinstance(n, int), "built at a size"
    x = module.ones((1, 1, n), dtype=module.float64, requires_grad=True)
    runner = Runner(graph, (axis,), 1, positive(module.float64), True)
    sources = {source for number in numbers if graph.layers[number].merge for source in graph.sources[number]}  # type: ignore[union-attr]
    maps = runner.run(x, {*numbers, *(source for source in sources if source)})
    measured: dict[tuple[int, int], Region] = {}

    def region(number: int, o: int) -> Region:
        if number == 0:
            return (o, o)
        if (number, o) not in measured:
            (gradient,) = module.autograd.grad(maps[number][0, :, o].sum(), x, retain_graph=True, allow_unused=True)
            places = [] if gradient is None else gradient[0, 0].nonzero().flatten()
            measured[number, o] = (int(places[0]), int(places[-1])) if len(places) else None
        return measured[number, o]

    found = []
    for number in numbers:
        layer = graph.layers[number]
        assert layer is not None, "an input is not measured"
        size = maps[number].shape[-1]
        phases = min(_phases(report, axis, number), MOST_PHASES) if graph.labels[number] in named else 2
        central = {min(size // 2 + phase, size - 1) for phase in range(max(phases, 2))}
        outputs = tuple(sorted({0, *central, size - 1}))
        locator = Locator(report, graph.labels[number])
        expected = tuple(locator.samples(axis, o).hull for o in outputs)
        aligned = expected_aligned = None
        if layer.merge:
            aligned, expected_aligned = _alignment(report, axis, number, size // 2, n, region)
        got = tuple(region(number, o) for o in outputs)
        inside = [one[1] - one[0] + 1 for one in got if one is not None and one[0] > 0 and one[1] < n - 1]
        most = max(inside, default=None)
        found.append(Verified(graph.labels[number], axis, outputs, got, expected, aligned, expected_aligned, most))
    return found


def _phases(report: Report, axis: int, number: int) -> int:
    """After how many outputs a layer's region repeats; 1 where that is not known."""
    field = report.sight.axes[axis].fields.local[number]
    return len(field.phase_sizes) if isinstance(field, Field) else 1


def _does_more(reading: object, number: int) -> bool:
    """Whether a layer does more than pass its input on."""
    below = reading.below(number)  # type: ignore[attr-defined]
    return isinstance(below, Unknown) or len(below) > 1 or any(reads is not IDENTITY_READS for _, reads in below)


def _alignment(
    report: Report, axis: int, number: int, o: int, n: int, region: Callable[[int, int], Region]
) -> tuple[bool | None, bool | None]:
    """Whether the centers of a merge's inputs agree at one output, measured and by the engine; None at borders."""
    local = report.sight.axes[axis].fields.local
    fields = [local[source] for source in report.graph.sources[number]]
    measured, expected = [], []
    for source, field in zip(report.graph.sources[number], fields, strict=True):
        if not isinstance(field, Field):
            return None, None
        whole = field.bounds(o)
        if whole is None or whole[0] < 0 or whole[1] >= n:
            return None, None
        seen = region(source, o)
        measured.append(None if seen is None else sum(seen))
        expected.append(sum(whole))
    return len(set(measured)) == 1, len(set(expected)) == 1
