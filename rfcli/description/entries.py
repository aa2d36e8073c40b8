"""Helps for lists with more entries than there are axes, as tools with other layouts have them, and for fractions."""

from __future__ import annotations

import re

from rfcli.description.nodes import Node
from rfcli.description.translating import flow
from rfcli.diagnostics import Mend, Said

PAIRED = ("padding", "cropping")
MOST_ENTRIES = 8
FILTERS = 16
"""From here on an entry of a kernel looks like a number of filters."""
_FRACTION = re.compile(r"(?:1 ?/ ?([2-9])|0?\.(5|25|125))")


def entries_said(node: Node, key: str, axes: int | None = None) -> Said | None:
    """What a list of more entries than axes says: a kernel with its channels, strides with batch and channels, both
    sides of a padding. None where that is not known."""
    if type(node.value) is not list or not 1 < len(node.value) <= MOST_ENTRIES:
        return None
    entries = [one.value for one in node.value]
    if not all(type(one) is int for one in entries):
        return None
    if key == "kernel":
        return _kernel(node, entries, axes)
    if key in ("stride", "dilation") and len(entries) > 2 and entries[0] == entries[-1] == 1:
        return _write(node, entries[1:-1], "the axes alone")
    return _sides(node, entries, axes) if key in PAIRED else None


def _kernel(node: Node, entries: list[int], axes: int | None) -> Said | None:
    """[3, 3, 64], [3, 3, 3, 64], [64, 3, 3, 3]: the filters are a key of their own, the channels before are known."""
    beside = len(entries) - (2 if axes is None else axes)
    if beside not in (1, 2):
        return None
    own, filters = (entries[:-beside], entries[-1]) if entries[0] < FILTERS else (entries[beside:], entries[0])
    if filters < FILTERS or max(own) >= FILTERS:
        return None
    single = own[0] if len(set(own)) == 1 else own
    text = f"{flow('kernel', node.quoted)}: {flow(single, node.quoted)}"
    return Said(f"the kernel has the axes alone: {text}, {flow('filters', node.quoted)}: {filters}")


def _sides(node: Node, entries: list[int], axes: int | None) -> Said | None:
    """Both sides of each axis in one list, which tools order otherwise; of one axis a pair."""
    if axes == 1 and len(entries) == 2:
        return _write(node, [entries], "a pair for the axis")
    if len(entries) < 4 or len(entries) % 2:
        return None
    if len(set(entries)) == 1:
        return _write(node, entries[0], "all sides alike")
    half = len(entries) // 2
    blocks = [entries[2 * at : 2 * at + 2] for at in range(half)]
    return Said(f"a pair [before, after] for each axis, the height before the width: {flow(blocks, node.quoted)}, say")


def _write(node: Node, value: object, why: str) -> Said:
    text = flow(value, node.quoted)
    return Said(f"write {text}, {why}", Mend("value", (text,)))


def fraction_said(node: Node) -> Said | None:
    """For a stride below 1: the layers that enlarge a map."""
    found = _FRACTION.fullmatch(str(node.value).strip())
    if found is None:
        return None
    stride = found[1] or {"5": "2", "25": "4", "125": "8"}[found[2]]
    conv, up = ({"type": "conv_transpose", "stride": int(stride)}, {"type": "upsample", "scale": int(stride)})
    enlarged = flow(conv, node.quoted)[:-1]
    return Said(
        f"what enlarges a map is a layer of its own kind: {enlarged}, ...}}, or {flow(up, node.quoted)} before it"
    )
