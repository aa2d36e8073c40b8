"""What modules of YOLO models are built in: their maps, and the layers that all of them are made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil, gcd

from rfcli.layers._parameters import MAX_INTEGER
from rfcli.readers.draft import Draft, ForeignError
from rfcli.values import Value

Sizes = int | list[int]
"""One for both axes, or one per axis."""


class Wrong(ForeignError):
    """A module that cannot be built."""


class NotKnown(Exception):
    """A module whose layers depend on what is not known, which is the message."""


class TooMany(Exception):
    """More layers than are allowed."""


class Map(Value):
    """A layer's output; its channels are None where they are not known."""

    layer: str
    channels: int | None


class Parts(Value):
    """A map whose channels are taken in parts."""

    whole: Map
    counts: tuple[int, ...]


Ends = tuple[Map, ...]
"""What a head gives: nothing reads it on."""


class Model:
    """What holds for all of a file, and the layers that are added."""

    def __init__(self, draft: Draft, most: int) -> None:
        self.draft, self.most = draft, most
        """Up to so many layers may be added."""
        self.added = 0
        self.width, self.depth = 1.0, 1.0
        self.max_channels: int | float = float("inf")
        self.unscaled: int | None = None
        """The channels of a head that is a convolution: as many as there are classes, or as its anchors tell."""
        self.scale = ""
        self.activation: str | None = "silu"
        """The default activation's layer type; None for one that is not known."""
        self.forked = False
        """Whether the file lists anchors, as those of YOLOv5's own repository and of what was made of it."""
        self.anchored = False
        """Whether the head has anchors, as in YOLOv5's own files; YOLOv9's list them, and have none."""
        self.channels = 3
        """Of the input."""
        self.reg_max, self.end2end = 16, False
        self.plain_heads = True
        """Whether classes are found by plain convolutions: up to YOLOv9, and where no newer module stands before."""
        self.texts = 80
        """Prompts of open-vocabulary models: as many as classes."""
        self.guide: Map | None = None
        """What these models' prompts become by looking at the image."""

    def check_more(self, times: int, before: int) -> None:
        """Raises `TooMany` where what was added since there were so many layers cannot be added so many times more."""
        if self.added + times * (self.added - before) > self.most:
            raise TooMany

    def times(self, n: int) -> Iterator[int]:
        """Numbers below n, for what is built so often. Raises `TooMany` behind the first where as many layers cannot be
        added each time."""
        before = self.added
        for at in range(n):
            yield at
            if at == 0:
                self.check_more(n - 1, before)

    def scaled(self, channels: int) -> int:
        """Channels at the network's width: a multiple of 8. A head's are as they are stated."""
        if channels == self.unscaled:
            return channels
        return ceil(min(channels, self.max_channels) * self.width / 8) * 8


