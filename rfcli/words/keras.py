"""What Keras, and TensorFlow below Keras 2, call what we have words for."""

from rfcli.tables import Words

ACTIVATIONS = Words({
    "identity": (
        "linear", "hard_shrink", "soft_shrink", "tanh_shrink", "squareplus", "sparse_plus", "sparse_sigmoid",
    ),
    "relu": "relu", "relu6": "relu6", "leaky_relu": "leaky_relu", "elu": "elu", "selu": "selu", "celu": "celu",
    "gelu": "gelu", "silu": ("silu", "swish"), "mish": "mish", "sigmoid": "sigmoid", "log_sigmoid": "log_sigmoid",
    "hard_sigmoid": "hard_sigmoid", "hard_swish": ("hard_silu", "hard_swish"), "hard_tanh": "hard_tanh", "tanh": "tanh",
    "softplus": "softplus", "softsign": "softsign", "threshold": "threshold", "exponential": "exponential",
})  # fmt: skip
"""Activations of each entry by itself; those without a layer type of their own are the identity."""
OVER_FEATURES = Words({"softmax": ("softmax", "sparsemax"), "log_softmax": "log_softmax"})
"""Activations over the last dimension."""
POINTWISE = Words({
    "identity": (
        "Identity", "ActivityRegularization", "Masking", "Rescaling", "Normalization", "Discretization", "RandomFlip",
        "RandomRotation", "RandomZoom", "RandomTranslation", "RandomContrast", "RandomBrightness", "RandomHeight",
        "RandomWidth", "RandomHue", "RandomSaturation", "RandomGrayscale", "RandomPosterization", "RandomSharpness",
        "RandomShear", "RandomPerspective", "RandomErasing", "RandomInvert", "RandomColorJitter",
        "RandomElasticTransform", "RandomColorDegeneration", "RandomGaussianBlur", "MixUp", "CutMix", "AugMix",
        "RandAugment", "Solarization",
    ),
    "leaky_relu": "LeakyReLU", "elu": "ELU", "threshold": "ThresholdedReLU",
})  # fmt: skip
"""Classes of layers of each entry by itself, when evaluating: what they draw at random is for training."""
FUNCTIONS = Words({
    "identity": (
        "Abs", "Absolute", "Arccos", "Arcsin", "Arctan", "Cast", "Ceil", "Clip", "Cos", "Cosh", "Erf", "Exp", "Expm1",
        "Floor", "HardShrink", "Identity", "Isfinite", "Isinf", "Isnan", "Log", "Log10", "Log1p", "Log2", "LogicalNot",
        "Negative", "OnesLike", "Reciprocal", "Round", "Rsqrt", "Sign", "Sin", "Sinh", "SoftShrink", "SparsePlus",
        "Sqrt", "Square", "Squareplus", "StopGradient", "Tan", "TanhShrink", "ZerosLike", "NanToNum", "Copy", "Angle",
        "Real", "abs", "math.abs", "math.acos", "math.asin", "math.atan", "math.ceil", "math.cos", "math.cosh",
        "math.erf", "math.exp", "math.expm1", "math.floor", "math.log", "math.log1p", "math.negative",
        "math.reciprocal", "math.rint", "math.round", "math.rsqrt", "math.sign", "math.sin", "math.sinh", "math.sqrt",
        "math.square", "math.tan", "cast", "identity", "stop_gradient", "clip_by_value", "nn.bias_add",
        "compat.v1.nn.bias_add", "ones_like", "zeros_like", "round", "exp", "sqrt", "square", "sign", "nn.dropout",
        "convert_to_tensor", "debugging.check_numerics", "ensure_shape", "math.is_nan", "math.is_finite",
        "math.logical_not", "Neg", "BiasAdd",
    ),
    "relu": ("Relu", "nn.relu"), "relu6": ("Relu6", "nn.relu6"), "leaky_relu": ("LeakyRelu", "nn.leaky_relu"),
    "elu": ("Elu", "nn.elu"), "selu": ("Selu", "nn.selu"), "celu": "Celu", "gelu": ("Gelu", "nn.gelu"),
    "silu": ("Silu", "nn.silu", "nn.swish"), "mish": "Mish", "sigmoid": ("Sigmoid", "nn.sigmoid", "math.sigmoid"),
    "log_sigmoid": ("LogSigmoid", "math.log_sigmoid"), "hard_sigmoid": "HardSigmoid", "hard_swish": "HardSilu",
    "hard_tanh": "HardTanh", "tanh": ("Tanh", "nn.tanh", "math.tanh"),
    "softplus": ("Softplus", "nn.softplus", "math.softplus"), "softsign": ("Softsign", "nn.softsign"),
    "threshold": "Threshold",
})  # fmt: skip
"""Functions of each entry by itself: classes of `keras.ops`, functions of TensorFlow (no `tf.`), and its operators."""
SOFTMAXES = Words({
    "softmax": ("Softmax", "nn.softmax", "Sparsemax"), "log_softmax": ("LogSoftmax", "nn.log_softmax"),
})  # fmt: skip
"""Functions that share out what lies along some dimensions."""
MERGES = Words({
    "add": ("Add", "Subtract", "Average", "CustomScaleLayer"), "multiply": "Multiply", "max": ("Maximum", "Minimum"),
})  # fmt: skip
"""Classes of merging layers, by the merge that reads the same."""
OPERATORS = Words({
    "add": (
        "Add", "Subtract", "Mod", "Equal", "NotEqual", "Greater", "GreaterEqual", "Less", "LessEqual", "LogicalXor",
        "Where", "Logaddexp", "Arctan2", "math.add", "__operators__.add", "math.subtract", "math.add_n", "add_n",
        "math.mod", "math.floormod", "math.squared_difference", "math.equal", "__operators__.eq", "__operators__.ne",
        "math.greater", "math.greater_equal", "math.less", "math.less_equal", "where", "compat.v2.where", "AddV2",
        "Sub", "SquaredDifference",
    ),
    "multiply": (
        "Multiply", "Divide", "TrueDivide", "FloorDivide", "DivideNoNan", "Power", "LogicalAnd", "math.multiply",
        "math.divide", "math.truediv", "math.divide_no_nan", "math.floordiv", "math.pow", "math.logical_and", "Mul",
        "RealDiv", "Pow",
    ),
    "max": ("Maximum", "Minimum", "LogicalOr", "math.maximum", "math.minimum", "math.logical_or"),
})  # fmt: skip
"""Functions of entries at the same place of several tensors, likewise."""
STATISTICS = Words({"avg": ("Average", "Avg"), "max": "Max"})
"""Words in the classes of pools, for what a pool makes of its window."""
POOLS = Words({
    "avg": ("AveragePool", "nn.avg_pool", "nn.avg_pool1d", "nn.avg_pool2d"),
    "max": ("MaxPool", "nn.max_pool", "nn.max_pool1d", "nn.max_pool2d"),
})  # fmt: skip
"""Functions that pool windows."""
REDUCTIONS = Words({
    "avg": (
        "Mean", "Sum", "Prod", "Var", "Std", "CountNonzero", "Logsumexp", "math.reduce_mean", "math.reduce_sum",
        "Median", "Average", "math.reduce_prod", "math.reduce_variance", "math.reduce_std", "math.reduce_logsumexp",
    ),
    "max": (
        "Max", "Min", "Amax", "Amin", "Any", "All", "Argmax", "Argmin", "math.reduce_max", "math.reduce_min",
        "math.reduce_any", "math.reduce_all", "math.argmax", "math.argmin",
    ),
})  # fmt: skip
"""Reductions over dimensions, by the statistic that reads the same."""
NORMALISATIONS = Words({
    "batch_norm": (
        "BatchNormalization", "BatchNormalizationV1", "BatchNormalizationV2", "SyncBatchNormalization",
    ),
    "layer_norm": "LayerNormalization",
    "group_norm": "GroupNormalization",
})  # fmt: skip
"""Classes of normalisations. Those of instances are normalisations of groups of one channel, -1 groups in Keras."""
PAD_MODES = Words({
    "zeros": "constant", "reflect": "reflect", "symmetric": "symmetric", "replicate": "edge", "circular": "wrap",
})  # fmt: skip
INTERPOLATIONS = Words({"nearest": "nearest", "linear": "bilinear", "cubic": "bicubic", "area": "area"})
"""Interpolation, at the centres of pixels."""
RECURRENT = Words({"lstm": ("LSTM", "CuDNNLSTM"), "gru": ("GRU", "CuDNNGRU"), "rnn": "SimpleRNN"})
"""Layers that carry a state."""
