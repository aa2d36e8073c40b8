"""The layers of a graph as items of a description: defaults put together, names told from within their scopes."""

from __future__ import annotations

from collections import Counter

from rfcli.layers._parameters import REQUIRED
from rfcli.layers._registry import LAYERS
from rfcli.writers.description.yaml import escaped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from rfcli.graph.graph import Graph
    from rfcli.layers._layer import Layer

    Defaults = dict[tuple[str, str], Any]
    """The value that a parameter of a type has where it is not given; parameters that may be left out, and have one."""

DEEPEST = 12
"""Scopes within one another that are written as such; below them names keep their slashes. Reading has its limits."""

SMALLEST = 3
"""Layers of a scope that is written as such, unless there are as many scopes like it."""

SHARED = 0.75
"""Share of a type's layers whose value of a flag becomes the document's default."""


class Item:
    """A layer, a scope (with `layers`) or a use of a block, which stands for the layers `first` to `last` of the graph.

    `keys` are those of the text, `targets` the layers that its references name.
    """

    __slots__ = ("first", "keys", "last", "layers", "targets")

    def __init__(
        self,
        keys: dict[str, Any],
        first: int,
        last: int,
        layers: list[Item] | None = None,
        targets: tuple[int, ...] = (),
    ) -> None:
        self.keys, self.first, self.last, self.layers, self.targets = keys, first, last, layers, targets


def given(layer: Layer, defaults: Defaults) -> dict[str, Any]:
    """Parameters that have to be said, in the order of the manual; `like` is a reference, and left out."""
    found = {}
    for key, declared in layer.parameters.items():
        if key == "like":
            continue
        value = layer.given.get(key, declared.default)
        usual = defaults.get((layer.type, key), declared.default)
        if value is REQUIRED or (value is None and key not in layer.given):
            continue
        if usual is REQUIRED or value != usual or type(value) is not type(usual):
            found[key] = escaped(value)
    return found


def usual_values() -> Defaults:
    """What the layer types themselves say."""
    return {
        (name, key): declared.default
        for name, cls in LAYERS.items()
        for key, declared in cls.parameters.items()
        if declared.default is not REQUIRED and declared.default is not None
    }


def shared_values(graph: Graph) -> dict[str, dict[str, Any]]:
    """Flags and words that all layers of a type state, or of flags most: the document's `defaults`."""
    counts: Counter[str] = Counter()
    stated: dict[tuple[str, str], Counter[str]] = {}
    values: dict[str, Any] = {}
    usual = usual_values()
    for layer in graph.layers:
        if layer is None:
            continue
        counts[layer.type] += 1
        for key, value in given(layer, usual).items():
            if (layer.type, key) in usual and isinstance(value, bool | str):
                values[repr(value)] = value
                stated.setdefault((layer.type, key), Counter())[repr(value)] += 1
    found: dict[str, dict[str, Any]] = {}
    for (kind, key), seen in stated.items():
        ((text, count),) = seen.most_common(1)
        share = count / counts[kind]
        if count >= SMALLEST and (share == 1 or (share >= SHARED and isinstance(values[text], bool))):
            found.setdefault(kind, {})[key] = values[text]
    return found


class _Tree:
    """A scope on the way: its children by name, the numbers of the layers inside."""

    __slots__ = ("children", "first", "last")

    def __init__(self, first: int) -> None:
        self.children: dict[str, _Tree | int] = {}
        self.first = self.last = first


def items(graph: Graph, defaults: Defaults) -> list[Item]:
    """The network's items, in scopes; each computes what its layer computes."""
    start = len(graph.architecture.inputs)
    names = graph.labels
    whole = _scopes(names, start)
    root = _Tree(start)
    for number in range(start, len(names)):
        place, path, depth = root, "", 0
        left = names[number]
        while "/" in left and depth < DEEPEST:
            head, _, rest = left.partition("/")
            path = f"{path}/{head}" if path else head
            if path not in whole:
                break  # what is left of the name keeps its slashes
            inner = place.children.get(head)
            if inner is None:
                inner = place.children[head] = _Tree(number)
            assert isinstance(inner, _Tree)
            place, left, depth = inner, rest, depth + 1
            place.last = number
        place.children[left] = number
    _dissolve(graph, root)
    written: dict[str, int] = {}
    _written(root, "", written)
    known = {*names, *graph.architecture.scopes, *_prefixes(names)}
    return list(_itemised(graph, root, "", defaults, _Namer(names, known, written)))


