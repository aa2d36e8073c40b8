"""Each entry by itself."""

from __future__ import annotations

from readers.tensorflow.witness import held

LITE: dict[str, list[str]] = {
    "Relu": ["relu()"],
    "Relu6": ["relu6()"],
    "LeakyRelu": ["leaky_relu()"],
    "Elu": ["elu()"],
    "Sigmoid": ["sigmoid()"],
    "Tanh": ["tanh()"],
    "Softplus": ["exponential()", "identity()", "identity()"],
    "Exp": ["exponential()"],
    "HardSwish": ["hard_swish()"],
    "Gelu": ["gelu()"],
    "Abs": ["identity()"],
    "Neg": ["identity()"],
    "Sqrt": ["identity()"],
    "Square": ["identity()"],
    "Sin": ["identity()"],
    "Log": ["identity()", "identity()"],
    "Rsqrt": ["identity()", "identity()"],
    "Cos": ["identity()"],
    "Floor": ["identity()"],
    "Ceil": ["identity()"],
    "Round": ["identity()"],
    "Sign": ["identity()"],
    "Cast": ["identity()", "identity()"],
    "ClipByValue": ["identity()", "identity()"],
    "Softmax": ["softmax()"],
    "LogSoftmax": ["log_softmax()"],
    "L2Normalize": ["identity()", "layer_norm(bias=False, scale=False)"],
    "LRN": ["identity()", "lrn()"],
}  # fmt: skip
GRAPH: dict[str, list[str]] = {
}  # fmt: skip

test_rows = held(LITE, GRAPH)
