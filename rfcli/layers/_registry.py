"""The table of layer types, filled when the package imports every module of this folder."""

from __future__ import annotations

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


def layer_of(type: str, axes: int, given: dict[str, object]) -> Layer:
    """The layer of a type with parameters `given` as plain values; equal ones are built once, as they never change.

    Raises `ParameterError` and `Missing`.
    """
    key = (type, axes, repr(given))
    found = _built.get(key)
    if found is None:
        found = LAYERS[type](type, axes, given)
        if len(_built) < MAX_BUILT:
            _built[key] = found
    return found


MAX_BUILT = 4096
"""Layers that are kept for the next description that has them."""

_built: dict[tuple[str, int, str], Layer] = {}


def declared(cls: type[Layer]) -> dict[str, Parameter]:
    """A class's parameters by name, its own and inherited ones, in order of declaration."""
    found: dict[str, Parameter] = {}
    for base in reversed(cls.__mro__):
        for name, value in vars(base).items():
            if isinstance(value, Parameter):
                found[name] = value
            else:
                found.pop(name, None)
    return {name.removeprefix("stated_").rstrip("_"): value for name, value in found.items()}
