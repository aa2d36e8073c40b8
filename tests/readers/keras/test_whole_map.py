"""Statistics: of the whole map, of a dimension, and those by which entries are normalised."""

from __future__ import annotations

from typing import Any

import pytest

from readers.keras.keras_files import (
    SAME,
    computed,
    functional,
    new,
    single,
    source,
)
from readers.keras.rows import Row, aliased, rows_held, tf

NUMPY, NN, MATH = (f"keras.src.ops.{name}" for name in ("numpy", "nn", "math"))
MAP = (4, 5, 3)
SHAPES = {1: (7, 3), 2: MAP, 3: (2, 3, 4, 3)}
ALONE = {"scale": False, "bias": False}


def reduced(kind: str, statistic: str, module: str = NUMPY, coarse: bool = False, keep: bool = True) -> Row:
    config = {"axis": [1, 2], **({"keepdims": True} if keep else {})}
    return Row(kind, config, MAP, [(f"global_{statistic}_pool", {})], module=module, coarse=coarse)


POOLS = [
    Row(f"Global{word}Pooling{n}D", {"keepdims": n != 2}, shape, [(f"global_{type}_pool", {})])
    for word, type in (("Average", "avg"), ("Max", "max")) for n, shape in SHAPES.items()
]  # fmt: skip
REDUCTIONS = [
    *(reduced(name, "avg") for name in ("Mean", "Sum", "Prod", "Var", "Std")),
    *(reduced(name, "max") for name in ("Max", "Min", "Amax", "Amin")),
    *(reduced(name, "max", coarse=True) for name in ("Any", "All")),
    reduced("Median", "avg", coarse=True), reduced("Logsumexp", "avg", MATH),
    reduced("CountNonzero", "avg", coarse=True, keep=False),
    Row("Average", {"axis": 2}, MAP, [("adaptive_avg_pool", {"output_size": [4, 1]})], module=NUMPY),
    *(Row(name, {"axis": 2, "keepdims": True}, MAP, [("adaptive_max_pool", {"output_size": [4, 1]})], module=NUMPY,
          coarse=True) for name in ("Argmax", "Argmin")),
    Row("Mean", {"axis": -1, "keepdims": True}, MAP, [("custom", {"filters": 1, "params": 0, "macs": 0})],
        module=NUMPY),
    Row("Mean", {"axis": [1, 2, 3]}, MAP,
        [("global_avg_pool", {}), ("custom", {"filters": 1, "params": 0, "macs": 0})], module=NUMPY, keras=""),
    *(row for name in ("mean", "sum", "prod", "variance", "std", "logsumexp")
      for row in tf(f"math.reduce_{name}", {"axis": [1, 2]}, MAP, [("global_avg_pool", {})])),
    *(row for name in ("math.reduce_max", "math.reduce_min", "math.reduce_any", "math.reduce_all")
      for row in tf(name, {"axis": [1, 2], "keepdims": True}, MAP, [("global_max_pool", {})])),
    *(row for name in ("math.argmax", "math.argmin")
      for row in tf(name, {"axis": 2}, MAP, [("adaptive_max_pool", {"output_size": [4, 1]})])),
]  # fmt: skip
NORMS = [
    Row("BatchNormalization", {"axis": -1}, MAP, [("batch_norm", {})]),
    Row("BatchNormalization", {"axis": -1, "scale": False}, MAP, [("batch_norm", {"scale": False})]),
    Row("BatchNormalization", {"axis": 1, "center": False}, MAP, [("batch_norm", {"bias": False, "params": 4})]),
    Row("LayerNormalization", {"axis": -1, "center": False}, MAP, [("layer_norm", {"bias": False})]),
    Row("LayerNormalization", {"axis": [1, 2, 3]}, MAP, [("layer_norm", {"axes": "all"})]),
    Row("LayerNormalization", {"axis": [1, 2]}, MAP, [("instance_norm", {"params": 2 * 4 * 5})], keras=""),
    Row("LayerNormalization", {"axis": -1, "rms_scaling": True}, MAP, [("layer_norm", {"bias": False})], keras=""),
    Row("RMSNormalization", {"axis": -1}, MAP, [("layer_norm", {"bias": False})]),
    Row("GroupNormalization", {"groups": 3, "axis": -1}, MAP, [("group_norm", {"groups": 3})]),
    Row("GroupNormalization", {"groups": -1, "scale": False}, MAP, [("instance_norm", {"scale": False})]),
    Row("UnitNormalization", {"axis": -1}, MAP, [("layer_norm", ALONE)]),
    Row("UnitNormalization", {"axis": [1, 2, 3]}, MAP, [("layer_norm", {"axes": "all", **ALONE})]),
    Row("AutoContrast", {}, MAP, [("instance_norm", ALONE)], coarse=True),
    Row("Normalize", {"axis": -1, "order": 2}, MAP, [("layer_norm", ALONE)], module=NN),
    *(row for name in ("math.l2_normalize", "nn.l2_normalize", "linalg.l2_normalize")
      for row in tf(name, {"axis": -1}, MAP, [("layer_norm", ALONE)])),
]  # fmt: skip
ALIASES = {
    **{f"GlobalMaxPool{n}D": f"GlobalMaxPooling{n}D" for n in SHAPES},
    **{f"GlobalAvgPool{n}D": f"GlobalAveragePooling{n}D" for n in SHAPES},
    **dict.fromkeys(("BatchNormalizationV1", "BatchNormalizationV2", "SyncBatchNormalization"), "BatchNormalization"),
}
NN, UNTRAINED = "keras.src.ops.nn", {"scale": False, "bias": False}
STATISTICS = [
    Row("Norm", {"ord": None, "axis": -1, "keepdims": True}, (4, 5, 3),
        [("custom", {"filters": 1, "params": 0, "macs": 0})], module="keras.src.ops.linalg"),
    Row("Quantile", {"axis": [1, 2], "method": "linear", "keepdims": True}, (4, 5, 3), [("global_max_pool", {})],
        ("x", 0.5), module="keras.src.ops.numpy"),
    Row("Moments", {"axes": [1, 2], "keepdims": True, "synchronized": False}, (4, 5, 3), [("global_avg_pool", {})],
        module=NN),
    Row("LayerNorm", {"axis": -1}, (4, 5, 3), [("layer_norm", UNTRAINED)], module=NN, keras=""),
    Row("RMSNorm", {"axis": -1}, (4, 5, 3), [("layer_norm", UNTRAINED)], module=NN, keras=""),
    Row("BatchNorm", {"axis": -1}, (4, 5, 3), [("batch_norm", UNTRAINED)], module=NN, keras=""),
]  # fmt: skip
ROWS = [*POOLS, *REDUCTIONS, *NORMS, *STATISTICS, *aliased(ALIASES, [*POOLS, *NORMS])]


