"""RF513: a counter of repetitions that may be meant for an outer one."""

from __future__ import annotations

from collections.abc import Iterator

from rfcli.checks._rule import Finding, Rule, found
from rfcli.checks._subject import Subject
from rfcli.description.doubts import counters


class Counters(Rule):
    """In nested repetitions `i` is the counter of the innermost one. Where an outer item is repeated as well, and its
    own counter is neither named nor used, `i` may be meant for that one: the dilations of a residual unit, say,
    whose convolution is itself repeated. Every other command says it on standard error, unless the rule is ignored.
    """

    code = "RF513"
    cost = (
        "another network than is meant: a dilation that starts anew with each layer instead of growing with the units."
    )
    mend = "name the counters: repeat: {times: 4, as: unit}, and $unit where it is meant; that also ends this warning"
    source = "derived: the counter of the innermost repetition hides those around it"

    def check(self, subject: Subject) -> Iterator[Finding]:
        yield from found(counters, subject)
