"""Expansion: parameters, expressions, repetition, blocks and scopes become a flat list of layers.

Every item of the text is read once, into a `_Template`; layers without expressions are built once and shared by all
their repetitions, others once for each combination of the values they use.
"""

from __future__ import annotations

from rfcli.description.architecture import Entry, Reference
from rfcli.description.expressions import ExpressionError, template
from rfcli.description.nodes import Node
from rfcli.description.shapes import NAME_HELP, valid_name
from rfcli.diagnostics import Near
from rfcli.layers._layer import Missing
from rfcli.layers._parameters import ParameterError, shown
from rfcli.layers._registry import LAYERS, layer_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from rfcli.description.limits import Limits
    from rfcli.description.nodes import Problems
    from rfcli.layers._layer import Layer

    Environment = dict[str, Any]
    Source = int | Reference

MAX_PROBLEMS = 20_000
"""Problems, counted as often as repetitions meet them, after which nothing more is looked at."""

MEASURE_AFTER = 10_000
"""Items after which an expansion is measured before it goes on; nearly all descriptions end before."""

NOTHING = -1
"""The source of an item that has no previous one: it must name its inputs."""


class Stop(Exception):
    """A limit is exceeded: expansion cannot go on."""


class _Failed(Exception):
    """An item that cannot be expanded; its problem has been added."""


NO_NAMES: frozenset[str] = frozenset()


class Values:
    """A node's value with expressions evaluated: `of(environment)`; `names` are those it uses."""

    __slots__ = ("_items", "_kind", "_plain", "names", "node")

    def __init__(self, node: Node) -> None:
        self.node = node
        self.names = NO_NAMES
        self._plain = value = node.value
        self._kind = "plain"
        if type(value) is list:
            self._items: Any = [Values(item) for item in value]
            self.names = NO_NAMES.union(*(part.names for part in self._items))
            self._kind = "list"
        elif type(value) is str and "$" in value:
            try:
                read = template(value)
            except ExpressionError as error:
                raise Located(node, error) from None
            self.names, self._items, self._kind = read.names, read.evaluate, "expression"

    @property
    def computed(self) -> bool:
        """Whether an expression has a part in the value."""
        return self._kind == "expression" or (self._kind == "list" and any(part.computed for part in self._items))

    def of(self, env: Environment) -> Any:
        """The value; raises `Located`."""
        if self._kind == "plain":
            return self._plain
        if self._kind == "list":
            return [part.of(env) for part in self._items]
        try:
            return self._items(env)
        except ExpressionError as error:
            raise Located(self.node, error) from None
        except RecursionError:
            raise Located(self.node, ExpressionError("an expression nested too deep")) from None


class Located(Exception):
    """An expression's error with the node it is in."""

    def __init__(self, node: Node, error: ExpressionError) -> None:
        super().__init__(str(error))
        self.node, self.error = node, error


class Scope:
    """Where items are being named: the path with its final slash, and the counters of unnamed ones."""

    __slots__ = ("counters", "path")

    def __init__(self, path: str = "") -> None:
        self.path = path
        self.counters: dict[str, int] = {}

    def count(self, kind: str) -> int:
        self.counters[kind] = number = self.counters.get(kind, 0) + 1
        return number


class _Template:
    """An item of the text, read once."""

    __slots__ = ("inputs", "kind", "layers", "like", "name", "node", "parameters", "repeat", "values", "when")

    def __init__(self, node: Node, kind: str, given: dict[str, Values]) -> None:
        self.node, self.kind = node, kind
        self.name = given.pop("name", None)
        self.when = given.pop("when", None)
        self.repeat = given.pop("repeat", None)
        self.inputs = given.pop("inputs", None)
        self.like = given.pop("like", None)
        self.values = given
        """The layer's parameters, defaults included."""
        names = {name for value in given.values() if value.names for name in value.names}
        self.parameters = tuple(sorted(names)) if names else ()
        self.layers: dict[str, Layer | None] = {}
        """Layers built so far, by the values of the names that the parameters use."""


