"""What the public functions take: every argument is looked at before anything is done with it.

A value of the wrong type is a `TypeError`, one that fits no network a `CallError`; both name the argument, say what it
takes, and what it was given.
"""

from __future__ import annotations

from operator import index

from rfcli.diagnostics import CallError, counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from typing_extensions import TypeIs

AXES = "an integer, None, or a sequence with an entry for each axis"


def refused(what: str, takes: str, given: object, help: str = "") -> TypeError:
    """An error that says what an argument takes."""
    shown = repr(given)
    shown = shown if len(shown) <= 60 else f"{shown[:57]}..."
    return TypeError(
        f"{what} takes {takes}, not {shown} of type {type(given).__name__}" + (f": {help}" if help else "")
    )


def is_mapping(value: object) -> TypeIs[Mapping[str, object]]:
    """Whether a value is a mapping: told without importing what that is."""
    return hasattr(value, "keys") and hasattr(value, "__getitem__")


def integer(
    value: object, what: str, minimum: int | None = None, takes: str = "an integer", most: int | None = None
) -> int:
    """An integer of any type that is one, as numpy's are. Raises `TypeError`, and `CallError` below `minimum` and above
    `most`."""
    if isinstance(value, bool):
        raise refused(what, takes, value)
    try:
        found = index(value)  # type: ignore[arg-type]
    except TypeError:
        raise refused(what, takes, value) from None
    if minimum is not None and found < minimum:
        raise CallError(f"{what} takes an integer of at least {minimum}, not {found}", what)
    if most is not None and found > most:
        raise CallError(f"{what} takes an integer of at most {most}, not {found}", what)
    return found


def text(value: object, what: str, takes: str = "a string") -> str:
    """A string. Raises `TypeError`."""
    if not isinstance(value, str):
        raise refused(what, takes, value)
    return value


def texts(value: object, what: str) -> tuple[str, ...]:
    """Several strings; a single one is no sequence of its letters. Raises `TypeError`."""
    takes = "a sequence of strings"
    if isinstance(value, str | bytes):
        raise refused(what, takes, value, f"write [{value!r}]")
    return tuple([text(one, what, takes) for one in entries(value, what, takes)])


def path(value: object, what: str) -> str:
    """A path, as a string. Raises `TypeError`."""
    from os import fsdecode, fspath

    try:
        return fsdecode(fspath(value))  # type: ignore[call-overload]
    except TypeError:
        raise refused(what, "a path", value) from None


def entries(value: object, what: str, takes: str) -> Iterable[object]:
    """What a sequence holds. Raises `TypeError`."""
    if isinstance(value, str | bytes | dict | set | frozenset):  # a set has no order
        raise refused(what, takes, value)
    try:
        return list(value)  # type: ignore[call-overload,no-any-return]
    except TypeError:
        raise refused(what, takes, value) from None


def size(value: object, what: str = "input_size") -> int | tuple[int | None, ...] | None:
    """Samples for all axes, or for each; None where they are not known. Raises `TypeError` and `CallError`."""
    if value is None:
        return None
    if isinstance(value, str):
        parts = value.lower().replace(",", "x").split("x")
        write = f"write ({', '.join(parts)})" if all(part.strip().isdecimal() for part in parts) else ""
        raise refused(what, AXES, value, write)
    if not hasattr(value, "__index__") or (hasattr(value, "__len__") and getattr(value, "shape", None) != ()):
        return tuple([None if n is None else integer(n, what, takes=AXES) for n in entries(value, what, AXES)])
    return integer(value, what, takes=AXES)


def sizes(value: object, what: str = "input_size") -> None:
    """Looks that a value is the size of inputs, or those of some by their names. Raises `TypeError`."""
    if is_mapping(value):
        for name in value:
            size(value[name], f"{what} of {name!r}")
    else:
        size(value, what)


def per_axis(value: Sequence[object], what: str, axes: int, minimum: int | None = None) -> tuple[int, ...]:
    """An integer for each axis. Raises `TypeError` and `CallError`."""
    takes = f"a sequence of {counted(axes, 'integer')}, one for each axis"
    found = [integer(one, what, minimum, takes) for one in entries(value, what, takes)]
    if len(found) != axes:
        raise CallError(f"{what} takes {takes}, not {len(found)}", what)
    return tuple(found)


def flag(value: object, what: str) -> bool:
    """True or False, also numpy's: the word "no" is neither. Raises `TypeError`."""
    if type(value).__name__ not in ("bool", "bool_"):
        raise refused(what, "True or False", value)
    return bool(value)


def axis(value: object, axes: int) -> int:
    """The number of an axis. Raises `TypeError` and `CallError`."""
    takes = f"the number of an axis, 0 to {axes - 1}"
    found = integer(value, "axis", takes=takes)
    if not 0 <= found < axes:
        raise CallError(f"axis takes {takes}, not {found}", "axis")
    return found


def choice(value: object, what: str, choices: Iterable[str]) -> str:
    """One of some words. Raises `CallError`."""
    if not isinstance(value, str) or value not in choices:
        raise CallError(f"{what} must be one of {', '.join(choices)}, is {value!r}", what)
    return str(value)
