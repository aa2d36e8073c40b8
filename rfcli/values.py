"""Small frozen values: `class Span(Value)` with annotated fields, compared by them.

The standard library's dataclasses read alike, but importing them (and `inspect` with them) and making the classes takes
longer than reading a description and computing it; here an `__init__` is made when a class is first used.
"""

from __future__ import annotations

from operator import attrgetter

TYPE_CHECKING = False
if TYPE_CHECKING:
    # Any: a field holds what its class says, which is not known here.
    from collections.abc import Callable
    from typing import Any, ClassVar, Self, dataclass_transform
else:

    def dataclass_transform(**_: object) -> object:
        """What type checkers take from `typing`, without importing it."""
        return lambda cls: cls


def _row_of(fields: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """A function that takes these fields of a value: `attrgetter` makes a tuple of two and more."""
    if len(fields) > 1:
        return attrgetter(*fields)
    return lambda value: tuple([getattr(value, name) for name in fields])


@dataclass_transform(frozen_default=True)
class _Fields(type):
    """Makes slots of a class's annotations, and keeps their defaults."""

    _fields: tuple[str, ...]
    _defaults: dict[str, Any]
    _row: Callable[[Any], tuple[Any, ...]]
    """Takes all fields of a value at once."""

    def __new__(mcs, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> _Fields:
        own = tuple(body.get("__annotations__", {}))
        defaults = {field: body.pop(field) for field in own if field in body}
        body["__slots__"] = own
        if bases:
            body.setdefault("__init__", Value.__init__)  # not a base's, which may be made for fewer fields by now
        cls = super().__new__(mcs, name, bases, body)
        inherited = next((base for base in bases if isinstance(base, _Fields)), None)
        cls._fields = (*(inherited._fields if inherited else ()), *own)
        cls._defaults = {**(inherited._defaults if inherited else {}), **defaults}
        cls._row = staticmethod(_row_of(cls._fields))
        return cls


class Value(metaclass=_Fields):
    """A frozen value; equality, hash and repr go by the fields."""

    if TYPE_CHECKING:
        _fields: ClassVar[tuple[str, ...]]

    def __init__(self, *args: Any, **named: Any) -> None:
        cls = type(self)
        cls.__init__ = _initialiser(cls)  # type: ignore[method-assign]
        cls.__init__(self, *args, **named)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen")

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        row = type(self)._row
        return self is other or row(self) == row(other)

    def __hash__(self) -> int:
        return hash(type(self)._row(self))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self._fields)})"

    def __reduce__(self) -> tuple[Any, ...]:
        """For pickle and copy, which would set the fields one by one."""
        return _restored, (type(self), *astuple(self))

    def replaced(self, **changes: Any) -> Self:
        """A copy in which some fields are changed."""
        cls = type(self)
        return cls(**dict(zip(cls._fields, cls._row(self), strict=True)) | changes)


def _restored(cls: type[Value], *fields: Any) -> Value:
    """The value of a class with these fields."""
    return cls(*fields)


def astuple(value: Value) -> tuple[Any, ...]:
    """The fields of a value, in order."""
    return type(value)._row(value)


def _initialiser(cls: Any) -> Any:
    """An `__init__` that sets the slots directly, past `__setattr__`."""
    scope: dict[str, Any] = {}
    heads, lines = [], []
    for name in cls._fields:
        scope[f"_set_{name}"] = getattr(cls, name).__set__
        default = ""
        if name in cls._defaults:
            scope[f"_default_{name}"] = cls._defaults[name]
            default = f"=_default_{name}"
        heads.append(name + default)
        lines.append(f"    _set_{name}(self, {name})\n")
    exec(f"def __init__(self, {', '.join(heads)}):\n{''.join(lines) or '    pass'}", scope)
    return scope["__init__"]
