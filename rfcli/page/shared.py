"""Values that stand in the page once, and are referred to by number; and what a browser can count."""

from __future__ import annotations

from rfcli.geometry.unknown import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

MOST = (1 << 53) - 1
"""Largest integer that a browser's numbers hold exactly."""

TOO_LARGE = Unknown("numbers here are larger than a browser counts exactly, 2^53: `rf locate` has them")


class Distinct:
    """Distinct values by the order in which they came."""

    def __init__(self) -> None:
        self.values: list[object] = []
        self._numbers: dict[Hashable, int] = {}

    def number(self, key: Hashable, made: Callable[[], object] | None = None) -> int:
        """The number of the value with a key: the key itself, or what is made for it when it first comes."""
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = len(self.values)
            self.values.append(key if made is None else made())
        return found


def unknown(why: Unknown | str) -> dict[str, object]:
    """What stands where a thing is not known."""
    return {"unknown": why.reason if isinstance(why, Unknown) else why}


def plain(value: object) -> object:
    """A number of the engine: itself where a browser can count it, else why not."""
    if isinstance(value, Unknown):
        return unknown(value)
    if type(value) is int:
        return value if -MOST <= value <= MOST else unknown(TOO_LARGE)
    return value
