"""RF515: a merge that takes one input."""

from __future__ import annotations

from collections.abc import Iterator

from rfcli.checks._rule import Finding, Rule
from rfcli.checks._subject import Subject


class MergesOne(Rule):
    """A merge takes what its `inputs` name, and not the layer before it besides. Where they name one layer, that one
    passes through alone: `{type: add, inputs: [input]}` adds nothing to it.
    """

    code = "RF515"
    cost = "a shortcut without its body: a network that sees less than is thought."
    mend = "name all that is merged, the layer before as well: inputs: [conv2, input]"
    source = "derived: an entry of inputs is one layer, and there is no other"

    def check(self, subject: Subject) -> Iterator[Finding]:
        for number in subject.numbers:
            inputs = subject.node(number).value.get("inputs") if subject.layer(number).merge else None
            if inputs is None or len(inputs.value) != 1 or not _plain(inputs.value[0].value):
                continue
            sources = subject.report.graph.sources[number]
            source = sources[0] if len(sources) == 1 else None  # A residual's inputs are its body's, it merges two.
            if source is not None:
                kind = subject.layer_report(number).type
                told = f"{kind} '{subject.label(number)}' takes '{subject.label(source)}' alone"
                yield Finding(subject.node(number), told, _named(subject, number, source))


def _named(subject: Subject, number: int, source: int) -> str:
    """What to write, where the layer before is one of the same scope; "" for what the rule says."""
    scope = subject.label(number).rpartition("/")[0]
    names = [subject.label(one) for one in (number - 1, source)]
    if number - 1 == source or any(one.rpartition("/")[0] != scope for one in names):
        return ""
    before, other = (one.rpartition("/")[2] for one in names)
    return f"name all that is merged, the layer before as well: inputs: [{before}, {other}]"


def _plain(name: object) -> bool:
    """Whether a text names one layer, whatever parameters are."""
    return type(name) is str and not set(name) & set("*?[$")
