"""The graph that paths are followed on: channels that layers keep apart stay apart.

A cost volume, which reads each of its maps in its own way, is a merge of hidden windows here (`volumes`).

A map's field is the union over its channels. Where a `channel_slice` takes some of them, it sees only what these come
from: behind it stand hidden layers, which are layers of the network for a part of their channels. They are looked for
upwards from each slice, to the first layers that mix channels; layers all of whose channels are wanted, or whose parts
see what the whole sees, stand for themselves.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from functools import cached_property
from itertools import accumulate
from math import prod

from rfcli.geometry.bits import ones, runs
from rfcli.geometry.unknown import Unknown
from rfcli.graph.graph import Graph
from rfcli.graph.volumes import Compared, displaced, patches
from rfcli.layers._layer import Whole
from rfcli.layers._registry import layer_of
from rfcli.layers.cost_volume import CostVolume
from rfcli.layers.resizing import Scaling

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfcli.graph.sizes import AxisSizes
    from rfcli.layers._layer import Layer

    Pieces = Sequence[tuple[Layer, int]]
    Part = tuple[int, int | None]
    """A layer's number, and those of its channels that are wanted: a bit for each, None where they are not known."""
    Found = tuple[int, str | None]
    """The number of the layer that stands for a part, and why it may see more than the part does."""

MAX_CHANNELS = 1 << 16
"""Channels of a map that are followed one by one."""
MAX_HIDDEN = 50_000
"""Hidden layers, so that no network takes much longer for its slices."""
MAX_WORK = 50_000_000
"""Work on sets of channels, in machine words."""


class Followed(Graph):
    """A graph with hidden layers, whose numbers come after all others."""

    described: Graph
    """The graph without hidden layers."""
    originals: list[int]
    """For each layer the one of the network that it stands for."""
    shares: dict[int, list[int | Unknown]]
    """Channels that a hidden concat takes of each input."""
    turns: dict[int, tuple[int, ...]]
    """Of a hidden concat of a map that is given more than once, which of the inputs it takes."""
    unions: dict[int, str]
    """Slices whose field is the union over more channels than they take, and why."""

    def original(self, number: int) -> int:
        return self.originals[number]

    def widths(self, number: int) -> list[int | Unknown]:
        return self.shares.get(number) or [self.channels[source] for source in self.sources[number]]

    def union(self, number: int) -> str | None:
        return self.unions.get(number)

    def turn(self, number: int, at: int) -> int | None:
        turns = self.turns.get(number)
        return None if turns is None else turns[at]

    def lengthened(self, sizes: AxisSizes) -> AxisSizes:
        more = self.originals[len(self.described.layers) :]
        wholly = [False] * len(self.layers)
        for number in self.order:
            layer = self.layers[number]
            if layer is not None:
                only = layer.whole(sizes.axis, training=False) is Whole.ONLY
                wholly[number] = only or all(wholly[source] for source in self.sources[number])
        beyond = {number: sizes.beyond[one] for number, one in enumerate(self.originals) if one in sizes.beyond}
        return sizes.replaced(
            known=[*sizes.known, *(sizes.known[one] for one in more)],
            single=None if sizes.single is None else [*sizes.single, *(sizes.single[one] for one in more)],
            tried=[*sizes.tried, *(sizes.tried[one] for one in more)] if sizes.tried else sizes.tried,
            wholly=wholly,
            beyond=beyond,
        )


def apart(graph: Graph, origin: int | None) -> Graph:
    """The graph that paths from an origin are followed on; the same where all slices see what their inputs see."""
    walk = _Walk(graph, origin)
    for number in graph.order:
        layer = graph.layers[number]
        if layer is not None and layer.partial and number != origin:
            walk.cut(number)
        if isinstance(layer, CostVolume) and number != origin:
            walk.compare(number, layer)
        walk.order.append(number)
    return walk.graph()


class _TooMuch(Exception):
    """More hidden layers, or work, than is spent on slices."""


