"""Activations of files, which are classes of torch.nn: as modules, and as what follows every convolution."""

import warnings

import pytest

from readers.yolo.rows import ONE, holds, report_of, written
from rfcli.geometry.unknown import Unknown
from rfcli.layers._registry import LAYERS
from rfcli.readers.yolo.activations import ACTIVATIONS

TYPES = {
    # a call of torch.nn, and the layer type
    "CELU(1.0)": "celu", "ELU(1.0)": "elu", "GELU()": "gelu", "Hardsigmoid()": "hard_sigmoid",
    "Hardswish()": "hard_swish", "Hardtanh(-1, 1)": "hard_tanh", "Identity()": "identity",
    "LeakyReLU(0.1)": "leaky_relu", "LogSigmoid()": "log_sigmoid", "LogSoftmax(1)": "log_softmax", "Mish()": "mish",
    "RReLU()": "rrelu", "ReLU(True)": "relu", "ReLU6()": "relu6", "SELU()": "selu", "SiLU()": "silu",
    "Sigmoid()": "sigmoid", "Softplus(1, 20)": "softplus", "Softsign()": "softsign", "Tanh()": "tanh",
    "Threshold(0.1, 20)": "threshold",
}  # fmt: skip
WORDS = {call.partition("(")[0]: type for call, type in TYPES.items()}
NONE = {
    "GLU": "halves the channels", "PReLU": "has parameters", "Softmax": "no file has it", "Softmin": "no file has it",
    "Softmax2d": "no file has it", "MultiheadAttention": "no activation", "Hardshrink": "no layer type",
    "Softshrink": "no layer type", "Tanhshrink": "no layer type",
}  # fmt: skip
"""Of torch's module of activations those that are not read."""


ROWS = {f"[-1, 1, nn.{call.replace('(', ', [').replace(')', ']')}]": type for call, type in TYPES.items()}


@pytest.mark.parametrize("row", ROWS)
def test_as_a_module(row):
    holds(row, 0, 64, ONE)
    assert report_of(written([row])).layers[0].type == ROWS[row]


@pytest.mark.parametrize("prefix", ["nn", "torch.nn"])
@pytest.mark.parametrize("call", TYPES)
def test_behind_convolutions(call, prefix):
    layers = report_of(written(["[-1, 1, Conv, [8]]"], activation=f"{prefix}.{call}")).layers
    assert [one.type for one in layers] == ["conv", "batch_norm", TYPES[call]]


@pytest.mark.parametrize("call", ["nn.Made_up()", *(f"nn.{word}()" for word in NONE)])
def test_others_are_not_known(call):
    odd = report_of(written(["[-1, 1, Conv, [8]]"], activation=call)).layers[-1]
    assert (odd.type, isinstance(odd.receptive_field.size[0], Unknown)) == ("custom", True)


def test_without_one():
    assert report_of(written(["[-1, 1, Conv, [8]]"])).layers[-1].type == "silu"
    assert report_of(written(["[-1, 1, Conv, [8, 1, 1, None, 1, 1, False]]"])).layers[-1].type == "batch_norm"


def test_words():
    """Both ways, and no others."""
    assert {word: ACTIVATIONS.read(word) for word in ACTIVATIONS} == WORDS
    assert {ACTIVATIONS.written(type): type for type in ACTIVATIONS.ours} == WORDS
    assert ACTIVATIONS.ours <= set(LAYERS)


@pytest.mark.torch
def test_words_are_all_of_torchs_activations():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NumPy may be missing, which nothing here needs
        from torch import nn
    assert set(WORDS) | set(NONE) == {*nn.modules.activation.__all__, "Identity"}
