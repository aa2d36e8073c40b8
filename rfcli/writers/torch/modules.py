"""How torch writes a layer: the table that the families fill, and the pieces that they make layers of.

`@module("conv")` stands above the function that writes a `conv`; it raises `Inexpressible` where torch has nothing for
the layer. Geometry is exact: where torch has no argument for a padding, a module pads before; where a padding depends
on a size that is not known, it is worked out as the module runs.
"""

from __future__ import annotations

from rfcli.tables import Table
from rfcli.words.torch import PAD_MODES, PADS
from rfcli.writers.places import check_border
from rfcli.writers.torch.python import call
from rfcli.writers.torch.written import Argument, New, Written

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from rfcli.writers.places import Place, Sides
    from rfcli.writers.torch.python import Expression

    Named = list[tuple[str, New]]
    """Modules by the endings of their names."""

module: Table[Callable[[Place], Written]] = Table("layer type")


def per_axis(values: Sequence[Any]) -> Any:
    """One value for all axes where they are alike."""
    return values[0] if all(one == values[0] for one in values) else tuple(values)


def submodule(
    head: str,
    *arguments: Argument,
    before: Sequence[tuple[str, New]] = (),
    behind: Sequence[tuple[str, New]] = (),
    after: Sequence[str] = (),
    flat: bool = False,
) -> Written:
    """A submodule, with others that its input, and its output, passes."""

    def result(self_: Callable[[str], str], operands: list[str]) -> Expression:
        value: Expression = operands[0]
        for ending in (*(name for name, _ in before), "", *(name for name, _ in behind)):
            value = call(self_(ending), value)
        return value

    return Written((*before, ("", New(head, arguments)), *behind), result, tuple(after), flat)


def expression(make: Callable[[list[str]], Expression]) -> Written:
    """An expression of the operands."""
    return Written((), lambda _, operands: make(operands))


def padding_of(sides: Sides) -> Argument:
    """Padding as torch takes it: the last axis first."""
    return Argument("padding", per_axis([end for pair in reversed(sides) for end in pair]))


def pads(place: Place, sides: Sides, mode: str = "zeros", value: float = 0.0) -> Named:
    """Modules that pad, or crop where negative."""
    rank = place.axes
    if value:
        return [("_pad", New(f"nn.ConstantPad{rank}d", (padding_of(sides), Argument("value", value))))]
    modules: Named = []
    if mode != "zeros":
        check_border(place, sides, mode)
        cropped = tuple((min(a, 0), min(b, 0)) for a, b in sides)
        if any(map(any, cropped)):
            modules.append(("_crop", zero_pad(rank, cropped)))
        sides = tuple((max(a, 0), max(b, 0)) for a, b in sides)
    return [*modules, ("_pad", New(f"{PADS.written(mode)}{rank}d", (padding_of(sides),)))]


def zero_pad(rank: int, sides: Sides) -> New:
    """The module that adds zeros, or crops where negative."""
    return New(f"{PADS.written('zeros')}{rank}d", (padding_of(sides),))


def same_pad(place: Place, mode: str, value: float) -> Named:
    """The module that works a padding out from the size of its input."""
    layer = place.layer
    return [
        ("_pad", New("SamePad", (
            Argument("window", tuple(layer.extent(axis) for axis in range(place.axes))),
            Argument("stride", layer.stride),
            Argument("lower", layer.padding.word == "same_lower", False, True),
            Argument("mode", PAD_MODES.written(mode), "constant", True),
            Argument("value", value, 0.0, True),
        ))),
    ]  # fmt: skip
