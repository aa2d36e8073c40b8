"""Kinds of arguments: what each takes, and how it says what is wrong."""

import pytest

from rfcli.description.nodes import File
from rfcli.readers.draft import Draft
from rfcli.readers.yolo.arguments import kind
from rfcli.readers.yolo.network import Model, Wrong

BETWEEN = "must be from 1 to 9999999999, is "
TAKEN = {
    "Anything": [(None, None), ("x", "x"), ([1], [1])],
    "Count": [(1, 1), (64, 64)],
    "Natural": [(0, 0), (3, 3)],
    "Integer": [(-3, -3), (0, 0)],
    "Width": [(64, 16), (3, 8), (1000, 128)],  # a quarter of up to 512 channels, to a multiple of 8
    "Flag": [(True, True), (None, False), (0, False), (1, True)],
    "Act": [(True, True), (None, False), ("nn.LeakyReLU(0.1)", "leaky_relu"), ("torch.nn.ReLU()", "relu")],
    "Dilation": [(2, 2), ([1, 2], [1, 2]), (True, True), ("nn.Mish()", "mish")],
    "Ratio": [(1, 1.0), (0.25, 0.25)],
    "Sizes": [(3, 3), ([1, 5], [1, 5])],
    "SizesFrom0": [(0, 0), ([0, 1], [0, 1])],
    "SizesOrNone": [(None, None), (2, 2)],
    "Padding": [(None, None), (0, 0), ([0, 2], [0, 2])],
    "Sides": [(1, [1, 1, 1, 1]), ([0, 1, -2, 3], [0, 1, -2, 3])],
    "ScaleOrNone": [(None, None), (0.5, 0.5), ([2, 3], [2, 3])],
    "Counts": [([5, 9], [5, 9])],
    "Naturals": [([0, 2], [0, 2]), ([], [])],
    "Kernels": [([1, 3], (1, 3)), ([[1, 3], [3, 1]], ([1, 3], [3, 1]))],
}
REFUSED = [
    ("Count", 0, BETWEEN + "0"), ("Count", 3.0, "must be an integer, is 3.0"), ("Count", True, "must be an integer, is true"),
    ("Count", None, "must be an integer, is null"), ("Natural", -1, "must be from 0 to 9999999999, is -1"),
    ("Integer", "x", "must be an integer, is 'x'"), ("Width", 0, BETWEEN + "0"), ("Flag", 2, "must be true or false, is 2"),
    ("Flag", "yes", "must be true or false, is 'yes'"),
    ("Act", 2, "must be true or false, is 2"), ("Act", "nn.Wonder()", "must be true, false or an activation of torch, is 'nn.Wonder()'"),
    ("Dilation", 0, BETWEEN + "0"), ("Dilation", "silu", "must be true, false or an activation of torch, is 'silu'"),
    ("Ratio", 0, "must be a number above 0 and up to 1000, is 0"), ("Sizes", 0, BETWEEN + "0"), ("Sizes", [3], "must be an integer, or a list of two, is [3]"),
    ("SizesFrom0", -1, "must be from 0 to 9999999999, is -1"), ("SizesOrNone", 0, BETWEEN + "0"), ("Padding", "same", "must be an integer, is 'same'"),
    ("Sides", [1, 2], "must be an integer, or a list of four, is [1, 2]"), ("ScaleOrNone", 0, "must be a number above 0, or a list of two, is 0"),
    ("ScaleOrNone", [1, 2, 3], "must be a number above 0, or a list of two, is [1, 2, 3]"), ("Counts", [], "must be a list of integers, is []"),
    ("Counts", 5, "must be a list of integers, is 5"), ("Naturals", 5, "must be a list of integers, is 5"), ("Naturals", [-1], "must be from 0 to 9999999999, is -1"),
    ("Kernels", [3], "must be a list of two kernels, is [3]"), ("Kernels", [0, 3], BETWEEN + "0"),
]  # fmt: skip


def net():
    found = Model(Draft(File("net.yaml")), 100)
    found.width, found.max_channels = 0.25, 512
    return found


@pytest.mark.parametrize(("word", "value", "read"), [(word, *case) for word, cases in TAKEN.items() for case in cases])
def test_taken(word, value, read):
    found = kind[word](net(), value)
    assert (found, type(found)) == (read, type(read))


@pytest.mark.parametrize(("word", "value", "message"), REFUSED)
def test_refused(word, value, message):
    with pytest.raises(Wrong) as raised:
        kind[word](net(), value)
    assert raised.value.message == message


def test_every_kind_has_a_row():
    assert set(TAKEN) == set(kind)
    assert {word for word, *_ in REFUSED} == set(kind) - {"Anything"}
