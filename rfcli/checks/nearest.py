"""RF517: a nearest resize that does not say where its samples lie."""

from __future__ import annotations

from collections.abc import Iterator

from rfcli.checks._rule import Finding, Rule
from rfcli.checks._subject import Subject
from rfcli.geometry.field import Reads
from rfcli.geometry.standins import is_large
from rfcli.geometry.unknown import Unknown
from rfcli.layers.resizing import Resize

MOST_OUTPUTS = 4096
"""Outputs that are compared along an axis."""


class NearestCoordinates(Rule):
    """`mode: nearest` takes the sample at the centre of an output (`half_pixel`, as TensorFlow and PyTorch's
    `nearest-exact` do), where PyTorch's `nearest` takes the one at its corner (`asymmetric`). Enlarged by whole numbers
    both are the same; by fractions, and where a map is made smaller, they are not.
    """

    code = "RF517"
    cost = "other samples than are read when the network runs: half of the scale beside them."
    mend = "say it: coordinates: asymmetric for PyTorch's nearest, coordinates: half_pixel for TensorFlow's"
    source = "derived: the samples that both read"

    def check(self, subject: Subject) -> Iterator[Finding]:
        for number in subject.numbers:
            layer = subject.layer(number)
            if not isinstance(layer, Resize) or layer.mode != "nearest" or "coordinates" in layer.given:
                continue
            said = next((text for axis in subject.axes if (text := _differing(subject, number, layer, axis))), "")
            if said:
                yield Finding(subject.node(number), f"{layer.type} '{subject.label(number)}': {said}")


def _differing(subject: Subject, number: int, layer: Resize, axis: int) -> str:
    """The first output along an axis that reads another sample by PyTorch's rule; nothing where none does."""
    sizes, (source, *_) = subject.report.graph.axes[axis].known, subject.report.graph.sources[number]
    like = subject.report.graph.likes[number]
    n, m, other = sizes[source], sizes[number], None if like is None else sizes[like]
    if isinstance(n, Unknown) or isinstance(m, Unknown) or isinstance(other, Unknown) or is_large(max(n, m)):
        if layer.scale is None:
            return ""
        n, m, other = 1 << 40, MOST_OUTPUTS, None
    corner = Resize(layer.type, layer.axes, {**layer.given, "coordinates": "asymmetric"})
    ours, theirs = layer.reads(axis, n, other), corner.reads(axis, n, other)
    if not isinstance(ours, Reads) or not isinstance(theirs, Reads) or ours == theirs:
        return ""
    for o in range(min(m, MOST_OUTPUTS)):
        a, b = (_sample(one, o, n) for one in (ours, theirs))
        if a != b:
            return f"output {o} reads sample {a} of its input, and {b} by PyTorch's rule"
    return ""


def _sample(reads: Reads, o: int, n: int) -> int:
    """The sample of a map of `n` that an output reads."""
    turns, phase = divmod(o, len(reads.phases))
    taps = reads.phases[phase]
    assert taps is not None, "nearest reads one sample"
    return min(max(taps[0] + turns * reads.shift, 0), n - 1)
