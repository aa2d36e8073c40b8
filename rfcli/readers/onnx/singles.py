"""Numbers in single precision, as models have them."""

from __future__ import annotations

from array import array
from math import copysign, inf
from struct import pack, unpack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def single(number: float) -> float:
    """A number in single precision."""
    try:
        return float(unpack("<f", pack("<f", number))[0])
    except OverflowError:
        return copysign(inf, number)


def singles(numbers: list[Any]) -> list[Any]:
    """Numbers with a fraction in single precision."""
    kinds = {*map(type, numbers)}
    if float not in kinds:
        return numbers
    if kinds == {float}:
        return array("f", numbers).tolist()
    return [single(one) if type(one) is float else one for one in numbers]
