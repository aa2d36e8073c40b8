"""What operations of ATen make of arrays of ours, by their names."""

from collections.abc import Callable
from typing import Any

Value = Any
"""An array, a number, a text, or a list of them."""
Function = Callable[..., Any]

known: dict[str, Function] = {}
"""Operation -> what it makes; its arguments have the names of ATen's own."""


def operation(*names: str) -> Callable[[Function], Function]:
    """What marks the function of some operations."""

    def marked(function: Function) -> Function:
        known.update(dict.fromkeys(names, function))
        return function

    return marked
