"""Attention that is written out as products and a softmax, with terms that mask scores: onnx's reference evaluator is
the witness."""

from __future__ import annotations

from typing import Any

import numpy
import pytest
from onnx import numpy_helper
from onnx.helper import make_node as node_of

import rfcli
from readers.onnx.graphs import of
from readers.onnx.one_node import Before, Case, Map, agrees, case, node, trained, whole

LINE = Map((1, 4, 6), (-1.0, 1.0))
"""Six positions of 4 channels."""
AHEAD = ~numpy.tri(6, dtype=bool)
"""Pairs of a position and one that lies ahead of it."""
BAND = abs(numpy.arange(6) - numpy.arange(6)[:, None]) > 1
"""Pairs that are no neighbours."""


def where(apart: Any, low: float = -numpy.inf) -> Any:
    return numpy.where(apart, low, 0).astype(numpy.float32)


def number(value: float) -> Any:
    return numpy.array(value, numpy.float32)


def attention(*between: Any) -> list[Any]:
    """Each position as query, key and value; `between` lie the scores and the softmax."""
    first, last = node("Transpose", LINE, perm=[0, 2, 1]), node("Transpose", Before(), perm=[0, 2, 1])
    return [first, node("MatMul", Before(), LINE), *between, node("Softmax", Before(), axis=-1),
            node("MatMul", Before(), Before(0)), last]  # fmt: skip


def seeing(sees: Any, params: int = 0) -> list[Any]:
    """Two products of 6 x 6 x 4."""
    return ["identity", "add", ("custom", {"filters": 4, "global": sees, "params": params, "macs": 288}), "identity"]


SCORES = [
    case(attention(node("Add", Before(), where(AHEAD))), *seeing("before")),
    case(attention(node("Mul", Before(), number(0.5)), node("Add", where(AHEAD, -1e9), Before())), *seeing("before")),
    case(attention(node("Div", Before(), number(2)), node("Sub", Before(), -where(AHEAD))), *seeing("before")),
    case(attention(node("Where", ~AHEAD, Before(), number(-numpy.inf))), *seeing("before")),
    case(attention(node("Where", AHEAD, number(-1e4), Before())), *seeing("before")),
    case(attention(node("Unsqueeze", Before(), whole(1)), node("Add", Before(), where(AHEAD)[None, None]),
                   node("Reshape", Before(), whole(-1, 6, 6))), *seeing("before")),
    case(attention(node("Add", Before(), trained(1, 6, 6)), node("Add", Before(), where(AHEAD))), *seeing("before", 36)),
    case(attention(node("Add", Before(), trained(1, 6, 6))), *seeing(True, 36)),
    case(attention(node("Add", Before(), where(AHEAD.T))), *seeing("after")),
    case(attention(node("Add", Before(), where(BAND))),
         "identity", "add", ("custom", {"filters": 4, "kernel": 3, "padding": [[1, 1]], "params": 0, "macs": 288}), "identity"),
    case(attention(node("Add", Before(), where(AHEAD[::-1]))), unknown="Transpose: what its mask leaves is not known"),
    case(attention(node("Add", Before(), where(AHEAD, -30))), unknown="Transpose: what its mask leaves is not known"),
]  # fmt: skip
REASONS = {10: "what its mask leaves is not known", 11: "a mask that leaves a little"}


@pytest.mark.parametrize("one", SCORES[:10])
def test_attention_written_out(one: Case) -> None:
    agrees(one)


@pytest.mark.parametrize("number", REASONS)
def test_masks_that_are_not_read(number: int) -> None:
    (one,) = SCORES[number].values
    told = [
        entry.layer.given.get("unknown") for entry in rfcli.loads(one.model().SerializeToString(), "m.onnx").entries
    ]
    assert f"MatMul: {REASONS[number]}" in told


EIGHT = Map((1, 4, 8), (-1.0, 1.0))


def rolled(first: int) -> list[Any]:
    """The positions of the last result from one on, then those before it."""
    return [node("Slice", Before(), whole(first), whole(99), whole(1)), node("Slice", Before(-2), whole(0), whole(first), whole(1)),
            node("Concat", Before(-2), Before(-1), axis=1)]  # fmt: skip


def windows(mask: Any) -> list[Any]:
    """Swin's, along a line: windows of 4 that are shifted by 2, of which the last holds both ends."""
    return [node("Transpose", EIGHT, perm=[0, 2, 1]), *rolled(2), node("Reshape", Before(), whole(-1, 4, 4)),
            node("Transpose", Before(), perm=[0, 2, 1]), node("MatMul", Before(-2), Before()), node("Add", Before(), mask),
            node("Softmax", Before(), axis=-1), node("MatMul", Before(), Before(4)), node("Reshape", Before(), whole(-1, 8, 4)),
            *rolled(6), node("Transpose", Before(), perm=[0, 2, 1])]  # fmt: skip


