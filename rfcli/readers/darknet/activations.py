"""What Darknet calls activations."""

from __future__ import annotations

from rfcli.tables import Words

ACTIVATIONS = Words({
    "relu": "relu", "relu6": "relu6", "elu": "elu", "selu": "selu", "gelu": "gelu", "swish": "swish",
    "sigmoid": "logistic", "tanh": ("tanh", "loggy"), "leaky_relu": ("leaky", "revleaky", "relie", "ramp"),
    "hard_sigmoid": "plse", "hard_tanh": ("hardtan", "lhtan"), "identity": "stair", "mish": ("mish", "hard_mish"),
    "softmax": ("normalize_channels", "normalize_channels_softmax", "normalize_channels_softmax_maxval"),
})  # fmt: skip
"""Of layer types that are none of Darknet's, one that reads the same: all work at each position by itself."""
