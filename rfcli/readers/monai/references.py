"""References of a bundle's values to others of the same file: `@key`, `@key::inner::0`, `%key`."""

from __future__ import annotations

from rfcli.description.nodes import Node
from rfcli.layers._parameters import shown
from rfcli.readers.draft import ForeignError

MOST = 64
"""References that lead to one another."""


def mapping_of(node: Node, key: str) -> Node | None:
    """A value of a mapping; None where it is none, or lacks the key."""
    found: Node | None = node.value.get(key) if type(node.value) is dict else None
    return found


def looked_up(root: Node, node: Node) -> Node:
    """The value that a reference leads to; what is none stays, and so do expressions. In lists and mappings all
    references are looked up. Raises `ForeignError`."""
    for _ in range(MOST):
        value = node.value
        if type(value) is list:
            return Node([looked_up(root, one) for one in value], node.file, node.line, node.column)
        if type(value) is not str or value[:1] not in ("@", "%"):
            return node
        node = _led(root, node)
    raise ForeignError("references lead to one another without end", at=node)


def _led(root: Node, reference: Node) -> Node:
    """Where one reference leads."""
    said = reference.value[1:].replace("#", "::")
    found = root
    for word in said.split("::"):
        value = found.value
        if type(value) is dict and word in value:
            found = value[word]
        elif type(value) is list and word.isdecimal() and len(word) < 9 and int(word) < len(value):
            found = value[int(word)]
        else:
            other = reference.value[0] == "%" and "." in word
            said = f"{shown(reference.value)} names another file, which is not opened" if other else (
                f"{shown(reference.value)} leads nowhere: there is no {shown(word)}"
            )  # fmt: skip
            raise ForeignError(said, "write the value in its place", reference)
    return found
