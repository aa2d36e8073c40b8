"""Lambda layers in files: how they hold code, and what they state beside it."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

import rfcli
from readers.keras.keras_files import archive, chain, computed, functional, loaded, new, old, source, stored
from readers.keras.lambdas.functions import CODES, OF_BASE64, OF_BYTES, OF_CONSTANTS, dumped
from readers.keras.rows import Row, drawn
from rfcli.geometry.unknown import Unknown

ROWS = [Row("Lambda", dumped("lambda x: x * 2"), (8, 9, 3), [("identity", {})])]
"""Held against Keras, with more, in `lambdas/test_drawing.py`: Keras loads no code unless it is told to."""

HALVED = "lambda x: x[:, ::2, ::2] * 2"


def test_layers() -> None:
    assert drawn(ROWS[0].model()) == ROWS[0].layers


def published(code: str) -> dict[str, Any]:
    """The beginning of a published model, as its file has it."""
    config = {
        "function": [code, None, None], "function_type": "lambda", "output_shape": None, "output_shape_type": "raw",
        "arguments": {}, "trainable": True, "batch_input_shape": [None, 64, 64, 3],
    }  # fmt: skip
    return chain(("Lambda", config), ("Conv2D", {"filters": 24, "kernel_size": [5, 5], "strides": [2, 2]}))


@pytest.mark.parametrize("code", [OF_BYTES, OF_CONSTANTS, OF_BASE64])
def test_published_models(code: str) -> None:
    report = computed(published(code))
    assert [layer.type for layer in report.layers] == ["identity", "conv"]
    assert (report.layer("b").output_size, report.layer("b").receptive_field.size) == ((30, 30), (5, 5))
    assert report.total.params == 5 * 5 * 3 * 24 + 24


@pytest.mark.parametrize(("version", "why"), [
    ("2.7", "Lambda: tf.image.resize is another one in TensorFlow 1"),
    ("3.7", "Lambda: tf.image.resize is another one in TensorFlow 1"), ("3.8", "resize"), ("3.13", "resize"),
])  # fmt: skip
def test_functions_that_sample_otherwise_in_tensorflow_1(version: str, why: str) -> None:
    """It runs on Pythons until 3.7: its images are sampled from their first pixel on, not at the centres of pixels."""
    code = b64encode(CODES[version, "lambda x: tf.image.resize(x, (3, 4))"]).decode()
    assert text_of({"function": [code, None, None]}) == why


def test_files_of_all_kinds() -> None:
    model = functional([source((8, 9, 3)), new("Lambda", "a", dumped(HALVED), ["x"])], [("a", 0, 0)])
    for data, name in ((archive(model), "m.keras"), (stored(model), "m.h5")):
        assert rfcli.compute(rfcli.loads(data, name)).layer("a").output_size == (4, 5)


def text_of(config: dict[str, Any]) -> str:
    layers = [one.layer for one in loaded(model_of(config)).entries[:-1]]
    return str(layers[-1].given.get("unknown", layers[-1].type))


def model_of(config: dict[str, Any]) -> dict[str, Any]:
    layers = [source((8, 9, 3)), old("Lambda", "a", config, [["x", 0, 0, {}]])]
    return functional([*layers, new("Conv2D", "b", {"filters": 2, "kernel_size": 3}, ["a"])], [("b", 0, 0)])


WITHOUT: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, "Lambda: its function is not in the file"),
    "a name": ({"function": "halved", "function_type": "function"}, "Lambda: its function halved is not in the file"),
    "a name in Keras 3": (
        {"function": {"class_name": "function", "config": "halved", "module": "builtins"}},
        "Lambda: its function halved is not in the file",
    ),
    "a list of nothing": ({"function": []}, "Lambda: its function is not in the file"),
    "a number": ({"function": [3]}, "Lambda: its function is not in the file"),
    "no code": ({"function": ["4wEAAAA=", None, None]}, "Lambda: its code is of no version of Python that is known"),
    "characters": ({"function": ["\u4e00"]}, "Lambda: its code is of no version of Python that is known"),
}


@pytest.mark.parametrize(("config", "why"), WITHOUT.values(), ids=WITHOUT)
def test_files_without_the_code(config: dict[str, Any], why: str) -> None:
    assert text_of(config) == why


def test_arguments_that_are_no_values() -> None:
    deep: Any = 1
    for _ in range(20):
        deep = [deep]
    for given in ({"s": {"class_name": "Mine"}}, {"s": deep}):
        assert "its arguments are" in text_of(dumped("lambda x, s: x * s", arguments=given))
    assert text_of(dumped("lambda x, s: x * s", arguments=[])) == "Lambda: it reads s, which the file does not hold"


def test_the_shape_that_a_lambda_states() -> None:
    """It must be that of its code; where there is no code that is read, it is what the layer makes."""
    assert text_of(dumped(HALVED, output_shape=[4, 5, 3], output_shape_type="raw")) == "identity"
    assert text_of(dumped(HALVED, output_shape=[None, None, 3])) == "identity"
    for wrong in ([8, 9, 3], [4, 5], [None, 4, 5, 3]):
        assert "output_shape is another one" in text_of(dumped(HALVED, output_shape=wrong))
    named = {"function": "halved", "output_shape": [4, 5, 7], "output_shape_type": "raw"}
    report = computed(model_of(named))
    assert (report.layer("a").output_size, report.layer("a").channels) == ((4, 5), 7)
    assert report.layer("b").cost.params == 3 * 3 * 7 * 2 + 2
    assert isinstance(report.layer("b").receptive_field.size[0], Unknown)
    for other in ("a text", [0], [2.5], [1] * 30, [[4, 5, 7]]):
        assert isinstance(computed(model_of({**named, "output_shape": other})).layer("a").channels, Unknown)
    of_code = {**named, "output_shape_type": "lambda"}
    assert isinstance(computed(model_of(of_code)).layer("a").channels, Unknown)


def test_every_frame() -> None:
    for text, size in (("lambda x: x / 2 - [1, 2, 3]", 5), ("lambda x: x", 5), ("lambda x: x[:, 1:]", None)):
        held = {"layer": {"class_name": "Lambda", "config": {"name": "inner", **dumped(text)}}}
        layers = [source((5, 8, 9, 3)), new("TimeDistributed", "a", held, ["x"])]
        layer = computed(functional(layers, [("a", 0, 0)])).layer("a")
        assert (layer.output_size == (size, 8, 9)) is (size is not None)
