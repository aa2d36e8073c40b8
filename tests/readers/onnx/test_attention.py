"""Attention as one operation: onnx's reference evaluator is the witness."""

from __future__ import annotations

import numpy
import pytest

from readers.onnx.one_node import Before, Case, Map, agrees, case, node, trained, whole

LINE = Map((1, 4, 6), (-1.0, 1.0))
FIRST, LAST = node("Transpose", LINE, perm=[0, 2, 1]), node("Transpose", Before(), perm=[0, 2, 1])
TWO = {"q_num_heads": 2, "kv_num_heads": 2}
AHEAD = numpy.where(numpy.tri(6, dtype=bool), 0, -numpy.inf).astype(numpy.float32)


def attend(*more: object, **given: int) -> list[object]:
    return [FIRST, node("Attention", Before(), Before(), Before(), *more, **given), LAST]


def seeing(sees: object, params: int = 0) -> list[object]:
    return ["identity", ("custom", {"filters": 4, "global": sees, "params": params, "macs": 288}), "identity"]


HEADS = [FIRST, node("Reshape", Before(), whole(0, 6, 2, 2)), node("Transpose", Before(), perm=[0, 2, 1, 3])]
MERGED = [node("Transpose", Before(), perm=[0, 2, 1, 3]), node("Reshape", Before(), whole(0, 6, 4)), LAST]
ATTENTION = [
    case(attend(**TWO), *seeing(True), opset=23),
    case(attend(**TWO, is_causal=1), *seeing("before"), opset=23),
    case(attend(AHEAD, **TWO), *seeing("before"), opset=23),
    case(attend(AHEAD == 0, **TWO), *seeing("before"), opset=23),
    case(attend(trained(6, 6), **TWO), *seeing(True, 36), opset=23),
    case([*HEADS, node("Attention", Before(), Before(), Before(), is_causal=1), *MERGED],
         "identity", "identity", "identity", ("custom", {"filters": 4, "global": "before", "params": 0, "macs": 288}),
         "identity", "identity", "identity", opset=23),
]  # fmt: skip


@pytest.mark.parametrize("one", ATTENTION)
def test_attention(one: Case) -> None:
    agrees(one)
