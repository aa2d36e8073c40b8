"""Dilation."""

from __future__ import annotations

from rfcli.suggest.moves._move import Knob, Move, by_axis, change, each, kernel_of, reshaped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rfcli.layers.windows import Kernel
    from rfcli.suggest.text import Change, Item, Text

    Found = tuple[Item, Kernel]


class Dilate(Move):
    """Dilates one convolution, or the last ones by 2, 4, 8 and so on (Yu & Koltun 2016); the padding follows."""

    name = "dilate"

    def knobs(self, text: Text) -> Iterator[Knob]:
        found: list[Found] = []
        for item in text.items:
            layer = kernel_of(item)
            if layer is None or all(k == 1 for k in layer.kernel) or any(s > 1 for s in layer.stride):
                continue
            found.append((item, layer))
            yield self._one(item, layer)
        if len(found) > 1:
            yield self._last(found)

    def _one(self, item: Item, layer: Kernel) -> Knob:
        # Behind an even kernel only every other dilation has padding that is the same on both sides.
        step = 2 if reshaped(item, layer, dilation=each(layer.dilation, lambda d: d + 1)) is None else 1

        def turned(amount: int) -> Change | None:
            dilation = each(layer.dilation, lambda d: d + step * amount)
            made = reshaped(item, layer, dilation=dilation)
            return None if made is None else change(f"dilation {by_axis(dilation)} of '{item.name}'", made)

        return self.knob(turned, 64 // step)

    def _last(self, found: Sequence[Found]) -> Knob:
        def turned(amount: int) -> Change | None:
            made = []
            for step, (item, layer) in enumerate(found[-amount:], 1):
                factor = 1 << step
                one = reshaped(item, layer, dilation=each(layer.dilation, lambda d, factor=factor: d * factor))  # type: ignore[misc]
                if one is None:
                    return None
                made += one
            return change(f"dilations 2 to {1 << amount} of the last {amount} convolutions", made)

        return self.knob(turned, min(len(found), 12))
