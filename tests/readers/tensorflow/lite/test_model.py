"""Subgraphs, signatures, tensors and operators of a file."""

from __future__ import annotations

import pytest

import rfcli
from readers.tensorflow.lite.written import CONV, Lite, chain, tensor


def computed(data: bytes, **settings: object) -> rfcli.Report:
    return rfcli.compute(rfcli.loads(data, "net.tflite", settings=settings or None))


def refused(data: bytes, **settings: object) -> tuple[str, str]:
    with pytest.raises(rfcli.DescriptionError) as raised:
        rfcli.loads(data, "net.tflite", settings=settings or None)
    (one,) = raised.value.diagnostics
    return one.message, one.help


def test_layers_are_called_as_the_tensors_that_they_make() -> None:
    lite = Lite()
    tensors = [
        tensor("serving_default_x:0", (1, 8, 8, 3)), tensor("k", (5, 3, 3, 3), lite.weights()),
        tensor("net/relu/Relu;net/bn/add;net/conv/Conv2D", (1, 8, 8, 5)), tensor("StatefulPartitionedCall:0", (1, 8, 8, 5)),
    ]  # fmt: skip
    lite.subgraph(tensors, [0], [3], [lite.operator("CONV_2D", [0, 1], [2], CONV), lite.operator("RELU", [2], [3])])
    lite.signature("serving_default", 0, image=0)
    network = rfcli.loads(lite.data(), "net.tflite")
    assert [one.name for one in network.inputs] == ["image"]
    assert [one.name for one in network.entries] == ["net/relu/Relu", "StatefulPartitionedCall"]


def test_a_custom_operator_is_named_and_spoils_what_depends_on_it() -> None:
    report = computed(chain("RELU", "CUSTOM", "RELU", custom="TFLite_Detection_PostProcess"))
    assert [one.type for one in report.layers] == ["conv", "relu", "custom", "relu"]
    assert report.layers[1].receptive_field.size == (3, 3)
    reason = report.layers[3].receptive_field.size[0].reason
    assert "custom TFLite_Detection_PostProcess" in reason
    assert report.layers[3].output_size == (9, 10) and report.layers[3].channels == 4


def test_operations_of_tensorflow_among_custom_ones_are_known() -> None:
    assert [one.type for one in computed(chain("CUSTOM", custom="FlexSelu")).layers] == ["conv", "selu"]
    assert "custom FlexQr" in computed(chain("CUSTOM", custom="FlexQr")).layers[1].receptive_field.size[0].reason


def test_control_flow_is_named() -> None:
    reason = computed(chain("WHILE")).layers[1].receptive_field.size[0].reason
    assert "WHILE (control flow)" in reason


def several() -> Lite:
    """Two subgraphs: one with a convolution, and one that calls it twice."""
    lite = Lite()
    kernel = lite.weights()
    inner = [tensor("x", (1, 9, 9, 4)), tensor("k", (4, 3, 3, 4), kernel), tensor("conv", (1, 9, 9, 4))]
    outer = [tensor("y", (1, 9, 9, 4)), tensor("once", (1, 9, 9, 4)), tensor("twice", (1, 9, 9, 4))]
    calls = [
        lite.operator("CALL", [0], [1], {0: (4, 1)}),
        lite.operator("STABLEHLO_COMPOSITE", [1], [2], {0: "block", 1: (4, 1)}, second=True),
    ]
    lite.subgraph(outer, [0], [2], calls, "outer")
    lite.subgraph(inner, [0], [2], [lite.operator("CONV_2D", [0, 1], [2], CONV)], "inner")
    lite.signature("run", 0, picture=0)
    lite.signature("one", 1, patch=0)
    return lite


def test_subgraphs_that_are_called_stand_in_place_of_the_call() -> None:
    report = computed(several().data())
    assert [(one.name, one.receptive_field.size) for one in report.layers] == [("conv", (3, 3)), ("conv_2", (5, 5))]


def test_a_signature_is_chosen() -> None:
    data = several().data()
    network = rfcli.loads(data, "net.tflite", settings={"signature": "one"})
    assert [one.name for one in network.inputs] == ["patch"] and len(network.entries) == 1
    assert refused(data, signature="three") == ("the model has no signature 'three'", "it has: one, run")


def test_subgraphs_that_call_themselves_are_refused() -> None:
    lite = Lite()
    tensors = [tensor("x", (1, 9, 9, 4)), tensor("y", (1, 9, 9, 4))]
    lite.subgraph(tensors, [0], [1], [lite.operator("CALL", [0], [1], {0: (4, 0)})])
    assert refused(lite.data())[0] == "a damaged TensorFlow Lite model: its subgraphs call one another without end"


