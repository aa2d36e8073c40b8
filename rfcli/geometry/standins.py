"""Enormous integers, which stand for the sizes that nobody has given.

Geometry is integer arithmetic with numbers that descriptions state: kernels, strides, paddings, sizes. Where an input
size is not given, all of it is done with an enormous one in its place. What depends on that size comes out enormous,
and what does not depend on it comes out as it is at every large size, so that one comparison tells them apart. One
residue after another modulo the samples after which a network repeats is tried (`stand_in`), so that what holds at
all tries holds at every large size at which the network is valid.

Formulas in place of numbers (a*N + b for a size N) would not do: layers divide and round, take remainders, minima,
common divisors and as many phases as a size has, and each would need every one of its rules a second time, for
formulas. So sizes stay integers, and this is the one place that says how large is large.

The marks lie so far apart that what a network does to a number never carries it from one range into another: strides
multiply to less than 2^96 (`MAX_MODULUS`), and a map of a known size has at most 2^63 samples (`MAX_SIZE`).

    up to 2^63      sizes of maps, where the input size is given
    from 2^100      numbers that depend on an input size that is not given (`is_large`)
    from 2^200      input sizes that are tried in its place (`stand_in`)
    over 2^400      sizes that no input size leads to: the network grows too fast (`is_outgrown`)
    from 2^450      numbers that depend on the output size of an operation that nobody knows, whatever the input size
                    (`is_unstated`); `UNSTATED`, 2^500, stands for such a size itself
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

MAX_SIZE = 1 << 63
"""Largest map of a known size."""

MAX_MODULUS = 1 << 96
"""Products of strides are followed up to here; no input is that large."""

LARGE = 1 << 100
ENORMOUS = 1 << 200
OUTGROWN = ENORMOUS * ENORMOUS
BEYOND = 1 << 450

UNSTATED = 1 << 500
"""Stands for the output size of an operation of which none is known."""


def stand_in(modulus: int, residue: int = 0) -> int:
    """A size in place of one that is not given: enormous, and so many samples more than a multiple of `modulus`."""
    return modulus * ENORMOUS + residue


def examples(modulus: int) -> Iterator[int]:
    """Multiples of `modulus` from usual sizes on, for messages that have to name one."""
    return (-(-(1 << power) // modulus) * modulus for power in range(9, 190))


def is_large(number: int | Fraction) -> bool:
    """Whether a number depends on an input size that is not given."""
    return not -LARGE < number < LARGE


def is_outgrown(size: int) -> bool:
    """Whether a size grew too fast, even from an enormous input."""
    return size > OUTGROWN


def is_unstated(size: int) -> bool:
    """Whether a size depends on the output size of an operation that is not known."""
    return size >= BEYOND
