"""Expressions as layers, by what they are written with; `test_drawing` has functions in full."""

from __future__ import annotations

from typing import Any

import pytest

from readers.keras.keras_files import computed
from readers.keras.lambdas.test_drawing import IMAGE, TWO, model
from rfcli.readers.keras.lambdas.names import signature
from rfcli.readers.keras.lambdas.steps import bound
from rfcli.readers.tracing.maps import Layout

BOUND: list[tuple[str, list[Any], dict[str, Any], dict[str, Any]]] = [
    ("K.mean", ["x", 1], {}, {"": "x", "axis": 1}),
    ("K.mean", ["x"], {"keepdims": True}, {"": "x", "keepdims": True}),
    ("K.expand_dims", ["x"], {}, {"": "x", "axis": -1}),
    ("tf.reduce_mean", [], {"input_tensor": "x", "reduction_indices": 2}, {"": "x", "axis": 2}),
    ("tf.expand_dims", ["x", 1, "a name"], {}, {"": "x", "axis": 1}),
    ("K.resize_images", ["x", 2, 3, "channels_last"], {}, {
        "": "x", "size": [2, 3], "data_format": "channels_last", "interpolation": "nearest"}),
    ("K.spatial_2d_padding", ["x"], {}, {"": "x", "padding": [1, 1]}),
    ("tf.nn.max_pool", [], {"value": "x", "ksize": 2}, {"": "x", "ksize": 2, "data_format": "NHWC"}),
]  # fmt: skip


@pytest.mark.parametrize(("path", "args", "named", "expected"), BOUND)
def test_arguments(path: str, args: list[Any], named: dict[str, Any], expected: dict[str, Any]) -> None:
    found = signature(path)
    assert found is not None
    assert bound(path, found, args, named) == expected


@pytest.mark.parametrize(("args", "named"), [
    ([], {"axis": 1}), (["x", 1, True, 2], {}), (["x"], {"other": 1}), (["x", 1], {"axis": 1}), (["x"], {"x": "y"}),
])  # fmt: skip
def test_arguments_that_do_not_fit(args: list[Any], named: dict[str, Any]) -> None:
    found = signature("K.mean")
    assert found is not None
    with pytest.raises(Layout):
        bound("K.mean", found, args, named)


def test_what_is_written_twice_is_made_once() -> None:
    report = computed(model("lambda t: (t[0] + t[1]) * (t[0] + t[1])", TWO))
    assert {layer.name: layer.type for layer in report.layers} == {"a/add": "add", "a/multiply": "identity"}


def test_numbers_of_shapes() -> None:
    for text in (
        "lambda x: K.reshape(x, (K.shape(x)[0], K.int_shape(x)[1] * K.int_shape(x)[2], 3))",
        "lambda x: tf.reshape(x, [-1, x.get_shape().as_list()[1], int(x.shape[2]), x.shape[3].value])",
        "lambda x: ops.reshape(x, (-1,) + tuple(x.shape[1:]))",
    ):
        assert computed(model(text, IMAGE)).layer("a").receptive_field.size == (1, 1)
