"""Activations, dropout and other layers of each entry by itself."""

from __future__ import annotations

from writers.keras.rows import Refusal, Row, rows_held

ACTIVATIONS = {
    "selu": "selu", "celu": "celu", "gelu": "gelu", "silu": "silu", "swish": "silu", "mish": "mish",
    "sigmoid": "sigmoid", "log_sigmoid": "log_sigmoid", "hard_sigmoid": "hard_sigmoid", "hard_swish": "hard_silu",
    "hard_tanh": "hard_tanh", "tanh": "tanh", "softplus": "softplus", "softsign": "softsign",
    "exponential": "exponential", "log_softmax": "log_softmax",
}  # fmt: skip
FACTOR = {"kernel_size": [1, 1], "use_bias": False}
ROWS = [
    *(Row({"type": type}, [("Activation", {"activation": name})]) for type, name in ACTIVATIONS.items()),
    Row({"type": "relu"}, [("ReLU", {})]),
    Row({"type": "relu"}, [("ReLU", {})], flat=True),
    Row({"type": "relu6"}, [("ReLU", {"max_value": 6.0})]),
    Row({"type": "threshold"}, [("ReLU", {"threshold": 1.0})]),
    Row({"type": "leaky_relu"}, [("LeakyReLU", {})]),
    Row({"type": "rrelu"}, [("LeakyReLU", {"negative_slope": 11 / 48})]),
    Row({"type": "elu"}, [("ELU", {})]),
    Row({"type": "softmax"}, [("Softmax", {})]),
    Row({"type": "prelu"}, [("PReLU", {"shared_axes": [1, 2, 3]})]),
    Row({"type": "prelu", "per_channel": True}, [("PReLU", {"shared_axes": [1, 2]})]),
    Row({"type": "prelu", "per_channel": True}, [("PReLU", {"shared_axes": []})], flat=True),
    Row({"type": "dropout", "rate": 0.25}, [("Dropout", {"rate": 0.25})]),
    Row({"type": "identity"}, [("Identity", {})]),
    Row({"type": "identity"}, [("Reshape", {"target_shape": [1, 1, 4]}), ("Identity", {})], flat=True),
    Row({"type": "channel_scale"}, [("DepthwiseConv2D", FACTOR)]),
    Row({"type": "channel_scale"}, [("Conv3D", {"filters": 4, "groups": 4, "kernel_size": [1, 1, 1], "use_bias": False})],
        size=(3, 4, 5)),
]  # fmt: skip
REFUSED = [
    Refusal({"type": "softmin"}, "Keras has no softmin"),
    Refusal({"type": "lrn"}, "Keras has no normalisation over neighbouring channels"),
    Refusal({"type": "identity", "filters": 6}, "Keras has no layer that adds channels of zeros"),
]


test_written, test_refused = rows_held(ROWS, REFUSED)
