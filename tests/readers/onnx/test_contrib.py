"""ONNX Runtime's own operators, with it as a witness: it says what shape each makes, and that there is such a node."""

from __future__ import annotations

from typing import Any

import numpy
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

import rfcli
from readers.onnx.one_node import Node, node

INT8, UINT8, INT32 = numpy.int8, numpy.uint8, numpy.int32
X = (1, 4, 6, 8)
LAST = (1, 6, 8, 4)
TOKENS = (1, 8, 5)
"""Eight channels at five positions, which a transposition in front makes five tokens."""


def weight(*shape: int, kind: Any = numpy.float32) -> Any:
    return numpy.ones(shape, kind)


S, Z = numpy.array(0.5, numpy.float32), numpy.array(1, UINT8)
MS = "com.microsoft."


def quantised(operation: str, *inputs: Any, **attributes: Any) -> list[Node]:
    """A node of a map that is quantised before."""
    return [node("QuantizeLinear", "x", S, Z), node(operation, *inputs, **attributes)]


def tokens(nodes: list[Node]) -> list[Node]:
    """Nodes of tokens in place of a map."""
    first = nodes[0]
    inputs = tuple("q" if isinstance(one, str) else one for one in first.inputs)
    return [
        node("Transpose", "x", perm=[0, 2, 1]),
        Node(first.operation, inputs, first.attributes, first.outputs),
        *nodes[1:],
    ]


def row(shape: tuple[int, ...], nodes: Any, layer: str, params: int = 0, **given: Any) -> Any:
    """The shape of `x`, nodes, of which "x" is the input and "q" what the node before makes, the type of the last
    layer, the network's parameters, and what is given of that layer."""
    listed = nodes if isinstance(nodes, list) else [nodes]
    listed = tokens(listed) if shape == TOKENS else listed
    return pytest.param(listed, shape, layer, params, given, id=listed[-1].operation)


POOL = {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1]}
CONV = {"pads": [1, 1, 1, 1], "strides": [2, 2]}
W, B = weight(2, 4, 3, 3), weight(2)
W8, B32 = weight(2, 4, 3, 3, kind=UINT8), weight(2, kind=INT32)

