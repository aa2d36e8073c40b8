"""Maps merged: entry by entry, or behind one another."""

from __future__ import annotations

import pytest

import rfcli
from readers.keras.keras_files import (
    SAME,
    computed,
    functional,
    new,
    old,
    source,
    tensors,
)
from readers.keras.rows import Row, rows_held, tf
from rfcli.geometry.unknown import Unknown

MAPS = [(4, 5, 3), (4, 5, 3)]
NUMPY = "keras.src.ops.numpy"
MERGES = {
    "Add": "add", "Subtract": "add", "Multiply": "multiply", "Average": "add", "Maximum": "max", "Minimum": "max",
}  # fmt: skip
OPERATORS = {
    "add": (
        "Add", "Subtract", "Mod", "Equal", "NotEqual", "Greater", "GreaterEqual", "Less", "LessEqual", "LogicalXor",
        "Logaddexp", "Arctan2",
    ),
    "multiply": ("Multiply", "Divide", "TrueDivide", "FloorDivide", "DivideNoNan", "Power", "LogicalAnd"),
    "max": ("Maximum", "Minimum", "LogicalOr"),
}  # fmt: skip
COMPARING = (
    "Equal", "NotEqual", "Greater", "GreaterEqual", "Less", "LessEqual", "LogicalXor", "FloorDivide", "LogicalAnd",
    "LogicalOr",
)  # fmt: skip
TENSORFLOW = {
    "add": (
        "math.add", "__operators__.add", "math.subtract", "math.mod", "math.floormod", "math.squared_difference",
        "math.equal", "__operators__.eq", "__operators__.ne", "math.greater", "math.greater_equal", "math.less",
        "math.less_equal", "where", "compat.v2.where", "AddV2", "Sub", "SquaredDifference",
    ),
    "multiply": (
        "math.multiply", "math.divide", "math.truediv", "math.divide_no_nan", "math.floordiv", "math.pow",
        "math.logical_and", "Mul", "RealDiv", "Pow",
    ),
    "max": ("math.maximum", "math.minimum", "math.logical_or"),
}  # fmt: skip
"""Functions x, y -> z; where there is a third argument (`where`), it is a number."""
DOT = [("multiply", {}), ("custom", {"filters": 1, "params": 0, "macs": 0})]
ACROSS = {"unknown": "Dot: it multiplies positions of all images", "params": 0}
ROWS = [
    Row("Hstack", {}, [(4, 3), (2, 3)],
        [("pad", {"padding": [[0, 2]]}), ("pad", {"padding": [[4, 0]]}), ("add", {})], (["x", "y"],),
        module="keras.src.ops.numpy"),
    Row("Append", {"axis": -1}, MAPS, [("concat", {})], module="keras.src.ops.numpy"),
    *(Row(name, {}, MAPS, [(type, {})]) for name, type in MERGES.items()),
    Row("CustomScaleLayer", {"scale": 0.5}, MAPS, [("add", {})], keras=""),
    Row("Concatenate", {"axis": -1}, [(4, 5, 3), (4, 5, 2)], [("concat", {})]),
    Row("Concatenate", {"axis": 3}, [(4, 5, 3), (4, 5, 2), (4, 5, 1)], [("concat", {})]),
    Row("Dot", {"axes": 1}, [(6,), (6,)], DOT),
    Row("Dot", {}, [(6, 3), (3, 6)], [*[("custom", {**ACROSS, "macs": 0})] * 2, ("concat", {}), ("custom", ACROSS)],
        module=NUMPY, reads=False),
    *(Row(name, {}, MAPS, [(type, {})], module=NUMPY, coarse=name in COMPARING)
      for type, names in OPERATORS.items() for name in names),
    Row("Add", {}, (4, 5, 3), [("identity", {})], ("x", 3.0), module=NUMPY),
    Row("Multiply", {}, (4, 5, 3), [("identity", {})], (0.5, "x"), module=NUMPY),
    Row("Where", {}, [*MAPS, (4, 5, 3)], [("add", {})], module=NUMPY, coarse=True),
    Row("Concatenate", {"axis": -1}, [(4, 5, 3), (4, 5, 2)], [("concat", {})], (["x", "y"],), module=NUMPY),
    *(row for type, names in TENSORFLOW.items() for name in names for row in tf(name, {"y": "y"}, MAPS, [(type, {})])),
    *(row for name in ("math.add_n", "add_n") for row in tf(name, {"y": "y"}, MAPS, [("add", {})])),
    *tf("__operators__.add", {"y": 3}, (4, 5, 3), [("identity", {})]),
    Row("Stack", {"axis": -1}, [(4, 5, 3), (4, 5, 3)], [("concat", {}), ("channel_shuffle", {"groups": 2})], (["x", "y"],), module=NUMPY),
    *tf("stack", {"y": "y", "axis": -1}, [(4, 5, 3), (4, 5, 3)], [("concat", {}), ("channel_shuffle", {"groups": 2})]),
    *(row for name in ("concat", "compat.v1.concat")
      for row in tf(name, {"y": "y", "axis": -1}, [(4, 5, 3), (4, 5, 2)], [("concat", {})])),
]  # fmt: skip


test_layers, test_keras_agrees = rows_held(ROWS)


MERGING = ["Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"]


@pytest.mark.parametrize("kind", MERGING)
@pytest.mark.parametrize("generation", [2, 3])
def test_merges(kind: str, generation: int) -> None:
    conv = {"filters": 3, "kernel_size": 5, **SAME}
    config = {"axis": -1} if kind == "Concatenate" else {}
    if generation == 3:
        layers = [source((9, 9, 3)), new("Conv2D", "a", conv, ["x"]), new(kind, "m", config, [["x", "a"]])]
    else:
        layers = [source((9, 9, 3), generation=2), old("Conv2D", "a", conv, [["x", 0, 0, {}]]),
                  old(kind, "m", config, [["x", 0, 0, {}], ["a", 0, 0, {}]])]  # fmt: skip
    merged = computed(functional(layers, [("m", 0, 0)])).layer("m")
    assert merged.receptive_field.size == (5, 5)
    assert merged.channels == (6 if kind == "Concatenate" else 3)


def test_joined_along_an_axis() -> None:
    """Each goes its own way, until what works on several positions brings them together."""
    layers = [source((9, 9, 3)), new("ReLU", "a", {}, ["x"]), new("MaxPooling2D", "b", {"pool_size": 1}, ["x"])]
    layers += [new("Concatenate", "m", {"axis": 1}, [["a", "b"]]), new("ReLU", "r", {}, ["m"])]
    assert computed(functional(layers, [("r", 0, 0)])).outputs == ("r/1", "r/2")
    layers.append(new("MaxPooling2D", "p", {"pool_size": 2}, ["r"]))
    report = computed(functional(layers, [("p", 0, 0)]))
    pooled = rfcli.located(report, "p")
    assert [pooled.at((o, 0)).runs[0] for o in (0, 3, 5, 8)] == [((0, 1),), ((6, 7),), ((1, 2),), ((7, 8),)]
    assert pooled.at((4, 0)).runs[0] == ((0, 0), (8, 8)), "the last row of one, and the first of the other"


def test_constants_that_stretch_a_map_are_no_identity() -> None:
    numbers = {"class_name": "__numpy__", "config": {"value": [[1.0, 2.0]], "dtype": "float32"}}
    layer = new("Add", "a", {}, {"args": [tensors("x"), numbers], "kwargs": {}}, module="keras.src.ops.numpy")
    found = computed(functional([source((8, 8, 1)), layer], [("a", 0, 0)])).layer("a")
    assert isinstance(found.receptive_field.size[0], Unknown)
