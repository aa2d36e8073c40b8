"""RF519: a counter of repetitions that is used as if it began with 0."""

from __future__ import annotations

from collections.abc import Iterator

from rfcli.checks._rule import Finding, Rule, found
from rfcli.checks._subject import Subject
from rfcli.description.doubts import zeros


class CountedFromZero(Rule):
    """Counters of repetitions begin with 1, entries of lists with 0: `$(2 if i == 0 else 1)` is 1 for every copy, and
    `$(widths[i])` passes over the first width. Where the entry before is picked as well, it is taken to be meant.
    Every other command says it on standard error, unless the rule is ignored.
    """

    code = "RF519"
    cost = "another network than is meant: a first copy without its stride, widths that belong to the copy before."
    mend = "count from 1: i == 1 for the first copy, widths[i - 1] for its entry"
    source = "derived: repetitions are counted from 1"

    def check(self, subject: Subject) -> Iterator[Finding]:
        yield from found(zeros, subject)