def test_sizes_that_are_left_open_are_unknown_and_the_batch_is_one() -> None:
    lite = Lite()
    tensors = [
        tensor("x", (1, 1, 1, 3), signature=(-1, -1, -1, 3)), tensor("k", (5, 3, 3, 3), lite.weights()),
        tensor("y", (1, 1, 1, 5), signature=(-1, -1, -1, 5)),
    ]  # fmt: skip
    lite.subgraph(tensors, [0], [2], [lite.operator("CONV_2D", [0, 1], [2], CONV | {1: (4, 2), 2: (4, 2)})])
    network = rfcli.loads(lite.data(), "net.tflite")
    assert network.inputs[0].size == (None, None)
    report = rfcli.compute(rfcli.loads(lite.data(), "net.tflite"), input_size=[224, 224])
    assert report.layers[0].output_size == (112, 112)


@pytest.mark.parametrize("kept", [2, 4], ids=["as 32 bits", "as 64, beside activations of 16"])
def test_quantised_numbers_are_weights_and_integers_are_none(kept: int) -> None:
    lite = Lite()
    kernel, bias = tensor("k", (5, 3, 3, 3), lite.weights(), 9), tensor("b", (5,), lite.weights(), kept)
    for one in (kernel, bias):
        one[4] = {2: [0]}
    tensors = [tensor("x", (1, 8, 8, 3)), kernel, bias, tensor("y", (1, 8, 8, 5)), tensor("z", (1, 8, 8, 5)),
               tensor("term", (5,), lite.numbers(1, 2, 3, 4, 5), 2)]  # fmt: skip
    lite.subgraph(
        tensors, [0], [4], [lite.operator("CONV_2D", [0, 1, 2], [3], CONV), lite.operator("ADD", [3, 5], [4])]
    )
    report = computed(lite.data())
    assert [one.cost.params for one in report.layers] == [5 * 27 + 5, 0]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        (1, [0, 7], "it names a tensor that it has not"),
        (0, (4, 9), "it names an operator that it has not"),
    ],
)
def test_numbers_of_nothing_are_refused(field: int, value: object, message: str) -> None:
    lite = Lite()
    operator = lite.operator("RELU", [0], [1])
    operator[field] = value
    lite.subgraph([tensor("x", (1, 9, 9, 4)), tensor("y", (1, 9, 9, 4))], [0], [1], [operator])
    assert refused(lite.data())[0] == f"a damaged TensorFlow Lite model: {message}"


def test_too_many_operators_are_refused() -> None:
    data = chain(*["RELU"] * 30)
    with pytest.raises(rfcli.DescriptionError, match="more than 20 operations"):
        rfcli.loads(data, "net.tflite", limits=rfcli.Limits(layers=20))


def test_a_reshape_to_numbers_that_are_not_at_hand_is_unknown() -> None:
    """As damaged files have it."""
    lite = Lite()
    shape = tensor("s", (2,), lite.weights(), 2)
    shape[4] = {2: [0]}
    tensors = [tensor("x", (1, 9, 9, 4)), shape, tensor("y", (1, 324))]
    lite.subgraph(tensors, [0], [2], [lite.operator("RESHAPE", [0, 1], [2])])
    (only,) = computed(lite.data()).layers
    assert "RESHAPE: its shape is computed from data" in only.receptive_field.size[0].reason


def test_a_shape_that_copies_sizes() -> None:
    """ONNX's Reshape to (0, -1), as a converter writes it: where the shape says 0 the tensor keeps its size."""
    lite = Lite()
    whole = 2
    tensors = [
        tensor("x", (1, 9, 9, 4)), tensor("to", (2,), lite.numbers(0, -1), whole), tensor("zero", (), lite.numbers(0), whole),
        tensor("is0", (2,), 0, 6), tensor("rows", (1, 1), 0, 4), tensor("own", (4,), 0, whole), tensor("places", (1,), 0, 4),
        tensor("copied", (1,), 0, whole), tensor("two", (1,), lite.numbers(2), whole), tensor("all", (2,), 0, whole),
        tensor("shape", (2,), 0, whole), tensor("y", (1, 324)),
    ]  # fmt: skip
    operators = [
        lite.operator("EQUAL", [1, 2], [3]), lite.operator("WHERE", [3], [4]), lite.operator("SHAPE", [0], [5]),
        lite.operator("SQUEEZE", [4], [6], {0: [1]}), lite.operator("GATHER", [5, 6], [7], {}),
        lite.operator("SPARSE_TO_DENSE", [6, 8, 7, 2], [9]), lite.operator("ADD", [1, 9], [10], {}),
        lite.operator("RESHAPE", [0, 10], [11]),
    ]  # fmt: skip
    lite.subgraph(tensors, [0], [11], operators)
    (only,) = computed(lite.data()).layers
    assert (only.type, only.channels) == ("flatten", 324)
