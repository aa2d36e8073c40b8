"""Expansion: parameters, expressions, repetition, blocks and scopes become a flat list of layers.

Layers without expressions are built once and shared by all their repetitions, others once for each combination of the
values they use.

What is wrong is reported once and hides nothing else: a layer that cannot be built stands there as `WRONG`. Where it is
not known what an item expands to, the paths that it may have made are blurred.
"""

from __future__ import annotations

from rfcli.description.architecture import NOWHERE, Copies, Entry, Reference
from rfcli.description.blocks import Blocks
from rfcli.description.building import Building
from rfcli.description.evaluation import Evaluator, Formula
from rfcli.description.format import CLOSING, MERGES, NO_MERGE
from rfcli.description.names import COUNTER, NAME_HELP, valid_name
from rfcli.description.nodes import LOST, Node, Reported, held
from rfcli.description.template import Context, ItemKind, Template, Templates
from rfcli.layers._layer import WRONG
from rfcli.layers._parameters import integral, shown
from rfcli.layers._registry import layer_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.description.expressions import Environment
    from rfcli.description.limits import Limits
    from rfcli.description.nodes import Problems
    from rfcli.layers._layer import Layer

    Source = int | Reference

MAX_PROBLEMS = 20_000
"""Problems, counted as often as repetitions meet them, after which nothing more is looked at."""

MEASURE_AFTER = 10_000
"""Items after which an expansion is measured before it goes on; nearly all descriptions end before."""

ITEMS_PER_LAYER = 4
"""Items that are looked at for each layer that is allowed: what is dropped or holds no layers takes time as well."""

NOTHING = -1
"""The source of an item that has no previous one: it must name its inputs."""


class Stop(Exception):
    """A limit is exceeded: expansion cannot go on."""


class Scope:
    """Where items get their names: a path with its final slash, and how many unnamed items of each kind it has."""

    __slots__ = ("counters", "path")

    def __init__(self, path: str = "") -> None:
        self.path = path
        self.counters: dict[str, int] = {}

    def count(self, kind: str) -> int:
        """The number of the next unnamed item of a kind."""
        self.counters[kind] = number = self.counters.get(kind, 0) + 1
        return number


