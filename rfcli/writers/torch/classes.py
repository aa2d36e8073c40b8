"""Layers written for torch, arranged as modules: scopes become classes, scopes of one structure the same class.

What differs between the scopes of a class are arguments of its `__init__`. A scope stays flat in the one around it
where it holds a single layer, or where running it as a whole would not do.
"""

from __future__ import annotations

import builtins
import re
from collections import Counter
from heapq import heapify, heappop, heappush

from rfcli.values import Value
from rfcli.writers.torch.python import Call, class_name, free, identifier, laid_out, literal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from rfcli.graph.graph import Graph
    from rfcli.writers.torch.python import Expression

MOST_PORTS = 4
"""Inputs, and outputs, with which a scope is a module of its own."""
MOST_ARGUMENTS = 8
"""Arguments up to which scopes of one structure share a class."""
MOST_POSITIONAL = 3
"""Arguments up to which they are told apart without their names."""
TRANSIENT = ("x", "y", "z")
"""Names of values that the next statement uses up."""
REQUIRED = object()


class Argument(Value):
    """An argument of a constructor. One with the default is left out; `name` is also what a class calls it that takes
    it as an argument of its own."""

    name: str
    value: Any
    default: Any = REQUIRED
    keyword: bool = False


class New(Value):
    """A module that is constructed."""

    head: str
    arguments: tuple[Argument, ...]

    def leaves(self) -> Iterator[Argument]:
        """All arguments that are plain values, also of modules within."""
        for one in self.arguments:
            if isinstance(one.value, New):
                yield from one.value.leaves()
            else:
                yield one

    @property
    def skeleton(self) -> tuple[object, ...]:
        """What is left without the values."""
        return (self.head, *((one.name, one.keyword, literal(one.default) if one.default is not REQUIRED else "",
                one.value.skeleton if isinstance(one.value, New) else None) for one in self.arguments))  # fmt: skip

    def written(self, texts: Iterator[str | None]) -> Call:
        """The constructor call; `texts` has one entry for each leaf, None where it is left out."""
        found: list[tuple[str, Expression]] = []
        for one in self.arguments:
            text = one.value.written(texts) if isinstance(one.value, New) else next(texts)
            if text is not None:
                found.append((one.name if one.keyword else "", text))
        return Call(self.head, tuple(found))


class Written(Value):
    """A layer as torch has it: the submodules that it needs, by the ending of their names, and what it makes of its
    operands; `self_` names a submodule by its ending."""

    modules: tuple[tuple[str, New], ...]
    result: Callable[[Callable[[str], str], list[str]], Expression]
    after: tuple[str, ...] = ()
    """What is then done to the submodule without ending."""
    flat: bool = False
    """Makes (batch, features) instead of (batch, channels, *sizes)."""


