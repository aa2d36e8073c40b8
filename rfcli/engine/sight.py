"""What is seen of one origin: the fields of all layers along all axes, and what people are told about them."""

from __future__ import annotations

from functools import cached_property

from rfcli.diagnostics import Diagnostic
from rfcli.engine.along import AxisSight
from rfcli.engine.fields import all_of
from rfcli.engine.onesided import Meeting, OneSided
from rfcli.engine.reading import readings
from rfcli.engine.report import ReceptiveField
from rfcli.engine.wholes import SIDES, Through, reached_from, sides, through
from rfcli.geometry.axes import axis_names, listed
from rfcli.geometry.field import Field
from rfcli.geometry.standins import is_large
from rfcli.geometry.unknown import Unknown
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfcli.engine.fields import AxisFields, Clash, Misalignment
    from rfcli.engine.reading import Reading
    from rfcli.engine.torn import Torn
    from rfcli.graph.graph import Graph


class Known(Value):
    """What was worked out before of a sight: which layers the origin reaches, and the fields along each axis."""

    reached: list[bool]
    fields: tuple[AxisFields, ...]


class Sight:
    """All axes seen from one origin."""

    def __init__(self, graph: Graph, origin: int, training: bool, known: Known | None = None) -> None:
        self.graph, self.origin, self.training = graph, origin, training
        self.reached = reached_from(graph, origin) if known is None else known.reached
        inputs = graph.architecture.inputs
        self.spacing = inputs[origin].spacing if origin < len(inputs) else None
        if known is not None:
            self.axes = graph.per_axis(lambda axis: AxisSight.known(graph, graph.axes[axis], known.fields[axis]))
        else:
            torn = self._torn()
            self.axes = graph.per_axis(
                lambda axis: AxisSight(graph, graph.axes[axis], origin, self.reached, torn[axis])
            )
        self.distinct = [self.axes[alike[0]] for alike in graph.alike]
        self._known: dict[tuple[int, bool | Unknown, tuple[int, ...], int], ReceptiveField] = {}
        """Fields built so far, by what makes them: layers that change nothing share their input's."""

    @cached_property
    def gaps(self) -> bool:
        """Whether some outputs of a layer read nothing."""
        return any(
            layer.gaps for layer in {id(layer): layer for layer in self.graph.layers if layer is not None}.values()
        )

    def _torn(self) -> Sequence[Torn | None]:
        """For each axis what is torn along it."""
        if len(self.graph.axes) < 2 or not self.gaps:
            return (None,) * len(self.graph.axes)
        from rfcli.engine.torn import torn

        return self.graph.per_axis(lambda axis: torn(self.readings, axis))

    @cached_property
    def readings(self) -> list[Reading]:
        """The local paths along each axis; axes that are alike share one."""
        return readings(self.graph, self.origin)

    @cached_property
    def sides(self) -> list[list[int]]:
        """For each distinct axis, and each layer, on which sides of its local field it sees everything."""
        axes = [axis.sizes.axis for axis in self.distinct]
        return [sides(self.graph, axis, self.origin, self.reached, self.training) for axis in axes]

    @cached_property
    def through(self) -> list[Through]:
        """For each layer the global layers on its paths."""
        return through(self.graph, self.origin, self.reached, self.training)

    def meeting(self, number: int, axis: AxisSight) -> Meeting:
        """How the paths of a misaligned merge lie to each other along an axis."""
        return self._onesided[id(axis)].meeting(number)

    def looks_back(self, number: int, axis: AxisSight) -> bool:
        """Whether what comes of a layer is causal along an axis, or looks back far more than ahead."""
        return self._onesided[id(axis)].looks_back(number)

    @cached_property
    def _onesided(self) -> dict[int, OneSided]:
        return {
            id(axis): OneSided(self.graph, axis, sides) for axis, sides in zip(self.distinct, self.sides, strict=True)
        }

    @cached_property
    def notes(self) -> dict[int, str]:
        """For each misaligned layer where its paths came apart."""
        graph = self.graph
        found: dict[int, str] = {}
        said: dict[int, str] = {}
        if not any(paths.askew for axis in self.distinct for paths in axis.fields.paths):
            return said
        merges = {number for axis in self.distinct for number in axis.fields.misaligned}
        for number in graph.order:
            if number in merges:
                found[number] = self.misaligned(number)
            elif number != self.origin and any(axis.fields.local[number] is not None for axis in self.distinct):
                for source in graph.sources[number]:
                    if source in found:
                        here = f"{_head(found[source])} at '{graph.labels[source]}'"
                        found[number] = here if source in merges else found[source]
                        break
            if any(axis.fields.paths[number].askew and not axis.mixed(number) for axis in self.distinct):
                said[number] = found.setdefault(number, "misaligned: its paths have different centers")
        return said

    @cached_property
    def unions(self) -> dict[int, str]:
        """For each layer from a slice of channels on whose field is the union over more channels, why."""
        graph = self.graph
        found: dict[int, str] = {}
        if not any(layer is not None and layer.partial for layer in graph.layers):
            return found
        for number in graph.order:
            why = graph.union(number)
            if why is not None:
                label = graph.labels[number]
                found[number] = f"a union over channels: '{label}' takes some of them, and {why}"
            elif number != self.origin:
                before = next((source for source in graph.sources[number] if source in found), None)
                if before is not None:
                    found[number] = found[before]
        return found

    def problems(self) -> list[Diagnostic]:
        """Merges of paths of different strides."""
        graph = self.graph
        found: dict[int, Clash] = {}
        for axis in self.distinct:
            for clash in axis.fields.clashes:
                found.setdefault(graph.original(clash.number), clash)
        return [self._clash(clash) for clash in found.values()]

    def _clash(self, clash: Clash) -> Diagnostic:
        graph = self.graph
        layer = graph.layers[clash.number]
        assert layer is not None
        entry = graph.architecture.entries[graph.original(clash.number) - len(graph.inputs)]
        a, b = clash.strides
        return Diagnostic(
            entry.node.span,
            "RF303",
            f"{layer.type} '{graph.labels[clash.number]}': paths have different strides: {a} through "
            f"'{self._named(clash.number, clash.first)}', {b} through "
            f"'{self._named(clash.number, clash.second)}'",
            "give both paths the same strides, or the input size, at which the maps may fit",
        )

    def misaligned(self, number: int) -> str:
        """How the paths of a misaligned merge lie to each other, for people."""
        said: dict[tuple[str, str], list[str]] = {}
        for letter, axis in zip(axis_names(len(self.axes)), self.axes, strict=True):
            if number in axis.fields.misaligned:
                said.setdefault(self._apart(number, axis), []).append(letter)
        everywhere = len(said) == 1 and (len(self.distinct) == 1 or len(next(iter(said.values()))) == len(self.axes))
        return "; ".join(
            f"{what}{'' if everywhere else f' along {listed(letters)}'}{how}" for (what, how), letters in said.items()
        )

    def _apart(self, number: int, axis: AxisSight) -> tuple[str, str]:
        """What is said of a misaligned merge along an axis: before the axis is named, and after it."""
        it = axis.fields.misaligned[number]
        first, second = self._named(number, it.first), self._named(number, it.second)
        if any(map(is_large, it.centers)):
            return "misaligned", f": how far '{first}' and '{second}' are apart depends on the input size"
        at = f" at output {it.output}" if it.output else ""
        meeting = self.meeting(number, axis)
        if meeting is not Meeting.CENTERS:
            return self._one_sided(number, it, meeting, at)
        a, b = (_half(center) for center in it.centers)
        balance = "; balanced: the differences cancel over a period" if it.balanced else ""
        sometimes = "" if axis.aligned(number) is False else " at some input sizes"
        return "misaligned", f"{sometimes}: center {a} through '{first}', {b} through '{second}'{at}{balance}"

    def _named(self, number: int, source: int) -> str:
        """What an input of a merge is called: that of a cost volume by what it is a window on."""
        graph = self.graph
        at = graph.sources[number].index(source)
        layer = graph.layers[number]
        own = layer is not None and layer.compares
        return graph.labels[graph.described.sources[number][at] if own else source]

    def _one_sided(self, number: int, it: Misalignment, meeting: Meeting, at: str) -> tuple[str, str]:
        """How the paths of a merge lie to each other in a network that looks back."""
        a, b = (
            f"{u} to {v} through '{self._named(number, path)}'"
            for path, (u, v) in zip((it.first, it.second), it.regions, strict=True)
        )
        what = {
            Meeting.ENDS: "paths end at one sample",
            Meeting.AHEAD: "paths look further back than ahead",
            Meeting.APART: "paths end at different samples",
        }  # fmt: skip
        return what[meeting], f": {a}, {b}{at}"

    def field(self, number: int, unknowns: tuple[str, ...] = ()) -> ReceptiveField | None:
        """What a layer sees; None where the origin does not reach it. `unknowns` are reasons for what else is not known
        of it."""
        if not self.reached[number]:
            return None
        single = self.distinct[0]
        if len(self.distinct) == 1 and single.sizes.given and not unknowns and not self._noted(number):
            local = single.fields.local[number]
            if isinstance(local, Field):
                key = (id(local), single.aligned(number), self.through[number][0], self.sides[0][number])
                if key not in self._known:
                    self._known[key] = self._field(number, unknowns)
                return self._known[key]
        return self._field(number, unknowns)

    def _noted(self, number: int) -> bool:
        return number in self.notes or number in self.unions

    def _field(self, number: int, unknowns: tuple[str, ...]) -> ReceptiveField:
        distinct = [axis.numbers(number) for axis in self.distinct]
        seen = [SIDES[of_axis[number]] for of_axis in self.sides]
        one, count = distinct[0], len(self.axes)
        wholes, more = self.through[number]
        names = tuple([self.graph.labels[whole] for whole in wholes])
        notes = [*unknowns, *[reason for numbers in distinct for reason in numbers.reasons]]
        if number in self.notes:
            notes.append(self.notes[number])
        if number in self.unions:
            notes.append(self.unions[number])
        if any(numbers.size is None for numbers in distinct):
            notes.append(self._only_global(number))
        if more:
            notes.append(f"through names the first {len(names)} global layers, there are more")
        said = tuple(dict.fromkeys(notes)) if notes else ()
        if len(distinct) == 1:
            return ReceptiveField(
                (one.size,) * count, (one.stride,) * count, (one.padding,) * count, (one.center,) * count,
                (one.lookback,) * count, (one.lookahead,) * count,
                one.aligned, one.uniform, (one.phase_sizes,) * count, bool(wholes), (seen[0],) * count, names, said,
                self.spacing,
            )  # fmt: skip
        of_axis = {id(axis): numbers for axis, numbers in zip(self.distinct, distinct, strict=True)}
        axes = [of_axis[id(axis)] for axis in self.axes]
        of_side = {id(axis): side for axis, side in zip(self.distinct, seen, strict=True)}
        return ReceptiveField(
            tuple([numbers.size for numbers in axes]),
            tuple([numbers.stride for numbers in axes]),
            tuple([numbers.padding for numbers in axes]),
            tuple([numbers.center for numbers in axes]),
            tuple([numbers.lookback for numbers in axes]),
            tuple([numbers.lookahead for numbers in axes]),
            all_of(numbers.aligned for numbers in axes),
            all_of(numbers.uniform for numbers in axes),
            tuple([numbers.phase_sizes for numbers in axes]),
            bool(wholes), tuple([of_side[id(axis)] for axis in self.axes]), names, said, self.spacing,
        )  # fmt: skip

    def _only_global(self, number: int) -> str:
        """Along which axes only a global path leads to a layer."""
        axes = zip(axis_names(len(self.axes)), self.axes, strict=True)
        left = [letter for letter, axis in axes if axis.fields.local[number] is None]
        where = "" if len(left) == len(self.axes) else f" along {listed(left)}"
        return f"only a global path is left{where}: every output sees all that reaches the global layer"


def _head(note: str) -> str:
    """What a note on a merge says in short."""
    return "misaligned" if note.startswith("misaligned") else note.partition(":")[0].partition(" along ")[0]


def _half(doubled: int) -> str:
    return str(doubled // 2) if doubled % 2 == 0 else f"{doubled / 2}"
