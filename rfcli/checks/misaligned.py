"""RF501: merges of paths whose centers differ."""

from __future__ import annotations

from collections.abc import Iterator

from rfcli.checks._rule import Finding, Rule
from rfcli.checks._subject import Subject
from rfcli.engine.centers import misplaced, strides_meet
from rfcli.engine.onesided import Meeting
from rfcli.engine.sizing import nearest_centered

_ENDS = "pad d(k - 1) samples before each kernel and none after it, and crop a longer path at its start"

_UP = (
    "strided odd kernels keep samples 0, 2, 4, ..., and an upsampling lays its own between them: downsample by windows "
    "as wide as their stride (kernel: 2, stride: 2), or upsample by {mode: bilinear, coordinates: asymmetric}; where "
    "half a step does not matter, check: {ignore: [RF501]}"
)
_LARGER = ("upsample", "resize", "conv_transpose", "pixel_shuffle", "depth_to_space", "max_unpool")
"""Types of layers that make larger maps."""


class Misaligned(Rule):
    """A merge adds or concatenates maps whose features look at different places: the centers of the paths differ.

    Differences that cancel over a period, as where a nearest upsampling meets a skip, are balanced and not reported.
    A cost volume compares what lies at different places, as it is meant to.
    In a causal network, whose lookahead is at most 0, it is the ends that count: all paths of a merge are to end at one
    sample, however far back each of them looks. So it is where nothing is padded at the end and all merges end their
    paths at one sample. A network that looks back at least three times as far as ahead streams: there a path may also
    look ahead of another, as long as it looks further back.
    """

    code = "RF501"
    cost = "features of one position are mixed with those of another; localisation suffers, and no weights can mend it."
    mend = "pad both paths alike: odd kernels with (k-1)/2 on either side, or crop the longer path by its padding"
    source = 'Araujo, Norris & Sim (2019), "Computing receptive fields of convolutional neural networks", criterion 9'

    def check(self, subject: Subject) -> Iterator[Finding]:
        sight, near, upsampled = subject.sight, None, None
        for number in subject.numbers:
            layer = subject.layer(number)
            if not layer.merge or layer.compares:
                continue
            said: list[str] = []
            meetings = set()
            for axis in sight.distinct:
                meeting = misplaced(sight, axis, number)
                if meeting is not None:
                    said.append(sight.misaligned(number))
                    meetings.add(meeting)
                elif strides_meet(sight, axis, number):
                    strides = " and ".join(map(str, axis.fields.local[number].strides))  # type: ignore[union-attr]
                    said.append(f"paths of strides {strides} meet: their centers drift apart")
            if said:
                upsampled = _upsampled(subject) if upsampled is None else upsampled
                help = _ENDS if meetings == {Meeting.APART} else _UP if upsampled[number] else self.mend
                near = nearest_centered(sight.graph) if near is None else near
                help = f"{help}; {near}" if near else help
                yield Finding(subject.node(number), f"{layer.type} '{subject.label(number)}': {said[0]}", help)


def _upsampled(subject: Subject) -> list[bool]:
    """For each layer whether it lies behind strided layers of odd kernels, and a layer that makes larger maps of
    theirs; where kernels are padded unevenly that is to be mended first."""
    layers, sources = subject.graph.layers, subject.graph.sources
    larger, odd, uneven = ([False] * len(layers) for _ in range(3))
    for number in subject.graph.order:
        layer = layers[number]
        for above in (larger, odd, uneven):
            above[number] = any(above[source] for source in sources[number])
        kernel, stride = getattr(layer, "kernel", ()), getattr(layer, "stride", ())
        if layer is not None and layer.type in _LARGER:
            larger[number] = True
        elif isinstance(kernel, tuple) and isinstance(stride, tuple):
            steps = list(zip(kernel, stride, strict=False))
            odd[number] |= any(k % 2 == 1 and s > 1 for k, s in steps)
            uneven[number] |= any(k % 2 == 0 and s == 1 for k, s in steps)
    return [a and b and not c for a, b, c in zip(larger, odd, uneven, strict=True)]
