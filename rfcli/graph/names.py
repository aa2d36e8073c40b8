"""References to layers: their own scope first, then outwards; globs do not cross slashes."""

from __future__ import annotations

import re

from rfcli.description.architecture import Architecture, Reference
from rfcli.diagnostics import MAX_KNOWN, Mend, Near, NoLayer, Said, did_you_mean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfcli.description.nodes import Problems

MAX_LOOKED_AT = 20_000_000
"""Names that the globs of a description are compared with in all, for each of their wildcards; beyond it they match
nothing."""

_WILD = re.compile(r"[*?\[]")
ANY_DEPTH = "**"
"""The segment of a glob that stands for any number of scopes."""
_COUNT = re.compile(r"_[0-9]+$")


class Names:
    """The names of an architecture's inputs, layers and scopes, and what they stand for."""

    def __init__(self, architecture: Architecture) -> None:
        self.architecture = architecture
        self.numbers = {one.name: number for number, one in enumerate(architecture.inputs)}
        first = len(architecture.inputs)
        self.numbers.update((entry.name, first + at) for at, entry in enumerate(architecture.entries))
        for path in architecture.blurred:
            self.numbers.pop(path[:-1], None)
        self._tree: dict[str, dict[str, str]] | None = None
        self._resolving: set[str] = set()
        self._matched: dict[str, list[int]] = {}
        self._looked_at = 0
        """Names that globs were compared with, for each wildcard."""

    def number(self, path: str) -> int | None:
        """The number of the layer that a full path stands for, scopes included; None when there is none."""
        found = self.numbers.get(path)
        if found is not None:
            return found
        target = self.architecture.scopes.get(path)
        if not isinstance(target, Reference):
            return target
        if path in self._resolving:  # empty scopes that name each other
            return None
        self._resolving.add(path)
        several = self.resolve(target)
        self._resolving.discard(path)
        return several[0] if several else None

    def circular(self, path: str) -> bool:
        """Whether an empty scope stands for what it takes from itself, by way of other empty scopes."""
        seen = {path}
        target = self.architecture.scopes.get(path)
        while isinstance(target, Reference):
            taken = next((scoped for scoped in outwards(target) if self._known(scoped)), None)
            if taken is None or taken in self.numbers or self.blurred(taken):
                return False
            if taken in seen:
                return True
            seen.add(taken)
            target = self.architecture.scopes.get(taken)
        return False

    def _known(self, path: str) -> bool:
        return path in self.numbers or path in self.architecture.scopes

    def blurred(self, path: str) -> bool:
        """Whether a path that is not known may still be right: what it names may belong to something wrong."""
        paths = self.architecture.blurred
        if not paths or "" in paths:
            return bool(paths)
        path = _COUNT.sub("", path)  # the count of a repetition, if that is what is wrong
        while path:
            if f"{path}/" in paths:
                return True
            path = path.rpartition("/")[0]
        return False

    def resolve(self, reference: Reference, problems: Problems | None = None) -> list[int]:
        """The layers that a reference means; none, with the problem added to `problems`, where there are none.

        None either, and nothing added, where it may mean something wrong that has been reported.
        """
        name = reference.name
        wild = _WILD.search(name) is not None
        if wild and self.architecture.blurred:
            return []
        for path in outwards(reference):
            number = None if wild else self.number(path)
            found = self.matching(path) if wild else [] if number is None else [number]
            if found:
                return found
            if self.blurred(path):
                return []
        if problems is not None:
            self._missing(reference, wild, problems)
        return []

    def _missing(self, reference: Reference, wild: bool, problems: Problems) -> None:
        """Adds the problem of a reference that means nothing."""
        name = reference.name
        if not wild and any(path in self.tree for path in outwards(reference)):
            said, help = f"the scope '{name}' has no output of its own", "name one of the layers inside it"
            problems.add(reference.node, "RF201", said, help)
        else:
            what = "nothing matches" if wild else "there is no layer"
            copies = [] if wild else self._copies(name, reference.scope)
            if copies:
                told = Said(_last_of(copies), Mend("word", (copies[-1],), name))
                problems.add(reference.node, "RF201", f"{what} '{name}'", told)
                return
            near = Near(name, self._likely(name, reference.scope), _crossing(name) if wild else "")
            problems.add(reference.node, "RF201", f"{what} '{name}'", near)

    def matching(self, pattern: str) -> list[int]:
        """Numbers of the layers and scopes whose path a glob matches, in document order, each once."""
        if pattern not in self._matched:
            numbers = [self.number(path) for path in self.paths(pattern)]
            self._matched[pattern] = list(dict.fromkeys(number for number in numbers if number is not None))
        return self._matched[pattern]

    def paths(self, pattern: str) -> list[str]:
        """Paths of layers, inputs and scopes that a glob matches, in document order; ** stands for any scopes, at the
        end for all layers inside."""
        tree, level = self.tree, [""]
        *_, last = segments = pattern.split("/")
        for segment in segments:
            if segment == ANY_DEPTH:
                level = self._inside(level)
                if self._looked_at > MAX_LOOKED_AT:
                    return []
                continue
            wild = len(_WILD.findall(segment))
            if wild:
                self._looked_at += wild * sum(len(tree.get(at, ())) for at in level)
                if self._looked_at > MAX_LOOKED_AT:
                    return []
                matches = re.compile(_translated(segment)).fullmatch
                level = [path for at in level for name, path in tree.get(at, {}).items() if matches(name)]
            else:
                level = [f"{at}/{segment}" if at else segment for at in level if segment in tree.get(at, {})]
        return [path for path in level if (path in self.numbers if last == ANY_DEPTH else self._known(path))]

    def _inside(self, scopes: list[str]) -> list[str]:
        """Scopes and all that is inside of them, however deep, in document order."""
        found: dict[str, None] = {}
        waiting = scopes[::-1]
        while waiting and self._looked_at <= MAX_LOOKED_AT:
            at = waiting.pop()
            self._looked_at += 1
            if at not in found:
                found[at] = None
                waiting += reversed(self.tree.get(at, {}).values())
        return list(found)

    @property
    def tree(self) -> dict[str, dict[str, str]]:
        """Every scope that has something inside -> own name and path of each thing there."""
        if self._tree is None:
            self._tree = {}
            for path in self.architecture.paths:
                scope, _, name = path.rpartition("/")
                self._tree.setdefault(scope, {})[name] = path
                while scope:
                    path, (scope, _, name) = scope, scope.rpartition("/")
                    inside = self._tree.setdefault(scope, {})
                    if name in inside:
                        break
                    inside[name] = path
        return self._tree

    def layers(self, pattern: str) -> list[int]:
        """Numbers of the layers that a name or glob of a call means; inputs are none."""
        return [number for number in self.matching(pattern) if number >= len(self.architecture.inputs)]

    def near(self, name: str, inputs: bool = False) -> str:
        """A help that names layers like `name`, for the answer to a call; with `inputs` those, too."""
        if name in self.tree and self.number(name) is None:
            inside = next((path for path in self.numbers if path.startswith(f"{name}/")), "")
            return f"it is a scope without an output of its own: name a layer inside it, as '{inside}'"
        said = self._last(name) or self.repeated(name)
        if said:
            return said
        sources = set() if inputs else {one.name for one in self.architecture.inputs}
        return did_you_mean(name, (path for path in self._likely(name, "") if path not in sources))

    def repeated(self, name: str) -> str:
        """A help for the name of a repeated item, whose copies have numbers behind it."""
        copies = self._copies(name, "")
        return _last_of(copies) if copies else ""

    def _copies(self, name: str, scope: str) -> list[str]:
        """The copies of a repeated item, as they are called in a scope."""
        for path in outwards(Reference(name, scope, None)):  # type: ignore[arg-type]
            above, _, own = path.rpartition("/")
            copy = re.compile(re.escape(own) + r"_[1-9][0-9]*").fullmatch
            copies = [one for one in self.tree.get(above, {}) if copy(one)]
            if copies and own:
                head = path.removeprefix(scope).removesuffix(own)
                return [head + one for one in copies]
        return []

    def _last(self, name: str) -> str:
        """A help for a word that says which layer is meant by its place."""
        if name.lower() not in ("last", "output", "final", "end", "-1", "out", "top"):
            return ""
        entries = self.architecture.entries
        return f"the last is '{entries[-1].name}'" if entries else ""

    def missing(self, name: object, argument: str = "layer") -> NoLayer:
        """An error that says that there is no such layer as an argument names, and what is near."""
        source = self.architecture.source
        if not isinstance(name, str):
            what = "the name of a layer" if argument == "layer" else f"{argument}, the name of a layer or input,"
            return NoLayer(f"{source}: {what} is a string, not {name!r:.60}", argument)
        near = self.near(name, inputs=argument != "layer")
        which = "" if argument == "layer" else f"{argument}: "
        return NoLayer(f"{source}: {which}there is no layer '{name}'" + (f" ({near})" if near else ""), argument)

    def _likely(self, name: str, scope: str) -> Iterator[str]:
        """Names that may be meant by a wrong one, those of its own scope first."""
        from itertools import chain, islice

        known = list(islice(chain(self.numbers, self.architecture.scopes), MAX_KNOWN))
        own = [path.removeprefix(scope) for path in known if path.startswith(scope)]
        yield from (path for path in dict.fromkeys([*own, *known]) if path != name)


def _last_of(copies: list[str]) -> str:
    if len(copies) == 1:
        return f"did you mean '{copies[0]}'?"
    return f"there are '{copies[0]}' to '{copies[-1]}': did you mean the last, '{copies[-1]}'?"


def _crossing(pattern: str) -> str:
    """What is said of a glob that matches nothing, and may be meant to cross scopes."""
    return "* stops at /, ** stands for any scopes: **/conv1" if ANY_DEPTH not in pattern else ""


def outwards(reference: Reference) -> Iterator[str]:
    """The paths that a reference may mean, from its own scope outwards."""
    scope = reference.scope
    while scope:
        yield scope + reference.name
        scope = scope[:-1].rpartition("/")[0]
        scope = f"{scope}/" if scope else ""
    yield reference.name


def _translated(glob: str) -> str:
    """A glob without slashes as a regular expression."""
    from fnmatch import translate

    return translate(glob)


def is_glob(name: str) -> bool:
    """Whether a name holds wildcards."""
    return _WILD.search(name) is not None
