"""What a text and the last right one before it have in common, as somebody types: items that are the same are read,
checked and built once.

Only what is right is kept. Where lines have changed, in one place or in several, the innermost items of a list that
hold them are read by themselves, or the value of a key, and put in place of what stood there. In YAML's block style a
line with the next dash, or the next key, ends all that stands before it, so what stands around reads as it did; of JSON
`braced` says the same. Where that is not sure, or something in the new lines is wrong, the whole text is read.
"""

from __future__ import annotations

import re
from itertools import pairwise

from rfcli.description import source
from rfcli.description.expand import Expander
from rfcli.description.nodes import LOST, File, Node, Problems
from rfcli.layers._layer import WRONG
from rfcli.server import braced
from rfcli.server.changes import Changes
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from rfcli.description.expand import Scope, Source
    from rfcli.description.expressions import Environment
    from rfcli.description.limits import Limits
    from rfcli.description.nodes import Plain, Position
    from rfcli.description.template import Context, Template
    from rfcli.server.changes import Change
    from rfcli.server.texts import Text

    Path = tuple[str | int, ...]
    Moved = tuple[Node, int, int, dict[str, Position] | None]

_DASH = re.compile(r" *- +(?=\S)")
"""What stands before an item in its first line."""
_ANCHOR = re.compile(r"(?:^|[\s,\[{])&\S")
"""What may be an anchor: aliases stand for it elsewhere."""
_LONE = re.compile(r"\r(?!\n)")
"""What ends a line of an editor, and none of JSON."""
_OF_DOCUMENTS = ("---", "...", "%")
"""Beginnings of lines that end a document, or say how to read one."""

SWEEP_EVERY = 256
"""Texts after which what none of them uses any more is thrown away."""
MOST_BUILT = 64
"""Layers for different values that are kept of one item when what is not used is thrown away."""


class Place(Value):
    """A part of a document, and the lines, from 0, on which it stood: the keys and indices that lead to a list or
    mapping, and items of it from one up to another, or a key."""

    path: Path
    part: tuple[int, int] | str
    start: int
    end: int


class Noting(Expander):
    """Notes what unnamed scopes and uses of blocks stand for, of which nothing else tells."""

    def __init__(self, context: Context, limits: Limits, problems: Problems) -> None:
        super().__init__(context, limits, problems)
        self.outs: list[tuple[Node, int]] = []
        """Items that are no layers, with the number of the layer that each stands for when it is expanded."""

    def instance(
        self, item: Template, scope: Scope, env: Environment, source: Source, number: int, follows: bool = False
    ) -> Source:
        out = super().instance(item, scope, env, source, number, follows)
        if not item.single and type(out) is int and out >= 0 and out != source:
            self.outs.append((item.node, out))
        return out


