"""What a text holds, for lists of it, and what of it can be folded."""

from __future__ import annotations

from rfcli.server.tree import is_item
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.description.nodes import Node
    from rfcli.server.reading import Read


class Symbol(Value):
    """Something with a name: its kind is section, layer, scope, block, parameter or input; lines from 1."""

    name: str
    kind: str
    detail: str
    line: int
    column: int
    last: int
    inside: tuple[Symbol, ...] = ()


def symbols(read: Read) -> list[Symbol]:
    """The sections of a description with what stands in them."""
    root = read.tree.root
    if root is None or type(root.value) is not dict or read.foreign:
        return []
    ends = _Ends(read)
    return [_section(key, node, root, ends) for key, node in root.value.items() if key in SECTIONS]


SECTIONS = ("input", "inputs", "parameters", "blocks", "defaults", "layers", "outputs", "expect", "check")
"""Keys of a description that are shown."""


class _Ends:
    """The last lines of what stands in a text: each ends before the next that stands no deeper."""

    def __init__(self, read: Read) -> None:
        self.tokens = read.tree.tokens
        self.lines = len(read.text.lines)
        self.text = read.text
        self.last: dict[int, int] = {}
        for token in self.tokens:
            for node in (*token.parents, token.node):
                self.last[id(node)] = max(self.last.get(id(node), 0), token.line)

    def of(self, node: Node) -> int:
        return self.last.get(id(node), node.span.line)


def _section(key: str, node: Node, around: Node, ends: _Ends, kind: str = "section") -> Symbol:
    where = around.key_span(key)
    inside: list[Symbol] = []
    if type(node.value) is list and key == "layers":
        inside = [_item(one, ends) for one in node.value if type(one.value) is dict]
    elif type(node.value) is dict and key in ("blocks", "inputs", "parameters"):
        named = {"blocks": "block", "inputs": "input", "parameters": "parameter"}[key]
        for name, one in node.value.items():
            if named == "block" and type(one.value) is dict and "layers" in one.value:
                within = [_section("layers", one.value["layers"], one, ends)]
                place = node.key_span(name)
                inside.append(Symbol(name, named, "", place.line, place.column, ends.of(one), tuple(within)))
            else:
                place = node.key_span(name)
                inside.append(Symbol(name, named, "", place.line, place.column, ends.of(one)))
    return Symbol(key, kind, "", where.line, where.column, max(ends.of(node), where.line), tuple(inside))


def _item(node: Node, ends: _Ends) -> Symbol:
    """A layer or scope, with the items in it."""
    given = {key: one.value for key, one in node.value.items() if type(one.value) in (str, int)}
    kind = str(given.get("type", given.get("block", "?")))
    inside: list[Symbol] = []
    for key in ("layers", "shortcut"):
        below = node.value.get(key)
        if below is not None and type(below.value) is list:
            inside += [_item(one, ends) for one in below.value if type(one.value) is dict]
    branches = node.value.get("branches")
    if branches is not None and type(branches.value) in (list, dict):
        several = branches.value.values() if type(branches.value) is dict else branches.value
        for one in several:
            layers = one.value.get("layers") if type(one.value) is dict else one
            if layers is not None and type(layers.value) is list:
                inside += [_item(each, ends) for each in layers.value if type(each.value) is dict]
    what = "scope" if inside or "block" in given else "layer"
    span = node.span
    return Symbol(str(given.get("name", kind)), what, kind, span.line, span.column, ends.of(node), tuple(inside))


def folds(read: Read) -> list[tuple[int, int]]:
    """First and last lines, from 1, of what can be folded: mappings and lists of several lines."""
    root = read.tree.root
    if root is None or read.foreign:
        return []
    ends = _Ends(read)
    found: dict[int, int] = {}
    for token in read.tree.tokens:
        if type(token.node.value) not in (dict, list):
            continue
        if not token.key and not is_item(token.path):
            continue
        last = ends.of(token.node)
        if last > token.line:
            found[token.line] = max(found.get(token.line, 0), last)
    return sorted(found.items())
