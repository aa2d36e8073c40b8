"""The text of a description, and patches of it: what is changed is changed where a person would, and all else, comments
too, stays as it is."""

from __future__ import annotations

import re
from functools import cached_property

import yaml

from rfcli.values import Value

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # a PyYAML that was built without libyaml
    from yaml import SafeLoader as Loader  # type: ignore[assignment]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rfcli.description.architecture import Architecture, Entry

    Number = int | tuple[int, ...]
    """A number for all axes, or one for each."""


class Patch(Value):
    """A piece of a text, from one offset up to another, and what stands there instead."""

    start: int
    end: int
    text: str


class Edit(Value):
    """A change of one key, for people and programs: None where it is not there before, or after."""

    layer: str
    key: str
    before: object
    after: object


class Change(Value):
    """Edits that belong together, in words, and the patches that make them."""

    words: str
    edits: tuple[Edit, ...]
    patches: tuple[Patch, ...]

    @property
    def places(self) -> set[tuple[str, str]]:
        """The keys that are changed, each with the layer."""
        return {(edit.layer, edit.key) for edit in self.edits}

    def joined(self, other: Change) -> Change | None:
        """Both changes; None where they touch the same place, other than by adding keys that differ to one mapping."""
        apart = not self.places & other.places and all(key != "after" for _, key in self.places | other.places)
        for one in self.patches:
            for two in other.patches:
                added = apart and one.start == one.end == two.start == two.end
                if not added and ((one.start < two.end and two.start < one.end) or one.start == two.start):
                    return None
        return Change(f"{self.words}; {other.words}", self.edits + other.edits, self.patches + other.patches)


def patched(text: str, patches: Sequence[Patch]) -> str:
    """A text with pieces replaced."""
    for one in sorted(patches, key=lambda patch: patch.start, reverse=True):
        text = text[: one.start] + one.text + text[one.end :]
    return text


class Item:
    """An item of a list of layers: a mapping in the text, and the layers that it stands for."""

    def __init__(self, text: Text, node: yaml.MappingNode, siblings: yaml.SequenceNode, top: bool) -> None:
        self.text, self.node, self.siblings, self.top = text, node, siblings, top
        self.values: dict[str, yaml.Node] = {key.value: value for key, value in node.value}
        self.entries: list[Entry] = text.entries.get((node.start_mark.line + 1, node.start_mark.column + 1), [])

    @property
    def type(self) -> str:
        """Its layer type; "block" for one that uses a block."""
        return self.values["type"].value if "type" in self.values else "block"

    @property
    def name(self) -> str:
        """What it is called for people: the first layer that it stands for, its own name, or where it is."""
        if self.entries:
            return self.entries[0].name
        if "name" in self.values:
            return self.values["name"].value  # type: ignore[no-any-return]
        what = self.values["block"].value if "block" in self.values else self.type
        return f"{what} in line {self.node.start_mark.line + 1}"

    @cached_property
    def inside(self) -> list[Item]:
        """The items in its lists."""
        return [item for item in self.text.items if item is not self and self.holds(item)]

    def holds(self, other: Item) -> bool:
        """Whether another item lies within this one."""
        return self.node.start_mark.index <= other.node.start_mark.index < self.node.end_mark.index

    def number(self, key: str) -> Number | None:
        """The integers that stand literally at a key; None for anything else."""
        node = self.values.get(key)
        return None if node is None else literal(node)

    def is_open(self, key: str) -> bool:
        """Whether a key has a literal number, or may be added."""
        return key not in self.values or self.number(key) is not None

    def set(self, key: str, value: Number) -> tuple[Edit, Patch]:
        """A key with another number."""
        node = self.values.get(key)
        written = str(value) if isinstance(value, int) else f"[{', '.join(map(str, value))}]"
        plain: object = value if isinstance(value, int) else list(value)
        if node is not None:
            before = self.number(key)
            was: object = list(before) if isinstance(before, tuple) else before
            return Edit(self.name, key, was, plain), Patch(node.start_mark.index, node.end_mark.index, written)
        return Edit(self.name, key, None, plain), self.text.added(self.node, key, written)


