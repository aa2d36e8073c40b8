"""What a layer is in torch: modules that are constructed, and what is made of them."""

from __future__ import annotations

from rfcli.values import Value
from rfcli.writers.torch.python import Call, literal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from rfcli.writers.torch.python import Expression

REQUIRED = object()


class Argument(Value):
    """An argument of a constructor. One with the default is left out; `name` is also what a class calls it that takes
    it as an argument of its own."""

    name: str
    value: Any
    default: Any = REQUIRED
    keyword: bool = False


class New(Value):
    """A module that is constructed."""

    head: str
    arguments: tuple[Argument, ...]

    def leaves(self) -> Iterator[Argument]:
        """All arguments that are plain values, also of modules within."""
        for one in self.arguments:
            if isinstance(one.value, New):
                yield from one.value.leaves()
            else:
                yield one

    @property
    def skeleton(self) -> tuple[object, ...]:
        """What is left without the values."""
        return (self.head, *((one.name, one.keyword, literal(one.default) if one.default is not REQUIRED else "",
                one.value.skeleton if isinstance(one.value, New) else None) for one in self.arguments))  # fmt: skip

    def written(self, texts: Iterator[str | None]) -> Call:
        """The constructor call; `texts` has one entry for each leaf, None where it is left out."""
        found: list[tuple[str, Expression]] = []
        for one in self.arguments:
            text = one.value.written(texts) if isinstance(one.value, New) else next(texts)
            if text is not None:
                found.append((one.name if one.keyword else "", text))
        return Call(self.head, tuple(found))


class Written(Value):
    """A layer as torch has it: the submodules that it needs, by the ending of their names, and what it makes of its
    operands; `self_` names a submodule by its ending."""

    modules: tuple[tuple[str, New], ...]
    result: Callable[[Callable[[str], str], list[str]], Expression]
    after: tuple[str, ...] = ()
    """What is then done to the submodule without ending."""
    flat: bool = False
    """Makes (batch, features) instead of (batch, channels, *sizes)."""
