"""What is read behind global layers where that is no product along the axes: behind masks, and crosses of paths."""

from __future__ import annotations

from itertools import product
from math import prod

from rfcli.engine.hulls import NOWHERE, Hulls
from rfcli.engine.joint import JointSupports, single
from rfcli.engine.pointwise import PointSupports
from rfcli.engine.reading import sizes_of
from rfcli.engine.support import Effort
from rfcli.engine.views import View
from rfcli.geometry.unknown import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.engine.sight import Sight

    Along = list[Hulls | Unknown]
    """The regions of a layer's outputs along each axis."""

MOST_LOOKED_AT = 64
"""Layers that take a whole map, up to which each is looked at."""
MOST_PLACES = 4096
"""Outputs of a layer that are looked at one by one."""
TOO_MANY = Unknown("what global layers read behind masks or crosses is looked at for few outputs: `rf locate` has it")
TOGETHER = Unknown("what an output sees along one axis differs with its place along another: `rf locate` has it")


def behind_whole_maps(sight: Sight, effort: Effort) -> dict[int, Along]:
    """Of each layer to which only global paths lead, and which reads no product, the regions along each axis: those of
    all outputs at a place together."""
    graph, readings = sight.graph, sight.readings
    merges = any(len({*one.sources[at]}) > 1 for one in readings for at in graph.order)
    if len(readings) < 2 or not (
        merges or any(layer is not None and layer.joint is not None for layer in graph.layers)
    ):
        return {}
    view, joint = View(sight, None, effort), JointSupports(readings, effort)
    flagged: set[int] = set()
    found: dict[int, Along] = {}
    looked = 0
    for at in graph.order:
        if at == sight.origin or not sight.reached[at] or any(one.local[at] for one in readings):
            continue
        if not flagged.isdisjoint(graph.sources[at]):
            flagged.add(at)
        elif _takes_a_map(view, at):
            looked += 1
            points = PointSupports(view, joint, at)
            if looked <= MOST_LOOKED_AT and (points.masked or points.crossed()):
                flagged.add(at)
        if at in flagged and at < len(graph.described.layers):
            found[at] = _along(PointSupports(view, joint, at))
    return found


def _takes_a_map(view: View, at: int) -> bool:
    """Whether a layer takes all of a map to which local paths lead, along some axis."""
    axes = range(len(view.readings))
    taken = (source for source in view.sources(at) if any(view.whole(axis, at, source) for axis in axes))
    return any(one.local[source] for source in taken for one in view.readings)


def _along(supports: PointSupports) -> Along:
    """The regions of all outputs of a layer along each axis."""
    sizes = sizes_of(supports.readings, supports.number)
    if isinstance(sizes, Unknown):
        return [sizes] * len(supports.readings)
    if prod(sizes) > MOST_PLACES:
        return [TOO_MANY] * len(sizes)
    hulls = [Hulls([NOWHERE] * n, [-1] * n) for n in sizes]
    read: dict[tuple[int, ...], tuple[tuple[int, int], ...]] = {}
    for place in product(*map(range, sizes)):
        points = supports.of(single(place))
        if isinstance(points, Unknown):
            return [points] * len(sizes)
        read[place] = points.hull
        for axis, (first, last) in enumerate(points.hull):
            along, o = hulls[axis], place[axis]
            along.first[o], along.last[o] = min(along.first[o], first), max(along.last[o], last)
    whole = {place: tuple((one.first[o], one.last[o]) for one, o in zip(hulls, place, strict=True)) for place in read}
    return list(hulls) if read == whole or not any(read.values()) else [TOGETHER] * len(sizes)