def literal(node: yaml.Node) -> Number | None:
    """The integers of a node that is written as such."""
    if isinstance(node, yaml.ScalarNode):
        return int(node.value) if re.fullmatch(r"[0-9]{1,9}", node.value) and not node.style else None
    if isinstance(node, yaml.SequenceNode) and node.flow_style and node.value:
        found = [literal(one) for one in node.value]
        if all(isinstance(one, int) for one in found):
            return tuple(found)  # type: ignore[arg-type]
    return None


class Text:
    """A description's text, its items, and the layers that each stands for."""

    def __init__(self, text: str, path: str, network: Architecture) -> None:
        self.text, self.network = text, network
        self.json = text.lstrip().startswith("{")
        self.root: yaml.Node | None = yaml.compose(text, Loader=Loader)
        self.entries: dict[tuple[int, int], list[Entry]] = {}
        for entry in network.entries:
            span = entry.node.span
            if span.path == path:
                self.entries.setdefault((span.line, span.column), []).append(entry)
        self.items = list(self._items())

    def section(self, name: str) -> yaml.Node | None:
        """The value of a key of the document."""
        pairs = self.root.value if isinstance(self.root, yaml.MappingNode) else ()
        return next((value for key, value in pairs if key.value == name), None)

    def _items(self) -> Iterator[Item]:
        blocks = self.section("blocks")
        for _, block in blocks.value if isinstance(blocks, yaml.MappingNode) else ():
            for key, value in block.value if isinstance(block, yaml.MappingNode) else ():
                if key.value == "layers":
                    yield from self._of(value, False)
        layers = self.section("layers")
        if layers is not None:
            yield from self._of(layers, True)

    def _of(self, layers: yaml.Node, top: bool) -> Iterator[Item]:
        """The items of a list, each followed by those within it."""
        for node in layers.value if isinstance(layers, yaml.SequenceNode) else ():
            if not isinstance(node, yaml.MappingNode):
                continue
            item = Item(self, node, layers, top)  # type: ignore[arg-type]
            yield item
            for key in ("layers", "shortcut"):
                if key in item.values:
                    yield from self._of(item.values[key], False)
            branches = item.values.get("branches")
            if isinstance(branches, yaml.MappingNode):
                for _, one in branches.value:
                    yield from self._of(one, False)
            elif isinstance(branches, yaml.SequenceNode):
                for one in branches.value:
                    yield from self._of(one, False)

    def added(self, mapping: yaml.MappingNode, key: str, written: str) -> Patch:
        """A key more in a mapping, as its last one."""
        name = f'"{key}"' if self.json else key
        last = end_of(mapping.value[-1][1])
        if mapping.flow_style:
            return Patch(last, last, f", {name}: {written}")
        indent = " " * mapping.value[0][0].start_mark.column
        return Patch(last, last, f"\n{indent}{name}: {written}")

    def inserted(self, item: Item, written: str) -> Patch:
        """An item more in a list, after one."""
        end = end_of(item.node)
        if item.siblings.flow_style:
            return Patch(end, end, f", {written}")
        line = self.text.find("\n", end)
        end = len(self.text) if line < 0 else line  # behind a comment in the same line
        indent = " " * item.siblings.start_mark.column
        return Patch(end, end, f"\n{indent}- {written}")

    def removed(self, item: Item) -> Patch | None:
        """A list without an item; None where nothing else is left of it."""
        nodes = item.siblings.value
        if len(nodes) < 2:
            return None
        at, end = nodes.index(item.node), end_of(item.node)
        if not item.siblings.flow_style:
            line = self.text.find("\n", end)
            start = self.text.rfind("\n", 0, item.node.start_mark.index)
            return Patch(start, len(self.text) if line < 0 else line, "")
        if at:
            return Patch(end_of(nodes[at - 1]), end, "")
        return Patch(item.node.start_mark.index, nodes[1].start_mark.index, "")


def end_of(node: yaml.Node) -> int:
    """Where the last character of a node stands; the marks of blocks end where something else begins."""
    if isinstance(node, yaml.MappingNode) and not node.flow_style and node.value:
        return end_of(node.value[-1][1])
    if isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value:
        return end_of(node.value[-1])
    return node.end_mark.index