AHEAD = {"global": "before"}
"""Seeing what lies before alone."""
CONTRIB = [
    row(X, quantised(MS + "QLinearAdd", "q", S, Z, "q", S, Z, S, Z), "add"),
    row(X, quantised(MS + "QLinearMul", "q", S, Z, "q", S, Z, S, Z), "multiply"),
    row(X, quantised(MS + "QLinearConcat", S, Z, "q", S, Z, "q", S, Z, axis=1), "concat"),
    row(X, quantised(MS + "QLinearSigmoid", "q", S, Z, S, Z), "sigmoid"),
    row(X, quantised(MS + "QLinearLeakyRelu", "q", S, Z, S, Z), "leaky_relu"),
    row(X, quantised(MS + "QLinearSoftmax", "q", S, Z, S, Z, axis=1, opset=13), "softmax"),
    row(X, quantised(MS + "QLinearWhere", numpy.array([True]), "q", S, Z, "q", S, Z, S, Z), "add"),
    row(X, quantised(MS + "QLinearReduceMean", "q", S, Z, S, Z, axes=[2, 3]), "global_avg_pool"),
    row(X, quantised(MS + "QLinearGlobalAveragePool", "q", S, Z, S, Z), "global_avg_pool"),
    row(LAST, quantised(MS + "QLinearGlobalAveragePool", "q", S, Z, S, Z, channels_last=1), "global_avg_pool"),
    row(X, quantised(MS + "QLinearAveragePool", "q", S, Z, S, Z, **POOL), "avg_pool", kernel=3, stride=2, padding=1),
    row(LAST, quantised(MS + "QLinearAveragePool", "q", S, Z, S, Z, channels_last=1, **POOL), "avg_pool", kernel=3, stride=2, padding=1),
    row(X, quantised(MS + "QLinearConv", "q", S, Z, W8, S, Z, S, Z, B32, **CONV), "conv", 74, filters=2, kernel=3, stride=2, padding=1),
    row(LAST, quantised(MS + "QLinearConv", "q", S, Z, W8, S, Z, S, Z, channels_last=1, **CONV), "conv", 72, filters=2, kernel=3, stride=2, padding=1),
    row((1, 4), quantised(MS + "QGemm", "q", S, Z, weight(4, 3, kind=UINT8), S, Z, weight(3, kind=INT32)), "conv", 15, filters=3),
    row(X, [node("QuantizeLinear", "x", S, Z), node(MS + "DequantizeLinear", "q", S, Z)], "identity"),
    row(X, node(MS + "QuantizeLinear", "x", S, Z), "identity"),
    row(X, node("DynamicQuantizeLinear", "x", outputs=3), "identity"),
    row(TOKENS, node(MS + "DynamicQuantizeMatMul", "x", weight(8, 3, kind=INT8), S, None, weight(3)), "channel_scale", 27),
    row(TOKENS, [node("DynamicQuantizeLinear", "x", outputs=3), node(MS + "MatMulIntegerToFloat", "q", weight(8, 3, kind=INT8), S, S)], "conv", 24, filters=3),
    row(TOKENS, node(MS + "MatMulNBits", "x", weight(3, 1, 8, kind=UINT8), weight(3), K=8, N=3, bits=4, block_size=16), "conv", 24, filters=3),
    row(X, node(MS + "FusedConv", "x", W, B, activation="Relu", **CONV), "relu", 74),
    row(X, node(MS + "NhwcMaxPool", "q", kernel_shape=[2, 2]), "max_pool", kernel=2, stride=1),
    row(LAST, node(MS + "NhwcConv", "x", weight(2, 4, 3, 3), **CONV), "conv", 72, filters=2, kernel=3, stride=2, padding=1),
    row(LAST, node(MS + "NhwcFusedConv", "x", weight(2, 4, 3, 3), B, activation="Relu", **CONV), "relu", 74),
    row((1, 4), node(MS + "FusedGemm", "x", weight(4, 3), weight(3), activation="Relu"), "relu", 15),
    row(TOKENS, node(MS + "FusedMatMul", "x", weight(3, 8), transB=1), "conv", 24, filters=3),
    row(TOKENS, node(MS + "TransposeMatMul", "x", weight(3, 8), transB=1), "conv", 24, filters=3),
    row(X, node(MS + "Gelu", "x"), "gelu"),
    row(X, node(MS + "QuickGelu", "x"), "gelu"),
    row(TOKENS, node(MS + "FastGelu", "x", weight(8)), "gelu", 8),
    row(TOKENS, node(MS + "BiasGelu", "x", weight(8)), "gelu", 8),
    row(TOKENS, node(MS + "BiasAdd", "x", weight(8), "x"), "channel_scale", 8),
    row(TOKENS, node("SimplifiedLayerNormalization", "x", weight(8), axis=-1), "layer_norm", 8),
    row(TOKENS, node(MS + "RotaryEmbedding", "x", numpy.arange(TOKENS[2])[None], weight(TOKENS[2], 2), weight(TOKENS[2], 2), num_heads=2),
        "custom"),
    row(TOKENS, node(MS + "SkipLayerNormalization", "x", "x", weight(8), weight(8), weight(8)), "layer_norm", 24),
    row(TOKENS, node(MS + "SkipSimplifiedLayerNormalization", "x", "x", weight(8)), "layer_norm", 8),
    row(TOKENS, node(MS + "Attention", "x", weight(8, 24), weight(24), num_heads=2), "custom", 216),
    row(TOKENS, node(MS + "MultiHeadAttention", "x", "x", "x", num_heads=2), "custom"),
    row(TOKENS, node(MS + "Attention", "x", weight(8, 24), weight(24), num_heads=2, unidirectional=1), "custom", 216, **AHEAD),
    row(TOKENS, node(MS + "MultiHeadAttention", "x", "x", "x", num_heads=2, unidirectional=1), "custom", **AHEAD),
    row(TOKENS, node(MS + "GroupQueryAttention", "x", "x", "x", num_heads=2, kv_num_heads=2), "custom", **AHEAD),
    row(TOKENS, [node("Transpose", "x", perm=[1, 0, 2]), node(MS + "DynamicQuantizeLSTM", "q", weight(1, 8, 20, kind=INT8), weight(1, 5, 20, kind=INT8), None, None, None, None, None, weight(1), weight(1, kind=INT8), weight(1), weight(1, kind=INT8), hidden_size=5)], "lstm", 260),
]  # fmt: skip

NO_KERNEL = (
    "QLinearReduceMean",
    "BiasAdd",
    "NhwcConv",
    "NhwcMaxPool",
    "NhwcFusedConv",
    "FusedGemm",
    "GroupQueryAttention",
    "DynamicQuantizeLSTM",
    "TransposeMatMul",
    "SimplifiedLayer",
)
"""What the processor's build of ONNX Runtime has no kernel for, or not for these types."""


RUN = [
    pytest.param(*case.values[:2], id=case.id)
    for case in CONTRIB
    if not any(name in case.values[0][-1].operation for name in NO_KERNEL)
]


def model(nodes: list[Node], shape: tuple[int, ...]) -> Any:
    weights: list[Any] = []
    made: list[Any] = []
    for number, one in enumerate(nodes):
        inputs = []
        for given in one.inputs:
            if given is None:
                inputs.append("")
            elif isinstance(given, str):
                inputs.append("x" if given == "x" or not made else made[-1].output[0])
            else:
                weights.append(numpy_helper.from_array(given, f"w{number}_{len(weights)}"))
                inputs.append(weights[-1].name)
        domain, _, kind = one.operation.rpartition(".")
        outputs = [f"n{number}_{at}" for at in range(one.outputs)]
        made.append(helper.make_node(kind, inputs, outputs, name=f"n{number}", domain=domain, **one.attributes))
    source = helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)
    graph = helper.make_graph(made, "net", [source], [helper.make_empty_tensor_value_info(made[-1].output[0])], weights)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=9)