class Kept:
    """The last right text, and what was made of its items."""

    def __init__(self) -> None:
        self._changes = Changes([])
        self._root: Node | None = None
        self._limits: Limits | None = None
        self._templates: dict[int, Template] = {}
        self._context: object = None
        self._expander: Noting | None = None
        self._moved: list[Moved] = []
        """Nodes of the last right text that stand on other lines in the one that is read, and where they stood."""
        self._texts = 0

    @property
    def sound(self) -> Container[int]:
        """The `id`s of items that were looked at before, and are right."""
        return self._templates.keys()

    def root(self, text: Text, limits: Limits) -> Node | None:
        """The document of a text, most of it as it was read before; None where the text has to be read as a whole."""
        self._give_up()
        root = self._root
        if root is None or limits != self._limits or len(text.whole) > limits.bytes // 4:
            return None
        json = root.file.find is not None
        if (braced.most_nodes(text.whole) if json else len(text.whole)) > limits.nodes:
            return None
        if json and not root.file.path.endswith(".json"):
            return None
        if ("\r" in text.whole and _LONE.search(text.whole)) if json else _ANCHOR.search(text.whole):
            return None
        self._changes.to(text.lines)
        for before, change, after in self._changes.steps():
            patched = self._of_json if json else self._of_yaml
            found = patched(root, before, change, after, limits)
            if found is None:
                return None
            root = found
        root.file.text = text.whole
        return root

    def _of_yaml(self, root: Node, before: list[str], change: Change, after: list[str], limits: Limits) -> Node | None:
        """A document in which some lines are read anew; None where that cannot be."""
        by = change.now - change.was
        for at, place in enumerate(reversed(list(_places(root, before, change)))):
            if at and place.end - place.start > len(before) // 2:
                break  # as much as the whole text
            found = _read(root, place, after[place.start : place.end + by], limits)
            if found is not None:
                if by:
                    self._moved += _move(root, (place.end + 1, 1), by, 0)
                return _replaced(root, place.path, place.part, found)
        return None

    def _of_json(self, root: Node, before: list[str], change: Change, after: list[str], limits: Limits) -> Node | None:
        """The same of a document in JSON."""
        cut = braced.Cut(before, change, after)
        for part in reversed(list(cut.parts(root))):
            found = cut.read(part, root, limits)
            if found is not None:
                moves = cut.moves(part)
                if moves is not None:
                    self._moved += _move(root, *moves)
                for one in _nodes(found):
                    one.file = root.file
                return _replaced(root, part.path, part.part, found)
        return None

    @property
    def outs(self) -> list[tuple[Node, int]]:
        """Items of the text that was expanded last that are no layers, and the layers that they stand for."""
        return [] if self._expander is None else self._expander.outs

    def expander(self, context: Context, limits: Limits, problems: Problems) -> Expander:
        """What expands a description, with what is known of items that it has in common with the one before."""
        found = self._expander = Noting(context, limits, problems)
        said = _said(context)
        if said is None or said != self._context:
            self._templates, self._context = {}, said
        found.templates.known = dict(self._templates)
        return found

    def keep(self, text: Text, root: Node, limits: Limits) -> None:
        """Keeps what was made of a text that is right."""
        if root.file.find is not None:
            if "\r" in text.whole and _LONE.search(text.whole):
                self._root = None  # its lines are not those of an editor
                return
            if not root.line:
                braced.placed(root, _nodes(root))
        self._changes, self._root, self._limits, self._moved = Changes(text.lines), root, limits, []
        if self._expander is not None:
            self._templates = self._expander.templates.known
        self._expander = None
        self._texts += 1
        if self._texts % SWEEP_EVERY == 0:
            used = {id(node) for node in _nodes(root)}
            self._templates = {key: one for key, one in self._templates.items() if key in used}
            for one in self._templates.values():
                if len(one.layers) > MOST_BUILT:
                    one.layers = {}

    def _give_up(self) -> None:
        """Forgets what was made of a text that turned out to be wrong."""
        for node, line, column, keys in reversed(self._moved):
            node.line, node.column, node.keys = line, column, keys
        self._moved = []
        if self._expander is not None:
            for one in self._templates.values():
                if WRONG in one.layers.values():
                    one.layers = {key: layer for key, layer in one.layers.items() if layer is not WRONG}
        self._expander = None


def _places(root: Node, lines: list[str], change: Change) -> Iterator[Place]:
    """Parts of a document that hold a change, the outermost first."""
    path: Path = ()
    node, end = root, len(lines)
    while True:
        place: Place | None = None
        if type(node.value) is list:
            place = _of_list(node, path, lines, change, end)
        elif type(node.value) is dict and node.keys:
            place = _of_mapping(node, path, lines, change, end)
        if place is None:
            return
        yield place
        step: str | int
        if isinstance(place.part, str):
            step, end = place.part, place.end
        else:
            held = [at for at in range(*place.part) if _touched(node, at, lines, change, place)]
            if len(held) != 1:
                return
            step = held[0]
            end = _line(node.value[step + 1], lines) if step + 1 < place.part[1] else place.end
        path, node = (*path, step), node.value[step]


def _of_list(node: Node, path: Path, lines: list[str], change: Change, end: int) -> Place | None:
    """The items of a list in block style that hold a change, with the one before them; the list ends before a line."""
    starts = [_line(item, lines) for item in node.value]
    if not starts or -1 in starts or any(a >= b for a, b in pairwise(starts)):
        return None
    if starts[0] > change.first or end < change.was:
        return None
    first = max(sum(start <= change.first for start in starts) - 2, 0)
    last = next((at for at in range(first + 1, len(starts)) if starts[at] >= change.was), len(starts))
    return Place(path, (first, last), starts[first], starts[last] if last < len(starts) else end)


