"""The layers of a graph as items in scopes, by the slashes of their names; names told from within their scopes."""

from collections import Counter
from collections.abc import Iterator

from rfcli.graph.graph import Graph
from rfcli.writers.description.items import Defaults, Item, layer_item

Shape = tuple[tuple[str, object], ...]
"""The names in a scope, with a type for each layer and a shape for each scope."""

DEEPEST = 12
"""Scopes within one another that are written as such; below them names keep their slashes. Reading has its limits."""

SMALLEST = 3
"""Layers of a scope that is written as such, unless there are as many scopes like it."""


class _Tree:
    """A scope on the way: its children by name, the numbers of the layers inside."""

    __slots__ = ("children", "first", "last", "shape")

    def __init__(self, first: int) -> None:
        self.children: dict[str, _Tree | int] = {}
        self.first = self.last = first
        self.shape: Shape = ()


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
            inner = place.children.setdefault(head, _Tree(number))
            assert isinstance(inner, _Tree)
            place, left, depth = inner, rest, depth + 1
            place.last = number
        place.children[left] = number
    _dissolve(graph, root)
    ends: dict[int, list[str]] = {}
    _add_ends(root, "", ends)
    known = {*names, *graph.architecture.scopes, *(path for name in names for path in _prefixes(name))}
    return list(_itemised(graph, root, "", defaults, _Namer(names, known, ends)))


def _prefixes(name: str) -> Iterator[str]:
    while "/" in name:
        name = name.rpartition("/")[0]
        yield name


def _scopes(names: list[str], start: int) -> set[str]:
    """Paths whose layers stand in one run, so that an item can hold them."""
    inside: dict[str, list[int]] = {}
    for number in range(start, len(names)):
        for path in _prefixes(names[number]):
            inside.setdefault(path, []).append(number)
    return {path for path, held in inside.items() if held[-1] - held[0] + 1 == len(held)} - set(names)


def _dissolve(graph: Graph, root: _Tree) -> None:
    """Small scopes of layers only, of which there are few alike, become names with slashes."""
    alike: Counter[Shape] = Counter()
    types = [layer.type if layer else "" for layer in graph.layers]

    def shape(tree: _Tree) -> Shape:
        children = tree.children.items()
        tree.shape = tuple((name, shape(one) if isinstance(one, _Tree) else types[one]) for name, one in children)
        alike[tree.shape] += 1
        return tree.shape

    def walk(tree: _Tree) -> None:
        children: dict[str, _Tree | int] = {}
        for name, child in tree.children.items():
            if isinstance(child, _Tree):
                walk(child)
                few = len(child.children) < SMALLEST and (len(child.children) == 1 or alike[child.shape] < SMALLEST)
                if few and all(isinstance(one, int) for one in child.children.values()):
                    children.update((f"{name}/{rest}", one) for rest, one in child.children.items())
                    continue
            children[name] = child
        tree.children = children

    shape(root)
    walk(root)


def _add_ends(tree: _Tree, path: str, ends: dict[int, list[str]]) -> None:
    """Adds the last layers of the scopes that are written as such -> the paths of these."""
    for name, child in tree.children.items():
        if isinstance(child, _Tree):
            ends.setdefault(child.last, []).append(path + name)
            _add_ends(child, f"{path}{name}/", ends)


class _Namer:
    """Tells how a layer is named from within a scope: its own scope is looked in first, then those around it."""

    def __init__(self, names: list[str], known: set[str], ends: dict[int, list[str]]) -> None:
        self.names, self.known, self.ends = names, known, ends

    def name(self, target: int, scope: str) -> str:
        """`scope` ends with a slash, or is empty. A scope's path stands for its last layer where it is left behind."""
        full = self.names[target]
        left_behind = [path for path in self.ends.get(target, ()) if not scope.startswith(path + "/")]
        for path in [*left_behind, full]:
            around = scope
            while not path.startswith(around):
                around = _outer(around)
            for short in (path[len(around) :], path):
                if self._means(short, scope) == path:
                    return short
        return full

    def _means(self, short: str, scope: str) -> str:
        while scope:
            if scope + short in self.known:
                return scope + short
            scope = _outer(scope)
        return short


def _outer(scope: str) -> str:
    """The scope around one: "a/b/" is in "a/", that in ""."""
    return scope[: scope.rfind("/", 0, -1) + 1]


def _itemised(graph: Graph, tree: _Tree, scope: str, defaults: Defaults, namer: _Namer) -> Iterator[Item]:
    for name, child in tree.children.items():
        if isinstance(child, _Tree):
            layers = list(_itemised(graph, child, f"{scope}{name}/", defaults, namer))
            yield Item(child.first, child.last, name=name, layers=layers)
            continue
        told = graph.sources[child] != (child - 1,) or (child == len(graph.inputs) and child > 1)
        yield layer_item(graph, child, name, defaults, lambda target: namer.name(target, scope), told)
