"""The names of axes."""

from __future__ import annotations

from rfcli.geometry.unknown import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TypeVar

    T = TypeVar("T")


def axis_names(axes: int) -> tuple[str, ...]:
    """The letters of that many axes, in input order."""
    return ("d", "h", "w")[3 - axes :]


def listed(names: Iterable[str]) -> str:
    """Names of axes in a sentence: d, h and w."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def alike(values: Iterable[tuple[str, T]]) -> list[tuple[list[str], T]]:
    """Values of axes by name, once each with all the axes that have it."""
    found: list[tuple[list[str], T]] = []
    for name, value in values:
        names = next((names for names, other in found if other == value), None)
        if names is None:
            found.append(([name], value))
        else:
            names.append(name)
    return found


def times(sizes: Iterable[object]) -> str:
    """Sizes along the axes as one word: 224x224, 64 where there is one, ? for one that is not known."""
    return "x".join("?" if n is None or isinstance(n, Unknown) else str(n) for n in sizes)
