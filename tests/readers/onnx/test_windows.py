"""Convolutions and pools over windows, by the operator specification."""

from __future__ import annotations

import numpy
import pytest
from onnx.reference import ReferenceEvaluator
from witnesses.dependence import depends_as_told

import rfcli
from readers.onnx.one_node import Before, Case, Map, X, agrees, case, node, trained, whole

LINE, BLOCK = Map((1, 4, 9)), Map((1, 2, 3, 4, 3))
TWO = Map((1, 2, 5, 6))
BYTES = Map((1, 2, 5, 6), (0, 100, 255), numpy.uint8)
QUANTISED = numpy.arange(1, 37, dtype=numpy.uint8).reshape(2, 2, 3, 3)
ONE, ZERO = numpy.array(1, numpy.float32), numpy.array(0, numpy.uint8)
TENTH = numpy.array(100, numpy.float32)

CONVOLUTIONS = [
    case(node("Conv", X, trained(3, 4, 3, 2)), ("conv", {"kernel": [3, 2], "filters": 3, "bias": False})),
    case(node("Conv", X, trained(3, 4, 3, 2), trained(3)), ("conv", {"kernel": [3, 2], "filters": 3})),
    case(node("Conv", X, trained(4, 1, 3, 3), group=4), ("conv", {"kernel": 3, "filters": 4, "groups": 4, "bias": False})),
    case(node("Conv", X, trained(3, 4, 3, 3), strides=[2, 1], pads=[0, 1, 2, 1], kernel_shape=[3, 3]),
         ("conv", {"kernel": 3, "stride": [2, 1], "padding": [[0, 2], [1, 1]], "filters": 3, "bias": False})),
    case(node("Conv", X, trained(3, 4, 2, 2), dilations=[3, 2]),
         ("conv", {"kernel": 2, "dilation": [3, 2], "filters": 3, "bias": False})),
    case(node("Conv", X, trained(3, 4, 2, 3), auto_pad="SAME_UPPER", strides=[2, 2]),
         ("conv", {"kernel": [2, 3], "stride": 2, "padding": "same", "filters": 3, "bias": False})),
    case(node("Conv", X, trained(3, 4, 2, 3), auto_pad="SAME_LOWER", strides=[2, 2]),
         ("conv", {"kernel": [2, 3], "stride": 2, "padding": "same_lower", "filters": 3, "bias": False})),
    case(node("Conv", X, trained(3, 4, 2, 3), auto_pad="VALID"),
         ("conv", {"kernel": [2, 3], "padding": "valid", "filters": 3, "bias": False})),
    case(node("Conv", LINE, trained(3, 4, 3), pads=[2, 0]), ("conv", {"kernel": 3, "padding": [[2, 0]], "filters": 3, "bias": False})),
    case(node("Conv", BLOCK, trained(3, 2, 2, 1, 3)), ("conv", {"kernel": [2, 1, 3], "filters": 3, "bias": False})),
    case(node("Conv", X, Map((3, 4, 3, 2))), unknown="Conv: its weights are computed from data"),
    case(node("ConvInteger", BYTES, QUANTISED, pads=[1, 1, 0, 0]),
         ("conv", {"kernel": 3, "padding": [[1, 0], [1, 0]], "filters": 2, "bias": False})),
    case(node("QLinearConv", BYTES, ONE, ZERO, QUANTISED, ONE, ZERO, TENTH, ZERO, strides=[2, 1]),
         ("conv", {"kernel": 3, "stride": [2, 1], "filters": 2, "bias": False})),
]  # fmt: skip
FRAMES = [
    case([node("Transpose", Map((1, 1, 12)), perm=[0, 2, 1]), node("STFT", Before(), numpy.array(3), trained(4)),
          node("Transpose", Before(), perm=[0, 2, 3, 1]), node("Reshape", Before(), whole(1, 6, -1))],
         "identity", ("custom", {"kernel": 4, "stride": 3, "filters": 3, "params": 0, "macs": 0}),
         ("custom", {"filters": 6, "groups": 3, "params": 0, "macs": 0}), "identity", "identity"),
    case([node("Transpose", Map((1, 1, 12)), perm=[0, 2, 1]), node("STFT", Before(), numpy.array(2), None, numpy.array(4), onesided=0),
          node("Transpose", Before(), perm=[0, 2, 3, 1]), node("Reshape", Before(), whole(1, 8, -1))],
         "identity", ("custom", {"kernel": 4, "stride": 2, "filters": 4, "params": 0, "macs": 0}),
         ("custom", {"filters": 8, "groups": 4, "params": 0, "macs": 0}), "identity", "identity"),
]  # fmt: skip
TRANSPOSED = [
    case(node("ConvTranspose", X, trained(4, 3, 3, 2)), ("conv_transpose", {"kernel": [3, 2], "filters": 3, "bias": False})),
    case(node("ConvTranspose", X, trained(4, 3, 3, 3), trained(3), strides=[2, 3], pads=[1, 0, 0, 2], output_padding=[1, 0]),
         ("conv_transpose", {"kernel": 3, "stride": [2, 3], "padding": [[1, 0], [0, 2]], "output_padding": [1, 0], "filters": 3})),
    case(node("ConvTranspose", X, trained(4, 3, 2, 2), dilations=[3, 2]),
         ("conv_transpose", {"kernel": 2, "dilation": [3, 2], "filters": 3, "bias": False})),
    case(node("ConvTranspose", X, trained(4, 2, 2, 2), group=2, strides=[2, 2]),
         ("conv_transpose", {"kernel": 2, "stride": 2, "groups": 2, "filters": 4, "bias": False}), evaluated=False),
    # output_shape[i] = input[i] * strides[i]; the odd sample is cropped at the end, or at the beginning.
    case(node("ConvTranspose", X, trained(4, 3, 3, 3), strides=[2, 2], auto_pad="SAME_UPPER"),
         ("conv_transpose", {"kernel": 3, "stride": 2, "padding": [[0, 1], [0, 1]], "filters": 3, "bias": False})),
    case(node("ConvTranspose", X, trained(4, 3, 3, 3), strides=[2, 2], auto_pad="SAME_LOWER"),
         ("conv_transpose", {"kernel": 3, "stride": 2, "padding": [[1, 0], [1, 0]], "filters": 3, "bias": False})),
    # total = stride * (n - 1) + output_padding + kernel - output_shape, the larger half at the beginning.
    case(node("ConvTranspose", X, trained(4, 3, 3, 3), strides=[2, 2], output_shape=[10, 13]),
         ("conv_transpose", {"kernel": 3, "stride": 2, "padding": [[1, 0], [0, 0]], "filters": 3, "bias": False}), evaluated=False),
]  # fmt: skip
POOLS = [
    case(node("MaxPool", X, kernel_shape=[3, 2]), ("max_pool", {"kernel": [3, 2], "stride": 1})),
    case(node("MaxPool", TWO, kernel_shape=[2, 2], strides=[2, 2], outputs=2), ("max_pool", {"kernel": 2})),
    case(node("MaxPool", X, kernel_shape=[3, 3], strides=[2, 2], pads=[1, 0, 1, 1]),
         ("max_pool", {"kernel": 3, "stride": 2, "padding": [[1, 1], [0, 1]]})),
    case(node("MaxPool", X, kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1), ("max_pool", {"kernel": 2, "ceil_mode": True})),
    case(node("MaxPool", X, kernel_shape=[2, 2], dilations=[2, 3]), ("max_pool", {"kernel": 2, "stride": 1, "dilation": [2, 3]})),
    case(node("MaxPool", X, kernel_shape=[2, 3], auto_pad="SAME_UPPER", strides=[2, 1]),
         ("max_pool", {"kernel": [2, 3], "stride": [2, 1], "padding": "same"})),
    case(node("AveragePool", X, kernel_shape=[3, 2], strides=[2, 2], count_include_pad=1, pads=[1, 1, 1, 0]),
         ("avg_pool", {"kernel": [3, 2], "stride": 2, "padding": [[1, 1], [1, 0]]})),
    case(node("AveragePool", LINE, kernel_shape=[3], auto_pad="SAME_LOWER", strides=[2]),
         ("avg_pool", {"kernel": 3, "stride": 2, "padding": "same_lower"})),
    case(node("LpPool", X, kernel_shape=[3, 2], strides=[1, 2], p=2), ("lp_pool", {"kernel": [3, 2], "stride": [1, 2]})),
    case(node("MaxPool", X), unknown="MaxPool: it has no kernel_shape"),
]  # fmt: skip


