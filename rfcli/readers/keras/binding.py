"""What layer classes and functions are as layers: two tables, filled in the files of families, and what a call gives to
the functions in them.

    @layer_class("Conv1D", "Conv2D", "Conv3D")
    def conv(call: Call, x: Map, *, filters: int = integer(), strides: list[int] = per_axis(1)) -> Map: ...

Positional parameters are the call, and as many of its maps. Each keyword is a key of the layer's configuration, or an
argument of the function; its default says how it is read, with Keras's own default in it. A key that has none must be
given.
"""

from __future__ import annotations

from rfcli.tables import Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from rfcli.readers.keras.calls import Call, Traced

    Makes = Callable[..., Traced | Sequence[Traced]]
    Setting = Callable[[Call, str], Any]
    """Reads a key of a call. Raises `ForeignError` at a wrong value."""

layer_class: Table[Makes] = Table("layer class")
"""Class -> what it is as layers; raises `Layout` where it is none, and `ForeignError` for a wrong value."""
function: Table[Makes] = Table("function")
"""Class of `keras.ops`, or function or operator of TensorFlow -> likewise."""


def applied(makes: Makes, call: Call) -> list[Traced]:
    """What one of these functions makes of a call."""
    maps = [call.map(at) for at in range(makes.__code__.co_argcount - 1)]
    settings: dict[str, Setting] = makes.__kwdefaults__ or {}
    made = makes(call, *maps, **{key: read(call, key) for key, read in settings.items()})
    return list(made) if isinstance(made, list | tuple) else [made]  # type: ignore[list-item]


def integer(default: int | None = None, least: int = 1) -> Any:
    return lambda call, key: call.config.integer(key, default, least)


def per_axis(default: int | None = None, least: int = 1) -> Any:
    """An integer for each axis that the class has in its name."""
    return lambda call, key: call.config.integers(key, call.rank, default, least)


def integers(least: int = 1) -> Any:
    """A list of any length."""
    return lambda call, key: call.config.listed(key, least)


def sides() -> Any:
    """[before, after] for each axis."""
    return lambda call, key: call.config.sides(key, call.rank)


def dimensions(default: int = -1, least: int = 0) -> Any:
    """Dimensions of the first map, at least so many."""
    return lambda call, key: call.config.axes(key, len(call.x.dims), default, least)


def flag(default: bool) -> Any:
    return lambda call, key: call.config.flag(key, default)


def word(default: str, *words: str) -> Any:
    """A word in lower case, one of some where they are given."""
    return lambda call, key: call.config.word(key, default, words)


def number() -> Any:
    """A number; None where there is none, or anything else."""
    return lambda call, key: call.config.number(key)


def plain() -> Any:
    """Any value; None where there is none."""
    return lambda call, key: call.config.plain(key)


def optional(read: Setting) -> Any:
    """What is read, None where the key has no value."""
    return lambda call, key: None if call.config.find(key) is None else read(call, key)


def argument(at: int | None = None, default: Any = None) -> Any:
    """An argument of a function, by name or at a position, of any value."""
    return lambda call, key: call.get(key, at, default)
