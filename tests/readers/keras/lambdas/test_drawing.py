"""Layers of Lambdas: of functions that are written here, as this Python compiles them.

What Keras makes of those that it has functions for is compared with it; right values of functions of TensorFlow and of
`keras.backend` were made by TensorFlow 2.15: shapes, and what outputs read where an input is changed sample by sample.
"""

from __future__ import annotations

from typing import Any

import pytest

import rfcli
from readers.keras.keras_files import computed, functional, loaded, new, source
from readers.keras.lambdas.functions import dumped
from readers.keras.rows import Row, assert_reads, assert_shape, keras
from rfcli.geometry.unknown import Unknown

Shapes = tuple[int, ...] | list[tuple[int, ...]]
IMAGE = (8, 9, 3)
TWO = [IMAGE, IMAGE]


def model(text: str, shapes: Shapes, **beside: Any) -> dict[str, Any]:
    """A model of one Lambda, `a`, of inputs x, y."""
    inputs = dict(zip("xyz", shapes if isinstance(shapes, list) else [shapes], strict=False))
    call = [[*inputs]] if len(inputs) > 1 else ["x"]
    layers = [
        *(source(shape, name) for name, shape in inputs.items()),
        new("Lambda", "a", dumped(text, **beside), call),
    ]
    return functional(layers, [("a", 0, 0)], tuple((name, 0, 0) for name in inputs))


