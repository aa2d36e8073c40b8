"""Sub-sampling: more of it, less of it, and dilation in its place."""

from __future__ import annotations

from rfcli.suggest.moves._move import CONVOLUTIONS, Knob, Move, change, each, kernel_of, reshaped
from rfcli.suggest.text import Change, Edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfcli.suggest.text import Item, Patch, Text

POOLS = ("max_pool", "avg_pool", "lp_pool")


class Stride(Move):
    """Gives a convolution a stride of 2 or 3, so that all behind it see twice or three times as far."""

    name = "stride"

    def knobs(self, text: Text) -> Iterator[Knob]:
        for item in text.items:
            layer = kernel_of(item)
            if layer is not None and item.is_open("stride") and all(s == 1 for s in layer.stride):
                yield self._strided(item)

    def _strided(self, item: Item) -> Knob:
        def turned(amount: int) -> Change | None:
            return change(f"stride {amount + 1} of '{item.name}'", [item.set("stride", amount + 1)])

        return self.knob(turned, 3, choices=True)


class Pool(Move):
    """Adds a maximum pooling, so that all behind it see twice or three times as far."""

    name = "pool"

    def knobs(self, text: Text) -> Iterator[Knob]:
        for item in text.items:
            if item.top and item.type not in POOLS:
                yield self._pooled(text, item)

    def _pooled(self, text: Text, item: Item) -> Knob:
        def turned(amount: int) -> Change | None:
            kernel = amount + 1
            written = f"{{type: max_pool, kernel: {kernel}}}"
            if text.json:
                written = f'{{"type": "max_pool", "kernel": {kernel}}}'
            edit = Edit(item.name, "after", None, written)
            return Change(f"max_pool of {kernel} after '{item.name}'", (edit,), (text.inserted(item, written),))

        return self.knob(turned, 3, choices=True)


class Unstride(Move):
    """Drops a downsampling: a stride becomes 1, a pooling is left out."""

    name = "unstride"
    grows = False

    def knobs(self, text: Text) -> Iterator[Knob]:
        for item in text.items:
            steps = item.number("stride")
            if item.type in POOLS and item.entries:
                yield self.knob(lambda amount, item=item: self._without(text, item), 1)  # type: ignore[misc]
            elif item.type in CONVOLUTIONS and steps is not None and steps != 1:
                yield self.knob(lambda amount, item=item: self._one(item), 1)  # type: ignore[misc]

    @staticmethod
    def _one(item: Item) -> Change:
        return change(f"stride 1 of '{item.name}'", [item.set("stride", 1)])

    @staticmethod
    def _without(text: Text, item: Item) -> Change | None:
        patch = text.removed(item)
        words = f"without '{item.name}'"
        return None if patch is None else Change(words, (Edit(item.name, "type", item.type, None),), (patch,))


class Atrous(Move):
    """Turns a stride into dilation of all that follows: the same field at a finer stride (Chen et al. 2017)."""

    name = "atrous"

    def knobs(self, text: Text) -> Iterator[Knob]:
        for at, item in enumerate(text.items):
            steps = item.number("stride")
            if item.top and item.type in CONVOLUTIONS and isinstance(steps, int) and steps > 1:
                yield self.knob(lambda amount, at=at, steps=steps: self._dilated(text, at, steps), 1)  # type: ignore[misc]

    @staticmethod
    def _dilated(text: Text, at: int, steps: int) -> Change | None:
        item = text.items[at]
        made: list[tuple[Edit, Patch]] = [item.set("stride", 1)]
        for other in text.items[at + 1 :]:
            layer = kernel_of(other)
            if layer is None or all(k == 1 for k in layer.kernel):
                continue
            one = reshaped(other, layer, dilation=each(layer.dilation, lambda d: d * steps))
            if one is None:
                return None
            made += one
        return change(f"stride 1 of '{item.name}', and {steps} times the dilation of all behind it", made)
