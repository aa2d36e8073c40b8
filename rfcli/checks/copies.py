"""RF514: copies of a repeated item that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from rfcli.checks._rule import Finding, Rule, some
from rfcli.checks._subject import Subject
from rfcli.graph.graph import Graph


class CopiesNowhere(Rule):
    """A repeated item that names its `inputs` takes them at every repetition: its copies stand side by side. Where
    nothing reads them but the last, they may be meant to follow each other. Every other command says it on standard
    error, unless the rule is ignored.
    """

    code = "RF514"
    cost = "a network of one copy where several in a row are meant, and a smaller field than is thought."
    mend = (
        "chain: true lets the first copy take the inputs and the others follow each other; copies that are meant to "
        "stand side by side say chain: false, or are named in outputs"
    )
    source = "derived: no layer reads the copy, and no output names it"

    def check(self, subject: Subject) -> Iterator[Finding]:
        yield from idle(subject.graph)


def idle(graph: Graph) -> Iterator[Finding]:
    """Copies that take the same inputs as those beside them, and that nothing reads."""
    kept = set(graph.outputs) if graph.architecture.outputs is not None else set()
    kept.update(like for like in graph.likes if like is not None)
    kept.update(source for sources in graph.sources for source in sources)
    for copies in graph.architecture.copies:
        alone = [
            out for out in copies.outs[:-1] if isinstance(out, int) and out >= len(graph.inputs) and out not in kept
        ]
        if alone:
            yield Finding(
                copies.node,
                f"the {len(copies.outs)} copies all take the same inputs, and nothing reads "
                f"{some(graph.labels[out] for out in alone)}",
            )
