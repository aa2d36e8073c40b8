"""Cutting an input into tiles whose stitched outputs equal one pass over the whole.

Tiles start at multiples of all strides, so that each layer of a tile lies on the grid of the whole, and within the map
they are all alike: they follow each other at one distance. So they are counted, and told, by a formula.
"""

from __future__ import annotations

from math import gcd, lcm, prod

from rfcli.engine.fields import fields_along
from rfcli.engine.reading import Reading
from rfcli.engine.report import NoAnswer
from rfcli.engine.stitching import Cut
from rfcli.engine.wholes import SIDES
from rfcli.geometry.axes import axis_names
from rfcli.geometry.field import Field, ratio
from rfcli.geometry.unknown import Unknown
from rfcli.graph.graph import upstream
from rfcli.graph.sizes import fitting, sizes_at
from rfcli.layers._layer import AFTER, BEFORE, NEITHER, Whole
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

    from rfcli.engine.fields import AxisFields
    from rfcli.engine.report import Report
    from rfcli.graph.sizes import AxisSizes

    Range = tuple[int, int]
    """A half-open range."""

MAX_MULTIPLE = 1 << 20
"""Samples at multiples of which tiles start at most."""
VAST = 1 << 22
"""Stands for a size that nobody has given."""


class Tiles(Value):
    """Tiles along an axis, each with its input range and its valid output range: a sequence, told by a formula.

    They are `length` long. The first has the outputs up to `done` right. The others start at `second`, and from there
    on `apart` from each other, none beyond `cap`; one that starts at i has the outputs up to those of i, `per` for each
    `multiple`, and `end` more. The last of `count` starts at `last` and has all of `outputs`.
    """

    length: int
    count: int
    outputs: int
    done: int = 0
    second: int = 0
    apart: int = 0
    cap: int = 0
    last: int = 0
    multiple: int = 1
    per: int = 0
    end: int = 0

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, at: int) -> tuple[Range, Range]:
        if not -self.count <= at < self.count:
            raise IndexError(f"there are {self.count} tiles")
        at %= self.count
        start = self._start(at)
        return (start, start + self.length), (self._done(at - 1), self._done(at))

    def __iter__(self) -> Iterator[tuple[Range, Range]]:
        return map(self.__getitem__, range(self.count))

    def _start(self, at: int) -> int:
        if at == self.count - 1:
            return self.last
        return 0 if at == 0 else min(self.second + (at - 1) * self.apart, self.cap)

    def _done(self, at: int) -> int:
        """The outputs that are done after a tile."""
        if at < 0:
            return 0
        if at == self.count - 1:
            return self.outputs
        return self.done if at == 0 else self._start(at) // self.multiple * self.per + self.end


class AxisTiles(Value):
    """The tiles of one axis: the `halo`, input samples that they need before and after the part that their outputs
    stand for; the `multiple` at which they start; the length of the `smallest` tile that keeps any outputs within the
    map, None where there is none; the length of those that are cut, None where none are.

    `size` is that of the image, None where it is not given; `padded` the size to which it has to be padded, behind it,
    as no input of its own size fits the network: what the tiles equal is one pass over that.
    """

    halo: tuple[int, int]
    multiple: int
    smallest: int | None
    tile: int | None
    tiles: Tiles
    size: int | None = None
    padded: int | None = None
    circular: str | None = None
    """A layer that goes round the border of the map, so that tiles at one end would need samples of the other."""
    stride: int | Fraction = 1
    """Samples that the field moves on per output: outputs [c, d) read floor(c*stride) - before up to
    ceil(d*stride) + after."""
    assumed: tuple[int, int] | None = None
    """(r, m) where no size is given and it decides what is read: all holds for images of r samples modulo m."""
    ignored: tuple[str, ...] = ()
    """Layers that see each tile instead of the whole map: where there are any, nothing is exact."""


class Wanted(Value):
    """What is asked of tiles: per axis the longest that they may be, or with `fixed` their length, and the size of the
    image, None where it is that of the report; outputs are kept in groups of `step`, or in `whole_frames`, as many as a
    multiple of the input makes; with `ignore_global`, layers that see the whole map see each tile by itself."""

    longest: Sequence[int] | None = None
    image: Sequence[int | None] | None = None
    step: Sequence[int] | None = None
    whole_frames: bool = False
    fixed: bool = False
    ignore_global: bool = False
    max_tiles: int = 1_000_000


