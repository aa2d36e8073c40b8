"""Maps that networks have in common, each worked out once: for those who ask of one network after the other.

What a map is, its size along each axis and its channels, follows from the layer that makes it and from the maps that
this takes. So maps have numbers, one for all that are alike, and a layer that takes maps as it took them before makes
the map that it made then.
"""

from __future__ import annotations

from rfcli.description.nodes import Problems
from rfcli.geometry.standins import stand_in
from rfcli.graph.channels import NOT_GIVEN, made
from rfcli.graph.compile import laid_out
from rfcli.graph.graph import Graph
from rfcli.graph.sizes import AxisSizes, Fit, SizeRun, TooFar, agreed, common_modulus, merged_sizes, sized
from rfcli.layers._layer import BOTH, NEITHER, WRONG, GeometryError, Whole
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.description.architecture import Architecture
    from rfcli.geometry.unknown import Unknown
    from rfcli.graph.wiring import Wiring
    from rfcli.layers._layer import Layer


class Apart(Exception):
    """A network of which nothing can be kept: it is looked at as a whole."""


class Frame(Value):
    """The axes of a network: the first of those that are alike, which of these each axis is like, and whether the size
    of the input is given along each."""

    axes: tuple[int, ...]
    like: tuple[int, ...]
    given: tuple[bool, ...]
    decided: bool
    """Whether no layer asks for the size of its input, so that one size stands for all."""


class Map(Value):
    """A map: along each axis of its frame its size at each input size that is looked at, and whether only global paths
    lead to it."""

    frame: Frame
    sizes: tuple[tuple[int, ...], ...]
    wholly: tuple[bool, ...]
    channels: int | Unknown


class Made(Value):
    """A map with its number, and its sizes as people are told: of the axes of the frame, and of all."""

    number: int
    map: Map
    known: tuple[int | Unknown, ...]
    size: tuple[int | Unknown, ...]


class Kind(Value):
    """What decides for a layer how its network is looked at."""

    layer: Layer
    """Kept, so that no other one has its identity."""
    isotropic: bool
    needs_size: bool


