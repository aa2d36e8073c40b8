"""Attention: each position reads all others."""

from __future__ import annotations

import json
from typing import Any

import rfcli
from readers.keras.keras_files import (
    SAME,
    computed,
    functional,
    new,
    source,
    tensors,
)
from readers.keras.rows import Row, rows_held, tf

SEQUENCE = (5, 6)
OTHER = [(5, 6), (4, 6)]


def own(params: int, macs: int, heads: int = 1) -> Any:
    """Self-attention."""
    return [("attention", {**({} if heads == 1 else {"heads": heads}), "params": params, "macs": macs})]


def to_another(width: int, params: int, macs: int) -> Any:
    """Attention to another map, of which each position reads all."""
    return [("flatten", {}), ("concat", {}), ("custom", {"filters": width, "params": params, "macs": macs})]


def unknown(kind: str) -> Any:
    """A product of two maps: not one layer of rf's."""
    told = {"unknown": f"{kind}: it multiplies maps"}
    return [("custom", {**told, "params": 0, "macs": 0})] * 2 + [("concat", {}), ("custom", {**told, "params": 0})]


PROJECTED = 3 * (6 * 16 + 16) + 16 * 6 + 6
"""Queries, keys, values and the output, of 2 heads of 8 features."""
SUMS = 5 * 5 * 2 * (8 + 8)
"""Each position with each: scores, and sums of values."""
HEADS = {"num_heads": 2, "key_dim": 8}
GROUPS = {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 2}
ROWS = [
    Row("MultiHeadAttention", HEADS, SEQUENCE, own(PROJECTED, 5 * 4 * 6 * 16 + SUMS, 2), ("x", "x")),
    Row("MultiHeadAttention", {**HEADS, "value_dim": 4, "use_bias": False}, SEQUENCE,
        own(6 * (16 + 16 + 8) + 8 * 6, 5 * 6 * (16 + 16 + 8 + 8) + 5 * 5 * 2 * (8 + 4), 2), ("x", "x")),
    Row("MultiHeadAttention", {**HEADS, "output_shape": 3}, SEQUENCE,
        [("custom", {"filters": 3, "params": 3 * (6 * 16 + 16) + 16 * 3 + 3, "macs": 5 * 6 * 16 * 3 + 5 * 16 * 3 + SUMS,
                     "global": True})], ("x", "x"), reads=False),
    Row("MultiHeadAttention", HEADS, OTHER,
        to_another(6, PROJECTED, 5 * 2 * 6 * 16 + 4 * 2 * 6 * 16 + 5 * 4 * 2 * 16), ("x", "y")),
    *(Row(kind, GROUPS, SEQUENCE, own(6 * 12 + 12 + 2 * (6 * 6 + 6) + 12 * 6 + 6,
                                      5 * (6 * 12 + 12 * 6 + 2 * 6 * 6) + 5 * 5 * 2 * 12, 4), ("x", "x"),
          keras="GroupQueryAttention") for kind in ("GroupedQueryAttention", "GroupQueryAttention")),
    Row("Attention", {}, SEQUENCE, own(0, 5 * 5 * 12), (["x", "x"],)),
    Row("Attention", {"use_scale": True, "score_mode": "concat"}, SEQUENCE, own(2, 5 * 5 * 12), (["x", "x"],)),
    Row("AdditiveAttention", {}, OTHER, to_another(6, 6, 5 * 4 * 12), (["x", "y"],)),
    Row("AdditiveAttention", {"use_scale": False}, SEQUENCE, own(0, 5 * 5 * 12), (["x", "x"],)),
    Row("Matmul", {}, [(5, 6), (6, 4)], unknown("Matmul"), module="keras.src.ops.numpy", keras=""),
    *tf("linalg.matmul", {"b": "y"}, [(5, 6), (6, 4)], unknown("linalg.matmul")),
]  # fmt: skip


test_layers, test_keras_agrees = rows_held(ROWS)


def test_attention() -> None:
    """Weights of the four projections; every position reads all others."""
    config = {"num_heads": 2, "key_dim": 8}
    layers = [
        source((4, 5, 6)), new("Reshape", "tokens", {"target_shape": [20, 6]}, ["x"]),
        new("MultiHeadAttention", "own", config, ["tokens", "tokens"]),
        new("GlobalAveragePooling1D", "mean", {}, ["own"]),
    ]  # fmt: skip
    own = computed(functional(layers, [("mean", 0, 0)])).layer("own")
    assert own.cost.params == 3 * (6 * 16 + 16) + 16 * 6 + 6
    assert own.cost.macs == 20 * (4 * 6 * 16) + 20 * 20 * 2 * (8 + 8)
    assert (own.receptive_field.size, own.receptive_field.globally, own.output_size) == ((None, None), True, (4, 5))


def test_attention_to_another_map() -> None:
    layers = [
        source((9, 6)), source((4, 3), "y"), new("Conv1D", "q", {"filters": 6, "kernel_size": 3, **SAME}, ["x"]),
        new("MultiHeadAttention", "a", {"num_heads": 2, "key_dim": 8, "use_bias": False}, {
            "args": [tensors("q")], "kwargs": {"value": tensors("y"), "key": tensors("y"), "attention_mask": None}}),
        new("Dense", "b", {"units": 2}, ["a"]),
    ]  # fmt: skip
    model = functional(layers, [("b", 0, 0)], (("x", 0, 0), ("y", 0, 0)))
    own, other = computed(model).layer("a"), computed(model, origin="y").layer("a")
    assert (own.receptive_field.size, own.receptive_field.globally) == ((3,), False)
    assert (other.receptive_field.size, other.receptive_field.globally) == ((None,), True)
    assert own.cost.params == 6 * 16 * 2 + 3 * 16 * 2
    assert (own.output_size, own.channels) == ((9,), 6)


def test_a_causal_mask() -> None:
    """Each step attends to itself and to those before it; the mask is asked for in the call."""
    for causal, side, ahead in ((True, "before", 0), (False, "both", None)):
        call = ["x", 0, 0, {"value": ["x", 0, 0], "use_causal_mask": causal}]
        layers = [
            {"class_name": "InputLayer", "name": "x", "inbound_nodes": [],
             "config": {"name": "x", "batch_input_shape": [None, 20, 6]}},
            {"class_name": "MultiHeadAttention", "name": "a", "inbound_nodes": [[call]],
             "config": {"name": "a", "num_heads": 2, "key_dim": 3}},
        ]  # fmt: skip
        config = {"name": "net", "layers": layers, "input_layers": [["x", 0, 0]], "output_layers": [["a", 0, 0]]}
        model = {"class_name": "Functional", "config": config, "keras_version": "2.15.0"}
        layer = rfcli.compute(rfcli.loads(json.dumps(model), "m.json")).layers[-1]
        assert (layer.receptive_field.unbounded, layer.receptive_field.lookahead) == ((side,), (ahead,))
        assert layer.cost.params == 4 * 6 * 6 + 3 * 6 + 6