def tiled(report: Report, layer: str, wanted: Wanted) -> list[AxisTiles]:
    """The tiles of all axes. Raises `NoAnswer`."""
    number, axes = report.number(layer), range(len(report.followed.axes))
    if len(report.followed.inputs) > 1:
        raise NoAnswer("it cannot be tiled: networks of several inputs are not cut")
    wholes = global_layers(report, number)
    if wholes and not wanted.ignore_global:
        raise NoAnswer(f"it cannot be tiled: {whole_map(report, number, wholes)}{_instead(report, number)}")
    alike = {axis: same[0] for same in report.followed.alike for axis in same}
    once: dict[tuple[object, ...], AxisTiles] = {}
    found = []
    for axis in axes:
        given = (wanted.longest, wanted.image, wanted.step)
        asked = (alike[axis], *(one if one is None else one[axis] for one in given))
        if asked not in once:
            once[asked] = _Axis(report, number, axis, wanted).tiles().replaced(ignored=wholes)
        found.append(once[asked])
    count = prod(axis.tiles.count for axis in found)
    if count > wanted.max_tiles:
        raise NoAnswer(f"{count} tiles, more than {wanted.max_tiles}: take larger ones")
    return found


def global_layers(report: Report, number: int) -> tuple[str, ...]:
    """Names of the layers that see the whole map, among a layer and those before it."""
    graph, axes = report.followed, range(len(report.followed.axes))
    above = ((at, graph.layers[at]) for at in graph.upstream(number))
    return tuple(
        graph.labels[at] for at, layer in above
        if layer is not None and (layer.slides or any(layer.whole(axis, False) is not Whole.NO for axis in axes))
    )  # fmt: skip


def _instead(report: Report, number: int) -> str:
    """What can be tiled where a layer cannot because of what is global, for people."""
    from rfcli.engine.comparison import main_map

    main = main_map(report)
    if main is None:
        return ""
    at = report.number(main.name)
    local = (
        report.layers[number - len(report.graph.inputs)].receptive_field if number >= len(report.graph.inputs) else None
    )
    if at == number or (local is not None and None not in local.size):
        return "; its local part can (--ignore-global)"
    whole = global_layers(report, at)
    return f"; '{main.name}' before it can (--layer{', --ignore-global' if whole else ''})"


def whole_map(report: Report, number: int, names: Sequence[str]) -> str:
    """That layers read the whole map, or all before or after a position, for people."""
    listed = ", ".join(f"'{name}'" for name in names[:3]) + (", ..." if len(names) > 3 else "")
    said = f"{listed} {'reads' if len(names) == 1 else 'read'}"
    seen = {sides[number] for sides in report.sight.sides} - {NEITHER}
    if len(seen) == 1 and seen <= {BEFORE, AFTER}:
        side = SIDES[seen.pop()]
        return f"{said} everything {side} a position, so that an output depends on all of the input {side} it"
    return f"{said} the whole map, so that every output depends on all of the input"


