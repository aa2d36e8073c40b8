"""Pools of the whole map, dense layers, attention, normalisations."""

from __future__ import annotations

from writers.keras.rows import Refusal, Row, rows_held

NORM = {"scale": True, "center": True}
ROWS = [
    Row({"type": "global_avg_pool"}, [("GlobalAveragePooling2D", {"keepdims": True})]),
    Row({"type": "global_max_pool"}, [("GlobalMaxPooling1D", {"keepdims": True})], size=(9,)),
    Row({"type": "flatten"}, [("Flatten", {})]),
    Row({"type": "linear", "units": 5, "bias": False}, [("Dense", {"units": 5, "use_bias": False})], flat=True),
    Row({"type": "linear", "units": 5}, [("Flatten", {}), ("Dense", {"units": 5, "use_bias": True})], size=(1, 1)),
    Row({"type": "batch_norm", "scale": False}, [("BatchNormalization", {"scale": False, "center": True})]),
    Row({"type": "batch_norm"}, [("BatchNormalization", NORM)], flat=True),
    Row({"type": "layer_norm"}, [("LayerNormalization", {"axis": -1, **NORM})]),
    Row({"type": "layer_norm", "axes": "all"}, [("LayerNormalization", {"axis": [1, 2, 3], **NORM})]),
    Row({"type": "group_norm", "groups": 2}, [("GroupNormalization", {"groups": 2, **NORM})]),
    Row({"type": "instance_norm"}, [("GroupNormalization", {"groups": -1, **NORM})]),
    Row({"type": "attention", "heads": 2},
        [("MultiHeadAttention", {"num_heads": 2, "key_dim": 2, "use_bias": True, "attention_axes": [1, 2]})]),
    Row({"type": "squeeze_excite", "units": 2},
        [("GlobalAveragePooling2D", {"keepdims": True}),
         ("Conv2D", {"filters": 2, "activation": "relu", "kernel_size": [1, 1], "use_bias": True}),
         ("Conv2D", {"filters": 4, "activation": "sigmoid", "kernel_size": [1, 1], "use_bias": True}),
         ("Multiply", {})]),
]  # fmt: skip
REFUSED = [
    Refusal({"type": "window_attention", "window": 3}, "Keras has no attention inside windows"),
    Refusal({"type": "attention", "heads": 3}, "4 channels are not divided among 3 heads"),
    Refusal({"type": "attention", "query": 1, "value": 2}, "not those of the layer before"),
    Refusal({"type": "squeeze_excite"}, "it states no units"),
    Refusal({"type": "layer_norm", "axes": "all"}, "one value for each sample", (None, 9)),
]


test_written, test_refused = rows_held(ROWS, REFUSED)
