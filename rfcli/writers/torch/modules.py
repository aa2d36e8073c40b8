"""How torch writes a layer: the table that the families fill, and the pieces that they make layers of.

`@module("conv")` stands above the function that writes a `conv`; it raises `Inexpressible` where torch has nothing for
the layer. Geometry is exact: where torch has no argument for a padding, a module pads before; where a padding depends
on a size that is not known, it is worked out as the module runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rfcli.tables import Table
from rfcli.words.torch import PAD_MODES, PADS
from rfcli.writers.places import Place, Sides, check_border
from rfcli.writers.torch.python import Expression, call
from rfcli.writers.torch.written import Argument, New, Written, new

Named = list[tuple[str, New]]
"""Modules by the endings of their names."""
module: Table[Callable[[Place], Written]] = Table("layer type")


def per_axis(values: Sequence[object]) -> object:
    """One value for all axes where they are alike."""
    return values[0] if all(one == values[0] for one in values) else tuple(values)


def submodule(head: str, required: Mapping[str, object], *options: Argument) -> Written:
    """A submodule that is constructed of arguments without a default, then of others."""
    return chain([("", new(head, required, *options))])


def chain(modules: Named) -> Written:
    """Submodules, each of which takes what the one before it makes."""

    def result(self_: Callable[[str], str], operands: list[str]) -> Expression:
        value: Expression = operands[0]
        for ending, _ in modules:
            value = call(self_(ending), value)
        return value

    return Written(tuple(modules), result)


def expression(make: Callable[[list[str]], Expression]) -> Written:
    """An expression of the operands."""
    return Written((), lambda _, operands: make(operands))


def pads(place: Place, sides: Sides, mode: str = "zeros", value: float = 0.0) -> Named:
    """Modules that pad, or crop where negative."""
    if value:
        return [("_pad", pad(sides, "nn.ConstantPad", value=value))]
    modules: Named = []
    if mode != "zeros":
        check_border(place, sides, mode)
        cropped = tuple((min(a, 0), min(b, 0)) for a, b in sides)
        if any(map(any, cropped)):
            modules.append(("_crop", pad(cropped)))
        sides = tuple((max(a, 0), max(b, 0)) for a, b in sides)
    return [*modules, ("_pad", pad(sides, PADS.written(mode)))]


def pad(sides: Sides, head: str = PADS.written("zeros"), **more: object) -> New:
    """A module that pads, by default with zeros, or crops where negative: torch takes the last axis first."""
    ends = per_axis([end for pair in reversed(sides) for end in pair])
    return new(f"{head}{len(sides)}d", {"padding": ends, **more})


def same_pad(place: Place, mode: str, value: float) -> Named:
    """The module that works a padding out from the size of its input."""
    layer = place.layer
    lower = Argument("lower", layer.padding.word == "same_lower", False)
    options = lower, Argument("mode", PAD_MODES.written(mode), "constant"), Argument("value", value, 0.0)
    window = tuple(layer.extent(axis) for axis in range(place.axes))
    return [("_pad", new("SamePad", {"window": window, "stride": layer.stride}, *options))]
