"""Expansion: parameters, expressions, repetition, blocks and scopes become a flat list of layers.

Every item of the text is read once, into a `_Template`; layers without expressions are built once and shared by all
their repetitions, others once for each combination of the values they use.

What is wrong is told once and hides nothing else: a layer that cannot be built stands there as `WRONG`, and an item of
which it is not known what it expands to leaves a blur, the paths that it may have made.
"""

from __future__ import annotations

from rfcli.description.architecture import NOWHERE, Entry, Reference
from rfcli.description.expressions import ANY_NAME, ExpressionError, template
from rfcli.description.format import BLOCK, BLOCK_USE, ITEMS
from rfcli.description.names import NAME_HELP, valid_name
from rfcli.description.nodes import LOST, File, Node, Reported, lost
from rfcli.diagnostics import Near
from rfcli.layers._layer import WRONG, Missing
from rfcli.layers._parameters import ParameterError, shown
from rfcli.layers._registry import LAYERS, layer_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
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


UNTOLD = ""
"""The kind of an item of which it is not known what it is."""


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
        elif value is LOST:
            self._items, self._kind = _reported, "expression"

    @property
    def parts(self) -> list[Values]:
        """The items of a list."""
        return self._items if self._kind == "list" else []

    @property
    def computed(self) -> bool:
        """Whether an expression has a part in the value."""
        return self._kind == "expression" or (self._kind == "list" and any(part.computed for part in self._items))

    def of(self, env: Environment) -> Any:
        """The value; raises `Located`, and `Reported` where it depends on what is lost."""
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


def _reported(env: Environment) -> Any:
    raise Reported


LOST_VALUE = Values(Node(LOST, File(""), 0, 0))
"""A value that is not known."""


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

    __slots__ = (
        "holed", "inputs", "kind", "layers", "like", "name", "node", "parameters", "repeat", "vague", "values", "when",
    )  # fmt: skip

    def __init__(self, node: Node, kind: str, given: dict[str, Values], holed: bool, vague: bool) -> None:
        self.node, self.kind = node, kind
        self.holed = holed
        """Something of it is wrong, beside its name, inputs, and whether and how often it is there."""
        self.vague = vague
        """Keys of it are wrong that may be meant to say what its name is, and whether and how often it is there."""
        self.name = given.pop("name", None)
        self.when = given.pop("when", None)
        self.repeat = given.pop("repeat", None)
        self.inputs = given.pop("inputs", None)
        self.like = given.pop("like", None)
        self.values = given
        """The layer's parameters, defaults included."""
        names = {name for value in given.values() if value.names for name in value.names}
        self.parameters = tuple(sorted(names)) if names else ()
        self.layers: dict[str, Layer] = {}
        """Layers built so far, by the values of the names that the parameters use."""


