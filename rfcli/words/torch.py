"""What torch calls what we have words for: first the module that is written, as `nn.ReLU`, then ATen's operations."""

from rfcli.tables import Words

ACTIVATIONS = Words({
    "relu": ("nn.ReLU", "relu"),
    "relu6": ("nn.ReLU6", "relu6"),
    "leaky_relu": ("nn.LeakyReLU", "leaky_relu"),
    "rrelu": ("nn.RReLU", "rrelu"),
    "elu": ("nn.ELU", "elu"),
    "selu": ("nn.SELU", "selu"),
    "celu": ("nn.CELU", "celu"),
    "gelu": ("nn.GELU", "gelu"),
    "silu": ("nn.SiLU", "silu"),
    "mish": ("nn.Mish", "mish"),
    "sigmoid": ("nn.Sigmoid", "sigmoid"),
    "log_sigmoid": ("nn.LogSigmoid", "log_sigmoid"),
    "hard_sigmoid": ("nn.Hardsigmoid", "hardsigmoid"),
    "hard_swish": ("nn.Hardswish", "hardswish"),
    "hard_tanh": "nn.Hardtanh",
    "tanh": ("nn.Tanh", "tanh"),
    "softplus": ("nn.Softplus", "softplus"),
    "softsign": "nn.Softsign",
    "exponential": ("torch.exp", "exp"),
    "threshold": ("nn.Threshold", "threshold"),
    "dropout": ("nn.Dropout", "dropout", "feature_dropout", "alpha_dropout", "feature_alpha_dropout"),
})  # fmt: skip
"""`swish` is another word of ours for `silu`. Of hardtanh it depends on its limits what it is."""

SOFTMAXES = Words({
    "softmax": ("nn.Softmax", "softmax"),
    "softmin": "nn.Softmin",
    "log_softmax": ("nn.LogSoftmax", "log_softmax"),
})  # fmt: skip
"""Activations over a dimension, which torch has to be told."""

MERGES = Words({
    "add": (
        "+", "add", "sub", "rsub", "subtract", "fmod", "remainder", "where", "masked_fill", "lerp", "addcmul",
        "addcdiv", "atan2", "hypot", "eq", "ne", "gt", "ge", "lt", "le", "logical_xor", "bitwise_xor", "logaddexp",
        "copy", "complex", "__xor__",
    ),
    "multiply": (
        "*", "mul", "multiply", "div", "divide", "true_divide", "floor_divide", "pow", "logical_and", "bitwise_and",
        "xlogy", "polar", "__and__",
    ),
    "max": ("torch.maximum", "maximum", "minimum", "fmax", "fmin", "logical_or", "bitwise_or", "__or__"),
    "concat": ("torch.cat", "cat"),
})  # fmt: skip
"""Operations on entries at the same place of several tensors are the merge that reads the same."""

REDUCTIONS = Words({
    "avg": (
        "mean", "sum", "nansum", "prod", "std", "var", "norm", "linalg_vector_norm", "logsumexp", "median", "std_mean",
        "var_mean",
    ),
    "max": ("amax", "amin", "argmax", "argmin", "any", "all", "max", "min"),
})  # fmt: skip
"""The statistic that reads the same."""

NORMS = Words({
    "batch_norm": (
        "nn.BatchNorm", "batch_norm", "native_batch_norm", "cudnn_batch_norm", "_native_batch_norm_legit",
        "_native_batch_norm_legit_no_training", "_batch_norm_no_update",
    ),
    "instance_norm": ("nn.InstanceNorm", "instance_norm"),
    "group_norm": ("nn.GroupNorm", "group_norm", "native_group_norm"),
    "layer_norm": ("nn.LayerNorm", "layer_norm", "native_layer_norm", "rms_norm", "_fused_rms_norm"),
})  # fmt: skip
"""Behind the first two stands the number of axes."""

RECURRENT = Words({"lstm": ("nn.LSTM", "lstm"), "gru": ("nn.GRU", "gru"), "rnn": ("nn.RNN", "rnn_tanh", "rnn_relu")})

PADS = Words({
    "zeros": ("nn.ZeroPad", "constant_pad_nd"),
    "reflect": ("nn.ReflectionPad", "reflection_pad1d", "reflection_pad2d", "reflection_pad3d"),
    "replicate": ("nn.ReplicationPad", "replication_pad1d", "replication_pad2d", "replication_pad3d"),
    "circular": ("nn.CircularPad", "_pad_circular"),
})  # fmt: skip
"""Behind a module stands the number of axes."""

PAD_MODES = Words({"zeros": "constant", "reflect": "reflect", "replicate": "replicate", "circular": "circular"})
"""What `pad` is told; the `padding_mode` of convolutions has our words."""

INTERPOLATIONS = {
    1: Words({"nearest": ("nearest", "nearest_exact"), "area": "area", "linear": "linear"}),
    2: Words({"nearest": ("nearest", "nearest_exact"), "area": "area", "linear": "bilinear", "cubic": "bicubic"}),
    3: Words({"nearest": ("nearest", "nearest_exact"), "area": "area", "linear": "trilinear"}),
}
"""Number of axes -> modes of its interpolation: the ones of `F.interpolate`, which are in the names of operations."""


def operations(words: Words) -> list[str]:
    """The spellings that are ATen's operations: the others are modules, functions or operators."""
    return [spelling for spelling in words if spelling.isidentifier()]
