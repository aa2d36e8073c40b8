"""Runs the engine: every layer of a graph with respect to an origin."""

from __future__ import annotations

from functools import cached_property

from rfcli.diagnostics import Diagnostic
from rfcli.engine.costs import costs, summed
from rfcli.engine.fields import AxisFields, Clash, all_of, fields_along, too_long
from rfcli.engine.report import LayerReport, ReceptiveField, Report
from rfcli.engine.wholes import Through, reached_from, through
from rfcli.geometry.field import Field, PeriodTooLong, ratio
from rfcli.geometry.unknown import Unknown
from rfcli.graph.compile import axis_names
from rfcli.graph.sizes import LARGE, AxisSizes, causes, dependence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from rfcli.description.nodes import Problems
    from rfcli.engine.fields import Local
    from rfcli.engine.report import Number
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
    return Report(graph, labels[origin], layers, total)


def check(graph: Graph, problems: Problems) -> None:
    """Adds what is wrong with a graph's paths, without a report."""
    _origins(graph, graph.inputs, False, problems)


def _origins(graph: Graph, origins: Iterable[int], training: bool, problems: Problems) -> dict[int, _Origin]:
    """The graph as seen from some of its layers, each once."""
    found = {number: _Origin(graph, number, training) for number in dict.fromkeys(origins)}
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
    """One axis seen from one origin: the tries' fields, joined layer by layer."""

    def __init__(self, graph: Graph, sizes: AxisSizes, origin: int, reached: list[bool]) -> None:
        self.graph, self.sizes = graph, sizes
        self.tries: list[AxisFields] = []
        for sizes_of_try in sizes.tries:
            self.tries.append(fields_along(graph, sizes, sizes_of_try, origin, reached))
        self.causes = causes(graph.layers, graph.sources, graph.order) if len(self.tries) > 1 else []

    def numbers(self, number: int) -> tuple[Number, Number, Number, Number, object, bool | Unknown, bool | Unknown]:
        """Size, stride, padding, center, phase sizes, uniform and aligned of a layer."""
        of_tries = []
        for fields, sizes in zip(self.tries, self.sizes.tries, strict=True):
            of_tries.append(_numbers(fields.local[number], fields.aligned[number], sizes[number]))
        first = of_tries[0]
        if all(other == first for other in of_tries[1:]):
            if self.sizes.given:
                return first
            return tuple(map(self._bounded, first))  # type: ignore[return-value]
        reason = self._reason(number)
        return tuple(  # type: ignore[return-value]
            values[0] if all(value == values[0] for value in values) else reason
            for values in zip(*of_tries, strict=True)
        )

    def _bounded(self, value: object) -> object:
        """A value that all tries agree on, unless it comes from the unknown size."""
        if isinstance(value, int) and abs(value) >= LARGE:
            return Unknown("it depends on the input size, which is not given")
        return value

    def _reason(self, number: int) -> Unknown:
        cause = self.causes[number]
        if cause is None:
            return Unknown("it depends on the input size, which is not given")
        layer = self.graph.layers[cause]
        assert layer is not None
        return Unknown(
            f"{dependence(layer)} at '{self.graph.labels[cause]}' depends on the input size, which is not given"
        )


NO_OUTPUT_ZERO = Unknown("output 0 reads nothing: padding and center are those of output 0")
READS_NOTHING = Unknown("no output reads anything")


def _numbers(
    local: Local, aligned: bool | Unknown, n: int
) -> tuple[Number, Number, Number, Number, object, bool | Unknown, bool | Unknown]:
    """Size, stride, padding, center, phase sizes, uniform and aligned, from one try."""
    if isinstance(local, Field):
        if len(local.phases) == 1:
            only = local.phases[0]
            if only is None:
                return (READS_NOTHING, local.shift, READS_NOTHING, READS_NOTHING, (0,), False, aligned)
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
    zero = local.bounds(0)
    try:
        found: int | Unknown | None = local.size(n)
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


class _Origin:
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
            for fields in axis.tries:
                for clash in fields.clashes:
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
        merges = {number for axis in self.distinct for fields in axis.tries for number in fields.misaligned}
        if not merges:
            return found
        for number in graph.order:
            if number in merges:
                found[number] = self._misaligned(number)
                continue
            for source in graph.sources[number]:
                if source in found and self._aligned(source) is not True:
                    at = found[source] if source not in merges else f"misaligned at '{graph.labels[source]}'"
                    if graph.layers[number] is not None and any(f.local[number] is not None for f in self._fields_of()):
                        found[number] = at
                        break
        return found

    def _fields_of(self) -> list[AxisFields]:
        return [axis.tries[0] for axis in self.distinct]

    def _aligned(self, number: int) -> bool:
        return all(fields.aligned[number] is True for axis in self.distinct for fields in axis.tries)

    def _misaligned(self, number: int) -> str:
        graph = self.graph
        letters = axis_names(graph.architecture.axes)
        parts = []
        for axis in self.distinct:
            mine = [letter for letter, one in zip(letters, self.axes, strict=True) if one is axis]
            for fields in axis.tries:
                it = fields.misaligned.get(number)
                if it is None:
                    continue
                where = "" if len(self.distinct) == 1 else f" along {' and '.join(mine)}"
                at = f" at output {it.output}" if it.output else ""
                a, b = (_half(center) for center in it.centers)
                balance = "; balanced: the differences cancel over a period" if it.balanced else ""
                sometimes = " at some input sizes" if len(axis.tries) > 1 else ""
                parts.append(
                    f"misaligned{where}{sometimes}: center {a} through '{graph.labels[it.first]}', "
                    f"{b} through '{graph.labels[it.second]}'{at}{balance}"
                )
                break
        return "; ".join(parts)

    def field(self, number: int, unknowns: tuple[str, ...]) -> ReceptiveField | None:
        """What a layer sees; None where the origin does not reach it."""
        if not self.reached[number]:
            return None
        single = self.distinct[0]
        if len(self.distinct) == 1 and single.sizes.given and not unknowns and number not in self.notes:
            fields = single.tries[0]
            if isinstance(fields.local[number], Field):
                key = (id(fields.local[number]), fields.aligned[number], self.through[number][0])
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
