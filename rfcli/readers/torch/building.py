"""Graphs of nodes made of the JSON of a stored program, in order: a name stands for what was last written to it."""

import operator
from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any

from rfcli.readers.draft import ForeignError
from rfcli.readers.torch import stored
from rfcli.readers.torch.layout import RESHAPES
from rfcli.readers.torch.nodes import ALIASES, COPIES, SAME_OBJECT
from rfcli.readers.torch.places import Place, Places
from rfcli.readers.torch.stored import Json, Module, Node, Stated, only

Values = dict[str, Any]
PARTED = {"chunk", "split", "split_with_sizes", "tensor_split"}


class Builder:
    """Makes the nodes of one graph; of all graphs of a program no more than `most`."""

    def __init__(self, graph: Json, most: list[int]) -> None:
        self.json, self.most, self.module = graph, most, Module()
        self.tensors: Mapping[str, Json] = graph["tensor_values"]
        self.places = Places(self.module.graph, self._counted)
        self.inputs: list[str] = []

    def _counted(self) -> None:
        self.most[0] -= 1
        if self.most[0] < 0:
            raise ForeignError("the program has more operations than rf reads", "rf --limit layers=NUMBER raises that")

    def built(self) -> Module:
        """The graph. Raises what `stored` raises."""
        for one in self.json["inputs"]:
            kind, inner = only(one)
            name = stored.text(
                inner["name"] if type(inner) is dict and "name" in inner else f"{kind}_{len(self.inputs)}"
            )
            val = self._val(name) if kind == "as_tensor" else None
            self.inputs.append(name)
            self._made(name, Node(self.module.graph, "placeholder", name, name, val=val))
        for one in self.json["nodes"]:
            self._node(one)
        results: Any = tuple(self._argument(one) for one in self.json["outputs"])
        if self.json.get("is_single_tensor_return") and len(results) == 1:
            results = results[0]
        Node(self.module.graph, "output", "output", "output", (results,))
        return self.module

    def _made(self, name: str, node: Node, place: Place | None = None) -> None:
        self._counted()
        self.places.add(name, node, place)

    def _val(self, name: str) -> Stated:
        return stored.stated(self.tensors[name])

    # Arguments

    def _argument(self, given: Json) -> Any:
        """An argument, with nodes in place of names. Raises `KeyError` for a name that does not stand before."""
        kind, inner = only(given)
        if kind == "as_tensor":
            return self.places.now(inner["name"])
        if kind in ("as_float", "as_floats"):
            return stored.fraction(inner)
        if kind in stored.PLAIN:
            return stored.plain(inner)
        if kind == "as_none":
            return None
        if kind in ("as_tensors", "as_nested_tensors"):
            return tuple(
                self._argument({"as_tensors": one} if type(one) is list else {"as_tensor": one}) for one in inner
            )
        if kind in ("as_optional_tensor", "as_optional_tensors"):
            return tuple(map(self._argument, inner)) if type(inner) is list else self._argument(inner)
        if kind in stored.SYMBOLS:
            return tuple(map(self._symbol, inner)) if type(inner) is list else self._symbol(inner)
        if kind == "as_graph":
            body = Builder(inner["graph"], self.most)
            made = body.built()
            if body.places.written & set(body.inputs):
                raise ForeignError("a graph within the program writes what it is given")
            self.module.inner.append(made)
            return made
        return stored.Unread(kind)

    def _symbol(self, given: Json) -> Any:
        """A number that is worked out: by its node, where one makes it, or itself."""
        kind, inner = only(given)
        return self.places.known(inner) if kind == "as_name" else stored.plain(inner)

    # Nodes

    def _node(self, given: Json) -> None:
        inputs, outputs = given["inputs"], given["outputs"]
        first: list[tuple[str, Any]] = []
        named: Values = {}
        for one in inputs:
            target = named if one.get("kind") == stored.KEYWORD else None
            name, value = stored.text(one.get("name") or str(len(first))), self._argument(one["arg"])
            if target is None:
                first.append((name, value))
            else:
                target[name] = value
        names = [name for name, _ in (*first, *named.items())]
        words = stored.text(given["target"])
        target, declared = stored.declared(words, names, not outputs)
        stack = stored.stack_of(given.get("metadata"))
        args = tuple(value for _, value in first)
        results = _results(outputs)
        several = len(outputs) > 1 or (bool(outputs) and only(outputs[0])[0] != "as_tensor") or declared is None
        several = several and any(results)
        made = [self._val(one) for one in results if one]
        vals: Any = made if several else made[0] if made else None
        label = str(given.get("name") or words.rpartition(".")[0])
        node = Node(self.module.graph, "call_function", label, target, args, named, vals, stack, declared)
        operation = "" if declared is None else declared.name.rpartition("::")[2]
        if not several:
            alone = next((one for one in results if one), None) or _symbolic(outputs)
            if alone:
                self._single(alone, node, operation, args)
            return
        parts = _parts(operation, node, args)
        for at, each in enumerate(results):
            if each:
                taken = (node, at)
                one = Node(
                    self.module.graph, "call_function", each, operator.getitem, taken, None, self._val(each), stack
                )
                self._made(each, one, parts[at] if parts else None)

    def _single(self, name: str, node: Node, operation: str, args: Sequence[Any]) -> None:
        """A node with one result, which may be what it was given, a view of that, or a value of its own."""
        changed = args[0] if args and isinstance(args[0], Node) else None
        if node.declared is not None and node.declared.is_mutable and changed is not None:
            self._counted()
            self.places.write(changed, name, node)
            return
        place = None
        if changed is not None and (operation in stored.VIEWS or operation in SAME_OBJECT):
            place = Place(changed, _kind(operation), node)
        self._made(name, node, place)


def _kind(operation: str) -> str:
    """What sort of view an operation makes."""
    plain = ALIASES.get(operation, operation)
    if operation in ("select", "slice", "transpose", "permute", "t"):
        return operation
    return "same" if plain in COPIES | SAME_OBJECT else "shape" if plain in RESHAPES else "other"


def _results(outputs: Sequence[Json]) -> list[str | None]:
    """Names of the tensors that a node makes; None for those that it leaves out."""
    found: list[str | None] = []
    for one in outputs:
        kind, inner = only(one)
        for each in inner if type(inner) is list else [inner]:
            if type(each) is dict and "as_tensor" in each:
                each = each["as_tensor"]
            tensor = kind in ("as_tensor", "as_tensors", "as_optional_tensor", "as_optional_tensors")
            found.append(stored.text(each["name"]) if tensor and type(each) is dict and "name" in each else None)
    return found


def _symbolic(outputs: Sequence[Json]) -> str | None:
    """The name of the number that a node makes."""
    for one in outputs:
        kind, inner = only(one)
        if kind in stored.SYMBOLS and type(inner) is dict and type(inner.get("as_name")) is str:
            return str(inner["as_name"])
    return None


def _parts(operation: str, node: Node, args: Sequence[Any]) -> list[Place] | None:
    """Where the results of an operation lie that parts what it takes; None for any other."""
    if not args or not isinstance(args[0], Node):
        return None
    at = 1 if operation == "unbind" else 2
    dim = node.kwargs.get("dim", args[at] if len(args) > at else 0)
    if operation not in PARTED | {"unbind"} or type(dim) is not int:
        return None
    if operation == "unbind":
        return [Place(args[0], "select", node, (dim, at)) for at in range(len(node.meta["val"]))]
    sizes = [one.shape[dim] or 0 for one in node.meta["val"]]
    return [Place(args[0], "slice", node, (dim, *edge)) for edge in pairwise([0, *accumulate(sizes)])]
