"""The layers of a graph as exporters see them, and what no target can be told of them."""

from __future__ import annotations

from rfcli.description.nodes import Problems
from rfcli.diagnostics import DescriptionError
from rfcli.geometry.borders import ZEROS, Border
from rfcli.geometry.unknown import Unknown
from rfcli.layers import windows
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from rfcli.graph.graph import Graph
    from rfcli.layers._layer import Layer

Sides = tuple[tuple[int, int], ...]
"""Samples (before, after) each axis."""
SIZED = "give the input size: --input-size"
UNTOLD = {"max_unpool": "which pooling's indices it takes is not described"}
"""Layer type -> why no target can be told of it."""


class Inexpressible(Exception):
    """A layer that a target cannot be told: why, and the mend where there is one."""

    def __init__(self, why: str, help: str = "") -> None:
        super().__init__(why)
        self.why, self.help = why, help


class Place(Value):
    """A layer where it stands: what it reads, and what is known of it. Tuples of sizes have one entry per axis."""

    number: int
    label: str
    layer: Any
    sources: tuple[int, ...]
    like: int | None
    counts: tuple[int | Unknown, ...]
    """Channels of the sources."""
    sizes: tuple[tuple[int | Unknown, ...], ...]
    """Sizes of the sources."""
    channels: int | Unknown
    size: tuple[int | Unknown, ...]

    @property
    def axes(self) -> int:
        return len(self.size)

    @property
    def n(self) -> tuple[int | Unknown, ...]:
        """Sizes of the first source."""
        return self.sizes[0]

    @property
    def c(self) -> int:
        """Channels of the first source. Raises `Inexpressible`."""
        return certain(self.counts[0], "the channels of its input are not known")

    @property
    def made(self) -> int:
        """Channels of its own map. Raises `Inexpressible`."""
        return certain(self.channels, "its channels are not known: it states no filters")

    @property
    def repeated(self) -> list[bool]:
        """Of each source, whether it has one sample along an axis along which the layer makes others."""
        return [any(n == 1 and m != 1 for n, m in zip(sizes, self.size, strict=True)) for sizes in self.sizes]


def certain(value: int | Unknown | None, why: str, help: str = "") -> int:
    """A number that a target has to be told. Raises `Inexpressible`."""
    if not isinstance(value, int):
        raise Inexpressible(why, help)
    return value


def certain_sizes(sizes: Iterable[int | Unknown], why: str) -> list[int]:
    """Sizes that a target has to be told. Raises `Inexpressible`."""
    return [certain(n, why, SIZED) for n in sizes]


def known(value: int | Unknown) -> int | None:
    """A number, None where it is unknown."""
    return value if isinstance(value, int) else None


def free(wanted: str, taken: set[str]) -> str:
    """A name that is not taken, and is from then on: a second one gets `_2`."""
    made, count = wanted, 1
    while made in taken:
        count += 1
        made = f"{wanted}_{count}"
    taken.add(made)
    return made


def places(graph: Graph) -> list[Place]:
    """All layers, each after what it reads."""
    found = []
    for number in graph.order:
        layer, label, sources = graph.layers[number], graph.labels[number], graph.sources[number]
        counts, sizes = tuple(graph.channels[one] for one in sources), tuple(graph.sizes[one] for one in sources)
        made = graph.channels[number], graph.sizes[number]
        if layer is not None:
            found.append(Place(number, label, layer, sources, graph.named_like(number), counts, sizes, *made))
    return found


def expressed(graph: Graph, target: str, express: Callable[[Place], None]) -> None:
    """Tells a target all layers, in order. Raises `DescriptionError` with all that it cannot be told."""
    problems = Problems()
    for place in places(graph):
        try:
            _check(place)
            express(place)
        except Inexpressible as error:
            entry = graph.architecture.entries[place.number - len(graph.inputs)]
            message = f"{place.layer.type} '{place.label}' cannot be exported to {target}: {error.why}"
            problems.add(entry.node, "RF601", message, error.help)
    if problems:
        raise DescriptionError(problems)


