"""What layers of a traced module are called: by the paths of its modules."""

import operator
import re
from collections.abc import Set
from typing import Any

from rfcli.readers.torch.nodes import COPIES, Node, operation_of


class Names:
    """Names of layers: a call of a module without modules in it has the module's path, where it is one operation, or
    the last one of a module of PyTorch's own; all others have the operation's name in the scope of the module."""

    def __init__(self, owner: Any, tainted: Set[Node]) -> None:
        self.inner: set[str] = set()
        self.calls: dict[str, list[Node]] = {}
        graphs = [one.graph for one in owner.modules() if hasattr(one, "graph")]
        for node in (one for graph in graphs for one in graph.nodes):
            stack = list((node.meta.get("nn_module_stack") or {}).keys())
            ours = node in tainted if node.graph is owner.graph else node.op == "call_function"
            layer = ours and node.target is not operator.getitem and operation_of(node) not in COPIES
            if stack and layer:
                self.inner.update(stack[:-1])
                self.calls.setdefault(stack[-1], []).append(node)

    def of(self, node: Node, operation: str) -> str:
        stack = node.meta.get("nn_module_stack") or {}
        word = operation.rstrip("()").lstrip("_")
        if not stack:
            return word
        key, (path, kind) = list(stack.items())[-1]
        scope = _scope(str(path))
        kind = kind if isinstance(kind, str) else getattr(kind, "__module__", "")
        calls = self.calls.get(key, [])
        whole = key not in self.inner and calls[-1:] == [node] and (len(calls) == 1 or kind.startswith("torch.nn."))
        return (scope or word) if whole else f"{scope}/{word}" if scope else word


def _scope(path: str) -> str:
    """`layer1/0/conv1` for `layer1.0.conv1`; calls after the first are numbered by the description itself."""
    path = re.sub(r"""^L\[["']\w+["']\]\.?""", "", path)
    return path.partition("@")[0].replace(".", "/")
