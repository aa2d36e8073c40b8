"""Sizes of maps along one axis as functions of the input's, written down once for each that differs.

Downwards, every layer makes floor((x + c)/s) outputs of x samples, whatever its kernel, padding and rounding; such
functions compose to one of their kind. So a network of many layers has few sizes, most merges are of maps that are
equal at every input size, and what is left to be tried are the conditions of the others.
"""

from __future__ import annotations

from math import gcd, lcm

from rfcli.geometry.standins import MAX_MODULUS, UNSTATED, is_unstated, stand_in
from rfcli.graph.sizes import SizeRun, TooFar
from rfcli.layers._layer import GeometryError
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from rfcli.graph.graph import Graph
    from rfcli.graph.wiring import Wiring
    from rfcli.layers._layer import Layer

    Form = tuple[int, int, int]
    """(base, c, s): floor((b + c)/s) samples, where b is the size that the base has."""

FAR = 1 << 70
"""A size at which the rounding of layers is looked at: no kernel or padding is that large."""


class Base(Value):
    """A size that is no floor of another: that of an input, a constant, or what a layer makes of others."""

    layer: Layer | None
    of: tuple[Form, ...] = ()
    """The forms that the layer takes: of its input, and of the layer whose size it takes."""
    constant: int | None = None
    total: bool = True
    """Whether it grows with the input, and the layer fits whatever it takes if that is large enough."""


class Merging(Value):
    """The maps of a merge, which have to be equal; those of `wholly` global ones are broadcast where they are 1."""

    forms: tuple[Form, ...]
    wholly: tuple[bool, ...]


class Pin(Value):
    """A map that has one size only, as the weights behind it are made for it."""

    form: Form
    size: int


class Never(Value):
    """A layer that fits no input: what it takes is the same at all of them."""


if TYPE_CHECKING:
    Step = int | Merging | Pin | Never
    """The number of a base that is worked out, or a condition that sizes have to meet."""


