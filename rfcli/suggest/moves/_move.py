"""What every move says: the knobs that it finds in a description."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from rfcli.layers.windows import Kernel, Window
from rfcli.suggest.text import Change, Edit, Patch
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import ClassVar

    from rfcli.layers._layer import Layer
    from rfcli.suggest.text import Item, Number, Text

CONVOLUTIONS = ("conv", "depthwise_conv", "separable_conv")


class Knob(Value):
    """Something of a description that is turned by 1, 2, 3, ... up to `most`: `turned` makes the change, None where it
    cannot be turned that far."""

    move: str
    turned: Callable[[int], Change | None]
    most: int
    choices: bool = False
    """Whether more of it may be cheaper, so that each amount is one of its own."""


class Move:
    """A move. Its docstring is its manual, the first line its help."""

    name: ClassVar[str] = ""
    grows: ClassVar[bool] = True
    """Whether it makes fields larger; smaller ones otherwise."""

    def knobs(self, text: Text) -> Iterator[Knob]:
        """The knobs of a description."""
        raise NotImplementedError

    def knob(self, turned: Callable[[int], Change | None], most: int, choices: bool = False) -> Knob:
        return Knob(self.name, turned, most, choices)


def moves() -> dict[str, Move]:
    """All moves by name: the classes in this folder, in the order of their names."""
    import rfcli.suggest.moves as folder

    found: dict[str, Move] = {}
    for module in sorted(one.name for one in iter_modules(folder.__path__) if not one.name.startswith("_")):
        for cls in vars(import_module(f"{folder.__name__}.{module}")).values():
            if isinstance(cls, type) and issubclass(cls, Move) and cls.name:
                found[cls.name] = cls()
    return found


def change(words: str, made: Iterable[tuple[Edit, Patch]]) -> Change:
    """A change of several keys."""
    pairs = list(made)
    return Change(words, tuple(edit for edit, _ in pairs), tuple(patch for _, patch in pairs))


def kernel_of(item: Item) -> Kernel | None:
    """The convolution that an item stands for; None for anything else, and where its copies differ."""
    layers = {id(entry.layer): entry.layer for entry in item.entries}
    if item.type not in CONVOLUTIONS or not layers:
        return None
    one = next(iter(layers.values()))
    if not isinstance(one, Window) or one.taps is not None:
        return None
    shapes = {_shape(other) for other in layers.values()}
    return one if len(shapes) == 1 else None


def _shape(layer: Layer) -> object:
    """What decides about the field of a convolution."""
    assert isinstance(layer, Window), "all copies are of one type"
    return layer.kernel, layer.stride, layer.dilation, layer.padding.word, layer.padding.sides


def reshaped(
    item: Item, layer: Kernel, kernel: Number | None = None, dilation: Number | None = None
) -> list[tuple[Edit, Patch]] | None:
    """The keys of a convolution with another kernel or dilation, and with padding that keeps what its own kept; None
    where these keys are no literal numbers."""
    made = [item.set(key, value) for key, value in (("kernel", kernel), ("dilation", dilation)) if value is not None]
    if not all(item.is_open(key) for key, value in (("kernel", kernel), ("dilation", dilation)) if value is not None):
        return None
    padding = getattr(layer, "padding", None)
    assert padding is not None, "windows have a padding"
    if padding.word in ("same", "same_lower", "causal"):
        return made
    sides = padding.sides or ((0, 0),) * layer.axes
    if not any(map(any, sides)):
        return made
    before = zip(layer.kernel, layer.dilation, strict=True)
    after = zip(per_axis(kernel, layer.kernel), per_axis(dilation, layer.dilation), strict=True)
    more = [d * (k - 1) - was_d * (was_k - 1) for (was_k, was_d), (k, d) in zip(before, after, strict=True)]
    if any(one % 2 for one in more) or any(first != last for first, last in sides) or not item.is_open("padding"):
        return None
    padded = tuple(first + one // 2 for (first, _), one in zip(sides, more, strict=True))
    if min(padded) < 0:
        return None
    return [*made, item.set("padding", padded[0] if len(set(padded)) == 1 else padded)]


def per_axis(value: Number | None, was: tuple[int, ...]) -> tuple[int, ...]:
    """A number for each axis."""
    return was if value is None else (value,) * len(was) if isinstance(value, int) else value


def each(was: tuple[int, ...], turn: Callable[[int], int], only: Callable[[int], bool] = lambda one: True) -> Number:
    """What a number becomes on every axis; one where they agree."""
    made = tuple(turn(one) if only(one) else one for one in was)
    return made[0] if len(set(made)) == 1 else made


def by_axis(value: Number) -> str:
    """A number, or one for each axis, for people."""
    return str(value) if isinstance(value, int) else "x".join(map(str, value))
