"""Tables that are filled where their entries are defined: functions by name, and words in two languages."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Generic, TypeVar

    F = TypeVar("F", bound=Callable[..., object])
    G = TypeVar("G", bound=Callable[..., object])

    class _Functions(dict[str, F], Generic[F]):
        pass
else:

    class _Functions(dict):
        def __class_getitem__(cls, _: object) -> type:
            return cls


class Table(_Functions["F"]):
    """Functions by the names that they are for: `@TABLE("relu", "elu")` stands above each.

    `what` is what a name is called in errors. A name that is claimed twice fails at import.
    """

    def __init__(self, what: str) -> None:
        super().__init__()
        self.what = what

    def __call__(self, *names: str) -> Callable[[G], G]:
        """Registers the function below under some names; it keeps its own type."""

        def register(function: G) -> G:
            for name in names:
                if name in self:
                    raise TypeError(f"{self.what} {name!r} is claimed by {_name(self[name])} and {_name(function)}")
                self[name] = function  # type: ignore[assignment]
            return function

        return register

    def hold(self, names: Iterable[str]) -> None:
        """Fails at import unless the table has exactly these names."""
        wrong = sorted(set(names) ^ set(self))
        if wrong:
            raise TypeError(f"{self.what}: {', '.join(wrong)}: known here or there, not in both")


def _name(function: object) -> str:
    return f"{getattr(function, '__module__', '')}.{getattr(function, '__qualname__', function)}"


class Words:
    """Foreign spellings of our words: all are read, the first is written. One that is given twice fails at import."""

    def __init__(self, spellings: Mapping[str, str | tuple[str, ...]]) -> None:
        self._ours: dict[str, str] = {}
        self._theirs: dict[str, str] = {}
        for ours, given in spellings.items():
            listed = (given,) if isinstance(given, str) else given
            self._theirs[ours] = listed[0]
            for spelling in listed:
                if spelling in self._ours:
                    raise TypeError(f"{spelling!r} is a word for {self._ours[spelling]!r} and {ours!r}")
                self._ours[spelling] = ours

    def __iter__(self) -> Iterator[str]:
        """All spellings."""
        return iter(self._ours)

    def __contains__(self, spelling: object) -> bool:
        return spelling in self._ours

    def read(self, spelling: str) -> str:
        """Our word for a foreign one. Raises `KeyError`."""
        return self._ours[spelling]

    def written(self, ours: str) -> str:
        """The foreign word for one of ours. Raises `KeyError`."""
        return self._theirs[ours]

    @property
    def ours(self) -> frozenset[str]:
        """All of our words that have a foreign one."""
        return frozenset(self._theirs)
