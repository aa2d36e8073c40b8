"""Reductions."""

from __future__ import annotations

from readers.tensorflow.witness import held

LITE: dict[str, list[str]] = {
    "Mean": ["global_avg_pool()"],
    "Mean of all axes": ["global_avg_pool()"],
    "Mean of one axis": ["adaptive_avg_pool(output_size=[1, 10])"],
    "Mean of channels": ["custom(filters=1, macs=0, params=0)"],
    "Sum": ["identity()", "global_avg_pool()"],
    "Prod": ["identity()", "global_avg_pool()"],
    "Max": ["identity()", "global_max_pool()"],
    "Min": ["identity()", "identity()", "global_max_pool()", "identity()"],
    "ArgMax": ["custom(filters=1, macs=0, params=0)", "identity()"],
    "TopKV2": ["custom(filters=2, params=0, size=[9, 10], unknown=TOPK_V2)", "custom(filters=2, params=0, size=[9, 10], unknown=TOPK_V2)"],
}  # fmt: skip
GRAPH: dict[str, list[str]] = {
    "Mean": ["global_avg_pool()", "identity()"],
    "Mean of all axes": ["global_avg_pool()", "identity()"],
    "Mean of one axis": ["adaptive_avg_pool(output_size=[1, 10])", "identity()"],
    "Mean of channels": ["custom(filters=1, macs=0, params=0)", "identity()"],
    "Sum": ["identity()", "global_avg_pool()", "identity()"],
    "Prod": ["identity()", "global_avg_pool()", "identity()"],
    "Max": ["identity()", "global_max_pool()", "identity()"],
    "Min": ["identity()", "identity()", "global_max_pool()", "identity()", "identity()"],
    "ArgMax": ["custom(filters=1, macs=0, params=0)", "identity()", "identity()"],
    "TopKV2": ["custom(filters=2, macs=0, mixes=some, params=0)", "identity()"],
}  # fmt: skip

test_rows = held(LITE, GRAPH)