class _Walk:
    """Looks for what slices come from; hidden layers are added as they are needed."""

    def __init__(self, graph: Graph, origin: int | None) -> None:
        self.network, self.origin = graph, origin
        self.layers, self.sources, self.likes = [*graph.layers], [*graph.sources], [*graph.likes]
        self.labels, self.channels = [*graph.labels], [*graph.channels]
        self.originals = list(range(len(self.layers)))
        self.order: list[int] = []
        self.shares: dict[int, list[int | Unknown]] = {}
        self.turns: dict[int, tuple[int, ...]] = {}
        self.unions: dict[int, str] = {}
        self._known: dict[Part, Found] = {}
        self._below: dict[Part, list[Part]] = {}
        self._apart: dict[Part, list[Layer]] = {}
        self._turns: dict[Part, tuple[int, ...]] = {}
        self._starts: dict[int, list[int]] = {}
        self._hidden: dict[object, int] = {}
        axes = graph.architecture.axes
        self.gate, self.product = layer_of("custom", axes, {"global": True}), layer_of("multiply", axes, {})
        self.sum, self.join = layer_of("add", axes, {}), layer_of("concat", axes, {})
        self._left = MAX_WORK
        self.placed = False
        self._doubtful: list[bool] | None = None

    def cut(self, number: int) -> None:
        """Lets a layer that takes a part of the channels read what these come from."""
        layer, source = self.layers[number], self.network.sources[number][0]
        if not self._doubts(source):
            return
        assert layer is not None, "a slice"
        c, made = self._counted(source), self._counted(number)
        if c is None or made is None:
            self.unions[number] = self._uncounted([source, number])
            return
        pieces = layer.pieces(ones(made), c) or [(layer, layer.channels_read(ones(made), c))]
        try:
            found = [self._part((source, bits)) for _, bits in pieces]
            sources = [one for one, _ in found]
            if len({*sources}) == 1:
                self.sources[number] = (sources[0],)
            else:
                self.sources[number] = tuple(self._pieces(number, ones(made), pieces, sources))
                self.layers[number] = self.sum
        except _TooMuch:
            found = [(source, TOO_MUCH)]
        doubt = next((why for _, why in found if why is not None), None)
        if doubt is not None:
            self.unions[number] = doubt

    def compare(self, number: int, volume: CostVolume) -> None:
        """Lets a cost volume read windows of either map, of the right one all that is displaced."""
        left, right = self.network.sources[number]
        moved = self._hide(right, displaced(volume), (right,), number)
        window = patches(volume)
        self.sources[number] = tuple([self._hide(number, window, (source,), number) for source in (left, moved)])
        self.layers[number] = Compared(volume.type, volume.axes, {})

    def _counted(self, number: int) -> int | None:
        """Channels of a map, None where they are not known, or too many to be followed."""
        c = self.network.channels[number]
        return c if isinstance(c, int) and c <= MAX_CHANNELS else None

    def _part(self, wanted: Part) -> Found:
        """What stands for a part. Raises `_TooMuch`."""
        known, below, stack = self._known, self._below, [wanted]
        while stack:
            part = stack[-1]
            if part not in known and part not in below:
                self._look(part)
            if part not in known:
                waiting = [one for one in below[part] if one not in known]
                if waiting:
                    stack.extend(waiting)
                    continue
                known[part] = self._made(part, [known[one] for one in below[part]])
            stack.pop()
        return known[wanted]

    def _look(self, part: Part) -> None:
        """Notes what a part reads, or that the layer stands for itself. Raises `_TooMuch`."""
        number, kept = part
        layer, sources = self.network.layers[number], self.network.sources[number]
        if layer is None or number == self.origin or not layer.keeps_apart:
            self._known[part] = number, None
            return
        made = self._counted(number)
        if made is not None and kept == ones(made):
            self._known[part] = number, None
            return
        if isinstance(layer, CostVolume):
            self._known[part] = number, SINGLE
            return
        if layer.keeps_some_apart:
            why = layer.keeps_some_apart.format(self.labels[number])
            self._known[part] = number, why if self._doubts(number) else None
            return
        starts = self._offsets(number) if layer.type == "concat" else None
        self._left -= (1 if starts else len(sources)) * (100 + (made or 0) // 32)
        if self._left < 0:
            raise _TooMuch
        counts = [self._counted(source) for source in sources] if starts is None else []
        known = [c for c in counts if c is not None]
        if made is None or len(known) < len(counts) or kept is None or starts == []:
            self._known[part] = number, self._uncounted([number, *sources]) if self._doubts(number) else None
        elif starts:
            self._below[part] = self._branches(part, sources, starts)
        elif layer.merge:
            read = layer.channels_read_of_each(kept, known)  # type: ignore[attr-defined]
            self._below[part] = [(source, bits) for source, bits in zip(sources, read, strict=True) if bits]
        elif pieces := layer.pieces(kept, known[0]):
            self._left -= len(pieces) * (20 + (made + known[0]) // 64)
            self._apart[part] = [piece for piece, _ in pieces]
            self._below[part] = [(sources[0], bits) for _, bits in pieces]
        else:
            both = layer.channels_read(kept, known[0]), layer.channels_weighed(kept, known[0])
            self._below[part] = [(sources[0], bits) for bits in dict.fromkeys(both) if bits]

    def _offsets(self, number: int) -> list[int]:
        """The channel at which each input of a concat begins, and the one after the last; none where not known."""
        if number not in self._starts:
            counts = [self._counted(source) for source in self.network.sources[number]]
            known = [c for c in counts if c is not None]
            self._starts[number] = [0, *accumulate(known)] if len(known) == len(counts) else []
        return self._starts[number]

    def _branches(self, part: Part, sources: Sequence[int], starts: list[int]) -> list[Part]:
        """The inputs of a concat that some of its channels are of."""
        found: dict[int, int] = {}
        for start, end in runs(part[1] or 0):
            at = bisect_right(starts, start) - 1
            while starts[at] < end:
                first, last = max(start, starts[at]), min(end, starts[at + 1])
                found[at] = found.get(at, 0) | ones(last - first, first - starts[at])
                at += 1
            self._left -= 100
        if len({*sources}) < len(sources):
            self._turns[part] = tuple(found)
        return [(sources[at], bits) for at, bits in found.items()]

    @cached_property
    def _joined_again(self) -> set[int]:
        """What is an input of concats more than once: which of them a path leads by is told by the concat alone."""
        network = self.network
        concats = [at for at, layer in enumerate(network.layers) if layer is not None and layer.type == "concat"]
        many = Counter(source for at in concats for source in network.sources[at])
        return {source for source, times in many.items() if times > 1}

    def _uncounted(self, numbers: Sequence[int]) -> str:
        """Why the channels of some layers are not followed."""
        unknown = next((one for one in numbers if isinstance(self.network.channels[one], Unknown)), None)
        if unknown is None:
            return f"more than {MAX_CHANNELS} are not followed one by one"
        return f"how many '{self.labels[unknown]}' has is not known"

    def _doubts(self, number: int) -> bool:
        """Whether parts of a layer's channels may see less than all of them."""
        if self._doubtful is None:
            self._doubtful = [False] * len(self.network.layers)
            for at in self.network.order:
                layer, sources = self.network.layers[at], self.network.sources[at]
                if layer is not None and layer.keeps_apart and at != self.origin:
                    differ = layer.sees_apart or (layer.type == "concat" and len(sources) > 1)
                    self._doubtful[at] = differ or any(self._doubtful[source] for source in sources)
        return self._doubtful[number]

    def _made(self, part: Part, below: list[Found]) -> Found:
        """What stands for a part that reads these. Raises `_TooMuch`."""
        number, kept = part
        layer, sources = self.network.layers[number], tuple([found for found, _ in below])
        assert layer is not None and kept is not None, "a part of a layer"
        doubt = next((why for _, why in below if why is not None), None)
        if layer.merge:
            return self._merged(part, sources), doubt
        if part in self._apart:
            return self._rearranged(part, sources), doubt
        if len(sources) == 2 and sources[0] != sources[1]:
            gate = self._add(number, kept, self.gate, sources[1:])
            return self._add(number, kept, self.product, (sources[0], gate)), doubt
        if not sources:  # channels of zeros that were added
            return self._add(number, kept, self.join, ()), doubt
        same = sources[:1] == self.sources[number]
        return number if same else self._add(number, kept, layer, sources[:1]), doubt

    def _rearranged(self, part: Part, sources: tuple[int, ...]) -> int:
        """A part of a layer whose positions have channels of their own. Raises `_TooMuch`."""
        number, kept = part
        layer, pieces = self.network.layers[number], self._apart[part]
        assert isinstance(layer, Scaling) and kept is not None, "a rearrangement"
        if len({*sources}) == 1 and len(pieces) == prod(layer.scale):
            same = sources[:1] == self.sources[number]
            return number if same else self._add(number, kept, layer, sources[:1])
        rows = [(piece, bits) for piece, (_, bits) in zip(pieces, self._below[part], strict=True) if bits is not None]
        parts = self._pieces(number, kept, rows, sources)
        if len(parts) == 1:
            return parts[0]
        if layer.up:
            return self._add(number, kept, self.sum, tuple(parts))
        return self._add(number, kept, self.join, tuple(parts), [bits.bit_count() for _, bits in rows])

    def _pieces(self, number: int, kept: int, pieces: Pieces, sources: Sequence[int]) -> list[int]:
        """Hidden layers for positions that have channels of their own. Raises `_TooMuch`."""
        self.placed = True
        return [self._add(number, kept, piece, (one,)) for (piece, _), one in zip(pieces, sources, strict=True)]

    def _merged(self, part: Part, sources: tuple[int, ...]) -> int:
        """A merge for a part of its channels; a concat of which one input is left is that input."""
        number, kept = part
        layer = self.network.layers[number]
        assert layer is not None and kept is not None, "a part of a merge"
        if layer.type != "concat":
            return number if sources == self.sources[number] else self._add(number, kept, layer, sources)
        sizes = self.network.sizes
        again = any(source in self._joined_again for source, _ in self._below[part])
        if len(sources) == 1 and not again and sizes[self.originals[sources[0]]] == sizes[number]:
            return sources[0]
        widths = [bits.bit_count() for _, bits in self._below[part] if bits is not None]
        if sources == self.sources[number] and widths == [self.network.channels[source] for source in sources]:
            return number
        return self._add(number, kept, layer, sources, widths, self._turns.get(part, ()))

    def _add(
        self, number: int, kept: int, layer: Layer, sources: tuple[int, ...], widths: Sequence[int] | None = None,
        turns: tuple[int, ...] = (),
    ) -> int:  # fmt: skip
        """A hidden layer that stands for a part of another; those that read the same are one. Raises `_TooMuch`."""
        key = number, id(layer), sources, None if widths is None else tuple(widths), turns
        if key in self._hidden:
            return self._hidden[key]
        if len(self._hidden) >= MAX_HIDDEN:
            raise _TooMuch
        made = self._hidden[key] = self._hide(number, layer, sources, number)
        self.channels[made] = kept.bit_count()
        if widths is not None:
            self.shares[made] = [*widths]
        if turns:
            self.turns[made] = turns
        return made

    def _hide(self, number: int, layer: Layer, sources: tuple[int, ...], label: int) -> int:
        """A hidden layer whose map is of the size of one layer's, with the label of one."""
        self.layers.append(layer)
        self.sources.append(sources)
        self.likes.append(self.network.likes[number])
        self.labels.append(self.network.labels[label])
        self.channels.append(self.network.channels[number])
        self.originals.append(number)
        self.order.append(len(self.layers) - 1)
        return len(self.layers) - 1

    def graph(self) -> Graph:
        """The graph with all that was added."""
        network, more = self.network, self.originals[len(self.network.layers) :]
        if self.sources == network.sources and not self.unions:
            return network
        found = Followed(
            network.architecture, network.names, self.labels, self.layers, self.sources, self.likes,
            self.order, network.outputs, (), [*network.sizes, *(network.sizes[one] for one in more)], self.channels,
            network, self.originals, self.shares, self.turns, self.unions,
        )  # fmt: skip
        axes: dict[object, AxisSizes] = {}
        # Layers for single positions differ along axes that are alike otherwise.
        keys = [axis if self.placed else id(sizes) for axis, sizes in enumerate(network.axes)]
        for axis, (key, sizes) in enumerate(zip(keys, network.axes, strict=True)):
            if key not in axes:
                axes[key] = found.lengthened(sizes.replaced(axis=axis) if self.placed else sizes)
        return found.replaced(axes=tuple([axes[key] for key in keys]))


SINGLE = "single displacements of a cost volume are not followed"
TOO_MUCH = "parts of so many layers are not followed"