class Maps:
    """The maps of networks, kept from one to the next."""

    def __init__(self) -> None:
        self._made: dict[tuple[int | None, ...], Made] = {}
        self._known: dict[Map, Made] = {}
        self._kinds: dict[int, Kind] = {}

    @property
    def count(self) -> int:
        """How many layers' maps are kept."""
        return len(self._made)

    def graph(self, architecture: Architecture) -> tuple[Graph, list[Made]] | None:
        """The graph of an architecture, as `compiled` has it, and the map of each layer; None for one that is wrong.
        Raises `Apart`."""
        problems = Problems()
        laid = laid_out(architecture, problems)
        if laid is None or problems or architecture.unsized:
            return None
        names, wiring, outputs, order = laid
        if not wiring.sorted:
            raise Apart
        frame = self._frame(architecture, wiring)
        try:
            found = self._maps(wiring, self._inputs(architecture, wiring, frame, order))
        except (GeometryError, TooFar):
            return None
        axes = [_along(frame, at, found) for at in range(len(frame.axes))]
        graph = Graph(
            architecture, names, wiring.labels, wiring.layers, wiring.sources, wiring.likes, order, outputs,
            tuple([axes[at] for at in frame.like]),
            [one.size for one in found],
            [one.map.channels for one in found],
        )  # fmt: skip
        return graph, found

    def _frame(self, architecture: Architecture, wiring: Wiring) -> Frame:
        """The axes of an architecture. Raises `Apart`."""
        kinds = [self._kind(layer) for layer in {id(one): one for one in wiring.layers}.values() if layer is not None]
        isotropic = all(kind.isotropic for kind in kinds)
        given = [tuple([one.size[axis] for one in architecture.inputs]) for axis in range(architecture.axes)]
        keys = [sizes if isotropic else (axis, *sizes) for axis, sizes in enumerate(given)]
        axes = [keys.index(key) for key in dict.fromkeys(keys)]
        like = [axes.index(keys.index(key)) for key in keys]
        stated = tuple([None not in given[axis] for axis in axes])
        return Frame(tuple(axes), tuple(like), stated, not any(kind.needs_size for kind in kinds))

    def _kind(self, layer: Layer) -> Kind:
        """What decides for a layer how its network is looked at. Raises `Apart`."""
        found = self._kinds.get(id(layer))
        if found is None:
            sided = any(layer.sees(axis, training=False) not in (NEITHER, BOTH) for axis in range(layer.axes))
            special = layer.partial or layer.compares or layer.pair or layer.slides or layer.gaps or layer is WRONG
            if sided or special or layer.joint is not None:
                raise Apart
            found = self._kinds[id(layer)] = Kind(layer, layer.isotropic, layer.needs_size)
        return found

    def _inputs(self, architecture: Architecture, wiring: Wiring, frame: Frame, order: list[int]) -> list[Made]:
        """The maps of the inputs, at all sizes that are looked at. Raises `TooFar` and `Apart`."""
        by_axis: list[list[tuple[int, ...]]] = []
        for axis, stated in zip(frame.axes, frame.given, strict=True):
            given = [one.size[axis] for one in architecture.inputs]
            at_each = [0]
            if not stated:
                growth = SizeRun(axis, wiring, order).growth([n is None for n in given])
                modulus, beyond = common_modulus(growth)
                if beyond:
                    raise Apart
                at_each = [stand_in(modulus, residue) for residue in range(modulus)]
            by_axis.append([tuple(at_each) if n is None else (n,) * len(at_each) for n in given])
        found = []
        for one, sizes in zip(architecture.inputs, zip(*by_axis, strict=True), strict=True):
            channels = NOT_GIVEN if one.channels is None else one.channels
            found.append(self._numbered(Map(frame, sizes, (False,) * len(sizes), channels)))
        return found

    def _maps(self, wiring: Wiring, found: list[Made]) -> list[Made]:
        """The maps of all layers, those of the inputs first. Raises `GeometryError`."""
        made, layers, all_sources, likes = self._made, wiring.layers, wiring.sources, wiring.likes
        for number in range(len(found), len(layers)):
            layer, sources, like = layers[number], all_sources[number], likes[number]
            other = None if like is None else found[like].number
            key = (id(layer), other, *[found[source].number for source in sources])
            one = made.get(key)
            if one is None:
                assert layer is not None, "inputs come first"
                taken = [found[source] for source in sources]
                one = made[key] = self._numbered(_made(layer, taken, None if like is None else found[like].map))
            found.append(one)
        return found

    def _numbered(self, map: Map) -> Made:
        """A map with the number of all that are alike."""
        found = self._known.get(map)
        if found is None:
            given, decided = map.frame.given, map.frame.decided
            tried = [n[:1] if decided else n for n in map.sizes]
            known = [sized(n[0]) if one else agreed(n) for n, one in zip(tried, given, strict=True)]
            size = tuple([known[at] for at in map.frame.like])
            found = self._known[map] = Made(len(self._known), map, tuple(known), size)
        return found


def _made(layer: Layer, taken: list[Made], like: Map | None) -> Map:
    """The map that a layer makes of others. Raises `GeometryError` where it does not fit, and `Apart` where it does not
    at some input size."""
    maps, frame = [one.map for one in taken], taken[0].map.frame
    sizes, wholly = [], []
    for at, axis in enumerate(frame.axes):
        whole, parts = [one.wholly[at] for one in maps], [one.sizes[at] for one in maps]
        if layer.merge:
            made_sizes = merged_sizes(parts, whole)
        else:
            made_sizes = Fit(axis).outputs(layer, parts[0], None if like is None else like.sizes[at])
        if 0 in made_sizes:
            raise GeometryError("RF305", "it does not fit") if frame.given[at] else Apart
        sizes.append(made_sizes)
        wholly.append(layer.whole(axis, training=False) is Whole.ONLY or all(whole))
    channels = made([one.channels for one in maps], layer, taken[0].size)
    if channels is None:
        raise GeometryError("RF304", "inputs have different channels")
    return Map(frame, tuple(sizes), tuple(wholly), channels)


def _along(frame: Frame, at: int, found: list[Made]) -> AxisSizes:
    """Sizes along an axis of a frame. Raises `Apart` where they have to be looked at for several input sizes."""
    known, wholly = [one.known[at] for one in found], [one.map.wholly[at] for one in found]
    single = [one.map.sizes[at][0] for one in found]
    if frame.given[at]:
        return AxisSizes(frame.axes[at], known, single, [], wholly, {})
    if not frame.decided and len(found[0].map.sizes[at]) > 1:
        raise Apart
    return AxisSizes(frame.axes[at], known, single, [(n,) for n in single], wholly, {})
