"""The table of layer types."""

from __future__ import annotations

from importlib import import_module

from rfcli.layers._registry import LAYERS

FAMILIES = ("merges", "parts", "pointwise", "resizing", "weights", "whole_map", "windows")


def test_every_layer_type_has_a_row() -> None:
    rows = {case[0] for family in FAMILIES for case in import_module(f"writers.torch.test_{family}").CASES}
    assert set(LAYERS) - rows == {"linear"}, "linear takes no map: test_features"
