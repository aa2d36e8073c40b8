"""Which input sizes a network takes along one axis: exactly, at every size.

Everything that decides whether a network fits repeats with the input size, modulo a number of samples that its strides
give (`Forms.modulus`). Within a residue, sizes of maps are affine functions of the number of times the modulus fits
into the input. So a residue at which a vast input fits does so from some size on, which bisection finds; at another
one, the first layer that does not fit says at which few sizes it might, and these are tried.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from rfcli.geometry.standins import MAX_SIZE
from rfcli.geometry.unknown import Unknown
from rfcli.graph.forms import Forms, Merging, Never, Pin, far, smallest
from rfcli.graph.sizes import TooFar
from rfcli.layers._layer import GeometryError
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rfcli.graph.forms import Form
    from rfcli.graph.graph import Graph
    from rfcli.graph.wiring import Wiring
    from rfcli.layers._layer import Layer

MAX_PERIOD = 1 << 16
"""Samples after which a network repeats up to which all of its input sizes are tried."""
MAX_WORK = 3_000_000
"""Sizes of maps that are worked out for it."""
EACH = 4
"""What a size of the input costs by itself, in sizes of maps."""
MAX_LISTED = 1 << 16
"""Sizes that are listed one by one."""


class Accepted(Value):
    """The input sizes at which a network fits along an axis.

    From `smallest` on a size fits where it is one of `residues` modulo `period`; `also` are smaller ones that fit
    beside. Without a `period` nothing repeats: `residues` are then all sizes that fit.
    """

    smallest: int | None
    period: int | None
    residues: tuple[int, ...]
    also: tuple[int, ...] = ()

    def __contains__(self, n: int) -> bool:
        if self.period is None:
            return n in self.residues
        if self.smallest is None or n < self.smallest:
            return n in self.also
        at = bisect_left(self.residues, n % self.period)
        return at < len(self.residues) and self.residues[at] == n % self.period

    def above(self, n: int) -> int | None:
        """The smallest size above one that fits."""
        listed = self.residues if self.period is None else self.also
        at = bisect_right(listed, n)
        if at < len(listed):
            return listed[at]
        if self.period is None or self.smallest is None:
            return None
        start = max(n + 1, self.smallest)
        rest = start % self.period
        at = bisect_left(self.residues, rest)
        return start - rest + (self.residues[at] if at < len(self.residues) else self.residues[0] + self.period)

    def below(self, n: int) -> int | None:
        """The largest size below one that fits."""
        if self.period is not None and self.smallest is not None and n > self.smallest:
            rest = (n - 1) % self.period
            at = bisect_right(self.residues, rest)
            return n - 1 - rest + (self.residues[at - 1] if at else self.residues[-1] - self.period)
        listed = self.residues if self.period is None else self.also
        at = bisect_left(listed, n)
        return listed[at - 1] if at else None


NONE = Accepted(None, None, ())
"""No size fits."""


def alike(given: Iterable[int | None]) -> dict[int | None, list[int]]:
    """The inputs that have one size, by that size: they are resized together, and the others stay as they are."""
    groups: dict[int | None, list[int]] = {}
    for number, size in enumerate(given):
        groups.setdefault(size, []).append(number)
    return groups


def accepted(
    axis: int,
    wiring: Wiring | Graph,
    order: list[int],
    varied: Iterable[int],
    given: tuple[int | None, ...],
    pins: dict[int, int] | None = None,
    most: int = MAX_WORK,
) -> Accepted | Unknown:
    """The sizes of the inputs `varied`, all alike, at which a network fits along an axis; the others have the sizes
    `given`. `pins` are the sizes of maps that weights are made for. Unknown where it repeats too late to be tried, or
    would need `most` sizes of maps."""
    try:
        forms = Forms(axis, wiring, order, varied, given, pins or {})
        modulus = forms.modulus()
    except TooFar:
        return Unknown("the strides multiply to more than 2^96: no input is that large")
    doubtful = counted(forms, wiring, order, pins or {})
    if doubtful is not None:
        return Unknown(f"the channels of '{doubtful}' depend on the input size, and with them whether it fits")
    if modulus > MAX_PERIOD or modulus * (len(forms.steps) + EACH) > most:
        return Unknown(f"what fits repeats every {modulus} samples, too late to be tried size by size")
    starts: dict[int, int] = {}
    listed: list[int] = []
    for residue in range(modulus):
        if forms.at(far(modulus, residue))[0] is None:
            first = _first(forms, modulus, residue)
            if first <= MAX_SIZE:
                starts[residue] = first
            continue
        tried = candidates(forms, modulus, residue)
        if len(tried) > MAX_LISTED or len(listed) > MAX_LISTED:
            return Unknown(f"more than {MAX_LISTED} sizes may fit that do not repeat: too many to be tried")
        fitting = (modulus * k + residue for k in tried)
        listed += [n for n in fitting if 0 < n <= MAX_SIZE and forms.at(n)[0] is None]
    return summed(modulus, starts, listed)


def counted(forms: Forms, wiring: Wiring | Graph, order: list[int], pins: dict[int, int]) -> str | None:
    """The first layer that fits only some numbers of channels and takes one that depends on the input size, as a
    flattened map has it."""
    layers, sources = wiring.layers, wiring.sources
    if not any(layer is not None and layer.type == "flatten" for layer in layers):
        return None
    depends = [False] * len(layers)
    for number in order:
        layer = layers[number]
        if layer is None:
            continue
        if layer.type == "flatten":
            source = sources[number][0]
            depends[number] = source not in pins and forms.constant(forms.forms[source]) is None
        met = [depends[source] for source in sources[number]]
        if not any(met):
            continue
        if layer.type == "concat":
            depends[number] = True
        elif layer.merge or layer.pair:
            if len(set(sources[number])) > 1:
                return wiring.labels[number]
            depends[number] = True
        else:
            made = {_channels(layer, c) for c in COUNTS}
            if None in made or getattr(layer, "groups", 1) > 1:
                return wiring.labels[number]
            depends[number] = len(made) > 1
    return None


COUNTS = (1, 3, 1 << 40)
"""Numbers of channels: a layer that takes all of them takes any."""


def _channels(layer: Layer, c: int) -> int | Unknown | None:
    """Channels that a layer makes of so many; None where it cannot be applied to them."""
    try:
        return layer.channels(c, (1,) * layer.axes)
    except GeometryError:
        return None


def _first(forms: Forms, modulus: int, residue: int) -> int:
    """The smallest size of a residue that fits, where all large ones do."""
    least = smallest(lambda k: forms.at(modulus * (k - 1) + (residue or modulus))[0] is None)
    return MAX_SIZE + 1 if least is None else modulus * (least - 1) + (residue or modulus)


def candidates(forms: Forms, modulus: int, residue: int) -> range | list[int]:
    """Where a vast size of a residue does not fit: how many times the modulus fits into the sizes that may."""
    step, first = forms.at(far(modulus, residue))
    _, second = forms.at(far(modulus, residue, 2))
    apart = far(1, 0)

    def line(form: Form) -> tuple[int, int]:
        """(a, b): a form has a*k + b samples at a size of k times the modulus."""
        one, other = ((values[form[0]] + form[1]) // form[2] for values in (first, second))
        a = (other - one) // apart
        return a, one - a * apart

    if isinstance(step, Merging):
        lines = [line(form) for form in step.forms]
        found = {root for at, one in enumerate(lines) for other in lines[:at] for root in _meet(one, other)}
        for one, wholly in zip(lines, step.wholly, strict=True):
            found.update(_meet(one, (0, 1)) if wholly else ())
        return sorted(found)
    if isinstance(step, Pin):
        return list(_meet(line(step.form), (0, step.size)))
    if step is None or isinstance(step, Never):
        return []
    base = forms.bases[step]
    if base.layer is None or len(base.of) == 1:
        # A layer of one input: all that it takes from there on is one size, as `linear` does, or nothing of the kind.
        return list(_meet(line(base.of[0]), (0, 1))) if base.layer is not None else []
    (a, b), (c, d) = map(line, base.of)
    if a == c:
        return []
    layer = base.layer
    padded = smallest(lambda more: not forms.fits(layer, FAR_MAP, FAR_MAP + more)) or 0
    return range((padded + abs(d - b)) // abs(c - a) + 1)


FAR_MAP = 1 << 40
"""A map that is larger than what pads it."""


def _meet(one: tuple[int, int], other: tuple[int, int]) -> Iterator[int]:
    """Where two lines meet, if they do so once and at a whole number from 0 on."""
    (a, b), (c, d) = one, other
    if a != c and (d - b) % (a - c) == 0 and (d - b) // (a - c) >= 0:
        yield (d - b) // (a - c)


def summed(modulus: int, starts: dict[int, int], listed: list[int]) -> Accepted | Unknown:
    """Sizes that fit: of each residue those from its start on, and some that are listed."""
    if not starts:
        sizes = tuple(sorted(listed))
        return Accepted(sizes[0] if sizes else None, None, sizes)
    lowest = max(max(starts.values()) - modulus, *listed, 0) + 1  # all is regular from here on
    if (lowest - min(starts.values())) // modulus > MAX_LISTED:
        return Unknown("the residues fit from sizes on that lie too far apart to be listed")
    residues = sorted(starts)
    fitting = {n for residue, first in starts.items() for n in range(first, lowest + modulus, modulus)} | {*listed}
    smallest_of_all = min(fitting)
    holes = [n for n in range(smallest_of_all, lowest) if n not in fitting and n % modulus in starts]
    holes += [n for n in listed if n % modulus not in starts]
    beyond = max(holes, default=0)
    smallest_regular = min(n for n in fitting if n > beyond)
    also = tuple(sorted(n for n in fitting if n < smallest_regular))
    period = _period(modulus, residues)
    return Accepted(smallest_regular, period, tuple(r for r in residues if r < period), also)


def _period(modulus: int, residues: list[int]) -> int:
    """The smallest period of a set of residues."""
    kept = set(residues)
    left, prime = modulus, 2
    period = modulus
    while left > 1:
        if prime * prime > left:
            prime = left
        if left % prime:
            prime += 1
            continue
        left //= prime
        shorter = period // prime
        if all((r + shorter) % modulus in kept for r in residues):
            period = shorter
    return period
