"""Names cut at their numbers, and texts in which expressions stand for numbers."""

from __future__ import annotations

import re

Plain = object
"""What YAML has: a scalar, a list, a mapping."""

_TOKEN = re.compile(r"([0-9]+[a-z]?(?![A-Za-z0-9])|[0-9]+|\$[a-z][a-z0-9_]*|\$\([^)]*\))")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,8}")


class _WithValues(str):
    """Text that also knows its values; it compares and hashes as the text."""

    def __new__(cls, text: str, values: object) -> _WithValues:
        made = super().__new__(cls, text)
        made.values = values  # type: ignore[attr-defined]
        return made


class Expression(_WithValues):
    """A value that differs between the uses of a block; `values` are those that it has."""

    values: tuple[Plain, ...]


class Text(_WithValues):
    """A name or a reference with expressions in it; `values` are what each of them has in the uses of its block."""

    values: dict[str, tuple[Plain, ...]]


def tokens(text: str) -> list[str]:
    """A name cut at its numbers, which stand at odd places; a letter may end a number (`block2b`)."""
    return _TOKEN.split(text)


def shape(text: str) -> tuple[str, ...]:
    """A name without its numbers."""
    return tuple(tokens(text)[::2])


def number(text: str, whole: str) -> int | str | None:
    """What stands in a name: a number, an expression of one, or text; None where its values are not known."""
    if "$" in text:
        values = whole.values.get(text) if isinstance(whole, Text) else None
        return None if values is None else Expression(text, values)
    return int(text) if _NUMBER.fullmatch(text) else text


def is_worked_out(value: Plain) -> bool:
    """Whether a value is text with expressions in it."""
    return isinstance(value, str) and "$" in value


def same(one: Plain, other: Plain) -> bool:
    """Whether two values are written alike."""
    return type(one) is type(other) and one == other and repr(one) == repr(other)


def constant(values: tuple[Plain, ...]) -> bool:
    """Whether all groups have the same value; an expression has the same text only."""
    return all(same(one, values[0]) and not is_worked_out(one) for one in values)


def concrete(value: Plain) -> tuple[Plain, ...]:
    """What a value is in the uses of the block around it."""
    return value.values if isinstance(value, Expression) else (value,)


def uses_of(value: Plain) -> int:
    """How many uses of the block around it a value has an own value for."""
    if isinstance(value, Text):
        return max(map(len, value.values.values()), default=1)
    return len(concrete(value))
