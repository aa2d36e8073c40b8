"""Reductions, by the operator specification: over all axes a global pool, over some an adaptive one."""

from __future__ import annotations

import pytest

from readers.onnx.one_node import Before, Case, Map, X, agrees, case, node, whole

P = Map(values=(1.0, 3.0))
OVER_CHANNELS = ("custom", {"filters": 1, "params": 0, "macs": 0})
ROWS, COLUMNS = ("adaptive_avg_pool", {"output_size": [5, 1]}), ("adaptive_max_pool", {"output_size": [1, 6]})

WHOLE_MAP = [
    case(node("GlobalAveragePool", X), "global_avg_pool"),
    case(node("GlobalMaxPool", X), "global_max_pool"),
    case(node("GlobalLpPool", X), "global_avg_pool", evaluated=False),
    case(node("GlobalAveragePool", Map((1, 4, 9))), "global_avg_pool"),
    case(node("ReduceMean", X, whole(2, 3)), "global_avg_pool"),
    case(node("ReduceMean", X, axes=[2, 3]), "global_avg_pool", opset=17),
    case(node("ReduceMean", X, whole(-1, -2), keepdims=0), "global_avg_pool"),
    case(node("ReduceMean", X, whole(3)), ROWS),
    case(node("ReduceMean", X, whole(1)), OVER_CHANNELS),
    case([node("ReduceMean", X, whole(1), keepdims=0), node("Unsqueeze", Before(), whole(1))], OVER_CHANNELS, "identity"),
    case(node("ReduceMean", X), "global_avg_pool", OVER_CHANNELS),
    case(node("ReduceMean", X, noop_with_empty_axes=1), "identity"),
    case(node("ReduceMax", X, whole(2)), COLUMNS),
    case(node("ReduceMin", X, whole(2)), COLUMNS),
    case(node("ReduceSum", X, whole(3)), ROWS),
    case(node("ReduceProd", P, whole(3)), ROWS),
    case(node("ReduceL1", P, whole(3)), ROWS),
    case(node("ReduceL2", P, whole(3)), ROWS),
    case(node("ReduceLogSum", P, whole(3)), ROWS),
    case(node("ReduceLogSumExp", P, whole(3)), ROWS),
    case(node("ReduceSumSquare", P, whole(3)), ROWS),
    case(node("TopK", X, whole(2), axis=1, outputs=2), ("custom", {"filters": 2, "params": 0, "macs": 0, "mixes": "some"}), evaluated=False),
    case(node("TopK", Map((1, 2, 6)), whole(6), outputs=2), ("instance_norm", {"bias": False, "scale": False}), evaluated=False),
    case(node("TopK", X, whole(2), outputs=2), unknown="TopK: it picks positions by data"),
    case(node("ArgMax", X, axis=1), OVER_CHANNELS),
    case(node("ArgMin", X, axis=1), OVER_CHANNELS),
    case(node("ArgMax", X, axis=-2), COLUMNS),
    case(node("ReduceSum", Map((2, 4, 5, 6)), whole(0)), unknown="ReduceSum: the batch is reduced"),
    case(node("ReduceSum", X, whole(4)), unknown="ReduceSum: it names axis 4 of 4"),
]  # fmt: skip


@pytest.mark.parametrize("one", WHOLE_MAP)
def test_whole_map(one: Case) -> None:
    agrees(one)
