"""What PyTorch's exporter notes of the tensors of a model: which are parameters, and which are buffers or constants."""

from __future__ import annotations

import re
from typing import Any

KIND = "pkg.torch.export.graph_signature.InputSpec.kind"
SIGNATURE = "pkg.torch.export.ExportedProgram.graph_signature"
PARAMETER = re.compile(r"^\w+: PARAMETER target='([^']+)'", re.MULTILINE)
CONSTANTS = frozenset(["BUFFER", "CONSTANT_TENSOR"])


def untrained(graph: Any) -> set[str]:
    """Names of the initializers that are no parameters. Of those of which nothing is noted, as others made them,
    that is known where every parameter is there by itself."""
    names = {one.name for one in graph.initializer}
    kinds = {one.name: kind for one in graph.value_info if (kind := _noted(one, KIND))}
    found = {name for name in names if kinds.get(name) in CONSTANTS}
    told = _noted(graph, SIGNATURE)
    noted = PARAMETER.findall(told)
    if told and names.issuperset(noted):
        found |= names.difference(noted)
    return found


def _noted(part: Any, key: str) -> str:
    return next((str(one.value) for one in part.metadata_props if one.key == key), "")
