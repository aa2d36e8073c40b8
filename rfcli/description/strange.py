"""Items that are none: what is said of a layer in other tools' words, or of what is no layer at all."""

from __future__ import annotations

import re

from rfcli.description.dimensional import in_axes
from rfcli.description.mending import (
    COST,
    head_said,
    item_said,
    layers_said,
    scalar_said,
    type_said,
    unpacked,
    whole_said,
)
from rfcli.description.nodes import LOST, Node, Problems, lost
from rfcli.description.shapes import check_keys, flat, key_help, refused
from rfcli.description.synonyms import type_meant
from rfcli.layers._parameters import shown
from rfcli.layers._registry import LAYERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from rfcli.description.shapes import Key, Shape
    from rfcli.diagnostics import Said

EXAMPLE = "for example {type: conv, kernel: 3}"
CALLED = f"{EXAMPLE}; a block that the file declares is used by {{block: NAME, with: {{PARAMETER: VALUE}}}}"


def no_mapping(node: Node, problems: Problems) -> bool:
    """Says what a layer is that is a word, a call or a list: `relu`, `Conv2d(3, 64)`. False, for a check to return."""
    said = _use(node, problems, "value") or in_axes(node.value, scalar_said(node, problems), problems.axes)
    call = type(node.value) is str and re.match(r"[A-Za-z_][\w.]*\(", node.value) is not None
    return refused(node, problems, "a layer", "a mapping", said or (CALLED if call else EXAMPLE))


def of_other_keys(node: Node, type: str, keys: Container[str], problems: Problems, item: Shape) -> bool:
    """Adds what a layer is here of which several keys are another tool's; False where there are fewer, or not all of it
    is known. `item` is the shape that it must have."""
    strange = [key for key in node.value if key not in keys]
    said = None if "<<" in strange else whole_said(node, problems, item)
    if said is None:
        return False
    named = ", ".join(shown(key) for key in strange)
    problems.add(node.key_span(strange[0]), "RF101", f"{type} has no keys {named}", said)
    return True


def no_description(root: Node) -> tuple[str, str | Said]:
    """What is wrong with a text that is no description at all, and what it should be."""
    from rfcli.description.slips import other_help

    other = other_help(root.file.text) if root.file.text else ""
    if type(root.value) is not dict:
        said = f"a description must be a mapping, this is {shown(flat(root.value))}"
        return said, other or "it starts with 'format: 1' and has 'layers'"
    help = other or layers_said(root) or "a description starts with 'format: 1' and has 'layers'"
    return "not an architecture description: it has neither 'format' nor 'layers'", help


def _use(node: Node, problems: Problems, what: str = "around") -> Said | None:
    """What to write for an item that is the use of a block of the description, in other words."""
    if not problems.blocks or node.value is LOST or problems.spare <= 0:
        return None
    problems.spare -= COST
    from rfcli.description.using import use_said

    return use_said(node, problems, what)


def without_type(node: Node, problems: Problems, any_key: Iterable[str], guess: str) -> None:
    """Says what lacks of an item that is neither a layer nor a block; `any_key` are the keys that some item has."""
    torn = Problems()
    unpacked(node, torn)
    item = item_said(node, problems)
    whole = _use(node, problems) or head_said(node) or in_axes(next(iter(node.value), ""), item, problems.axes)
    problems += torn if whole is None else ()
    for name in node.value:
        if name not in any_key and whole is None:
            help = key_help(name, any_key, node)
            problems.add(node.key_span(name), "RF101", f"an item has no key {shown(name)}", help)
            node.value[name] = lost(node.value[name])
    problems.add(node, "RF102", "an item needs the key 'type' or 'block'", whole or f"for example {guess}")


def of_other_words(
    node: Node, kind: Node, problems: Problems, keys_of: Mapping[str, Mapping[str, Key]], item: Shape
) -> bool:
    """Says what a type is called here that there is not, and what its keys are; whether all of it is checked. `keys_of`
    are the keys of each type, `item` is the shape of one."""
    torn = Problems()
    unpacked(node, torn)
    use = _use(node, problems)
    if use is not None and "name" in node.value and f"block: {node.value['name'].value}" in use.text:
        del node.value["name"]  # it is the block's
    whole = use or whole_said(node, problems, item)
    help = whole or type_said(kind.value, keys_of, "type: custom describes any other layer by what it reads")
    told = help if use is not None else in_axes(kind.value, help, problems.axes)
    problems.add(kind, "RF104", f"there is no layer type {shown(kind.value)}", told or "")
    problems += torn if whole is None else ()
    meant = type_meant(kind.value, keys_of)
    if whole is not None or meant is None or meant not in LAYERS:
        return False
    node.value["type"] = lost(kind)
    check_keys(node, keys_of[meant], problems, meant)
    return True
