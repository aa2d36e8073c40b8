"""What outputs see where other paths count along one axis than along another, behind global layers above all: masks,
and paths that lead nowhere at some outputs, leave samples out that each axis by itself has. Each output is looked at
by itself."""

from __future__ import annotations

from functools import cached_property
from itertools import product
from math import prod

from rfcli.engine.boxes import BoxSupports
from rfcli.engine.hulls import NOWHERE, Hulls
from rfcli.engine.joint import JointSupports
from rfcli.engine.mapped import Boxes
from rfcli.engine.pointwise import PointSupports
from rfcli.engine.reading import sizes_of
from rfcli.engine.support import Effort, Samples
from rfcli.engine.views import View, fills, living, unlike
from rfcli.geometry.unknown import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfcli.engine.boxes import Box
    from rfcli.engine.sight import Sight

MOST_PLACES = 4096
"""Outputs of all layers that are looked at one by one."""
TOO_MANY = Unknown("what global layers read behind masks or crosses is looked at for few outputs: `rf locate` has it")
TOGETHER = Unknown("what an output sees along one axis differs with its place along another: `rf locate` has it")


class Lopsided:
    """The layers to which other paths count along one axis than along another, or global ones only."""

    def __init__(self, sight: Sight, effort: Effort) -> None:
        self.sight, self.graph, self.readings = sight, sight.graph, sight.readings
        self.axes = range(len(self.readings))
        self._all, own = View(sight, None, effort), self.graph.per_axis(lambda axis: View(sight, axis, effort))
        self._own, self._joint = own, JointSupports(self.readings, effort)
        self._left = MOST_PLACES
        mixed = unlike(sight)
        self.layers = [at for at in range(len(self.graph.described.layers)) if mixed[at]]
        """Their numbers."""

    def boxes(self) -> dict[int, Boxes | Unknown]:
        """What the outputs of those of them see of which that is no product along the axes."""
        if not self.layers:
            return {}
        whole = self._filled()
        apart = [
            at for at in self.layers if self.masked[at] or any(at not in whole[id(one)] for one in self._views(at))
        ]
        return {at: self._boxes(at) for at in apart}

    def _views(self, at: int) -> list[View]:
        """The paths that count along each axis for a layer."""
        return [own if one.local[at] else self._all for own, one in zip(self._own, self.readings, strict=True)]

    @cached_property
    def masked(self) -> list[bool]:
        """For each layer whether a mask lies on a path to it."""
        found = [False] * len(self.graph.layers)
        for at in self.graph.order:
            layer = self.graph.layers[at]
            if at != self.sight.origin and layer is not None and self.sight.reached[at]:
                found[at] = layer.joint is not None or any(found[source] for source in self.graph.sources[at])
        return found

    def _filled(self) -> dict[int, set[int]]:
        """For each view the layers to all outputs of which all paths lead, on this side of circular borders too."""
        found = {}
        for view in {id(one): one for one in (self._all, *self._own)}.values():
            filled = [self._filled_by(view, around) for around in ((True, False) if self._circular else (True,))]
            found[id(view)] = set.intersection(*filled)
        return found

    def _filled_by(self, view: View, around: bool) -> set[int]:
        return {at for at, seen in living(view, self.graph.order, around) if fills(view, at, seen)}

    @cached_property
    def _circular(self) -> bool:
        """Whether a circular border lies before any layer."""
        edges = ((at, source) for at, sources in enumerate(self.graph.sources) for source in sources)
        borders = (one.border(*edge) for edge in edges for one in self.readings)
        return any(border is not None and border.around for border in borders)

    def _boxes(self, at: int) -> Boxes | Unknown:
        """What the outputs of a layer see."""
        sizes, views = sizes_of(self.readings, at), self._views(at)
        if isinstance(sizes, Unknown):
            return sizes
        self._left -= prod(sizes)
        if self._left < 0:
            return TOO_MANY
        supports = {id(view): self._supports(view, at) for view in views}
        ends: list[list[int]] = [[] for _ in (*sizes, *sizes)]
        for place in product(*map(range, sizes)):
            outputs = tuple([Samples(o, 1) for o in place])
            found = self._seen([supports[id(view)] for view in views], outputs)
            if isinstance(found, Unknown):
                return found
            for end, value in zip(ends, found, strict=True):
                end.append(value)
        return Boxes(tuple(sizes), tuple(ends))

    def _supports(self, view: View, at: int) -> BoxSupports | PointSupports:
        points = PointSupports(view, self._joint, at)
        return points if points.masked else BoxSupports(view, at)

    def _seen(self, supports: Sequence[BoxSupports | PointSupports], outputs: Box) -> list[int] | Unknown:
        """The first and the last sample along each axis that one output sees."""
        hulls = []
        for axis, one in enumerate(supports):
            read = one.read(outputs, axis, around=False)
            if isinstance(read, Unknown):
                return read
            hulls.append(read.hull)
        if None in hulls:
            return TOGETHER if any(hulls) else [NOWHERE, -1] * len(hulls)
        return [end for hull in hulls if hull is not None for end in hull]


def along(boxes: Boxes) -> list[Hulls]:
    """What all outputs with one index along each axis see together."""
    found = [Hulls([NOWHERE] * n, [-1] * n) for n in boxes.sizes]
    for number, place in enumerate(product(*map(range, boxes.sizes))):
        for o, one, (first, last) in zip(place, found, boxes.at(number) or (), strict=False):
            one.first[o], one.last[o] = min(one.first[o], first), max(one.last[o], last)
    return found
