"""What modules of YOLO models are built in, what their arguments may be, and the table of all of them."""

from __future__ import annotations

from math import ceil, gcd

from rfcli.layers._parameters import MAX_INTEGER, shown
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from rfcli.description.nodes import Node

    Sizes = int | list[int]
    """One for both axes, or one per axis."""

ACTIVATIONS = {
    "CELU": "celu", "ELU": "elu", "GELU": "gelu", "Hardsigmoid": "hard_sigmoid", "Hardswish": "hard_swish",
    "Hardtanh": "hard_tanh", "Identity": "identity", "LeakyReLU": "leaky_relu", "LogSigmoid": "log_sigmoid",
    "LogSoftmax": "log_softmax", "Mish": "mish", "ReLU": "relu", "ReLU6": "relu6", "RReLU": "rrelu", "SELU": "selu",
    "Sigmoid": "sigmoid", "SiLU": "silu", "Softplus": "softplus", "Softsign": "softsign", "Tanh": "tanh",
    "Threshold": "threshold",
}  # fmt: skip
"""Class of torch.nn -> layer type; without parameters, and each position by itself."""


class Wrong(Exception):
    """A module that cannot be built: what is wrong, and the mend where it is known."""

    def __init__(self, message: str, help: str = "", at: Node | None = None) -> None:
        super().__init__(message)
        self.message, self.help, self.at = message, help, at


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


class Ends(Value):
    """What a head gives: nothing reads it on."""

    maps: tuple[Map, ...]


class Step(Value):
    """A layer that a module adds."""

    name: str
    type: str
    inputs: tuple[str, ...]
    parameters: dict[str, Any]


class Network:
    """What modules are built in: what holds for all of a file, and the layers of the module that is being built."""

    def __init__(self, most: int) -> None:
        self.most = most
        """Layers that may be added."""
        self.added = 0
        self.steps: list[Step] = []
        self.width, self.depth = 1.0, 1.0
        self.max_channels: int | float = float("inf")
        self.scale = ""
        self.activation: str | None = "silu"
        """The default activation's layer type; None for one that is not known."""
        self.anchored = False
        """Whether the head has anchors, as in YOLOv5's own files."""
        self.reg_max, self.end2end = 16, False
        self.plain_heads = True
        """Whether classes are found by plain convolutions: up to YOLOv9, and where no newer module stands before."""
        self.texts = 80
        """Prompts of open-vocabulary models: as many as classes."""
        self.guide: Map | None = None
        """What these models' prompts become by looking at the image."""

    def add(self, name: str, type: str, *inputs: Map, channels: int | None = -1, **parameters: Any) -> Map:
        """Adds a layer; it has the channels of its first input unless they are given."""
        self.added += 1
        if self.added > self.most:
            raise TooMany
        if channels == -1:
            channels = inputs[0].channels
        if channels is not None and not 1 <= channels <= MAX_INTEGER:
            raise Wrong(f"'{name}' would have {'no' if channels < 1 else f'more than {MAX_INTEGER}'} channels")
        self.steps.append(Step(name, type, tuple(one.layer for one in inputs), parameters))
        return Map(name, channels)

    def scaled(self, channels: int) -> int:
        """Channels at the network's width: a multiple of 8."""
        return ceil(min(channels, self.max_channels) * self.width / 8) * 8

    def conv(
        self, name: str, x: Map, filters: int, kernel: Sizes = 1, stride: Sizes = 1, padding: Sizes | None = None,
        groups: int = 1, dilation: Sizes = 1, bias: bool = False,
    ) -> Map:  # fmt: skip
        """A convolution; `padding` keeps the size at stride 1 unless it is given."""
        if padding is None:
            padding = halves(kernel, dilation)
        return self.add(name, "conv", x, channels=filters, filters=filters, kernel=kernel, stride=stride,
                        padding=padding, groups=groups, dilation=dilation, bias=bias)  # fmt: skip

    def block(
        self, name: str, x: Map, filters: int, kernel: Sizes = 1, stride: Sizes = 1, padding: Sizes | None = None,
        groups: int = 1, dilation: Sizes = 1, act: bool | str = True,
    ) -> Map:  # fmt: skip
        """Convolution, batch norm, activation: the default one, one by its layer type, or none."""
        y = self.conv(f"{name}/conv", x, filters, kernel, stride, padding, groups, dilation)
        return self.active(f"{name}/act", self.add(f"{name}/bn", "batch_norm", y), act)

    def depthwise(
        self, name: str, x: Map, filters: int, kernel: Sizes, stride: Sizes = 1, dilation: Sizes = 1,
        act: bool | str = True,
    ) -> Map:  # fmt: skip
        """A block with as many groups as input and output channels allow."""
        return self.block(name, x, filters, kernel, stride, None, gcd(counted(x), filters), dilation, act)

    def active(self, name: str, x: Map, act: bool | str) -> Map:
        if act is False:
            return x
        type = self.activation if act is True else act
        if type is None:
            return self.add(name, "custom", x, unknown="activation", filters=x.channels, params=0, macs=0)
        return self.add(name, str(type), x)

    def concat(self, name: str, maps: Sequence[Map]) -> Map:
        counts = [one.channels for one in maps]
        total = None if None in counts else sum(counts)  # type: ignore[arg-type]
        return self.add(name, "concat", *maps, channels=total) if len(maps) > 1 else maps[0]

    def chunked(self, name: str, x: Map, parts: int = 2) -> list[Map]:
        """A map's channels in equal parts."""
        each, rest = divmod(counted(x), parts)
        if rest:
            raise Wrong(f"{x.channels} channels cannot be halved")
        return [self.sliced(f"{name}_{at + 1}", x, at * each, (at + 1) * each) for at in range(parts)]

    def sliced(self, name: str, x: Map, start: int, end: int) -> Map:
        return self.add(name, "channel_slice", x, channels=end - start, start=start, end=end)

    def pool(self, name: str, x: Map, kernel: Sizes, stride: Sizes = 1, padding: Sizes | None = None) -> Map:
        padding = halves(kernel) if padding is None else padding
        return self.add(name, "max_pool", x, kernel=kernel, stride=stride, padding=padding)

    def attention(self, name: str, x: Map, query: int, value: int, areas: int = 1, heads: int = 1) -> Map:
        """Attention of projected queries, keys and values, over the map or over so many stripes of it."""
        given = {"query": query, "value": value, "heads": heads}
        if areas > 1:
            return self.add(name, "window_attention", x, channels=value, windows=[areas, 1], **given)
        return self.add(name, "attention", x, channels=value, **given)


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


