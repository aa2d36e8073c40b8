"""Activations, and all else that works on each entry by itself."""

from __future__ import annotations

from readers.keras.keras_files import (
    CONV,
    computed,
    functional,
    new,
    single,
    source,
)
from readers.keras.rows import Row, rows_held, tf
from rfcli.geometry.unknown import Unknown

MAP = (4, 5, 3)
NUMPY, NN, CORE, MATH = (f"keras.src.ops.{name}" for name in ("numpy", "nn", "core", "math"))


def same(kind: str, type: str = "identity", keras: str | None = None, **config: object) -> Row:
    """A layer that leaves every entry in its place."""
    return Row(kind, config, MAP, [(type, {})], keras=keras, coarse=True)


PASSING = [
    same("Identity"), same("ActivityRegularization", l1=0.1), same("Masking"), same("Rescaling", scale=0.5, offset=0.0),
    same("Normalization", mean=0.5, variance=2.0), same("Discretization", bin_boundaries=[0.2, 0.4, 0.6]),
    same("RandomFlip"), same("RandomRotation", factor=0.2), same("RandomZoom", height_factor=0.2),
    same("RandomTranslation", height_factor=0.2, width_factor=0.2), same("RandomContrast", factor=0.2),
    same("RandomBrightness", factor=0.2), same("RandomHeight", keras="", factor=0.2),
    same("RandomWidth", keras="", factor=0.2), same("RandomHue", factor=0.2), same("RandomSaturation", factor=0.2),
    same("RandomGrayscale"), same("RandomPosterization", factor=4), same("RandomSharpness", factor=0.2),
    same("RandomShear", x_factor=0.2), same("RandomPerspective"), same("RandomErasing"), same("RandomInvert"),
    same("RandomColorJitter"), same("RandomElasticTransform"), same("RandomColorDegeneration", factor=0.2),
    same("RandomGaussianBlur"), same("MixUp"), same("CutMix"), same("AugMix"), same("RandAugment"),
    same("Solarization"),
]  # fmt: skip
"""What is drawn at random is for training. Solarisation turns around large values, training or not."""


def dropped(kind: str, keras: str | None = None, shape: tuple[int, ...] = MAP, **config: object) -> Row:
    return Row(kind, config, shape, [("dropout", {} if config["rate"] == 0.5 else config)], keras=keras)


