"""Each layer type has a row in a table, and the table of writers holds just the layer types."""

from __future__ import annotations

import pytest

from rfcli.layers._registry import LAYERS
from rfcli.tables import Table
from rfcli.writers.onnx.layers import FAMILIES
from rfcli.writers.onnx.model import NODES
from writers.onnx.one_layer import types
from writers.onnx.test_merges import MERGES
from writers.onnx.test_parts import PARTS
from writers.onnx.test_pointwise import POINTWISE
from writers.onnx.test_recurrent import RECURRENT
from writers.onnx.test_resizing import RESIZING
from writers.onnx.test_weights import WEIGHTS
from writers.onnx.test_whole_map import WHOLE_MAP
from writers.onnx.test_windows import CONVOLUTIONS, POOLS, TRANSPOSED

TABLES = (MERGES, PARTS, POINTWISE, RECURRENT, RESIZING, WEIGHTS, WHOLE_MAP, CONVOLUTIONS, POOLS, TRANSPOSED)


def test_every_layer_type_has_a_row() -> None:
    assert set().union(*map(types, TABLES)) == set(LAYERS)


def test_every_layer_type_stands_in_a_family() -> None:
    assert {function.__module__ for function in NODES.values()} == {family.__name__ for family in FAMILIES}


def test_a_layer_type_that_is_not_written_fails() -> None:
    table: Table[object] = Table("layer type")  # type: ignore[type-var]
    table("relu")(lambda: None)
    with pytest.raises(TypeError, match="layer type: softmin: known here or there, not in both"):
        table.hold(["relu", "softmin"])