class Forms:
    """The sizes of a network along one axis: `bases` and conditions on them in the order in which they are worked out.

    `varied` are the inputs whose size varies, all of them alike; `given` the sizes of all inputs, None where unknown.
    `pins` has the sizes of maps that weights are made for.
    """

    def __init__(
        self,
        axis: int,
        wiring: Wiring | Graph,
        order: list[int],
        varied: Iterable[int],
        given: tuple[int | None, ...],
        pins: dict[int, int],
    ) -> None:
        self.axis, self.run = axis, SizeRun(axis, wiring, order)
        self.bases: list[Base] = [Base(None)]
        self.steps: list[Step] = [0]
        self.least: list[int] = [1]
        """The smallest size of each base at which all layers fit that take a floor of it."""
        self._growth: list[tuple[int, int]] = [(1, 1)]
        self._numbers: dict[object, int] = {}
        self._down: dict[int, tuple[int, int, int] | None] = {}
        self._said: set[object] = set()
        self.forms: list[Form] = [(0, 0, 1)] * len(self.run.layers)
        varying = set(varied)
        for number in order:
            layer = self.run.layers[number]
            if layer is not None:
                self.forms[number] = self._merged(number) if layer.merge else self._made(number, layer)
            elif number not in varying:
                size = given[number]
                self.forms[number] = self._constant(UNSTATED if size is None else size)
            if number in pins:
                self._say(Pin(self.forms[number], pins[number]))

    def _constant(self, size: int) -> Form:
        return (self._base(("constant", size), lambda: Base(None, (), size), (1, 0)), 0, 1)

    def _base(self, key: object, make: object, growth: tuple[int, int]) -> int:
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.bases)
            self.bases.append(make())  # type: ignore[operator]
            self.least.append(1)
            self._growth.append(growth)
            self.steps.append(number)
        return number

    def _say(self, condition: Merging | Pin | Never) -> None:
        if condition not in self._said:
            self._said.add(condition)
            self.steps.append(condition)

    def constant(self, form: Form) -> int | None:
        """The size that a form has at every input size; None where it depends on that."""
        size = self.bases[form[0]].constant
        return None if size is None else (size + form[1]) // form[2]

    def _made(self, number: int, layer: Layer) -> Form:
        """The form of a layer that takes one map, and maybe the size of another."""
        source, like = self.forms[self.run.sources[number][0]], self.run.likes[number]
        other = None if like is None else self.forms[like]
        size = self.constant(source)
        if size is not None and (other is None or self.constant(other) is not None):
            try:
                return self._constant(self.run.output(layer, size, None if other is None else self.constant(other)))
            except GeometryError:
                self._say(Never())
                return self._constant(UNSTATED)
        up, down = layer.strides(self.axis)
        if other is None and up == 1 and size is None:
            found = self._rounding(layer, down)
            if found is not None:
                return self._floor(source, *found)
        return self._applied(layer, source, other, up, down)

    def _floor(self, form: Form, c: int, s: int, least: int) -> Form:
        """floor((x + c)/s) of a form, of which `least` samples are taken at least."""
        base, before, step = form
        self.least[base] = max(self.least[base], least * step - before)
        if step * s > MAX_MODULUS:
            raise TooFar(0)
        return (base, before + c * step, step * s)

    def _rounding(self, layer: Layer, s: int) -> tuple[int, int, int] | None:
        """(c, s, least) of a layer that makes floor((x + c)/s) samples of x, from `least` on; None for another."""
        if id(layer) not in self._down:
            self._down[id(layer)] = self._found_rounding(layer, s)
        return self._down[id(layer)]

    def _found_rounding(self, layer: Layer, s: int) -> tuple[int, int, int] | None:
        far = FAR * s
        try:
            first = layer.output_size(self.axis, far)
            if layer.output_size(self.axis, far + s) != first + 1:
                return None
            low, high = 0, s  # the size grows by one between these
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if layer.output_size(self.axis, far + middle) == first else (low, middle)
        except GeometryError:
            return None
        least = smallest(lambda n: self.fits(layer, n))
        return None if least is None else ((first - FAR) * s + s - high, s, least)

    def fits(self, layer: Layer, n: int, like: int | None = None) -> bool:
        """Whether a layer can be applied to a map."""
        try:
            return layer.output_size(self.axis, n, like) >= 1
        except GeometryError:
            return False

    def _applied(self, layer: Layer, source: Form, other: Form | None, up: int, down: int) -> Form:
        """The form of a layer whose size is no floor of another."""
        if other is not None and up == 0 and self.fits(layer, 1, FAR) and self.fits(layer, FAR, 1):
            return other  # resized like another layer, whatever it was
        if other is None and up == 0 and self.fits(layer, 1) and self.fits(layer, FAR):
            return self._constant(layer.output_size(self.axis, 1))
        if other is None and up > 0:
            least = smallest(lambda n: self.fits(layer, n))
            if least is not None and self.fits(layer, FAR * down + 1):
                base, before, step = source
                self.least[base] = max(self.least[base], least * step - before)
        of = (source,) if other is None else (source, other)
        total = other is None and up > 0 and self.fits(layer, FAR * down + 1)
        total = total and all(self.bases[form[0]].total for form in of)
        growth = self._grown(layer, of, up, down)
        key: object = id(layer)
        if total and down == 1:  # up samples more for each, and a constant
            key = (up, layer.output_size(self.axis, FAR) - up * FAR)
        return (self._base((key, of), lambda: Base(layer, of, None, total), growth), 0, 1)

    def growth(self, form: Form) -> tuple[int, int]:
        """(m, a) of a form: m more input samples make exactly a more."""
        m, a = self._growth[form[0]]
        longer = form[2] // gcd(a, form[2])
        return m * longer, a * longer // form[2]

    def _grown(self, layer: Layer, of: tuple[Form, ...], up: int, down: int) -> tuple[int, int]:
        (m, a), *rest = [self.growth(form) for form in of]
        if not rest:
            longer = 1 if up == 0 else down // gcd(up * a, down)
            return _bounded(m * longer, up * a * longer // down)
        common = lcm(m, rest[0][0])
        x, y = a * (common // m), rest[0][1] * (common // rest[0][0])
        if up == 0:
            return _bounded(common, y)
        grown = x if x == y else x - y
        longer = down // gcd(grown, down)
        return _bounded(common * longer, grown * longer // down)

    def _merged(self, number: int) -> Form:
        """The form of a merge; a condition, where its maps may differ."""
        sources = self.run.sources[number]
        parts = dict.fromkeys((self.forms[source], self.run.wholly[source]) for source in sources)
        known = [part for part in parts if not self._unstated(part[0])] or list(parts)[:1]
        kept = [(form, wholly) for form, wholly in known if not (wholly and self.constant(form) == 1)]
        kept = kept or known[:1]
        forms = list(dict.fromkeys(form for form, _ in kept))
        if len(forms) == 1:
            return forms[0]
        self._say(Merging(tuple(form for form, _ in kept), tuple(wholly for _, wholly in kept)))
        certain = next((form for form, wholly in kept if not wholly), None)
        if certain is not None:
            return certain
        of = tuple(forms)  # all are global: the largest one is kept, and the others are 1 or equal
        growth = [self.growth(form) for form in of]
        m = lcm(*(one for one, _ in growth))
        largest = max(a * (m // one) for one, a in growth)
        return (self._base(("largest", of), lambda: Base(None, of, None, False), _bounded(m, largest)), 0, 1)

    def _unstated(self, form: Form) -> bool:
        size = self.constant(form)
        return size is not None and is_unstated(size)

    def modulus(self) -> int:
        """The number of input samples after which all conditions repeat that depend on more than how large it is."""
        found = 1
        for step in self.steps:
            forms: tuple[Form, ...] = ()
            if isinstance(step, int):
                base = self.bases[step]
                if base.layer is not None and not base.total:
                    forms = (*base.of, (step, 0, 1))
                elif base.of and not base.total:
                    forms = base.of
            elif isinstance(step, Merging):
                forms = step.forms
            elif isinstance(step, Pin):
                forms = (step.form,)
            found = lcm(found, *(self.growth(form)[0] for form in forms))
            if found > MAX_MODULUS:
                raise TooFar(0)
        return found

    def at(self, n: int) -> tuple[Step | None, list[int]]:
        """What does not fit at an input size, the base or condition, None where all does; the bases up to there."""
        values: list[int] = [0] * len(self.bases)
        values[0] = n

        def size(form: Form) -> int:
            return (values[form[0]] + form[1]) // form[2]

        for step in self.steps:
            if isinstance(step, int):
                base = self.bases[step]
                if base.constant is not None:
                    values[step] = base.constant
                elif base.layer is not None:
                    try:
                        values[step] = self.run.output(base.layer, *map(size, base.of), *[None] * (2 - len(base.of)))
                    except GeometryError:
                        return step, values
                elif base.of:
                    values[step] = max(map(size, base.of))
                if values[step] < self.least[step]:
                    return step, values
            elif isinstance(step, Merging):
                met = zip(map(size, step.forms), step.wholly, strict=True)
                if len({n for n, wholly in met if not (wholly and n == 1) and not is_unstated(n)}) > 1:
                    return step, values
            elif isinstance(step, Never) or size(step.form) != step.size:
                return step, values
        return None, values


def _bounded(m: int, a: int) -> tuple[int, int]:
    if m > MAX_MODULUS or abs(a) > MAX_MODULUS:
        raise TooFar(0)
    return m, a


def smallest(fits: object) -> int | None:
    """The smallest number from 1 on that fits, where all larger ones do; None where none up to a vast one does."""
    high = 1
    while not fits(high):  # type: ignore[operator]
        high *= 2
        if high > FAR:
            return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if fits(middle) else (middle, high)  # type: ignore[operator]
    return high


def far(modulus: int, residue: int, times: int = 1) -> int:
    """A vast size of a residue."""
    return stand_in(modulus) * times + residue
