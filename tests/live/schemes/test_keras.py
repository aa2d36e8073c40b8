"""Models of Keras by their names, and those of a file."""

from __future__ import annotations

from pathlib import Path

import pytest

import rfcli
from rfcli.diagnostics import CallError

pytestmark = pytest.mark.zoo

FILE = """
import keras
from keras import layers
print("noise")
def build(depth=2, size=None):
    x = i = keras.Input((size, size, 3))
    for _ in range(depth):
        x = layers.Conv2D(8, 3, strides=2, padding="same")(x)
    return keras.Model(i, x, name="tiny")
def seq():
    return keras.Sequential([layers.Conv1D(4, 5, name="first"), layers.MaxPooling1D(name="pool")])
def nested():
    i = keras.Input((64, 64, 3))
    return keras.Model(i, layers.Dense(3, name="dense")(build(2, 64)(i)))
class Sub(keras.Model):
    pass
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "k.py").write_text(FILE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_an_application_has_no_weights_fetched() -> None:
    report = rfcli.compute(rfcli.from_code("keras:keras.applications:MobileNetV2(input_shape=(96, 96, 3))"))
    assert report.total.params == 3_504_872  # as Keras's table of applications has it, 3.5 M, without 34,112 statistics


@pytest.mark.parametrize(
    ("what", "example", "part", "size", "output"),
    [
        ("build(depth=3, size=64)", None, None, (15, 15), (8, 8)),
        ("build", "1x64x48x3", None, (7, 7), (16, 12)),
        ("seq", "1x64x3", None, (6,), (30,)),
        ("nested", None, "tiny", (7, 7), (16, 16)),
    ],
)
def test_models_of_a_file(
    what: str, example: str | None, part: str | None, size: tuple[int, ...], output: tuple[int, ...], folder: Path
) -> None:
    report = rfcli.compute(rfcli.from_code(f"keras:k.py:{what}", example, module=part))
    last = report.layers[-1]
    assert last.output_size == output
    assert last.receptive_field is not None and last.receptive_field.size == size


@pytest.mark.parametrize(
    ("what", "example", "part", "said"),
    [
        ("nested", None, "dense", "the layer 'dense' is no model; tiny are"),
        ("nested", None, "tinny", "the model has no layer 'tinny' (did you mean 'tiny'?)"),
        ("build", "1x64x48", None, "takes as many sizes as 1x224x224x3, is 1x64x48"),
        ("build", ["1x64x48x3", "1x3"], None, "a Keras model takes one shape"),
        ("layers", None, None, "layers is a module, neither a Keras model"),
    ],
)
def test_what_cannot_be_is_told(what: str, example: object, part: str | None, said: str, folder: Path) -> None:
    with pytest.raises(CallError) as error:
        rfcli.from_code(f"keras:k.py:{what}", example, module=part)
    assert said in str(error.value)
