"""Operations on constants, with which sizes are worked out, make what onnx's reference evaluator makes."""

from __future__ import annotations

from typing import Any

import numpy
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from readers.onnx.one_node import Node, node, whole
from rfcli.readers.onnx.calls import SMALL, Call
from rfcli.readers.onnx.constants import Extent
from rfcli.readers.onnx.folding import FOLDED, IN_ALL, TOLD_BY, Folder
from rfcli.readers.tracing.maps import Constant

A, B = whole(7, -7, 2), whole(2, 2, -3)
TABLE = numpy.arange(6).reshape(2, 3)
HALVES = numpy.array([1.5, -1.5, 2], numpy.float32)

ROWS = [
    (node("Add", A, B), 21),
    (node("Sub", A, B), 21),
    (node("Mul", A, whole(3)), 21),
    (node("Div", A, B), 21),
    (node("Div", HALVES, HALVES * 2), 21),
    (node("Mod", A, B), 21),
    (node("Min", A, B), 21),
    (node("Max", A, B), 21),
    (node("Neg", A), 21),
    (node("Floor", HALVES), 21),
    (node("Ceil", HALVES), 21),
    (node("Equal", A, whole(7)), 21),
    (node("Pow", A, whole(3)), 21),
    (node("Pow", HALVES, whole(2)), 21),
    (node("Abs", A), 21),
    (node("Sign", A), 21),
    (node("Round", HALVES), 21),
    (node("Sqrt", TABLE.astype(numpy.float32)), 21),
    (node("Reciprocal", HALVES), 21),
    (node("Greater", A, B), 21),
    (node("GreaterOrEqual", A, B), 21),
    (node("Less", A, B), 21),
    (node("LessOrEqual", A, B), 21),
    (node("And", A > 0, B > 0), 21),
    (node("Or", A > 0, B > 0), 21),
    (node("Not", A > 0), 21),
    (node("Clip", A, numpy.array(-3), numpy.array(3)), 21),
    (node("Clip", A, numpy.array(0)), 21),
    (node("Clip", HALVES, min=0.0, max=1.75), 10),
    (node("Tile", TABLE, whole(2, 1)), 21),
    (node("ReduceProd", TABLE, whole(1)), 21),
    (node("ReduceProd", TABLE, axes=[0], keepdims=0), 17),
    (node("ReduceSum", TABLE, whole(-1), keepdims=0), 21),
    (node("ReduceMax", TABLE, whole(0)), 21),
    (node("ReduceMin", TABLE), 21),
    (node("CastLike", HALVES, A), 21),
    (node("Where", numpy.array([True, False, True]), A, B), 21),
    (node("Trilu", TABLE), 21),
    (node("Trilu", numpy.stack([TABLE, -TABLE]), numpy.array(1)), 21),
    (node("Trilu", HALVES + HALVES[:, None], numpy.array(-1), upper=0), 21),
    (node("EyeLike", TABLE, k=1), 21),
    (node("EyeLike", TABLE, dtype=TensorProto.FLOAT), 21),
    (node("Identity", TABLE), 21),
    (node("Cast", HALVES, to=TensorProto.INT64), 21),
    (node("Cast", A, to=TensorProto.FLOAT), 21),
    (node("CastLike", A, B), 21),
    (node("Expand", whole(4), whole(2, 3)), 21),
    (node("Reshape", TABLE, whole(3, -1)), 21),
    (node("Reshape", TABLE, whole(0, 1, 3)), 21),
    (node("Transpose", TABLE), 21),
    (node("Transpose", TABLE, perm=[1, 0]), 21),
    (node("Squeeze", TABLE[None]), 21),
    (node("Squeeze", TABLE[None], whole(0)), 21),
    (node("Squeeze", TABLE[None], axes=[0]), 11),
    (node("Unsqueeze", A, whole(0, -1)), 21),
    (node("Unsqueeze", A, axes=[1]), 11),
    (node("Slice", TABLE, whole(1), whole(3), whole(1)), 21),
    (node("Slice", A, whole(-1), whole(-9), whole(0), whole(-1)), 21),
    (node("Slice", TABLE, starts=[0, 1], ends=[1, 3]), 9),
    (node("Gather", A, numpy.array(-1)), 21),
    (node("Gather", TABLE, whole(2, 0), axis=1), 21),
    (node("Concat", A, B, axis=0), 21),
    (node("Concat", TABLE, TABLE, axis=-1), 21),
    (node("Range", numpy.array(2), numpy.array(9), numpy.array(3)), 21),
    (node("ConstantOfShape", whole(2, 2)), 21),
    (node("ConstantOfShape", whole(2), value=numpy_helper.from_array(whole(5))), 21),
    (node("ReduceProd", A), 21),
    (node("ReduceProd", A, keepdims=0), 21),
    (node("ScatterND", TABLE, numpy.array([[1, -1], [0, 0]]), whole(7, 8)), 21),
    (node("ScatterND", TABLE, numpy.array([[[1]]]), whole(7, 8, 9)[None, None]), 21),
]  # fmt: skip


