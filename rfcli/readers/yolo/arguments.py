"""What the arguments of modules may be: a kind is the annotation of a parameter, and what reads such an argument.

A reader takes the model and the plain value, and raises `Wrong` with the end of a sentence that starts with the
argument's name.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from rfcli.layers._parameters import MAX_INTEGER, shown
from rfcli.readers.yolo.activations import ACTIVATIONS
from rfcli.readers.yolo.network import Model, Sizes, Wrong
from rfcli.tables import Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeGuard

Reads = Callable[[Model, object], object]

Anything = object
Count = int
Natural = int
Integer = int
Width = int
Flag = bool
Act = bool | str
Dilation = Sizes | str
Ratio = float
SizesFrom0 = Sizes
SizesOrNone = Sizes | None
Padding = Sizes | None
Sides = list[int]
ScaleOrNone = float | list[float] | None
Counts = list[int]
Naturals = list[int]
Kernels = tuple[Sizes, Sizes]

kind: Table[Reads] = Table("kind of argument")
"""Annotation of a parameter -> what reads the argument."""

kind("Anything")(lambda model, value: value)


def integer(value: object, minimum: int) -> int:
    if type(value) is not int:
        raise Wrong(f"must be an integer, is {shown(value)}")
    if not minimum <= value <= MAX_INTEGER:
        raise Wrong(f"must be from {minimum} to {MAX_INTEGER}, is {shown(value)}")
    return value


@kind("Count")
def count(model: Model, value: object) -> int:
    return integer(value, 1)


kind("Natural")(lambda model, value: integer(value, 0))
kind("Integer")(lambda model, value: integer(value, -MAX_INTEGER))


@kind("Width")
def width(model: Model, value: object) -> int:
    """Channels, which the network's width scales."""
    return model.scaled(integer(value, 1))


def or_none(reads: Reads) -> Reads:
    return lambda model, value: None if value is None else reads(model, value)


@kind("Flag")
def flag(model: Model, value: object) -> bool:
    if type(value) is bool or value is None or value in (0, 1):
        return bool(value)
    raise Wrong(f"must be true or false, is {shown(value)}")


ACTIVATION = re.compile(r"(?:torch\.)?nn\.(\w+)\([^()]*\)")
"""An activation, as a file writes that it is made."""


@kind("Act")
def act(model: Model, value: object) -> bool | str:
    """Whether there is the default activation, or the layer type of another one."""
    if type(value) is not str:
        return flag(model, value)
    found = ACTIVATION.fullmatch(value)
    if found is None or found[1] not in ACTIVATIONS:
        raise Wrong(f"must be true, false or an activation of torch, is {shown(value)}", "for example nn.ReLU()")
    return ACTIVATIONS.read(found[1])


@kind("Ratio")
def ratio(model: Model, value: object) -> float:
    if not is_positive(value, 1000):
        raise Wrong(f"must be a number above 0 and up to 1000, is {shown(value)}")
    return float(value)


def is_positive(value: object, most: int) -> TypeGuard[float]:
    return isinstance(value, int | float) and type(value) is not bool and 0 < value <= most


def of_axes(value: object, minimum: int, many: str = "two", number: int = 2) -> Sizes:
    """An integer, or a list of so many."""
    if not isinstance(value, list):
        return integer(value, minimum)
    if len(value) != number:
        raise Wrong(f"must be an integer, or a list of {many}, is {shown(value)}")
    return [integer(one, minimum) for one in value]


@kind("Sizes")
def sizes(model: Model, value: object) -> Sizes:
    return of_axes(value, 1)


@kind("SizesFrom0")
def sizes_from_0(model: Model, value: object) -> Sizes:
    return of_axes(value, 0)


@kind("Dilation")
def dilation(model: Model, value: object) -> Sizes | str | bool:
    """A dilation or, as in YOLOv7's files, where there is no dilation, the activation that follows."""
    return act(model, value) if isinstance(value, bool | str) else sizes(model, value)


kind("SizesOrNone")(or_none(sizes))
kind("Padding")(or_none(sizes_from_0))  # None is the padding that keeps the size of a map


@kind("Sides")
def sides(model: Model, value: object) -> list[int]:
    """[left, right, top, bottom]."""
    each = of_axes(value, -MAX_INTEGER, "four", 4)
    return each if isinstance(each, list) else [each] * 4


def scale(model: Model, value: object) -> object:
    values = value if isinstance(value, list) else [value]
    if not 1 <= len(values) <= 2 or not all(is_positive(one, 10**6) for one in values):
        raise Wrong(f"must be a number above 0, or a list of two, is {shown(value)}")
    return value


kind("ScaleOrNone")(or_none(scale))


def integers(value: object, minimum: int) -> list[int]:
    """A list of integers, which may be empty where they may be 0."""
    if not isinstance(value, list) or len(value) < minimum:
        raise Wrong(f"must be a list of integers, is {shown(value)}")
    return [integer(one, minimum) for one in value]


kind("Counts")(lambda model, value: integers(value, 1))
kind("Naturals")(lambda model, value: integers(value, 0))


@kind("Kernels")
def kernels(model: Model, value: object) -> tuple[Sizes, Sizes]:
    if not isinstance(value, list) or len(value) != 2:
        raise Wrong(f"must be a list of two kernels, is {shown(value)}")
    return sizes(model, value[0]), sizes(model, value[1])
