"""What layer classes and functions are as layers: two tables, filled in the files of families, and what a call gives to
the functions in them.

    @layer_class("Conv1D", "Conv2D", "Conv3D")
    def conv(call: Call, x: Map, *, filters: int = integer(), strides: list[int] = per_axis(1)) -> Map: ...

Positional parameters are the call, and as many of its maps. Each keyword is a key of the layer's configuration, or an
argument of the function; its default says how it is read, with Keras's own default in it. A key that has none must be
given.
"""

from collections.abc import Callable, Sequence

from rfcli.readers.keras.calls import Argument, Call, Config, Found
from rfcli.tables import Table

Makes = Callable[..., Found | Sequence[Found]]
Setting = Callable[[Call, str], Argument]
"""Reads a key of a call. Raises `ForeignError` at a wrong value."""

layer_class: Table[Makes] = Table("layer class")
"""Class -> what it is as layers; raises `Layout` where it is none, and `ForeignError` for a wrong value."""
function: Table[Makes] = Table("function")
"""Class of `keras.ops`, or function or operator of TensorFlow -> likewise."""


def applied(makes: Makes, call: Call) -> list[Found]:
    """What one of these functions makes of a call."""
    maps = [call.map(at) for at in range(makes.__code__.co_argcount - 1)]
    settings: dict[str, Setting] = makes.__kwdefaults__ or {}
    made = makes(call, *maps, **{key: read(call, key) for key, read in settings.items()})
    return list(made) if isinstance(made, list | tuple) else [made]  # type: ignore[list-item]


def _configured(read: Callable[..., object]) -> Callable[..., Argument]:
    """What reads a key of the configuration, by a method of it and its parameters."""
    return lambda *given, **named: lambda call, key: read(call.config, key, *given, **named)


integer = _configured(Config.integer)
flag = _configured(Config.flag)
number = _configured(Config.number)
plain = _configured(Config.plain)
integers = _configured(Config.listed)
"""A list of any length."""
word = _configured(Config.word)
"""A word in lower case, one of some where they are given."""


def per_axis(default: int | None = None, least: int = 1) -> Argument:
    """An integer for each axis that the class has in its name."""
    return lambda call, key: call.config.integers(key, call.rank, default, least)


def sides() -> Argument:
    """[before, after] for each axis."""
    return lambda call, key: call.config.sides(key, call.rank)


def dimensions(default: int = -1, least: int = 0) -> Argument:
    """Dimensions of the first map, at least so many."""
    return lambda call, key: call.config.axes(key, len(call.x.dims), default, least)


def optional(read: Setting) -> Argument:
    """What is read, None where the key has no value."""
    return lambda call, key: None if call.config.find(key) is None else read(call, key)


def argument(at: int | None = None, default: Argument = None) -> Argument:
    """An argument of a function, by name or at a position, of any value."""
    return lambda call, key: call.get(key, at, default)