DROPPING = [
    dropped("Dropout", rate=0.25), dropped("Dropout", rate=0.5), dropped("SpatialDropout1D", shape=(7, 3), rate=0.25),
    dropped("SpatialDropout2D", rate=0.25), dropped("SpatialDropout3D", shape=(2, 3, 4, 3), rate=0.25),
    dropped("GaussianDropout", rate=0.25), dropped("AlphaDropout", rate=0.25), dropped("DropPath", keras="", rate=0.25),
    dropped("FixedDropout", keras="", rate=0.25), dropped("StochasticDepth", keras="", rate=0.25),
    Row("GaussianNoise", {"stddev": 0.25}, MAP, [("dropout", {})]),
]  # fmt: skip
SHARED_OUT = [("instance_norm", {"scale": False, "bias": False})]
ACTIVATIONS = {
    "linear": "identity", "relu": "relu", "relu6": "relu6", "leaky_relu": "leaky_relu", "elu": "elu", "selu": "selu",
    "celu": "celu", "gelu": "gelu", "silu": "silu", "swish": "silu", "mish": "mish", "sigmoid": "sigmoid",
    "log_sigmoid": "log_sigmoid", "hard_sigmoid": "hard_sigmoid", "hard_silu": "hard_swish", "hard_swish": "hard_swish",
    "hard_tanh": "hard_tanh", "tanh": "tanh", "softplus": "softplus", "softsign": "softsign", "threshold": "threshold",
    "exponential": "exponential", "hard_shrink": "identity", "soft_shrink": "identity", "tanh_shrink": "identity",
    "squareplus": "identity", "sparse_plus": "identity", "sparse_sigmoid": "identity", "softmax": "softmax",
    "log_softmax": "log_softmax", "sparsemax": "softmax",
}  # fmt: skip
LAYERS = [
    *(same("Activation", type, "" if name == "threshold" else None, activation=name) for name, type in ACTIVATIONS.items()),
    # Of which Keras states the shape of its input.
    Row("Activation", {"activation": "glu"}, (4, 5, 4), [
        ("channel_shuffle", {"groups": 2}), ("custom", {"filters": 2, "groups": 2, "params": 0, "macs": 0}),
    ], keras=""),
    Row("Activation", {"activation": {"module": "keras.layers", "class_name": "ReLU", "config": {"max_value": 6}}}, MAP,
        [("relu6", {})]),
    same("ReLU", "relu"), same("ReLU", "relu6", max_value=6.0), same("ReLU", "relu", max_value=5.0),
    same("ReLU", "leaky_relu", negative_slope=0.1), same("LeakyReLU", "leaky_relu"), same("ELU", "elu"),
    same("ThresholdedReLU", "threshold", keras="", theta=1.0),
    Row("PReLU", {"shared_axes": [1, 2]}, MAP, [("prelu", {"per_channel": True})]),
    Row("PReLU", {"shared_axes": None}, MAP, [("prelu", {"params": 4 * 5 * 3})]),
    Row("PReLU", {"shared_axes": [1, 2, 3]}, MAP, [("prelu", {})]),
    Row("Softmax", {"axis": -1}, MAP, [("softmax", {})]),
    # Of several axes, as they are saved, Keras takes none on torch.
    Row("Softmax", {"axis": [1, 2]}, MAP, SHARED_OUT, keras=""),
    Row("Softmax", {"axis": [1, 2, 3]}, MAP, [("layer_norm", {"axes": "all", "scale": False, "bias": False})], keras=""),
]  # fmt: skip
PLAIN = {
    NUMPY: (
        "Abs", "Absolute", "Arccos", "Arcsin", "Arctan", "Ceil", "Cos", "Cosh", "Exp", "Expm1", "Floor", "Isfinite",
        "Isinf", "Isnan", "Log", "Log10", "Log1p", "Log2", "LogicalNot", "Negative", "OnesLike", "Reciprocal", "Round",
        "Sign", "Sin", "Sinh", "Sqrt", "Square", "Tan", "ZerosLike", "NanToNum", "Copy", "Angle", "Real",
    ),
    NN: ("HardShrink", "SoftShrink", "SparsePlus", "Squareplus", "TanhShrink"),
    MATH: ("Erf", "Rsqrt"),
    CORE: ("StopGradient",),
}  # fmt: skip
"""Functions that have no layer type of their own."""
TYPED = {
    "Relu": "relu", "Relu6": "relu6", "LeakyRelu": "leaky_relu", "Elu": "elu", "Selu": "selu", "Celu": "celu",
    "Gelu": "gelu", "Silu": "silu", "Sigmoid": "sigmoid", "LogSigmoid": "log_sigmoid", "HardSigmoid": "hard_sigmoid",
    "HardSilu": "hard_swish", "HardTanh": "hard_tanh", "Softplus": "softplus", "Softsign": "softsign",
}  # fmt: skip


def function(kind: str, module: str, type: str = "identity", keras: str | None = None, **config: object) -> Row:
    return Row(kind, config, MAP, [(type, {})], module=module, keras=keras, coarse=True)


