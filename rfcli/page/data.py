"""What the page shows of a network, as plain data: every number is the engine's."""

from __future__ import annotations

from rfcli.geometry.axes import axis_names
from rfcli.geometry.unknown import Unknown
from rfcli.page import panels
from rfcli.page.regions import Regions
from rfcli.page.shared import Distinct, plain, unknown
from rfcli.page.ways import Ways
from rfcli.render.diagram.words import operation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rfcli.engine.report import Report

    Json = dict[str, object]

VERSION = 1


def data(
    reports: Sequence[Report], layer: str | None, image: str | None, watch: bool, step: Callable[[str], None] | None
) -> Json:
    """What a page of some networks holds; `step` is told what is worked on. Raises `NoLayer`."""
    networks = [network(report, layer, step) for report in reports]
    return {"version": VERSION, "networks": networks, "image": image, "watch": watch}


def network(report: Report, layer: str | None = None, step: Callable[[str], None] | None = None) -> Json:
    """One network."""
    sight = report.sight
    step = step or _silent
    step(f"{report.name}: regions")
    nodes = _Nodes(report)
    spacing = sight.spacing
    found: Json = {
        "name": report.name,
        "source": report.source,
        "axes": list(axis_names(len(sight.axes))),
        "origin": sight.origin,
        "unit": None if spacing is None else spacing.unit,
        "spacing": None if spacing is None else [float(step) for step in spacing.steps],
        "point": _point(report),
        **nodes.columns(),
        **panels.panels(report, layer, step),
    }
    return found


def _silent(_: str) -> None:
    """Tells nobody."""


def _point(report: Report) -> object:
    """Whether one can point at cells: true, or why not."""
    sizes = [plain(n) for n in report.graph.sizes[report.sight.origin]]
    missing = next((n for n in sizes if not isinstance(n, int)), None)
    if missing is None:
        return True
    return missing


class _Nodes:
    """The layers, in columns; what many of them share stands once."""

    def __init__(self, report: Report) -> None:
        self.report, self.sight = report, report.sight
        self.described, self.followed = report.graph, report.followed
        self.regions, self.ways = Regions(self.sight), Ways(self.sight)
        self.words = {name: Distinct() for name in ("type", "does", "size", "channels", "reads", "borders", "sides")}
        self.seen = Distinct()

    def columns(self) -> Json:
        """All of the layers, and what they share."""
        graph, count = self.described, len(self.described.layers)
        numbers = range(len(self.followed.layers))
        nodes: Json = {
            "name": [self.followed.labels[at] for at in numbers],
            "type": [self._word("type", self._type(at)) for at in numbers],
            "does": [self._word("does", self._does(at)) for at in numbers],
            "from": [list(graph.sources[at]) if at < count else [] for at in numbers],
            "size": [self._size(at) for at in numbers],
            "channels": [self._channels(at) for at in numbers],
            "seen": [self._seen(at) if at < count else None for at in numbers],
            "reads": [self._word("reads", self.ways.of(at)) for at in numbers],
            "borders": [self._word("borders", self.ways.beside(at)) for at in numbers],
            "sides": [self._word("sides", self.ways.sides(at)) for at in numbers],
        }
        merges = [at for at in range(count) if (layer := graph.layers[at]) is not None and layer.merge]
        via = {str(at): list(self.followed.sources[at]) for at in numbers if at >= count or self._other(at)}
        order = list(self.followed.order)
        return {
            "nodes": nodes,
            "words": {name: distinct.values for name, distinct in self.words.items()},
            "outputs": list(graph.outputs),
            "merges": merges,
            "order": None if order == list(numbers) else order,
            "via": via,
            "masks": {str(at): rows for at in numbers if (rows := self.ways.products(at))},
            "stands": {str(at): self.followed.original(at) for at in numbers[count:]},
            "seen": self.seen.values,
            "fields": self.regions.fields.values,
            "clips": self.regions.clips.values,
            "joint": self.regions.joint.values,
            "reads": self.ways.reads.values,
            "borders": self.ways.borders.values,
        }

    def _word(self, column: str, value: object) -> int:
        return self.words[column].number(value)

    def _other(self, number: int) -> bool:
        """Whether regions are carried back to other layers than those that a layer states."""
        return self.followed.sources[number] != self.described.sources[number]

    def _type(self, number: int) -> str:
        layer = self.followed.layers[number]
        return "input" if layer is None else layer.type

    def _does(self, number: int) -> str:
        layer = self.followed.layers[number]
        return "input" if layer is None else operation([layer])

    def _size(self, number: int) -> int:
        sizes = [axis.sizes.known[number] for axis in self.sight.axes]
        key = tuple(sizes)
        return self.words["size"].number(key, lambda: [plain(n) for n in sizes])

    def _channels(self, number: int) -> int:
        channels = self.followed.channels[number] if number < len(self.followed.channels) else None
        return self.words["channels"].number(channels, lambda: plain(channels))

    def _seen(self, number: int) -> int | None:
        """The number of what a layer sees; None where the origin does not reach it."""
        sight = self.sight
        if not sight.reached[number]:
            return None
        place = number - len(self.described.inputs)
        field = self.report.layers[place].receptive_field if place >= 0 else sight.field(number)
        assert field is not None, "it is reached"
        found: Json = {"local": self.regions.local(number), "clip": self.regions.clip(number)}
        joint = self.regions.cells(number)
        found |= {"joint": joint} if joint >= 0 else {}
        found |= {"torn": True} if self.regions.torn(number) else {}
        found |= {"global": True} if field.globally else {}
        found |= {"sides": list(field.unbounded)} if any(field.unbounded) else {}
        found |= {"through": list(field.through)} if field.through else {}
        found |= {"notes": list(field.notes)} if field.notes else {}
        if field.aligned is not True:
            found["aligned"] = unknown(field.aligned) if isinstance(field.aligned, Unknown) else False
        return self.seen.number(repr(found), lambda: found)