class Network:
    """A model as the module sees it that is built: its layers go by their names within the module, "" for itself."""

    def __init__(self, model: Model, name: str = "") -> None:
        self.model, self.name = model, name

    def __truediv__(self, part: str) -> Network:
        """The same, seen by a part of the module."""
        return Network(self.model, f"{self.name}/{part}" if self.name and part else self.name or part)

    def add(self, part: str, type: str, *inputs: Map, channels: int | None = -1, **parameters: object) -> Map:
        """Adds a layer; it has the channels of its first input unless they are given."""
        name = (self / part).name
        self.model.added += 1
        if self.model.added > self.model.most:
            raise TooMany
        if channels == -1:
            channels = inputs[0].channels
        if channels is not None and not 1 <= channels <= MAX_INTEGER:
            raise Wrong(f"'{name}' would have {'no' if channels < 1 else f'more than {MAX_INTEGER}'} channels")
        return Map(self.model.draft.add(name, type, (one.layer for one in inputs), None, **parameters), channels)

    def conv(
        self, part: str, x: Map, filters: int, kernel: Sizes = 1, stride: Sizes = 1, padding: Sizes | str | None = None,
        groups: int = 1, dilation: Sizes = 1, bias: bool = False,
    ) -> Map:  # fmt: skip
        """A convolution; `padding` keeps the size at stride 1 unless it is given."""
        if padding is None:
            padding = halves(kernel, dilation)
        return self.add(part, "conv", x, channels=filters, filters=filters, kernel=kernel, stride=stride,
                        padding=padding, groups=groups, dilation=dilation, bias=bias)  # fmt: skip

    def block(
        self, part: str, x: Map, filters: int, kernel: Sizes = 1, stride: Sizes = 1, padding: Sizes | None = None,
        groups: int = 1, dilation: Sizes = 1, act: bool | str = True,
    ) -> Map:  # fmt: skip
        """Convolution, batch norm, activation: the default one, one by its layer type, or none."""
        net = self / part
        y = net.conv("conv", x, filters, kernel, stride, padding, groups, dilation)
        return net.active("act", net.add("bn", "batch_norm", y), act)

    def depthwise(
        self, part: str, x: Map, filters: int, kernel: Sizes, stride: Sizes = 1, dilation: Sizes = 1,
        act: bool | str = True,
    ) -> Map:  # fmt: skip
        """A block with as many groups as input and output channels allow."""
        return self.block(part, x, filters, kernel, stride, None, gcd(counted(x), filters), dilation, act)

    def active(self, part: str, x: Map, act: bool | str) -> Map:
        if act is False:
            return x
        type = self.model.activation if act is True else act
        if type is None:
            return self.add(part, "custom", x, unknown="activation", filters=x.channels, params=0, macs=0)
        return self.add(part, str(type), x)

    def concat(self, part: str, maps: Sequence[Map]) -> Map:
        counts = [one.channels for one in maps]
        total = None if None in counts else sum(counts)  # type: ignore[arg-type]
        return self.add(part, "concat", *maps, channels=total) if len(maps) > 1 else maps[0]

    def chunked(self, part: str, x: Map, parts: int = 2) -> list[Map]:
        """A map's channels in equal parts."""
        each, rest = divmod(counted(x), parts)
        if rest:
            raise Wrong(f"{x.channels} channels cannot be halved")
        return [self.sliced(f"{part}_{at + 1}", x, at * each, (at + 1) * each) for at in range(parts)]

    def sliced(self, part: str, x: Map, start: int, end: int) -> Map:
        return self.add(part, "channel_slice", x, channels=end - start, start=start, end=end)

    def pool(self, part: str, x: Map, kernel: Sizes, stride: Sizes = 1, padding: Sizes | None = None) -> Map:
        padding = halves(kernel) if padding is None else padding
        return self.add(part, "max_pool", x, kernel=kernel, stride=stride, padding=padding)

    def attention(self, part: str, x: Map, query: int, value: int, areas: int = 1, heads: int = 1) -> Map:
        """Attention of projected queries, keys and values, over the map or over so many stripes of it."""
        type, windows = ("window_attention", [areas, 1]) if areas > 1 else ("attention", None)
        return self.add(part, type, x, channels=value, windows=windows, query=query, value=value, heads=heads)


def counted(x: Map) -> int:
    """A map's channels. Raises `NotKnown`."""
    if x.channels is None:
        raise NotKnown("of an unknown number of channels")
    return x.channels


def halves(kernel: Sizes, dilation: Sizes = 1) -> Sizes:
    """The padding that keeps the size of a map under an odd kernel."""
    if isinstance(kernel, int) and isinstance(dilation, int):
        return (dilation * (kernel - 1) + 1) // 2
    kernels = [kernel] * 2 if isinstance(kernel, int) else kernel
    dilations = [dilation] * 2 if isinstance(dilation, int) else dilation
    return [(d * (k - 1) + 1) // 2 for k, d in zip(kernels, dilations, strict=True)]


def into(x: Map, stated: object, what: str) -> None:
    """Raises `Wrong` where a module that states its input channels is given others."""
    if x.channels not in (None, stated):
        raise Wrong(f"{what} states {stated} input channels, its input has {x.channels}")
