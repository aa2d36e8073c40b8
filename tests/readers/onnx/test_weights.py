"""Products, normalisations and slopes, by the operator specification."""

from __future__ import annotations

import numpy
import pytest

from readers.onnx.one_node import Before, Case, Map, X, Y, agrees, case, node, trained, whole

BYTES = Map((1, 4, 5, 6), (0, 100, 255), numpy.uint8)
LAST, FIRST = node("Transpose", X, perm=[0, 2, 3, 1]), node("Transpose", Before(), perm=[0, 3, 1, 2])
FLAT = node("Flatten", X)
ONE, ZERO = numpy.array(1, numpy.float32), numpy.array(0, numpy.uint8)
COUNTS = numpy.arange(1, 1 + 120 * 3, dtype=numpy.uint8).reshape(120, 3)
MIXED = ("custom", {"filters": 4, "params": 0, "macs": 30 * 30 * 4, "global": True})

PRODUCTS = [
    case([FLAT, node("Gemm", Before(), trained(120, 3), trained(3))], "flatten", ("linear", {"units": 3})),
    case([FLAT, node("Gemm", Before(), trained(3, 120), transB=1)], "flatten", ("linear", {"units": 3, "bias": False})),
    case(node("Einsum", X, trained(4, 3), equation="bchw,co->bohw"), ("conv", {"kernel": 1, "filters": 3, "bias": False})),
    case(node("Einsum", trained(3, 4), X, equation="oc, ...chw -> ...ohw"), ("conv", {"kernel": 1, "filters": 3, "bias": False})),
    case(node("Einsum", X, trained(4), equation="bchw,c->bchww"), unknown="Einsum: it takes a diagonal"),
    case([FLAT, node("MatMul", Before(), trained(120, 3))], "flatten", ("linear", {"units": 3, "bias": False})),
    case([LAST, node("MatMul", Before(), trained(4, 3)), FIRST], "identity", ("conv", {"kernel": 1, "filters": 3, "bias": False}), "identity"),
    case([node("Flatten", BYTES), node("MatMulInteger", Before(), COUNTS)], "flatten", ("linear", {"units": 3, "bias": False})),
    case([node("Flatten", BYTES), node("QLinearMatMul", Before(), ONE, ZERO, COUNTS, ONE, ZERO, numpy.array(9000, numpy.float32), ZERO)],
         "flatten", ("linear", {"units": 3, "bias": False})),
    # Each of 30 positions against all, 4 channels each; and what they weigh.
    case([node("Reshape", X, whole(1, 4, 30)), node("Transpose", Before(), perm=[0, 2, 1]), node("MatMul", Before(1), Before(0)),
          node("MatMul", Before(), Before(1)), node("Transpose", Before(), perm=[0, 2, 1]), node("Reshape", Before(), whole(1, 4, 5, 6))],
         "identity", "identity", "add", ("custom", {**MIXED[1], "filters": 30}), "concat", MIXED, "identity", "identity"),
    # A matrix for each channel; of positions no layer.
    case([LAST, node("MatMul", Before(), trained(5, 4, 3)), FIRST], "identity", ("custom", {"filters": 3, "params": 60, "macs": 360}), "identity"),
    case(node("MatMul", X, trained(4, 6, 3)), unknown="MatMul: positions and channels are projected together"),
    case(node("PRelu", X, trained(4, 1, 1)), ("prelu", {"per_channel": True})),
    case(node("PRelu", X, trained(1)), "prelu"),
    case(node("PRelu", X, Y), "add"),
]  # fmt: skip
UNTRAINED = {"scale": False, "bias": False}
NORMALISATIONS = [
    # A group norm as torch exports it: instances of groups of channels.
    case([node("Reshape", X, numpy.array([0, 2, -1])), node("InstanceNormalization", Before(), trained(2), trained(2)),
          node("Reshape", Before(), numpy.array([1, 4, 5, 6]))],
         "identity", ("group_norm", {"groups": 2, "scale": False, "bias": False}), "channel_scale", "identity"),
    case(node("BatchNormalization", X, *[trained(4)] * 4), "batch_norm"),
    case(node("InstanceNormalization", X, trained(4), trained(4)), "instance_norm"),
    case(node("LpNormalization", X, axis=1), ("layer_norm", UNTRAINED)),
    case(node("LpNormalization", X, axis=2), ("window_attention", {"window": [5, 1], "params": 0, "macs": 0})),
    case(node("MeanVarianceNormalization", X), ("instance_norm", UNTRAINED)),
    case(node("MeanVarianceNormalization", X, axes=[1]), ("layer_norm", UNTRAINED)),
    case(node("MeanVarianceNormalization", X, axes=[1, 2, 3]), ("layer_norm", {"axes": "all", **UNTRAINED})),
    case([node("Transpose", X, perm=[0, 2, 3, 1]), node("RMSNormalization", Before(), trained(4), axis=-1),
          node("Transpose", Before(), perm=[0, 3, 1, 2])], "identity", ("layer_norm", {"bias": False}), "identity", opset=23),
    case(node("GroupNormalization", X, trained(4), trained(4), num_groups=2), ("group_norm", {"groups": 2})),
    case(node("LayerNormalization", X, trained(4, 5, 6), trained(4, 5, 6), axis=1), ("layer_norm", {"axes": "all"})),
    case(node("LayerNormalization", X, trained(5, 6), trained(5, 6), axis=2), ("instance_norm", {"params": 60})),
    case(node("LayerNormalization", X, trained(4, 1, 1), axis=1), ("layer_norm", {"axes": "all", "bias": False, "params": 4})),
    case([LAST, node("LayerNormalization", Before(), trained(4), trained(4)), FIRST], "identity", "layer_norm", "identity"),
    case([LAST, node("LayerNormalization", Before(), trained(4)), FIRST], "identity", ("layer_norm", {"bias": False}), "identity"),
    case(node("LayerNormalization", X, trained(6)), ("window_attention", {"window": [1, 6], "params": 6, "macs": 0})),
]  # fmt: skip


@pytest.mark.parametrize("one", PRODUCTS)
def test_product(one: Case) -> None:
    agrees(one)


@pytest.mark.parametrize("one", NORMALISATIONS)
def test_normalisation(one: Case) -> None:
    agrees(one)