def _prefixes(names: list[str]) -> Iterator[str]:
    for name in names:
        while "/" in name:
            name = name.rpartition("/")[0]
            yield name


def _scopes(names: list[str], start: int) -> set[str]:
    """Paths whose layers stand in one run, so that an item can hold them."""
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    count: Counter[str] = Counter()
    for number in range(start, len(names)):
        name = names[number]
        while "/" in name:
            name = name.rpartition("/")[0]
            first.setdefault(name, number)
            last[name] = number
            count[name] += 1
    taken = set(names)
    return {path for path in first if last[path] - first[path] + 1 == count[path] and path not in taken}


def _dissolve(graph: Graph, root: _Tree) -> None:
    """Small scopes of layers only, of which there are few alike, become names with slashes."""
    alike: Counter[Any] = Counter()
    shapes: dict[int, Any] = {}

    def shape(tree: _Tree) -> Any:
        parts = []
        for name, child in tree.children.items():
            if isinstance(child, _Tree):
                parts.append((name, shape(child)))
            else:
                layer = graph.layers[child]
                assert layer is not None
                parts.append((name, layer.type))
        shapes[id(tree)] = key = tuple(parts)
        alike[key] += 1
        return key

    def walk(tree: _Tree) -> None:
        children: dict[str, _Tree | int] = {}
        for name, child in tree.children.items():
            if isinstance(child, _Tree):
                walk(child)
                inner = child.children
                only = all(isinstance(one, int) for one in inner.values())
                few = len(inner) < SMALLEST and (len(inner) == 1 or alike[shapes[id(child)]] < SMALLEST)
                if only and few:
                    children.update((f"{name}/{rest}", one) for rest, one in inner.items())
                    continue
            children[name] = child
        tree.children = children

    shape(root)
    walk(root)


def _written(tree: _Tree, path: str, found: dict[str, int]) -> None:
    """Paths of the scopes that are written as such -> their last layer."""
    for name, child in tree.children.items():
        if isinstance(child, _Tree):
            found[path + name] = child.last
            _written(child, f"{path}{name}/", found)


class _Namer:
    """Tells how a layer is named from within a scope: its own scope is looked in first, then those around it."""

    def __init__(self, names: list[str], known: set[str], written: dict[str, int]) -> None:
        self.names, self.known = names, known
        self.ends: dict[int, list[str]] = {}
        for path, last in written.items():
            self.ends.setdefault(last, []).append(path)

    def name(self, target: int, scope: str) -> str:
        """`scope` ends with a slash, or is empty. A scope's path stands for its last layer where it is left behind."""
        full = self.names[target]
        left_behind = [path for path in self.ends.get(target, ()) if not scope.startswith(path + "/")]
        for path in [*left_behind, full]:
            around = scope
            while around and not path.startswith(around):
                around = around[:-1].rpartition("/")[0]
                around = f"{around}/" if around else ""
            for short in (path[len(around) :], path):
                if self._means(short, scope) == path:
                    return short
        return full

    def _means(self, short: str, scope: str) -> str:
        while scope:
            if scope + short in self.known:
                return scope + short
            scope = scope[:-1].rpartition("/")[0]
            scope = f"{scope}/" if scope else ""
        return short


def _itemised(graph: Graph, tree: _Tree, scope: str, defaults: Defaults, namer: _Namer) -> Iterator[Item]:
    for name, child in tree.children.items():
        if isinstance(child, _Tree):
            inner = list(_itemised(graph, child, f"{scope}{name}/", defaults, namer))
            yield Item({"name": name, "type": "sequence"}, child.first, child.last, inner)
            continue
        layer, sources, like = graph.layers[child], graph.sources[child], graph.likes[child]
        assert layer is not None
        keys: dict[str, Any] = {"name": name, "type": layer.type}
        targets: tuple[int, ...] = ()
        if sources != (child - 1,) or (child == len(graph.inputs) and child > 1):
            keys["inputs"] = [namer.name(source, scope) for source in sources]
            targets = sources
        keys.update(given(layer, defaults))
        if like is not None:
            keys["like"] = namer.name(like, scope)
            targets = (*targets, like)
        yield Item(keys, child, child, None, targets)
