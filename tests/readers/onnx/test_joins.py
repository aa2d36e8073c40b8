"""Maps joined along their positions, as the heads of SSD, RetinaNet and YOLO are: each goes its own way."""

from __future__ import annotations

from typing import Any

import numpy
import onnx
import pytest
from onnx import helper, numpy_helper

import rfcli
from readers.onnx import graphs

UP, DOWN = ((8, 6), (3, 3), 6), ((4, 3), (5, 5), 6)
"""Of two maps their sizes, what they see, and their channels."""
HEAD = [
    helper.make_node("Conv", ["x", "wa"], ["u"], name="a", pads=[1, 1, 1, 1]),
    helper.make_node("Conv", ["u", "wb"], ["v"], name="b", pads=[1, 1, 1, 1], strides=[2, 2]),
    helper.make_node("Reshape", ["u", "flat"], ["uf"], name="uf"),
    helper.make_node("Reshape", ["v", "flat"], ["vf"], name="vf"),
    helper.make_node("Concat", ["uf", "vf"], ["j"], name="j", axis=2),
]
WEIGHTS = {
    "wa": [6, 3, 3, 3],
    "wb": [6, 6, 3, 3],
    "w1": [2, 6, 1],
    "w3": [2, 6, 3],
    "bias": [1, 6, 60],
    "m": [6, 2],
    "n": [6],
}
NUMBERS = {
    "flat": [1, 6, -1], "four": [1, 2, 3, 60], "all": [0, -1], "first": [0], "second": [48], "third": [50], "last": [60],
    "at": [2], "one": [1], "halves": [48, 12], "channels": [2, 4], "none": [0],
}  # fmt: skip


def node(operation: str, *inputs: str, out: str | list[str] = "y", **given: Any) -> Any:
    return helper.make_node(operation, inputs, [out] if isinstance(out, str) else out, name=operation.lower(), **given)


def shaped(found: tuple[Any, ...], channels: int) -> tuple[Any, ...]:
    return (*found[:2], channels)


BOTH = [UP, DOWN]
TWO = [shaped(UP, 2), shaped(DOWN, 2)]
TAILS: dict[str, tuple[list[Any], list[Any]]] = {
    "as they are": ([node("Identity", "j")], BOTH),
    "activations": ([node("Sigmoid", "j")], BOTH),
    "limits": ([node("Clip", "j")], BOTH),
    "a term of weights": ([node("Add", "j", "bias")], BOTH),
    "twice": ([node("Mul", "j", "j")], BOTH),
    "a kernel of one": ([node("Conv", "j", "w1")], TWO),
    "a norm": ([node("BatchNormalization", "j", "n", "n", "n", "n")], BOTH),
    "features last": ([node("Transpose", "j", out="t", perm=[0, 2, 1]), node("MatMul", "t", "m", out="f"), node("Softmax", "f", axis=-1)], TWO),
    "norms of features": ([node("Transpose", "j", out="t", perm=[0, 2, 1]), node("LayerNormalization", "t", "n")], BOTH),
    "reshaped": ([node("Reshape", "j", "four")], BOTH),
    "unsqueezed and back": ([node("Unsqueeze", "j", "one", out="k"), node("Squeeze", "k", "one")], BOTH),
    "largest": ([node("ReduceMax", "j", axes=[1], keepdims=0)], [shaped(UP, 1), shaped(DOWN, 1)]),
    "channels in turn": ([node("Split", "j", "channels", out=["c", "d"], axis=1), node("Concat", "d", "c", axis=1)], BOTH),
    "some channels": ([node("Slice", "j", "first", "at", "one")], TWO),
    "the first": ([node("Slice", "j", "first", "second", "at")], [UP]),
    "the second": ([node("Slice", "j", "second", "last", "at")], [DOWN]),
    "split again": ([node("Split", "j", "halves", out=["c", "d"], axis=2), node("Reshape", "d", "flat")], [DOWN]),
    "and a third": ([node("Concat", "j", "vf", axis=2)], [UP, DOWN]),
    "their shape": ([node("Shape", "j", out="s"), node("Reshape", "j", "s")], BOTH),
}  # fmt: skip


def described(tail: list[Any]) -> rfcli.Report:
    numbers = [numpy_helper.from_array(numpy.array(one, numpy.int64), name) for name, one in NUMBERS.items()]
    made = graphs.of([*HEAD, *tail], {"x": [1, 3, 8, 6]}, ["y"], WEIGHTS)
    model = onnx.load_from_string(made)
    model.graph.initializer.extend(numbers)
    return rfcli.compute(rfcli.loads(model.SerializeToString(), "net.onnx"))


def told(report: rfcli.Report) -> list[Any]:
    rows = [report.layer(name) for name in report.outputs]
    return [(one.output_size, one.receptive_field and one.receptive_field.size, one.channels) for one in rows]


@pytest.mark.parametrize("name", TAILS)
def test_each_goes_its_own_way(name: str) -> None:
    tail, expected = TAILS[name]
    assert told(described(tail)) == expected


def test_weights_count_once() -> None:
    """Of a layer that works on several maps, and of a term that is cut for them."""
    assert described(TAILS["a kernel of one"][0]).total.params == 6 * 27 + 6 * 54 + 12
    assert described(TAILS["a term of weights"][0]).total.params == 6 * 27 + 6 * 54 + 360


MET = [
    ([node("Softmax", "j", axis=2)], "maps that are joined are brought together"),
    ([node("Conv", "j", "w3")], "maps that are joined are brought together"),
    ([node("Slice", "j", "first", "third", "at")], "part of an axis is cut"),
    ([node("ReduceMean", "j", axes=[2])], "maps that are joined are brought together"),
    ([node("Transpose", "j", out="t", perm=[0, 2, 1]), node("MatMul", "j", "t")], "maps that are joined"),
    ([node("Gather", "j", "halves", axis=2)], "maps that are joined are picked from"),
    ([node("Concat", "j", "uf", out="k", axis=2), node("Concat", "vf", "j", out="l", axis=2), node("Add", "j", "l")],
     "maps that are joined in different ways meet"),
]  # fmt: skip


@pytest.mark.parametrize(("tail", "why"), MET)
def test_what_brings_them_together_is_not_known(tail: list[Any], why: str) -> None:
    report = described(tail)
    field = report.layer(report.outputs[0]).receptive_field
    assert field is not None and why in str(field.size[0])
