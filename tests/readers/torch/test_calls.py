"""The table of ATen's operations."""

from __future__ import annotations

from importlib import import_module

import pytest

from rfcli.readers.torch import program  # noqa: F401 - it fills the table
from rfcli.readers.torch.calls import operation
from rfcli.readers.torch.nodes import ALIASES, COPIES, SHAPED

FAMILIES = (
    "attention", "einsum", "layout", "merges", "nodes", "parts", "pointwise", "recurrent", "resizing", "spectra",
    "weights", "whole_map", "windows",
)  # fmt: skip
WITHOUT = {
    "view_as_real_copy": "takes complex numbers", "lift_fresh": "traced as lift_fresh_copy",
    **dict.fromkeys(["lstm", "gru", "rnn_tanh", "rnn_relu"], "held as modules, in test_recurrent.py"),
    **dict.fromkeys(["lstm_cell", "gru_cell", "rnn_tanh_cell", "rnn_relu_cell"], "likewise"),
    "embedding": "takes whole numbers, in test_sequences.py",
    "size": "a number in a graph of known sizes", "sym_size": "likewise", "numel": "likewise", "sym_numel": "likewise",
}  # fmt: skip
"""Operations that no network with one real input has, and why."""


def test_every_operation_has_a_row() -> None:
    rows = {one.name for family in FAMILIES for one in import_module(f"readers.torch.test_{family}").ROWS}
    assert {*operation, *ALIASES, *COPIES, *SHAPED} - rows == set(WITHOUT)
    assert rows <= {*operation, *ALIASES, *COPIES, *SHAPED}


@pytest.mark.parametrize("name", ["relu", "convolution"])
def test_a_name_is_claimed_once(name: str) -> None:
    with pytest.raises(TypeError, match=f"'{name}' is claimed by"):
        operation(name)(lambda call, x: x)
