"""Operations on small arrays: what torch makes of them stands in `results.json` (torch 2.13, made by
`python -m readers.torch.constants.rows` in `tests`, and held against torch by the group `torch`)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).with_name("results.json")


class T:
    """A tensor: nested lists."""

    def __init__(self, entries: Any) -> None:
        self.entries = entries


A, B = T([[1, 2, 3], [4, 5, 6]]), T([[3, 1, 2], [6, 4, 5]])
C = T([[[1, 2], [3, 4], [5, 6]], [[7, 8], [9, 10], [11, 12]]])
F = T([0.25, 1.0, 2.0, 4.0])
YES, NO = T([True, False, True]), T([[False], [True]])
ROWS: list[tuple[str, list[Any], dict[str, Any]]] = [
    *((name, [A, B], {}) for name in ("eq.Tensor", "ne.Tensor", "lt.Tensor", "le.Tensor", "gt.Tensor", "ge.Tensor")),
    *((name, [A, 3], {}) for name in ("eq.Scalar", "ne.Scalar", "lt.Scalar", "le.Scalar", "gt.Scalar", "ge.Scalar")),
    ("add.Tensor", [A, B], {}), ("add.Tensor", [A, B], {"alpha": 2}), ("sub.Tensor", [A, B], {}),
    ("sub.Tensor", [A, B], {"alpha": 3}), ("rsub.Scalar", [A, 1], {}), ("mul.Tensor", [A, B], {}),
    ("mul.Tensor", [A, T([1, 0, 2])], {}), ("div.Tensor", [F, T([0.5, 0.0, -1.0, 2.0])], {}),
    ("div.Tensor_mode", [A, T(2)], {"rounding_mode": "floor"}),
    ("div.Tensor_mode", [T([-7, 7]), T(2)], {"rounding_mode": "trunc"}),
    ("floor_divide", [A, T(2)], {}), ("remainder.Scalar", [T([-3, 3, 5]), 4], {}), ("fmod.Scalar", [T([5.0, -5.0]), 3], {}),
    ("minimum", [A, B], {}), ("maximum", [A, B], {}), ("neg", [A], {}), ("abs", [T([-1, 2])], {}), ("sign", [T([-3, 0, 9])], {}),
    ("square", [A], {}), ("logical_and", [YES, NO], {}), ("logical_or", [YES, NO], {}), ("logical_xor", [YES, NO], {}),
    ("logical_not", [T([0, 1, 2])], {}), ("bitwise_and.Tensor", [YES, NO], {}), ("bitwise_or.Tensor", [YES, NO], {}),
    ("bitwise_xor.Tensor", [YES, NO], {}), ("__and__.Tensor", [YES, NO], {}), ("__or__.Tensor", [A, B], {}),
    ("__xor__.Tensor", [A, B], {}), ("bitwise_not", [YES], {}), ("bitwise_not", [A], {}),
    *((name, [F], {}) for name in ("exp", "log", "sqrt", "rsqrt", "reciprocal", "sigmoid", "tanh", "cos", "sin", "floor",
                                   "ceil", "trunc", "isinf", "isnan", "relu")),
    ("round", [T([0.4, 1.6, -0.6])], {}), ("pow.Tensor_Scalar", [F, 2], {}), ("clamp", [A, 2, 4], {}), ("clamp", [A], {"max": 3}),
    ("clip", [A, 2], {}), ("clamp_min", [A, 3], {}), ("clamp_max", [A, 3], {}), ("where.self", [T([[True], [False]]), A, B], {}),
    ("masked_fill.Scalar", [A, YES, 0], {}), ("masked_fill.Scalar", [F, T([True, False, False, True]), float("-inf")], {}),
    ("arange", [4], {}), ("arange.start", [2, 6], {}), ("arange.start_step", [7, 0, -3], {}), ("full", [[2, 2], 7], {}),
    ("zeros", [[2]], {}), ("ones", [[1, 2]], {}), ("new_full", [A, [2], 5], {}), ("new_zeros", [A, [2]], {}), ("new_ones", [A, [2]], {}),
    ("full_like", [A, 4], {}), ("zeros_like", [A], {}), ("ones_like", [A], {}), ("fill.Scalar", [A, 9], {}), ("scalar_tensor", [3.0], {}),
    ("eye", [3], {}), ("eye.m", [2, 3], {}), ("linspace", [0, 1, 5], {}), ("zero", [A], {}),
    ("view", [A, [3, -1]], {}), ("reshape", [C, [4, 3]], {}), ("_unsafe_view", [A, [6]], {}), ("view_as", [A, B], {}), ("reshape_as", [A, B], {}),
    ("flatten.using_ints", [C, 1], {}), ("flatten.using_ints", [C, 0, 1], {}), ("unflatten.int", [A, 1, [3, -1]], {}),
    ("unsqueeze", [A, 1], {}), ("unsqueeze", [A, -1], {}), ("squeeze", [T([[[1]], [[2]]])], {}), ("squeeze.dim", [T([[1], [2]]), 1], {}),
    ("squeeze.dims", [T([[[1], [2]]]), [0, 2]], {}), ("permute", [C, [2, 0, 1]], {}), ("transpose.int", [C, 0, -1], {}), ("t", [A], {}),
    ("numpy_T", [A], {}), ("movedim.int", [C, 0, 2], {}), ("movedim.intlist", [C, [0, 1], [1, 0]], {}), ("expand", [T([[1], [2]]), [-1, 3]], {}),
    ("expand", [T([1, 2]), [2, 2]], {}), ("broadcast_to", [T([1, 2]), [2, 2]], {}), ("expand_as", [T([1, 2, 3]), A], {}),
    ("broadcast_tensors", [[T([1, 2, 3]), T([[1], [2]])]], {}), ("meshgrid", [[T([1, 2]), T([3, 4, 5])]], {}),
    ("meshgrid.indexing", [[T([1, 2]), T([3, 4, 5])]], {"indexing": "xy"}),
    ("slice.Tensor", [C, 1, 1], {}), ("slice.Tensor", [A, 1, 0, 9223372036854775807, 2], {}), ("slice.Tensor", [A, -1, -2, -1], {}),
    ("narrow", [A, 1, 1, 2], {}), ("select.int", [C, 1, -1], {}), ("unbind.int", [A, 1], {}), ("split.Tensor", [C, 2, 1], {}),
    ("split_with_sizes", [C, [1, 2], 1], {}), ("chunk", [A, 2, 1], {}), ("index_select", [A, 1, T([2, 0])], {}),
    ("index.Tensor", [A, [None, T([2, -1, 0])]], {}), ("index.Tensor", [A, [T([[0, 1], [1, 0]]), T([[2, 2], [0, 1]])]], {}),
    ("index.Tensor", [A, [None, YES]], {}), ("index.Tensor", [C, [T([1])]], {}),
    ("slice_scatter", [A, T([[9], [8]]), 1, 1, 2], {}), ("select_scatter", [A, T([9, 8, 7]), 0, 1], {}), ("copy", [A, T([[1], [2]])], {}),
    ("cat", [[A, B], 1], {}), ("cat", [[A, B]], {}), ("stack", [[A, B], -1], {}), ("roll", [A, [1], [1]], {}), ("roll", [A, [-1, 1], [0, 1]], {}),
    ("roll", [A, [2]], {}), ("flip", [C, [0, 2]], {}), ("repeat", [A, [2, 1, 2]], {}), ("tile", [A, [2]], {}),
    ("repeat_interleave.self_int", [A, 2, 1], {}), ("repeat_interleave.self_int", [A, 2], {}), ("pad", [A, [1, 2, -1, 0]], {}),
    ("constant_pad_nd", [A, [1, 0], 7], {}), ("tril", [A], {}), ("triu", [A, 1], {}), ("tril", [C, -1], {}),
    ("sum", [A], {}), ("sum.dim_IntList", [C, [0, 2], True], {}), ("mean.dim", [T([[1.0, 2.0], [3.0, 5.0]]), [1]], {}), ("all", [YES], {}),
    ("all.dim", [NO, 0], {}), ("any", [NO], {}), ("any.dim", [NO, 1, True], {}), ("amax", [A, [1]], {}), ("amin", [C, [0, 1]], {}),
    ("prod.dim_int", [A, 1], {}), ("cumsum", [A, 1], {}), ("cumsum", [A, 0], {}),
]  # fmt: skip


def label(row: tuple[str, list[Any], dict[str, Any]]) -> str:
    return json.dumps(row, default=lambda one: one.entries)


def with_torch(row: tuple[str, list[Any], dict[str, Any]]) -> Any:
    """What torch makes of a row: the shape and the entries, of several results each."""
    import torch

    def given(value: Any) -> Any:
        if isinstance(value, T):
            return torch.tensor(value.entries)
        return [given(one) for one in value] if isinstance(value, list) else value

    name, args, kwargs = row
    packet, _, overload = name.partition(".")
    function = getattr(getattr(torch.ops.aten, packet), overload or "default")
    made = function(*given(args), **kwargs)
    each = made if isinstance(made, list | tuple) else [made]
    return [[list(one.shape), one.reshape(-1).tolist()] for one in each]


def known() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return found


if __name__ == "__main__":
    lines = [f"{json.dumps(label(row))}: {json.dumps(with_torch(row))}" for row in ROWS]
    RESULTS.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
