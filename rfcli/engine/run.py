"""Runs the engine: every layer of a graph with respect to an origin."""

from __future__ import annotations

from functools import cached_property

from rfcli.diagnostics import Diagnostic
from rfcli.engine.costs import costs, summed
from rfcli.engine.fields import Clash, Family, Mixed, all_of, fields_along
from rfcli.engine.reading import DEPENDS, depending, too_long
from rfcli.engine.report import LayerReport, ReceptiveField, Report
from rfcli.engine.wholes import Through, reached_from, through
from rfcli.geometry.field import Field, PeriodTooLong, ratio
from rfcli.geometry.unknown import Unknown
from rfcli.graph.compile import axis_names
from rfcli.graph.sizes import LARGE, NO_SIZE, AxisSizes, causes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from rfcli.description.nodes import Problems
    from rfcli.engine.fields import Local
    from rfcli.engine.report import Number

    Phases = tuple[int, ...] | Unknown | None
    Numbers = tuple[Number, Number, Number, Number, Phases, bool | Unknown, bool | Unknown]
    from rfcli.graph.graph import Graph


def run(graph: Graph, origin: int, training: bool, problems: Problems) -> Report | None:
    """The report of a graph, or None with its problems added (merges of different strides)."""
    several = len(graph.inputs) > 1
    by_origin = _origins(graph, [origin, *graph.inputs] if several else [origin], training, problems)
    if problems:
        return None
    labels, first = graph.labels, len(graph.inputs)
    found = costs(graph)
    main = by_origin[origin]
    layers = []
    total = summed(found)
    certain = not any(isinstance(value, Unknown) for value in (*graph.channels, total.params, total.macs, total.flops))
    certain = certain and all(axis.given for axis in graph.axes)
    for number in range(first, len(labels)):
        layer = graph.layers[number]
        assert layer is not None
        cost = found[number]
        unknowns = () if certain else _unknowns(graph, number, cost.params, cost.macs, cost.flops)
        fields = None
        if several:
            fields = {labels[one]: by_origin[one].field(number, unknowns) for one in graph.inputs}
        layers.append(
            LayerReport(
                labels[number],
                layer.type,
                tuple([labels[source] for source in graph.sources[number]]),
                graph.sizes[number],
                graph.channels[number],
                cost,
                main.field(number, unknowns),
                fields,
            )
        )
    return Report(graph, labels[origin], layers, total, main)


def strides_clash(graph: Graph, problems: Problems) -> None:
    """Adds what is wrong with a graph's paths, without a report: strides only clash where sizes are unknown."""
    if not all(axis.given for axis in graph.axes):
        _origins(graph, graph.inputs, False, problems)


def _origins(graph: Graph, origins: Iterable[int], training: bool, problems: Problems) -> dict[int, Sight]:
    """The graph as seen from some of its layers, each once."""
    found = {number: Sight(graph, number, training) for number in dict.fromkeys(origins)}
    for one in found.values():
        problems.extend(one.problems())
    return found


def _unknowns(graph: Graph, number: int, *costs: int | Unknown) -> tuple[str, ...]:
    """Reasons for what is not known of a layer beside its field."""
    values = (*graph.sizes[number], graph.channels[number], *costs)
    if not any(isinstance(value, Unknown) for value in values):
        return ()
    return tuple(dict.fromkeys(value.reason for value in values if isinstance(value, Unknown)))


