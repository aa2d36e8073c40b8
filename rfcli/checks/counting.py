"""RF519: a counter of repetitions that is used as if it began with 0."""

from __future__ import annotations

from collections.abc import Iterator

from rfcli.checks._rule import Finding, Rule
from rfcli.checks._subject import Subject


class CountedFromZero(Rule):
    """Counters of repetitions begin with 1, entries of lists with 0: `$(2 if i == 0 else 1)` is 1 for every copy, and
    `$(widths[i])` passes over the first width. Where the entry before is picked as well, it is taken to be meant.
    """

    code = "RF519"
    cost = "another network than is meant: a first copy without its stride, widths that belong to the copy before."
    mend = "count from 1: i == 1 for the first copy, widths[i - 1] for its entry"
    source = "derived: repetitions are counted from 1"

    def check(self, subject: Subject) -> Iterator[Finding]:
        from rfcli.description.counting import from_zero  # reads expressions, which a manual does not need

        nodes = subject.graph.architecture.nodes
        blocks = nodes["blocks"].value.values() if "blocks" in nodes else ()
        for items in (nodes["layers"], *(block.value["layers"] for block in blocks)):
            for one in from_zero(items):
                yield Finding(one.value, f"{one.said}: repetitions are counted from 1", one.instead)