def made(one: Node, opset: int) -> Constant | None:
    """What rf makes of a node whose inputs are all constants."""
    inputs = tuple(Constant(each.shape, each.flatten().tolist(), ()) for each in one.inputs)
    call = Call(None, opset, one.operation, "n", inputs, one.attributes, 1)  # type: ignore[arg-type]
    return Folder().made(call, lambda: None)


def reference(one: Node, opset: int) -> Any:
    """What onnx makes of it."""
    names = [f"i{at}" for at in range(len(one.inputs))]
    wrapped = helper.make_graph(
        [helper.make_node(one.operation, names, ["o"], **one.attributes)],
        "net",
        [
            helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(each.dtype), each.shape)
            for name, each in zip(names, one.inputs, strict=True)
        ],
        [helper.make_empty_tensor_value_info("o")],
    )
    model = helper.make_model(wrapped, opset_imports=[helper.make_opsetid("", opset)])
    return ReferenceEvaluator(model).run(None, dict(zip(names, one.inputs, strict=True)))[0]


def named(one: object) -> str:
    return one.operation if isinstance(one, Node) else ""


@pytest.mark.parametrize(("one", "opset"), ROWS, ids=named)
def test_folded(one: Node, opset: int) -> None:
    wanted, found = reference(one, opset), made(one, opset)
    assert found is not None
    assert (found.shape, found.values) == (wanted.shape, wanted.flatten().tolist())


PRODUCTS = [
    (node("MatMul", numpy.ones((5, 1, 2, 3)), numpy.ones((4, 3, 6))), 21),
    (node("Einsum", numpy.ones((2, 3)), numpy.ones((4, 3)), equation="ac, bc -> ab"), 21),
    (node("Einsum", numpy.ones((2, 3)), numpy.ones((3, 4)), equation="zc,ca"), 21),
]


@pytest.mark.parametrize(
    ("one", "opset"), [*[row for row in ROWS if row[0].operation in TOLD_BY], *PRODUCTS], ids=named
)
def test_shapes_are_told_without_the_numbers_that_are_laid_out(one: Node, opset: int) -> None:
    """Of weights, whose numbers nobody has read: nothing needs onnx's inference."""
    told = TOLD_BY.get(one.operation, 2)
    inputs = tuple(
        Constant(each.shape, each.flatten().tolist() if at >= told else None, ()) for at, each in enumerate(one.inputs)
    )
    found = Folder().made(Call(None, opset, one.operation, "n", inputs, one.attributes, 1), lambda: None)  # type: ignore[arg-type]
    assert found is not None and found.shape == reference(one, opset).shape and not found.vague


UNFIT = [
    node("MatMul", numpy.ones((2, 3)), numpy.ones((2, 3))),
    node("Einsum", numpy.ones((2, 3)), numpy.ones((4, 3)), equation="ab,bc->ac"),
    node("Einsum", numpy.ones((2, 3)), numpy.ones((4, 3)), equation="...a,...a->..."),
    node("Add", numpy.ones((2, 3)), numpy.ones((4, 3))),
    node("Reshape", numpy.ones((2, 3)), whole(4, -1)),
]


