"""A model's text with other halos; all else, comments too, stays as it is."""

from __future__ import annotations

import yaml

from rfcli.suggest.text import Patch, end_of, patched

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # a PyYAML that was built without libyaml
    from yaml import SafeLoader as Loader  # type: ignore[assignment]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfcli.bioimage.resource import Axis, Resource, Tensor


def halos_set(text: str, halos: Sequence[tuple[Resource, Tensor, Axis, int]]) -> str:
    """A text with halos of some axes set. Of format 0.5 a halo can only be set where the size follows from an input's,
    as the format has it."""
    if not halos:
        return text
    root = yaml.compose(text, Loader=Loader)
    found: list[Patch] = []
    lists: dict[str, tuple[Tensor, dict[int, int]]] = {}
    for resource, tensor, axis, halo in halos:
        if resource.version == (0, 4):
            lists.setdefault(tensor.name, (tensor, {}))[1][axis.place] = halo
        elif axis.of is not None and axis.at is not None:
            found += _set(text, root, axis.at.line, axis.at.column, str(halo))
    for tensor, changed in lists.values():
        was = {one.place: one.halo for one in tensor.axes}
        row = [changed.get(place, was.get(place, 0)) for place in range(tensor.rank)]
        found += _set(text, root, tensor.node.line, tensor.node.column, f"[{', '.join(map(str, row))}]")
    return patched(text, found)


def _set(text: str, root: yaml.Node | None, line: int, column: int, written: str) -> list[Patch]:
    """The key `halo` of the mapping that starts at a place, set."""
    for node in _mappings(root):
        if (node.start_mark.line + 1, node.start_mark.column + 1) != (line, column):
            continue
        for key, value in node.value:
            if key.value == "halo":
                return [Patch(value.start_mark.index, end_of(value), written)]
        last = end_of(node.value[-1][1])
        if node.flow_style:
            return [Patch(last, last, f", halo: {written}")]
        indent, ended = " " * node.value[0][0].start_mark.column, text.find("\n", last)
        ended = len(text) if ended < 0 else ended  # behind a comment in the same line
        return [Patch(ended, ended, f"\n{indent}halo: {written}")]
    return []


def _mappings(root: yaml.Node | None) -> list[yaml.MappingNode]:
    found, todo, met = [], [root], set()
    while todo:
        node = todo.pop()
        if node is None or id(node) in met:
            continue
        met.add(id(node))
        if isinstance(node, yaml.MappingNode):
            found.append(node)
            todo += [part for pair in node.value for part in pair]
        elif isinstance(node, yaml.SequenceNode):
            todo += node.value
    return found
