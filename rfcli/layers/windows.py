"""Convolutions and pools: windows that slide."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from math import gcd, prod

from rfcli.geometry.borders import ZEROS, Border
from rfcli.geometry.field import Reads
from rfcli.geometry.standins import UNSTATED
from rfcli.geometry.unknown import Unknown
from rfcli.geometry.windows import extent, window_count
from rfcli.layers import _parameters as p
from rfcli.layers._layer import (
    AFTER,
    BEFORE,
    Channelwise,
    GeometryError,
    Grouped,
    Layer,
    Pooling,
    Whole,
    averaged,
    check_parts,
    in_groups,
    product,
    total,
)
from rfcli.layers._masks import Mask, bits_of, is_product, is_symmetric, mask, projected, step_of
from rfcli.layers._phases import transposed_reads, transposed_reads_of
from rfcli.layers._registry import layer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfcli.layers._masks import Tap

    Sizes = tuple[int | Unknown, ...]


class Kernel(Layer):
    """A kernel of taps, `dilation` apart, and a stride."""

    kernel: p.PerAxis = p.kernel()
    stride: p.PerAxis = p.stride()
    dilation: p.PerAxis = p.dilation()

    def extent(self, axis: int) -> int:
        """Samples from the first to the last tap."""
        return extent(self.kernel[axis], self.dilation[axis])

    def gap(self, axis: int) -> int:
        return self.dilation[axis] if self.kernel[axis] > 1 else 1

    taps: tuple[Tap, ...] | None = None
    """Places of the taps, per axis, where a mask leaves some out."""


class Masked(Kernel):
    """A kernel of which a mask may leave some taps out. Weights and products are counted as libraries store and run
    them: the whole kernel."""

    mask: Mask | None = mask()

    def contradiction(self) -> str | None:
        return super().contradiction() or (None if self.mask is None else self.mask.misfit(self.kernel))

    @cached_property
    def taps(self) -> tuple[Tap, ...] | None:  # type: ignore[override]
        left = None if self.mask is None else self.mask.over(self.kernel)
        return None if left is None or len(left) == prod(self.kernel) else left

    @cached_property
    def joint(self) -> tuple[Tap, ...] | None:  # type: ignore[override]
        return None if self.taps is None or is_product(self.taps) else self.taps

    @cached_property
    def tap_energy(self) -> float:  # type: ignore[override]
        return 1 / len(self.taps or ((),))

    @cached_property
    def isotropic(self) -> bool:
        return super().isotropic and (self.taps is None or is_symmetric(self.taps))

    def gap(self, axis: int) -> int:
        if self.taps is None:
            return super().gap(axis)
        places = projected(self.taps, axis)
        return self.dilation[axis] * step_of(places) if len(places) > 1 else 1

    def shares(self, axis: int) -> dict[int, float]:
        """Which share of the taps that are left lies at each place along an axis."""
        assert self.taps is not None, "a mask leaves some taps out"
        counts = Counter(tap[axis] for tap in self.taps)
        return {place: count / len(self.taps) for place, count in counts.items()}


class Window(Kernel):
    """A window of `kernel` taps that slides over the input: output `o` reads inputs `o*s - p + t*d`, t = 0..k-1."""

    padding: p.Padding = p.padding()
    padding_mode = ZEROS
    ceil_mode = False

    def output_size(self, axis: int, n: int, like: int | None = None) -> int:
        reach, step = self.extent(axis), self.stride[axis]
        before, after = self.padding.resolve(axis, n, reach, step)
        count = window_count(n, reach, step, (before, after), self.ceil_mode)
        if count < 1:
            padded = "padded input" if before or after else "input"
            raise GeometryError(
                "RF305",
                f"the kernel reaches over {reach} samples, its {padded} has {n + before + after}",
                "give a larger input size, a smaller kernel or more padding",
            )
        return count

    def reads(self, axis: int, n: int, like: int | None = None) -> Reads | Unknown:
        reach, step, gap = self.extent(axis), self.stride[axis], self.dilation[axis]
        before, _ = self.padding.resolve(axis, n, reach, step)
        if self.taps is not None:
            return self.reads_of(axis, projected(self.taps, axis), n)
        return Reads(step, ((-before, reach - 1 - before, gap),))

    def border(self, axis: int, n: int) -> Border | None:
        if self.padding_mode == ZEROS:
            return None
        before, after = self.padding.resolve(axis, n, self.extent(axis), self.stride[axis])
        return Border(self.padding_mode, n, before, after) if before > 0 or after > 0 else None

    def reads_of(self, axis: int, places: Sequence[int], n: int) -> Reads:
        step, gap = self.stride[axis], self.dilation[axis]
        before, _ = self.padding.resolve(axis, n, self.extent(axis), step)
        kept = bits_of(places)
        first, last = places[0] * gap - before, places[-1] * gap - before
        return Reads(step, ((first, last, gap * step_of(places)),), (kept,) if kept else ())

    @property
    def needs_size(self) -> bool:
        return self.padding.needs_size and any(s > 1 for s in self.stride)

    @property
    def size_dependence(self) -> str:
        return f"padding '{self.padding.word}' with a stride above 1"

    def strides(self, axis: int) -> tuple[int, int]:
        return (1, self.stride[axis])


class Weighted(Grouped, Kernel):
    """A kernel of weights for each pair of an input and an output channel in a group."""

    filters: int | None = p.filters()
    groups: int = p.groups()
    bias: bool = p.bias()
    stated_params: int | None = p.stated_params()

    def channels(self, c: int | Unknown, n: Sizes) -> int | Unknown:
        check_groups(self.groups, c, self.filters)
        return Unknown(f"channels: {self.type} states no filters") if self.filters is None else self.filters

    def weights(self, c: int | Unknown) -> int | Unknown:
        """Weights without biases; one multiply-accumulate each per position."""
        if isinstance(c, Unknown):
            return c
        return product(self.channels(c, ()), c // self.groups, self.kernel)

    def params(self, c: int | Unknown, n: Sizes) -> int | Unknown:
        return total(self.weights(c), self.channels(c, n) if self.bias else 0)

    def macs(self, c: int | Unknown, n: Sizes, out: Sizes) -> int | Unknown:
        return product(self.weights(c), out)

    def extra_flops(self, c: int | Unknown, n: Sizes, out: Sizes) -> int | Unknown:
        return product(self.channels(c, n), out) if self.bias else 0


class Convolving(Weighted, Window):
    """A window with weights."""


class MaskedWindow(Masked, Window):
    """A window of which a mask may leave some taps out."""

    def energy(self, axis: int, reads: Reads, n: int, like: int | None = None) -> tuple[tuple[float, ...], ...]:
        """The taps that are left share an output's energy evenly; what they have at one place along an axis adds up."""
        if self.taps is None:
            return super().energy(axis, reads, n, like)
        shares = self.shares(axis)
        places = projected(self.taps, axis)
        return (tuple(shares.get(place, 0.0) for place in range(places[0], places[-1] + 1, step_of(places))),)