@pytest.mark.parametrize("one", UNFIT, ids=named)
def test_shapes_that_do_not_fit_are_not_known(one: Node) -> None:
    asked = []
    inputs = (
        Constant(one.inputs[0].shape, None, ()),
        Constant(one.inputs[1].shape, one.inputs[1].flatten().tolist(), ()),
    )
    call = Call(None, 21, one.operation, "n", inputs, one.attributes, 1)  # type: ignore[arg-type]
    found = Folder().made(call, lambda: asked.append(one))
    assert asked and found is not None and found.vague


def test_every_operation_on_constants_has_a_row() -> None:
    assert {one.operation for one, _ in ROWS} == set(FOLDED)


@pytest.mark.parametrize(
    "one",
    [
        node("ConstantOfShape", whole(SMALL, 2)),
        node("Expand", whole(1), whole(SMALL + 1)),
        node("Range", numpy.array(0), numpy.array(SMALL + 1), numpy.array(1)),
    ],
    ids=lambda one: one.operation,
)
def test_many_numbers_are_not_worked_out(one: Node) -> None:
    found = made(one, 21)
    assert found is not None and found.values is None


HOSTILE = [
    node("Concat", *[numpy.zeros(SMALL, int)] * 40, axis=0),
    node("Add", numpy.zeros((SMALL, 1), int), numpy.zeros((1, SMALL), int)),
    node("Gather", numpy.zeros((1, SMALL), int), numpy.zeros(SMALL, int)),
    node("Tile", whole(1), whole(1 << 40)),
    node("Expand", whole(1), numpy.ones(SMALL, int)),
    node("Pow", whole(7), whole(1 << 40)),
    node("Mul", whole(1 << 62), whole(2)),
    node("ReduceProd", numpy.full(SMALL, 1 << 60)),
    node("Div", whole(1), whole(0)),
    node("Cast", numpy.array([numpy.nan, numpy.inf]), to=TensorProto.INT64),
    node("Range", numpy.array(0), numpy.array(1), numpy.array(0)),
    node("Reshape", TABLE, whole(-1, -1)),
    node("Transpose", TABLE, perm=[0, 0]),
    node("Squeeze", TABLE, whole(7)),
    node("Slice", TABLE, whole(0, 0), whole(1)),
    node("Clip", TABLE, TABLE),
    node("ReduceSum", TABLE, axes=[9]),
]


@pytest.mark.parametrize("one", HOSTILE, ids=lambda one: one.operation)
def test_what_is_too_much_or_does_not_fit_is_not_worked_out(one: Node) -> None:
    found = made(one, 21)
    assert found is not None and found.values is None


def test_a_model_is_worked_out_up_to_so_many_numbers() -> None:
    """Of any number of operations on many numbers each, some."""
    many = Constant((SMALL,), [1] * SMALL, ())
    folder, call = Folder(), Call(None, 21, "Neg", "n", (many,), {}, 1)  # type: ignore[arg-type]
    found = [folder.made(call, lambda: None) for _ in range(IN_ALL // SMALL)]
    assert [one is not None and one.values is not None for one in (found[0], found[-1])] == [True, False]


def test_sizes_that_are_not_known_are_compared_with_care() -> None:
    """They are at least 1: not -1, but perhaps 3."""
    unknown = Extent((), "a")
    for other, wanted in ((-1, [False]), (0, [False]), (3, None), (unknown, [True])):
        both = tuple(Constant((1,), [one], ()) for one in (unknown, other))
        found = Folder().made(Call(None, 21, "Equal", "n", both, {}, 1), lambda: None)  # type: ignore[arg-type]
        assert found is not None and found.values == wanted


def test_what_is_made_of_a_size_that_is_not_known_is_not_known() -> None:
    """As the windows of any number of images; what stands beside it is."""
    unknown = Extent((), "a")
    both = (Constant((2,), [unknown, 3], ()), Constant((1,), [64], ()))
    found = Folder().made(Call(None, 21, "Mul", "n", both, {}, 1), lambda: None)  # type: ignore[arg-type]
    assert found is not None and found.values == [None, 192]
