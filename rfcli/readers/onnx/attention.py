"""Attention as one operation, by the operator specification."""

from __future__ import annotations

from typing import Any

from rfcli.readers.onnx.calls import Call, Traced, operation
from rfcli.readers.onnx.folding import array_of
from rfcli.readers.onnx.scores import masked
from rfcli.readers.tracing.arrays import arange
from rfcli.readers.tracing.attention import Causal, attended
from rfcli.readers.tracing.maps import Constant, Layout, Map, channels, size_of

CAUSAL = Causal()


@operation("Attention")
def attention(
    call: Call, query: Map, key: Map, value: Map, mask: Traced = None, past_key: Traced = None,
    past_value: Traced = None, *, is_causal: int = 0, q_num_heads: int = 0, kv_num_heads: int = 0,
) -> Any:  # fmt: skip
    """Softmax attention of heads, which lie in a dimension of their own or behind one another; the other results are
    what a later call takes as its past."""
    if past_key is not None or past_value is not None or any(call.used[1:]):
        raise Layout("it keeps what came before")
    key, value = grouped(call, query, key, value, q_num_heads, kv_num_heads)
    causal = masked_ahead(mask, is_causal != 0)
    weighed = mask if isinstance(mask, Constant) and not _is_mask(mask) else None
    made = attended(call.tracer, call.name, query, key, value, call.tracer.trained(weighed), CAUSAL if causal else None)
    return [made, *[None] * (call.outputs - 1)]


def grouped(call: Call, query: Map, key: Map, value: Map, heads: int, shared: int) -> tuple[Map, Map]:
    """Keys and values with as many heads as the queries have: several of these may share one. Raises `Layout`."""
    ranks = {len(one.dims) for one in (query, key, value)}
    if ranks == {4}:
        heads, shared = size_of(query.dims[1]) or 0, size_of(key.dims[1]) or 0
        at = 1
    elif ranks == {3}:
        at = 2
        if heads < 1 or shared < 1:
            raise Layout("it has no number of heads")
    else:
        raise Layout("its heads are packed")
    if heads == shared:
        return key, value
    if not shared or heads % shared:
        raise Layout(f"{heads} heads share {shared}")
    several = []
    for word, one in (("keys", key), ("values", value)):
        n, total = one.shape[at], one.channels
        if n is None or total is None:
            raise Layout("heads of unknown number are shared")
        dims = one.with_dim(at, channels(n // shared * heads)).dims
        several.append(call.tracer.rechannelled(f"{call.name}/{word}", one, total // shared * heads, dims))
    return several[0], several[1]


def masked_ahead(mask: Traced, causal: bool) -> bool:
    """Whether positions see what lies before alone, as an attribute or a mask says it. Raises `Layout` where a mask
    leaves something else."""
    if mask is None:
        return causal
    if isinstance(mask, Map):
        raise Layout("its mask is computed from data")
    if not isinstance(mask, Constant) or mask.values is None or len(mask.shape) < 2:
        raise Layout("what its mask leaves is not known")
    found = masked(array_of(mask))
    if not found.any():
        return causal
    *_, rows, columns = mask.shape
    ahead = arange(columns) > arange(rows).reshape([rows, 1])
    if rows != columns or not bool((found.reshape([-1, rows, columns]) == ahead).all()):
        raise Layout("what its mask leaves is not known")
    return True


def _is_mask(mask: Constant) -> bool:
    return mask.values is not None and bool(masked(array_of(mask)).any())