class Scope:
    """A scope on its way to a module: its parts in the order of the document, each a layer's number or a scope."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.children: dict[str, Scope] = {}
        self.parts: list[tuple[str, int | Scope]] = []
        self.numbers: list[int] = []
        """Layers below that are run, in order."""
        self.inputs: list[int] = []
        self.outputs: list[int] = []
        self.height = 0
        self.members: list[tuple[str, int | Scope]] = []
        """Attributes and what they are."""
        self.attributes: list[tuple[str, str, New | Scope, tuple[str, ...]]] = []
        self.body: tuple[str, ...] = ()
        self.new: New | None = None

    @property
    def leaf(self) -> str:
        return self.path.rpartition("/")[2]


class Modules:
    """The classes of a network."""

    def __init__(self, graph: Graph, written: dict[int, Written], reserved: frozenset[str], taken: set[str]) -> None:
        self.graph, self.written, self.reserved = graph, written, reserved
        self.taken = {"F", "Tensor", *taken}
        self.reads = [
            (*graph.sources[number], *(() if like is None or not _sized_by(graph, number) else (like,)))
            for number, like in enumerate(graph.likes)
        ]
        self.position = {number: at for at, number in enumerate(graph.order)}
        self.live = self._live()
        self.readers: list[list[int]] = [[] for _ in self.reads]
        for number in self.live:
            for source in self.reads[number]:
                self.readers[source].append(number)
        self.paths: dict[str, str] = {}
        """Label of a layer or path of a scope -> the module that makes its output, for those that one does."""

    def classes(self, name: str) -> list[list[str]]:
        """Source of all classes, in the order in which they need each other; the network's is the last."""
        network = class_name(name, "Network")
        while network in self.taken:
            network += "Network"
        self.taken.add(network)
        root = self._tree()
        self._placed(root)
        by_height: list[list[Scope]] = []
        waiting = [root]
        while waiting:
            scope = waiting.pop()
            while len(by_height) <= scope.height:
                by_height.append([])
            by_height[scope.height].append(scope)
            waiting += reversed([part for _, part in scope.parts if isinstance(part, Scope)])
        made: list[list[str]] = []
        for scopes in by_height:
            groups: dict[object, list[Scope]] = {}
            for scope in scopes:
                self._fill(scope)
                groups.setdefault(self._structure(scope), []).append(scope)
            for group in groups.values():
                for alike in self._split(group):
                    made.append(self._class(alike, network))
        self._trace(root, "")
        return made

    def _live(self) -> set[int]:
        """What the outputs depend on."""
        found, waiting = set(self.graph.outputs), list(self.graph.outputs)
        while waiting:
            for source in self.reads[waiting.pop()]:
                if source not in found:
                    found.add(source)
                    waiting.append(source)
        return found

    # Scopes

    def _tree(self) -> Scope:
        root = Scope("")
        inputs = len(self.graph.inputs)
        for number in range(inputs, len(self.graph.layers)):
            *segments, leaf = self.graph.labels[number].split("/")
            scope = root
            for segment in segments:
                if segment not in scope.children:
                    below = Scope(f"{scope.path}/{segment}".lstrip("/"))
                    scope.children[segment] = below
                    scope.parts.append((segment, below))
                scope = scope.children[segment]
            scope.parts.append((leaf, number))
        self._simplified(root)
        return root

    def _simplified(self, scope: Scope) -> None:
        """Takes the parts of scopes that are not worth a module into the one around them."""
        for part in [part for _, part in scope.parts if isinstance(part, Scope)]:
            self._simplified(part)
        scope.parts = [
            one for base, part in scope.parts
            for one in (_inlined(base, part) if isinstance(part, Scope) and not self._worth(part) else [(base, part)])
        ]  # fmt: skip

    def _worth(self, scope: Scope) -> bool:
        """Whether a scope is a module: it has several parts, and layers that are run."""
        scope.numbers = sorted(
            (number for _, part in scope.parts for number in self._below(part)), key=self.position.__getitem__
        )
        if len(scope.parts) < 2 or len(scope.numbers) < 2:
            return False
        inside = set(scope.numbers)
        scope.inputs = list(
            dict.fromkeys(one for number in scope.numbers for one in self.reads[number] if one not in inside)
        )
        scope.outputs = [
            number
            for number in scope.numbers
            if number in self.graph.outputs or any(reader not in inside for reader in self.readers[number])
        ]
        return len(scope.inputs) <= MOST_PORTS and len(scope.outputs) <= MOST_PORTS

    def _below(self, part: int | Scope) -> list[int]:
        if isinstance(part, Scope):
            return part.numbers
        return [part] if part in self.live else []

    def _placed(self, scope: Scope) -> None:
        """Orders what a scope runs, and what those within it run."""
        if not scope.path:
            scope.numbers = [number for number in self.graph.order
                             if number in self.live and number >= len(self.graph.inputs)]  # fmt: skip
            scope.inputs, scope.outputs = list(self.graph.inputs), list(self.graph.outputs)
        while True:
            order, stuck = self._ordered(scope)
            if stuck is None:
                break
            scope.parts = [
                one
                for base, part in scope.parts
                for one in (_inlined(base, stuck) if part is stuck else [(base, part)])
            ]
        scope.members = order
        below = [part for _, part in scope.parts if isinstance(part, Scope)]
        for part in below:
            self._placed(part)
        scope.height = 1 + max((part.height for part in below), default=-1)

    def _ordered(self, scope: Scope) -> tuple[list[tuple[str, int | Scope]], Scope | None]:
        """The parts that are run, in an order that fits, or a part that has to be run in pieces."""
        parts = [one for one in scope.parts if self._below(one[1])]
        owner = {number: at for at, (_, part) in enumerate(parts) for number in self._below(part)}
        first = [min(self.position[number] for number in self._below(part)) for _, part in parts]
        needs: list[set[int]] = [set() for _ in parts]
        users: list[set[int]] = [set() for _ in parts]
        for number, at in owner.items():
            for source in self.reads[number]:
                before = owner.get(source)
                if before is not None and before != at:
                    needs[at].add(before)
                    users[before].add(at)
        waiting = [len(one) for one in needs]
        ready = [(first[at], at) for at, count in enumerate(waiting) if not count]
        heapify(ready)
        order = []
        while ready:
            _, at = heappop(ready)
            order.append(parts[at])
            for user in users[at]:
                waiting[user] -= 1
                if not waiting[user]:
                    heappush(ready, (first[user], user))
        if len(order) == len(parts):
            return order, None
        return [], next(part for at, (_, part) in enumerate(parts) if waiting[at] and isinstance(part, Scope))

    # Classes

    def _fill(self, scope: Scope) -> None:
        """Names a scope's submodules and writes down how it is run."""
        attributes: dict[int, str] = {}
        taken: set[str] = set()
        for base, part in scope.parts:
            name = free(identifier(base, "layer", self.reserved), taken)
            endings = [""] if isinstance(part, Scope) else [ending for ending, _ in self.written[part].modules]
            while any(name + ending in taken for ending in endings):
                name += "_"
            taken.update(name + ending for ending in endings)
            attributes[id(part) if isinstance(part, Scope) else part] = name
            if isinstance(part, Scope):
                scope.attributes.append((name, name, part, ()))
                continue
            layer = self.written[part]
            for ending, new in layer.modules:
                scope.attributes.append((name, name + ending, new, layer.after if not ending else ()))
            if layer.modules and layer.modules[-1][0] == "":
                self.paths[self.graph.labels[part]] = name
        scope.body = tuple(self._run(scope, attributes))

    def _run(self, scope: Scope, attributes: dict[int, str]) -> list[str]:
        """Lines of `forward`."""
        given = [TRANSIENT[0]] if len(scope.inputs) == 1 else [f"x{at}" for at in range(1, len(scope.inputs) + 1)]
        if not scope.path and len(scope.inputs) > 1:
            given = []
            for number in scope.inputs:
                given.append(free(identifier(self.graph.labels[number], "input", NAMES), given))
        names = dict(zip(scope.inputs, given, strict=True))
        steps = [(base, part, *self._ports(part)) for base, part in scope.members]
        end = len(steps)
        last = dict.fromkeys(scope.inputs, -1)
        first: dict[int, int] = {}
        for at, (_, _, reads, _) in enumerate(steps):
            for number in reads:
                last[number] = at
                first.setdefault(number, at)
        for number in scope.outputs:
            last[number] = end
            first.setdefault(number, end)
        used = {*given, *TRANSIENT}
        busy = {name: last[number] for number, name in names.items()}
        lines: list[str] = []
        for at, (base, part, reads, makes) in enumerate(steps):
            value = self._value(part, attributes, [names[number] for number in reads])
            if at == end - 1 and makes == scope.outputs:
                lines += laid_out("return ", value, "", 8)
                break
            for number in makes:
                until = last.get(number, at)
                if len(makes) == 1 and until <= at + 1:
                    name = next((one for one in TRANSIENT if busy.get(one, -1) <= at), "")
                else:
                    name = ""
                if not name:
                    wanted = identifier(base if len(makes) == 1 else self.graph.labels[number].rpartition("/")[2],
                                        "layer", NAMES)  # fmt: skip
                    name = free(wanted, used)
                    used.add(name)
                names[number] = name
                busy[name] = until
            lines += laid_out(f"{', '.join(names[number] for number in makes)} = ", value, "", 8)
        else:
            lines += laid_out("return ", ", ".join(names[number] for number in scope.outputs), "", 8)
        return [f"    def forward(self, {', '.join(f'{name}: Tensor' for name in given)}) -> "
                f"{'Tensor' if len(scope.outputs) == 1 else 'tuple[Tensor, ...]'}:", *lines]  # fmt: skip

    def _ports(self, part: int | Scope) -> tuple[list[int], list[int]]:
        """What a part reads and makes."""
        return (part.inputs, part.outputs) if isinstance(part, Scope) else (list(self.reads[part]), [part])

    def _value(self, part: int | Scope, attributes: dict[int, str], operands: list[str]) -> Expression:
        if isinstance(part, Scope):
            return Call(f"self.{attributes[id(part)]}", tuple(("", one) for one in operands))
        return self.written[part].result(lambda ending: f"self.{attributes[part]}{ending}", operands)

    def _structure(self, scope: Scope) -> object:
        """What scopes of one class have in common."""
        return (
            scope.body,
            tuple((name, self._new(new).skeleton, after) for _, name, new, after in scope.attributes),
            scope.path == "",
        )

    def _new(self, new: New | Scope) -> New:
        if isinstance(new, Scope):
            assert new.new is not None, "scopes within come first"
            return new.new
        return new

    def _leaves(self, scope: Scope) -> list[tuple[str, Argument]]:
        return [(base, leaf) for base, _, new, _ in scope.attributes for leaf in self._new(new).leaves()]

    def _split(self, group: list[Scope]) -> list[list[Scope]]:
        """Scopes of one structure by class: one, or one for each set of values where they differ in too many."""
        rows = [tuple(literal(leaf.value) for _, leaf in self._leaves(scope)) for scope in group]
        varying = {column for column in zip(*rows, strict=True) if len(set(column)) > 1}
        if len(varying) <= MOST_ARGUMENTS:
            return [group]
        alike: dict[tuple[str, ...], list[Scope]] = {}
        for row, scope in zip(rows, group, strict=True):
            alike.setdefault(row, []).append(scope)
        return list(alike.values())

    def _class(self, group: list[Scope], network: str) -> list[str]:
        """Source of a class for scopes of one structure, which are told how to construct theirs."""
        model = group[0]
        name = network if not model.path else self._name(group)
        parameters: dict[tuple[str, tuple[str, ...]], str] = {}
        given: dict[str, list[Argument]] = {}
        texts: list[str | None] = []
        for column in zip(*map(self._leaves, group), strict=True):
            base, leaf = column[0]
            values = tuple(literal(one.value) for _, one in column)
            usual = "" if leaf.default is REQUIRED else literal(leaf.default)
            if len(set(values)) == 1:
                texts.append(None if values[0] == usual else values[0])
                continue
            made = parameters.get((_meaning(leaf.name), values), "")
            if not made:
                taken = {*given, "self"}
                made = leaf.name if leaf.name not in taken else free(f"{base}_{leaf.name}", taken)
                parameters[_meaning(leaf.name), values] = made
                given[made] = [Argument(made, one.value, one.default) for _, one in column]
            elif given[made][0].default is not leaf.default:
                given[made] = [one.replaced(default=REQUIRED) for one in given[made]]
            texts.append(made)
        rows = sorted(given.values(), key=lambda row: row[0].default is not REQUIRED)
        named = len(rows) > MOST_POSITIONAL
        for at, scope in enumerate(group):
            scope.new = New(
                name, tuple(row[at].replaced(keyword=named or row[at].default is not REQUIRED) for row in rows)
            )
        lines = [f"class {name}(nn.Module):"]
        if model.attributes:
            signature = ("self", *map(_declared, rows))
            lines += laid_out("def ", Call("__init__", tuple(("", one) for one in signature)), " -> None:", 4)
            lines.append("        super().__init__()")
            left = iter(texts)
            for _, attribute, new, after in model.attributes:
                lines += laid_out(f"self.{attribute} = ", self._new(new).written(left), "", 8)
                lines += [f"        self.{attribute}.{one}" for one in after]
            lines.append("")
        return [*lines, *_signature(model.body[0]), *model.body[1:]]

    def _name(self, group: list[Scope]) -> str:
        """A class's name: the scope's, without numbers where there are several."""
        stems = Counter(_stem(scope.path) for scope in group)
        leaves = {scope.leaf for scope in group}
        wanted = leaves.pop() if len(leaves) == 1 and not group[0].leaf[0].isdigit() else stems.most_common(1)[0][0]
        name = free(class_name(wanted, "Unit"), self.taken)
        self.taken.add(name)
        return name

    def _trace(self, scope: Scope, at: str) -> None:
        """Notes the paths of modules by labels."""
        for _, attribute, new, _ in scope.attributes:
            if isinstance(new, Scope):
                self._trace(new, f"{at}{attribute}.")
        for _, part in scope.parts:
            if isinstance(part, int) and self.graph.labels[part] in self.paths:
                self.paths[self.graph.labels[part]] = at + self.paths[self.graph.labels[part]]