test_layers, test_keras_agrees = rows_held(ROWS)


KEPT = {
    "batch": ("BatchNormalization", {"axis": [3]}, "batch_norm", 6),
    "batch, unscaled": ("BatchNormalization", {"axis": -1, "scale": False}, "batch_norm", 3),
    "batch, over rows": ("BatchNormalization", {"axis": 1}, "batch_norm", 16),
    "layer": ("LayerNormalization", {"axis": [-1]}, "layer_norm", 6),
    "layer, uncentred": ("LayerNormalization", {"axis": -1, "center": False}, "layer_norm", 3),
    "layer, all": ("LayerNormalization", {"axis": [1, 2, 3]}, "layer_norm", 2 * 8 * 9 * 3),
    "layer, positions": ("LayerNormalization", {"axis": [1, 2]}, "instance_norm", 2 * 8 * 9),
    "rms": ("RMSNormalization", {"axis": -1}, "layer_norm", 3),
    "group": ("GroupNormalization", {"groups": 3, "axis": -1}, "group_norm", 6),
    "group of each": ("GroupNormalization", {"groups": -1}, "instance_norm", 6),
    "unit": ("UnitNormalization", {"axis": -1}, "layer_norm", 0),
    "prelu": ("PReLU", {"shared_axes": [1, 2]}, "prelu", 3),
    "prelu of each": ("PReLU", {"shared_axes": None}, "prelu", 8 * 9 * 3),
    "prelu of one": ("PReLU", {"shared_axes": [1, 2, 3]}, "prelu", 1),
    "relu6": ("ReLU", {"max_value": 6.0}, "relu6", 0),
    "leaky": ("ReLU", {"negative_slope": 0.1}, "leaky_relu", 0),
    "activation": ("Activation", {"activation": "hard_silu"}, "hard_swish", 0),
    "activation, a layer": (
        "Activation", {"activation": {"class_name": "LeakyReLU", "config": {"name": "l"}}}, "leaky_relu", 0),
    "softmax": ("Softmax", {"axis": -1}, "softmax", 0),
    "softmax over positions": ("Softmax", {"axis": [1, 2]}, "instance_norm", 0),
    "dropout": ("SpatialDropout2D", {"rate": 0.5}, "dropout", 0),
    "rescaling": ("Rescaling", {"scale": 0.1}, "identity", 0),
    "normalization": ("Normalization", {"axis": [-1], "mean": None}, "identity", 0),
    "augmentation": ("RandomFlip", {"mode": "horizontal"}, "identity", 0),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "config", "type", "params"), KEPT.values(), ids=KEPT)
