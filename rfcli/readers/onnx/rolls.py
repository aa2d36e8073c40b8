"""Dimensions that are rolled, as exporters write it: parts of a tensor, which are put together in turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rfcli.readers.onnx.calls import Traced, integers
from rfcli.readers.tracing import orders
from rfcli.readers.tracing.maps import Constant, Layout, Map, axis_at
from rfcli.readers.tracing.tracer import Tracer

Users = Mapping[str, Sequence[Any]]
"""Of each tensor the nodes that take it."""


def parts_of(node: Any, makers: Mapping[str, Any], users: Users) -> list[Any] | None:
    """The slices of one tensor that a node joins, where nothing else takes them."""
    if node.op_type != "Concat":
        return None
    parts = [makers.get(name) for name in node.input]
    if len(parts) < 2 or any(one is None or one.op_type != "Slice" for one in parts):
        return None
    alone = all(len(users.get(one.output[0], ())) == 1 for one in parts if one is not None)
    return parts if alone and len({one.input[0] for one in parts if one is not None}) == 1 else None


def rolled(tracer: Tracer, name: str, x: Map, at: int, parts: Sequence[Sequence[Traced]]) -> Map:
    """The map rolled along a dimension, of which the `parts` have starts, ends, axes and steps. Raises `Layout` where
    they are no roll."""
    at = axis_at(at, len(x.dims))
    n = x.shape[at]
    found = [one for part in parts for one in _run(part, n, at, len(x.dims))]
    first = found[0] if found else 0
    if n is None or found != [(first + one) % n for one in range(n)]:
        raise Layout("its parts are no roll")
    return orders.rolled(tracer, name, x, at, first)


def _run(part: Sequence[Traced], n: int | None, at: int, rank: int) -> range:
    """The entries of a slice along one dimension. Raises `Layout` where it is along others."""
    starts, ends, axes, steps = (
        integers(one, "limits") if isinstance(one, Constant) else None for one in (*part, None, None, None)[:4]
    )
    if n is None or not starts or not ends or not axes or not len(starts) == len(ends) == len(axes) == 1:
        raise Layout("its parts are no roll")
    if axis_at(axes[0], rank) != at or (steps or [1]) != [1]:
        raise Layout("its parts are no roll")
    return range(*slice(starts[0], ends[0]).indices(n))
