"""Every operation that is known makes what torch makes."""

from __future__ import annotations

import math
from typing import Any

import pytest
from readers.torch.constants.rows import ROWS, T, known, label, with_torch

from rfcli.readers.torch.constants import library, operations
from rfcli.readers.torch.constants.library import Library
from rfcli.readers.torch.nodes import COPIES
from rfcli.readers.torch.stored import Graph, Node, Stated, declared
from rfcli.readers.tracing import arrays
from rfcli.readers.tracing.arrays import Array
from rfcli.readers.tracing.maps import Layout

WORDS = {
    "where": ("condition", "self", "other"), "masked_fill": ("self", "mask", "value"), "clamp": ("self", "min", "max"),
    "clip": ("self", "min", "max"), "clamp_min": ("self", "min"), "clamp_max": ("self", "max"), "full": ("size", "fill_value"),
    "zeros": ("size",), "ones": ("size",), "new_full": ("self", "size", "fill_value"), "new_zeros": ("self", "size"),
    "new_ones": ("self", "size"), "full_like": ("self", "fill_value"), "fill": ("self", "value"), "scalar_tensor": ("s",),
    "linspace": ("start", "end", "steps"), "view": ("self", "size"), "reshape": ("self", "shape"), "_unsafe_view": ("self", "size"),
    "flatten": ("self", "start_dim", "end_dim"), "unflatten": ("self", "dim", "sizes"), "unsqueeze": ("self", "dim"),
    "squeeze": ("self", "dim"), "permute": ("self", "dims"), "transpose": ("self", "dim0", "dim1"),
    "movedim": ("self", "source", "destination"), "expand": ("self", "size"), "broadcast_to": ("self", "size"),
    "slice": ("self", "dim", "start", "end", "step"), "narrow": ("self", "dim", "start", "length"), "select": ("self", "dim", "index"),
    "unbind": ("self", "dim"), "split": ("self", "split_size", "dim"), "split_with_sizes": ("self", "split_sizes", "dim"),
    "chunk": ("self", "chunks", "dim"), "index_select": ("self", "dim", "index"), "index": ("self", "indices"),
    "slice_scatter": ("self", "src", "dim", "start", "end"), "select_scatter": ("self", "src", "dim", "index"), "copy": ("self", "src"),
    "cat": ("tensors", "dim"), "stack": ("tensors", "dim"), "roll": ("self", "shifts", "dims"), "flip": ("self", "dims"),
    "repeat": ("self", "repeats"), "tile": ("self", "dims"), "repeat_interleave": ("self", "repeats", "dim"), "pad": ("self", "pad"),
    "constant_pad_nd": ("self", "pad", "value"), "tril": ("self", "diagonal"), "triu": ("self", "diagonal"), "eye": ("n", "m"),
    "sum": ("self", "dim", "keepdim"), "mean": ("self", "dim"), "all": ("self", "dim"), "any": ("self", "dim", "keepdim"),
    "amax": ("self", "dim"), "amin": ("self", "dim"), "prod": ("self", "dim"), "cumsum": ("self", "dim"), "pow": ("self", "exponent"),
    "meshgrid": ("tensors",), "broadcast_tensors": ("tensors",), "arange.start": ("start", "end"), "arange": ("end",),
    "arange.start_step": ("start", "end", "step"),
}  # fmt: skip
"""The names that ATen gives to arguments; `self` and `other` where nothing is said."""


def _array(entries: Any) -> Array:
    shape, one = [], entries
    while isinstance(one, list):
        shape.append(len(one))
        one = one[0]
    flat = [entries]
    for _ in shape:
        flat = [inner for outer in flat for inner in outer]
    return Array(flat, shape)


def _given(value: Any) -> Any:
    if isinstance(value, T):
        return _array(value.entries)
    return [_given(one) for one in value] if isinstance(value, list) else value


def _node(name: str, words: tuple[str, ...], dtype: str = "number") -> Node:
    target, told = declared(f"torch.ops.aten.{name}", words, False)
    return Node(Graph(), "call_function", "made", target, (), None, Stated((), dtype), None, told)


def _made(row: tuple[str, list[Any], dict[str, Any]]) -> Any:
    name, args, kwargs = row
    plain = name.partition(".")[0]
    words = WORDS.get(name) or WORDS.get(plain, ("self", "other"))
    types = {"isinf": "bool", "bitwise_not": "bool"}
    node = _node(name if "." in name else f"{name}.default", (*words, *kwargs), types.get(plain, "number"))
    if node.declared is not None and name == "bitwise_not" and not isinstance(args[0].entries[0], bool):
        node.meta["val"] = Stated((), "number")
    return Library().called(node, _given(args), dict(kwargs))


