"""What the operations of TensorFlow call what we have words for."""

from rfcli.tables import Words

POINTWISE = Words({
    "relu": "Relu", "relu6": "Relu6", "leaky_relu": "LeakyRelu", "elu": "Elu", "selu": "Selu", "gelu": "Gelu",
    "sigmoid": "Sigmoid", "hard_swish": "HardSwish", "hard_tanh": ("ReluN1To1", "Relu0To1"), "tanh": "Tanh",
    "softplus": "Softplus", "softsign": "Softsign", "exponential": "Exp",
    "identity": (
        "Identity", "StopGradient", "PreventGradient", "CheckNumerics", "Snapshot", "PlaceholderWithDefault", "Cast",
        "Abs", "Neg", "Log", "Log1p", "Expm1", "Sqrt", "Rsqrt", "Square", "Sin", "Cos", "Tan", "Asin", "Acos", "Atan",
        "Sinh", "Cosh", "Asinh", "Acosh", "Atanh", "Erf", "Erfc", "Floor", "Ceil", "Round", "Rint", "Sign",
        "Reciprocal", "Inv", "LogicalNot", "IsNan", "IsInf", "IsFinite", "Bitcast", "Real", "Imag", "ComplexAbs",
        "FakeQuantWithMinMaxVars", "FakeQuantWithMinMaxVarsPerChannel", "FakeQuantWithMinMaxArgs",
        "QuantizeAndDequantizeV2", "QuantizeAndDequantizeV3", "QuantizeAndDequantizeV4", "Digamma", "Lgamma",
    ),
})  # fmt: skip
"""Operations on each entry by itself; those without a layer type of their own are the identity."""
SOFTMAXES = Words({"softmax": "Softmax", "log_softmax": "LogSoftmax"})
"""Shares of what lies along the last dimension."""
MERGES = Words({
    "add": (
        "AddV2", "Add", "Sub", "AddN", "SquaredDifference", "Equal", "NotEqual", "Less", "LessEqual", "Greater",
        "GreaterEqual", "Select", "SelectV2", "BitwiseXor", "RightShift", "Atan2", "Mod", "FloorMod",
    ),
    "multiply": ("Mul", "MulNoNan", "RealDiv", "Div", "DivNoNan", "FloorDiv", "TruncateDiv", "Xdivy", "Xlogy", "Pow",
                 "LogicalAnd"),
    "max": ("Maximum", "Minimum", "LogicalOr"),
})  # fmt: skip
"""Operations on entries at the same place of several tensors, by the merge that reads the same."""
POOLS = Words({"max": ("MaxPool", "MaxPoolV2", "MaxPool3D"), "avg": ("AvgPool", "AvgPool3D", "L2Pool")})
"""Pools over windows, by their statistic."""
REDUCTIONS = Words({
    "avg": ("Mean", "Sum", "Prod", "EuclideanNorm"),
    "max": ("Max", "Min", "Any", "All"),
})  # fmt: skip
"""Reductions over dimensions, by the statistic that reads the same."""