NAMES = frozenset((*dir(builtins), "self", "torch", "nn", "F", "Tensor", *TRANSIENT))
"""What values of a `forward` are not called."""


def _sized_by(graph: Graph, number: int) -> bool:
    layer = graph.layers[number]
    return layer is not None and layer.like is not None


def _inlined(base: str, scope: Scope) -> list[tuple[str, int | Scope]]:
    return [(f"{base}_{inner}", part) for inner, part in scope.parts]


def _stem(path: str) -> str:
    """What a scope is called without numbers; one that only has a number is a unit of the one around it."""
    leaf = path.rpartition("/")[2]
    stem = re.sub(r"(?:[_.\-+: ]*\d+(?:[a-z]|x\d+(?:x\d+)?)?)+$", "", leaf)
    if stem:
        return stem
    around = path.rpartition("/")[0]
    return f"{_stem(around)}_unit".replace("_unit_unit", "_unit") if around else "unit"


def _meaning(name: str) -> str:
    """What an argument is about: those that count channels are one where they are equal."""
    return "channels" if name.endswith(("channels", "features", "groups")) else name


def _declared(row: list[Argument]) -> str:
    """An argument in the signature of an `__init__`, which is given these values."""
    kinds = {_kind(one.value) for one in row}
    default = row[0].default
    return f"{row[0].name}: {' | '.join(sorted(kinds))}" + ("" if default is REQUIRED else f" = {literal(default)}")


def _kind(value: object) -> str:
    if isinstance(value, tuple):
        return f"tuple[{', '.join(type(one).__name__ for one in value)}]"
    return type(value).__name__


def _signature(line: str) -> list[str]:
    """A `def` of a `forward`, in several lines where it is long."""
    head, _, rest = line.strip().partition("(")
    arguments, _, result = rest.rpartition(") -> ")
    return laid_out("", Call(head, tuple(("", one) for one in arguments.split(", "))), f" -> {result}", 4)
