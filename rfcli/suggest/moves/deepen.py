"""More layers."""

from __future__ import annotations

from rfcli.suggest.moves._move import CONVOLUTIONS, Knob, Move, change

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfcli.suggest.text import Change, Item, Text


class Deepen(Move):
    """Repeats a convolution, a residual, a sequence or a block more often."""

    name = "deepen"

    def knobs(self, text: Text) -> Iterator[Knob]:
        for item in text.items:
            if item.type in (*CONVOLUTIONS, "residual", "sequence", "block") and item.is_open("repeat"):
                layers = [entry.layer for one in (item, *item.inside) for entry in one.entries]
                if any(layer.strides(axis) != (1, 1) for layer in layers for axis in range(layer.axes)):
                    continue
                yield self._repeated(item)

    def _repeated(self, item: Item) -> Knob:
        before = item.number("repeat")
        times = before if isinstance(before, int) else 1

        def turned(amount: int) -> Change | None:
            return change(f"repeat '{item.name}' {times + amount} times", [item.set("repeat", times + amount)])

        return self.knob(turned, 512)


class Shorten(Move):
    """Repeats what is repeated less often."""

    name = "shorten"
    grows = False

    def knobs(self, text: Text) -> Iterator[Knob]:
        for item in text.items:
            times = item.number("repeat")
            if isinstance(times, int) and times > 1:
                yield self._fewer(item, times)

    def _fewer(self, item: Item, times: int) -> Knob:
        def turned(amount: int) -> Change | None:
            left = times - amount
            return change(f"repeat '{item.name}' {left} times", [item.set("repeat", left)]) if left > 0 else None

        return self.knob(turned, times - 1)
