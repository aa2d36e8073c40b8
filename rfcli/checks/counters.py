"""RF513: a counter of repetitions that may be meant for an outer one."""

from __future__ import annotations

from collections.abc import Iterator

from rfcli.checks._rule import Finding, Rule
from rfcli.checks._subject import Subject
from rfcli.description.nodes import Node


class Counters(Rule):
    """In nested repetitions `i` is the counter of the innermost one. Where an outer item is repeated as well, and its
    own counter is neither named nor used, `i` may be meant for that one: the dilations of a residual unit, say, whose
    convolution is itself repeated.
    """

    code = "RF513"
    cost = (
        "another network than is meant: a dilation that starts anew with each layer instead of growing with the units."
    )
    mend = "name the counters: repeat: {times: 4, as: unit}, and $unit where it is meant; that also ends this warning"
    source = "derived: the counter of the innermost repetition hides those around it"

    def check(self, subject: Subject) -> Iterator[Finding]:
        from rfcli.description.counters import ambiguous  # reads expressions, which a manual does not need

        nodes = subject.graph.architecture.nodes
        blocks = nodes["blocks"].value.values() if "blocks" in nodes else ()
        for items in (nodes["layers"], *(block.value["layers"] for block in blocks)):
            for one in ambiguous(items):
                yield Finding(
                    one.value,
                    f"'i' counts the copies of {_item(one.inner)} here, not those of {_item(one.outer)} around it",
                )


def _item(node: Node) -> str:
    """An item for people, with the line where it stands."""
    value = node.value
    kind = f"block {value['block'].value}" if "block" in value else value["type"].value
    name = f" '{value['name'].value}'" if "name" in value else ""
    return f"{kind}{name} (line {node.span.line})"
