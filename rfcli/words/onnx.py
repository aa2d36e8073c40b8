"""What the operators of ONNX call what we have words for."""

from rfcli.tables import Words

POINTWISE = Words({
    "relu": "Relu", "leaky_relu": "LeakyRelu", "elu": "Elu", "selu": "Selu", "celu": "Celu", "gelu": "Gelu",
    "sigmoid": "Sigmoid", "hard_sigmoid": "HardSigmoid", "hard_swish": "HardSwish", "mish": "Mish", "silu": "Swish",
    "tanh": "Tanh", "softplus": "Softplus", "softsign": "Softsign", "exponential": "Exp",
    "threshold": "ThresholdedRelu", "dropout": "Dropout",
    "identity": (
        "Identity", "Abs", "Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "BitwiseNot", "Cast", "CastLike", "Ceil",
        "Cos", "Cosh", "DequantizeLinear", "Erf", "Floor", "IsInf", "IsNaN", "Log", "Neg", "Not", "QuantizeLinear",
        "Reciprocal", "Round", "Shrink", "Sign", "Sin", "Sinh", "Sqrt", "Tan", "Bernoulli",
    ),
})  # fmt: skip
"""Operations on each entry by itself; those without a layer type of their own are the identity."""
SOFTMAXES = Words({"softmax": ("Softmax", "Hardmax"), "log_softmax": "LogSoftmax"})
"""Shares of what lies along an axis."""
MERGES = Words({
    "add": (
        "Sum", "Add", "Sub", "Mean", "Mod", "Where", "Xor", "BitwiseXor", "BitShift", "Equal", "Greater",
        "GreaterOrEqual", "Less", "LessOrEqual",
    ),
    "multiply": ("Mul", "Div", "Pow", "And", "BitwiseAnd"),
    "max": ("Max", "Min", "Or", "BitwiseOr"),
})  # fmt: skip
"""Operations on entries at the same place of several tensors, by the merge that reads the same."""
POOLS = Words({"max": "MaxPool", "avg": "AveragePool", "lp": "LpPool"})
"""Pools over windows, by their statistic."""
GLOBAL_POOLS = Words({"max": "GlobalMaxPool", "avg": ("GlobalAveragePool", "GlobalLpPool")})
REDUCTIONS = Words({
    "avg": (
        "ReduceMean", "ReduceSum", "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceProd",
        "ReduceSumSquare",
    ),
    "max": ("ReduceMax", "ReduceMin"),
})  # fmt: skip
"""Reductions over dimensions, by the statistic that reads the same."""
RECURRENT = Words({"lstm": "LSTM", "gru": "GRU", "rnn": "RNN"})
"""Layers that carry a state."""
PADDINGS = Words({"same": "SAME_UPPER", "same_lower": "SAME_LOWER", "valid": "VALID"})
"""Padding of windows, as `auto_pad` says it."""
PAD_MODES = Words({"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"})
INTERPOLATIONS = Words({"nearest": "nearest", "linear": "linear", "cubic": "cubic"})
