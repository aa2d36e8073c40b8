"""Names in the code of a Lambda."""

from __future__ import annotations

import pytest

from rfcli.readers.keras.binding import function, layer_class
from rfcli.readers.keras.lambdas.names import ENTRYWISE, ROWS, entrywise, rooted, signature
from rfcli.words.keras import FUNCTIONS, OPERATORS

ROOTS = {
    "tf.image.resize": ("tf", "image.resize"),
    "tensorflow.nn.relu": ("tf", "nn.relu"),
    "K.mean": ("K", "mean"),
    "tf.keras.backend.mean": ("K", "mean"),
    "K.tf.nn.relu": ("tf", "nn.relu"),
    "keras.ops.mean": ("ops", "mean"),
    "tf.compat.v1.transpose": ("tf", "transpose"),
    "tf.compat.v1.image.resize": ("tf", "compat.v1.image.resize"),
    "np.pi": ("np", "pi"),
    "Kmean": ("", "Kmean"),
    "mine.K.mean": ("", "mine.K.mean"),
}


@pytest.mark.parametrize(("path", "expected"), ROOTS.items())
def test_modules(path: str, expected: tuple[str, str]) -> None:
    assert rooted(path) == expected


@pytest.mark.parametrize("path", ROWS)
def test_what_functions_are_is_known(path: str) -> None:
    """The class or function is one of the reader's, and takes what it is given."""
    found = signature(path)
    assert found is not None
    makes = (layer_class if found.layer else function)[found.known]
    taken = {*(makes.__kwdefaults__ or {}), *READ_OTHERWISE}
    given = {one.known.rstrip("+") for one in found.parameters[1:]} - {"", found.parameters[0].name} | {*found.fixed}
    assert not given - taken
    assert entrywise(path) is None


READ_OTHERWISE = (
    "data_format", "antialias", "preserve_aspect_ratio", "crop_to_aspect_ratio", "pad_to_aspect_ratio",
    "transpose_a", "transpose_b", "adjoint_a", "adjoint_b",
)  # fmt: skip
"""Arguments that functions ask the call for."""

WORDS = {
    "K.abs": "Abs", "K.relu": "Relu", "K.maximum": "Maximum", "K.pow": "Power", "tf.abs": "abs", "tf.sqrt": "sqrt",
    "tf.math.sqrt": "math.sqrt", "tf.tan": "math.tan", "tf.nn.relu6": "nn.relu6", "tf.sigmoid": "math.sigmoid", "ops.nn.relu": "Relu",
    "ops.leaky_relu": "LeakyRelu", "tf.maximum": "math.maximum", "tf.log": "math.log", "K.mean": None, "K.foo": None,
    "keras.activations.swish": "Silu", "tf.keras.activations.relu": "Relu", "activations.softmax": None, "np.abs": None,
    "relu": None,
}  # fmt: skip


@pytest.mark.parametrize(("path", "word"), WORDS.items())
def test_functions_of_each_entry(path: str, word: str | None) -> None:
    assert entrywise(path) == word


def test_words_are_known() -> None:
    assert all(word in FUNCTIONS or word in OPERATORS for word in ENTRYWISE.values())


def test_parameters() -> None:
    found = signature("tf.expand_dims")
    assert found is not None and [(one.name, one.known) for one in found.parameters] == [
        ("input", "input"), ("axis", "axis"), ("name", ""), ("dim", "axis"),
    ]  # fmt: skip
    padded = signature("K.spatial_2d_padding")
    assert padded is not None and padded.layer and padded.parameters[1].default == ((1, 1),)
    flipped = signature("tf.image.flip_left_right")
    assert flipped is not None and flipped.fixed == {"axis": -2}
    assert signature("K.foo") is None