def check_groups(groups: int, c: int | Unknown, filters: int | None) -> None:
    """Raises `GeometryError` where the groups do not divide the input or output channels."""
    for what, count in (("input channels", c), ("filters", filters)):
        check_parts(count, groups, what)


@layer("conv")
class Conv(MaskedWindow, Convolving):
    """Convolution: output `o` reads inputs `o*s - p + t*d`, t = 0..k-1."""

    weighted = True
    padding_mode: str = p.padding_mode()


@layer("depthwise_conv")
class DepthwiseConv(Channelwise, MaskedWindow):
    """Convolution of each channel by itself, into `depth_multiplier` channels."""

    weighted = True
    filters: int | None = p.parameter(
        p.Integer(), "Output channels, where stated: input channels times `depth_multiplier`.", None, 64
    )
    depth_multiplier: int = p.parameter(p.Integer(), "Output channels for each input channel.", 1, 8)
    bias: bool = p.bias()
    padding_mode: str = p.padding_mode()
    stated_params: int | None = p.stated_params()

    def channels(self, c: int | Unknown, n: Sizes) -> int | Unknown:
        if isinstance(c, Unknown):
            return c if self.filters is None else self.filters
        made = c * self.depth_multiplier
        if self.filters not in (None, made):
            raise GeometryError(
                "RF306",
                f"filters is {self.filters}, but {c} input channels times depth_multiplier "
                f"{self.depth_multiplier} are {made}",
                "leave filters out, or use conv with groups",
            )
        return made

    def channels_read(self, kept: int, c: int) -> int:
        return in_groups(kept, c, self.depth_multiplier, 1)

    def params(self, c: int | Unknown, n: Sizes) -> int | Unknown:
        made = self.channels(c, n)
        return total(product(made, self.kernel), made if self.bias else 0)

    def macs(self, c: int | Unknown, n: Sizes, out: Sizes) -> int | Unknown:
        return product(self.channels(c, n), self.kernel, out)

    def extra_flops(self, c: int | Unknown, n: Sizes, out: Sizes) -> int | Unknown:
        return product(self.channels(c, n), out) if self.bias else 0


