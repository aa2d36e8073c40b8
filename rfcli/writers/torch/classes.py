"""Layers written for torch, arranged as modules: scopes become classes, scopes of one structure the same class.

What differs between the scopes of a class are arguments of its `__init__`. A scope stays flat in the one around it
where it holds a single layer, or where running it as a whole would not do.
"""

from __future__ import annotations

import builtins
import re
from collections import Counter, defaultdict
from itertools import groupby

from rfcli.graph.graph import Graph
from rfcli.writers.torch.python import Expression, call, class_name, free, identifier, laid_out, literal
from rfcli.writers.torch.scopes import Scope, Scopes
from rfcli.writers.torch.written import REQUIRED, Argument, New, Written

MOST_ARGUMENTS = 8
"""Arguments up to which scopes of one structure share a class."""
MOST_POSITIONAL = 3
"""Arguments up to which they are told apart without their names."""
TRANSIENT = ("x", "y", "z")
"""Names of values that the next statement uses up."""


class Modules:
    """The classes of a network."""

    def __init__(self, graph: Graph, written: dict[int, Written], reserved: frozenset[str], taken: set[str]) -> None:
        self.graph, self.written, self.reserved = graph, written, reserved
        self.taken = {"F", "Tensor", *taken}
        self.scopes = Scopes(graph)
        self.paths: dict[str, str] = {}
        """Label of a layer or path of a scope -> the module that makes its output, for those that one does."""

    def classes(self, name: str) -> list[list[str]]:
        """Source of all classes, in the order in which they need each other; the network's is the last."""
        network = class_name(name, "Network")
        while network in self.taken:
            network += "Network"
        self.taken.add(network)
        scopes = sorted(self.scopes.root.within(), key=lambda scope: scope.height)
        made: list[list[str]] = []
        for _, level in groupby(scopes, key=lambda scope: scope.height):
            groups = defaultdict(list)
            for scope in level:
                self._fill(scope)
                groups[self._structure(scope)].append(scope)
            made += [self._class(alike, network) for group in groups.values() for alike in self._split(group)]
        self._trace(self.scopes.root, "")
        return made

    def _fill(self, scope: Scope) -> None:
        """Names a scope's submodules and writes down how it is run."""
        taken: set[str] = set()
        for base, part in scope.parts:
            name = free(identifier(base, "layer", self.reserved), taken)
            layer = part if isinstance(part, Scope) else self.written[part]
            while any(name + ending in taken for ending, _ in layer.modules):
                name += "_"
            taken.update(name + ending for ending, _ in layer.modules)
            scope.names[part] = name
            for ending, new in layer.modules:
                scope.attributes.append((name, name + ending, new, () if ending else layer.after))
        scope.body = tuple(self._run(scope))

    def _run(self, scope: Scope) -> list[str]:
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
        last |= {number: at for at, (_, _, reads, _) in enumerate(steps) for number in reads}
        last |= dict.fromkeys(scope.outputs, end)
        used = {*given, *TRANSIENT}
        busy = {name: last[number] for number, name in names.items()}
        lines: list[str] = []
        for at, (base, part, reads, makes) in enumerate(steps):
            value = self._value(scope, part, [names[number] for number in reads])
            if at == end - 1 and makes == scope.outputs:
                lines += laid_out("return ", value, "", 8)
                break
            for number in makes:
                until, alone = last.get(number, at), len(makes) == 1
                brief = alone and until <= at + 1
                name = next((one for one in TRANSIENT if brief and busy.get(one, -1) <= at), "")
                if not name:
                    wanted = base if alone else self.graph.labels[number].rpartition("/")[2]
                    name = free(identifier(wanted, "layer", NAMES), used)
                    used.add(name)
                names[number] = name
                busy[name] = until
            lines += laid_out(f"{', '.join(names[number] for number in makes)} = ", value, "", 8)
        else:
            lines += laid_out("return ", ", ".join(names[number] for number in scope.outputs), "", 8)
        head = call("def forward", "self", *(f"{name}: Tensor" for name in given))
        result = "Tensor" if len(scope.outputs) == 1 else "tuple[Tensor, ...]"
        return [*laid_out("", head, f" -> {result}:", 4), *lines]

    def _ports(self, part: int | Scope) -> tuple[list[int], list[int]]:
        """What a part reads and makes."""
        return (part.inputs, part.outputs) if isinstance(part, Scope) else (list(self.scopes.reads[part]), [part])

    def _value(self, scope: Scope, part: int | Scope, operands: list[str]) -> Expression:
        module = f"self.{scope.names[part]}"
        if isinstance(part, Scope):
            return call(module, *operands)
        return self.written[part].result(lambda ending: module + ending, operands)

    def _structure(self, scope: Scope) -> object:
        """What scopes of one class have in common."""
        modules = tuple((name, new.skeleton, after) for _, name, new, after in scope.attributes)
        return scope.body, modules, scope.path == ""

    def _split(self, group: list[Scope]) -> list[list[Scope]]:
        """Scopes of one structure by class: one, or one for each set of values where they differ in too many."""
        rows = [tuple(literal(leaf.value) for _, leaf in _leaves(scope)) for scope in group]
        varying = {column for column in zip(*rows, strict=True) if len(set(column)) > 1}
        if len(varying) <= MOST_ARGUMENTS:
            return [group]
        alike = defaultdict(list)
        for row, scope in zip(rows, group, strict=True):
            alike[row].append(scope)
        return list(alike.values())

    def _class(self, group: list[Scope], network: str) -> list[str]:
        """Source of a class for scopes of one structure, which are told how to construct theirs."""
        model = group[0]
        name = network if not model.path else self._name(group)
        parameters: dict[tuple[str, tuple[str, ...]], str] = {}
        given: dict[str, list[Argument]] = {}
        texts: list[str | None] = []
        for column in zip(*map(_leaves, group), strict=True):
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
            scope.modules = (("", New(name, tuple(row[at].replaced(named=named) for row in rows))),)
        lines = [f"class {name}(nn.Module):"]
        if model.attributes:
            lines += laid_out("def ", call("__init__", "self", *map(_declared, rows)), " -> None:", 4)
            lines.append("        super().__init__()")
            left = iter(texts)
            for _, attribute, new, after in model.attributes:
                lines += laid_out(f"self.{attribute} = ", new.written(left), "", 8)
                lines += [f"        self.{attribute}.{one}" for one in after]
            lines.append("")
        return [*lines, *model.body]

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
        for part, name in scope.names.items():
            if isinstance(part, Scope):
                self._trace(part, f"{at}{name}.")
            elif self.written[part].modules[-1:] and not self.written[part].modules[-1][0]:
                self.paths[self.graph.labels[part]] = at + name


NAMES = frozenset((*dir(builtins), "self", "torch", "nn", "F", "Tensor", *TRANSIENT))
"""What values of a `forward` are not called."""


def _leaves(scope: Scope) -> list[tuple[str, Argument]]:
    """The arguments of all modules of a scope, each with what its layer is called."""
    return [(base, leaf) for base, _, new, _ in scope.attributes for leaf in new.leaves()]


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
