"""The flat graph as a description of its own: every layer with its full name, its inputs, its parameters."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from rfcli.layers._parameters import REQUIRED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.graph.graph import Graph

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./ -]*[A-Za-z0-9_]|[A-Za-z_]")
_WORDS = frozenset(["null", "true", "false", "yes", "no", "on", "off", "y", "n"])


def render(graph: Graph) -> Iterator[str]:
    """A format-1 document in YAML, a line for each layer."""
    architecture = graph.architecture
    about = architecture.about
    yield f"format: 1\nname: {_scalar(architecture.name)}\n"
    for key in ("family", "year", "reference", "accuracy"):
        if key in about:
            yield f"{key}: {_value(about[key])}\n"
    inputs = [
        (one.name, {"size": list(one.size), **({"channels": one.channels} if one.channels else {})})
        for one in architecture.inputs
    ]
    if len(inputs) == 1:
        name, given = inputs[0]
        yield f"input: {_value({**({'name': name} if name != 'input' else {}), **given})}\n"
    else:
        yield f"inputs: {_value(dict(inputs))}\n"
    yield "layers:\n" if len(graph.layers) > len(inputs) else "layers: []\n"
    for number in range(len(inputs), len(graph.layers)):
        layer = graph.layers[number]
        assert layer is not None
        item: dict[str, object] = {"name": graph.labels[number], "type": layer.type}
        item["inputs"] = [graph.labels[source] for source in graph.sources[number]]
        for key, value in layer.given.items():
            declared = layer.parameters[key]
            if declared.default is REQUIRED or value != declared.default or type(value) is not type(declared.default):
                item[key] = value
        like = graph.likes[number]
        if like is not None:
            item["like"] = graph.labels[like]
        yield f"  - {_value(item)}\n"
    if architecture.outputs is not None:
        yield f"outputs: {_value([graph.labels[number] for number in graph.outputs])}\n"


def _value(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(key)}: {_value(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return _scalar(value)


def _scalar(value: object) -> str:
    """A scalar in flow style; text that could be read as something else is quoted as JSON does, which YAML reads."""
    if isinstance(value, str):
        if "$" in value:
            value = value.replace("$", "$$")
        return (
            value if _PLAIN.fullmatch(value) and value.lower() not in _WORDS else json.dumps(value, ensure_ascii=False)
        )
    return json.dumps(value)
