"""Dimensions that are rolled, as exporters write it: parts of a tensor, which are put together in turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rfcli.readers.onnx.calls import Traced, integers
from rfcli.readers.tracing.maps import Atom, Constant, Layout, Map, axis_at, is_channels, joined
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


def rolled(tracer: Tracer, name: str, x: Map, at: int, parts: Sequence[Sequence[Traced]]) -> Map | None:
    """The map rolled along a dimension, of which the `parts` have starts, ends, axes and steps; None where they are no
    roll."""
    at = axis_at(at, len(x.dims))
    n, dim = x.shape[at], joined(x.dims[at])
    try:
        runs = [_run(part, n, at, len(x.dims)) for part in parts]
    except Layout:
        return None
    if n is None or any(run is None for run in runs):
        return None
    found = [one for run in runs if run is not None for one in run]
    first = found[0] if found else 0
    if found != [(first + one) % n for one in range(n)]:
        return None
    if is_channels(dim):
        return tracer.reordered(name, x, at, 1, first)
    if len(dim) != 1 or not isinstance(dim[0].role, int) or dim[0].step != 1:
        return None
    return x.with_dim(at, (Atom(dim[0].role, n, 1, None, (dim[0].roll + first) % n),))


def _run(part: Sequence[Traced], n: int | None, at: int, rank: int) -> range | None:
    """The entries of a slice along one dimension."""
    starts, ends, axes, steps = (
        integers(one, "limits") if isinstance(one, Constant) else None for one in (*part, None, None, None)[:4]
    )
    if n is None or not starts or not ends or len(starts) != 1 or len(ends) != 1 or (steps or [1]) != [1]:
        return None
    if axes is None or len(axes) != 1 or axis_at(axes[0], rank) != at:
        return None
    return range(*slice(starts[0], ends[0]).indices(n))