@layer("separable_conv")
class SeparableConv(MaskedWindow, Convolving):
    """Depthwise convolution followed by a pointwise one: the field of `conv`, another cost."""

    weighted = True
    groups = 1
    depth_multiplier: int = p.parameter(p.Integer(), "Channels between the two, for each input channel.", 1, 8)
    padding_mode: str = p.padding_mode()

    def weights(self, c: int | Unknown) -> int | Unknown:
        between = product(c, self.depth_multiplier)
        return total(product(between, self.kernel), product(between, self.channels(c, ())))


@layer("max_pool", "avg_pool", "lp_pool")
class Pool(Pooling, Window):
    """Pooling over a window; the stride is the kernel unless stated."""

    stride: p.PerAxis = p.parameter(
        p.IntegerPerAxis(), "Stride s: an integer, or one per axis; the kernel when left out.", None, 2
    )
    ceil_mode: bool = p.parameter(p.Boolean(), "Counts a partial last window as well, as PyTorch does.", False, True)

    def __init__(self, type: str, axes: int, given: dict[str, object]) -> None:
        super().__init__(type, axes, given)
        self.stride = self.stride or self.kernel

    def extra_flops(self, c: int | Unknown, n: Sizes, out: Sizes) -> int | Unknown:
        return product(c, self.kernel, out)

    def energy(self, axis: int, reads: Reads, n: int, like: int | None = None) -> tuple[tuple[float, ...], ...]:
        """An average weighs its taps; a maximum passes all to one of them, to each alike on average."""
        return averaged(reads) if self.statistic == "avg" else super().energy(axis, reads, n, like)


