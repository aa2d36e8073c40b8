"""Large depthwise kernels, which cost little."""

from __future__ import annotations

from rfcli.suggest.moves._move import Knob, Move, kernel_of
from rfcli.suggest.moves.kernel import widened
from rfcli.suggest.text import Change, Edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfcli.suggest.text import Item, Text

STEPS = tuple(range(5, 64, 2))
"""Kernels of 51 and more have been trained (Liu et al. 2023)."""


class LargeDepthwise(Move):
    """Makes a depthwise kernel larger, or adds a depthwise convolution with a skip (Ding et al. 2022)."""

    name = "large_depthwise"

    def knobs(self, text: Text) -> Iterator[Knob]:
        for item in text.items:
            layer = kernel_of(item)
            if layer is not None and item.type == "depthwise_conv":
                found = [(item, layer)]
                yield self.knob(lambda amount, found=found: widened(found, amount), 30)  # type: ignore[misc]
            if item.top and item.type in ("conv", "separable_conv", "residual", "block", "sequence", "relu"):
                yield self._added(text, item)

    def _added(self, text: Text, item: Item) -> Knob:
        def turned(amount: int) -> Change | None:
            kernel = STEPS[amount - 1]
            inner = f"{{type: depthwise_conv, kernel: {kernel}, padding: same}}"
            written = f"{{type: residual, layers: [{inner}]}}"
            if text.json:
                written = written.replace("type", '"type"').replace("layers", '"layers"').replace("kernel", '"kernel"')
                written = written.replace("padding", '"padding"').replace(" residual", ' "residual"')
                written = written.replace(" same", ' "same"').replace("depthwise_conv", '"depthwise_conv"')
            words = f"a depthwise convolution of kernel {kernel} with a skip after '{item.name}'"
            return Change(words, (Edit(item.name, "after", None, written),), (text.inserted(item, written),))

        return self.knob(turned, len(STEPS))