class Expander:
    """Expands the items of one description."""

    def __init__(
        self,
        axes: int,
        document: Environment,
        blocks: dict[str, Node],
        defaults: dict[str, Node],
        limits: Limits,
        problems: Problems,
    ) -> None:
        self.axes, self.document, self.blocks, self.defaults = axes, document, blocks, defaults
        self.limits, self.problems = limits, problems
        self.entries: list[Entry] = []
        self.scopes: dict[str, Source] = {}
        self.taken: dict[str, Node | None] = {}
        """Every name of a layer or scope -> where it comes from."""
        self.inputs = 0
        self.depth = 0
        self.steps = 0
        self._templates: dict[int, _Template | None] = {}
        self._block_parameters: dict[str, dict[str, Values]] = {}
        self._counts: dict[tuple[str, str], int] = {}
        """Items that a use of a block expands to, by its name and the values of its parameters."""
        self.root: tuple[list[Node], Environment] = ([], {})

    def add_input(self, name: str, node: Node) -> None:
        self.take(name, node)
        self.inputs += 1

    def take(self, name: str, node: Node) -> None:
        """Claims a name."""
        if name in self.taken:
            first = self.taken[name]
            where = f", first in line {first.span.line}" if first is not None and first.span.line else ""
            help = "give one of them another name, or a scope of its own"
            if first is node:
                where = " by an earlier use of this item"
                help = "give a name to the block or repeated item around it: a name opens a scope"
            self.problems.add(node, "RF202", f"the name '{name}' is taken{where}", help)
        elif len(name) > self.limits.name:
            self.problems.add(
                node, "RF009", f"a name of {len(name)} characters, the limit is {self.limits.name}: '{name[:40]}...'",
                self.limits.exceeded("name"),
            )  # fmt: skip
        self.taken[name] = node

    # Items

    def expand(self, nodes: list[Node]) -> None:
        """Expands the network's items. Raises `Stop` where a limit is exceeded."""
        self.root = (nodes, self.document)
        self.items(nodes, Scope(), self.document, 0 if self.inputs == 1 else NOTHING)

    def items(self, nodes: list[Node], scope: Scope, env: Environment, source: Source) -> Source:
        """Expands a list of items; returns what the next one takes."""
        for node in nodes:
            key = id(node)
            if key in self._templates:
                read = self._templates[key]
            else:
                read = self._templates[key] = self._read(node)
            if read is not None:
                source = self.item(read, scope, env, source)
        return source

    def _read(self, node: Node) -> _Template | None:
        """An item of the text, read; None where an expression is wrong, which is then added."""
        try:
            return self.template(node)
        except Located as located:
            self.problems.add(located.node, "RF207", str(located), located.error.help)
        except _Failed:
            pass
        return None

    def template(self, node: Node) -> _Template:
        """Reads an item of the text."""
        value = node.value
        if "block" in value:
            kind = "block"
            keys = [key for key in ("name", "when", "repeat", "inputs") if key in value]
            given = {key: Values(value[key]) for key in keys}
            with_ = value.get("with")
            given.update({f"with {key}": Values(v) for key, v in with_.value.items()} if with_ else {})
            if value["block"].value not in self.blocks:
                self.problems.add(
                    value["block"], "RF204", f"there is no block {shown(value['block'].value)}",
                    Near(value["block"].value, self.blocks),
                )  # fmt: skip
                raise _Failed
            return _Template(node, kind, given)
        kind = value["type"].value
        structure = ("type", "layers", "shortcut", "branches")
        given = {key: Values(v) for key, v in value.items() if key not in structure}
        if kind in LAYERS:
            given.update(self.default_values(kind, set(given)))
        elif kind == "residual" and "shortcut" in value and type(value["shortcut"].value) is not list:
            given["shortcut"] = Values(value["shortcut"])
        return _Template(node, kind, given)

    def default_values(self, kind: str, given: set[str]) -> dict[str, Values]:
        """The defaults of a layer type that an item does not give itself, evaluated in the document's scope."""
        node = self.defaults.get(kind)
        if node is None:
            return {}
        exclusive = {"scale", "size", "like"} if kind in ("upsample", "resize") else {"cropping", "like"}
        skipped = exclusive if kind in ("upsample", "resize", "crop") and given & exclusive else set()
        found = {}
        for key, value in node.value.items():
            if key not in given and key not in skipped:
                plain = Values(value).of(self.document)
                found[key] = Values(Node(_renoded(plain, value), value.file, value.line, value.column))
        return found

    def item(self, read: _Template, scope: Scope, env: Environment, source: Source) -> Source:
        """Expands one item as often as it is repeated."""
        self.step(read.node)
        if read.repeat is None:
            return self.instance(read, scope, env, source, 0)
        try:
            times = self.integer(read.repeat, env, "repeat", 0)
        except Located as located:
            self.problems.add(located.node, "RF207", str(located), located.error.help)
            return source
        except _Failed:
            return source
        if read.kind in LAYERS and read.when is None:
            self.room(read.node, times)
        for number in range(1, times + 1):
            self.step(read.node)
            source = self.instance(read, scope, {**env, "i": number}, source, number)
        return source

    def step(self, node: Node) -> None:
        """Counts an item that is looked at: what is dropped or holds no layers takes time as well."""
        self.steps += 1
        if len(self.problems) > MAX_PROBLEMS:
            raise Stop
        if self.steps == MEASURE_AFTER:
            self.measure()
        if self.steps > 4 * self.limits.layers:
            self.room(node, self.limits.layers + 1)

    def measure(self) -> None:
        """Counts what the whole description expands to, each use of a block with the same values once."""
        root, env = self.root
        count = 0
        for node in root:
            try:
                count += self.counted(node, env, 0)
            except (Located, _Failed, RecursionError):
                return  # expansion meets the same problem, and tells it
            if count > 4 * self.limits.layers:
                self.room(node, self.limits.layers + 1)

    def counted(self, node: Node, env: Environment, depth: int) -> int:
        """Items that an item expands to, itself included; more than the limit stands for any larger number."""
        read = self._templates.get(id(node)) or self.template(node)
        most = 4 * self.limits.layers + 1
        if read.repeat is None:
            return self._counted_once(read, env, depth)
        times = self.integer(read.repeat, env, "repeat", 0)
        total = 0
        for number in range(1, times + 1):
            total += 1 + self._counted_once(read, {**env, "i": number}, depth)
            if total > most:
                return most
        return total

    def _counted_once(self, read: _Template, env: Environment, depth: int) -> int:
        if read.kind in LAYERS or (read.when is not None and read.when.of(env) is False):
            return 1
        if depth > self.limits.blocks:
            return 4 * self.limits.layers + 1
        value = read.node.value
        if read.kind != "block":
            lists = [value["layers"]] if "layers" in value else []
            if "shortcut" in value and type(value["shortcut"].value) is list:
                lists.append(value["shortcut"])
            if "branches" in value:
                branches = value["branches"].value
                for branch in branches.values() if type(branches) is dict else branches:
                    lists.append(branch.value["layers"] if type(branch.value) is dict else branch)
            return 1 + sum(self.counted(node, env, depth) for nodes in lists for node in nodes.value)
        name = value["block"].value
        inner = self.arguments(read, name, self.blocks[name], env)
        key = (name, repr([inner.get(one) for one in self._block_parameters[name]]))
        if key not in self._counts:
            count = 1
            for node in self.blocks[name].value["layers"].value:
                count += self.counted(node, inner, depth + 1)
                if count > 4 * self.limits.layers:
                    break
            self._counts[key] = count
        return self._counts[key]

    def room(self, node: Node, layers: int) -> None:
        """Stops where so many more layers are too many."""
        if len(self.entries) + layers > self.limits.layers:
            self.problems.add(
                node, "RF009", f"the network expands to more than {self.limits.layers} layers",
                self.limits.exceeded("layers"),
            )  # fmt: skip
            raise Stop

    def instance(self, read: _Template, scope: Scope, env: Environment, source: Source, number: int) -> Source:
        """Expands one instance of an item; `number` counts repetitions from 1, 0 for an item without `repeat`."""
        try:
            if read.when is not None and not self.boolean(read.when, env, "when"):
                return source
            sources = self.references(read.inputs, scope, env) if read.inputs is not None else (source,)
            name = self.name(read, env, number)
            if read.kind in LAYERS:
                return self.leaf(read, name, scope, env, sources)
            inner = scope
            if name:
                inner = Scope(f"{scope.path}{name}/")
                self.take(scope.path + name, read.node)
            out = self.scope(read, inner, env, sources[0])
            if name and out != NOTHING:
                self.scopes[scope.path + name] = out
            return out
        except Located as located:
            self.problems.add(located.node, "RF207", str(located), located.error.help)
        except _Failed:
            pass
        return source

    def name(self, read: _Template, env: Environment, number: int) -> str:
        """The instance's own name, "" when it has none."""
        if read.name is None:
            return ""
        name = read.name.of(env)
        if type(name) in (int, float) and float(name).is_integer():
            name = str(int(name))
        if number and "i" not in read.name.names:
            name = f"{name}_{number}"
        if type(name) is not str or not valid_name(name):
            self.problems.add(
                read.name.node, "RF211", f"the name {shown(name)} holds characters that names may not hold", NAME_HELP
            )
            raise _Failed
        return name

    def leaf(self, read: _Template, name: str, scope: Scope, env: Environment, sources: tuple[Source, ...]) -> Source:
        layer = self.layer(read, env)
        if not name:
            name = f"{read.kind}_{scope.count(read.kind)}"
        path = scope.path + name
        if layer is None:
            raise _Failed
        like = None
        if read.like is not None:
            like = self.reference(read.like, scope, env)
        return self.entry(path, layer, sources, like, read.node)

    def entry(self, path: str, layer: Layer, sources: tuple[Source, ...], like: Reference | None, node: Node) -> Source:
        if NOTHING in sources:
            self.problems.add(
                node, "RF212", f"'{path}' has no previous layer to take: it must name its inputs",
                "inputs: [NAME]; after 'merge: none' and with several inputs nothing is taken by itself",
            )  # fmt: skip
        self.room(node, 1)
        self.take(path, node)
        self.entries.append(Entry(path, layer, sources, like, node))
        if "/" in path:
            self._open_implied(path)
        return self.inputs + len(self.entries) - 1

    def _open_implied(self, path: str) -> None:
        """Scopes that a name's own slashes open stand for their last layer."""
        scope = path.rpartition("/")[0]
        while scope and scope not in self.taken:
            self.scopes[scope] = self.inputs + len(self.entries) - 1
            scope = scope.rpartition("/")[0]

    def layer(self, read: _Template, env: Environment) -> Layer | None:
        """The layer of an item for the values of an environment; built once for each combination."""
        key = repr([env.get(name) for name in read.parameters]) if read.parameters else ""
        if key not in read.layers:
            read.layers[key] = None
            read.layers[key] = self.build(read, env)
        return read.layers[key]

    def build(self, read: _Template, env: Environment) -> Layer | None:
        given = {key: value.of(env) for key, value in read.values.items()}
        if read.like is not None:
            given["like"] = read.like.node.value
        try:
            layer = layer_of(read.kind, self.axes, given)
        except Missing as missing:
            key = missing.args[0]
            self.problems.add(
                read.node, "RF209", f"{read.kind} needs '{key}'",
                f"give it here, or for all under defaults: {{{read.kind}: {{{key}: ...}}}}",
            )  # fmt: skip
            return None
        except ParameterError as error:
            value = read.values.get(error.parameter)
            where = value.node.at(error.path) if value is not None else read.node
            code = "RF301" if error.axes else "RF208" if value is not None and value.computed else "RF103"
            self.problems.add(where, code, f"{error.parameter} {error}", self._axes_help(error))
            return None
        contradiction = layer.contradiction()
        if contradiction is not None:
            self.problems.add(read.node, "RF308", contradiction)
            return None
        return layer

    def _axes_help(self, error: ParameterError) -> str:
        if not error.axes:
            return ""
        return f"the network has {self.axes} {'axis' if self.axes == 1 else 'axes'}, as its input's size or dims say"

    # Scopes

    def scope(self, read: _Template, scope: Scope, env: Environment, source: Source) -> Source:
        """Expands what a scope holds; returns what it stands for."""
        value = read.node.value
        if read.kind == "sequence":
            return self.items(value["layers"].value, scope, env, source)
        if read.kind == "block":
            return self.block(read, scope, env, source)
        if read.kind == "residual":
            return self.residual(read, scope, env, source)
        return self.branches(read, scope, env, source)

    def residual(self, read: _Template, scope: Scope, env: Environment, source: Source) -> Source:
        value = read.node.value
        body = self.items(value["layers"].value, scope, env, source)
        shortcut = source
        if "shortcut" in read.values:
            if not self.boolean(read.values["shortcut"], env, "shortcut"):
                return body
        elif "shortcut" in value:
            shortcut = self.items(value["shortcut"].value, scope, env, source)
        return self.merge(read, scope, env, (body, shortcut), "add")

    def branches(self, read: _Template, scope: Scope, env: Environment, source: Source) -> Source:
        branches = read.node.value["branches"]
        named = type(branches.value) is dict
        found: list[Source] = []
        for name, branch in branches.value.items() if named else ((None, branch) for branch in branches.value):
            layers = branch.value
            if type(layers) is dict:
                if "when" in layers and not self.boolean(Values(layers["when"]), env, "when"):
                    continue
                layers = layers["layers"].value
            path = scope.path + (name or f"branch_{scope.count('branch')}")
            self.take(path, branch)
            self.step(branch)
            out = self.items(layers, Scope(path + "/"), env, source)
            if out != NOTHING:
                self.scopes[path] = out
            found.append(out)
        if not found:
            self.problems.add(branches, "RF213", "no branch is left", "leave the whole item out with its own 'when'")
            raise _Failed
        return self.merge(read, scope, env, tuple(found), "concat")

    def merge(self, read: _Template, scope: Scope, env: Environment, sources: tuple[Source, ...], kind: str) -> Source:
        """The merge that closes a residual or branches, a layer of its own."""
        if "merge" in read.values:
            value = read.values["merge"]
            kind = value.of(env)
            known = ("add", "multiply", "max", "concat") + (("none",) if read.kind == "branches" else ())
            if kind not in known:
                self.problems.add(value.node, "RF208", f"merge must be one of {', '.join(known)}; is {shown(kind)}")
                raise _Failed
        if kind == "none":
            return NOTHING
        number = scope.count(kind)
        name = kind if number == 1 else f"{kind}_{number}"
        key = f"merge {kind}"
        if key not in read.layers:
            read.layers[key] = layer_of(kind, self.axes, {})
        layer = read.layers[key]
        assert layer is not None
        return self.entry(scope.path + name, layer, sources, None, read.node)

    def block(self, read: _Template, scope: Scope, env: Environment, source: Source) -> Source:
        name = read.node.value["block"].value
        block = self.blocks[name]
        if self.depth >= self.limits.blocks:
            self.problems.add(
                read.node.value["block"], "RF009",
                f"blocks within blocks more than {self.limits.blocks} deep, at block '{name}'",
                "a block that uses itself needs a 'when' that ends it; otherwise " + self.limits.exceeded("blocks"),
            )  # fmt: skip
            raise Stop
        self.depth += 1
        try:
            return self.items(block.value["layers"].value, scope, self.arguments(read, name, block, env), source)
        finally:
            self.depth -= 1

    def arguments(self, read: _Template, name: str, block: Node, env: Environment) -> Environment:
        """A block's environment: its parameters, then the document's; never the caller's counter."""
        if name not in self._block_parameters:
            declared = block.value.get("parameters")
            self._block_parameters[name] = {k: Values(v) for k, v in (declared.value if declared else {}).items()}
        parameters = self._block_parameters[name]
        inner = dict(self.document)
        for key, _value in read.values.items():
            key = key.removeprefix("with ")
            if key not in parameters:
                self.problems.add(
                    read.node.value["with"].key_span(key), "RF205", f"block '{name}' has no parameter '{key}'",
                    Near(key, parameters),
                )  # fmt: skip
        missing = []
        for key, default in parameters.items():
            given = read.values.get(f"with {key}")
            if given is not None:
                inner[key] = given.of(env)
            elif default.node.value is None:
                missing.append(key)
            else:
                inner[key] = default.of(inner)
        if missing:
            named = ", ".join(f"'{key}'" for key in missing)
            self.problems.add(
                read.node, "RF206", f"block '{name}' needs {'a value' if len(missing) == 1 else 'values'} for {named}",
                f"with: {{{missing[0]}: ...}}",
            )  # fmt: skip
            raise _Failed
        return inner

    # Values

    def references(self, inputs: Values, scope: Scope, env: Environment) -> tuple[Reference, ...]:
        return tuple(
            self._reference(name, node, scope) for name, node in zip(inputs.of(env), inputs.node.value, strict=True)
        )

    def reference(self, value: Values, scope: Scope, env: Environment) -> Reference:
        return self._reference(value.of(env), value.node, scope)

    def _reference(self, name: object, node: Node, scope: Scope) -> Reference:
        if type(name) is int or (type(name) is float and name.is_integer()):
            name = str(int(name))
        if type(name) is not str:
            self.problems.add(node, "RF208", f"the name of a layer must be a string, is {shown(name)}")
            raise _Failed
        return Reference(name, scope.path, node)

    def boolean(self, value: Values, env: Environment, what: str) -> bool:
        found = value.of(env)
        if type(found) is not bool:
            self.problems.add(
                value.node, "RF208", f"{what} must be true or false, is {shown(found)}",
                "compare: $(stride > 1)",
            )  # fmt: skip
            raise _Failed
        return found

    def integer(self, value: Values, env: Environment, what: str, minimum: int) -> int:
        found = value.of(env)
        if type(found) is float and found.is_integer():
            found = int(found)
        if type(found) is not int or found < minimum:
            self.problems.add(
                value.node, "RF208", f"{what} must be an integer of at least {minimum}, is {shown(found)}"
            )
            raise _Failed
        return found


def _renoded(plain: Any, like: Node) -> Any:
    """Evaluated values as nodes at the place of `like`; a dollar that is left is doubled, as it is text now."""
    if type(plain) is list:
        return [Node(_renoded(item, like), like.file, like.line, like.column) for item in plain]
    return plain.replace("$", "$$") if type(plain) is str else plain