@layer("conv_transpose")
class ConvTranspose(Masked, Weighted):
    """Transposed convolution: output `o` reads inputs i with `o + p - i*s = t*d`, t = 0..k-1; it depends on `o mod s`.

    Size (n-1)s - p - q + d(k-1) + output_padding + 1; `same` gives n*s with p = floor(max(d(k-1)+1-s, 0)/2).
    """

    weighted = True
    padding: p.Padding = p.parameter(
        p.PaddingKind(("valid", "same")),
        "Samples cropped before and after: an integer, a list per axis, [before, after] pairs per axis, "
        "valid (none) or same (n*s outputs).",
        0,
        1,
    )
    output_padding: p.PerAxis = p.parameter(p.IntegerPerAxis(0), "Samples added after each axis.", 0, 1)
    mask: Mask | None = mask(())
    stated_macs: int | None = p.stated_macs()

    def contradiction(self) -> str | None:
        if self.padding.word == "same" and any(self.output_padding):
            return "padding 'same' fixes the output size at n*s: it does not go with output_padding"
        return super().contradiction() or (self._interlaced() if self.joint is not None else None)

    @cached_property
    def tap_energy(self) -> float:  # type: ignore[override]
        return prod(self.stride) / len(self.taps or ((),))

    @cached_property
    def gaps(self) -> bool:  # type: ignore[override]
        for axis, (k, s, d) in enumerate(zip(self.kernel, self.stride, self.dilation, strict=True)):
            met = min(k, s // gcd(s, d)) if self.taps is None else len({tap[axis] * d % s for tap in self.taps})
            if met < s:
                return True
        return False

    def _interlaced(self) -> str | None:
        """Whether the mask makes what is read along one axis depend on the place along another."""
        assert self.joint is not None, "there is a mask"
        steps = list(zip(self.dilation, self.stride, strict=True))
        rests = [tuple(place * d % s for place, (d, s) in zip(tap, steps, strict=True)) for tap in self.joint]
        for axis in range(self.axes):
            read: dict[int, dict[Tap, set[int]]] = {}
            for tap, rest in zip(self.joint, rests, strict=True):
                others = (*rest[:axis], *rest[axis + 1 :])
                read.setdefault(rest[axis], {}).setdefault(others, set()).add(tap[axis])
            combinations = prod(len({rest[other] for rest in rests}) for other in range(self.axes) if other != axis)
            for by_others in read.values():
                if len(by_others) < combinations or len(set(map(frozenset, by_others.values()))) > 1:
                    return (
                        "the mask of a transposed convolution must leave the same taps along each axis at every phase "
                        "of the stride along the others: give stride 1, or a mask that does"
                    )
        return None

    def sides(self, axis: int) -> tuple[int, int]:
        """Samples taken off before and after, of (n-1)s + d(k-1) + 1; added where negative."""
        if self.padding.word == "same":
            before = max(self.extent(axis) - self.stride[axis], 0) // 2
            return before, self.extent(axis) - self.stride[axis] - before
        return self.padding.sides[axis] if self.padding.sides else (0, 0)

    def output_size(self, axis: int, n: int, like: int | None = None) -> int:
        before, after = self.sides(axis)
        reach = self.extent(axis)
        return (n - 1) * self.stride[axis] - before - after + reach + self.output_padding[axis]

    def reads_of(self, axis: int, places: Sequence[int], n: int) -> Reads:
        return transposed_reads_of(places, self.stride[axis], self.dilation[axis], self.sides(axis)[0])

    def reads(self, axis: int, n: int, like: int | None = None) -> Reads | Unknown:
        if self.taps is not None:
            return self.reads_of(axis, projected(self.taps, axis), n)
        return transposed_reads(self.kernel[axis], self.stride[axis], self.dilation[axis], self.sides(axis)[0])

    def strides(self, axis: int) -> tuple[int, int]:
        return (self.stride[axis], 1)

    def energy(self, axis: int, reads: Reads, n: int, like: int | None = None) -> tuple[tuple[float, ...], ...]:
        """Every weight has one variance: outputs that read more taps pass on more."""
        if self.taps is not None:
            return self._masked_energy(axis, len(reads.phases))
        each = self.stride[axis] / self.kernel[axis]
        counts = ((taps[1] - taps[0]) // taps[2] + 1 if taps else 0 for taps in reads.phases)
        return tuple((each,) * count for count in counts)

    def _masked_energy(self, axis: int, period: int) -> tuple[tuple[float, ...], ...]:
        stride, dilation, before = self.stride[axis], self.dilation[axis], self.sides(axis)[0]
        shares = self.shares(axis)
        found: list[dict[int, float]] = [{} for _ in range(period)]
        for place, share in shares.items():
            at = (place * dilation - before) % stride
            found[at][(at + before - place * dilation) // stride] = stride * share
        rows = []
        for inputs in found:
            order = sorted(inputs)
            rows.append(
                tuple(inputs.get(i, 0.0) for i in range(order[0], order[-1] + 1, step_of(order))) if order else ()
            )
        return tuple(rows)

    def macs(self, c: int | Unknown, n: Sizes, out: Sizes) -> int | Unknown:
        return product(self.weights(c), n) if self.stated_macs is None else self.stated_macs


class Placed(ConvTranspose):
    """Puts each sample at one position of a block."""

    def energy(self, axis: int, reads: Reads, n: int, like: int | None = None) -> tuple[tuple[float, ...], ...]:
        return tuple(() if taps is None else (1.0,) for taps in reads.phases)


def placed(cls: type[Conv | ConvTranspose], scale: p.PerAxis, number: int) -> Layer:
    """The layer that reads, or makes, one position of each block of samples: that of a number, in row-major order."""
    padding = []
    for step in reversed(scale):
        number, at = divmod(number, step)
        padding.append([-at, at - step + 1])
    given: dict[str, object] = {"kernel": 1, "stride": [*scale], "padding": padding[::-1], "bias": False}
    return cls(cls.types[0], len(scale), given)


@layer("custom")
class Custom(Convolving):
    """Any other layer, by what it reads: a window, or the whole map with `global: true`; with `global: before` a window
    and everything of the map before its last sample along the first axis, with `global: after` everything after its
    first one, whether other windows read it or not.

    With `unknown`, what it reads is not known, and so nothing that depends on it; output size, channels and cost are
    then known where `size`, `filters`, `params` and `macs` state them.
    """

    kernel: p.PerAxis = p.kernel(1)
    global_: bool | str = p.parameter(
        p.Sweep(),
        "Reads the whole map, which keeps its size: true. Reads a window and all before or after it: before, after.",
        False,
        True,
    )
    mixes: str = p.parameter(
        p.Choice(("all", "some")),
        "Which input channels, of its group, an output channel reads: all, or some. With some, a slice of the channels "
        "behind it says that its field is a union.",
        "all",
        "some",
    )
    unknown: str | None = p.parameter(p.Text(), "The operation, of which is not known what it reads.", None, "Einsum")
    size: p.PerAxis | None = p.parameter(
        p.IntegerPerAxis(), "Output size of an unknown operation, an integer or one per axis.", None, 56
    )
    stated_macs: int | None = p.stated_macs()

    def contradiction(self) -> str | None:
        if self.unknown is not None and self.global_:
            return "an unknown operation cannot be global"
        return None if self.size is None or self.unknown is not None else "size is for an unknown operation only"

    @property
    def keeps_apart(self) -> bool:
        return self.mixes == "some" or super().keeps_apart

    @property
    def keeps_some_apart(self) -> str:
        return "of which ones '{}' makes each is not known" if self.mixes == "some" else ""

    def whole(self, axis: int, training: bool) -> Whole:
        return Whole.NO if self.global_ is False else Whole.ONLY if self.global_ is True else Whole.ALSO

    def sees(self, axis: int, training: bool) -> int:
        if self.global_ in (True, False) or axis > 0:
            return super().sees(axis, training)
        return BEFORE if self.global_ == "before" else AFTER

    def output_size(self, axis: int, n: int, like: int | None = None) -> int:
        if self.unknown is not None:
            return UNSTATED if self.size is None else self.size[axis]
        return n if self.global_ is True else super().output_size(axis, n, like)

    def strides(self, axis: int) -> tuple[int, int]:
        return super().strides(axis) if self.unknown is None else (0, 1)

    def reads(self, axis: int, n: int, like: int | None = None) -> Reads | Unknown:
        if self.unknown is not None:
            return Unknown(f"what the operation '{self.unknown}' reads is not known")
        return super().reads(axis, n, like)

    @property
    def needs_size(self) -> bool:
        return self.unknown is None and super().needs_size

    def weights(self, c: int | Unknown) -> int | Unknown:
        if self.unknown is not None:
            return Unknown(f"params: the cost of the operation '{self.unknown}' is not known")
        return Unknown("params: a custom layer that is global states no cost") if self.global_ else super().weights(c)

    def macs(self, c: int | Unknown, n: Sizes, out: Sizes) -> int | Unknown:
        return super().macs(c, n, out) if self.stated_macs is None else self.stated_macs

    def extra_flops(self, c: int | Unknown, n: Sizes, out: Sizes) -> int | Unknown:
        return super().extra_flops(c, n, out) if self.stated_macs is None else 0
