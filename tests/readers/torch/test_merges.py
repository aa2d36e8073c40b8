"""Operations of ATen on several tensors."""

from __future__ import annotations

import pytest
from readers.torch.operations import IMAGE, C, Row, T, W, X, check, row

pytestmark = pytest.mark.torch

BOTH = {
    "add": "add", "sub": "add", "subtract": "add", "rsub": "add", "atan2": "add", "hypot": "add", "logaddexp": "add",
    "fmod": "add", "remainder": "add", "mul": "multiply", "multiply": "multiply", "div": "multiply",
    "divide": "multiply", "true_divide": "multiply", "floor_divide": "multiply", "pow": "multiply",
    "xlogy": "multiply", "maximum": "max", "minimum": "max", "fmax": "max", "fmin": "max",
}  # fmt: skip
"""Of two tensors of numbers."""
WHOLE = {
    "eq": "add", "ne": "add", "gt": "add", "ge": "add", "lt": "add", "le": "add", "bitwise_xor": "add",
    "bitwise_or": "max", "__or__": "max", "logical_xor": "add", "__xor__": "add", "logical_or": "max",
}  # fmt: skip
"""Of two tensors of whole numbers, all 0."""
A, B, SHORT = X(IMAGE), X(IMAGE), X((1, 2, 5))
ZEROS, ONES, TRUE, FALSE = X(IMAGE, "int64", 0), X(IMAGE, "int64", 7), X(IMAGE, "bool", 1), X(IMAGE, "bool", 0)

ROWS = [
    *(row(name, A, B, layers=layer) for name, layer in BOTH.items()),
    *(row(name, ZEROS, ZEROS, layers=layer) for name, layer in WHOLE.items()),
    *(row(name, ONES, ONES, layers="multiply") for name in ("bitwise_and", "logical_and", "__and__")),
    row("max.other", A, B, layers="max"),
    row("min.other", A, B, layers="max"),
    row("copy", A, T(1), before=lambda x: (x.tanh(), x.sigmoid()), layers="sigmoid"),
    row("where.self", TRUE, A, B, layers="add", exact=False),
    row("masked_fill.Scalar", A, FALSE, 9, layers="add"),
    row("lerp.Scalar", A, B, 0.3, layers="add"),
    row("addcmul", A, B, B, layers="add"),
    row("addcdiv", A, B, B, layers="add"),
    # Numbers are no layers; what is trained counts.
    row("add.Tensor", A, 3, layers="identity"),
    row("pow.Tensor_Scalar", A, 2, layers="identity"),
    row("mul.Tensor", A, W((4, 1, 1)), layers="channel_scale"),
    row("add.Tensor", A, W((1, 4, 6, 8)), layers="custom filters=4 groups=4 params=192 macs=0"),
    # What has one entry is repeated.
    row("add.Tensor", A, X((1, 1, 6, 8)), layers="add"),
    row("cat", [A, X((1, 2, 6, 8))], 1, layers="concat"),
    row("concat", [A, B], 1, layers="concat"),
    row("concatenate", [A, B, A], -3, layers="concat"),
    row("cat", [A, W((1, 2, 6, 8))], 1, layers="custom filters=6 params=96 macs=0 mixes=\"some\""),
    row("stack", [A, B], 1, layers="concat", places=(3, 4)),
    row("stack", [A, B], 4, layers="concat; channel_shuffle groups=2"),
    # Constants take positions out: what is left are boxes among zeros.
    row("mul.Tensor", SHORT, C([1., 1, 0, 0, 0], "float64"), layers="crop cropping=[[0,3]]; pad padding=[[0,3]]; identity"),
    row("mul.Tensor", SHORT, C([0., 1, 0, 2, 0], "float64"), layers="crop cropping=[[1,3]]; pad padding=[[1,3]]; "
        "crop cropping=[[3,1]]; pad padding=[[3,1]]; add; identity"),
    row("mul.Tensor", SHORT, C([[0.], [3]], "float64"), layers="identity"),
    row("where.self", C([0, 0, 1, 1, 1], "bool"), SHORT, X((1, 2, 5)), layers="crop cropping=[[2,0]]; pad padding=[[2,0]]; "
        "crop cropping=[[0,3]]; pad padding=[[0,3]]; add"),
    row("masked_fill.Scalar", SHORT, C([0, 1, 1, 1, 1], "bool"), 0, layers="crop cropping=[[0,4]]; pad padding=[[0,4]]; identity"),
    row("tril", X((1, 2, 1, 6)), layers="crop cropping=[0,[0,5]]; pad padding=[0,[0,5]]; identity"),
    row("triu", X((1, 2, 2, 3)), 1, layers="crop cropping=[[0,1],[1,0]]; pad padding=[[0,1],[1,0]]; "
        "crop cropping=[[1,0],[2,0]]; pad padding=[[1,0],[2,0]]; add; identity"),
    row("tril", SHORT, layers="unknown aten.tril: entries are left out"),
]  # fmt: skip


@pytest.mark.parametrize("one", ROWS, ids=str)
def test_operation(one: Row) -> None:
    check(one)
