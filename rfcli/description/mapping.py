"""Descriptions that are Python's own mappings, as a program builds them: the same nodes as from a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Integral, Real

from rfcli.description.nodes import File, Node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.description.nodes import Plain

NAME = "<mapping>"
"""What a mapping is called in diagnostics; the place of a value follows: `<mapping>.layers[2].kernel`."""

MAX_DEPTH = 200
"""Mappings and lists within one another: what holds itself ends here."""


def node_of(value: object, place: str = NAME, depth: int = 0) -> Node:
    """A mapping, list or scalar as a node; each node's file is called by its place. Raises `TypeError`."""
    if depth > MAX_DEPTH:
        raise TypeError(f"{place[:80]}...: more than {MAX_DEPTH} mappings and lists within one another")
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise TypeError(f"{place}: the keys of a description are strings, not {key!r}")
        items = {str(key): node_of(one, f"{place}.{key}", depth + 1) for key, one in value.items()}
        return Node(items, File(place), 1, 1, dict.fromkeys(items, (1, 1)))
    if isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray):
        return Node([node_of(one, f"{place}[{at}]", depth + 1) for at, one in enumerate(value)], File(place), 1, 1)
    if hasattr(value, "tolist") and getattr(value, "shape", None):  # an array of numpy's
        return node_of(value.tolist(), place, depth + 1)
    return Node(_scalar(value, place), File(place), 1, 1)


def _scalar(value: object, place: str) -> Plain:
    """A scalar as YAML and JSON have it; numbers of other types, as numpy's, become Python's own."""
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, str):
        return str(value)
    if type(value).__name__ in ("bool", "bool_"):  # numpy's are no integers
        return bool(value)
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(value)
    takes = "mappings, lists, strings, numbers, true, false and None"
    raise TypeError(f"{place}: a description holds {takes}, not {value!r:.60} of type {type(value).__name__}")
