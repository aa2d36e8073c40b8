"""Each operation that is known has a row in a table, and how nodes are bound to functions."""

from __future__ import annotations

from functools import cache
from typing import Any

import onnx
import pytest

import rfcli
from readers.onnx.one_node import Case as Nodes
from readers.onnx.one_node import X, agrees, node, operations
from readers.onnx.test_attention import ATTENTION
from readers.onnx.test_contrib import CONTRIB
from readers.onnx.test_layout import LAYOUT
from readers.onnx.test_merges import MERGES
from readers.onnx.test_parts import PARTS
from readers.onnx.test_pointwise import POINTWISE
from readers.onnx.test_rare import RARE
from readers.onnx.test_recurrent import RECURRENT, SUMS
from readers.onnx.test_resizing import RESIZING
from readers.onnx.test_spectra import CASES as SPECTRA
from readers.onnx.test_weights import NORMALISATIONS, PRODUCTS
from readers.onnx.test_whole_map import WHOLE_MAP
from readers.onnx.test_windows import CONVOLUTIONS, FOLDS, FRAMES, POOLS, TRANSPOSED
from readers.onnx.test_writes import WRITES
from rfcli.readers.onnx import contrib
from rfcli.readers.onnx.calls import OPERATIONS, signature
from rfcli.readers.onnx.program import FAMILIES
from rfcli.tables import Table

TABLES = (
    ATTENTION,
    LAYOUT,
    MERGES,
    PARTS,
    POINTWISE,
    RARE,
    RECURRENT,
    SUMS,
    RESIZING,
    SPECTRA,
    NORMALISATIONS,
    PRODUCTS,
    WHOLE_MAP,
    CONVOLUTIONS,
    FOLDS,
    FRAMES,
    POOLS,
    TRANSPOSED,
    WRITES,
)


def test_every_operation_has_a_row() -> None:
    theirs = {one.operation for row in CONTRIB for one in row.values[0]}
    assert set().union(*map(operations, TABLES)) | theirs == set(OPERATIONS)


def test_every_operation_stands_in_a_family() -> None:
    assert {function.__module__ for function in OPERATIONS.values()} == {family.__name__ for family in FAMILIES}


@cache
def history() -> dict[str, list[onnx.defs.OpSchema]]:
    """All versions of all operators by name, the newest last."""
    found: dict[str, list[onnx.defs.OpSchema]] = {}
    for one in sorted(onnx.defs.get_all_schemas_with_history(), key=lambda one: one.since_version):
        if one.domain == "":
            found.setdefault(one.name, []).append(one)
    return found


def versions(operation: str) -> list[onnx.defs.OpSchema]:
    """All versions of an operator, the newest last."""
    return history().get(operation, [])


NEWER = {"Swish"}
"""Of opset 24, which not every onnx has."""


def test_operations_are_the_operators() -> None:
    """Those of the specification, and those of ONNX Runtime."""
    own = {one for one in OPERATIONS if OPERATIONS[one].__module__ != contrib.__name__}
    assert not [operation for operation in own - NEWER if not versions(operation)]


@pytest.mark.parametrize("operation", [one for one in OPERATIONS if versions(one)])
def test_signatures_are_the_operators(operation: str) -> None:
    """No more inputs than the operator has, but those that were attributes; its attributes, and their defaults."""
    schemas = versions(operation)
    function = OPERATIONS[operation]
    inputs, keywords = signature(function)
    names = {name for schema in schemas for name in schema.attributes}
    most = max(schema.max_input for schema in schemas)
    assert inputs is None or all(name in names for name in inputs[1 + most :])
    alone = sum(1 for one in OPERATIONS.values() if one is function) == 1
    assert not alone or set(keywords) <= names
    for name, default in (function.__kwdefaults__ or {}).items():
        if name in schemas[-1].attributes and default is not None:
            stated = onnx.helper.get_attribute_value(schemas[-1].attributes[name].default_value)
            told = stated.decode() if isinstance(stated, bytes) else stated
            assert told in (default, None) or (default == () and not told), name


def test_an_operation_claimed_twice_fails() -> None:
    table: Table[object] = Table("operation")  # type: ignore[type-var]
    table("Conv")(lambda: None)
    with pytest.raises(TypeError, match="operation 'Conv' is claimed by"):
        table("Conv")(lambda: None)


OTHERS = sorted(OPERATIONS.keys() - {"Shape", "Size"})


@pytest.mark.parametrize("named", [OTHERS[at::8] for at in range(8)], ids=lambda named: f"{named[0]} and others")
def test_nodes_without_most_of_their_inputs_are_read(named: list[str]) -> None:
    one = Nodes(tuple(node(operation, X) for operation in named), (), "", 21, False)
    assert len(rfcli.loads(one.model().SerializeToString(), "one.onnx").entries) >= len(named) // 2


@pytest.mark.parametrize(
    ("operation", "attribute", "value", "why"),
    [
        ("ArgMax", "axis", [1], "axis is no integer"),
        ("Flatten", "axis", "1", "axis is no integer"),
        ("Transpose", "perm", 2, "perm is no list of integers"),
        ("MaxPool", "kernel_shape", [2.5, 2.5], "kernel_shape is no list of integers"),
        ("Resize", "mode", 1, "mode is no text"),
    ],
)
def test_attributes_of_another_type_make_no_layer(operation: str, attribute: str, value: Any, why: str) -> None:
    one = Nodes((node(operation, X, **{attribute: value}),), (), f"{operation}: its {why}", 21, False)
    agrees(one)
