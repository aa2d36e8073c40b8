"""RF520: an upsampling to a size that is smaller than its input."""

from __future__ import annotations

from collections.abc import Iterator

from rfcli.checks._rule import Finding, Rule
from rfcli.checks._subject import Subject
from rfcli.geometry.axes import times
from rfcli.layers.resizing import Resize

FACTORS = range(2, 9)
"""Numbers by which maps are usually enlarged."""


class SmallerUpsampling(Rule):
    """`size` of an `upsample` is the size of its output, `scale` the number by which it enlarges a map. Keras's
    `UpSampling2D(size=2)` is `scale: 2`; `size: 2` makes a map of 2x2 samples.
    """

    code = "RF520"
    cost = "another network than is meant: a map of a few samples instead of one that is larger."
    mend = "write scale for the number by which it enlarges the map; a map that is made smaller is a resize"
    source = "derived: the sizes of both maps"

    def check(self, subject: Subject) -> Iterator[Finding]:
        for number in subject.numbers:
            layer = subject.layer(number)
            if not isinstance(layer, Resize) or layer.type != "upsample" or layer.size is None:
                continue
            source = subject.report.graph.sources[number][0]
            sizes = [(axis.known[source], axis.known[number]) for axis in subject.report.graph.axes]
            known = [(n, m) for n, m in sizes if isinstance(n, int) and isinstance(m, int)]
            if len(known) == len(sizes) and all(m in FACTORS and m < n for n, m in known):
                before, after = (times(pair[at] for pair in known) for at in (0, 1))
                said = (
                    f"upsample '{subject.label(number)}' makes {after} samples of {before}: size is that of its output"
                )
                yield Finding(subject.node(number), said)