PARTED = numpy.arange(4)[:, None] // 2 != numpy.arange(4) // 2
MASK = where(numpy.stack([numpy.zeros((4, 4), bool), PARTED]))
SHIFTED = case(windows(MASK), "identity", "identity", "identity", "add",
               ("window_attention", {"window": 4, "shift": 2, "params": 0, "macs": 256}), "identity", "identity")  # fmt: skip


def test_windows_that_are_rolled() -> None:
    """Two products of 8 x 4 x 4; the last window's halves do not see each other, as at the ends of the line."""
    agrees(SHIFTED.values[0])


@pytest.mark.parametrize(
    "mask", [where(numpy.zeros((2, 4, 4), bool)), where(numpy.stack([PARTED, PARTED])), MASK[::-1]]
)
def test_rolled_windows_with_another_mask_are_not_known(mask: Any) -> None:
    (one,) = case(windows(mask)).values
    architecture = rfcli.loads(one.model().SerializeToString(), "m.onnx")
    assert any("MatMul: " in entry.layer.given.get("unknown", "") for entry in architecture.entries)


def written(n: int, mask: list[Any], held: dict[str, Any], positions: Any) -> bytes:
    """Attention of `n` positions, to whose scores `m` is added, which nodes make."""
    nodes = [node_of("Transpose", ["x"], ["t"], perm=[0, 2, 1]), *mask, node_of("MatMul", ["t", "x"], ["s"]),
             node_of("Add", ["s", "m"], ["u"]), node_of("Softmax", ["u"], ["p"]), node_of("MatMul", ["p", "t"], ["o"]),
             node_of("Transpose", ["o"], ["y"], perm=[0, 2, 1])]  # fmt: skip
    stored = [numpy_helper.from_array(array, name) for name, array in held.items()]
    return of(nodes, {"x": [1, 4, positions]}, ["y"], initializer=stored)


LOW = numpy.array([-numpy.inf], numpy.float32)
TRIL = [
    node_of("Shape", ["x"], ["sh"], start=2), node_of("Concat", ["sh", "sh"], ["two"], axis=0),
    node_of("ConstantOfShape", ["two"], ["full"], value=numpy_helper.from_array(LOW)), node_of("Trilu", ["full", "one"], ["m"]),
]  # fmt: skip


@pytest.mark.parametrize("kind", ["stored", "computed", "sized", "slice"])
@pytest.mark.parametrize("n", [6, 80, 800])
def test_masks_wherever_they_are_from(n: int, kind: str) -> None:
    """Stored (25 KB for 80 positions; those of 800 are too many for arrays of ours), made by `Trilu`, of an input whose size the call gives, cut out of a larger one."""
    one = {"one": numpy.array(1, numpy.int64)}
    ahead = numpy.where(numpy.tri(n, dtype=bool), 0, -numpy.inf).astype(numpy.float32)
    cut = [node_of("Slice", ["big", "from", "to", "axes"], ["m"])]
    larger = numpy.where(numpy.tri(n + 20, dtype=bool), 0, -1e9).astype(numpy.float32)
    limits = {"big": larger, "from": whole(0, 0), "to": whole(n, n), "axes": whole(0, 1)}
    models = {
        "stored": written(n, [], {"m": ahead}, n),
        "computed": written(n, TRIL, one, n),
        "sized": written(n, TRIL, one, "n"),
        "slice": written(n, cut, limits, n),
    }
    report = rfcli.compute(rfcli.loads(models[kind], "m.onnx"), input_size=(n,))
    field = report.layers[-1].receptive_field
    assert field is not None and (field.unbounded, field.lookahead, field.size) == (("before",), (0,), (1,))
    assert (report.total.params, report.unused_params) == (0, 0)


@pytest.mark.parametrize("n", [6, 80])
def test_a_trained_bias_is_no_mask(n: int) -> None:
    report = rfcli.compute(rfcli.loads(written(n, [], {"m": trained(1, n, n)}, n), "m.onnx"))
    field = report.layers[-1].receptive_field
    assert field is not None and field.unbounded == ("both",) and report.total.params == n * n


def test_a_mask_of_unknown_size_says_how_to_give_it() -> None:
    architecture = rfcli.loads(written(6, TRIL, {"one": numpy.array(1, numpy.int64)}, "n"), "m.onnx")
    assert any("--input-size" in entry.layer.given.get("unknown", "") for entry in architecture.entries)


def test_scores_that_something_else_takes_are_none() -> None:
    nodes = [node_of("Transpose", ["x"], ["t"], perm=[0, 2, 1]), node_of("MatMul", ["t", "x"], ["s"]),
             node_of("Add", ["s", "m"], ["u"]), node_of("Softmax", ["u"], ["p"]), node_of("MatMul", ["p", "t"], ["y"])]  # fmt: skip
    held = [numpy_helper.from_array(trained(6, 6), "m")]
    report = rfcli.compute(rfcli.loads(of(nodes, {"x": [1, 4, 6]}, ["y", "u"], initializer=held), "m.onnx"))
    assert {"u", "Add", "y"} & {layer.name for layer in report.layers} and report.total.params == 36