FUNCTIONS = [
    *(function(name, module) for module, names in PLAIN.items() for name in names),
    *(function(name, NN, type) for name, type in TYPED.items()),
    function("Tanh", NUMPY, "tanh"), function("Mish", NN, "mish", keras=""), function("Identity", NUMPY, keras=""),
    function("Cast", CORE, dtype="float16"), function("Clip", NUMPY, x_min=0.2, x_max=0.8),
    function("Threshold", NN, "threshold", threshold=0.5, default_value=0.0),
    function("Softmax", NN, "softmax", axis=-1), function("Sparsemax", NN, "softmax", axis=-1),
    function("LogSoftmax", NN, "log_softmax", axis=3), Row("Softmax", {"axis": [1, 2]}, MAP, SHARED_OUT, module=NN, keras=""),
]  # fmt: skip
TENSORFLOW = {
    "identity": (
        "abs", "math.abs", "math.acos", "math.asin", "math.atan", "math.ceil", "math.cos", "math.cosh", "math.erf",
        "math.exp", "math.expm1", "math.floor", "math.log", "math.log1p", "math.negative", "math.reciprocal",
        "math.rint", "math.round", "math.rsqrt", "math.sign", "math.sin", "math.sinh", "math.sqrt", "math.square",
        "math.tan", "cast", "identity", "stop_gradient", "clip_by_value", "nn.bias_add", "compat.v1.nn.bias_add",
        "ones_like", "zeros_like", "round", "exp", "sqrt", "square", "sign", "nn.dropout", "convert_to_tensor",
        "debugging.check_numerics", "ensure_shape", "math.is_nan", "math.is_finite", "math.logical_not", "Neg",
        "BiasAdd",
    ),
    "relu": ("nn.relu",), "relu6": ("nn.relu6",), "leaky_relu": ("nn.leaky_relu",), "elu": ("nn.elu",),
    "selu": ("nn.selu",), "gelu": ("nn.gelu",), "silu": ("nn.silu", "nn.swish"),
    "sigmoid": ("nn.sigmoid", "math.sigmoid"), "tanh": ("nn.tanh", "math.tanh"),
    "softplus": ("nn.softplus", "math.softplus"), "softsign": ("nn.softsign",), "log_sigmoid": ("math.log_sigmoid",),
    "softmax": ("nn.softmax",), "log_softmax": ("nn.log_softmax",),
}  # fmt: skip
ROWS = [
    Row("Glu", {"axis": -1}, (4, 5, 4),
        [("channel_shuffle", {"groups": 2}), ("custom", {"filters": 2, "groups": 2, "params": 0, "macs": 0})],
        module="keras.src.ops.nn"),
    *PASSING, *DROPPING, *LAYERS, *FUNCTIONS,
    *(row for type, names in TENSORFLOW.items() for name in names for row in tf(name, {}, MAP, [(type, {})])),
    *tf("nn.softmax", {"axis": 2}, (9, 3), [("softmax", {})]),
]  # fmt: skip


test_layers, test_keras_agrees = rows_held(ROWS)


def test_activations_inside_layers() -> None:
    """They change no number; a softmax over the last dimension of a map with channels first mixes a row."""
    first = {**CONV, "data_format": "channels_first", "activation": "softmax"}
    assert [one.name for one in computed(single((3, 8, 8), "Conv2D", {**CONV, "activation": "relu"})).layers] == ["a"]
    assert [one.name for one in computed(single((8, 8, 3), "Dense", {"units": 2, "activation": "softmax"})).layers] == [
        "a"
    ]
    rows = computed(single((3, 8, 8), "Conv2D", first)).layers
    assert rows[1].name == "a/activation" and isinstance(rows[1].receptive_field.size[0], Unknown)
    halves = computed(single((8, 8, 3), "Conv2D", {**CONV, "activation": "glu"}))
    assert [one.channels for one in halves.layers] == [4, 4, 2]
    assert halves.layer("a").channels == 2, "a layer's name is that of what it makes, its activation included"


def test_a_softmax_inside_a_layer_that_keeps_channels_apart() -> None:
    """It mixes them: what follows sees all."""
    layer = ("DepthwiseConv2D", {"kernel_size": [3, 3], "activation": "softmax"})
    assert [one.type for one in computed(single((8, 8, 3), *layer)).layers] == ["depthwise_conv", "softmax"]


def test_softmax_over_everything_is_not_one_over_features() -> None:
    for axis, known in ((-1, True), (None, False)):
        layer = new("Softmax", "a", {"axis": axis}, ["x"], module="keras.src.ops.nn")
        found = computed(functional([source((8, 8, 3)), layer], [("a", 0, 0)])).layer("a")
        assert isinstance(found.receptive_field.size[0], Unknown) != known
