"""Every layer type has a row, and Keras loads and runs what is written: sizes, channels and parameters are rf's."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

import rfcli
from rfcli.layers._registry import LAYERS
from rfcli.writers.keras.layers import FAMILIES
from writers.keras.rows import Refusal, Row, named
from writers.test_zoo import loads_in_keras

TESTS = [import_module(f"writers.keras.test_{family.__name__.rpartition('.')[2]}") for family in FAMILIES]
ROWS: list[Row] = [row for module in TESTS for row in module.ROWS]
REFUSED: list[Refusal] = [one for module in TESTS for one in getattr(module, "REFUSED", [])]


def test_every_layer_type_has_a_row() -> None:
    listed: list[dict[str, Any]] = [one.layer for one in (*ROWS, *REFUSED)]
    assert {layer["type"] for layer in listed} == set(LAYERS)


@pytest.mark.zoo
@pytest.mark.parametrize("row", ROWS, ids=named)
def test_keras_runs_it(row: Row) -> None:
    loads_in_keras(rfcli.compute(row.network), str(rfcli.exported(row.network, "keras-json")), True)