def margins(field: Field) -> tuple[int, int]:
    """Halo before and after: what the outputs [c, d) read beyond the input samples from floor(c*S) up to ceil(d*S), in
    which they lie, for every c and d.

    With the stride S = shift/T: the largest floor(o*S) - u(o), and the largest v(o) + 1 - ceil((o+1)*S), over the
    phases.
    """
    period, shift = len(field.phases), field.shift
    before = after = 0
    for o, phase in enumerate(field.phases):
        if phase is not None:
            before = max(before, o * shift // period - phase[0])
            after = max(after, phase[1] + 1 + -(o + 1) * shift // period)
    return before, after


class _Axis:
    """One axis that is cut. Raises `NoAnswer` where it cannot be."""

    def __init__(self, report: Report, number: int, axis: int, wanted: Wanted) -> None:
        self.graph, self.number, self.axis, self.wanted = report.followed, number, axis, wanted
        self.assumed: tuple[int, int] | None = None
        self.cuts: dict[int, Cut] = {}
        self.size, self.n = self._image()
        self.whole = Reading(self.graph, self._sizes(), 0)
        self.fields = self._fields(report)
        above = set(upstream([number], self.whole.sources.__getitem__))
        self.needed = [at for at in self.graph.order if at in above]
        field = self.fields.local[number]
        if field is None and not report.sight.reached[number]:
            raise NoAnswer(f"it cannot be tiled: '{report.origin}' does not reach it")
        if field is None:
            what = "it cannot be tiled: only a global path leads to it, every output sees the whole map"
            raise NoAnswer(f"{what}{_instead(report, number)}")
        if not isinstance(field, Field):
            raise NoAnswer("it cannot be tiled: its field is not known, or has several strides")
        self.field, self.halo = field, margins(field)
        if isinstance(report.sight.axes[axis].fields.local[number], Field):
            self.assumed = None  # it is the same at all sizes
        self.multiple, self.per = self._grid(field)

    def _image(self) -> tuple[int | None, int]:
        """The size of the image, and the one that is worked with: the next that fits the network, and a vast one where
        none is given."""
        known = self.graph.axes[self.axis].known[0]
        size = None if isinstance(known, Unknown) else known
        if self.wanted.image is not None:
            size = self.wanted.image[self.axis]
        if size is not None and (size == known or sizes_at(self.graph, self.axis, size) is not None):
            return size, size
        modulus, residues = fitting(self.graph, self.axis)
        if not residues:
            raise NoAnswer("it cannot be tiled: no large input fits it")
        if size is None:
            self.assumed = min(residues), modulus
            return None, -(-VAST // modulus) * modulus + min(residues)
        return size, self._next_fitting(size, modulus, residues)

    def _next_fitting(self, size: int, modulus: int, residues: Sequence[int]) -> int:
        """The smallest size from `size` on that fits."""
        start = size
        for _ in range(MOST_TRIED):
            for more in sorted((residue - start) % modulus for residue in residues)[:MOST_TRIED]:
                if sizes_at(self.graph, self.axis, start + more) is not None:
                    return start + more
            start += max(start // 2, 1)
        raise NoAnswer(f"it cannot be tiled: no input size from {size} on fits it")

    def _sizes(self) -> AxisSizes:
        """All sizes at the one that is worked with."""
        given = self.graph.axes[self.axis]
        found = given if given.known[0] == self.n else sizes_at(self.graph, self.axis, self.n)
        if found is None:
            raise NoAnswer("it cannot be tiled: no input of a size that is followed fits it")
        return found

    def _fields(self, report: Report) -> AxisFields:
        """The fields at the size that is worked with."""
        sizes = self.whole.sizes
        if sizes is self.graph.axes[self.axis] and report.sight.origin == 0:
            along = report.sight.axes[self.axis]
            if along.torn is None:
                return along.fields
            # Layers that read nothing because of another axis have outputs all the same.
            dead, whole = along.torn.dead, along.unfolded.local
            local = [whole[at] if at in dead else one for at, one in enumerate(along.fields.local)]
            return along.fields.replaced(local=local)
        return fields_along(self.graph, sizes, 0, [True] * len(self.graph.layers))

    def _grid(self, field: Field) -> tuple[int, int]:
        """What a tile's start must be a multiple of, as all layers' regions move on by whole periods and the outputs by
        whole steps; and the outputs of such a multiple."""
        found = 1
        for at in self.needed:
            local = self.fields.local[at]
            if not isinstance(local, Field):
                raise NoAnswer("it cannot be tiled: the fields of its layers are not known, or their strides differ")
            if not local.shift:
                what = f"all outputs of '{self.graph.labels[at]}' read the same samples"
                raise NoAnswer(f"it cannot be tiled: {what}")
            found = lcm(found, local.shift)
            if found > MAX_MULTIPLE:
                raise NoAnswer(
                    f"it cannot be tiled: tiles would have to start at multiples of more than {MAX_MULTIPLE}"
                )
        per = found // field.shift * len(field.phases)
        self.step = per if self.wanted.whole_frames else 1
        if self.wanted.step is not None:
            self.step = lcm(self.step, self.wanted.step[self.axis])
        times = self.step // gcd(self.step, per)
        return found * times, per * times

    def tiles(self) -> AxisTiles:
        """The tiles, as far as lengths and sizes are given."""
        longest = None if self.wanted.longest is None else self.wanted.longest[self.axis]
        padded = None if self.size is None else self.n
        smallest = self._smallest(self.n % self.multiple)
        circular = self._circular()
        stride, none = ratio(self.field.shift, len(self.field.phases)), Tiles(0, 0, 0)
        found = AxisTiles(
            self.halo, self.multiple, smallest, None, none, self.size, padded, circular, stride, self.assumed
        )
        if longest is None:
            return found
        outputs = self.whole.sizes.known[self.number]
        assert isinstance(outputs, int), "sizes follow from the input's"
        if self.n <= longest and self.size is not None and (self.n == longest or not self.wanted.fixed):
            return found.replaced(tile=self.n, tiles=Tiles(self.n, 1, outputs))
        length = longest - (0 if self.wanted.fixed else (longest - self.n) % self.multiple)
        if smallest is None or length < smallest:
            raise self._too_small(longest, smallest)
        if self.size is not None and length > self.n:
            raise NoAnswer(f"the image has {self.n} samples, tiles of just {length} are longer: pad it to {length}")
        if self.size is None:
            self._cut(length)
            return found.replaced(tile=length)
        if found.circular is not None:
            raise NoAnswer(
                f"it cannot be tiled along {axis_names(len(self.graph.axes))[self.axis]}: '{found.circular}' pads "
                f"circularly, so that outputs at one end read the other end; take tiles as long as the image, {self.n}"
            )
        return found.replaced(tile=length, tiles=self._line(length, outputs))

    def _cut(self, length: int) -> Cut:
        """Tiles of one length. Raises `NoAnswer`."""
        if length not in self.cuts:
            tile = sizes_at(self.graph, self.axis, length)
            if tile is None:
                raise NoAnswer(f"it cannot be tiled: an input of {length} samples does not fit it")
            self.cuts[length] = Cut(self.whole, tile, self.fields, self.needed)
        return self.cuts[length]

    def _within(self, length: int) -> Range | None:
        """The outputs that a tile within the map has right, in whole steps; None where it is no input, or where such
        tiles leave gaps."""
        try:
            start, end = self._cut(length).right(self.multiple, ends=False)
        except NoAnswer:
            if sizes_at(self.graph, self.axis, length) is None:
                return None
            raise
        start, end = -(-start // self.step) * self.step, end // self.step * self.step
        return (start, end) if end - start >= self.per else None

    def _smallest(self, residue: int) -> int | None:
        """The length of the smallest tile, equal to `residue` modulo the multiple: each multiple more of a tile makes
        as many outputs more, so that one tile tells them all."""
        length = residue + -(-(sum(self.halo) + 2 * self.multiple) // self.multiple) * self.multiple
        for _ in range(MOST_TRIED):
            found = self._within(length)
            if found is not None:
                break
            length += -(-length // (4 * self.multiple)) * self.multiple
        else:
            return None
        length -= min((found[1] - found[0]) // self.per - 1, (length - 1) // self.multiple) * self.multiple
        for _ in range(MOST_TRIED):
            if self._within(length) is not None:
                return length
            length += self.multiple
        return None

    def _line(self, length: int, outputs: int) -> Tiles:
        """The tiles along the whole."""
        cut, within = self._cut(length), self._within(length)
        count = (self.n - length) // self.multiple
        last = count * self.multiple
        begin, done = cut.right(0, ends=False)
        done = done // self.step * self.step
        start, end = cut.right(last, ends=True)
        start = -(-start // self.step) * self.step
        if begin > 0 or end + count * self.per != outputs:
            raise self._off_grid(length)
        assert within is not None, "no smaller than the smallest"
        tiles = Tiles(length, 2, outputs, done, 0, 0, 0, last, self.multiple, self.per, within[1])
        if count * self.per + start <= done:
            return tiles
        # Numbers of multiples: where the second tile starts, how far the others are apart, which the last comes after.
        second, apart = (done - within[0]) // self.per, (within[1] - within[0]) // self.per
        before = -(-(count * self.per + start - within[1]) // self.per)
        if second < 1 or before >= count:
            raise self._too_small(length, None)
        more = max(-(-(before - second) // apart), 0) + 1
        return tiles.replaced(
            count=more + 2, second=min(second, count - 1) * self.multiple, apart=apart * self.multiple,
            cap=(count - 1) * self.multiple,
        )  # fmt: skip

    def _circular(self) -> str | None:
        """The first layer that goes round the border."""
        for at in self.needed:
            borders = (self.whole.border(at, source) for source in self.whole.sources[at])
            if any(border is not None and border.around for border in borders):
                return self.graph.labels[at]
        return None

    def _off_grid(self, length: int) -> NoAnswer:
        """Why tiles of a fixed length do not end where the image does."""
        rest = (self.n - length) % self.multiple
        if not rest:
            return self._too_small(length, None)
        return NoAnswer(
            f"tiles of just {length} samples do not end with the image's {self.n}, as they start at multiples of "
            f"{self.multiple}: take tiles of {length - self.multiple + rest}, or pad the image to "
            f"{self.n + self.multiple - rest}"
        )

    def _along(self) -> str:
        """The axis, where axes are not cut alike."""
        lengths, image = self.wanted.longest or (), self.wanted.image or ()
        alike = len(self.graph.alike) == 1 and len({*lengths}) < 2 and len({*image}) < 2
        return "" if alike else f" along {axis_names(len(self.graph.axes))[self.axis]}"

    def _too_small(self, length: int, smallest: int | None) -> NoAnswer:
        before, after = self.halo
        least = "" if smallest is None else f"; the smallest has {smallest}{self._along()}"
        return NoAnswer(
            f"tiles of {length} samples are too small: its halo is {before} before and {after} after, "
            f"its tiles start at multiples of {self.multiple}{least}"
        )


MOST_TRIED = 16
"""Lengths of tiles that are tried."""
