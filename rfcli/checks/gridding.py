"""RF503."""

from __future__ import annotations

from collections.abc import Iterator

from rfcli.checks._rule import Finding, Rule, some
from rfcli.checks._subject import Subject
from rfcli.engine.support import coverage
from rfcli.geometry.unknown import Unknown


class Gridding(Rule):
    """Dilated convolutions of one resolution leave gaps: the last of them reads only some of the samples of the map
    in which the resolution began, whichever layers lie between.
    """

    code = "RF503"
    cost = "neighbouring features rest on disjoint samples, which shows as a grid in dense predictions."
    mend = "give the stack dilations without a common factor, 1 among them (1, 2, 5), or end it with undilated layers"
    source = (
        'Yu, Koltun & Funkhouser (2017), "Dilated residual networks"; Wang et al. (2018), "Understanding convolution '
        'for semantic segmentation", section 3.2'
    )

    def check(self, subject: Subject) -> Iterator[Finding]:
        told: set[int] = set()
        for axes in subject.distinct():
            axis = axes[0]
            roots = _roots(subject, axis)
            dilated = _dilated(subject, axis, roots)
            for number in subject.numbers:
                consumers = subject.consumers[number]
                if not dilated[number] or any(roots[one] == roots[number] for one in consumers):
                    continue
                inside = [one for one in subject.graph.upstream(number, roots[number]) if roots[one] == roots[number]]
                if not subject.effort.spend(0, len(inside)):
                    return
                stack = [one for one in inside if one >= subject.first and subject.layer(one).gap(axis) > 1]
                if stack[-1] in told:
                    continue
                found = coverage(subject.supports(axis, roots[number]), number, [0])
                if found is None or isinstance(found, Unknown) or found[0] == found[1]:
                    continue
                told.add(stack[-1])
                dilations = ", ".join(str(subject.layer(one).gap(axis)) for one in stack[:8])
                dilations += ", ..." if len(stack) > 8 else ""
                root = subject.label(roots[number])
                yield Finding(
                    subject.node(stack[-1]),
                    f"{some(map(subject.label, stack))}: dilations {dilations} read {found[0]} of the {found[1]} "
                    f"samples of '{root}' that '{subject.label(number)}' sees{subject.where(axes)}",
                )


def _dilated(subject: Subject, axis: int, roots: list[int]) -> list[bool]:
    """For each layer whether it or a layer before it, of the same resolution, is dilated."""
    found = [False] * len(roots)
    for number in subject.graph.order:
        if number >= subject.first:
            before = (found[one] for one in subject.graph.sources[number] if roots[one] == roots[number])
            changes = roots[number] == number
            found[number] = not changes and (subject.layer(number).gap(axis) > 1 or any(before))
    return found


def _roots(subject: Subject, axis: int) -> list[int]:
    """For each layer the map in which its resolution began: itself where it changes it."""
    graph = subject.graph
    roots = list(range(len(graph.layers)))
    for number in graph.order:
        if number < subject.first:
            continue
        sources = graph.sources[number]
        if subject.layer(number).strides(axis) == (1, 1) and len({roots[source] for source in sources}) == 1:
            roots[number] = roots[sources[0]]
    return roots