def _check(place: Place) -> None:
    """Refuses layers that are not described well enough for any target: among them one that does not have its own
    weights, as with which layer it shares them is not described."""
    layer: Layer = place.layer
    own = None if layer.merge or layer.stated_params is None else layer.params(place.counts[0], place.n)
    if isinstance(own, int) and own != layer.stated_params:
        raise Inexpressible(f"it states {layer.stated_params} parameters, a layer of its own would have {own}")
    if layer.type in UNTOLD:
        raise Inexpressible(UNTOLD[layer.type])
    if getattr(layer, "padding_mode", "") == "symmetric":
        raise Inexpressible("no layer of torch, ONNX or Keras pads with padding_mode symmetric")
    if layer.type == "custom":
        custom_window(place)
    if getattr(layer, "cumulative", False) or getattr(layer, "axes_", "") == "cumulative":
        raise Inexpressible("no target has cumulative normalisation as a layer")
    if getattr(layer, "causal", False):
        raise Inexpressible("rf does not write the mask of causal attention")


def window_sides(place: Place) -> Sides | None:
    """Padding of a window on every axis; None where it depends on a size that is not known."""
    layer: windows.Window = place.layer
    rows = [(axis, n, layer.extent(axis), layer.stride[axis]) for axis, n in enumerate(map(known, place.n))]
    if layer.padding.needs_size and any(n is None and stride > 1 < extent for _, n, extent, stride in rows):
        return None
    return tuple(layer.padding.resolve(axis, 1 if n is None else n, *window) for axis, n, *window in rows)


def ceil_sides(place: Place, sides: Sides | None) -> Sides | None:
    """Padding with which whole windows make the outputs of `ceil_mode`; None where that needs a size."""
    layer: windows.Window = place.layer
    rows = enumerate(zip(sides or (), place.n, place.size, strict=False))
    found = tuple(
        (before, (m - 1) * layer.stride[axis] + layer.extent(axis) - n - before)
        for axis, ((before, _), n, m) in rows if isinstance(n, int) and isinstance(m, int)
    )  # fmt: skip
    return found if len(found) == place.axes else None


class TransposedSides(Value):
    """Along one axis of a transposed convolution: the padding that takes samples off both ends, the output padding, and
    what is then added before and after (taken off where negative)."""

    padding: int
    output_padding: int
    before: int
    after: int


def transposed_sides(place: Place) -> tuple[TransposedSides, ...]:
    """What a target's transposed convolution, which takes as many samples off both ends, is given for each axis."""
    layer: windows.ConvTranspose = place.layer
    found = []
    for axis in range(place.axes):
        before, after = layer.sides(axis)
        after -= layer.output_padding[axis]
        more = before - after
        if before >= 0 and 0 <= more < max(layer.stride[axis], layer.dilation[axis]):
            found.append(TransposedSides(before, more, 0, 0))
        else:
            both = max(min(before, after), 0)
            found.append(TransposedSides(both, 0, both - before, both - after))
    return tuple(found)


def custom_window(place: Place) -> None:
    """Refuses a custom layer that is no convolution of its kernel: one whose cost is stated to be another."""
    layer: windows.Custom = place.layer
    if layer.unknown is not None:
        raise Inexpressible(f"what the operation '{layer.unknown}' does is not known")
    if layer.global_:
        raise Inexpressible("what it makes of the whole map is not described")
    stated, conv = layer.stated_macs, windows.Convolving.macs(layer, place.counts[0], place.n, place.size)
    if stated is not None and isinstance(conv, int) and conv != stated:
        raise Inexpressible(f"it states {stated} multiply-accumulates, a convolution of its kernel has {conv}")


def attention_bias(place: Place) -> bool:
    """Whether an attention's usual projections, of queries, keys, values and results, have biases, by the parameters
    that it states. Raises `Inexpressible` where they are others, or where the layer before projects."""
    c = place.c
    if place.layer.query is not None:
        raise Inexpressible("the attention written has projections of its own, not those of the layer before")
    if c % place.layer.heads:
        raise Inexpressible(f"{c} channels are not divided among {place.layer.heads} heads")
    usual = {4 * c * c + 4 * c: True, 4 * c * c: False, None: True}
    stated = place.layer.stated_params
    if stated not in usual:
        raise Inexpressible(f"it states {stated} parameters, the usual attention has {4 * c * c + 4 * c} with biases")
    return usual[stated]


def check_border(place: Place, sides: Sides, mode: str) -> None:
    """Refuses borders that read further than the map is long, after what is cut off."""
    for (before, after), n in zip(sides, place.n, strict=True):
        if mode != ZEROS and isinstance(n, int) and Border(mode, n, before, after).tight:
            raise Inexpressible(f"padding_mode {mode} by {max(before, after)} samples on a map of {n}")