def _line(item: Node, lines: list[str]) -> int:
    """The line, from 0, with the dash of an item; -1 where the item does not begin in that line."""
    found = _DASH.match(lines[item.line - 1]) if item.line else None
    return item.line - 1 if found is not None and found.end() == item.column - 1 else -1


def _touched(node: Node, at: int, lines: list[str], change: Change, place: Place) -> bool:
    """Whether a change touches an item of a list."""
    start = _line(node.value[at], lines)
    stop = _line(node.value[at + 1], lines) if at + 1 < place.part[1] else place.end  # type: ignore[operator]
    return start <= change.first < stop or start < change.was <= stop


def _of_mapping(node: Node, path: Path, lines: list[str], change: Change, end: int) -> Place | None:
    """The key of a mapping in block style whose lines hold a change; the mapping ends before a line."""
    assert node.keys is not None, "who asks has looked"
    places = sorted((line - 1, column - 1, name) for name, (line, column) in node.keys.items())
    if places[0][:2] != (node.line - 1, node.column - 1):
        return None  # it stands in braces
    starts = [line for line, _, _ in places]
    at = sum(line <= change.first for line in starts) - 1
    if at > 0 and change.first == change.was == starts[at]:
        at -= 1  # what is put in before a key belongs to the one before
    stop = starts[at + 1] if at + 1 < len(starts) else end
    if at < 0 or change.was > stop or len(set(starts)) < len(starts):
        return None
    start, column, name = places[at]
    return Place(path, name, start, stop) if not lines[start][:column].strip(" ") or path else None


def _read(root: Node, place: Place, lines: list[str], limits: Limits) -> Node | None:
    """What some lines hold, read by themselves; None where it is nothing that can stand in a place, or where something
    in it is wrong."""
    around = root
    for step in place.path:
        around = around.value[step]
    if any(line.startswith(_OF_DOCUMENTS) for line in lines):
        return None
    text = "\n" * place.start + "\n".join(lines) + "\n"
    problems, file = Problems(), File(root.file.path, text)
    if not source.allowed(text, file.path, problems):
        return None
    from rfcli.description import yaml12

    found = yaml12.read(file, limits.replaced(nesting=max(limits.nesting - len(place.path), 1)), problems)
    if problems or found is None or found.column != around.column:
        return None
    if isinstance(place.part, str):
        here = {place.part: around.keys[place.part]} if around.keys is not None else None
        if type(found.value) is not dict or found.keys != here:
            return None
    elif type(found.value) is not list or found.line != place.start + 1:
        return None
    for one in _nodes(found):
        one.file = root.file
    return found


def _nodes(root: Node) -> list[Node]:
    """A node and all below it."""
    found = [root]
    for node in found:
        if type(node.value) is dict:
            found.extend(node.value.values())
        elif type(node.value) is list:
            found.extend(node.value)
    return found


def _move(root: Node, start: Position, lines: int, columns: int) -> list[Moved]:
    """Moves all that stands at a place or behind it by lines, and what stands in the line of that place by columns;
    what was moved, and where it was."""

    def moved(at: Position) -> Position:
        return (at[0] + lines, at[1] + columns if at[0] == start[0] else at[1]) if at >= start else at

    found = []
    for node in _nodes(root):
        keys, line, column = node.keys, node.line, node.column
        if keys is not None and any(at >= start for at in keys.values()):
            keys = {key: moved(at) for key, at in keys.items()}
        if (line, column) >= start or keys is not node.keys:
            found.append((node, line, column, node.keys))
            (node.line, node.column), node.keys = moved((line, column)), keys
    return found


def _replaced(node: Node, path: Path, part: tuple[int, int] | str, found: Node) -> Node:
    """A node in which something else stands in a place; the nodes that lead to it are new."""
    value: Plain = node.value.copy()
    if path:
        value[path[0]] = _replaced(node.value[path[0]], path[1:], part, found)
    elif isinstance(part, str):
        value[part] = found.value[part]
    else:
        value[part[0] : part[1]] = found.value
    return Node(value, node.file, node.line, node.column, node.keys)


def _said(context: Context) -> object:
    """What items depend on beside their own text; None where some of it is wrong."""
    blocks, defaults = context.blocks, context.defaults
    if blocks is None or defaults is None or any(one.value is LOST for one in (*blocks.values(), *defaults.values())):
        return None
    return context.axes, repr(context.parameters), set(blocks), dict(defaults)