class Expander:
    """Expands the items of one description."""

    def __init__(
        self,
        axes: int | None,
        document: Environment,
        blocks: dict[str, Node] | None,
        defaults: dict[str, Node] | None,
        limits: Limits,
        problems: Problems,
    ) -> None:
        """`axes`, `blocks` and `defaults` are None where what says them is wrong."""
        self.axes, self.sure_of_axes = axes or 2, axes is not None
        self.document, self.blocks, self.defaults = document, blocks or {}, defaults or {}
        self.sure_of_blocks, self.sure_of_defaults = blocks is not None, defaults is not None
        self.limits, self.problems = limits, problems
        self.blurred: set[str] = set()
        """Paths, with a final slash, that may stand for anything, as may all below them."""
        self.entries: list[Entry] = []
        self.scopes: dict[str, Source] = {}
        self.taken: dict[str, Node | None] = {}
        """Every name of a layer or scope -> where it comes from."""
        self.inputs = 0
        self.depth = 0
        self.steps = 0
        self._templates: dict[int, _Template] = {}
        self._block_parameters: dict[str, dict[str, Values]] = {}
        self._open_blocks: set[str] = set()
        """Blocks of which it is not known what parameters they have."""
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
            self.blurred.add(f"{name}/")
        elif len(name) > self.limits.name:
            self.problems.add(
                node, "RF009", f"a name of {len(name)} characters, the limit is {self.limits.name}: '{name[:40]}...'",
                self.limits.exceeded("name"),
            )  # fmt: skip
        self.taken[name] = node

    # Items

    def expand(self, layers: Node, source: Source) -> None:
        """Expands the network's items, of which the first takes `source`. Raises `Stop` where a limit is exceeded."""
        try:
            self.root = (_held(layers), self.document)
            self.items(layers, Scope(), self.document, source)
        except Reported:
            self.blurred.add("")

    def items(self, layers: Node, scope: Scope, env: Environment, source: Source) -> Source:
        """Expands a list of items; returns what the next one takes."""
        for node in _held(layers):
            key = id(node)
            read = self._templates.get(key)
            if read is None:
                read = self._templates[key] = self.template(node)
            source = self.item(read, scope, env, source)
        return source

    def read(self, node: Node) -> Values:
        """A value of the text, `LOST` where an expression cannot be read, which is then added."""
        try:
            return Values(node)
        except Located as located:
            self.tell(located)
            return Values(lost(node))

    def tell(self, located: Located) -> None:
        self.problems.add(located.node, "RF207", str(located), located.error.help)

    def value(self, values: Values, env: Environment) -> Any:
        """A value for an environment. Raises `Reported`, with the problem added, where an expression is wrong."""
        try:
            return values.of(env)
        except Located as located:
            self.tell(located)
            raise Reported from None

    def value_or_lost(self, values: Values, env: Environment) -> Any:
        """A value for an environment; `LOST`, with the problem added, where that cannot be."""
        try:
            return self.value(values, env)
        except Reported:
            return LOST

    def template(self, node: Node) -> _Template:
        """Reads an item of the text."""
        value = node.value if node.value is not LOST else {"type": node}
        if "block" in value:
            keys = [key for key in ("name", "when", "repeat", "inputs") if key in value]
            given = {key: self.read(value[key]) for key in keys}
            with_ = value.get("with")
            if with_ is not None and with_.value is not LOST:
                given.update({f"with {key}": self.read(v) for key, v in with_.value.items()})
            return _Template(node, self.block_or_untold(value["block"]), given, *self.holes(value, BLOCK_USE))
        kind = value["type"].value
        if kind is LOST:
            given = {key: self.read(value[key]) for key in ("name", "when", "repeat", "inputs") if key in value}
            return _Template(node, UNTOLD, given, *self.holes(value, _OF_ANY_ITEM))
        structure = ("type", "layers", "shortcut", "branches")
        given = {key: self.read(v) for key, v in value.items() if key not in structure}
        if kind in LAYERS:
            given.update(self.default_values(kind, set(given)))
        elif kind == "residual" and "shortcut" in value and type(value["shortcut"].value) is not list:
            given["shortcut"] = self.read(value["shortcut"])
        return _Template(node, kind, given, *self.holes(value, ITEMS[kind]))

    def block_or_untold(self, node: Node) -> str:
        """The kind of a use of a block: `UNTOLD` where it is not known which layers the block has."""
        name = node.value
        if name is LOST or (name not in self.blocks and not self.sure_of_blocks):
            return UNTOLD
        if name not in self.blocks:
            self.problems.add(node, "RF204", f"there is no block {shown(name)}", Near(name, self.blocks))
            return UNTOLD
        return UNTOLD if self.blocks[name].value is LOST else "block"

    def holes(self, value: dict[str, Node], known: Mapping[str, object]) -> tuple[bool, bool]:
        """Whether something of an item is wrong, and whether that leaves open what its name is, and whether and how
        often it is there."""
        if not self.problems:
            return False, False
        wrong = [key for key, node in value.items() if node.value is LOST]
        holed = any(key not in _ABOUT_ITEMS for key in wrong)
        meant = (self.problems.meant(key, known) for key in wrong if key not in known)
        return holed, any(key in _SAY_WHICH for key in meant)

    def default_values(self, kind: str, given: set[str]) -> dict[str, Values]:
        """The defaults of a layer type that an item does not give itself, evaluated in the document's scope."""
        node = self.defaults.get(kind)
        if node is None and self.sure_of_defaults:
            return {}
        if node is None or node.value is LOST:
            return {"": LOST_VALUE}
        exclusive = set(LAYERS[kind].exclusive if kind in LAYERS else ())
        skipped = exclusive if given & exclusive else set()
        found = {}
        for key, value in node.value.items():
            if key not in given and key not in skipped:
                try:
                    plain = _renoded(self.value(self.read(value), self.document), value)
                except Reported:
                    plain = LOST
                found[key] = Values(Node(plain, value.file, value.line, value.column))
        return found

    def item(self, read: _Template, scope: Scope, env: Environment, source: Source) -> Source:
        """Expands one item as often as it is repeated."""
        self.step(read.node)
        if read.vague and "i" not in env:
            env = {**env, "i": LOST}
        if read.repeat is None:
            return self.instance(read, scope, env, source, 0)
        try:
            times = self.integer(read.repeat, env, "repeat", 0)
        except Reported:
            return self.blur(read, scope, env)
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
            except (Located, Reported, RecursionError):
                return  # expansion meets the same problem, and tells it
            if count > 4 * self.limits.layers:
                self.room(node, self.limits.layers + 1)

    def counted(self, node: Node, env: Environment, depth: int) -> int:
        """Items that an item expands to, itself included; more than the limit stands for any larger number."""
        read = self._templates.get(id(node)) or self._templates.setdefault(id(node), self.template(node))
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
        if read.kind in LAYERS or read.kind == UNTOLD or (read.when is not None and read.when.of(env) is False):
            return 1
        if depth > self.limits.blocks:
            return 4 * self.limits.layers + 1
        value = read.node.value
        if read.kind != "block":
            lists = [value["layers"]] if "layers" in value else []
            if "shortcut" in value and type(value["shortcut"].value) is list:
                lists.append(value["shortcut"])
            if "branches" in value:
                branches = _held(value["branches"])
                for branch in branches.values() if type(branches) is dict else branches:
                    lists.append(branch.value["layers"] if type(branch.value) is dict else branch)
            return 1 + sum(self.counted(node, env, depth) for nodes in lists for node in _held(nodes))
        name = value["block"].value
        inner = self.arguments(read, name, self.blocks[name], env)
        key = (name, repr([inner.get(one) for one in self._block_parameters[name]]))
        if key not in self._counts:
            count = 1
            for node in _held(self.blocks[name].value["layers"]):
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
        except Reported:
            return self.blur(read, scope, env)
        sources = self.references(read.inputs, scope, env) if read.inputs is not None else (source,)
        try:
            name = self.name(read, env, number)
        except Reported:
            self.blurred.add(scope.path)
            name = f"?{scope.count('?')}"
        if read.vague:
            self.blurred.add(f"{scope.path}{name}/" if name else scope.path)
        if read.kind in LAYERS or read.kind == UNTOLD:
            return self.leaf(read, name, scope, env, sources)
        inner = scope
        if name:
            inner = Scope(f"{scope.path}{name}/")
            if not read.vague:
                self.take(scope.path + name, read.node)
        try:
            out = self.scope(read, inner, env, sources[0])
            holed = read.holed
        except Reported:
            out, holed = NOWHERE, True
        if holed:
            self.blurred.add(inner.path)
            return NOWHERE
        if name and out != NOTHING:
            self.scopes[scope.path + name] = out
        return out

    def blur(self, read: _Template, scope: Scope, env: Environment) -> Source:
        """Leaves an item out of which it is not known whether, or how often, it is there."""
        try:
            name = self.name(read, {**env, "i": LOST}, 0)
        except Reported:
            name = ""
        self.blurred.add(f"{scope.path}{name}/" if name else scope.path)
        return NOWHERE

    def name(self, read: _Template, env: Environment, number: int) -> str:
        """The instance's own name, "" when it has none. Raises `Reported`."""
        if read.name is None:
            return ""
        name = self.value(read.name, env)
        if type(name) in (int, float) and float(name).is_integer():
            name = str(int(name))
        if number and "i" not in read.name.names:
            name = f"{name}_{number}"
        if type(name) is not str or not valid_name(name):
            self.problems.add(
                read.name.node, "RF211", f"the name {shown(name)} holds characters that names may not hold", NAME_HELP
            )
            raise Reported
        return name

    def leaf(self, read: _Template, name: str, scope: Scope, env: Environment, sources: tuple[Source, ...]) -> Source:
        layer, like = self.layer(read, env), None
        if read.kind == UNTOLD:
            self.blurred.add(f"{scope.path}{name}/" if name else scope.path)
            name = name or f"?{scope.count('?')}"
        elif not name:
            name = f"{read.kind}_{scope.count(read.kind)}"
        if read.like is not None:
            try:
                like = self.reference(read.like, scope, env)
            except Reported:
                layer = WRONG
        return self.entry(scope.path + name, layer, sources, like, read.node, vague=read.vague)

    def entry(
        self,
        path: str,
        layer: Layer,
        sources: tuple[Source, ...],
        like: Reference | None,
        node: Node,
        vague: bool = False,
    ) -> Source:
        if NOTHING in sources and not vague:
            self.problems.add(
                node, "RF212", f"'{path}' has no previous layer to take: it must name its inputs",
                "inputs: [NAME]; after 'merge: none' and with several inputs nothing is taken by itself",
            )  # fmt: skip
        if NOTHING in sources:
            sources = tuple([NOWHERE if source == NOTHING else source for source in sources])
        self.room(node, 1)
        if not vague:
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

    def layer(self, read: _Template, env: Environment) -> Layer:
        """The layer of an item for the values of an environment; built once for each combination."""
        key = repr([env.get(name) for name in read.parameters]) if read.parameters else ""
        if key not in read.layers:
            read.layers[key] = self.build(read, env)
        return read.layers[key]

    def build(self, read: _Template, env: Environment) -> Layer:
        """The layer of an item; `WRONG`, with the problem added, where that cannot be."""
        given = {key: self.value_or_lost(value, env) for key, value in read.values.items()}
        if read.like is not None:
            given["like"] = read.like.node.value
        if read.kind == UNTOLD or LOST in given.values():
            return WRONG
        try:
            layer = layer_of(read.kind, self.axes, given)
        except Missing as missing:
            key = missing.args[0]
            self.problems.add(
                read.node, "RF209", f"{read.kind} needs '{key}'",
                f"give it here, or for all under defaults: {{{read.kind}: {{{key}: ...}}}}",
            )  # fmt: skip
            return WRONG
        except ParameterError as error:
            if error.axes and not self.sure_of_axes:
                return WRONG
            value = read.values.get(error.parameter)
            where = value.node.at(error.path) if value is not None else read.node
            code = "RF301" if error.axes else "RF208" if value is not None and value.computed else "RF103"
            self.problems.add(where, code, f"{error.parameter} {error}", self._axes_help(error))
            return WRONG
        contradiction = layer.contradiction()
        if contradiction is not None:
            self.problems.add(read.node, "RF308", contradiction)
            return WRONG
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
            return self.items(value["layers"], scope, env, source)
        if read.kind == "block":
            return self.block(read, scope, env, source)
        if read.kind == "residual":
            return self.residual(read, scope, env, source)
        return self.branches(read, scope, env, source)

    def residual(self, read: _Template, scope: Scope, env: Environment, source: Source) -> Source:
        value = read.node.value
        body = self.items(value["layers"], scope, env, source)
        shortcut = source
        if "shortcut" in read.values:
            if not self.boolean(read.values["shortcut"], env, "shortcut"):
                return body
        elif "shortcut" in value:
            shortcut = self.items(value["shortcut"], scope, env, source)
        return self.merge(read, scope, env, (body, shortcut), "add")

    def branches(self, read: _Template, scope: Scope, env: Environment, source: Source) -> Source:
        branches = read.node.value["branches"]
        held = _held(branches)
        found: list[Source] = []
        whole = True
        for name, branch in held.items() if type(held) is dict else ((None, branch) for branch in held):
            layers = branch
            try:
                if type(branch.value) is dict:
                    if "when" in branch.value and not self.boolean(self.read(branch.value["when"]), env, "when"):
                        continue
                    layers = branch.value["layers"]
                path = scope.path + (name or f"branch_{scope.count('branch')}")
                self.take(path, branch)
                self.step(branch)
                out = self.items(layers, Scope(path + "/"), env, source)
            except Reported:
                whole = False
                continue
            if out != NOTHING:
                self.scopes[path] = out
            found.append(out)
        if not whole:
            raise Reported
        if not found:
            return source
        return self.merge(read, scope, env, tuple(found), "concat")

    def merge(self, read: _Template, scope: Scope, env: Environment, sources: tuple[Source, ...], kind: str) -> Source:
        """The merge that closes a residual or branches, a layer of its own."""
        if "merge" in read.values:
            value = read.values["merge"]
            kind = self.value(value, env)
            known = ("add", "multiply", "max", "concat") + (("none",) if read.kind == "branches" else ())
            if kind not in known:
                self.problems.add(value.node, "RF208", f"merge must be one of {', '.join(known)}; is {shown(kind)}")
                raise Reported
        if kind == "none":
            return NOTHING
        number = scope.count(kind)
        name = kind if number == 1 else f"{kind}_{number}"
        key = f"merge {kind}"
        if key not in read.layers:
            read.layers[key] = layer_of(kind, self.axes, {})
        return self.entry(scope.path + name, read.layers[key], sources, None, read.node)

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
            return self.items(block.value["layers"], scope, self.arguments(read, name, block, env), source)
        finally:
            self.depth -= 1

    def arguments(self, read: _Template, name: str, block: Node, env: Environment) -> Environment:
        """A block's environment: its parameters, then the document's; never the caller's counter."""
        parameters = self.block_parameters(name, block)
        inner = dict(self.document)
        if name in self._open_blocks:
            inner[ANY_NAME] = LOST
        given = read.node.value.get("with")
        sure = given is None or given.value is not LOST
        for key in read.values:
            key = key.removeprefix("with ")
            if key not in parameters and name not in self._open_blocks:
                sure = False
                self.problems.add(
                    given.key_span(key), "RF205", f"block '{name}' has no parameter '{key}'", Near(key, parameters)
                )
        missing = []
        for key, default in parameters.items():
            own = read.values.get(f"with {key}")
            inner[key] = LOST
            if own is not None:
                inner[key] = self.value_or_lost(own, env)
            elif default.node.value is None:
                missing.append(key)
            elif sure:
                inner[key] = self.value_or_lost(default, inner)
        if missing and (given is None or given.value is not LOST):
            named = ", ".join(f"'{key}'" for key in missing)
            self.problems.add(
                read.node, "RF206", f"block '{name}' needs {'a value' if len(missing) == 1 else 'values'} for {named}",
                f"with: {{{missing[0]}: ...}}",
            )  # fmt: skip
        return inner

    def block_parameters(self, name: str, block: Node) -> dict[str, Values]:
        """A block's parameters and their defaults, as far as they are known."""
        if name not in self._block_parameters:
            declared = block.value.get("parameters")
            table = {} if declared is None or declared.value is LOST else declared.value
            self._block_parameters[name] = {key: self.read(value) for key, value in table.items()}
            if any(
                node.value is LOST and (key not in BLOCK.keys or node is declared) for key, node in block.value.items()
            ):
                self._open_blocks.add(name)
        return self._block_parameters[name]

    # Values

    def references(self, inputs: Values, scope: Scope, env: Environment) -> tuple[Source, ...]:
        """What inputs mean; `NOWHERE` for those that are wrong."""
        if inputs.node.value is LOST:
            return (NOWHERE,)
        return tuple([self._source(part, scope, env) for part in inputs.parts])

    def _source(self, value: Values, scope: Scope, env: Environment) -> Source:
        try:
            return self.reference(value, scope, env)
        except Reported:
            return NOWHERE

    def reference(self, value: Values, scope: Scope, env: Environment) -> Reference:
        """The reference that a value is. Raises `Reported`."""
        name = self.value(value, env)
        if type(name) is int or (type(name) is float and name.is_integer()):
            name = str(int(name))
        if type(name) is not str:
            self.problems.add(value.node, "RF208", f"the name of a layer must be a string, is {shown(name)}")
            raise Reported
        return Reference(name, scope.path, value.node)

    def boolean(self, value: Values, env: Environment, what: str) -> bool:
        found = self.value(value, env)
        if type(found) is not bool:
            self.problems.add(
                value.node, "RF208", f"{what} must be true or false, is {shown(found)}",
                "compare: $(stride > 1)",
            )  # fmt: skip
            raise Reported
        return found

    def integer(self, value: Values, env: Environment, what: str, minimum: int) -> int:
        found = self.value(value, env)
        if type(found) is float and found.is_integer():
            found = int(found)
        if type(found) is not int or found < minimum:
            self.problems.add(
                value.node, "RF208", f"{what} must be an integer of at least {minimum}, is {shown(found)}"
            )
            raise Reported
        return found


_ABOUT_ITEMS = frozenset(["name", "when", "repeat", "inputs", "with"])
"""Keys of an item that may be wrong, and it is known what it holds."""

_SAY_WHICH = frozenset(["name", "when", "repeat", ""])
"""Keys that say what an item's name is, and whether and how often it is there; "" may be meant as any."""

_OF_ANY_ITEM = dict.fromkeys(["block", "with", *(key for keys in ITEMS.values() for key in keys)])


def _held(node: Node) -> Any:
    """What a list or mapping holds. Raises `Reported` where it is lost."""
    if node.value is LOST:
        raise Reported
    return node.value


def _renoded(plain: Any, like: Node) -> Any:
    """Evaluated values as nodes at the place of `like`; a dollar that is left is doubled, as it is text now."""
    if type(plain) is list:
        return [Node(_renoded(item, like), like.file, like.line, like.column) for item in plain]
    return plain.replace("$", "$$") if type(plain) is str else plain
