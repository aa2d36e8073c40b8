"""The table of layer types, filled by importing every module of this folder."""

from __future__ import annotations

import os
from importlib import import_module

from rfcli.layers._layer import Layer
from rfcli.layers._parameters import Parameter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    L = TypeVar("L", bound=type[Layer])

LAYERS: dict[str, type[Layer]] = {}
"""Layer type -> its class, in the order of files and declarations."""


def layer(*types: str) -> Callable[[L], L]:
    """Class decorator: registers a layer class under its type names. A name claimed twice fails at import."""

    def register(cls: L) -> L:
        cls.types = types
        cls.parameters = declared(cls)
        for name in types:
            if name in LAYERS:
                raise TypeError(f"layer type {name!r} is claimed by {LAYERS[name].__name__} and {cls.__name__}")
            LAYERS[name] = cls
        return cls

    return register


def declared(cls: type[Layer]) -> dict[str, Parameter]:
    """A class's parameters by name, its own and inherited ones, in order of declaration."""
    found: dict[str, Parameter] = {}
    for base in reversed(cls.__mro__):
        for name, value in vars(base).items():
            if isinstance(value, Parameter):
                found[name] = value
            else:
                found.pop(name, None)
    return {name.rstrip("_"): value for name, value in found.items()}


def _import_all() -> None:
    for entry in sorted(os.listdir(os.path.dirname(__file__))):
        name, ending = os.path.splitext(entry)
        if ending == ".py" and not name.startswith("_"):
            import_module(f"rfcli.layers.{name}")


_import_all()
