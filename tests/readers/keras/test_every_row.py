"""Every layer class and every function has a row."""

from __future__ import annotations

from importlib import import_module

from readers.keras import test_removed
from readers.keras.rows import Row
from rfcli.readers.keras import program
from rfcli.readers.keras.binding import function, layer_class

ROWS: list[Row] = [
    row for family in program.FAMILIES
    for row in import_module(f"readers.keras.test_{family.__name__.rpartition('.')[2]}").ROWS
]  # fmt: skip


def test_every_class_and_function_has_a_row() -> None:
    assert {row.kind for row in ROWS if row.module == "keras.layers"} == set(layer_class)
    # TensorFlow's operators, which Keras 2 saves without a function's name, are among its functions here.
    assert {row.kind for row in ROWS if row.module != "keras.layers"} == set(function)


ALIKE = {
    "Abs": "abs math.abs", "Arccos": "math.acos", "Arcsin": "math.asin", "Arctan": "math.atan", "Ceil": "math.ceil",
    "Cos": "math.cos", "Cosh": "math.cosh", "Erf": "math.erf", "Exp": "math.exp exp", "Expm1": "math.expm1",
    "Floor": "math.floor", "Log": "math.log", "Log1p": "math.log1p", "Negative": "math.negative Neg",
    "Reciprocal": "math.reciprocal", "Round": "math.rint math.round round", "Rsqrt": "math.rsqrt",
    "Sign": "math.sign sign", "Sin": "math.sin", "Sinh": "math.sinh", "Sqrt": "math.sqrt sqrt",
    "Square": "math.square square", "Tan": "math.tan", "Cast": "cast", "StopGradient": "stop_gradient",
    "Clip": "clip_by_value", "OnesLike": "ones_like", "ZerosLike": "zeros_like", "Isnan": "math.is_nan",
    "Isfinite": "math.is_finite", "LogicalNot": "math.logical_not", "Copy": "identity", "Relu": "nn.relu",
    "Relu6": "nn.relu6", "LeakyRelu": "nn.leaky_relu", "Elu": "nn.elu", "Selu": "nn.selu", "Gelu": "nn.gelu",
    "Silu": "nn.silu nn.swish", "Sigmoid": "nn.sigmoid math.sigmoid", "Tanh": "nn.tanh math.tanh",
    "Softplus": "nn.softplus math.softplus", "Softsign": "nn.softsign", "LogSigmoid": "math.log_sigmoid",
    "Softmax": "nn.softmax", "LogSoftmax": "nn.log_softmax", "Add": "math.add __operators__.add AddV2 math.add_n add_n",
    "Subtract": "math.subtract Sub", "Mod": "math.mod math.floormod", "Equal": "math.equal __operators__.eq",
    "NotEqual": "__operators__.ne", "Greater": "math.greater", "GreaterEqual": "math.greater_equal",
    "Less": "math.less", "LessEqual": "math.less_equal", "Where": "where compat.v2.where",
    "Multiply": "math.multiply Mul", "Divide": "math.divide RealDiv", "TrueDivide": "math.truediv",
    "DivideNoNan": "math.divide_no_nan", "FloorDivide": "math.floordiv", "Power": "math.pow Pow",
    "LogicalAnd": "math.logical_and", "Maximum": "math.maximum", "Minimum": "math.minimum",
    "LogicalOr": "math.logical_or", "Mean": "math.reduce_mean", "Sum": "math.reduce_sum", "Prod": "math.reduce_prod",
    "Var": "math.reduce_variance", "Std": "math.reduce_std", "Logsumexp": "math.reduce_logsumexp",
    "Max": "math.reduce_max", "Min": "math.reduce_min", "Any": "math.reduce_any", "All": "math.reduce_all",
    "Argmax": "math.argmax", "Argmin": "math.argmin",
    "Normalize": "math.l2_normalize nn.l2_normalize linalg.l2_normalize", "Concatenate": "concat compat.v1.concat",
    "Reshape": "reshape", "Transpose": "transpose compat.v1.transpose", "ExpandDims": "expand_dims compat.v1.expand_dims",
    "Squeeze": "squeeze compat.v1.squeeze", "Pad": "pad compat.v1.pad", "GetItem": "__operators__.getitem",
    "Resize": "image.resize", "MaxPool": "nn.max_pool nn.max_pool1d nn.max_pool2d",
    "AveragePool": "nn.avg_pool nn.avg_pool1d nn.avg_pool2d",
}  # fmt: skip
"""Functions of Keras, which are held against Keras, and those of TensorFlow that do the same by its documentation."""


def test_functions_of_tensorflow_are_read_as_those_of_keras() -> None:
    first = {row.kind: row for row in reversed(ROWS) if row.module != "keras.layers"}
    for ours, others in ALIKE.items():
        assert first[ours].keras is None
        for name in others.split():
            assert first[name].layers[-1][0] == first[ours].layers[-1][0], name


def test_few_rows_are_not_held_against_keras() -> None:
    """Those of TensorFlow's functions, and of classes that Keras has no more, or not under a name; those of Keras 1 are
    held against what that says of its models."""
    removed = {row.kind for row in test_removed.ROWS}
    classes = {row.kind for row in ROWS if row.module == "keras.layers"} - removed
    held = {row.kind for row in ROWS if row.module == "keras.layers" and row.keras != ""}
    assert classes - held == {
        "RandomHeight", "RandomWidth", "DropPath", "FixedDropout", "StochasticDepth", "ThresholdedReLU",
        "CustomScaleLayer", "LayerScale", "TCN", "CuDNNGRU", "CuDNNLSTM", "LocallyConnected1D",
        "LocallyConnected2D", "ConvLSTM1D", "ConvLSTM2D",
    }  # fmt: skip
