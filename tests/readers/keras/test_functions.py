"""Functions on tensors: of `keras.ops`, and of TensorFlow."""

from __future__ import annotations

from typing import Any

import pytest

from readers.keras.keras_files import (
    computed,
    functional,
    new,
    old,
    source,
)

OPERATIONS = {
    "add a number": (new("Add", "a", {}, ["x", 3.0], module="keras.src.ops.numpy"), ("identity", (8, 9), 4)),
    "multiply two": (new("Multiply", "a", {}, ["x", "x"], module="keras.src.ops.numpy"), ("multiply", (8, 9), 4)),
    "function": (new("Relu6", "a", {}, ["x"], module="keras.src.ops.nn"), ("relu6", (8, 9), 4)),
    "mean": (
        new("Mean", "a", {"axis": [1, 2], "keepdims": True}, ["x"], module="keras.src.ops.numpy"),
        ("global_avg_pool", (1, 1), 4),
    ),
    "mean of rows": (
        new("Mean", "a", {"axis": 2, "keepdims": False}, ["x"], module="keras.src.ops.numpy"),
        ("adaptive_avg_pool", (8, 1), 4),
    ),
    "slices": (
        new("GetItem", "a", {}, ["x", [{"class_name": "__slice__", "config": {"start": None, "stop": None, "step": None}},
            {"class_name": "__slice__", "config": {"start": 1, "stop": -1, "step": 2}}, {"class_name": "__ellipsis__",
             "config": {}}]], module="keras.src.ops.numpy"),
        ("identity", (3, 9), 4),
    ),
    "pad": (
        new("Pad", "a", {"pad_width": [[0, 0], [1, 2], [0, 3], [0, 0]], "mode": "reflect"}, ["x"],
            module="keras.src.ops.numpy"),
        ("pad", (11, 12), 4),
    ),
    "resize": (
        new("Resize", "a", {"size": [4, 18], "interpolation": "bilinear"}, ["x"], module="keras.src.ops.image"),
        ("resize", (4, 18), 4),
    ),
    "pool": (
        new("MaxPool", "a", {"pool_size": 2, "strides": None, "padding": "valid"}, ["x"], module="keras.src.ops.nn"),
        ("max_pool", (4, 4), 4),
    ),
    "old add": (old("TFOpLambda", "a", {"function": "__operators__.add"}, ["x", 0, 0, {"y": 3, "name": None}]),
                ("identity", (8, 9), 4)),
    "old add two": (old("TFOpLambda", "a", {"function": "math.add"}, ["x", 0, 0, {"y": ["x", 0, 0]}]),
                    ("add", (8, 9), 4)),
    "old constant first": (
        old("TFOpLambda", "a", {"function": "math.subtract"}, ["_CONSTANT_VALUE", -1, 1.0, {"y": ["x", 0, 0]}]),
        ("identity", (8, 9), 4)),
    "old slice": (
        old("SlicingOpLambda", "a", {"function": "__operators__.getitem"}, ["x", 0, 0, {"slice_spec": [
            {"start": None, "stop": None, "step": None}, {"start": 2, "stop": None, "step": None}]}]),
        ("identity", (6, 9), 4)),
    "old slice of channels": (
        old("SlicingOpLambda", "a", {"function": "__operators__.getitem"}, ["x", 0, 0, {"slice_spec": [
            {"start": None, "stop": None, "step": None}] * 3 + [{"start": 1, "stop": 3, "step": None}]}]),
        ("identity", (8, 9), 2)),
    "depth to space": (
        old("TFOpLambda", "a", {"function": "nn.depth_to_space"}, ["x", 0, 0, {"block_size": 2}]),
        ("depth_to_space", (16, 18), 1)),
    "old operation": (
        old("TensorFlowOpLayer", "a", {"node_def": '{"name": "mul", "op": "Mul", "input": ["x", "y"]}',
                                       "constants": {"1": 0.5}}, [["x", 0, 0, {}]]),
        ("identity", (8, 9), 4)),
}  # fmt: skip


def test_several_dimensions_where_one_is_meant() -> None:
    for kind, config in (("Split", {"indices_or_sections": 2}), ("Unstack", {}), ("Concatenate", {})):
        layer = new(kind, "a", {**config, "axis": [1, 2]}, ["x"], module="keras.src.ops.numpy")
        reason = (
            computed(functional([source((8, 9, 4)), layer], [("a", 0, 0)])).layer("a").receptive_field.size[0].reason
        )
        assert "its axis is not known" in reason


@pytest.mark.parametrize(("layer", "expected"), OPERATIONS.values(), ids=OPERATIONS)
def test_operations(layer: dict[str, Any], expected: Any) -> None:
    found = computed(functional([source((8, 9, 4)), layer], [("a", 0, 0)])).layer("a")
    assert (found.type, found.output_size, found.channels) == expected


def test_operations_without_their_module() -> None:
    """As Keras 3 writes them in HDF5 files. A class of the model's authors of that name is none: it is trainable or not."""
    layers = [
        source((8, 9, 4)), new("Relu6", "r", {"name": "r"}, ["x"], module=""), new("Add", "a", {"name": "a"}, ["r", 3.0], module=""),
        new("Reshape", "s", {"name": "s", "newshape": [-1, 8, 9, 4]}, ["a"], module=""),
        new("Relu6", "own", {"name": "own", "trainable": True}, ["x"], module=""),
    ]  # fmt: skip
    layers += [
        new("Average", "mean", {"name": "mean", "axis": [1, 2]}, ["x"], module=""),
        new("Dot", "dot", {"name": "dot"}, ["x", "a"], module=""),
    ]
    report = computed(functional(layers, [("s", 0, 0), ("own", 0, 0), ("mean", 0, 0), ("dot", 0, 0)]))
    assert (report.layer("mean").type, report.layer("mean").output_size) == ("global_avg_pool", (1, 1))
    assert "positions of all images" in report.layer("dot").receptive_field.size[0].reason
    assert [(layer.name, layer.type) for layer in report.layers[:2]] == [("r", "relu6"), ("a", "identity")]
    assert report.layer("s").output_size == (8, 9)
    assert "Relu6" in report.layer("own").receptive_field.size[0].reason