def test_layers_that_keep_the_map(kind: str, config: dict[str, Any], type: str, params: int) -> None:
    (layer,) = computed(single((8, 9, 3), kind, config)).layers
    assert (layer.type, layer.output_size, layer.channels, layer.cost.params) == (type, (8, 9), 3, params)
    assert layer.receptive_field.size == (1, 1)
    assert layer.receptive_field.globally == (
        type in ("instance_norm", "group_norm") or config.get("axis") == [1, 2, 3]
    )


def test_some_axes_are_normalised() -> None:
    (layer,) = computed(single((8, 9, 3), "LayerNormalization", {"axis": [2]})).layers
    assert "some axes" in layer.receptive_field.size[0].reason


@pytest.mark.parametrize("keep", [False, True])
def test_global_pools_and_squeeze_excite(keep: bool) -> None:
    layers = [
        source((8, 8, 6)),
        new("Conv2D", "conv", {"filters": 6, "kernel_size": 3, **SAME}, ["x"]),
        new("GlobalAveragePooling2D", "squeeze", {"keepdims": keep}, ["conv"]),
        *([] if keep else [new("Reshape", "grow", {"target_shape": [1, 1, 6]}, ["squeeze"])]),
        new("Dense", "excite", {"units": 6, "activation": "sigmoid"}, ["squeeze" if keep else "grow"]),
        new("Multiply", "scaled", {}, [["conv", "excite"]]),
    ]
    scaled = computed(functional(layers, [("scaled", 0, 0)])).layer("scaled")
    assert (scaled.receptive_field.size, scaled.output_size, scaled.channels) == ((3, 3), (8, 8), 6)
    assert scaled.receptive_field.globally


def test_maps_of_one_position_stay_maps() -> None:
    """At another input size than the file's, the pool after a merge of 1x1 maps is as global as before."""
    stride = {"filters": 4, "kernel_size": 3, "strides": 8, **SAME}
    layers = [
        source((8, 8, 4)), new("Conv2D", "a", stride, ["x"]), new("Conv2D", "b", stride, ["x"]),
        new("Add", "sum", {}, [["a", "b"]]), new("GlobalMaxPooling2D", "pool", {}, ["sum"]),
        new("Dense", "dense", {"units": 3}, ["pool"]),
    ]  # fmt: skip
    report = computed(functional(layers, [("dense", 0, 0)]), input_size=64)
    assert [one.output_size for one in report.layers] == [(8, 8), (8, 8), (8, 8), (1, 1), (1, 1)]
    assert report.layer("dense").type == "linear"
