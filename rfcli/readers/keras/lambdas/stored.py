"""Where a file holds the code of a `Lambda`."""

from __future__ import annotations

from rfcli.description.nodes import Node
from rfcli.readers.keras.calls import Config
from rfcli.readers.tracing.maps import Layout
from rfcli.values import Value


class Stored(Value):
    """The function of a `Lambda` in a file: its code object, in base64 or byte by byte, the values of its last
    arguments where they are not given, and those of its variables that belong to functions around it."""

    text: str
    defaults: Config
    closure: Config


def stored_in(config: Config) -> Stored:
    """Raises `Layout` where the file has no code."""
    node = config.find("function")
    at = config.node
    nothing = Config(Node(None, at.file, at.line, at.column))
    if node is not None and type(node.value) is list and node.value and type(node.value[0].value) is str:
        rest = [Config(one) for one in node.value[1:3]]
        return Stored(node.value[0].value, *(rest + [nothing] * (2 - len(rest))))
    entry = Config(node) if node is not None else config
    inside = entry.inside("config")
    text = inside.text("code") if inside is not None else None
    if inside is not None and text is not None:
        parts = (inside.stated(key) for key in ("defaults", "closure"))
        return Stored(text, *(nothing if one is None else Config(one) for one in parts))
    name = entry.text("config") or (node.value if node is not None and type(node.value) is str else None)
    if name:
        raise Layout(f"its function {name[:40]} is not in the file")
    raise Layout("its function is not in the file")
