"""RF522: a recurrent layer of several axes that does not say along which it runs."""

from __future__ import annotations

from collections.abc import Iterator

from rfcli.checks._rule import Finding, Rule, found
from rfcli.checks._subject import Subject
from rfcli.description.doubts import sequences


class UnsaidAxis(Rule):
    """A recurrent layer runs along one axis, the first unless `along` says another. Behind a network that reads text,
    whose maps are one sample high, that is the axis of one sample: the layer sees its position alone, where it was
    meant to see the line. Every other command says it on standard error, unless the rule is ignored.
    """

    code = "RF522"
    cost = "another network than is meant: the layer sees nothing of the axis along which it was to run."
    mend = "say the axis: along: w runs from left to right, along: h from top to bottom"
    source = "Shi et al. 2017, An end-to-end trainable neural network for image-based sequence recognition"

    def check(self, subject: Subject) -> Iterator[Finding]:
        yield from found(sequences, subject)
