"""Words of ONNX are what its specification says, and ours are layer types and their parameters."""

from __future__ import annotations

import onnx
import pytest

from rfcli.layers._registry import LAYERS
from rfcli.tables import Words
from rfcli.words import onnx as words

OPERATORS = {one.name for one in onnx.defs.get_all_schemas_with_history() if one.domain == ""}
NEWER = {"Swish"}
"""Of opset 24, which not every onnx has."""


@pytest.mark.parametrize("table", [
    words.POINTWISE, words.SOFTMAXES, words.MERGES, words.POOLS, words.GLOBAL_POOLS, words.REDUCTIONS,
    words.RECURRENT,
])  # fmt: skip
def test_operations_are_operators(table: Words) -> None:
    assert set(table) - NEWER <= OPERATORS


def test_ours_are_layer_types() -> None:
    types = words.POINTWISE.ours | words.SOFTMAXES.ours | words.MERGES.ours | words.RECURRENT.ours
    types |= {f"{statistic}_pool" for statistic in words.POOLS.ours}
    types |= {f"global_{statistic}_pool" for statistic in words.GLOBAL_POOLS.ours}
    types |= {f"adaptive_{statistic}_pool" for statistic in words.REDUCTIONS.ours}
    assert types <= set(LAYERS)


@pytest.mark.parametrize(("table", "operator", "attribute"), [
    (words.PADDINGS, "Conv", "auto_pad"), (words.PAD_MODES, "Pad", "mode"), (words.INTERPOLATIONS, "Resize", "mode"),
])  # fmt: skip
def test_values_of_attributes_are_documented(table: Words, operator: str, attribute: str) -> None:
    schema = onnx.defs.get_schema(operator)
    assert all(word in schema.doc + schema.attributes[attribute].description for word in table)