class _Axis:
    """One axis seen from one origin, and its numbers layer by layer."""

    def __init__(self, graph: Graph, sizes: AxisSizes, origin: int, reached: list[bool]) -> None:
        self.graph, self.sizes = graph, sizes
        self.fields = fields_along(graph, sizes, origin, reached)
        self._known: dict[object, tuple[Number, Number]] = {}

    def aligned(self, number: int) -> bool | Unknown:
        """Whether all paths to a layer have one center; unknown where the input size decides it."""
        askew = self.fields.askew[number]
        if askew == (1 << self.sizes.count) - 1:
            return False
        doubt = self.fields.doubtful[number]
        return doubt if doubt is not None else True if askew == 0 else self._reason(number)

    def numbers(self, number: int) -> Numbers:
        """Size, stride, padding, center, phase sizes, uniform and aligned of a layer."""
        local, aligned = self.fields.local[number], self.aligned(number)
        if isinstance(local, Family):
            found = self._joined(number, local, aligned)
        else:
            found = _numbers(local, aligned, self.sizes.known[number])
        if self.sizes.given:
            return found
        size, stride, padding, center, phases, uniform, aligned = found
        if isinstance(phases, tuple) and max(phases) >= LARGE:
            phases = self._reason(number)
        finite = [self._reason(number) if _large(value) else value for value in (size, stride, padding, center)]
        return (finite[0], finite[1], finite[2], finite[3], phases, uniform, aligned)

    def _joined(self, number: int, family: Family, aligned: bool | Unknown) -> Numbers:
        """What the fields at all input sizes agree on."""
        reason = self._reason(number)
        of_classes = [_numbers(field, aligned, NO_SIZE) for field in family.classes]
        agreed = [
            values[0] if all(v == values[0] for v in values) else reason for values in zip(*of_classes, strict=True)
        ]
        key = (family.members, tuple([(one[2], one[3]) for one in of_classes]))
        if key not in self._known:
            self._known[key] = self._places(family, of_classes, reason)
        padding, center = self._known[key]
        return (agreed[0], agreed[1], padding, center, *agreed[4:])  # type: ignore[return-value]

    def _places(self, family: Family, of_classes: list[Numbers], reason: Unknown) -> tuple[Number, Number]:
        """Padding and center, where they are the same for all members."""
        found = set()
        for c, by in family.members:
            padding, center = of_classes[c][2:4]
            if padding is None or center is None or isinstance(padding, Unknown) or isinstance(center, Unknown):
                found.add((padding, center))
            else:
                found.add((padding - by, center + by))
            if len(found) > 1:
                break
        paddings, centers = ({one[i] for one in found} for i in range(2))
        return (paddings.pop() if len(paddings) == 1 else reason, centers.pop() if len(centers) == 1 else reason)

    def _reason(self, number: int) -> Unknown:
        cause = self.causes[number]
        layer = None if cause is None else self.graph.layers[cause]
        return DEPENDS if cause is None or layer is None else depending(layer, self.graph.labels[cause])

    @cached_property
    def causes(self) -> list[int | None]:
        """For each layer what depends on the input size before it."""
        return causes(self.graph.layers, self.graph.sources, self.graph.order)


def _large(value: Number) -> bool:
    """Whether a number comes from an unknown size."""
    return not isinstance(value, Unknown | None) and not -LARGE < value < LARGE


NO_OUTPUT_ZERO = Unknown("output 0 reads nothing: padding and center are those of output 0")
READS_NOTHING = Unknown("no output reads anything")


def _numbers(local: Local, aligned: bool | Unknown, n: int | Unknown) -> Numbers:
    """Size, stride, padding, center, phase sizes, uniform and aligned, at one input size."""
    if isinstance(local, Field):
        if len(local.phases) == 1:
            only = local.phases[0]
            if only is None:
                return (READS_NOTHING, READS_NOTHING, READS_NOTHING, READS_NOTHING, (0,), False, aligned)
            u, v = only
            center = u + v
            size = v - u + 1
            return (size, local.shift, -u, center >> 1 if center % 2 == 0 else ratio(center, 2), (size,), True, aligned)
        zero = local.phases[0]
        largest = local.size
        return (
            READS_NOTHING if largest is None else largest,
            local.stride,
            NO_OUTPUT_ZERO if zero is None else -zero[0],
            NO_OUTPUT_ZERO if zero is None else ratio(zero[0] + zero[1], 2),
            local.phase_sizes,
            False,
            aligned,
        )
    if local is None:
        return (None, None, None, None, None, True, aligned)
    if isinstance(local, Unknown):
        return (local, local, local, local, local, local, aligned)
    assert isinstance(local, Mixed)
    zero = local.bounds(0)
    try:
        found: int | Unknown | None = n if isinstance(n, Unknown) else local.size(n)
    except PeriodTooLong as error:
        found = too_long(error)
    strides = " and ".join(str(part.stride) for part in local.parts)
    mixed = Unknown(f"paths of strides {strides} meet: each output sees the union of theirs, no one stride holds")
    return (
        READS_NOTHING if found is None else found,
        mixed,
        NO_OUTPUT_ZERO if zero is None else -zero[0],
        NO_OUTPUT_ZERO if zero is None else ratio(zero[0] + zero[1], 2),
        mixed,
        False,
        False,
    )


