"""Layers that change the number of samples by interpolation, rearrangement or adaptive windows."""

from __future__ import annotations

from math import gcd, prod

from rfcli.geometry.bits import of_runs, ones
from rfcli.geometry.field import Reads
from rfcli.geometry.unknown import Unknown
from rfcli.layers import _parameters as p
from rfcli.layers._layer import (
    Channelwise,
    GeometryError,
    Layer,
    Pooling,
    Whole,
    averaged,
    check_parts,
    in_groups,
    product,
)
from rfcli.layers._phases import adaptive_reads, check_period, scaled_reads
from rfcli.layers._registry import layer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

    from rfcli.geometry.field import Taps

    Sizes = tuple[int | Unknown, ...]


@layer("upsample", "resize")
class Resize(Channelwise):
    """Interpolation at x(o): (o+1/2)*n/m - 1/2 (half_pixel), o*n/m (asymmetric) or o*(n-1)/(m-1) (align_corners).

    nearest reads 1 input, linear the 2 and cubic the 4 around x, without taps of weight zero; area averages as
    adaptive pooling does. With `scale`, n/m is 1/scale; area takes the sizes themselves, and no coordinates.
    """

    exclusive = ("scale", "size", "like")
    scale: tuple[tuple[int, int], ...] | None = p.parameter(
        p.Scale(), "Output samples per input sample, a number or one per axis.", None, 2
    )
    size: p.PerAxis | None = p.parameter(p.IntegerPerAxis(), "Output size, an integer or one per axis.", None, 64)
    like: str | None = p.parameter(p.LayerName(), "A layer whose output size is taken.", None, "block1")
    mode: str = p.parameter(
        p.Choice(("nearest", "linear", "bilinear", "trilinear", "cubic", "bicubic", "area")),
        "How values are interpolated; bilinear and trilinear are linear, bicubic is cubic.",
        "nearest",
        "linear",
    )
    coordinates: str = p.parameter(
        p.Choice(("half_pixel", "asymmetric", "align_corners")),
        "Where output samples lie among the inputs.",
        "half_pixel",
        "align_corners",
    )

    @property
    def interpolation(self) -> str:
        """How values are interpolated, for any number of axes: nearest, linear, cubic or area."""
        return {"bilinear": "linear", "trilinear": "linear", "bicubic": "cubic"}.get(self.mode, self.mode)

    def output_size(self, axis: int, n: int, like: int | None = None) -> int:
        if self.scale is not None:
            up, down = self.scale[axis]
            if n * up // down < 1:
                raise GeometryError("RF305", f"{n} samples scaled by {up / down:g} leave none")
            return n * up // down
        if self.size is not None:
            return self.size[axis]
        return n if like is None else like

    @property
    def needs_size(self) -> bool:
        if self.scale is None:
            return True
        if self.mode == "area":
            return any(down > 1 for _, down in self.scale)
        return self.coordinates == "align_corners"

    @property
    def size_dependence(self) -> str:
        if self.like is not None:
            return f"{self.type} like another layer"
        how = "to a given size" if self.size is not None else f"with {self.coordinates}"
        return (
            f"{self.type} of area by a fraction" if self.size is None and self.mode == "area" else f"{self.type} {how}"
        )

    def strides(self, axis: int) -> tuple[int, int]:
        if self.scale is not None:
            return self.scale[axis]
        return (0, 1)

    def reads(self, axis: int, n: int, like: int | None = None) -> Reads | Unknown:
        if self.scale is not None and not self.needs_size:
            bottom, top = self.scale[axis]
        else:
            top, bottom = n, self.output_size(axis, n, like)
            if self.coordinates == "align_corners" and self.mode != "area":
                top, bottom = (top - 1, bottom - 1) if bottom > 1 else (0, 1)
        if self.mode == "area":
            return adaptive_reads(top, bottom)
        common = gcd(top, bottom)
        top, bottom = top // common, bottom // common
        check_period(bottom)
        return Reads(top, tuple(self._taps(o, top, bottom) for o in range(bottom)))

    def picks(self, reads: object) -> bool:
        return self.mode == "nearest" or super().picks(reads)

    def energy(self, axis: int, reads: Reads, n: int, like: int | None = None) -> tuple[tuple[float, ...], ...]:
        """The squares of the interpolation's weights."""
        if self.mode == "area":
            return averaged(reads)
        period = len(reads.phases)
        return tuple(self._squares(o, taps, reads.shift, period) for o, taps in enumerate(reads.phases))

    def _squares(self, o: int, taps: Taps | None, top: int, bottom: int) -> tuple[float, ...]:
        if taps is None or taps[0] == taps[1]:
            return () if taps is None else (1.0,)
        at, whole = (o * top, bottom)
        if self.coordinates == "half_pixel":
            at, whole = (2 * o + 1) * top - bottom, 2 * bottom
        t = at % whole / whole
        return tuple(weight**2 for weight in ((1 - t, t) if taps[1] == taps[0] + 1 else cubic_weights(t)))

    def _taps(self, o: int, top: int, bottom: int) -> Taps:
        """Taps around x(o), which is `at / whole` for integers."""
        if self.coordinates == "half_pixel":
            at, whole = (2 * o + 1) * top - bottom, 2 * bottom
        else:
            at, whole = o * top, bottom
        if self.mode == "nearest":
            if self.coordinates == "half_pixel":
                at += bottom
            elif self.coordinates == "align_corners":
                at, whole = 2 * at + whole, 2 * whole
            return (at // whole, at // whole, 1)
        first = at // whole
        if at % whole == 0:
            return (first, first, 1)
        return (first - 1, first + 2, 1) if self.interpolation == "cubic" else (first, first + 1, 1)


def cubic_weights(t: float, a: float = -0.75) -> tuple[float, float, float, float]:
    """Weights of the four taps, `t` after the second (Keys 1981; `a` is that of PyTorch and ONNX)."""

    def near(x: float) -> float:
        return ((a + 2) * x - (a + 3)) * x * x + 1

    def far(x: float) -> float:
        return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a

    return far(t + 1), near(t), near(1 - t), far(2 - t)


class Scaling(Layer):
    """A layer with an integer scale."""

    up: ClassVar[bool]
    """Whether it makes more samples, not fewer."""
    scale: p.PerAxis = p.parameter(p.IntegerPerAxis(), "The factor, an integer or one per axis.", p.REQUIRED, 2)


class Enlarging(Scaling):
    """Output `o` reads input floor(o/scale)."""

    up = True

    def output_size(self, axis: int, n: int, like: int | None = None) -> int:
        return n * self.scale[axis]

    def reads(self, axis: int, n: int, like: int | None = None) -> Reads | Unknown:
        return scaled_reads(self.scale[axis])

    def strides(self, axis: int) -> tuple[int, int]:
        return (self.scale[axis], 1)


@layer("pixel_shuffle", "depth_to_space")
class PixelShuffle(Enlarging):
    """Channels rearranged into space: output `o` reads input floor(o/scale). With B positions in a block, output
    channel c comes from the input channels c*B .. c*B+B-1, of `depth_to_space` from c, c+C, c+2*C, ... (C channels).
    """

    partial = True

    def channels(self, c: int | Unknown, n: Sizes) -> int | Unknown:
        block = product(self.scale)
        if isinstance(c, Unknown) or isinstance(block, Unknown):
            return c
        check_parts(c, block, each="positions")
        return c // block

    @property
    def keeps_apart(self) -> bool:
        return True

    def pieces(self, kept: int, c: int) -> list[tuple[Layer, int]]:
        from rfcli.layers.windows import Placed, placed  # the order of imports is that of the manual

        block = prod(self.scale)
        rows = [kept << at * (c // block) for at in range(block)]
        if self.type == "pixel_shuffle":
            first = in_groups(kept, c // block, 1, block) & of_runs(((at, at + 1) for at in range(0, c, block)), c)
            rows = [first << at for at in range(block)]
        return list(zip((placed(Placed, self.scale, at) for at in range(block)), rows, strict=True))


@layer("pixel_unshuffle", "space_to_depth")
class PixelUnshuffle(Scaling):
    """Space rearranged into channels: output `o` reads inputs o*scale .. o*scale + scale-1. With B positions in a
    block, input channel c goes to the output channels c*B .. c*B+B-1, of `space_to_depth` to c, c+C, c+2*C, ...
    (C channels)."""

    up = False

    def output_size(self, axis: int, n: int, like: int | None = None) -> int:
        if n % self.scale[axis]:
            raise GeometryError(
                "RF307", f"{n} samples cannot be split into blocks of {self.scale[axis]}", "pad the input to a multiple"
            )
        return n // self.scale[axis]

    def reads(self, axis: int, n: int, like: int | None = None) -> Reads | Unknown:
        return Reads(self.scale[axis], ((0, self.scale[axis] - 1, 1),))

    def strides(self, axis: int) -> tuple[int, int]:
        return (1, self.scale[axis])

    def channels(self, c: int | Unknown, n: Sizes) -> int | Unknown:
        return product(c, self.scale)

    @property
    def keeps_apart(self) -> bool:
        return True

    @property
    def sees_apart(self) -> bool:
        return True

    def pieces(self, kept: int, c: int) -> list[tuple[Layer, int]]:
        from rfcli.layers.windows import Conv, placed

        block, found = prod(self.scale), []
        each = of_runs(((at, at + 1) for at in range(0, c * block, block)), c * block)
        for at in range(block):
            read = kept >> at * c & ones(c)
            if self.type == "pixel_unshuffle":
                read = in_groups(kept >> at & each, c, block, 1)
            if read:
                found.append((placed(Conv, self.scale, at), read))
        return found


@layer("max_unpool")
class MaxUnpool(Channelwise, Enlarging):
    """Values put back where a max pooling took them: output `o` reads input floor(o/scale)."""


@layer("adaptive_avg_pool", "adaptive_max_pool")
class AdaptivePool(Pooling):
    """Pooling to a fixed size: output `o` reads inputs floor(o*n/m) .. ceil((o+1)*n/m)-1. Global where m is 1."""

    output_size_: p.PerAxis = p.parameter(
        p.IntegerPerAxis(), "Output size m, an integer or one per axis.", p.REQUIRED, 7
    )

    def output_size(self, axis: int, n: int, like: int | None = None) -> int:
        return self.output_size_[axis]

    def reads(self, axis: int, n: int, like: int | None = None) -> Reads | Unknown:
        return adaptive_reads(n, self.output_size_[axis])

    @property
    def needs_size(self) -> bool:
        return True

    def strides(self, axis: int) -> tuple[int, int]:
        return (0, 1)

    def energy(self, axis: int, reads: Reads, n: int, like: int | None = None) -> tuple[tuple[float, ...], ...]:
        return averaged(reads) if self.statistic == "avg" else super().energy(axis, reads, n, like)

    def whole(self, axis: int, training: bool) -> Whole:
        return Whole.ONLY if self.output_size_[axis] == 1 else Whole.NO

    def extra_flops(self, c: int | Unknown, n: Sizes, out: Sizes) -> int | Unknown:
        return product(c, tuple(adaptive_taps(i, o) for i, o in zip(n, out, strict=True)))


def adaptive_taps(n: int | Unknown, m: int | Unknown) -> int | Unknown:
    """Taps of all windows of an adaptive pooling from `n` to `m` samples; the windows repeat every m/gcd outputs."""
    if isinstance(n, Unknown) or isinstance(m, Unknown):
        return n if isinstance(n, Unknown) else m
    common = gcd(n, m)
    if m // common > 1_000_000:
        return Unknown("flops: the windows of the adaptive pooling are too many to count")
    return common * sum(-(-(o + 1) * n // m) - o * n // m for o in range(m // common))
