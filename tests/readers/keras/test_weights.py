"""Layers whose weights are for features: projections, look-ups, scales."""

from __future__ import annotations

from readers.keras.rows import Row, rows_held, tf

EINSUM = {"equation": "...x,xy->...y", "output_shape": 7, "bias_axes": "y"}
CLASSES = [("custom", {"filters": 4, "params": 0, "macs": 0})]
ROWS = [
    Row("OneHot", {"num_classes": 4, "axis": -1, "dtype": "float32", "sparse": False}, (6,), CLASSES,
        module="keras.src.ops.nn"),
    *tf("one_hot", {"depth": 4}, (6,), CLASSES),
    Row("Dense", {"units": 5}, (4, 6, 3), [("conv", {"kernel": 1, "filters": 5})]),
    Row("Dense", {"units": 5, "use_bias": False}, (6,), [("conv", {"kernel": 1, "filters": 5, "bias": False})]),
    Row("EinsumDense", EINSUM, (6, 3), [("conv", {"kernel": 1, "filters": 7})]),
    Row("EinsumDense", {"equation": "abc,cd->abd", "output_shape": [4, 7]}, (4, 3),
        [("conv", {"kernel": 1, "filters": 7, "bias": False})]),
    Row("EinsumDense", {"equation": "abc,cde->abde", "output_shape": [6, 2, 4], "bias_axes": "de"}, (6, 8),
        [("custom", {"filters": 8, "params": 64, "macs": 384}), ("channel_scale", {})], moved=True),
    Row("EinsumDense", {"equation": "abc,bd->adc", "output_shape": [4, 3]}, (6, 3),
        [("flatten", {}), ("custom", {"filters": 12, "groups": 3, "params": 24, "macs": 72})], moved=True),
    Row("Embedding", {"input_dim": 10, "output_dim": 4}, (7,), [("custom", {"filters": 4, "params": 40, "macs": 0})]),
    Row("LayerScale", {"init_values": 0.1, "projection_dim": 3}, (4, 5, 3), [("channel_scale", {})], keras=""),
]  # fmt: skip


test_layers, test_keras_agrees = rows_held(ROWS)
