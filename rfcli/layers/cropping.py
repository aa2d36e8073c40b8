"""Layers that pad, crop or drop samples."""

from __future__ import annotations

from rfcli.geometry.borders import ZEROS, Border
from rfcli.geometry.field import Reads
from rfcli.geometry.unknown import Unknown
from rfcli.layers import _parameters as p
from rfcli.layers._layer import Channelwise, GeometryError
from rfcli.layers._registry import layer

TYPE_CHECKING = False
if TYPE_CHECKING:
    Sizes = tuple[int | Unknown, ...]


def widened(filters: int | None, c: int | Unknown) -> int | Unknown:
    """Channels after zero-padding them to `filters`."""
    if filters is None:
        return c
    if isinstance(c, int) and filters < c:
        raise GeometryError(
            "RF306", f"filters is {filters}, fewer than the {c} input channels: channels are only added"
        )
    return filters


def added_channels() -> int | None:
    return p.parameter(  # type: ignore[no-any-return]
        p.Integer(), "Output channels: the input's, and zeros after them up to this number.", None, 32
    )


@layer("identity")
class Identity(Channelwise):
    """Passes its input on; with `filters`, channels are zero-padded at the end."""

    follows = True
    filters: int | None = added_channels()

    def channels(self, c: int | Unknown, n: Sizes) -> int | Unknown:
        return widened(self.filters, c)

    @property
    def sees_apart(self) -> bool:
        return self.filters is not None


@layer("zeros")
class Zeros(Channelwise):
    """Zeros in place of its input, of which nothing passes: the operation `none` of cells that are searched for. What
    follows it costs what it always does."""

    silent = True


@layer("subsample")
class Subsample(Channelwise):
    """Keeps every `stride`-th sample: output `o` reads input `o*stride`. With `filters`, channels are zero-padded at
    the end."""

    stride: p.PerAxis = p.stride(p.REQUIRED)
    filters: int | None = added_channels()

    def output_size(self, axis: int, n: int, like: int | None = None) -> int:
        return -(-n // self.stride[axis])

    def reads(self, axis: int, n: int, like: int | None = None) -> Reads | Unknown:
        return Reads(self.stride[axis], ((0, 0, 1),))

    def strides(self, axis: int) -> tuple[int, int]:
        return (1, self.stride[axis])

    def channels(self, c: int | Unknown, n: Sizes) -> int | Unknown:
        return widened(self.filters, c)

    @property
    def sees_apart(self) -> bool:
        return self.filters is not None


@layer("pad")
class Pad(Channelwise):
    """Adds samples (or crops, where negative): output `o` reads input `o - p`."""

    padding: p.Padding = p.parameter(
        p.PaddingKind(()), "An integer, a list per axis, or [before, after] pairs per axis.", p.REQUIRED, 3
    )
    padding_mode: str = p.padding_mode()

    def output_size(self, axis: int, n: int, like: int | None = None) -> int:
        return left(n, n + sum(self.padding.sides[axis]))

    def reads(self, axis: int, n: int, like: int | None = None) -> Reads | Unknown:
        before = self.padding.sides[axis][0]
        return Reads(1, ((-before, -before, 1),))

    def border(self, axis: int, n: int) -> Border | None:
        before, after = self.padding.sides[axis]
        made = self.padding_mode != ZEROS and (before > 0 or after > 0)
        return Border(self.padding_mode, n, before, after) if made else None


@layer("crop")
class Crop(Channelwise):
    """Drops samples at the borders, or down to the size of another layer (centred, an odd sample after)."""

    cropping: p.Padding | None = p.parameter(
        p.PaddingKind(()), "An integer, a list per axis, or [before, after] pairs per axis.", None, [[1, 2], [1, 2]]
    )
    like: str | None = p.parameter(p.LayerName(), "A layer whose output size is taken.", None, "up1")

    def contradiction(self) -> str | None:
        if (self.cropping is None) == (self.like is None):
            return f"crop takes either cropping or like, here are {'none' if self.like is None else 'both'}"
        return None

    def output_size(self, axis: int, n: int, like: int | None = None) -> int:
        if self.cropping is not None:
            return left(n, n - sum(self.cropping.sides[axis]))
        if like is not None and like > n:
            raise GeometryError(
                "RF307", f"{n} samples cannot be cropped to the {like} of '{self.like}'", "crop the larger map"
            )
        return n if like is None else like

    def reads(self, axis: int, n: int, like: int | None = None) -> Reads | Unknown:
        if self.cropping is not None:
            before = self.cropping.sides[axis][0]
        else:
            before = (n - like) // 2 if like is not None else 0
        return Reads(1, ((before, before, 1),))

    @property
    def needs_size(self) -> bool:
        return self.like is not None

    @property
    def size_dependence(self) -> str:
        return "crop like another layer"

    def strides(self, axis: int) -> tuple[int, int]:
        return (1, 1) if self.like is None else (0, 1)


def left(n: int, rest: int) -> int:
    """`rest` where anything is left of `n` samples; raises `GeometryError` where not."""
    if rest < 1:
        raise GeometryError("RF305", f"cropping leaves {rest} of {n} samples")
    return rest
