"""RF516: an input of other axes than may be meant."""

from __future__ import annotations

from collections.abc import Iterator

from rfcli.checks._rule import Finding, Rule, found
from rfcli.checks._subject import Subject
from rfcli.description.doubts import inputs


class OtherAxes(Rule):
    """`size` has the axes alone, and `channels` stands beside it: [3, 224, 224] is a volume of three slices. Where the
    first or the last entry looks like channels, and none are stated, the shape of a framework's tensor may be meant.
    One number is the size along both axes of an image: where it is large, or a `rate` is stated, a signal may be meant.
    Every other command says it on standard error, unless the rule is ignored.
    """

    code = "RF516"
    cost = "a network of one axis too many, which has no channels, parameters or operations."
    mend = "channels stand beside the size: input: {size: [224, 224], channels: 3}; state them for a thin volume, too"
    source = "derived: the entries of the size"

    def check(self, subject: Subject) -> Iterator[Finding]:
        yield from found(inputs, subject)
