"""What names of a stored program stand for while its operations write in place: a value that is written, through a view
of it or by itself, is another one from then on, and so are all views of it."""

from collections.abc import Callable
from typing import Any

from rfcli.readers.draft import ForeignError
from rfcli.readers.torch.nodes import Declared, by_name
from rfcli.readers.torch.stored import Graph, Node
from rfcli.values import Value

DEEPEST = 64
"""Views of views that are followed."""
MOST_REMADE = 10_000
"""Views that are made anew."""


class Place(Value):
    """Where a view lies: in what, how it is made of that (`same` entries, another `shape`, the name of an operation, or
    `other`), the node that makes it, and for one of several results the arguments of what would make it alone."""

    base: Node
    kind: str
    node: Node
    alone: tuple[int, ...] | None = None


class _Slot:
    """A value in memory: what it holds now, and what it is a view of."""

    def __init__(self, node: Node, base: "_Slot | None", place: Place | None) -> None:
        self.node, self.base, self.place = node, base, place
        self.views: list[_Slot] = []
        self.depth: int = 0 if base is None else base.depth + 1


class Places:
    """What names stand for. Each node that is made here is `counted`."""

    def __init__(self, graph: Graph, counted: Callable[[], None]) -> None:
        self.graph, self.counted = graph, counted
        self.remade = 0
        self.written: set[str] = set()
        """Names of values, not of views, that were written."""
        self._slots: dict[str, _Slot] = {}
        self._of: dict[Node, _Slot] = {}
        self._names: dict[_Slot, str] = {}

    def now(self, name: str) -> Node:
        """What a name stands for. Raises `KeyError`."""
        return self._slots[name].node

    def known(self, name: object) -> Node | None:
        """What a name stands for, if anything."""
        return self._slots[name].node if isinstance(name, str) and name in self._slots else None

    def add(self, name: str, node: Node, place: Place | None) -> None:
        """A new value, or a new view of one."""
        base = None if place is None else self._of.get(place.base)
        slot = _Slot(node, base, place)
        if slot.depth > DEEPEST:
            raise ForeignError(f"views of more than {DEEPEST} views")
        if base is not None:
            base.views.append(slot)
        self._slots[name] = self._of[node] = slot
        self._names[slot] = name

    def write(self, changed: Node, name: str, node: Node) -> None:
        """What `changed` stands for is written by `node`, whose result is `name`."""
        slot = self._of[changed]
        self._slots[name] = slot
        self._put(slot, node, None)

    def _put(self, slot: _Slot, node: Node, source: _Slot | None) -> None:
        """A slot holds a node from now on, and what it is a view of, and all views of it but `source`, follow."""
        slot.node = node
        self._of[node] = slot
        if slot.base is None:
            self.written.add(self._names[slot])
        elif slot.base is not source:
            self._put(slot.base, self._put_back(slot, node), slot)
        for view in slot.views:
            if view is not source and view.place is not None:
                self._put(view, self._again(view, view.place), slot)

    def _node(self, operation: str, names: tuple[str, ...], args: tuple[Any, ...], val: Any) -> Node:
        self.counted()
        declared = Declared(f"aten::{operation}", names, {}, False, True, False)
        return Node(self.graph, "call_function", operation, operation, args, None, val, None, declared)

    def _again(self, view: _Slot, place: Place) -> Node:
        """A view made anew of what it is a view of."""
        self.remade += 1
        if self.remade > MOST_REMADE:
            raise ForeignError(f"operations in place change views more than {MOST_REMADE} times")
        assert view.base is not None, "who asks has a place"
        base, node, val = view.base.node, place.node, view.node.meta["val"]
        if place.alone is not None:
            words = ("self", "dim", "index") if place.kind == "select" else ("self", "dim", "start", "end")
            return self._node(place.kind, words, (base, *place.alone), val)
        self.counted()
        args = (base, *node.args[1:])
        return Node(self.graph, "call_function", node.name, node.target, args, node.kwargs, val, None, node.declared)

    def _put_back(self, view: _Slot, node: Node) -> Node:
        """What a view is of, once the view is written."""
        place, base = view.place, view.base
        assert place is not None and base is not None, "who asks has a place"
        whole, kind = base.node.meta["val"], place.kind
        given = by_name(place.node, place.node.args, place.node.kwargs)
        rest = place.alone if place.alone is not None else tuple(given.values())[1:]
        if kind == "same":
            return node
        if kind == "shape":
            return self._node("view", ("self", "size"), (node, tuple(getattr(whole, "shape", ()))), whole)
        if kind == "select":
            return self._node("select_scatter", ("self", "src", "dim", "index"), (base.node, node, *rest), whole)
        if kind == "slice":
            return self._node(
                "slice_scatter", ("self", "src", "dim", "start", "end", "step"), (base.node, node, *rest), whole
            )
        if kind in ("transpose", "t"):
            return self._node(kind, tuple(given), (node, *rest), whole)
        if kind == "permute" and rest and isinstance(rest[0], tuple):
            order = [one % len(rest[0]) for one in rest[0]]
            back = tuple(order.index(at) for at in range(len(order)) if at in order)
            return self._node("permute", ("self", "dims"), (node, back), whole)
        return self._node("written through a view", ("self", "src"), (base.node, node), whole)
