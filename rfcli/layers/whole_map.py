"""Layers that see the whole map."""

from __future__ import annotations

from rfcli.geometry.bits import ones
from rfcli.geometry.field import Reads
from rfcli.geometry.standins import is_unstated
from rfcli.geometry.unknown import Unknown
from rfcli.layers import _parameters as p
from rfcli.layers._layer import BEFORE, BOTH, Channelwise, GeometryError, Layer, Pooling, Whole, product, total
from rfcli.layers._phases import grid_reads, windowed_reads
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
class GlobalPool(Pooling, Collapsing):
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

    weighted = True
    units: int = p.parameter(p.Integer(), "Output features.", p.REQUIRED, 1000)
    bias: bool = p.bias()
    stated_params: int | None = p.stated_params()

    def output_size(self, axis: int, n: int, like: int | None = None) -> int:
        if n != 1 and not is_unstated(n):
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
    """Attention. It states no projections: its cost is known where `query` and `value` say that it has none."""

    heads: int = p.parameter(p.Integer(), "Attention heads.", 1, 8)
    query: int | None = p.parameter(
        p.Integer(),
        "Channels of the queries, and of the keys, of all heads, where the layer before projects them and the values.",
        None,
        64,
    )
    value: int | None = p.parameter(
        p.Integer(), "Channels of the values of all heads, which the output has; goes with `query`.", None, 128
    )
    stated_params: int | None = p.stated_params()
    stated_macs: int | None = p.stated_macs()

    def contradiction(self) -> str | None:
        return None if (self.query is None) is (self.value is None) else "query and value go together"

    def channels(self, c: int | Unknown, n: Sizes) -> int | Unknown:
        return c if self.value is None else self.value

    def params(self, c: int | Unknown, n: Sizes) -> int | Unknown:
        return Unknown("params: attention states no projections, so no cost") if self.query is None else 0

    def met(self, axis: int, n: int) -> int | Unknown:
        """Positions along an axis that each of its n positions attends to."""
        return n

    def macs(self, c: int | Unknown, n: Sizes, out: Sizes) -> int | Unknown:
        """Each query meets each key that it attends to, and then its value (Vaswani et al. 2017, section 3.2.1)."""
        if self.stated_macs is not None:
            return self.stated_macs
        if self.query is None or self.value is None:
            return Unknown("macs: attention states no projections, so no cost")
        met = [size if isinstance(size, Unknown) else self.met(axis, size) for axis, size in enumerate(n)]
        return product(n, tuple(met), self.query + self.value)

    def extra_flops(self, c: int | Unknown, n: Sizes, out: Sizes) -> int | Unknown:
        return 0 if self.stated_macs is not None or self.query is not None else self.macs(c, n, out)


@layer("attention")
class Attention(Attending, Global):
    """Self-attention over the whole map, which keeps its size. Its cost is known where it is stated, or where `query`
    and `value` say that it has no projections of its own. With `causal` each position attends to itself and to all
    before it, row by row: in two dimensions it sees all rows above as a whole.
    """

    causal: bool = p.parameter(
        p.Boolean(), "Each position attends only to itself and to those before it, in raster order.", False, True
    )

    def whole(self, axis: int, training: bool) -> Whole:
        return Whole.ALSO if self.causal else Whole.ONLY

    def sees(self, axis: int, training: bool) -> int:
        return BEFORE if self.causal and axis == 0 else BOTH


@layer("window_attention")
class WindowAttention(Attending):
    """Self-attention inside windows: output `o` reads floor((o-shift)/w)*w + shift .. +w-1; its cost may be stated.

    With `windows` the map is cut into so many per axis, w = n/windows; one is the whole axis. With `grid` so many
    positions attend to one another, n/grid apart: output `o` reads o mod (n/grid), and every (n/grid)-th sample behind.
    """

    exclusive = ("window", "windows", "grid")
    window: p.PerAxis | None = p.parameter(p.IntegerPerAxis(), "Window size w, an integer or one per axis.", None, 7)
    windows: p.PerAxis | None = p.parameter(
        p.IntegerPerAxis(), "Windows along an axis, instead of their size; an integer or one per axis.", None, [4, 1]
    )
    grid: p.PerAxis | None = p.parameter(
        p.IntegerPerAxis(),
        "Positions of a grid over the whole axis that attend to one another (MaxViT), an integer or one per axis.",
        None,
        7,
    )
    shift: p.PerAxis = p.parameter(
        p.IntegerPerAxis(-p.MAX_INTEGER), "Where the windows start, an integer or one per axis.", 0, 3
    )

    def contradiction(self) -> str | None:
        wrong = Layer.contradiction(self)
        if wrong is None and self.window is None and any(self.shift):
            return f"{'windows that divide the map have' if self.grid is None else 'a grid has'} no shift"
        return wrong or super().contradiction()

    def whole(self, axis: int, training: bool) -> Whole:
        return Whole.ONLY if self.windows is not None and self.windows[axis] == 1 else Whole.NO

    @property
    def needs_size(self) -> bool:
        return self.grid is not None or (self.windows is not None and any(count > 1 for count in self.windows))

    @property
    def size_dependence(self) -> str:
        return "attention in parts of the map"

    def size(self, axis: int, n: int) -> int | Unknown:
        """Samples of a window, or of a grid."""
        if self.window is not None:
            return self.window[axis]
        if self.grid is not None:
            apart = self.grid[axis]
            return Unknown(f"{n} samples are not cut evenly into a grid of {apart}") if n % apart else apart
        assert self.windows is not None, "one of the three is given"
        if n % self.windows[axis]:
            return Unknown(f"{n} samples are not cut evenly into {self.windows[axis]} windows")
        return n // self.windows[axis]

    def met(self, axis: int, n: int) -> int | Unknown:
        size = self.size(axis, n)
        if isinstance(size, Unknown) or n % size == 0:
            return size
        return Unknown("macs: windows reach past the map")

    def reads(self, axis: int, n: int, like: int | None = None) -> Reads | Unknown:
        size = self.size(axis, n)
        if isinstance(size, Unknown):
            return size
        return windowed_reads(size, self.shift[axis]) if self.grid is None else grid_reads(n, size)


@layer("squeeze_excite")
class SqueezeExcite(Channelwise):
    """Scales channels by what the whole map says (Hu et al. 2018): keeps the local field, adds a global path."""

    units: int | None = p.parameter(
        p.Integer(), "Hidden units; parameters and operations are unknown when left out.", None, 16
    )
    bias: bool = p.bias("Whether the two inner layers have biases.")
    stated_params: int | None = p.stated_params()

    def whole(self, axis: int, training: bool) -> Whole:
        return Whole.ALSO

    def channels_weighed(self, kept: int, c: int) -> int:
        return ones(c)

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
