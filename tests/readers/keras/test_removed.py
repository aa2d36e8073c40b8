"""Layers of Keras 1 that no later Keras has. What Keras 1 says of them is in `keras1`."""

from __future__ import annotations

from typing import Any

from readers.keras.rows import Row, rows_held

MAP = (6, 7, 3)
SIZED = "Deconvolution2D to a size"


def deconvolution(shape: list[int | None], word: str, **made: Any) -> Row:
    config = {"filters": 4, "kernel_size": [3, 2], "strides": [2, 2], "padding": word, "output_shape": shape}
    given = {"filters": 4, "kernel": [3, 2], "stride": 2, **made}
    return Row(SIZED, config, MAP, [("conv_transpose", given)], keras="")


def lost(kind: str, config: dict[str, Any], why: str, **given: Any) -> Row:
    """A layer that is not known."""
    return Row(kind, config, MAP, [("custom", {"unknown": f"{kind}: {why}", **given})], keras="")


DIFFER = "others of the model differ in it"
ROWS = [
    deconvolution([None, 13, 14, 4], "valid"),
    deconvolution([None, 14, 15, 4], "valid", output_padding=1),
    deconvolution([None, 12, 14, 4], "same", padding=[[0, 1], 0]),
    deconvolution([None, 11, 13, 4], "same", padding=[1, [0, 1]]),
    lost(SIZED, {"filters": 4, "kernel_size": 3, "output_shape": None}, "its output_shape is not known"),
    lost(SIZED, {"filters": 4, "kernel_size": 3, "output_shape": [None, 8, 8, 4]},
         "its output_shape is that of another input"),
    Row("MaxoutDense", {"units": 5, "nb_feature": 3, "use_bias": True}, (8,), [
        ("conv", {"kernel": 1, "filters": 15}),
        ("custom", {"filters": 5, "params": 0, "macs": 0, "mixes": "some"}),
    ], keras=""),
    Row("Highway", {"use_bias": False, "activation": "relu"}, (8,), [
        ("conv", {"kernel": 1, "filters": 8, "bias": False}), ("conv", {"kernel": 1, "filters": 8, "bias": False}),
        ("multiply", {}), ("add", {}),
    ], keras=""),
    Row("SReLU", {}, MAP, [("prelu", {"params": 4 * 6 * 7 * 3})], keras=""),
    Row("ParametricSoftplus", {}, (8,), [("prelu", {"params": 16})], keras=""),
    Row("BatchNormalization of mode 1", {"axis": -1}, MAP, [("layer_norm", {})], keras=""),
    lost("BatchNormalization of mode 1", {"axis": 1}, "its parameters are those of another dimension"),
    Row("BatchNormalization of mode 2", {"axis": -1}, MAP, [("instance_norm", {})], keras=""),
    Row("BatchNormalization of mode 2", {"axis": 1}, (8,), [("batch_norm", {})], keras=""),
    Row("Merge", {"mode": "f", "mode_type": "function", "output_shape": [6, 7, 2]}, MAP,
        [("custom", {"unknown": "Merge: its mode is a function", "params": 0, "filters": 2, "size": [6, 7]})], keras=""),
    *(lost(f"{kind}{n}D without dim_ordering", {}, DIFFER, params=0)
      for kind in ("ZeroPadding", "Cropping", "UpSampling") for n in (2, 3)),
]  # fmt: skip


test_layers, test_keras_agrees = rows_held(ROWS)
