"""The wire format of protocol buffers, by its specification: a key is a field's number * 8 + its wire type."""

from __future__ import annotations

import io

import onnx
import pytest
from onnx import TensorProto, helper

from rfcli.readers.draft import ForeignError
from rfcli.readers.onnx.wire import without_weights
from rfcli.readers.protobuf import SHORT

MOST = 1 << 20


def model(entries: int) -> bytes:
    weight = helper.make_tensor("w", TensorProto.FLOAT, [entries], bytes(4 * entries), raw=True)
    graph = helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "net", [], [], [weight])
    return bytes(helper.make_model(graph).SerializeToString())


def test_short_values_are_kept() -> None:
    data = model(SHORT // 4)
    assert without_weights(io.BytesIO(data), MOST) == data


def test_long_values_are_left_out() -> None:
    kept = onnx.ModelProto.FromString(without_weights(io.BytesIO(model(SHORT)), 1000))
    (weight,) = kept.graph.initializer
    assert (weight.name, list(weight.dims), weight.raw_data) == ("w", [SHORT], b"")
    assert [node.op_type for node in kept.graph.node] == ["Relu"]


@pytest.mark.parametrize(("data", "message"), [
    (bytes([1 << 3 | 2, 5]) + b"ab", "a field at byte 2 is cut off"),
    (bytes([1 << 3 | 3]), "byte 0 starts no field"),
    (bytes([1 << 3 | 0]) + b"\xff" * 11, "a number without end"),
    (bytes([1 << 3 | 5, 0]), "it is cut off"),
    (bytes([2 << 3 | 2, 120]) + bytes(120), "the model has more than 100 bytes without its weights"),
])  # fmt: skip
def test_what_is_no_message_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(ForeignError, match=message):
        without_weights(io.BytesIO(data), 100)
