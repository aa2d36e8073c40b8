"""Larger kernels."""

from __future__ import annotations

from rfcli.suggest.moves._move import Knob, Move, by_axis, change, each, kernel_of, reshaped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rfcli.layers.windows import Kernel
    from rfcli.suggest.text import Change, Item, Text

    Found = tuple[Item, Kernel]


class LargerKernel(Move):
    """Makes the kernel of one convolution, or of all that are alike, larger; the padding follows."""

    name = "kernel"

    def knobs(self, text: Text) -> Iterator[Knob]:
        found: list[Found] = []
        for item in text.items:
            layer = kernel_of(item)
            if layer is not None and any(k > 1 for k in layer.kernel) and item.type != "depthwise_conv":
                found.append((item, layer))
                yield self._wider([(item, layer)])
        kernels = {layer.kernel for _, layer in found}
        for kernel in sorted(kernels):
            alike = [one for one in found if one[1].kernel == kernel]
            if len(alike) > 1:
                yield self._wider(alike)

    def _wider(self, found: Sequence[Found]) -> Knob:
        def turned(amount: int) -> Change | None:
            return widened(found, amount)

        return self.knob(turned, 30)


def widened(found: Sequence[Found], amount: int) -> Change | None:
    """Kernels larger by two samples for each of `amount`."""
    made = []
    kernel = each(found[0][1].kernel, lambda k: k + 2 * amount, lambda k: k > 1)
    for item, layer in found:
        one = reshaped(item, layer, kernel=kernel)
        if one is None:
            return None
        made += one
    what = f"'{found[0][0].name}'" if len(found) == 1 else f"all {len(found)} convolutions of its kind"
    return change(f"kernel {by_axis(kernel)} of {what}", made)


class SmallerKernel(Move):
    """Makes kernels of 3 and more 1, one convolution after the other from the deep end on (Koutini et al. 2019)."""

    name = "narrow"
    grows = False

    def knobs(self, text: Text) -> Iterator[Knob]:
        found: list[Found] = []
        for item in reversed(text.items):
            layer = kernel_of(item)
            if layer is not None and any(k > 1 for k in layer.kernel):
                found.append((item, layer))
        if found:
            yield self._narrower(found)

    def _narrower(self, found: Sequence[Found]) -> Knob:
        def turned(amount: int) -> Change | None:
            made = []
            for item, layer in found[:amount]:
                one = reshaped(item, layer, kernel=1)
                if one is None:
                    return None
                made += one
            return change(f"kernel 1 of the last {amount} convolutions", made)

        return self.knob(turned, len(found))
