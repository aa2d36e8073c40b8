"""The entries of `expect`: what a network promises of its numbers."""

from __future__ import annotations

from rfcli.description.nodes import Node, Problems, is_expression
from rfcli.description.shapes import InputSize, Key, Of, Record, Shape, Text, check_keys, refused, value_help
from rfcli.layers._parameters import MAX_AXES, Boolean, Number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.description.shapes import Schema

EXPECTED_NUMBERS = (
    "size", "stride", "padding", "center", "lookback", "lookahead", "output_size", "channels", "params", "macs",
    "flops", "cumulative_params", "cumulative_macs", "cumulative_flops", "coverage", "paths",
)  # fmt: skip
MAX_EXPECTED = 10**30
"""Bounds may be this large: operations and paths are counted in far more digits than anything has in a layer."""
EXPECTED_FLAGS = ("aligned", "uniform", "global")

_any_number = Number(-MAX_EXPECTED, MAX_EXPECTED)
RANGE = {
    "min": Key(Of(_any_number), "Least value that is right.", example=1),
    "max": Key(Of(_any_number), "Largest value that is right.", example=512),
}


class Bound(Shape):
    """An expected value: exact, or `{min:, max:}`; per axis or for all."""

    def check(self, node: Node, problems: Problems, what: str) -> bool:
        before = len(problems)
        if type(node.value) is dict:
            if not node.value:
                problems.add(node, "RF103", f"{what} must have min or max")
            check_keys(node, RANGE, problems, what)
            return bool(node.value)
        if type(node.value) is list:
            if not 1 <= len(node.value) <= MAX_AXES:
                problems.add(node, "RF103", f"{what} must have one entry for each of 1 to {MAX_AXES} axes")
            for item in node.value:
                if type(item.value) is list:
                    problems.add(item, "RF103", f"{what} must hold numbers, not lists")
                else:
                    self.check(item, problems, what)
        elif type(node.value) not in (int, float, type(None)) and not is_expression(node.value):
            help = value_help(node, problems, what, _any_number)
            refused(node, problems, what, "a number, null, {min:, max:} or a list", help)
        return len(problems) == before

    def schema(self) -> Schema:
        return {"$ref": "#/$defs/bound"}


EXPECTATION = Record(
    {
        "layer": Key(Text(minimum=1), "The layer or scope; the outputs and totals when left out.", example="block4"),
        **{
            name: Key(Bound(), f"Expected {name.replace('_', ' ')}: exact or {{min:, max:}}, for all axes or per axis.",
                      example=64)
            for name in EXPECTED_NUMBERS
        },
        **{name: Key(Of(Boolean()), f"Expected value of {name}.", example=True) for name in EXPECTED_FLAGS},
        "input_size": Key(InputSize(), "The input size at which this holds; the file's when left out.", example=321),
        "source": Key(Text(), "Where the figure is published.", example="Araujo et al. 2019, table 1"),
        "reason": Key(Text(), "Why this is expected.", example="objects are up to 64 pixels wide"),
    },
    "expectation",
)  # fmt: skip
