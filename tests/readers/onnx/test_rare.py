"""Operations that few exporters write, by the operator specification."""

from __future__ import annotations

import numpy
import onnx
import pytest
from onnx import helper

import rfcli
from readers.onnx.graphs import of
from readers.onnx.one_node import Before, Case, Map, X, agrees, case, node, trained, whole

FREE = {"params": 0, "macs": 0}
IDS = Map((1, 5), values=(0, 1, 2, 3), dtype=numpy.int64)
FEATURES = [node("Transpose", X, perm=[0, 2, 3, 1]), node("Reshape", Before(), whole(1, 30, 4))]
TABLE = numpy.arange(12, dtype=numpy.float32).reshape(4, 3)
RARE = [
    case(node("ReverseSequence", Map((1, 4, 9)), whole(4), batch_axis=0, time_axis=1), unknown="flip: an axis is turned round"),
    case(node("ReverseSequence", Map((1, 4, 9)), whole(3), batch_axis=0, time_axis=1),
         unknown="ReverseSequence: parts of sequences are turned round"),
    case(node("OneHot", IDS, numpy.array(4), numpy.array([0, 1], numpy.float32)), ("custom", {"filters": 4, **FREE}),
         evaluated=False),
    case(node("Gather", TABLE, IDS), ("custom", {"filters": 3, "params": 12, "macs": 0}), evaluated=False),
    case([*FEATURES, node("RotaryEmbedding", Before(), trained(30, 1), trained(30, 1), whole(*range(30)).reshape(1, 30), num_heads=2)],
         "identity", "identity", ("custom", {"filters": 4, **FREE, "mixes": "some"}), opset=23, evaluated=False),
    case(node("CenterCropPad", X, whole(2, 9), axes=[2, 3]), ("pad", {"padding": [[-1, -2], [1, 2]]})),
    case(node("GatherElements", X, numpy.broadcast_to(numpy.array([1, 3, 4]).reshape(1, 1, 3, 1), (1, 4, 3, 6)).copy(), axis=2),
         ("crop", {"cropping": [[1, 3], [0, 0]]}), ("crop", {"cropping": [[3, 0], [0, 0]]}),
         ("pad", {"padding": [[0, 2], [0, 0]]}), ("pad", {"padding": [[1, 0], [0, 0]]}), "add"),
    case(node("GatherElements", X, numpy.stack([numpy.full((4, 1, 6), one % 3) for one in range(1)]), axis=2),
         ("crop", {"cropping": [[0, 4], [0, 0]]})),
    case(node("Compress", X, numpy.array([False, True, False, True, False]), axis=2),
         ("crop", {"cropping": [[1, 1], [0, 0]]}), ("subsample", {"stride": [2, 1]})),
    case(node("Compress", X, numpy.array([False] * 5), axis=2), unknown="Compress: nothing is left"),
    case(node("MaxUnpool", X, Map((1, 4, 5, 6), dtype=numpy.int64), kernel_shape=[2, 2], strides=[2, 2], pads=[1, 1, 0, 0]),
         unknown="MaxUnpool: its windows overlap, or are padded"),
]  # fmt: skip


@pytest.mark.parametrize("one", RARE)
def test_rare(one: Case) -> None:
    agrees(one)


def computed(
    nodes: list[object], shape: list[int], outputs: list[str], weights: dict[str, list[int]], **more: object
) -> rfcli.Report:
    return rfcli.compute(rfcli.loads(of(nodes, {"x": shape}, outputs, weights, **more), "m.onnx"))  # type: ignore[arg-type]


def numbers(name: str, *values: int) -> object:
    return helper.make_tensor(name, onnx.TensorProto.INT64, [len(values)], values)


@pytest.mark.parametrize("size", [8, 9])
def test_values_are_put_back_where_a_pool_found_them(size: int) -> None:
    """As SegNet does: each is seen with the window of the pool, to a map that the pool did not divide, too."""
    pool = helper.make_node("MaxPool", ["x"], ["p", "i"], name="p", kernel_shape=[2, 2], strides=[2, 2])
    conv = helper.make_node("Conv", ["p", "w"], ["c"], name="c", pads=[1, 1, 1, 1])
    shape = helper.make_node("Constant", [], ["s"], value=numbers("v", 1, 2, size, size))
    back = helper.make_node("MaxUnpool", ["c", "i", "s"], ["y"], name="u", kernel_shape=[2, 2], strides=[2, 2])
    report = computed([pool, conv, shape, back], [1, 2, size, size], ["y"], {"w": [2, 2, 3, 3]})
    found = rfcli.located(report, report.outputs[0])
    assert report.layer(report.outputs[0]).output_size == (size, size)
    assert [found.at((o, 0)).runs[0] for o in (0, 1, 4, 7)] == [((0, 3),), ((0, 3),), ((2, 7),), ((4, 7),)]


def test_a_sequence_that_is_turned_round_and_back() -> None:
    """As exporters write the backward layer of a pair: it sees what lies behind."""
    lengths = helper.make_node("Constant", [], ["n"], value=numbers("v", 5))
    turn = {"batch_axis": 1, "time_axis": 0}
    first = helper.make_node("ReverseSequence", ["x", "n"], ["a"], name="a", **turn)
    lstm = helper.make_node("LSTM", ["a", "w", "r"], ["b"], name="b", hidden_size=3)
    row = helper.make_node("Constant", [], ["k"], value=numbers("v2", 1))
    steps = helper.make_node("Squeeze", ["b", "k"], ["c"], name="c")
    last = helper.make_node("ReverseSequence", ["c", "n"], ["y"], name="d", **turn)
    report = computed([lengths, first, lstm, row, steps, last], [5, 1, 2], ["y"], {"w": [1, 12, 2], "r": [1, 12, 3]})
    found = report.layer(report.outputs[0])
    assert (found.output_size, found.channels, found.receptive_field.unbounded) == ((5,), 3, ("after",))


@pytest.mark.parametrize(("length", "known"), [(5, True), (3, False)])
def test_sequences_that_are_shorter_than_what_they_lie_in(length: int, known: bool) -> None:
    """Behind their end states are zeros, and the last state is an earlier one."""
    steps = helper.make_tensor("v", onnx.TensorProto.INT32, [1], [length])
    lengths = helper.make_node("Constant", [], ["n"], value=steps)
    rnn = helper.make_node("RNN", ["x", "w", "r", "", "n"], ["y"], name="a", hidden_size=3)
    report = computed([lengths, rnn], [5, 1, 2], ["y"], {"w": [1, 3, 2], "r": [1, 3, 3]})
    size = report.layer("a").receptive_field.size[0]
    assert size == 1 if known else "shorter" in size.reason  # type: ignore[union-attr]
