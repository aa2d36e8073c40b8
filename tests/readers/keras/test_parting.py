"""Keras models of which parts of the channels go their own way, and of which positions are put into the batch: numbers
worked out by hand."""

from __future__ import annotations

import os
from math import prod
from typing import Any

import pytest

import rfcli

pytestmark = pytest.mark.zoo


class Keras:
    """Keras, imported when a test asks for it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # pytest asks every value of a module whether it wraps another
            raise AttributeError(name)
        os.environ.setdefault("KERAS_BACKEND", "torch")
        import keras

        return getattr(keras, name)


keras = Keras()


def two(x: Any) -> Any:
    """Channels 0 to 3 see one sample, 4 to 7 five."""
    layers = keras.layers
    return layers.Concatenate()([layers.Conv2D(4, 1)(x), layers.Conv2D(4, 5, padding="same")(x)])


def parts(y: Any, layer: Any) -> Any:
    """A layer on channels in two rows of four."""
    layers = keras.layers
    return layers.Reshape((9, 8, 8))(layer(layers.Reshape((9, 8, 2, 4))(y)))


def field(made: Any, x: Any) -> tuple[Any, rfcli.ReceptiveField]:
    model = keras.Model(x, made)
    report = rfcli.compute(rfcli.from_keras(model))
    assert report.total.params == sum(prod(one.shape) for one in model.trainable_weights)
    last = report.layer(report.outputs[0])
    assert last.receptive_field is not None
    return last.output_size, last.receptive_field


CASES = {
    "softmax of parts": lambda y: parts(y, keras.layers.Softmax())[..., :4],
    "norms of parts": lambda y: parts(y, keras.layers.LayerNormalization())[..., :4],
    "parts of length one": lambda y: parts(y, keras.layers.UnitNormalization())[..., :4],
    "a matrix for parts": lambda y: parts(y, keras.layers.Dense(4))[..., :4],
    "largest of pairs": lambda y: keras.ops.max(keras.layers.Reshape((9, 8, 4, 2))(y), axis=-1)[..., :2],
    "repeated": lambda y: keras.ops.repeat(y, 2, axis=-1)[..., :8],
    "tiled": lambda y: keras.ops.tile(y, (1, 1, 1, 2))[..., 8:12],
    "turned round": lambda y: keras.ops.flip(y, axis=-1)[..., 4:],
    "rolled": lambda y: keras.ops.roll(y, 4, axis=-1)[..., 4:],
    "among zeros": lambda y: keras.ops.pad(y, [(0, 0), (0, 0), (0, 0), (2, 1)])[..., 1:6],
    "halves": lambda y: keras.layers.Activation("glu")(keras.ops.take(y, [0, 1, 4, 5, 2, 3, 6, 7], axis=-1))[..., :2],
}


@pytest.mark.parametrize("name", CASES)
def test_parts_of_the_channels(name: str) -> None:
    x = keras.Input((9, 8, 2))
    _, found = field(CASES[name](two(x)), x)
    assert (found.size, found.notes) == ((1, 1), ())


@pytest.mark.parametrize("shape", [(-1, 2, 4, 2, 4, 4)])
def test_attention_in_windows(shape: tuple[int, ...]) -> None:
    """Positions of 4x4 windows in the batch attend to one another: they see no other window, but for the kernel
    before."""
    ops, x = keras.ops, keras.Input((8, 8, 2))
    y = keras.layers.Conv2D(4, 3, padding="same")(x)
    windows = ops.reshape(ops.transpose(ops.reshape(y, shape), (0, 1, 3, 2, 4, 5)), (-1, 16, 4))
    z = keras.layers.MultiHeadAttention(2, 2)(windows, windows)
    z = ops.reshape(ops.transpose(ops.reshape(z, (-1, 2, 2, 4, 4, 4)), (0, 1, 3, 2, 4, 5)), (-1, 8, 8, 4))
    size, found = field(z, x)
    assert (size, found.size, found.globally) == ((8, 8), (6, 6), False)


def test_attention_along_rows() -> None:
    ops, x = keras.ops, keras.Input((8, 6, 4))
    rows = ops.reshape(x, (-1, 6, 4))
    z = ops.reshape(keras.layers.MultiHeadAttention(2, 2)(rows, rows), (-1, 8, 6, 4))
    size, found = field(z, x)
    assert (size, found.size) == ((8, 6), (1, 6))
