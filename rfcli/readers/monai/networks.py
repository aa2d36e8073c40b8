"""The table of MONAI's networks, and how they read their arguments."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rfcli.layers._parameters import MAX_INTEGER, shown
from rfcli.readers.draft import ForeignError
from rfcli.readers.parts import Map
from rfcli.readers.stated import Stated
from rfcli.tables import Table

Makes = Callable[..., Map | list[Map]]
network: Table[Makes] = Table("network of MONAI")
"""Class -> a function of a part, a map and the class's arguments that draws the network, and returns its outputs."""


ASKED = ("spatial_dims", "in_channels", "out_channels", "img_size")
"""Arguments that a call may set."""


class Arguments(Stated):
    """The arguments of a class, whose name is what they are called by."""

    image: Sequence[int | None] = ()
    """Samples of the input along each axis, None where the call does not say."""

    def wrong(self, key: str, said: str) -> ForeignError:
        """The error that a value is wrong; of an expression, that it is one."""
        value = self.get(key)
        if expression(value.plain()):
            return ForeignError(
                f"{key} of {self.what} is an expression, which is not evaluated: {shown(value.plain())}",
                f"write the value in its place, or give it: --set {key}=..." if key in ASKED else
                "write the value in its place", value,
            )  # fmt: skip
        return super().wrong(key, said)

    def sizes(self, key: str, axes: int, default: int | None = None, minimum: int = 1) -> list[int]:
        """An integer for each axis."""
        if key not in self and default is not None:
            return [default] * axes
        return self.integers(key, axes, minimum)

    def some(self, key: str, default: list[int]) -> list[int]:
        """A list of integers."""
        return self.integers(key) if key in self else default

    def share(self, key: str, default: float) -> float:
        """A share from 0 to 1, 0 for what is none; of a list the first number."""
        if key not in self:
            return default
        value = self.get(key).plain()
        value = value[0] if isinstance(value, list) and value else value
        if type(value) not in (int, float) or not 0 <= value <= 1:
            raise self.wrong(key, "must be a number from 0 to 1")
        return float(value)

    def number(self, key: str, default: float) -> float:
        """A number above 0."""
        if key not in self:
            return default
        value = self.get(key).value
        if type(value) not in (int, float) or not 0 < value <= MAX_INTEGER:
            raise self.wrong(key, "must be a number above 0")
        return float(value)

    def spelled(self, key: str, default: tuple[str, dict[str, object]] | None) -> tuple[str, dict[str, object]] | None:
        """A word in lower case and its options: a word alone, or a list of both; None for an empty word."""
        if key not in self:
            return default if key not in self.node.value else None
        value = self.get(key).plain()
        word, options = value if isinstance(value, list) and len(value) == 2 else (value, {})
        if not isinstance(word, str) or not isinstance(options, dict) or expression([word, *options.values()]):
            raise self.wrong(key, "must be a word, or a list of a word and its options")
        return (word.lower(), options) if word else None


def expression(value: object) -> bool:
    """Whether a value is an expression, or holds one."""
    if isinstance(value, list | tuple):
        return any(map(expression, value))
    return isinstance(value, str) and value.startswith("$")
