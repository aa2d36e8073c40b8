"""RF505: layers that can no longer widen what they see."""

from __future__ import annotations

from collections.abc import Iterator

from rfcli.checks._rule import Finding, Rule, some
from rfcli.checks._subject import Subject
from rfcli.geometry.field import Field
from rfcli.geometry.unknown import Unknown
from rfcli.layers.windows import Window


class Unproductive(Rule):
    """Layers with a kernel that come after features which already see the whole input: they cannot widen what they see
    (border layers). Where paths differ, the narrowest counts. The smallest input that suits a network is one that every
    layer widens, the largest one that some layer sees as a whole.
    """

    code = "RF505"
    cost = (
        "these layers integrate nothing new: they cost parameters and time, and tests find that they add no accuracy."
    )
    mend = "a larger input, fewer early strides and pools, or leaving the layers out"
    source = (
        'Richter, Shenk, Byttner, Arntzen & Huss (2021), "(Input) size matters for CNN classifiers"; Richter & Pal '
        '(2022), "Receptive field refinement for convolutional neural networks reliably improves predictive '
        'performance"'
    )

    def check(self, subject: Subject) -> Iterator[Finding]:
        for axes in subject.distinct():
            n = subject.input_size(axes[0])
            if isinstance(n, Unknown):
                continue
            widening = _widening(subject, axes[0])
            border = [number for number, size in widening if size >= n]
            if not border:
                continue
            before = dict(widening)[border[0]]
            least = max(size for _, size in widening) + 1
            largest = max(_sizes(subject, axes[0]))
            suits = f"; inputs of {least} to {largest} samples suit it" if largest > least else ""
            yield Finding(
                subject.node(border[0]),
                f"{some(map(subject.label, border))}: {len(border)} of {len(widening)} layers with a kernel cannot "
                f"widen what they see{subject.where(axes)}: the input of the first already sees {before} of {n} "
                f"samples; all do at an input of {least} or more{suits}",
            )


def _sizes(subject: Subject, axis: int) -> list[int]:
    """Sizes of all fields: the largest is the most that any layer sees as a whole."""
    local = subject.sight.axes[axis].fields.local
    return [field.size for field in local if isinstance(field, Field) and field.size is not None]


def _widening(subject: Subject, axis: int) -> list[tuple[int, int]]:
    """Layers with a kernel, and how much their input sees along its narrowest path."""
    narrowest = subject.narrowest(axis)
    found = []
    for number in subject.numbers:
        layer = subject.layer(number)
        if isinstance(layer, Window) and layer.kernel[axis] > 1:
            field = narrowest[subject.graph.sources[number][0]]
            if field is not None and field.size is not None:
                found.append((number, field.size))
    return found
