"""Every layer class and every function has a row."""

from __future__ import annotations

from importlib import import_module

from readers.keras.rows import Row
from rfcli.readers.keras import program
from rfcli.readers.keras.binding import function, layer_class

ROWS: list[Row] = [
    row for family in program.FAMILIES
    for row in import_module(f"readers.keras.test_{family.__name__.rpartition('.')[2]}").ROWS
]  # fmt: skip


def test_every_class_and_function_has_a_row() -> None:
    assert {row.kind for row in ROWS if row.module == "keras.layers"} == set(layer_class)
    # TensorFlow's operators, which Keras 2 saves without a function's name, are among its functions here.
    assert {row.kind for row in ROWS if row.module != "keras.layers"} == set(function)


def test_few_rows_are_not_held_against_keras() -> None:
    """Those of TensorFlow's functions, and of classes that Keras has no more, or not under a name."""
    classes = {row.kind for row in ROWS if row.module == "keras.layers"}
    held = {row.kind for row in ROWS if row.module == "keras.layers" and row.keras != ""}
    assert classes - held == {
        "RandomHeight", "RandomWidth", "DropPath", "FixedDropout", "StochasticDepth", "ThresholdedReLU",
        "CustomScaleLayer", "LayerScale",
    }  # fmt: skip
