"""RF510 and RF511: layers and outputs that read padding instead of features."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from rfcli.checks._rule import Finding, Rule
from rfcli.checks._subject import Subject
from rfcli.engine.support import Samples
from rfcli.geometry.borders import ZEROS
from rfcli.geometry.unknown import Unknown
from rfcli.layers.windows import Window

MAX_KERNEL = 4096
"""Kernels whose taps are counted."""


class MostlyPadding(Rule):
    """More than half of a layer's taps, over all its outputs, fall into its own padding of zeros: the kernel is large
    against the map, or dilated beyond it.
    """

    code = "RF510"
    cost = "most weights are multiplied with zeros: a 3x3 kernel on a map of one sample is a 1x1 kernel."
    mend = "a smaller kernel or dilation, or a larger map"
    source = 'Chen et al. (2017), "Rethinking atrous convolution", section 3.3: large rates degenerate to 1x1'

    def check(self, subject: Subject) -> Iterator[Finding]:
        for number in subject.numbers:
            layer = subject.layer(number)
            if not isinstance(layer, Window) or layer.whole(0, False).value or layer.padding_mode != ZEROS:
                continue
            along = [_taps(subject, layer, number, axis) for axis in subject.axes]
            known = [found for found in along if found is not None]
            if len(known) == len(along):
                real, taps = _together(layer, known)
                if 2 * real < taps:
                    share = round(100 * (taps - real) / taps)
                    size = "x".join(str(n) for n in subject.graph.sizes[subject.graph.sources[number][0]])
                    yield Finding(
                        subject.node(number),
                        f"{layer.type} '{subject.label(number)}': {share} % of its taps fall into padding, its input "
                        f"is {size}",
                    )


def _together(layer: Window, along: list[tuple[list[int], int]]) -> tuple[int, int]:
    """Taps on the map and taps in all, over all outputs and axes; those that a mask leaves out do not count."""
    outputs = prod(out for _, out in along)
    if layer.taps is None:
        return prod(sum(counts) for counts, _ in along), outputs * prod(layer.kernel)
    real = sum(prod(counts[place] for (counts, _), place in zip(along, tap, strict=True)) for tap in layer.taps)
    return real, outputs * len(layer.taps)


def _taps(subject: Subject, layer: Window, number: int, axis: int) -> tuple[list[int], int] | None:
    """For each tap along an axis the outputs for which it lies on the map; and how many outputs there are."""
    n, out = subject.graph.axes[axis].known[subject.graph.sources[number][0]], subject.graph.axes[axis].known[number]
    kernel, stride, gap = layer.kernel[axis], layer.stride[axis], layer.dilation[axis]
    if isinstance(n, Unknown) or isinstance(out, Unknown) or kernel > MAX_KERNEL:
        return None
    before, _ = layer.padding.resolve(axis, n, layer.extent(axis), stride)
    counts = []
    for tap in range(kernel):
        start = tap * gap - before
        first, last = max(-(start // stride), 0), min((n - 1 - start) // stride, out - 1)
        counts.append(max(last - first + 1, 0))
    return counts, out


class OnlyPadding(Rule):
    """Some outputs of a convolution or pool read nothing of the input: all their taps fall into padding, its own or
    that of layers before it.
    """

    code = "RF511"
    cost = "these outputs are constants, whatever the image shows."
    mend = "less padding: less than the kernel reaches over"
    source = "derived: every tap of the output lies outside the map it reads"

    def check(self, subject: Subject) -> Iterator[Finding]:
        found: dict[int, list[str]] = {}
        tainted: set[int] = set()
        for axes in subject.distinct():
            for number, outputs in subject.alive(axes[0]):
                if any(source in tainted for source in subject.graph.sources[number]):
                    tainted.add(number)
                    continue
                n = subject.graph.axes[axes[0]].known[number]
                assert isinstance(n, int), "sizes are known where outputs are"
                if outputs.count == n or not isinstance(subject.layer(number), Window):
                    continue
                tainted.add(number)
                if number not in subject.numbers:
                    continue
                dead = list(Samples(0, ~outputs.bits & ((1 << n) - 1)))
                listed = ", ".join(map(str, dead[:4])) + (", ..." if len(dead) > 4 else "")
                found.setdefault(number, []).append(f"{len(dead)} of {n} outputs{subject.where(axes)} ({listed})")
        for number, said in found.items():
            yield Finding(
                subject.node(number),
                f"{subject.layer(number).type} '{subject.label(number)}': {' and '.join(said)} read only padding",
            )
