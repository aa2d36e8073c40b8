"""RF518: a parameter that nothing uses."""

from __future__ import annotations

from collections.abc import Iterator

from rfcli.checks._rule import Finding, Rule
from rfcli.checks._subject import Subject


class UnusedParameter(Rule):
    """A parameter changes what `$name` and `$(...)` stand for, and nothing else. One that no expression uses changes
    nothing, whatever it is set to: the `$` is forgotten, say. A block sees its own parameter in place of the document's
    of the same name, unless that one is passed on.
    """

    code = "RF518"
    cost = "settings without effect: --set, with and rf sweep change nothing."
    mend = "write $name where it is meant, or leave the parameter out"
    source = "derived: the names in all expressions"

    def check(self, subject: Subject) -> Iterator[Finding]:
        from rfcli.description.uses import unused  # reads expressions, which a manual does not need

        path = subject.graph.architecture.source
        for one in unused(subject.graph.architecture.nodes):
            if one.node.span.path != path:
                continue
            if one.hidden:
                help = f"pass it on where the block is used: with: {{{one.name}: ${one.name}}}"
                yield Finding(one.node, f"{one.what} is used nowhere: block '{one.hidden}' has its own", help)
            else:
                yield Finding(one.node, f"{one.what} is used nowhere", self.mend.replace("$name", f"${one.name}"))
