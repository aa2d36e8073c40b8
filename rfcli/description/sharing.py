"""Expansion of one description for many settings: what two of them have in common is read, built and expanded once.

What a scope or the body of a block expands to depends on the values of the names that it mentions. It is kept as a
`Tape`, relative to the scope's path and to the number of its first layer, and played again wherever the same values
meet: for the next copy, and for the next setting. Only what is right is kept: an expansion that meets a problem is
thrown away with all that it has built.
"""

from __future__ import annotations

from itertools import islice

from rfcli.description.architecture import Copies, Entry, Reference
from rfcli.description.evaluation import Formula
from rfcli.description.expand import MEASURE_AFTER, Expander
from rfcli.description.mentions import Mentions
from rfcli.description.template import ItemKind, Templates

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.description.expand import Scope, Source
    from rfcli.description.expressions import Environment
    from rfcli.description.limits import Limits
    from rfcli.description.nodes import Node, Problems
    from rfcli.description.template import Context, Template
    from rfcli.layers._layer import Layer

    Taken = int | Reference | None
    """A source on a tape: a layer of the tape by its number there, a reference within its scope, None for what the
    scope itself takes."""

MOST_KEPT = 50_000
"""Layers that are kept, on tapes and built, before all is thrown away: some 30 megabytes."""


class Unshared(Exception):
    """A description of which nothing can be kept: a layer's own name opens a scope that others may share."""


class Tape:
    """What a scope has expanded to."""

    __slots__ = ("copies", "counters", "entries", "longest", "out", "scopes", "steps", "taken")

    def __init__(
        self,
        entries: list[tuple[str, Layer, tuple[Taken, ...], Reference | None, Node]],
        scopes: list[tuple[str, Taken]],
        taken: list[tuple[str, Node | None]],
        copies: list[tuple[Node, tuple[Taken, ...]]],
        counters: dict[str, int],
        steps: int,
        out: Taken,
    ) -> None:
        self.entries, self.scopes, self.taken, self.copies = entries, scopes, taken, copies
        self.counters, self.steps, self.out = counters, steps, out
        self.longest = max((len(name) for name, _ in taken), default=0)


class Store:
    """What is kept for settings that give the same defaults and the same axes."""

    def __init__(self, templates: Templates) -> None:
        self.templates = templates
        self.tapes: dict[tuple[object, ...], Tape | None] = {}
        """None for what was met once: a tape is made when it is met again, and at once of what is repeated."""


class Shared:
    """What the expansions of one description have in common."""

    def __init__(self) -> None:
        self._stores: dict[str, Store] = {}
        self._mentions: Mentions | None = None
        self._defaults: list[str] | None = None
        self.kept = 0
        """Layers on tapes, and layers built."""

    def expander(self, context: Context, limits: Limits, problems: Problems) -> Expander:
        """What expands the description for one setting."""
        if self.kept > MOST_KEPT:
            self.forget()
        return _Sharing(self, context, limits, problems)

    def forget(self) -> None:
        """Throws away all that is kept."""
        self._stores.clear()
        self.kept = 0

    def store(self, context: Context, expander: Expander) -> Store:
        """What is kept for a setting."""
        if self._defaults is None:
            values = [value for node in (context.defaults or {}).values() for value in node.value.values()]
            self._defaults = sorted({name for value in values for name in Formula(value).names})
        key = repr([context.axes, [context.parameters.get(name) for name in self._defaults]])
        found = self._stores.get(key)
        if found is None:
            found = self._stores[key] = Store(expander.templates)
        templates = found.templates
        templates.context, templates.evaluate, templates.problems = context, expander.evaluate, expander.problems
        return found

    def mentions(self, context: Context) -> Mentions:
        """The names that the description's items mention."""
        if self._mentions is None:
            self._mentions = Mentions(context.blocks or {})
        return self._mentions


