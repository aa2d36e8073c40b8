"""Darknet's words for activations, and for each a layer type of the same shape."""

import pytest

from readers.darknet.cfg_files import report_of, text
from rfcli.layers._registry import LAYERS
from rfcli.readers.darknet.activations import ACTIVATIONS

WORDS = {
    # Darknet's word (get_activation of activations.c): the layer type
    "logistic": "sigmoid", "loggy": "tanh", "relu": "relu", "elu": "elu", "selu": "selu", "relie": "leaky_relu",
    "ramp": "leaky_relu", "linear": "", "tanh": "tanh", "plse": "hard_sigmoid", "leaky": "leaky_relu",
    "revleaky": "leaky_relu", "stair": "identity", "hardtan": "hard_tanh", "lhtan": "hard_tanh", "swish": "swish",
    "mish": "mish", "hard_mish": "mish", "relu6": "relu6", "gelu": "gelu", "normalize_channels": "softmax",
    "normalize_channels_softmax": "softmax", "normalize_channels_softmax_maxval": "softmax",
}  # fmt: skip


@pytest.mark.parametrize("word", WORDS)
def test_behind_a_convolution(word):
    _, *after = report_of(text((8, 8), 4, [("convolutional", {"activation": word})])).layers
    assert [layer.type for layer in after] == [WORDS[word]] * bool(WORDS[word])


@pytest.mark.parametrize("word", WORDS)
def test_as_a_section(word):
    (layer,) = report_of(text((8, 8), 4, [("activation", {"activation": word})])).layers
    assert layer.type == (WORDS[word] or "identity")


def test_a_word_that_darknet_does_not_know_is_relu():
    """So says get_activation: "Couldn't find activation function, going with ReLU"."""
    *_, layer = report_of(text((8, 8), 4, [("convolutional", {"activation": "unheard_of"})])).layers
    assert layer.type == "relu"


@pytest.mark.parametrize("word", ["silu", "sigmoid", "softmax", "hard_swish", "leaky_relu", "identity"])
def test_our_words_are_none_of_darknets(word):
    *_, layer = report_of(text((8, 8), 4, [("convolutional", {"activation": word})])).layers
    assert layer.type == "relu"


def test_words_that_are_not_ours():
    """Both ways: each is read as in the table, the one that is written is read as what it was, and none is missing."""
    assert {word: ACTIVATIONS.read(word) for word in ACTIVATIONS} == {
        word: type for word, type in WORDS.items() if type and (word != type or word in ACTIVATIONS)
    }
    assert all(WORDS[ACTIVATIONS.written(type)] == type for type in ACTIVATIONS.ours)
    assert {type for word, type in WORDS.items() if word not in ACTIVATIONS} - {""} <= set(LAYERS)
