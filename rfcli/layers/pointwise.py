"""Layers that work at each position by itself: output `o` reads input `o`."""

from __future__ import annotations

from rfcli.geometry.bits import members, of_members, of_runs, ones, runs
from rfcli.geometry.unknown import Unknown
from rfcli.layers import _parameters as p
from rfcli.layers._layer import Channelwise, GeometryError, check_parts
from rfcli.layers._registry import layer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    Sizes = tuple[int | Unknown, ...]


class Pointwise(Channelwise):
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

    @property
    def keeps_apart(self) -> bool:
        return self.type not in OVER_CHANNELS

    def channels_read(self, kept: int, c: int) -> int:
        return ones(c) if self.type in OVER_CHANNELS else kept


OVER_CHANNELS = {"softmax", "softmin", "log_softmax"}
"""Activations that compare the channels of a position with each other."""


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

    def channels_read(self, kept: int, c: int) -> int:
        before, after = self.size // 2, (self.size - 1) // 2
        return of_runs(((max(start - before, 0), min(end + after, c)) for start, end in runs(kept)), c)


@layer("channel_shuffle")
class ChannelShuffle(Pointwise):
    """Interleaves the channels of groups (Zhang et al. 2018)."""

    groups: int = p.parameter(p.Integer(), "Groups of channels.", 1, 2)

    def channels(self, c: int | Unknown, n: Sizes) -> int | Unknown:
        check_parts(c, self.groups)
        return c

    def channels_read(self, kept: int, c: int) -> int:
        """Output channel i*g + a is channel i of group a."""
        each = c // self.groups
        return of_members((one % self.groups * each + one // self.groups for one in members(kept)), c)


@layer("channel_scale")
class ChannelScale(Pointwise):
    """A trained factor for each channel (layer scale)."""

    stated_params: int | None = p.stated_params()

    def params(self, c: int | Unknown, n: Sizes) -> int | Unknown:
        return c


@layer("channel_slice")
class ChannelSlice(Pointwise):
    """Some of the channels, which see only what these come from: from `start` up to `end`, both counted from the end
    where negative, each `step`-th; or those numbered by `indices`, in that order."""

    flat = True
    partial = True
    start: int = p.parameter(p.Integer(-p.MAX_INTEGER), "First channel that is kept.", 0, 32)
    end: int | None = p.parameter(
        p.Integer(-p.MAX_INTEGER), "First channel that is dropped again; all when left out.", None, 64
    )
    step: int = p.parameter(p.Integer(), "From one channel that is kept to the next.", 1, 2)
    indices: tuple[int, ...] | None = p.parameter(
        p.Integers(-p.MAX_INTEGER), "The channels that are kept, instead of start, end and step.", None, [0, 2, 1]
    )

    def contradiction(self) -> str | None:
        if self.indices is not None and (self.start, self.end, self.step) != (0, None, 1):
            return "indices stand instead of start, end and step"
        if self.end is not None and (self.start < 0) == (self.end < 0) and self.end <= self.start:
            return f"channels from {self.start} up to {self.end} are none"
        return None

    def taken(self, c: int) -> Sequence[int]:
        """The channels that are kept, of `c`. Raises `GeometryError`."""
        if self.indices is None:
            found = range(c)[self.start : self.end : self.step]
            if not found:
                raise GeometryError("RF306", f"none of the {c} channels is kept")
            return found
        wrong = next((one for one in self.indices if not -c <= one < c), None)
        if wrong is not None:
            raise GeometryError("RF306", f"there is no channel {wrong} among {c}")
        return [one % c for one in self.indices]

    def channels(self, c: int | Unknown, n: Sizes) -> int | Unknown:
        if isinstance(c, Unknown):
            return c if self.indices is None else len(self.indices)
        return len(self.taken(c))

    def channels_read(self, kept: int, c: int) -> int:
        taken = self.taken(c)
        if isinstance(taken, range) and taken.step == 1:
            return kept << taken.start
        return of_members((taken[one] for one in members(kept)), c)
