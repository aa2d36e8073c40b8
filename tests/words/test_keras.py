"""Words of Keras: what is written is read back, and Keras knows it."""

from __future__ import annotations

import os
import warnings

import pytest

from rfcli.layers._registry import LAYERS
from rfcli.tables import Words
from rfcli.words import keras

TYPES = {
    "ACTIVATIONS": keras.ACTIVATIONS, "OVER_FEATURES": keras.OVER_FEATURES,
    "POINTWISE": keras.POINTWISE, "FUNCTIONS": keras.FUNCTIONS, "SOFTMAXES": keras.SOFTMAXES,
    "MERGES": keras.MERGES, "OPERATORS": keras.OPERATORS, "NORMALISATIONS": keras.NORMALISATIONS, "RECURRENT": keras.RECURRENT,
}  # fmt: skip
"""Words for layer types."""
OTHERS = {
    "STATISTICS": (keras.STATISTICS, {"avg", "max"}),
    "POOLS": (keras.POOLS, {"avg", "max"}),
    "REDUCTIONS": (keras.REDUCTIONS, {"avg", "max"}),
    "PAD_MODES": (keras.PAD_MODES, {"zeros", "reflect", "replicate", "circular", "symmetric"}),
    "INTERPOLATIONS": (keras.INTERPOLATIONS, {"nearest", "linear", "cubic", "area"}),
}


def test_all_words_are_looked_at() -> None:
    assert {name for name, value in vars(keras).items() if isinstance(value, Words)} == set(TYPES) | set(OTHERS)


@pytest.mark.parametrize("words", TYPES.values(), ids=TYPES)
def test_words_are_of_layer_types(words: Words) -> None:
    assert words.ours <= set(LAYERS)
    assert all(words.read(words.written(type)) == type for type in words.ours)


@pytest.mark.parametrize(("words", "ours"), OTHERS.values(), ids=OTHERS)
def test_other_words(words: Words, ours: set[str]) -> None:
    assert words.ours == ours
    assert all(words.read(words.written(one)) == one for one in ours)


@pytest.mark.zoo
def test_keras_knows_what_is_written() -> None:
    os.environ["KERAS_BACKEND"] = "torch"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from keras import activations, layers
    for words in (keras.ACTIVATIONS, keras.OVER_FEATURES):
        assert all(activations.get(name) for name in words)
    written = [words.written(type) for words in (keras.MERGES, keras.NORMALISATIONS) for type in words.ours]
    written += [f"{keras.STATISTICS.written(one)}Pooling2D" for one in keras.STATISTICS.ours]
    assert all(hasattr(layers, name) for name in written)
