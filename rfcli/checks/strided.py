"""RF521: copies of a residual of which each takes a stride."""

from __future__ import annotations

from collections.abc import Iterator

from rfcli.checks._rule import Finding, Rule, found
from rfcli.checks._subject import Subject
from rfcli.description.doubts import strides


class StridedCopies(Rule):
    """All copies of a repeated item are alike: where a residual with a stride of 2 is repeated three times, its stage
    has a stride of 8. In the stages of residual networks (He et al. 2016) only the first unit takes the stride.
    Copies that differ, as in a pyramid whose channels grow by the counter, are taken to be meant. Every other
    command says it on standard error, unless the rule is ignored.
    """

    code = "RF521"
    cost = "another network than is meant: maps that are smaller, and fields that are larger, with every copy."
    mend = "write stride: $(2 if i == 1 else 1) for the first copy alone, and a shortcut for each where they differ"
    source = "He et al. 2016, Deep residual learning, table 1"

    def check(self, subject: Subject) -> Iterator[Finding]:
        yield from found(strides, subject)
