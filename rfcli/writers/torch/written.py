"""What a layer is in torch: modules that are constructed, and what is made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from rfcli.values import Value
from rfcli.writers.torch.python import Call, Expression, literal

REQUIRED = object()


class Argument(Value):
    """An argument of a constructor. One with the default is left out, and is always given by its name, others where it
    is `named`; the name is also what a class calls it that takes it as an argument of its own."""

    name: str
    value: object
    default: object = REQUIRED
    named: bool = False

    @property
    def keyword(self) -> bool:
        return self.named or self.default is not REQUIRED


class New(Value):
    """A module that is constructed."""

    head: str
    arguments: tuple[Argument, ...]

    def leaves(self) -> list[Argument]:
        """All arguments that are plain values, also of modules within."""
        rows = (one.value.leaves() if isinstance(one.value, New) else [one] for one in self.arguments)
        return [leaf for row in rows for leaf in row]

    @property
    def skeleton(self) -> tuple[object, ...]:
        """What is left without the values."""
        return (self.head, *((one.name, one.keyword, literal(one.default) if one.default is not REQUIRED else "",
                one.value.skeleton if isinstance(one.value, New) else None) for one in self.arguments))  # fmt: skip

    def written(self, texts: Iterator[str | None]) -> Call:
        """The constructor call; `texts` has one entry for each leaf, None where it is left out."""
        values = [one.value.written(texts) if isinstance(one.value, New) else next(texts) for one in self.arguments]
        given = zip(self.arguments, values, strict=True)
        arguments = tuple((one.name if one.keyword else "", text) for one, text in given if text is not None)
        return Call(self.head, arguments)


def new(head: str, required: Mapping[str, object], *options: Argument) -> New:
    """A module that is constructed of arguments without a default, then of others."""
    return New(head, (*(Argument(name, value) for name, value in required.items()), *options))


class Written(Value):
    """A layer as torch has it: the submodules that it needs, by the ending of their names, and what it makes of its
    operands; `self_` names a submodule by its ending."""

    modules: tuple[tuple[str, New], ...]
    result: Callable[[Callable[[str], str], list[str]], Expression]
    after: tuple[str, ...] = ()
    """What is then done to the submodule without ending."""
    flat: bool = False
    """Makes (batch, features) instead of (batch, channels, *sizes)."""