class _Sharing(Expander):
    """Plays tapes where it can, and makes them where it cannot."""

    def __init__(self, shared: Shared, context: Context, limits: Limits, problems: Problems) -> None:
        super().__init__(context, limits, problems)
        self.shared = shared
        self.store = shared.store(context, self)
        self.templates = self.store.templates
        self.mentions = shared.mentions(context)
        self._copied = False
        """Whether the block that is opened is one of several copies."""

    def _open_implied(self, path: str) -> None:
        if path.rpartition("/")[0] not in self.taken:
            raise Unshared
        super()._open_implied(path)

    def build(self, item: Template, env: Environment) -> Layer:
        self.shared.kept += 1
        return super().build(item, env)

    def scope(self, item: Template, scope: Scope, env: Environment, source: Source) -> Source:
        if item.kind is ItemKind.BLOCK or not self._own(scope):
            return super().scope(item, scope, env, source)
        names, parameters = self.mentions.of_copy(item.node), self.context.parameters
        values = repr([(env.get(name), parameters.get(name)) for name in names])
        self._copied = item.repeat is not None
        return self._played((id(item.node), self.depth, values), item, None, scope, env, source)

    def block(self, item: Template, scope: Scope, env: Environment, source: Source) -> Source:
        self._copied = item.repeat is not None
        return super().block(item, scope, env, source)

    def body(self, name: str, block: Node, scope: Scope, env: Environment, source: Source) -> Source:
        if not self._own(scope):
            return super().body(name, block, scope, env, source)
        values = repr([env.get(mentioned) for mentioned in self.mentions.of_block(name)])
        return self._played((name, self.depth, values), None, block, scope, env, source)

    def _own(self, scope: Scope) -> bool:
        """Whether a scope has a name that is its own, and nothing in it yet."""
        return not scope.counters and scope.path[:-1] in self.taken and not self.problems

    def _played(
        self, key: tuple[object, ...], item: Template | None, block: Node | None, scope: Scope, env: Environment,
        source: Source,
    ) -> Source:  # fmt: skip
        """What a scope stands for, from a tape or expanded anew."""
        tapes = self.store.tapes
        again, tape = self._copied or key in tapes, tapes.get(key)
        shareable = isinstance(source, Reference) or source >= 0
        if tape is not None and shareable and self._has_room(tape, scope):
            return self._play(tape, scope, source)
        begun = (len(self.entries), len(self.taken), len(self.scopes), len(self.copies), self.steps)
        if item is not None:
            out = super().scope(item, scope, env, source)
        else:
            assert block is not None, "one of both is given"
            out = self.items(block.value["layers"], scope, env, source)
        if not again:
            tapes[key] = None
            self.shared.kept += 1
        elif shareable and not self.problems and tape is None:
            made = _Recording(self, scope.path, source, begun).tape(scope, out)
            if made is not None:
                tapes[key] = made
                self.shared.kept += len(made.taken)
        return out

    def _has_room(self, tape: Tape, scope: Scope) -> bool:
        """Whether no limit is met before the tape's end."""
        return (
            len(self.entries) + len(tape.entries) <= self.limits.layers
            and self.steps + tape.steps < MEASURE_AFTER
            and len(scope.path) + tape.longest <= self.limits.name
        )

    def _play(self, tape: Tape, scope: Scope, source: Source) -> Source:
        """Adds all that a tape holds; returns what the scope stands for."""
        path, base = scope.path, self.inputs + len(self.entries)

        def placed(taken: Taken) -> Source:
            if type(taken) is int:
                return base + taken if taken >= 0 else taken
            return source if taken is None else _moved(taken, path)  # type: ignore[arg-type]

        entries = self.entries
        for name, layer, taken, like, node in tape.entries:
            sources = tuple([placed(one) for one in taken])
            entries.append(Entry(path + name, layer, sources, None if like is None else _moved(like, path), node))
        for name, origin in tape.taken:
            self.taken[path + name] = origin
        for name, out in tape.scopes:
            self.scopes[path + name] = placed(out)
        for node, outs in tape.copies:
            self.copies.append(Copies(node, tuple([placed(out) for out in outs])))
        scope.counters.update(tape.counters)
        self.steps += tape.steps
        return placed(tape.out)


def _moved(reference: Reference, path: str) -> Reference:
    """A reference on a tape as one of the network."""
    return Reference(reference.name, path + reference.scope, reference.node)


class _NotKept(Exception):
    """Something on a tape leads out of it in a way of its own."""


class _Recording:
    """Makes a tape of what an expander has added since it began."""

    def __init__(self, expander: Expander, path: str, source: Source, begun: tuple[int, int, int, int, int]) -> None:
        self.expander, self.path, self.source, self.begun = expander, path, source, begun
        self.base = expander.inputs + begun[0]
        self.numbers: dict[str, int] = {}
        self.outs: dict[str, Source] = {}

    def tape(self, scope: Scope, out: Source) -> Tape | None:
        """The tape; None where what was added cannot be played elsewhere."""
        expander, cut = self.expander, len(self.path)
        first, first_taken, first_scope, first_copies, steps = self.begun
        entries = expander.entries[first:]
        self.numbers = {entry.name[cut:]: at for at, entry in enumerate(entries)}
        self.outs = {path[cut:]: to for path, to in islice(expander.scopes.items(), first_scope, None)}
        try:
            return Tape(
                [
                    (entry.name[cut:], entry.layer, self._all(entry.sources), self._like(entry.like), entry.node)
                    for entry in entries
                ],
                [(path, self._relative(to)) for path, to in self.outs.items()],
                [(path[cut:], node) for path, node in islice(expander.taken.items(), first_taken, None)],
                [(one.node, self._all(one.outs)) for one in expander.copies[first_copies:]],
                dict(scope.counters),
                expander.steps - steps,
                self._relative(out),
            )
        except _NotKept:
            return None

    def _all(self, sources: tuple[Source, ...]) -> tuple[Taken, ...]:
        return tuple([self._relative(one) for one in sources])

    def _relative(self, source: Source) -> Taken:
        """A source as a tape has it. Raises `_NotKept`."""
        if isinstance(source, Reference):
            if source is self.source:
                return None
            inside = self._inside(source)
            if inside is not None:
                return self._relative(inside)
            return self._like(source)
        if source >= self.base:
            return source - self.base
        if source == self.source:
            return None
        if source < 0:
            return source
        raise _NotKept

    def _like(self, reference: Reference | None) -> Reference | None:
        """A reference relative to the scope. Raises `_NotKept`."""
        if reference is None:
            return None
        if not reference.scope.startswith(self.path):
            raise _NotKept
        return Reference(reference.name, reference.scope[len(self.path) :], reference.node)

    def _inside(self, reference: Reference) -> int | None:
        """The layer of the tape that a reference means wherever the tape is played; None where that is not sure."""
        if any(wild in reference.name for wild in "*?[") or not reference.scope.startswith(self.path):
            return None
        scope = reference.scope[len(self.path) :]
        while True:
            found = self.numbers.get(scope + reference.name)
            if found is not None:
                return self.base + found
            out = self.outs.get(scope + reference.name)
            if out is not None:
                return None if isinstance(out, Reference) else out
            if not scope:
                return None
            scope = scope[:-1].rpartition("/")[0]
            scope = f"{scope}/" if scope else ""
