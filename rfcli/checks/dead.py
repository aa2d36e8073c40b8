"""RF512: layers and inputs that no output uses."""

from __future__ import annotations

from collections.abc import Iterator

from rfcli.checks._rule import Finding, Rule, some
from rfcli.checks._subject import Subject
from rfcli.graph.graph import upstream


class Dead(Rule):
    """Layers and inputs that no output depends on. Where a description states no `outputs`, every layer that nothing
    reads is one, and only inputs can be dead.
    """

    code = "RF512"
    cost = "parameters that are never trained, and time when they are computed all the same."
    mend = "name the layer in `outputs`, read it somewhere, or leave it out"
    source = "derived: no path leads from the layer to an output"

    def check(self, subject: Subject) -> Iterator[Finding]:
        graph = subject.report.graph
        taken = [
            sources if like is None else (*sources, like)
            for sources, like in zip(graph.sources, graph.likes, strict=True)
        ]
        used = set(upstream(graph.outputs, taken.__getitem__))
        for number, one in enumerate(graph.architecture.inputs):
            if number not in used:
                yield Finding(one.span, f"no output uses the input '{one.name}'")
        dead: dict[int, list[int]] = {}
        for number in subject.numbers:
            if number not in used:
                dead.setdefault(id(subject.node(number)), []).append(number)
        for numbers in dead.values():
            yield Finding(subject.node(numbers[0]), f"no output uses {some(map(subject.label, numbers))}")
