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
MATRIX = {"class_name": "__numpy__", "config": {"value": [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], "dtype": "float32"}}
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
    Row("MultiHeadAttention", {**HEADS, "attention_axes": [2]}, (4, 5, 6),
        [("window_attention", {"window": [1, 5], "params": PROJECTED, "macs": 4 * (5 * 4 * 6 * 16 + SUMS)})], ("x", "x")),
    Row("MultiHeadAttention", {**HEADS, "attention_axes": [1]}, (5, 4, 6),
        [("window_attention", {"window": [5, 1], "params": PROJECTED, "macs": 4 * (5 * 4 * 6 * 16 + SUMS)})], ("x", "x")),
    Row("MultiHeadAttention", {**HEADS, "attention_axes": [1, 2]}, (4, 5, 6),
        own(PROJECTED, 20 * 4 * 6 * 16 + 20 * 20 * 2 * (8 + 8), 2), ("x", "x")),
    Row("Einsum", {"subscripts": "bhwc,ck->bhwk"}, (4, 5, 2), [("conv", {"kernel": 1, "filters": 3, "bias": False,
        "params": 0})], ("x", {"class_name": "__numpy__", "config": {"value": [[1.0] * 3] * 2, "dtype": "float32"}}),
        module="keras.src.ops.numpy"),
    Row("Einsum", {"subscripts": "bqd,bkd->bqk"}, [(5, 6), (5, 6)],
        [("custom", {"filters": 5, "params": 0, "macs": 0}), ("global_avg_pool", {}),
         ("custom", {"filters": 5, "params": 0, "macs": 150}), ("multiply", {})], module="keras.src.ops.numpy", reads=False),
    Row("Matmul", {}, (4, 5, 3), [("conv", {"kernel": 1, "filters": 2, "bias": False, "params": 0})], ("x", MATRIX),
        module="keras.src.ops.numpy"),
    Row("Tensordot", {"axes": 1}, (4, 5, 3), [("conv", {"kernel": 1, "filters": 2, "bias": False, "params": 0})],
        ("x", MATRIX), module="keras.src.ops.numpy"),
    Row("DotProductAttention", {"is_causal": False}, (6, 2, 3),
        [("window_attention", {"window": [6, 1], "params": 0, "macs": 432})], ("x", "x", "x"),
        module="keras.src.ops.nn", reads=False),
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


def test_masks_that_are_constants() -> None:
    """A mask in the call, as numbers: of the past, of all, of neighbours, and of none of these."""
    n = 6
    masks: list[tuple[Any, Any]] = [
        (lambda q, k: k <= q, ((None,), "before", 0)),
        (lambda q, k: True, ((None,), "both", None)),
        (lambda q, k: abs(k - q) <= 1, ((3,), None, 1)),
        (lambda q, k: -2 <= k - q <= 0, ((3,), None, 0)),
        (lambda q, k: k < 4, None),
        (lambda q, k: (q + k) % 2 == 0, None),
    ]
    for kept, wanted in masks:
        rows = [[[bool(kept(q, k)) for k in range(n)] for q in range(n)]]
        mask = {"class_name": "__numpy__", "config": {"value": rows, "dtype": "bool"}}
        call = {"args": [tensors("x"), tensors("x")], "kwargs": {"attention_mask": mask}}
        layers = [source((n, 6)), new("MultiHeadAttention", "a", HEADS, call)]
        layer = computed(functional(layers, [("a", 0, 0)])).layers[-1]
        field = layer.receptive_field
        if wanted is None:
            assert "its mask leaves" in str(layer.receptive_field.notes)
            continue
        size, side, ahead = wanted
        assert (field.unbounded, field.lookahead) == ((side,), (ahead,))
        assert side == "before" or field.size == size
        assert layer.cost.params == PROJECTED


def test_heads_by_hand() -> None:
    """Attention as a model writes it with keras.ops: heads are split off, scores divided, summed and joined again."""
    ops = "keras.src.ops.numpy"
    layers = [
        source((7, 6)), *(new("Dense", name, {"units": 8}, ["x"]) for name in "qkv"),
        *(new("Reshape", f"{name}h", {"newshape": [-1, 7, 2, 4]}, [name], module=ops) for name in "qkv"),
        new("Transpose", "qt", {"axes": [0, 2, 1, 3]}, ["qh"], module=ops),
        new("Transpose", "kt", {"axes": [0, 2, 3, 1]}, ["kh"], module=ops),
        new("Transpose", "vt", {"axes": [0, 2, 1, 3]}, ["vh"], module=ops),
        new("Matmul", "s", {}, ["qt", "kt"], module=ops),
        new("Softmax", "w", {"axis": -1}, ["s"], module="keras.src.ops.nn"),
        new("Matmul", "o", {}, ["w", "vt"], module=ops),
        new("Transpose", "ot", {"axes": [0, 2, 1, 3]}, ["o"], module=ops),
        new("Reshape", "j", {"newshape": [-1, 7, 8]}, ["ot"], module=ops), new("Dense", "p", {"units": 6}, ["j"]),
    ]  # fmt: skip
    made = computed(functional(layers, [("p", 0, 0)]))
    last = made.layer("p")
    assert (last.output_size, last.channels, last.receptive_field.globally) == ((7,), 6, True)
    assert made.total.params == 3 * (6 * 8 + 8) + 8 * 6 + 6
    assert made.total.macs == 7 * (3 * 6 * 8 + 8 * 6) + 2 * 7 * 7 * 8


def test_scores_beside_what_is_attended_to() -> None:
    """Numbers for each pair of positions are no map, and spoil nothing else."""
    both = {"return_attention_scores": True}
    layers = [
        source(SEQUENCE), new("MultiHeadAttention", "m", {"num_heads": 2, "key_dim": 8}, {"args": tensors(["x", "x"]), "kwargs": both}),
        new("Attention", "a", {}, {"args": [tensors(["m", "m"])], "kwargs": both}), new("Dense", "d", {"units": 2}, [("m", 0, 1)]),
    ]  # fmt: skip
    report = computed(functional(layers, [("a", 0, 0), ("d", 0, 0), ("a", 0, 1)]))
    assert report.outputs == ("a", "d", "a/scores")
    assert (report.layer("a").type, report.layer("a").receptive_field.globally) == ("attention", True)
    assert "its scores" in report.layer("d").receptive_field.size[0].reason
    assert report.layer("m").cost.params == PROJECTED