class Sight:
    """All axes seen from one origin."""

    def __init__(self, graph: Graph, origin: int, training: bool) -> None:
        self.graph, self.origin, self.training = graph, origin, training
        self.reached = reached_from(graph, origin)
        distinct: dict[int, _Axis] = {}
        for sizes in graph.axes:
            if id(sizes) not in distinct:
                distinct[id(sizes)] = _Axis(graph, sizes, origin, self.reached)
        self.axes = [distinct[id(sizes)] for sizes in graph.axes]
        self.distinct = list(distinct.values())
        self._known: dict[tuple[int, bool | Unknown, tuple[int, ...]], ReceptiveField] = {}
        """Fields built so far, by what makes them: layers that change nothing share their input's."""

    @cached_property
    def through(self) -> list[Through]:
        """For each layer the global layers on its paths."""
        return through(self.graph, self.origin, self.reached, self.training)

    @cached_property
    def notes(self) -> dict[int, str]:
        """For each layer from a misaligned merge on, what is misaligned."""
        return self._merge_notes()

    def problems(self) -> list[Diagnostic]:
        """Merges of paths of different strides."""
        found: dict[int, Clash] = {}
        for axis in self.distinct:
            for clash in axis.fields.clashes:
                found.setdefault(clash.number, clash)
        return [self._clash(clash) for clash in found.values()]

    def _clash(self, clash: Clash) -> Diagnostic:
        graph = self.graph
        layer = graph.layers[clash.number]
        assert layer is not None
        entry = graph.architecture.entries[clash.number - len(graph.inputs)]
        a, b = clash.strides
        return Diagnostic(
            entry.node.span,
            "RF303",
            f"{layer.type} '{graph.labels[clash.number]}': paths have different strides: {a} through "
            f"'{graph.labels[clash.first]}', {b} through '{graph.labels[clash.second]}'",
            "give both paths the same strides, or the input size, at which the maps may fit",
        )

    def _merge_notes(self) -> dict[int, str]:
        graph = self.graph
        found: dict[int, str] = {}
        merges = {number for axis in self.distinct for number in axis.fields.misaligned}
        if not merges:
            return found
        for number in graph.order:
            if number in merges:
                found[number] = self.misaligned(number)
                continue
            if all(axis.fields.local[number] is None for axis in self.distinct):
                continue
            for source in graph.sources[number]:
                if source in found and graph.layers[number] is not None and number != self.origin:
                    found[number] = f"misaligned at '{graph.labels[source]}'" if source in merges else found[source]
                    break
        return found

    def misaligned(self, number: int) -> str:
        """How the paths of a misaligned merge lie to each other, for people."""
        graph = self.graph
        letters = axis_names(graph.architecture.axes)
        parts = []
        for axis in self.distinct:
            mine = [letter for letter, one in zip(letters, self.axes, strict=True) if one is axis]
            it = axis.fields.misaligned.get(number)
            if it is None:
                continue
            where = "" if len(self.distinct) == 1 else f" along {' and '.join(mine)}"
            if max(map(abs, it.centers)) >= LARGE:
                first, second = graph.labels[it.first], graph.labels[it.second]
                parts.append(f"misaligned{where}: how far '{first}' and '{second}' are apart depends on the input size")
                continue
            at = f" at output {it.output}" if it.output else ""
            a, b = (_half(center) for center in it.centers)
            balance = "; balanced: the differences cancel over a period" if it.balanced else ""
            sometimes = "" if axis.aligned(number) is False else " at some input sizes"
            parts.append(
                f"misaligned{where}{sometimes}: center {a} through '{graph.labels[it.first]}', "
                f"{b} through '{graph.labels[it.second]}'{at}{balance}"
            )
        return "; ".join(parts)

    def field(self, number: int, unknowns: tuple[str, ...]) -> ReceptiveField | None:
        """What a layer sees; None where the origin does not reach it."""
        if not self.reached[number]:
            return None
        single = self.distinct[0]
        if len(self.distinct) == 1 and single.sizes.given and not unknowns and number not in self.notes:
            local = single.fields.local[number]
            if isinstance(local, Field):
                key = (id(local), single.aligned(number), self.through[number][0])
                if key not in self._known:
                    self._known[key] = self._field(number, unknowns)
                return self._known[key]
        return self._field(number, unknowns)

    def _field(self, number: int, unknowns: tuple[str, ...]) -> ReceptiveField:
        if len(self.distinct) == 1:
            one = self.distinct[0].numbers(number)
            size, stride, padding, center, phases, uniform, aligned = one
            count = len(self.axes)
            columns: list[Any] = [(value,) * count for value in (size, stride, padding, center, phases)]
            per_axis = [one]
        else:
            per_axis = [axis.numbers(number) for axis in self.axes]
            columns = [tuple(column) for column in zip(*(one[:5] for one in per_axis), strict=True)]
            uniform, aligned = all_of(one[5] for one in per_axis), all_of(one[6] for one in per_axis)
        numbers, more = self.through[number]
        notes = list(unknowns)
        for one in per_axis:
            notes.extend(value.reason for value in one if isinstance(value, Unknown))
        labels = self.graph.labels
        if number in self.notes:
            notes.append(self.notes[number])
        names = tuple([labels[one] for one in numbers])
        if any(one[0] is None for one in per_axis):
            where = (
                ""
                if all(one[0] is None for one in per_axis)
                else " along "
                + " and ".join(
                    letter for letter, one in zip(axis_names(len(self.axes)), per_axis, strict=False) if one[0] is None
                )
            )
            notes.append(f"only a global path is left{where}: every output sees the whole input")
        if more:
            notes.append(f"through names the first {len(names)} global layers, there are more")
        return ReceptiveField(
            columns[0],
            columns[1],
            columns[2],
            columns[3],
            aligned,
            uniform,
            columns[4],
            bool(numbers),
            names,
            tuple(dict.fromkeys(notes)) if notes else (),
        )


def _half(doubled: int) -> str:
    return str(doubled // 2) if doubled % 2 == 0 else f"{doubled / 2}"
