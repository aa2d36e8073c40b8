"""What counts as a parameter: by hand, from the shapes that the models are made of."""

from __future__ import annotations

from typing import Any

import numpy
import onnx
import pytest
from onnx import helper, numpy_helper

import rfcli

Nodes = list[Any]


def floats(*shape: int) -> Any:
    return numpy.ones(shape, numpy.float32)


def bytes_(*shape: int) -> Any:
    return numpy.ones(shape, numpy.int8)


def node(operation: str, inputs: str, output: str, **attributes: Any) -> Any:
    """A node; `-` stands for an input that is left out."""
    named = ["" if name == "-" else name for name in inputs.split()]
    return helper.make_node(operation, named, output.split(), **attributes)


def constant(name: str, array: Any) -> Any:
    return helper.make_node("Constant", [], [name], value=numpy_helper.from_array(array))


def totals(nodes: Nodes, weights: dict[str, Any]) -> tuple[Any, int]:
    """Parameters that are counted, and those that nothing uses."""
    x = helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, (1, 3, 8, 8))
    stored = [numpy_helper.from_array(array, name) for name, array in weights.items()]
    graph = helper.make_graph(nodes, "net", [x], [helper.make_empty_tensor_value_info("y")], stored)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)])
    report = rfcli.compute(rfcli.loads(model.SerializeToString(), "net.onnx"))
    return report.total.params, report.unused_params


W, B = floats(8, 3, 3, 3), floats(8)
SCALE, ZERO = numpy.array(0.5, numpy.float32), numpy.array(0, numpy.int8)
INTO = node("QuantizeLinear", "x s z", "q")
QUANTISED = {
    "s": SCALE,
    "z": ZERO,
    "w": bytes_(8, 3, 3, 3),
    "ws": floats(8),
    "wz": bytes_(8),
    "b": numpy.ones(8, numpy.int32),
}

