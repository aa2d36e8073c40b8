"""What the arguments of modules may be: a kind is the annotation of a parameter, and what reads such an argument.

A reader takes the network and the plain value, and raises `Wrong` with the end of a sentence that starts with the
argument's name.
"""

from __future__ import annotations

from rfcli.layers._parameters import MAX_INTEGER, shown
from rfcli.readers.yolo.network import Wrong
from rfcli.tables import Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    from rfcli.readers.yolo.network import Network, Sizes

    Reads: TypeAlias = Callable[[Network, Any], Any]

    Anything: TypeAlias = Any
    Count: TypeAlias = int
    Natural: TypeAlias = int
    Integer: TypeAlias = int
    Width: TypeAlias = int
    Flag: TypeAlias = bool
    FlagOrNone: TypeAlias = bool | None
    Ratio: TypeAlias = float
    SizesFrom0: TypeAlias = Sizes
    SizesOrNone: TypeAlias = Sizes | None
    Padding: TypeAlias = Sizes | None
    Sides: TypeAlias = list[int]
    Scale: TypeAlias = float | list[float]
    ScaleOrNone: TypeAlias = Scale | None
    Counts: TypeAlias = list[int]
    Naturals: TypeAlias = list[int]
    Kernels: TypeAlias = tuple[Sizes, Sizes]

kind: Table[Reads] = Table("kind of argument")
"""Annotation of a parameter -> what reads the argument."""


def integer(value: Any, minimum: int, maximum: int = MAX_INTEGER) -> int:
    if type(value) is not int:
        raise Wrong(f"must be an integer, is {shown(value)}")
    if not minimum <= value <= maximum:
        raise Wrong(f"must be from {minimum} to {maximum}, is {shown(value)}")
    return value


@kind("Anything")
def anything(net: Network, value: Any) -> Any:
    return value


@kind("Count")
def count(net: Network, value: Any) -> int:
    return integer(value, 1)


@kind("Natural")
def natural(net: Network, value: Any) -> int:
    return integer(value, 0)


@kind("Integer")
def signed(net: Network, value: Any) -> int:
    return integer(value, -MAX_INTEGER)


@kind("Width")
def width(net: Network, value: Any) -> int:
    """Channels, which the network's width scales."""
    return net.scaled(integer(value, 1))


@kind("Flag")
def flag(net: Network, value: Any) -> bool:
    if type(value) is bool or value is None or value in (0, 1):
        return bool(value)
    raise Wrong(f"must be true or false, is {shown(value)}")


@kind("FlagOrNone")
def flag_or_none(net: Network, value: Any) -> bool | None:
    return None if value is None else flag(net, value)


@kind("Ratio")
def ratio(net: Network, value: Any) -> float:
    if type(value) not in (int, float) or not 0 < value <= 1000:
        raise Wrong(f"must be a number above 0 and up to 1000, is {shown(value)}")
    return float(value)


@kind("Sizes")
def sizes(net: Network, value: Any, minimum: int = 1) -> Sizes:
    if isinstance(value, list) and len(value) == 2:
        return [integer(one, minimum) for one in value]
    if isinstance(value, list):
        raise Wrong(f"must be an integer, or a list of two, is {shown(value)}")
    return integer(value, minimum)


@kind("SizesFrom0")
def sizes_from_0(net: Network, value: Any) -> Sizes:
    return sizes(net, value, 0)


@kind("SizesOrNone")
def sizes_or_none(net: Network, value: Any) -> Sizes | None:
    return None if value is None else sizes(net, value)


@kind("Padding")
def padding(net: Network, value: Any) -> Sizes | None:
    """None is the padding that keeps the size of a map."""
    return None if value is None else sizes(net, value, 0)


@kind("Sides")
def sides(net: Network, value: Any) -> list[int]:
    """[left, right, top, bottom]."""
    if isinstance(value, list) and len(value) == 4:
        return [integer(one, -MAX_INTEGER) for one in value]
    if isinstance(value, list):
        raise Wrong(f"must be an integer, or a list of four, is {shown(value)}")
    return [integer(value, -MAX_INTEGER)] * 4


@kind("ScaleOrNone")
def scale_or_none(net: Network, value: Any) -> Any:
    if value is None:
        return None
    values = value if isinstance(value, list) else [value]
    if not (1 <= len(values) <= 2) or any(type(one) not in (int, float) or not 0 < one <= 10**6 for one in values):
        raise Wrong(f"must be a number above 0, or a list of two, is {shown(value)}")
    return value


@kind("Counts")
def counts(net: Network, value: Any) -> list[int]:
    if not isinstance(value, list) or not value:
        raise Wrong(f"must be a list of integers, is {shown(value)}")
    return [integer(one, 1) for one in value]


@kind("Naturals")
def naturals(net: Network, value: Any) -> list[int]:
    if not isinstance(value, list):
        raise Wrong(f"must be a list of integers, is {shown(value)}")
    return [integer(one, 0) for one in value]


@kind("Kernels")
def kernels(net: Network, value: Any) -> tuple[Sizes, Sizes]:
    if not isinstance(value, list) or len(value) != 2:
        raise Wrong(f"must be a list of two kernels, is {shown(value)}")
    return sizes(net, value[0]), sizes(net, value[1])
