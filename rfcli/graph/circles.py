"""Layers that feed each other in a circle, and an order of all others."""

from __future__ import annotations

from rfcli.graph.wiring import Wiring
from rfcli.layers._layer import WRONG
from rfcli.ordering import ordered

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.description.architecture import Architecture
    from rfcli.description.nodes import Problems


def order_of(architecture: Architecture, wiring: Wiring, problems: Problems) -> list[int]:
    """An order in which layers follow what they take, as near to the document's as can be.

    A problem is added for each circle, where its first layer stands. Layers in a circle, or after one, are left out.
    """
    order = ordered(wiring.needs())
    labels = wiring.labels
    for circle in circles(wiring, order) if len(order) < len(labels) else ():
        shown = [labels[number] for number in circle[:6]] + (["..."] if len(circle) > 6 else [labels[circle[0]]])
        entry = architecture.entries[min(circle) - len(architecture.inputs)]
        problems.add(
            entry.node, "RF203", "layers feed each other in a circle: " + " <- ".join(f"'{name}'" for name in shown),
            "a name means the nearest layer of that name, from the own scope outwards",
        )  # fmt: skip
    return order


def _left_out(wiring: Wiring, order: list[int]) -> dict[int, list[int]]:
    """For each layer that an order leaves out those of them that it takes."""
    done = set(order)
    return {
        number: sorted(one for one in needed if one not in done)
        for number, needed in enumerate(wiring.needs())
        if number not in done
    }


def circles(wiring: Wiring, order: list[int]) -> list[list[int]]:
    """Circles among the layers that an order leaves out: one of each set of layers that all feed each other, each
    layer followed by one that it takes."""
    needs = _left_out(wiring, order)
    found = []
    for group in knots(needs):
        inside = set(group)
        at, path = min(group), dict[int, None]()
        while at >= 0 and at not in path:
            path[at] = None
            at = next((one for one in needs[at] if one in inside), -1)
        if at >= 0:
            found.append(list(path)[list(path).index(at) :])
    return found


def knots(needs: dict[int, list[int]]) -> list[list[int]]:
    """Sets of nodes that can all be reached from each other (Tarjan 1972), without recursion; single nodes are sets,
    too."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    found: list[list[int]] = []
    stack: list[int] = []
    closed: set[int] = set()
    for root in needs:
        path = [] if root in index else [(root, iter(needs[root]))]
        while path:
            at, rest = path[-1]
            if at not in index:
                index[at] = low[at] = len(index)
                stack.append(at)
            for one in rest:
                if one not in index:
                    path.append((one, iter(needs[one])))
                    break
                if one not in closed:
                    low[at] = min(low[at], index[one])
            else:
                path.pop()
                if path:
                    before = path[-1][0]
                    low[before] = min(low[before], low[at])
                if low[at] == index[at]:
                    group = [stack.pop()]
                    while group[-1] != at:
                        group.append(stack.pop())
                    closed.update(group)
                    found.append(group)
    return found


def opened(wiring: Wiring, order: list[int]) -> tuple[Wiring, list[int]]:
    """The wiring with a `WRONG` layer where it takes what is not there, and all circles opened: what layers of one take
    from each other, they take from the wrong layer. With it an order of all layers."""
    nowhere = len(wiring.layers)
    groups = knots(_left_out(wiring, order)) if len(order) < nowhere else []
    knot = {number: at for at, group in enumerate(groups) for number in group}

    def taken(number: int, one: int) -> int:
        return nowhere if number in knot and knot[number] == knot.get(one) else one

    sources, likes = wiring.sources, wiring.likes
    if knot:
        sources = [tuple([taken(number, one) for one in found]) for number, found in enumerate(sources)]
        likes = [None if like is None else taken(number, like) for number, like in enumerate(likes)]
    whole = Wiring([*wiring.labels, "?"], [*wiring.layers, WRONG], [*sources, ()], [*likes, None], False)
    return whole, ordered(whole.needs())
