"""Layers that see the whole map."""

from __future__ import annotations

from rfcli.geometry.field import Reads
from rfcli.geometry.unknown import Unknown
from rfcli.layers import _parameters as p
from rfcli.layers._layer import GeometryError, Layer, Whole, product, total
from rfcli.layers._phases import windowed_reads
from rfcli.layers._registry import layer

TYPE_CHECKING = False
if TYPE_CHECKING:
    Sizes = tuple[int | Unknown, ...]


class Global(Layer):
    """Reads the whole map; only the global path is left."""

    def whole(self, axis: int, training: bool) -> Whole:
        return Whole.ONLY


class Collapsing(Global):
    """Leaves one position."""

    def output_size(self, axis: int, n: int, like: int | None = None) -> int:
        return 1

    def strides(self, axis: int) -> tuple[int, int]:
        return (0, 1)


@layer("global_avg_pool", "global_max_pool")
class GlobalPool(Collapsing):
    """Pools the whole map into one position."""

    def extra_flops(self, c: int | Unknown, n: Sizes, out: Sizes) -> int | Unknown:
        return product(c, n)


@layer("flatten")
class Flatten(Collapsing):
    """Puts all positions into the channels: C*H*W of them at one position."""

    def channels(self, c: int | Unknown, n: Sizes) -> int | Unknown:
        return product(c, n)


@layer("linear")
class Linear(Global):
    """A fully connected layer on a flattened map."""

    units: int = p.parameter(p.Integer(), "Output features.", p.REQUIRED, 1000)
    bias: bool = p.bias()
    stated_params: int | None = p.stated_params()

    def output_size(self, axis: int, n: int, like: int | None = None) -> int:
        if n != 1:
            raise GeometryError(
                "RF307",
                f"linear needs a flattened map, its input has {n} samples along an axis",
                "put a flatten or a global pooling before it; to apply it at every position use conv with kernel 1",
            )
        return 1

    def channels(self, c: int | Unknown, n: Sizes) -> int | Unknown:
        return self.units

    def params(self, c: int | Unknown, n: Sizes) -> int | Unknown:
        return total(product(c, self.units), self.units if self.bias else 0)

    def macs(self, c: int | Unknown, n: Sizes, out: Sizes) -> int | Unknown:
        return product(c, self.units)

    def extra_flops(self, c: int | Unknown, n: Sizes, out: Sizes) -> int | Unknown:
        return self.units if self.bias else 0


class Attending(Layer):
    """Attention, whose projections, and so cost, other parameters do not tell."""

    heads: int = p.parameter(p.Integer(), "Attention heads.", 1, 8)
    stated_params: int | None = p.stated_params()
    stated_macs: int | None = p.stated_macs()

    def params(self, c: int | Unknown, n: Sizes) -> int | Unknown:
        return Unknown("params: attention states no projections, so no cost")

    def macs(self, c: int | Unknown, n: Sizes, out: Sizes) -> int | Unknown:
        if self.stated_macs is not None:
            return self.stated_macs
        return Unknown("macs: attention states no projections, so no cost")

    def extra_flops(self, c: int | Unknown, n: Sizes, out: Sizes) -> int | Unknown:
        return 0 if self.stated_macs is not None else self.macs(c, n, out)


@layer("attention")
class Attention(Attending, Global):
    """Self-attention over the whole map, which keeps its size. Its cost is known where it is stated."""


@layer("window_attention")
class WindowAttention(Attending):
    """Self-attention inside windows: output `o` reads floor((o-shift)/w)*w + shift .. +w-1; its cost may be stated."""

    window: p.PerAxis = p.parameter(p.IntegerPerAxis(), "Window size w, an integer or one per axis.", p.REQUIRED, 7)
    shift: p.PerAxis = p.parameter(
        p.IntegerPerAxis(-p.MAX_INTEGER), "Where the windows start, an integer or one per axis.", 0, 3
    )

    def reads(self, axis: int, n: int, like: int | None = None) -> Reads | Unknown:
        return windowed_reads(self.window[axis], self.shift[axis])


@layer("squeeze_excite")
class SqueezeExcite(Layer):
    """Scales channels by what the whole map says (Hu et al. 2018): keeps the local field, adds a global path."""

    units: int | None = p.parameter(p.Integer(), "Hidden units.", None, 16)
    bias: bool = p.bias("Whether the two inner layers have biases.")
    stated_params: int | None = p.stated_params()

    def whole(self, axis: int, training: bool) -> Whole:
        return Whole.ALSO

    def params(self, c: int | Unknown, n: Sizes) -> int | Unknown:
        return total(self.macs(c, n, n), self.extra_flops(c, n, n))

    def macs(self, c: int | Unknown, n: Sizes, out: Sizes) -> int | Unknown:
        if self.units is None:
            return Unknown("params: squeeze_excite states no units")
        return product(2, c, self.units)

    def extra_flops(self, c: int | Unknown, n: Sizes, out: Sizes) -> int | Unknown:
        if self.units is None:
            return Unknown("params: squeeze_excite states no units")
        return total(c, self.units) if self.bias else 0