ONE: dict[str, tuple[Shapes, str, tuple[int, ...], int]] = {
    "lambda x: x / 127.5 - 1.0": (IMAGE, "identity", (8, 9), 3),
    "lambda x: x": (IMAGE, "identity", (8, 9), 3),
    "lambda x: x * ops.sigmoid(x) + abs(x) ** 2": (IMAGE, "identity", (8, 9), 3),
    "lambda x: ops.relu(x)": (IMAGE, "relu", (8, 9), 3),
    "lambda x: x - [103.9, 116.8, 123.7]": (IMAGE, "identity", (8, 9), 3),
    "lambda x: ops.mean(x, axis=(1, 2), keepdims=True)": (IMAGE, "global_avg_pool", (1, 1), 3),
    "lambda x: ops.mean(x, axis=2)": (IMAGE, "adaptive_avg_pool", (8, 1), 3),
    "lambda x: ops.max(x, -1, True)": (IMAGE, "custom", (8, 9), 1),
    "lambda x: x[:, 1:-1, ::2]": (IMAGE, "identity", (6, 5), 3),
    "lambda x: x[..., 1:]": (IMAGE, "identity", (8, 9), 2),
    "lambda x, s=3: x[:, s:]": (IMAGE, "identity", (5, 9), 3),
    "(lambda k: lambda x: x[:, k:])(2)": (IMAGE, "identity", (6, 9), 3),
    "lambda x: ops.transpose(x, (0, 2, 1, 3))": (IMAGE, "identity", (8, 9), 3),
    "lambda x: ops.reshape(x, (-1, x.shape[1] * x.shape[2], 3))": (IMAGE, "identity", (8, 9), 3),
    "lambda x: ops.pad(x, [[0, 0], [1, 2], [0, 3], [0, 0]], 'reflect')": (IMAGE, "pad", (11, 12), 3),
    "lambda x: ops.image.resize(x, (4, 18))": (IMAGE, "resize", (4, 18), 3),
    "lambda x: ops.split(x, 3, axis=-1)[1]": (IMAGE, "channel_slice", (8, 9), 1),
    "lambda x: ops.repeat(x, 2, axis=1)": (IMAGE, "upsample", (16, 9), 3),
    "lambda x: ops.softmax(x)": (IMAGE, "softmax", (8, 9), 3),
    "lambda x: ops.max_pool(x, 2, 2)": (IMAGE, "max_pool", (4, 4), 3),
    "lambda t: t[0] * t[1]": (TWO, "multiply", (8, 9), 3),
    "lambda t: ops.concatenate(t, axis=-1)": (TWO, "concat", (8, 9), 6),
    "lambda t: ops.maximum(t[0], t[1])": (TWO, "max", (8, 9), 3),
    "lambda t: t[1]": (TWO, "identity", (8, 9), 3),
}
SEVERAL: dict[str, tuple[Shapes, dict[str, str]]] = {
    "lambda t: ops.abs(t[0] - t[1])": (TWO, {"a/subtract": "add", "a/abs": "identity"}),
    "lambda t: t[0] + t[1] * 0.17": (TWO, {"a/multiply": "identity", "a/add": "add"}),
    "lambda x: x - ops.mean(x, axis=(1, 2), keepdims=True)": (
        IMAGE, {"a/mean": "global_avg_pool", "a/subtract": "add"}
    ),
    "lambda x: ops.relu(x[:, 2:]) * 2": (
        IMAGE, {"a/item/1": "crop", "a/item": "identity", "a/multiply": "identity"}
    ),
    "lambda x: x[:, 1:] - x[:, :-1]": (
        IMAGE,
        {"a/item/1": "crop", "a/item": "identity", "a/item/1_2": "crop", "a/item_2": "identity", "a/subtract": "add"},
    ),
    "lambda t: ops.sqrt(ops.sum(ops.square(t[0] - t[1]), axis=-1, keepdims=True))": (
        TWO, {"a/subtract": "add", "a/square": "identity", "a/sum": "custom", "a/sqrt": "identity"}
    ),
}  # fmt: skip
OF_TENSORFLOW: dict[str, tuple[Shapes, str, tuple[int, ...], int]] = {
    "lambda x: x + K.random_normal(K.shape(x))": (IMAGE, "identity", (8, 9), 3),
    "lambda x: x * K.exp(K.random_normal(shape=(K.shape(x)[0], 8, 9, 3), mean=0., stddev=1.))": (
        IMAGE, "identity", (8, 9), 3
    ),
    "lambda x: x * tf.ones((3,))": (IMAGE, "identity", (8, 9), 3),
    "lambda x: K.l2_normalize(x, axis=-1)": (IMAGE, "layer_norm", (8, 9), 3),
    "lambda x: K.mean(x, axis=[1, 2])": (IMAGE, "global_avg_pool", (1, 1), 3),
    "lambda x: K.resize_images(x, 2, 3, 'channels_last')": (IMAGE, "upsample", (16, 27), 3),
    "lambda x: K.spatial_2d_padding(x, ((1, 2), (0, 3)))": (IMAGE, "pad", (11, 12), 3),
    "lambda x: K.temporal_padding(x)": ((8, 3), "pad", (10,), 3),
    "lambda x: K.permute_dimensions(x, (0, 2, 1, 3))": (IMAGE, "identity", (8, 9), 3),
    "lambda x: K.reshape(x, (-1,) + K.int_shape(x)[1:])": (IMAGE, "identity", (8, 9), 3),
    "lambda x: K.batch_flatten(x)": (IMAGE, "flatten", (1, 1), 216),
    "lambda x: K.repeat(x, 4)": ((5,), "upsample", (4,), 5),
    "lambda x: K.repeat_elements(x, rep=3, axis=3)": (IMAGE, "custom", (8, 9), 9),
    "lambda x: tf.image.resize(x, (16, 18), tf.image.ResizeMethod.NEAREST_NEIGHBOR)": (IMAGE, "resize", (16, 18), 3),
    "lambda x: tf.image.rgb_to_grayscale(x)": (IMAGE, "custom", (8, 9), 1),
    "lambda x: tf.image.per_image_standardization(x)": (IMAGE, "layer_norm", (8, 9), 3),
    "lambda x: tf.nn.relu6(x + 3.) / 6.": (IMAGE, "identity", (8, 9), 3),
    "lambda x: tf.cast(x, tf.float32) / tf.constant([2., 3., 4.])": (IMAGE, "identity", (8, 9), 3),
    "lambda x: tf.where(x > 0.5, x, 0.1 * x)": (IMAGE, "identity", (8, 9), 3),
    "lambda x: tf.nn.depth_to_space(x, 2)": ((8, 9, 4), "depth_to_space", (16, 18), 1),
    "lambda x: tf.nn.max_pool(x, ksize=[1, 3, 3, 1], strides=[1, 2, 2, 1], padding='SAME')": (
        IMAGE, "max_pool", (4, 5), 3
    ),
    "lambda x: tf.reduce_mean(x, [1, 2], keepdims=True)": (IMAGE, "global_avg_pool", (1, 1), 3),
    "lambda x: tf.argmax(x, axis=-1)": (IMAGE, "custom", (8, 9), 1),
    "lambda t: tf.concat(t, 3)": (TWO, "concat", (8, 9), 6),
    "lambda t: tf.add_n(t)": (TWO, "add", (8, 9), 3),
}  # fmt: skip
UNREAD: dict[str, tuple[Shapes, str]] = {
    "lambda x: K.foo(x)": (IMAGE, "K.foo is not known"),
    "lambda x: x - MEAN": (IMAGE, "it reads MEAN, which the file does not hold"),
    "lambda x: mine(x)": (IMAGE, "mine is not known"),
    "lambda x, s: x * s": (IMAGE, "it reads s, which"),
    "lambda x: x if x else 1": (IMAGE, "a branch"),
    "lambda x: ops.mean(x, size=3)": (IMAGE, "ops.mean has no argument size"),
    "lambda x: ops.mean(x, 1, axis=2)": (IMAGE, "ops.mean is given axis twice"),
    "lambda x: ops.mean(x, 1, True, 3, 4)": (IMAGE, "ops.mean takes fewer arguments"),
    "lambda x: ops.mean(axis=1)": (IMAGE, "ops.mean is not known"),
    "lambda x: K.l2_normalize(x)": (IMAGE, "its axis is not known"),
    "lambda x: K.flatten(x)": (IMAGE, "K.flatten is not known"),
    "lambda x: x - [1., 2., 3.]": ((8, 9, 1), "repeated along a constant"),
    "lambda x: x[[0, 2]]": (IMAGE, "it picks by data"),
    "lambda x: x[x > 0]": (IMAGE, "it picks by data"),
    "lambda x: x.mean(axis=1)": (IMAGE, "its method mean is not known"),
    "lambda x: x.T": (IMAGE, "its attribute T is not known"),
    "lambda x: 3": (IMAGE, "it gives no tensor"),
    "lambda x: ops.concatenate([x, 3])": (IMAGE, "other maps"),
    "lambda x: x * K.random_normal((3,))": ((8, 9, 1), "repeated along a constant"),
    "lambda t: tf.where(tf.ones((8, 9, 3)) > 0, t[0], t[1])": (TWO, "a constant of unknown shape"),
    "lambda x: K.reshape(x, (K.shape(x)[0] * 8, 9, 3))": (IMAGE, "its shape is computed"),
    "lambda x: x(2)": (IMAGE, "it calls what it made itself"),
    "lambda t: t[2]": (TWO, "it picks what is not there"),
    "lambda t: ops.relu(t)": (TWO, "takes several maps"),
    "lambda x, y: x + y": (TWO, "it reads y, which"),
}


