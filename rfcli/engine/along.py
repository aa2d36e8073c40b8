"""One axis as it is seen from one origin: the fields of all layers, and their numbers."""

from __future__ import annotations

from functools import cached_property

from rfcli.engine.family import Family
from rfcli.engine.fields import fields_along, mixed, sweeping
from rfcli.engine.numbers import Numbers, numbers_of
from rfcli.engine.pieces import behind_pieces, realigned
from rfcli.engine.reading import DEPENDS, Reading, depending
from rfcli.geometry.field import Field
from rfcli.geometry.standins import is_large
from rfcli.geometry.unknown import Unknown
from rfcli.graph.sizes import NO_SIZE, causes
from rfcli.layers._layer import AFTER, BEFORE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.engine.fields import AxisFields, Local
    from rfcli.engine.report import Number
    from rfcli.engine.torn import Torn
    from rfcli.graph.graph import Graph
    from rfcli.graph.sizes import AxisSizes


class AxisSight:
    """One axis seen from one origin, and its numbers layer by layer. `torn` says where outputs see by other paths from
    place to place along the other axes."""

    def __init__(
        self, graph: Graph, sizes: AxisSizes, origin: int, reached: list[bool], torn: Torn | None = None
    ) -> None:
        self.graph, self.sizes, self.origin, self.torn = graph, sizes, origin, torn
        followed, along = (graph, sizes) if torn is None else (torn.reading.graph, torn.reading.sizes)
        reached = reached + [True] * (len(followed.layers) - len(reached))
        self.unfolded = self.fields = fields_along(followed, along, origin, reached)
        """The fields of all layers, and those of layers for parts of the paths besides."""
        self._swept: dict[str, AxisFields] = {}
        if sweeping(followed, sizes.axis, self.fields.local):
            self._swept = {name: fields_along(followed, along, origin, reached, side) for name, side in SWEPT.items()}
        self._places: dict[object, dict[str, Number]] = {}
        self._align_pieces(Reading(followed, along, origin) if torn is None else torn.reading)
        if torn is not None:
            from rfcli.engine.combined import folded

            self.fields = folded(self.unfolded, torn, len(graph.layers))

    @classmethod
    def known(cls, graph: Graph, sizes: AxisSizes, fields: AxisFields) -> AxisSight:
        """One axis of which all fields are known; no layer sees more on one side, none takes a part of the channels."""
        found = cls.__new__(cls)
        found.graph, found.sizes, found.torn = graph, sizes, None
        found.unfolded = found.fields = fields
        found._swept, found._places = {}, {}
        return found

    def _align_pieces(self, reading: Reading) -> None:
        """Takes back what pieces of one layer say against each other: what they see along one path is that path's."""
        paths = self.fields.paths
        askew = {number for number, found in enumerate(paths) if found.askew}
        if askew and any(self.graph.original(number) != number for number in range(len(self.graph.layers))):
            askew &= behind_pieces(reading)
            for number in realigned(reading, askew) if askew else ():
                paths[number] = paths[number].replaced(askew=0)

    def aligned(self, number: int) -> bool | Unknown:
        """Whether all paths to a layer have one center; unknown where the input size decides it."""
        paths = self.fields.paths[number]
        if paths.askew == (1 << self.sizes.count) - 1:
            return False
        return paths.doubt if paths.doubt is not None else True if paths.askew == 0 else self._reason(number)

    def mixed(self, number: int) -> bool:
        """Whether paths of different strides have met."""
        return mixed(self.fields.local[number])

    def numbers(self, number: int) -> Numbers:
        """The numbers of a layer."""
        ways = () if self.torn is None else self.torn.ways.get(number, ())
        if not ways:
            known = self.torn is None or number not in {*self.torn.dead, *self.torn.unknown}
            return self._of(number, number) if known else self._numbers(number, self.fields.local[number])
        from rfcli.engine.combined import at_all_sizes, combined

        nodes = {node: self._of(number, node) for way in ways for node in way.all}
        found = [
            combined(None if way.zero is None else nodes[way.zero], [nodes[node] for node in way.all], way.holes)
            for way in ways
        ]
        return at_all_sizes(found).replaced(aligned=self.aligned(number))

    def _of(self, number: int, node: int) -> Numbers:
        """The numbers of those paths to a layer that another one stands for, or of itself."""
        local = self.unfolded.local[node]
        found = self._numbers(number, local)
        changed = {}
        for name, fields in self._swept.items():
            swept = fields.local[node]
            if swept != local:
                changed[name] = getattr(self._numbers(number, swept), name)
        return found.replaced(**changed) if changed else found

    def _numbers(self, number: int, local: Local) -> Numbers:
        """The numbers of a layer's field."""
        aligned = self.aligned(number)
        if isinstance(local, Family):
            found = self._joined(number, local, aligned)
        else:
            found = numbers_of(local, aligned, self.sizes.known[number])
        if isinstance(local, Unknown) and self.torn is None and number in self._picked:
            found = found.replaced(size=self._picked[number])
        return found if self.sizes.given else self._finite(number, found)

    def _finite(self, number: int, found: Numbers) -> Numbers:
        """The numbers without those that an unknown size decides."""
        changed: dict[str, Unknown] = {}
        if isinstance(found.phase_sizes, tuple) and is_large(max(found.phase_sizes)):
            changed["phase_sizes"] = self._reason(number)
        for name in ("size", "stride", *PLACES):
            value = getattr(found, name)
            if value is not None and type(value) is not Unknown and is_large(value):
                changed[name] = self._reason(number)
        return found.replaced(**changed) if changed else found

    def _joined(self, number: int, family: Family, aligned: bool | Unknown) -> Numbers:
        """What the fields at all input sizes agree on."""
        reason = self._reason(number)
        of_classes = [numbers_of(field, aligned, NO_SIZE) for field in family.classes]
        first, rest = of_classes[0], of_classes[1:]

        differing = {
            name: reason
            for name in ("size", "stride", "phase_sizes", "uniform")
            if not all(getattr(other, name) == getattr(first, name) for other in rest)
        }
        key = (family.members, tuple([tuple([getattr(one, name) for name in PLACES]) for one in of_classes]))
        if key not in self._places:
            self._places[key] = _agreed_places(family, of_classes, reason)
        return first.replaced(aligned=aligned, **self._places[key], **differing)

    def _reason(self, number: int) -> Unknown:
        """What depends on the input size on the way to a layer."""
        cause = self._causes[number]
        layer = None if cause is None else self.graph.layers[cause]
        return DEPENDS if cause is None or layer is None else depending(layer, self.graph.labels[cause])

    @cached_property
    def _picked(self) -> dict[int, int]:
        """The sizes of fields of which no more is known: single samples are picked, at places that an unknown size
        decides, from a map all outputs of which see as many samples."""
        found: dict[int, int] = {}
        reading = Reading(self.graph, self.sizes, self.origin)
        for number in self.graph.order:
            layer, sources = self.graph.layers[number], reading.sources[number]
            if layer is None or len(sources) != 1 or not isinstance(self.fields.local[number], Unknown):
                continue
            size = _size_of_all(self.fields.local[sources[0]]) or found.get(sources[0])
            if size is not None and (layer.merge or layer.picks(reading.reads(number))):
                found[number] = size
        return found

    @cached_property
    def _causes(self) -> list[int | None]:
        """For each layer what depends on the input size before it."""
        return causes(self.graph.layers, self.graph.sources, self.graph.order)


