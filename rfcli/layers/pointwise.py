"""Layers that work at each position by itself: output `o` reads input `o`."""

from __future__ import annotations

from rfcli.geometry.unknown import Unknown
from rfcli.layers import _parameters as p
from rfcli.layers._layer import GeometryError, Layer
from rfcli.layers._registry import layer

TYPE_CHECKING = False
if TYPE_CHECKING:
    Sizes = tuple[int | Unknown, ...]


class Pointwise(Layer):
    """Works at each position by itself, and belongs to the layer before."""

    follows = True


@layer(
    "relu", "relu6", "leaky_relu", "rrelu", "elu", "selu", "celu", "gelu", "silu", "swish", "mish", "sigmoid",
    "log_sigmoid", "hard_sigmoid", "hard_swish", "hard_tanh", "tanh", "softplus", "softsign", "softmax", "softmin",
    "log_softmax", "exponential", "threshold",
)  # fmt: skip
class Activation(Pointwise):
    """An activation function, without parameters of its own."""

    flat = True


@layer("prelu")
class PReLU(Pointwise):
    """Leaky ReLU with a trained slope."""

    flat = True
    per_channel: bool = p.parameter(p.Boolean(), "A slope for each channel instead of one for all.", False, True)
    stated_params: int | None = p.stated_params()

    def params(self, c: int | Unknown, n: Sizes) -> int | Unknown:
        return c if self.per_channel else 1


@layer("dropout")
class Dropout(Pointwise):
    """Dropout: passes its input on when evaluating."""

    flat = True
    rate: float = p.parameter(p.Number(0, 1), "Share of the values that is dropped.", 0.5, 0.2)


@layer("lrn")
class LocalResponseNorm(Pointwise):
    """Local response normalisation over neighbouring channels (Krizhevsky et al. 2012)."""

    size: int = p.parameter(p.Integer(), "Channels that are normalised together.", 5, 5)


@layer("channel_shuffle")
class ChannelShuffle(Pointwise):
    """Interleaves the channels of groups (Zhang et al. 2018)."""

    groups: int = p.parameter(p.Integer(), "Groups of channels.", 1, 2)

    def channels(self, c: int | Unknown, n: Sizes) -> int | Unknown:
        if isinstance(c, int) and c % self.groups:
            raise GeometryError("RF306", f"{c} channels cannot be split into {self.groups} groups")
        return c


@layer("channel_scale")
class ChannelScale(Pointwise):
    """A trained factor for each channel (layer scale)."""

    stated_params: int | None = p.stated_params()

    def params(self, c: int | Unknown, n: Sizes) -> int | Unknown:
        return c


@layer("channel_slice")
class ChannelSlice(Pointwise):
    """Some of the channels: from `start` up to `end`, both counted from the end where negative."""

    flat = True
    start: int = p.parameter(p.Integer(-p.MAX_INTEGER), "First channel that is kept.", 0, 32)
    end: int | None = p.parameter(
        p.Integer(-p.MAX_INTEGER), "First channel that is dropped again; all when left out.", None, 64
    )

    def contradiction(self) -> str | None:
        if self.end is not None and (self.start < 0) == (self.end < 0) and self.end <= self.start:
            return f"channels from {self.start} up to {self.end} are none"
        return None

    def channels(self, c: int | Unknown, n: Sizes) -> int | Unknown:
        if isinstance(c, Unknown):
            return c
        kept = len(range(c)[self.start : self.end])
        if kept < 1:
            raise GeometryError("RF306", f"none of the {c} channels is kept")
        return kept
