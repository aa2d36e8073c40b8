"""Parts of maps: crops and slices, and their contrary, padding."""

from __future__ import annotations

from readers.keras.keras_files import (
    computed,
    functional,
    new,
    source,
)
from readers.keras.rows import Row, rows_held, tf

NUMPY, CORE = "keras.src.ops.numpy", "keras.src.ops.core"
MAP = (5, 6, 4)
ALL = {"class_name": "__slice__", "config": {"start": None, "stop": None, "step": None}}
INNER = {"class_name": "__slice__", "config": {"start": 1, "stop": -1, "step": 2}}
OTHERS = {"class_name": "__ellipsis__", "config": {}}
WIDTHS = [[0, 0], [1, 2], [0, 3], [0, 0]]
OLD_ALL = {"start": None, "stop": None, "step": None}


def padded(mode: str) -> Row:
    modes = {"constant": {}, "reflect": {"padding_mode": "reflect"}, "symmetric": {"padding_mode": "symmetric"},
             "edge": {"padding_mode": "replicate"}, "wrap": {"padding_mode": "circular"}}  # fmt: skip
    return Row("Pad", {"pad_width": WIDTHS, "mode": mode}, MAP,
               [("pad", {"padding": [[1, 2], [0, 3]], **modes[mode]})], module=NUMPY,
               reads=mode != "symmetric",  # Keras repeats the last sample instead where it runs on torch.
               keras="" if mode in ("edge", "wrap") else None)  # fmt: skip


ROWS = [
    Row("ZeroPadding1D", {"padding": [1, 3]}, (5, 2), [("pad", {"padding": [[1, 3]]})]),
    Row("ZeroPadding2D", {"padding": [1, 3]}, MAP, [("pad", {"padding": [1, 3]})]),
    Row("ZeroPadding2D", {"padding": [[1, 2], [3, 4]]}, MAP, [("pad", {"padding": [[1, 2], [3, 4]]})]),
    Row("ZeroPadding3D", {"padding": 2}, (2, 3, 2, 1), [("pad", {"padding": 2})]),
    Row("Cropping1D", {"cropping": 1}, (5, 2), [("crop", {"cropping": 1})]),
    Row("Cropping2D", {"cropping": [[1, 0], [2, 3]]}, MAP, [("crop", {"cropping": [[1, 0], [2, 3]]})]),
    Row("Cropping3D", {"cropping": 1}, (3, 4, 5, 1), [("crop", {"cropping": 1})]),
    Row("CenterCrop", {"height": 3, "width": 3}, MAP, [("crop", {"cropping": [1, [1, 2]]})]),
    *map(padded, ("constant", "reflect", "symmetric", "edge", "wrap")),
    Row("Split", {"indices_or_sections": [1, 2], "axis": -1}, MAP,
        [("channel_slice", {"end": 1})], module=NUMPY),  # parts that nothing reads are no layers
    Row("Split", {"indices_or_sections": 2, "axis": 2}, MAP,
        [("crop", {"cropping": [0, [0, 3]]})], module=NUMPY, keras=""),
    Row("Take", {"axis": -1}, MAP, [("channel_slice", {"indices": [3, 0]})], ("x", [3, 0]), module=NUMPY),
    Row("Take", {"axis": 1}, MAP, [("crop", {"cropping": [[1, 2], 0]})], ("x", [1, 2]), module=NUMPY),
    Row("Take", {"axis": None}, MAP, [("custom", {"unknown": "Take: it picks from what is laid flat", "params": 0})], ("x", [1, 2]),
        module=NUMPY, keras="", reads=False),
    Row("Unstack", {"num": None, "axis": -1}, (5, 6, 2),
        [("channel_slice", {"end": 1}), ("channel_slice", {"start": 1, "end": 2})], module=CORE, keras=""),
    Row("GetItem", {}, MAP, [("crop", {"cropping": [1, 0]}), ("subsample", {"stride": [2, 1]}), ("identity", {})],
        ("x", [ALL, INNER, OTHERS]), module=NUMPY),
    Row("GetItem", {}, MAP, [("channel_slice", {"start": 2, "end": 3}), ("identity", {})], ("x", [OTHERS, 2]),
        module=NUMPY),
    *(row for name in ("pad", "compat.v1.pad") for row in tf(name, {"paddings": WIDTHS}, MAP,
        [("pad", {"padding": [[1, 2], [0, 3]]})])),
    *tf("split", {"num_or_size_splits": [1, 3], "axis": -1}, MAP,
        [("channel_slice", {"end": 1})]),
    *tf("unstack", {"axis": -1}, (5, 6, 2),
        [("channel_slice", {"end": 1}), ("channel_slice", {"start": 1, "end": 2})]),
    *tf("__operators__.getitem", {"slice_spec": [OLD_ALL, {**OLD_ALL, "start": 2}]}, MAP,
        [("crop", {"cropping": [[2, 0], 0]}), ("identity", {})]),
]  # fmt: skip


test_layers, test_keras_agrees = rows_held(ROWS)


def test_splits_have_several_outputs() -> None:
    split = new("Split", "s", {"indices_or_sections": [1], "axis": -1}, ["x"], module="keras.src.ops.numpy")
    layers = [source((8, 8, 4)), split, new("ReLU", "a", {}, [("s", 0, 0)]), new("ReLU", "b", {}, [("s", 0, 1)])]
    report = computed(functional(layers, [("a", 0, 0), ("b", 0, 0)]))
    assert [report.layer(name).channels for name in ("s/1", "s/2", "a", "b")] == [1, 3, 1, 3]