def _size_of_all(local: Local) -> int | None:
    """The size of the regions of all outputs, at all input sizes; None where they differ, or some read nothing."""
    fields = local.classes if isinstance(local, Family) else (local,)
    sizes = {size for field in fields for size in (field.phase_sizes if isinstance(field, Field) else (0,))}
    return sizes.pop() or None if len(sizes) == 1 else None


SWEPT = {"lookback": AFTER, "lookahead": BEFORE}
"""How far is looked to one side grows by layers that see everything on the other."""

PLACES = {"padding": -1, "center": 1, "lookback": -1, "lookahead": 1}
"""Numbers that move with the field, and which way."""


def _agreed_places(family: Family, of_classes: list[Numbers], reason: Unknown) -> dict[str, Number]:
    """The numbers that move with the field, where they are the same for all members."""
    return {
        name: _agreed(family, [getattr(one, name) for one in of_classes], way, reason) for name, way in PLACES.items()
    }


def _agreed(family: Family, of_classes: list[Number], way: int, reason: Unknown) -> Number:
    """A number of all members: that of a member's class, moved with it."""
    found = set()
    for c, by in family.members:
        value = of_classes[c]
        found.add(value if value is None or isinstance(value, Unknown) else value + way * by)
        if len(found) > 1:
            return reason
    return found.pop()
