"""RF516: an input of other axes than may be meant."""

from __future__ import annotations

from collections.abc import Iterator

from rfcli.checks._rule import Finding, Rule
from rfcli.checks._subject import Subject

IMAGES = (1, 3, 4)
"""Channels of usual images and sounds."""
LARGE = 16
"""Samples from which on an axis is taken for one."""


LONG = 8000
"""Samples from which on one number looks like the length of a signal."""
SIGNAL = "size: [{n}] is a signal; size: [{n}, {n}], or dims: 2, says that an image is meant"


class OtherAxes(Rule):
    """`size` has the axes alone, and `channels` stands beside it: [3, 224, 224] is a volume of three slices. Where the
    first or the last entry looks like channels, and none are stated, the shape of a framework's tensor may be meant.
    One number is the size along both axes of an image: where it is large, or a `rate` is stated, a signal may be meant.
    """

    code = "RF516"
    cost = "a network of one axis too many, which has no channels, parameters or operations."
    mend = "channels stand beside the size: input: {size: [224, 224], channels: 3}; state them for a thin volume, too"
    source = "derived: the entries of the size"

    def check(self, subject: Subject) -> Iterator[Finding]:
        yield from _signals(subject)
        for one in subject.report.graph.architecture.inputs:
            if one.channels is not None or len(one.size) < 2:
                continue
            for at, rest in ((0, one.size[1:]), (-1, one.size[:-1])):
                if one.size[at] in IMAGES and all(n is not None and n >= LARGE for n in rest):
                    shape = ", ".join(map(str, one.size))
                    yield Finding(one.span, f"[{shape}] of '{one.name}' are {len(one.size)} axes, without channels")
                    break


def _signals(subject: Subject) -> Iterator[Finding]:
    """Inputs whose size is one number that looks like the length of a signal."""
    nodes = subject.graph.architecture.nodes
    given = [nodes["input"]] if "input" in nodes else [*nodes["inputs"].value.values()] if "inputs" in nodes else []
    for node in given:
        size = node.value.get("size")
        if size is None or type(size.value) is not int or "dims" in node.value:
            continue
        if size.value >= LONG or "rate" in node.value:
            n = size.value
            yield Finding(size, f"{n} is the size along two axes: {n}x{n} samples", SIGNAL.format(n=n))