@pytest.mark.parametrize(("nodes", "shape", "layer", "params", "given"), CONTRIB)
def test_contrib(nodes: list[Node], shape: tuple[int, ...], layer: str, params: int, given: dict[str, Any]) -> None:
    made = model(nodes, shape)
    report = rfcli.compute(rfcli.loads(made.SerializeToString(), "m.onnx"))
    last = report.graph.architecture.entries[-1].layer
    assert (last.type, report.total.params) == (layer, params)
    assert {key: last.given.get(key) for key in given if key != "stride"} == {
        key: value for key, value in given.items() if key != "stride"
    }
    assert not any(entry.layer.given.get("unknown") for entry in report.graph.architecture.entries)


@pytest.mark.zoo
@pytest.mark.parametrize(("nodes", "shape"), RUN)
def test_contrib_runs(nodes: list[Node], shape: tuple[int, ...]) -> None:
    """ONNX Runtime takes the model, and makes the size and channels that are told."""
    import onnxruntime as runtime

    made = model(nodes, shape)
    found = rfcli.compute(rfcli.loads(made.SerializeToString(), "m.onnx")).layers[-1]
    session = runtime.InferenceSession(made.SerializeToString(), providers=["CPUExecutionProvider"])
    result = session.run(None, {"x": numpy.ones(shape, numpy.float32)})[0]
    channels_last = nodes[-1].attributes.get("channels_last")
    sizes = [one for one in found.output_size if one != 1]
    space = result.shape[1:-1] if channels_last or result.ndim == 3 else result.shape[2:]
    assert sizes == [one for one in space if one != 1]
    assert found.channels == (result.shape[-1] if channels_last or result.ndim < 4 else result.shape[1])


REFUSED = [
    (node(MS + "QLinearAdd", "x", S), "it has one input"),
    (node(MS + "QLinearConcat", S, Z, "x"), "it has 3 inputs"),
    (node(MS + "FusedConv", "x", W, activation="Nothing"), "its activation is Nothing"),
    (node(MS + "FusedMatMul", "x", weight(8, 3), transBatchA=1), "it transposes the batch"),
    (node(MS + "Attention", "x", weight(8, 24), None, weight(1, 5)), "a mask, a past or a bias of scores"),
    (node(MS + "MatMulNBits", "x", W8, S, K=3, N=2), "it multiplies by 3 rows and 2 columns"),
    (node(MS + "NhwcConv", "x", weight(2, 5, 3, 3)), "where the channels of its weights lie is not known"),
]


@pytest.mark.parametrize(("one", "why"), REFUSED, ids=lambda one: one.operation if isinstance(one, Node) else "")
def test_what_is_not_read_says_why(one: Node, why: str) -> None:
    shape = TOKENS if "Attention" in one.operation or "MatMul" in one.operation else X
    architecture = rfcli.loads(model(tokens([one]) if shape == TOKENS else [one], shape).SerializeToString(), "m.onnx")
    assert why in architecture.entries[-1].layer.given["unknown"]


@pytest.mark.zoo
def test_a_dynamically_quantised_network_is_the_same_network(tmp_path: Any) -> None:
    """Its scales are found while it runs: no parameters, and no layer that a size has to fit."""
    from onnxruntime import quantization

    nodes = [
        helper.make_node("Conv", ["x", "w", "b"], ["c"], name="c", pads=[1, 1, 1, 1]),
        helper.make_node("Flatten", ["c"], ["f"], name="f"),
        helper.make_node("Gemm", ["f", "u", "v"], ["y"], name="g"),
    ]
    held = {"w": weight(2, 4, 3, 3), "b": weight(2), "u": weight(96, 5), "v": weight(5)}
    graph = helper.make_graph(
        nodes, "net", [helper.make_tensor_value_info("x", TensorProto.FLOAT, X)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, (1, 5))],
        [numpy_helper.from_array(one, name) for name, one in held.items()],
    )  # fmt: skip
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), tmp_path / "m.onnx")
    quantization.quantize_dynamic(str(tmp_path / "m.onnx"), str(tmp_path / "q.onnx"))
    given, made = (rfcli.compute(rfcli.load(str(tmp_path / name))) for name in ("m.onnx", "q.onnx"))
    assert made.total.params == given.total.params == 72 + 2 + 480 + 5
    assert made.layers[-1].channels == 5
    assert not any(entry.layer.given.get("unknown") for entry in made.graph.architecture.entries)
