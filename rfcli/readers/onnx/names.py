"""What nodes are called: by the modules that they come from, where the exporter says so, as `from_torch` names them.

torch's exporter (2.5 and newer) writes beside each node the paths and classes of the modules around it, the operation
last: `['', 'layer1', 'layer1.0', 'layer1.0.conv1', 'conv2d']`. Names of nodes are numbers of operations there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

SCOPES, CLASSES = "pkg.torch.onnx.name_scopes", "pkg.torch.onnx.class_hierarchy"
LONGEST = 4096
"""Characters of a list of scopes that is read."""


class Names:
    """Names of a graph's nodes: a module without modules in it gives its own to its only node, or to its last where it
    is one of PyTorch's; other nodes have the operation's name within the module's."""

    def __init__(self, nodes: Iterable[Any]) -> None:
        self.inner: set[str] = set()
        self.inside: dict[str, list[tuple[str, ...]]] = {}
        """Of each module what its nodes make, which no other node does."""
        self._known: dict[str, tuple[str, ...] | None] = {}
        """Lists by their texts: each is asked for twice, and most nodes of a module have that of its classes."""
        for node in nodes:
            listed = self._listed(node, SCOPES)
            if listed is None:
                continue
            *around, path, _ = listed
            self.inner.update(around)
            self.inside.setdefault(path, []).append(tuple(node.output))

    def of(self, node: Any) -> str:
        """The name of a node."""
        scopes = self._listed(node, SCOPES)
        if scopes is None:
            return str(node.name or next((name for name in node.output if name), node.op_type))
        path, word = scopes[-2], node.op_type.lower()
        classes = self._listed(node, CLASSES) or ("", "")
        nodes = self.inside[path]
        whole = path not in self.inner and nodes[-1] == tuple(node.output)
        if path and whole and (len(nodes) == 1 or classes[-2].startswith("torch.nn.")):
            return path.replace(".", "/")
        return f"{path.replace('.', '/')}/{word}" if path else word

    def _listed(self, node: Any, key: str) -> tuple[str, ...] | None:
        """A list of texts beside a node; None where there is none."""
        if not node.metadata_props:
            return None
        text = next((one.value for one in node.metadata_props if one.key == key), "")
        if text not in self._known:
            self._known[text] = texts(text)
        return self._known[text]


def texts(text: str) -> tuple[str, ...] | None:
    """A list of texts, of two at least; None where there is none."""
    if not text or len(text) > LONGEST:
        return None
    plain = text.isprintable() and '"' not in text and "\\" not in text
    if plain and text[:2] == "['" and text[-2:] == "']":  # as nearly all are
        parts = text[2:-2].split("', '")
        if text.count("'") == 2 * len(parts):
            return tuple(parts) if len(parts) > 1 else None
    from ast import literal_eval

    try:
        found = literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    if not isinstance(found, list) or len(found) < 2 or not all(isinstance(one, str) for one in found):
        return None
    return tuple(found)
