"""RF514: copies of a repeated item that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from rfcli.checks._rule import Finding, Rule, some
from rfcli.checks._subject import Subject


class CopiesNowhere(Rule):
    """A repeated item that names its `inputs` takes them at every repetition: its copies stand side by side. Where
    nothing reads them but the last, they may be meant to follow each other.
    """

    code = "RF514"
    cost = "a network of one copy where several in a row are meant, and a smaller field than is thought."
    mend = (
        "chain: true lets the first copy take the inputs and the others follow each other; copies that are meant to "
        "stand side by side say chain: false, or are named in outputs"
    )
    source = "derived: no layer reads the copy, and no output names it"

    def check(self, subject: Subject) -> Iterator[Finding]:
        architecture, graph = subject.graph.architecture, subject.graph
        kept = set(graph.outputs) if architecture.outputs is not None else set()
        kept.update(like for like in graph.likes if like is not None)
        for copies in architecture.copies:
            idle = [
                out
                for out in copies.outs[:-1]
                if isinstance(out, int) and out >= subject.first and not subject.consumers[out] and out not in kept
            ]
            if idle:
                yield Finding(
                    copies.node,
                    f"the {len(copies.outs)} copies all take the same inputs, and nothing reads "
                    f"{some(map(subject.label, idle))}",
                )