@pytest.mark.parametrize("one", CONVOLUTIONS)
def test_convolution(one: Case) -> None:
    agrees(one)


@pytest.mark.parametrize("one", FRAMES)
def test_frames(one: Case) -> None:
    agrees(one)


@pytest.mark.parametrize("one", TRANSPOSED)
def test_transposed(one: Case) -> None:
    agrees(one)


@pytest.mark.parametrize("one", POOLS)
def test_pool(one: Case) -> None:
    agrees(one)


FOLDS = [
    case([node("Reshape", Map((1, 8, 2, 3)), whole(1, 8, -1)),
          node("Col2Im", Before(), whole(4, 6), whole(2, 2), strides=[2, 2])],
         "identity", "identity", "identity", ("pixel_shuffle", {"scale": 2})),
]  # fmt: skip


@pytest.mark.parametrize("one", FOLDS)
def test_fold(one: Case) -> None:
    agrees(one)


SUMMED = {
    "overlapping": ((1, 18, 3, 3), [5, 6], [3, 3], {"strides": [2, 2], "pads": [1, 1, 1, 0]}),
    "dilated": ((1, 12, 3, 4), [5, 6], [2, 3], {"dilations": [2, 1]}),
    "one axis": ((1, 6, 4), [9], [3], {"strides": [2]}),
    "three axes": ((1, 8, 2, 2, 3), [3, 3, 4], [2, 2, 2], {}),
}


@pytest.mark.parametrize("row", SUMMED)
def test_windows_that_are_summed(row: str) -> None:
    shape, sizes, kernel, given = SUMMED[row]
    fold = node("Col2Im", Before(), whole(*sizes), whole(*kernel), **given)
    one = Case((node("Reshape", Map(shape), whole(1, shape[1], -1)), fold), (), "", 21, True)
    architecture = rfcli.loads(one.model().SerializeToString(), "one.onnx")
    assert not [entry for entry in architecture.entries if entry.layer.given.get("unknown")]
    evaluator = ReferenceEvaluator(one.model())
    depends_as_told(architecture, lambda given: evaluator.run(None, given), one.maps)


def test_windows_that_do_not_fit() -> None:
    for sizes, kernel, why in (
        [[5, 5], [3, 3], "of another map"],
        [[5, 6], [4, 3], "of no map"],
        [[5, 6], [3], "do not fit"],
    ):
        fold = node("Col2Im", Before(), whole(*sizes), whole(*kernel))
        one = Case((node("Reshape", Map((1, 18, 3, 4)), whole(1, 18, -1)), fold), (), "", 21, True)
        architecture = rfcli.loads(one.model().SerializeToString(), "one.onnx")
        assert why in architecture.entries[-1].layer.given["unknown"]