CASES: dict[str, tuple[Nodes, dict[str, Any], tuple[int, int]]] = {
    "initializers": ([node("Conv", "x w b", "y")], {"w": W, "b": B}, (224, 0)),
    "a weight that is a node": ([constant("w", W), node("Conv", "x w b", "y")], {"b": B}, (224, 0)),
    "all weights are nodes": ([constant("w", W), constant("b", B), node("Conv", "x w b", "y")], {}, (224, 0)),
    "a term beside them": (
        [constant("w", W), constant("m", floats(1, 8, 1, 1)), node("Conv", "x w", "c"), node("Add", "c m", "y")], {}, (224, 0)),
    "a mean that is a node": (
        [constant("m", floats(1, 3, 1, 1)), node("Sub", "x m", "c"), node("Conv", "c w b", "y")], {"w": W, "b": B}, (224, 0)),
    "a transposed weight": (
        [constant("w", floats(3, 8, 3, 3)), node("Transpose", "w", "t", perm=[1, 0, 2, 3]), node("Conv", "x t", "y")], {}, (216, 0)),
    "a weight times a number": (
        [constant("h", SCALE), node("Mul", "w h", "t"), node("Conv", "x t", "y")], {"w": W}, (216, 0)),
    "a matrix": ([constant("w", floats(8, 4)), node("MatMul", "x w", "y")], {}, (32, 0)),
    "a table": ([node("Cast", "x", "i", to=7), node("Gather", "t i", "y")], {"t": floats(10, 4)}, (40, 0)),
    "a quantised convolution": (
        [INTO, node("QLinearConv", "q s z w ws wz s z b", "c"), node("DequantizeLinear", "c s z", "y")], QUANTISED, (224, 0)),
    "weights that are quantised": (
        [INTO, node("DequantizeLinear", "q s z", "d"), node("DequantizeLinear", "w ws wz", "v", axis=0),
         node("DequantizeLinear", "b ws", "a", axis=0), node("Conv", "d v a", "y")], QUANTISED, (224, 0)),
    "one bias quantised twice": (
        [INTO, node("DequantizeLinear", "q s z", "d"), node("DequantizeLinear", "w ws wz", "v", axis=0),
         node("DequantizeLinear", "b_quantized whole", "a"), node("DequantizeLinear", "b0_quantized half", "a0"),
         node("Conv", "d v a", "e"), node("Conv", "d v a0", "f"), node("Add", "e f", "y")],
        {**QUANTISED, "whole": numpy.array(1, numpy.float32), "half": numpy.array(0.5, numpy.float32), "b_quantized": numpy.arange(8, dtype=numpy.int32),
         "b0_quantized": 2 * numpy.arange(8, dtype=numpy.int32)}, (224, 0)),
    "quantised as they come": (
        [node("DynamicQuantizeLinear", "x", "q s z"), node("ConvInteger", "q w z", "c"), node("Cast", "c", "f", to=1),
         node("Mul", "s ws", "both"), node("Mul", "f both", "y")],
        {"w": bytes_(8, 3, 3, 3), "ws": floats(1, 8, 1, 1)}, (216, 0)),
    "an interpolation that is not known": (
        [node("Resize", "x - s", "y", mode="cubic", antialias=1)], {"s": numpy.array([1, 1, 2, 2], numpy.float32)}, (0, 0)),
    "a tensor that nothing takes": ([node("Conv", "x w", "y")], {"w": W, "aux": floats(5, 4)}, (216, 20)),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_parameters(name: str) -> None:
    nodes, weights, expected = CASES[name]
    assert totals(nodes, weights) == expected


Q = numpy.ones(8, numpy.float32)
TYPES = {"int16": 5, "uint16": 4, "uint4": 21, "int4": 22, "float8": 17, "int8": 3, "uint8": 2, "int32": 6}


@pytest.mark.parametrize("domain", ["", "com.microsoft"])
@pytest.mark.parametrize("type", TYPES)
def test_weights_that_are_stored_in_few_bits(type: str, domain: str) -> None:
    """Those that a scale makes numbers with a fraction, in whichever type: 8·3·3·3 and 8 of them. Scales and zero
    points are none, and a weight that two layers take is counted once."""
    kind = TYPES[type]

    def stored(name: str, *shape: int) -> Any:
        return helper.make_tensor(
            name, kind, shape, bytes(-(-numpy.prod(shape, dtype=int) * bits_of(kind) // 8)), raw=True
        )

    nodes = [
        helper.make_node("DequantizeLinear", ["w", "s", "z"], ["v"], axis=0, domain=domain),
        helper.make_node("DequantizeLinear", ["b", "s", "z"], ["a"], axis=0, domain=domain),
        helper.make_node("Conv", ["x", "v", "a"], ["c"]),
        helper.make_node("Conv", ["x", "v", "a"], ["y"]),
    ]
    held = [stored("w", 8, 3, 3, 3), stored("b", 8), stored("z", 8), numpy_helper.from_array(Q, "s")]
    x = helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, (1, 3, 8, 8))
    graph = helper.make_graph(
        nodes, "net", [x], [helper.make_empty_tensor_value_info("y"), helper.make_empty_tensor_value_info("c")], held
    )
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid("com.microsoft", 1)]
    report = rfcli.compute(rfcli.loads(helper.make_model(graph, opset_imports=opsets).SerializeToString(), "net.onnx"))
    assert (report.total.params, report.unused_params) == (216 + 8, 0)


def bits_of(kind: int) -> int:
    """Bits of a number of a data type."""
    return {21: 4, 22: 4, 4: 16, 5: 16, 6: 32}.get(kind, 8)


def test_a_matrix_over_the_positions_of_each_channel() -> None:
    """Of 7 channels and 16 positions, by a matrix of 16 x 64 and one of 64 x 5: it is one matrix for all channels."""
    x = helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, (1, 7, 16))
    nodes = [node("MatMul", "x v", "h"), node("MatMul", "h w", "y")]
    held = [numpy_helper.from_array(floats(16, 64), "v"), numpy_helper.from_array(floats(64, 5), "w")]
    graph = helper.make_graph(nodes, "net", [x], [helper.make_empty_tensor_value_info("y")], held)
    report = rfcli.compute(rfcli.loads(helper.make_model(graph).SerializeToString(), "net.onnx"))
    assert report.total.params == 16 * 64 + 64 * 5


def test_a_quantised_lstm() -> None:
    """ONNX Runtime's: weights of 2 directions, 3 inputs and 4·5 gates, states of 5 and 4·5, biases of 8·5."""
    x = helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, (1, 3, 9))
    turned = node("Transpose", "x", "t", perm=[2, 0, 1])
    taken = ["t", "w", "r", "b", "", "", "", "", "ws", "wz", "rs", "rz"]
    made = helper.make_node(
        "DynamicQuantizeLSTM", taken, ["y"], domain="com.microsoft", direction="bidirectional", hidden_size=5
    )
    weights = {"w": bytes_(2, 3, 20), "r": bytes_(2, 5, 20), "b": floats(2, 40)}
    weights |= {"ws": floats(2, 20), "wz": bytes_(2, 20), "rs": floats(2, 20), "rz": bytes_(2, 20)}
    held = [numpy_helper.from_array(array, name) for name, array in weights.items()]
    graph = helper.make_graph([turned, made], "net", [x], [helper.make_empty_tensor_value_info("y")], held)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    report = rfcli.compute(rfcli.loads(helper.make_model(graph, opset_imports=opsets).SerializeToString(), "net.onnx"))
    assert (report.total.params, report.unused_params) == (2 * 3 * 20 + 2 * 5 * 20 + 2 * 40, 0)
    assert [one.type for one in report.layers if one.cost.params] == ["lstm"]