# Arguments


class Arg(Value):
    """An argument: its name, what its value must be."""

    name: str
    parse: Callable[[Network, Any], Any]
    required: bool = False


def _integer(value: Any, minimum: int, maximum: int = MAX_INTEGER) -> int:
    if type(value) is not int:
        raise Wrong(f"must be an integer, is {shown(value)}")
    if not minimum <= value <= maximum:
        raise Wrong(f"must be from {minimum} to {maximum}, is {shown(value)}")
    return value


def count(net: Network, value: Any) -> int:
    return _integer(value, 1)


def natural(net: Network, value: Any) -> int:
    return _integer(value, 0)


def signed(net: Network, value: Any) -> int:
    return _integer(value, -MAX_INTEGER)


def width(net: Network, value: Any) -> int:
    """Channels, which the network's width scales."""
    return net.scaled(_integer(value, 1))


def flag(net: Network, value: Any) -> bool:
    if type(value) is bool or value is None or value in (0, 1):
        return bool(value)
    raise Wrong(f"must be true or false, is {shown(value)}")


def sizes(net: Network, value: Any, minimum: int = 1) -> Sizes:
    if isinstance(value, list) and len(value) == 2:
        return [_integer(one, minimum) for one in value]
    if isinstance(value, list):
        raise Wrong(f"must be an integer, or a list of two, is {shown(value)}")
    return _integer(value, minimum)


def sizes_or_none(net: Network, value: Any) -> Sizes:
    """Sizes that may be 0."""
    return sizes(net, value, 0)


def padding(net: Network, value: Any) -> Sizes | None:
    return None if value is None else sizes(net, value, 0)


def ratio(net: Network, value: Any) -> float:
    if type(value) not in (int, float) or not 0 < value <= 1000:
        raise Wrong(f"must be a number above 0 and up to 1000, is {shown(value)}")
    return float(value)


def several(net: Network, value: Any) -> list[int]:
    if not isinstance(value, list) or not value:
        raise Wrong(f"must be a list of integers, is {shown(value)}")
    return [_integer(one, 1) for one in value]


def indices(net: Network, value: Any) -> list[int]:
    if not isinstance(value, list):
        raise Wrong(f"must be a list of integers, is {shown(value)}")
    return [_integer(one, 0) for one in value]


def anything(net: Network, value: Any) -> Any:
    return value


def optional(parse: Callable[[Network, Any], Any]) -> Callable[[Network, Any], Any]:
    return lambda net, value: None if value is None else parse(net, value)


class Module(Value):
    """How a module is built: its function, its arguments, whether it repeats within, whether it takes several maps."""

    make: Callable[..., Map | Parts | Ends]
    args: tuple[Arg, ...]
    repeats: bool
    merges: bool


MODULES: dict[str, Module] = {}
"""Name in a file -> how it is built; all others are unknown operations."""


def module(name: str, *args: Arg, repeats: bool = False, merges: bool = False) -> Callable[[Any], Any]:
    """Registers a function of (network, label, map or maps, arguments); one that repeats within takes the number of
    repeats behind its first argument."""

    def register(make: Any) -> Any:
        MODULES[name] = Module(make, args, repeats, merges)
        return make

    return register


C2 = Arg("channels", width, True)
INTO = Arg("input channels", count, True)
K, S, P, G, D = (
    Arg("k", sizes),
    Arg("s", sizes),
    Arg("p", padding),
    Arg("g", count),
    Arg("d", sizes),
)
ACT, SHORTCUT, E = Arg("act", flag), Arg("shortcut", flag), Arg("e", ratio)
CLASSES = Arg("classes", count, True)


def into(x: Map, stated: int, what: str) -> None:
    """Raises `Wrong` where a module that states its input channels is given others."""
    if x.channels not in (None, stated):
        raise Wrong(f"{what} states {stated} input channels, its input has {x.channels}")
