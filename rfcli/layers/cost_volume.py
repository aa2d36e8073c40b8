"""Layers that compare two maps at many displacements."""

from __future__ import annotations

from math import prod

from rfcli.geometry.unknown import Unknown
from rfcli.geometry.windows import window_count
from rfcli.layers import _parameters as p
from rfcli.layers._layer import GeometryError, Paired, check_parts, product
from rfcli.layers._registry import layer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.geometry.field import Reads

    Sizes = tuple[int | Unknown, ...]


@layer("cost_volume")
class CostVolume(Paired):
    """Compares each position of one map with the displaced ones of another, as networks for optical flow and stereo do:
    `inputs: [left, right]`, maps of one size. Output `o` stands at x = o*s - p + (k-1)/2 + before; it reads
    x - (k-1)/2 .. x + (k-1)/2 of the left map, and of the right map the same moved by each displacement
    j*`displacement_stride` from -before to after. A product with a sample beside either map is 0, and reads nothing.

    Displacements lie in the channels, in raster order, the last axis fastest: one channel for each (FlowNetC, PWC-Net),
    `groups` for each (GwcNet), or as many as are compared (StereoNet, PSMNet). A network that has them along an axis of
    their own is described with that axis in the channels: its 3-D convolutions are `custom`, with the kernel along
    height and width, `filters` times the disparities, and `params` and `macs` as stated. A field is the union over all
    displacements, as over all channels. It has no parameters; a product of patches takes a multiply-accumulate for
    each channel of each of its samples.
    """

    names = ("left", "right")
    of_names = "The map whose positions are compared, and the one whose displaced positions they are compared with."
    compares = True
    max_displacement: p.Padding = p.parameter(
        p.PaddingKind((), 0),
        "The largest displacement: an integer, a list per axis, or [before, after] pairs per axis. For stereo, "
        "[0, [47, 0]] are the disparities 0 to 47, and [0, 47] both directions.",
        example=4,
    )
    displacement_stride: p.PerAxis = p.parameter(
        p.IntegerPerAxis(), "The distance between displacements (FlowNetC has 2): an integer, or one per axis.", 1, 2
    )
    kernel: p.PerAxis = p.parameter(
        p.IntegerPerAxis(), "Size k of the patches that are compared, odd: an integer, or one per axis.", 1, 3
    )
    stride: p.PerAxis = p.parameter(
        p.IntegerPerAxis(), "Stride s of the compared positions: an integer, or one per axis.", 1, 2
    )
    padding: p.Padding = p.parameter(
        p.PaddingKind(("valid", "same"), 0),
        "Samples added around both maps: same, so that output o stands at o*s, valid (none), an integer, a list per "
        "axis, or [before, after] pairs per axis.",
        "same",
        20,
    )
    compare: str = p.parameter(
        p.Choice(("product", "difference", "concat")),
        "How two positions are compared: by the mean of the products of their channels, by the differences of these, "
        "or by next layers that find both, one after the other, in the channels.",
        "product",
        "concat",
    )
    groups: int = p.parameter(p.Integer(), "Groups of channels, each of which has a product of its own.", 1, 40)

    def contradiction(self) -> str | None:
        if any(k % 2 == 0 for k in self.kernel):
            return "the kernel of a cost volume is odd: a patch has a sample in its middle"
        if self.compare != "product" and (self.groups > 1 or any(k > 1 for k in self.kernel)):
            return "groups and kernel are for compare: product"
        return None

    def steps(self, axis: int) -> tuple[int, int]:
        """How many displacements there are before and after 0."""
        before, after = self.max_displacement.sides[axis]
        return before // self.displacement_stride[axis], after // self.displacement_stride[axis]

    @property
    def displacements(self) -> int:
        """How many there are in all."""
        return prod(1 + sum(self.steps(axis)) for axis in range(self.axes))

    def reach(self, axis: int) -> int:
        """Samples on both sides of a position that are compared with it."""
        return self.kernel[axis] + sum(self.max_displacement.sides[axis])

    def sides(self, axis: int) -> tuple[int, int]:
        """Samples added before and after."""
        if self.padding.word == "valid":
            return 0, 0
        if not self.padding.word:
            return self.padding.sides[axis]
        before, after = self.max_displacement.sides[axis]
        return before + self.kernel[axis] // 2, after + self.kernel[axis] // 2

    def patch_sides(self, axis: int) -> tuple[int, int]:
        """The same around the patches alone, without displacements: taken off where negative."""
        (before, after), (first, last) = self.sides(axis), self.max_displacement.sides[axis]
        return before - first, after - last

    def output_size(self, axis: int, n: int, like: int | None = None) -> int:
        if like not in (None, n):
            raise GeometryError(
                "RF302", f"inputs have different sizes: {n} samples to the left, {like} to the right",
                "bring both maps to one size: type crop or resize, like: ...",
            )  # fmt: skip
        count = window_count(n, self.reach(axis), self.stride[axis], self.sides(axis))
        if count < 1:
            raise GeometryError(
                "RF305",
                f"patches and displacements reach over {self.reach(axis)} samples, the padded map has "
                f"{n + sum(self.sides(axis))}",
                "give a larger input size, a smaller max_displacement or more padding",
            )
        return count

    def strides(self, axis: int) -> tuple[int, int]:
        return (1, self.stride[axis])

    def reads(self, axis: int, n: int, like: int | None = None) -> Reads | Unknown:
        return Unknown("a cost volume reads each of its maps in another way")

    @property
    def keeps_apart(self) -> bool:
        return self.displacements > 1 or self.compare != "product" or self.groups > 1

    @property
    def sees_apart(self) -> bool:
        return self.keeps_apart

    def paired_channels(self, left: int | Unknown, right: int | Unknown) -> int | Unknown:
        if self.compare == "concat":
            both = right if isinstance(right, Unknown) else left if isinstance(left, Unknown) else left + right
            return product(both, self.displacements)
        if isinstance(left, int) and isinstance(right, int) and left != right:
            raise GeometryError(
                "RF304", f"inputs have different channels: {left} to the left, {right} to the right",
                "give the last layers of both paths the same filters",
            )  # fmt: skip
        c = right if isinstance(left, Unknown) else left
        if self.compare == "difference":
            return product(c, self.displacements)
        check_parts(c, self.groups, "input channels")
        return self.groups * self.displacements

    def macs(self, c: int | Unknown, n: Sizes, out: Sizes) -> int | Unknown:
        """Products of two patches for each displacement and position: c K^2 D^2 of them (Dosovitskiy et al. 2015,
        "FlowNet", section 3)."""
        return product(c, self.kernel, self.displacements, out) if self.compare == "product" else 0
