"""RF516: an input whose channels may stand among its axes."""

from __future__ import annotations

from collections.abc import Iterator

from rfcli.checks._rule import Finding, Rule
from rfcli.checks._subject import Subject

IMAGES = (1, 3, 4)
"""Channels of usual images and sounds."""
LARGE = 16
"""Samples from which on an axis is taken for one."""


class ChannelsAmongAxes(Rule):
    """`size` has the axes alone, and `channels` stands beside it: [3, 224, 224] is a volume of three slices. Where the
    first or the last entry looks like channels, and none are stated, the shape of a framework's tensor may be meant.
    """

    code = "RF516"
    cost = "a network of one axis too many, which has no channels, parameters or operations."
    mend = "channels stand beside the size: input: {size: [224, 224], channels: 3}; state them for a thin volume, too"
    source = "derived: the entries of the size"

    def check(self, subject: Subject) -> Iterator[Finding]:
        for one in subject.report.graph.architecture.inputs:
            if one.channels is not None or len(one.size) < 2:
                continue
            for at, rest in ((0, one.size[1:]), (-1, one.size[:-1])):
                if one.size[at] in IMAGES and all(n is not None and n >= LARGE for n in rest):
                    shape = ", ".join(map(str, one.size))
                    yield Finding(one.span, f"[{shape}] of '{one.name}' are {len(one.size)} axes, without channels")
                    break
