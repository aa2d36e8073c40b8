"""Normalisations: local when evaluating, except for those that carry statistics of the whole map."""

from __future__ import annotations

from rfcli.geometry.bits import ones
from rfcli.geometry.unknown import Unknown
from rfcli.layers import _parameters as p
from rfcli.layers._layer import BEFORE, BOTH, Channelwise, Whole, check_parts, in_groups, product
from rfcli.layers._registry import layer

TYPE_CHECKING = False
if TYPE_CHECKING:
    Sizes = tuple[int | Unknown, ...]


class Normalisation(Channelwise):
    """Affine parameters, a scale and a bias for each channel."""

    follows = True
    scale: bool = p.parameter(p.Boolean(), "Whether there is a scale per channel.", True, False)
    bias: bool = p.bias("Whether there is a bias per channel.")
    stated_params: int | None = p.stated_params()

    def params(self, c: int | Unknown, n: Sizes) -> int | Unknown:
        return product(c, self.scale + self.bias) if self.scale or self.bias else 0


@layer("batch_norm")
class BatchNorm(Normalisation):
    """Batch normalisation: statistics of the whole map when training, constants when evaluating."""

    flat = True

    def whole(self, axis: int, training: bool) -> Whole:
        return Whole.ALSO if training else Whole.NO

    def extra_flops(self, c: int | Unknown, n: Sizes, out: Sizes) -> int | Unknown:
        return product(c, out)


@layer("layer_norm")
class LayerNorm(Normalisation):
    """Layer normalisation over the channels of each position, over the whole map with `axes: all`, or over all that
    lies before a position and itself with `axes: cumulative` (Luo & Mesgarani 2019, Conv-TasNet's cLN)."""

    axes_: str = p.parameter(
        p.Choice(("channels", "all", "cumulative")),
        "What is normalised together: channels, all (the map as well), or cumulative (all up to the position along the "
        "first axis).",
        "channels",
        "all",
    )

    def whole(self, axis: int, training: bool) -> Whole:
        return Whole.NO if self.axes_ == "channels" else Whole.ALSO

    def sees(self, axis: int, training: bool) -> int:
        return BEFORE if self.axes_ == "cumulative" and axis == 0 else super().sees(axis, training)

    @property
    def keeps_apart(self) -> bool:
        return self.axes_ == "all"

    def channels_read(self, kept: int, c: int) -> int:
        return kept if self.axes_ == "all" else ones(c)

    def channels_weighed(self, kept: int, c: int) -> int:
        return ones(c)

    def params(self, c: int | Unknown, n: Sizes) -> int | Unknown:
        per_value = super().params(c, n)
        return product(per_value, n) if self.axes_ == "all" and per_value != 0 else per_value


class Sweeping(Normalisation):
    """Normalisation by statistics of the map."""

    cumulative: bool = p.parameter(
        p.Boolean(), "Statistics of all up to the position along the first axis, instead of the whole map.", False, True
    )

    def whole(self, axis: int, training: bool) -> Whole:
        return Whole.ALSO

    def sees(self, axis: int, training: bool) -> int:
        return BEFORE if self.cumulative and axis == 0 else BOTH


@layer("instance_norm")
class InstanceNorm(Sweeping):
    """Instance normalisation: always carries statistics of the whole map, or of all up to the position."""


@layer("group_norm")
class GroupNorm(Sweeping):
    """Group normalisation: always carries statistics of the whole map, or of all up to the position."""

    groups: int = p.parameter(p.Integer(), "Groups of channels that are normalised together.", 1, 32)

    def channels(self, c: int | Unknown, n: Sizes) -> int | Unknown:
        check_parts(c, self.groups)
        return c

    def channels_read(self, kept: int, c: int) -> int:
        """Statistics of all up to a position hold those of the position itself, of the whole group."""
        return self.channels_weighed(kept, c) if self.cumulative else kept

    def channels_weighed(self, kept: int, c: int) -> int:
        return in_groups(kept, self.groups, c // self.groups, c // self.groups)
