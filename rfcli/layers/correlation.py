"""Layers that slide one map over another."""

from __future__ import annotations

from rfcli.geometry.field import Reads
from rfcli.geometry.unknown import Unknown
from rfcli.layers import _parameters as p
from rfcli.layers._layer import GeometryError, Paired, product
from rfcli.layers._registry import layer

TYPE_CHECKING = False
if TYPE_CHECKING:
    Sizes = tuple[int | Unknown, ...]


@layer("correlation")
class Correlation(Paired):
    """Slides one map over another, as Siamese trackers do (SiamFC): `inputs: [search, template]`. Output `o` reads
    inputs `o - p + t` of the search map, t = 0..k-1, where k is the template's size; it reads the whole template.

    One channel, or `filters` where the template has as many channels for each of the search map's; with `depthwise`
    each channel by itself (SiamRPN++). It has no parameters.
    """

    names = ("search", "template")
    of_names = "The map that is searched, and the one that is slid over it."
    slides = True
    padding: p.Padding = p.parameter(
        p.PaddingKind(("valid",)),
        "Samples added around the search map: an integer, a list per axis, [before, after] pairs per axis, or valid.",
        0,
        1,
    )
    depthwise: bool = p.parameter(p.Boolean(), "Whether each channel is correlated by itself.", False, True)
    filters: int | None = p.parameter(p.Integer(), "Output channels where not depthwise; 1 when left out.", None, 2)

    def contradiction(self) -> str | None:
        both = self.depthwise and self.filters is not None
        return "a depthwise correlation keeps the channels: leave filters out" if both else None

    def output_size(self, axis: int, n: int, like: int | None = None) -> int:
        k = like or 1
        before, after = self.padding.resolve(axis, n, k, 1)
        if n + before + after < k:
            raise GeometryError(
                "RF305",
                f"the template has {k} samples, the search map {n + before + after}",
                "the search map comes first: inputs: [search, template]",
            )
        return n + before + after - k + 1

    def reads(self, axis: int, n: int, like: int | None = None) -> Reads | Unknown:
        before, _ = self.padding.resolve(axis, n, 1, 1)
        return Reads(1, ((-before, (like or 1) - 1 - before, 1),))

    @property
    def needs_size(self) -> bool:
        return True

    @property
    def size_dependence(self) -> str:
        return "the size of a correlation's template"

    def paired_channels(self, search: int | Unknown, template: int | Unknown) -> int | Unknown:
        filters = self.filters or 1
        if isinstance(search, int) and isinstance(template, int) and template != filters * search:
            wanted = f"{filters} x {search}" if filters > 1 else str(search)
            raise GeometryError("RF304", f"the template has {template} channels, the search map needs {wanted}")
        return search if self.depthwise else filters

    def macs(self, c: int | Unknown, n: Sizes, out: Sizes) -> int | Unknown:
        kernel = []
        for axis, (size, made) in enumerate(zip(n, out, strict=True)):
            if isinstance(size, Unknown) or isinstance(made, Unknown):
                return size if isinstance(size, Unknown) else made
            kernel.append(size + sum(self.padding.resolve(axis, size, 1, 1)) - made + 1)
        return product(c, 1 if self.depthwise else self.filters or 1, tuple(kernel), out)