def _shown(made: Any) -> Any:
    return [[list(one.shape), one.flat()] for one in (made if isinstance(made, list) else [made])]


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_alike, one, other))
    return one == other or (math.isnan(one) and math.isnan(other)) or abs(one - other) <= 1e-6 * max(1, abs(other))


@pytest.mark.parametrize("row", ROWS, ids=label)
def test_operations(row: tuple[str, list[Any], dict[str, Any]]) -> None:
    found, right = _shown(_made(row)), known()[label(row)]
    assert _alike(found, right), (found, right)


def test_every_operation_that_is_known_has_a_row() -> None:
    rows = {name.partition(".")[0] for name, _, _ in ROWS}
    assert operations.known.keys() - COPIES - rows == {"_reshape_alias"}  # a view
    assert label(ROWS[0]) in known() and len(known()) == len({label(row) for row in ROWS})


@pytest.mark.torch
def test_results_are_those_of_torch() -> None:
    for row in ROWS:
        assert _alike(with_torch(row), known()[label(row)]), row


def test_entries_have_the_type_that_is_stated() -> None:
    made = Library().called(_node("_to_copy.default", ("self",), "int"), [_array([0.5, -1.5])], {"dtype": 5})
    assert made.flat() == [0, -1] and {type(one) for one in made.flat()} == {int}
    assert Library().called(_node("to.dtype", ("self", "dtype"), "bool"), [_array([0.5, 0]), 12], {}).flat() == [
        True,
        False,
    ]
    assert Library().called(_node("sub.Tensor", ("self", "other"), "byte"), [_array([1]), 3], {}).flat() == [254]


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("view.default", [_array([1, 2]), [3]]), ("arange.default", [1 << 40]), ("eye.default", [1 << 20]),
        ("index.Tensor", [_array([1]), [_array([4])]]), ("exp.default", [_array([1e9])]),
        ("add.Tensor", [_array([1, 2]), _array([1, 2, 3])]), ("sort.default", [_array([1])]), ("pad.default", [_array([1]), [1]]),
        ("expand.default", [_array([1, 2]), [3]]), ("mul.Tensor", [_array([1]), "a"]), ("select.int", [_array([1]), 0, 5]),
        ("repeat_interleave.self_int", [_array([1]), 1 << 40]), ("tril.default", [arrays.ones([1 << 20] * 2)]),
        ("roll.default", [arrays.ones([1 << 40]), [1]]), ("unbind.int", [arrays.ones([1 << 40])]), ("mul.Tensor", [_array([[1 << 40]]), 1 << 40]), ("cat.default", [[], 0]), ("_to_copy.default", [_array([math.inf])]),
    ],
)  # fmt: skip
def test_what_cannot_be_worked_out(name: str, args: list[Any]) -> None:
    plain = name.partition(".")[0]
    node = _node(name, WORDS.get(plain, ("self", "other", "more")), "int" if plain in ("_to_copy", "mul") else "number")
    with pytest.raises(Layout):
        Library().called(node, args, {})


def test_no_more_is_worked_out_than_so_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "MOST", 64 * 52)
    one = Library()
    ones = arrays.ones([1000, 1000])  # one entry, which is everywhere
    for _ in range(50):
        assert one.called(_node("neg.default", ("self",)), [ones], {}).shape == (1000, 1000)
    wide = Array(list(range(100)), (100,))
    with pytest.raises(Layout, match="too large"):
        one.called(_node("neg.default", ("self",)), [wide], {})


def test_what_was_worked_out_is_not_worked_out_again() -> None:
    one, node = Library(), _node("neg.default", ("self",))
    given = _array([1, 2])
    assert one.called(node, [given], {}) is one.called(node, [given], {})
    assert one.called(node, [_array([1, 2])], {}) is not one.called(node, [given], {})
    assert one.called(_node("eq.Scalar", ("self", "other")), [given, 1], {}).flat() == [True, False]
    assert one.called(_node("eq.Scalar", ("self", "other")), [given, 2], {}).flat() == [False, True]


def test_numbers_do_not_grow_without_end() -> None:
    one, x = Library(), _array([10])
    for _ in range(100):
        x = one.called(_node("mul.Tensor", ("self", "other")), [x, x], {})
    assert x.flat() == [math.inf]
    mixed = Array([10.0, 10], (2,))
    with pytest.raises(Layout):
        for _ in range(100):
            mixed = one.called(_node("mul.Tensor", ("self", "other")), [mixed, mixed], {})


def test_taps() -> None:
    weight = _array([[[0, 1, 0, 0]], [[0, 0, 0, 2]]])
    assert Library().taps(weight) == [(1,), (3,)]