@pytest.mark.parametrize(("text", "expected"), {**ONE, **OF_TENSORFLOW}.items(), ids={**ONE, **OF_TENSORFLOW})
def test_one_layer_has_the_name_of_the_lambda(text: str, expected: tuple[Shapes, str, tuple[int, ...], int]) -> None:
    shapes, kind, size, count = expected
    report = computed(model(text, shapes))
    layer = report.layer(report.outputs[0])
    assert (layer.type, layer.output_size, layer.channels) == (kind, size, count)
    assert layer.name.split("/")[0] == "a"
    assert report.total.params == 0


@pytest.mark.parametrize(("text", "expected"), SEVERAL.items(), ids=SEVERAL)
def test_several_layers_lie_in_its_scope(text: str, expected: tuple[Shapes, dict[str, str]]) -> None:
    report = computed(model(text, expected[0]))
    assert {layer.name: layer.type for layer in report.layers} == expected[1]
    assert report.layer("a").name == report.outputs[0]


@pytest.mark.parametrize(("text", "expected"), UNREAD.items(), ids=UNREAD)
def test_what_is_not_read_says_why(text: str, expected: tuple[Shapes, str]) -> None:
    report = computed(model(text, expected[0]))
    size = report.layer("a").receptive_field.size[0]
    assert isinstance(size, Unknown)
    (unknown,) = [one.layer for one in loaded(model(text, expected[0])).entries if one.name == "a"]
    assert expected[1] in unknown.given["unknown"]
    assert report.total.params == 0


def test_several_outputs() -> None:
    layers = [
        source(IMAGE), new("Lambda", "a", dumped("lambda x: [x[..., :1], x + 1]"), ["x"]),
        new("Conv2D", "b", {"filters": 2, "kernel_size": 3}, [("a", 0, 0)]),
        new("Conv2D", "c", {"filters": 2, "kernel_size": 3}, [("a", 0, 1)]),
    ]  # fmt: skip
    report = computed(functional(layers, [("b", 0, 0), ("c", 0, 0)]))
    assert [report.layer(one).cost.params for one in "bc"] == [1 * 9 * 2 + 2, 3 * 9 * 2 + 2]


def test_arguments_and_closures() -> None:
    given = {"s": {"class_name": "__tuple__", "items": [4, 18]}}
    layer = computed(model("lambda x, s: ops.image.resize(x, s)", IMAGE, arguments=given)).layer("a")
    assert layer.output_size == (4, 18)
    other = computed(model("(lambda n, k: lambda x: x[:, n:k])(1, 5)", IMAGE)).layer("a")
    assert other.output_size == (4, 9)


APART = {
    "lambda x: x - [103.9, 116.8, 123.7]": "PyTorch takes no lists in arithmetic",
    "lambda x: ops.transpose(x, (0, 2, 1, 3))": "axes have another order in Keras",
    "lambda t: t[1]": "one input leads nowhere",
}
"""What is not compared with Keras on PyTorch, and why."""
COMPARED = {text: row[0] for text, row in {**ONE, **SEVERAL}.items() if text not in APART}


@pytest.mark.zoo
@pytest.mark.parametrize(("text", "shapes"), COMPARED.items(), ids=COMPARED)
def test_keras_agrees(text: str, shapes: Shapes) -> None:
    """The live model: shapes, and what outputs read."""
    k = keras()
    listed = shapes if isinstance(shapes, list) else [shapes]
    inputs = [k.Input(shape, name=name) for shape, name in zip(listed, "xy", strict=False)]
    made = k.layers.Lambda(eval(text, {"ops": k.ops}), name="a")(inputs if len(inputs) > 1 else inputs[0])
    theirs = k.Model(inputs, made)
    report = rfcli.compute(rfcli.from_keras(theirs))
    layer = report.layer(report.outputs[0])
    assert_shape(layer, theirs.outputs[0].shape, False)
    assert_reads(_Live(text, shapes), report, theirs, False)


class _Live(Row):
    """A row whose file is that of a Lambda."""

    def __new__(cls, text: str, shapes: Shapes) -> _Live:
        return super().__new__(cls, text, {}, shapes, [])

    def model(self, kind: str = "") -> dict[str, Any]:
        return model(self.kind, self.shapes)