class Expander:
    """Expands the items of one description."""

    def __init__(self, context: Context, limits: Limits, problems: Problems) -> None:
        self.context, self.limits, self.problems = context, limits, problems
        self.axes = context.axes or 2
        self.evaluate = Evaluator(problems)
        self.building = Building(self.evaluate, problems, context.axes)
        self.templates = Templates(context, self.evaluate, problems)
        self.blocks = Blocks(context, self.evaluate, problems)
        self.blurred: set[str] = set()
        """Paths, with a final slash, of which nothing is known: anything may stand there or below."""
        self.entries: list[Entry] = []
        self.scopes: dict[str, Source] = {}
        self.taken: dict[str, Node | None] = {}
        """Every name of a layer or scope -> where it comes from."""
        self.copies: list[Copies] = []
        """Copies of items that all take the inputs that the item names."""
        self.inputs = 0
        self.depth = 0
        """Blocks within blocks around what is expanded."""
        self.steps = 0
        """Items that were looked at."""
        self.root: list[Node] = []
        """The network's items."""

    def add_input(self, name: str, node: Node) -> None:
        """Adds an input, before all layers."""
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
                self.limits.exceeded("name", len(name)),
            )  # fmt: skip
        self.taken[name] = node

    # Items

    def expand(self, layers: Node, source: Source) -> None:
        """Expands the network's items; the first takes `source`. Raises `Stop` where a limit is exceeded."""
        try:
            self.root = held(layers)
            self.items(layers, Scope(), self.context.parameters, source)
        except Reported:
            self.blurred.add("")

    def items(self, layers: Node, scope: Scope, env: Environment, source: Source) -> Source:
        """Expands a list of items; returns what the next one takes."""
        for node in held(layers):
            source = self.item(self.templates.of(node), scope, env, source)
        return source

    def item(self, item: Template, scope: Scope, env: Environment, source: Source) -> Source:
        """Expands one item as often as it is repeated."""
        self.step(item.node)
        if item.vague and COUNTER not in env:
            env = {**env, COUNTER: LOST}
        try:
            chained = item.chain is not None and self.chained(item, env)
            if item.repeat is None:
                return self.instance(item, scope, env, source, 0)
            times = self.times(item, item.repeat, env)
        except Reported:
            return self.blur(item, scope, env)
        if item.kind is ItemKind.LAYER and item.when is None:
            self.room(item.node, times)
        copies: list[Source] = []
        for number in range(1, times + 1):
            self.step(item.node)
            out = self.instance(item, scope, {**env, item.counter: number}, source, number, chained and bool(copies))
            if out is not source:
                copies.append(out)
            source = out
        if item.inputs is not None and item.chain is None and len(copies) > 1 and item.counter not in item.inputs.names:
            self.copies.append(Copies(item.node, tuple(copies)))
        return source

    def times(self, item: Template, repeat: Formula, env: Environment) -> int:
        """How often an item is repeated. Raises `Reported`."""
        if item.counter != COUNTER and item.counter in env:
            self.problems.add(
                item.node.value["repeat"].value["as"],
                "RF202",
                f"'{item.counter}' is the name of a parameter or of another counter here",
                "give the counter another name",
            )
        return self.evaluate.integer(repeat, env, "repeat", 0)

    def chained(self, item: Template, env: Environment) -> bool:
        """Whether each copy of an item follows the one before. Raises `Reported`."""
        assert item.chain is not None, "it says so"
        chained = self.evaluate.boolean(item.chain, env, "chain")
        missing = next((key for key in ("repeat", "inputs") if key not in item.node.value), None)
        if missing is not None:
            self.problems.add(
                item.chain.node, "RF308", f"chain goes with repeat and inputs, here is no '{missing}'",
                "copies follow each other by themselves where no inputs are named",
            )  # fmt: skip
        return chained

    def step(self, node: Node) -> None:
        """Counts an item that is looked at. Raises `Stop` where it is one too many."""
        self.steps += 1
        if len(self.problems) > MAX_PROBLEMS:
            raise Stop
        if self.steps == MEASURE_AFTER:
            self.measure()
        if self.steps > ITEMS_PER_LAYER * self.limits.layers:
            self.room(node, self.limits.layers + 1)

    def measure(self) -> None:
        """Raises `Stop` where the whole description expands to too much."""
        from rfcli.description.measure import Measure

        most = ITEMS_PER_LAYER * self.limits.layers
        measure = Measure(self.templates, self.blocks, self.evaluate, self.limits, most)
        node = measure.excess(self.root, self.context.parameters)
        if node is not None:
            self.room(node, self.limits.layers + 1)

    def room(self, node: Node, layers: int) -> None:
        """Raises `Stop` where there is no room for that many more layers."""
        if len(self.entries) + layers > self.limits.layers:
            self.problems.add(
                node, "RF009", f"the network expands to more than {self.limits.layers} layers",
                self.limits.exceeded("layers"),
            )  # fmt: skip
            raise Stop

    def instance(
        self, item: Template, scope: Scope, env: Environment, source: Source, number: int, follows: bool = False
    ) -> Source:
        """Expands one instance of an item; `number` counts repetitions from 1, 0 for an item without `repeat`. One that
        `follows` takes the copy before it, whatever its inputs are."""
        try:
            if item.when is not None and not self.evaluate.boolean(item.when, env, "when"):
                return source
        except Reported:
            return self.blur(item, scope, env)
        named = item.inputs if not follows else None
        sources = self.references(named, scope, env) if named is not None else (source,)
        try:
            name = self.name(item, env, number)
        except Reported:
            self.blurred.add(scope.path)
            name = f"?{scope.count('?')}"
        if item.vague:
            self.blurred.add(f"{scope.path}{name}/" if name else scope.path)
        if item.single:
            return self.leaf(item, name, scope, env, sources)
        inner = scope
        if name:
            inner = Scope(f"{scope.path}{name}/")
            if not item.vague:
                self.take(scope.path + name, item.node)
        try:
            out = self.scope(item, inner, env, sources[0])
            holed = item.holed
        except Reported:
            out, holed = NOWHERE, True
        if holed:
            self.blurred.add(inner.path)
            return NOWHERE
        if name and out != NOTHING:
            self.scopes[scope.path + name] = out
        return out

    def blur(self, item: Template, scope: Scope, env: Environment) -> Source:
        """Leaves an item out: it is not known whether it is there, or how often."""
        try:
            name = self.name(item, {**env, COUNTER: LOST, item.counter: LOST}, 0)
        except Reported:
            name = ""
        self.blurred.add(f"{scope.path}{name}/" if name else scope.path)
        return NOWHERE

    def name(self, item: Template, env: Environment, number: int) -> str:
        """The instance's own name, "" when it has none. Raises `Reported`."""
        if item.name is None:
            return ""
        name = integral(self.evaluate.value(item.name, env))
        if type(name) is int:
            name = str(name)
        if number and item.counter not in item.name.names:
            name = f"{name}_{number}"
        if type(name) is not str or not valid_name(name):
            self.problems.add(
                item.name.node, "RF211", f"the name {shown(name)} holds characters that names may not hold", NAME_HELP
            )
            raise Reported
        return name

    def leaf(self, item: Template, name: str, scope: Scope, env: Environment, sources: tuple[Source, ...]) -> Source:
        """Adds an item that is one layer."""
        layer, like = self.layer(item, env), None
        if item.kind is ItemKind.UNKNOWN:
            self.blurred.add(f"{scope.path}{name}/" if name else scope.path)
            name = name or f"?{scope.count('?')}"
        elif not name:
            name = f"{item.type}_{scope.count(item.type)}"
        if item.like is not None:
            try:
                like = self.reference(item.like, scope, env)
            except Reported:
                layer = WRONG
        return self.entry(scope.path + name, layer, sources, like, item.node, vague=item.vague)

    def entry(
        self,
        path: str,
        layer: Layer,
        sources: tuple[Source, ...],
        like: Reference | None,
        node: Node,
        vague: bool = False,
    ) -> Source:
        """Adds a layer; returns its number, by which the next one takes it."""
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

    def layer(self, item: Template, env: Environment) -> Layer:
        """The layer of an item for the values of an environment; built once for each combination."""
        key = repr([env.get(name) for name in item.names]) if item.names else ""
        if key not in item.layers:
            item.layers[key] = self.build(item, env)
        return item.layers[key]

    def build(self, item: Template, env: Environment) -> Layer:
        """The layer of an item; `WRONG`, with the problem added, where that cannot be."""
        return self.building.layer(item, env)

    # Scopes

    def scope(self, item: Template, scope: Scope, env: Environment, source: Source) -> Source:
        """Expands what a scope holds; returns what it stands for."""
        if item.kind is ItemKind.SEQUENCE:
            return self.items(item.node.value["layers"], scope, env, source)
        if item.kind is ItemKind.BLOCK:
            return self.block(item, scope, env, source)
        if item.kind is ItemKind.RESIDUAL:
            return self.residual(item, scope, env, source)
        return self.branches(item, scope, env, source)

    def residual(self, item: Template, scope: Scope, env: Environment, source: Source) -> Source:
        value = item.node.value
        body = self.items(value["layers"], scope, env, source)
        shortcut = source
        if "shortcut" in item.values:
            if not self.evaluate.boolean(item.values["shortcut"], env, "shortcut"):
                return body
        elif "shortcut" in value:
            shortcut = self.items(value["shortcut"], scope, env, source)
        return self.merge(item, scope, env, (body, shortcut))

    def branches(self, item: Template, scope: Scope, env: Environment, source: Source) -> Source:
        branches = held(item.node.value["branches"])
        named = branches.items() if type(branches) is dict else ((None, branch) for branch in branches)
        found: list[Source] = []
        whole = True
        for name, branch in named:
            layers = branch
            try:
                if type(branch.value) is dict:
                    when = branch.value.get("when")
                    if when is not None and not self.evaluate.boolean(self.evaluate.read(when), env, "when"):
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
        return self.merge(item, scope, env, tuple(found))

    def merge(self, item: Template, scope: Scope, env: Environment, sources: tuple[Source, ...]) -> Source:
        """The merge that closes a residual or branches, a layer of its own."""
        kind = CLOSING[item.type]
        if "merge" in item.values:
            value = item.values["merge"]
            kind = self.evaluate.value(value, env)
            known = (*MERGES, NO_MERGE) if item.kind is ItemKind.BRANCHES else MERGES
            if kind not in known:
                self.problems.add(value.node, "RF208", f"merge must be one of {', '.join(known)}; is {shown(kind)}")
                raise Reported
        if kind == NO_MERGE:
            return NOTHING
        number = scope.count(kind)
        name = kind if number == 1 else f"{kind}_{number}"
        key = f"merge {kind}"
        if key not in item.layers:
            item.layers[key] = layer_of(kind, self.axes, {})
        return self.entry(scope.path + name, item.layers[key], sources, None, item.node)

    def block(self, item: Template, scope: Scope, env: Environment, source: Source) -> Source:
        name, block = self.blocks.used(item)
        if self.depth >= self.limits.blocks:
            self.problems.add(
                item.node.value["block"], "RF009",
                f"blocks within blocks more than {self.limits.blocks} deep, at block '{name}'",
                "a block that uses itself needs a 'when' that ends it; otherwise " + self.limits.exceeded("blocks"),
            )  # fmt: skip
            raise Stop
        self.depth += 1
        try:
            return self.body(name, block, scope, self.blocks.arguments(item, env), source)
        finally:
            self.depth -= 1

    def body(self, name: str, block: Node, scope: Scope, env: Environment, source: Source) -> Source:
        """Expands the items of a block."""
        return self.items(block.value["layers"], scope, env, source)

    # Values

    def references(self, inputs: Formula, scope: Scope, env: Environment) -> tuple[Source, ...]:
        """What inputs mean; `NOWHERE` for those that are wrong."""
        if inputs.node.value is LOST:
            return (NOWHERE,)
        return tuple([self._source(part, scope, env) for part in inputs.parts])

    def _source(self, value: Formula, scope: Scope, env: Environment) -> Source:
        try:
            return self.reference(value, scope, env)
        except Reported:
            return NOWHERE

    def reference(self, value: Formula, scope: Scope, env: Environment) -> Reference:
        """The reference that a value is. Raises `Reported`."""
        name = integral(self.evaluate.value(value, env))
        if type(name) is int:
            name = str(name)
        if type(name) is not str:
            self.problems.add(value.node, "RF208", f"the name of a layer must be a string, is {shown(name)}")
            raise Reported
        return Reference(name, scope.path, value.node)
