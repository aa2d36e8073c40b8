"""Graphs run node by node: what each reads, and operations that are not known."""

from __future__ import annotations

from typing import Any

import numpy
import pytest
from onnx import TensorProto, helper, numpy_helper

import rfcli
from readers.onnx.graphs import conv, model, of


@pytest.mark.parametrize(
    ("attributes", "size", "stride", "padding", "output"),
    [
        ({}, (3, 5), (1, 1), (0, 0), (13, 16)),
        ({"strides": [2, 3], "pads": [1, 2, 1, 2]}, (3, 5), (2, 3), (1, 2), (8, 7)),
        ({"dilations": [2, 1], "pads": [0, 0, 4, 4]}, (5, 5), (1, 1), (0, 0), (15, 20)),
        ({"auto_pad": "SAME_UPPER", "strides": [2, 3]}, (3, 5), (2, 3), (1, 1), (8, 7)),
        ({"auto_pad": "SAME_LOWER", "strides": [2, 3]}, (3, 5), (2, 3), (1, 2), (8, 7)),
        ({"auto_pad": "VALID"}, (3, 5), (1, 1), (0, 0), (13, 16)),
    ],
)
def test_conv(attributes: dict[str, Any], size: Any, stride: Any, padding: Any, output: Any) -> None:
    """By ONNX's definition of Conv: the kernel's shape is the weight's, SAME pads ceil(n/s)'s need, odd ones by name."""
    (layer,) = rfcli.compute(rfcli.loads(conv(**attributes), "c.onnx")).layers
    field = layer.receptive_field
    assert (layer.name, layer.channels, layer.cost.params) == ("c", 4, 4 * 2 * 3 * 5)
    assert (field.size, field.stride, field.padding, layer.output_size) == (size, stride, padding, output)


def test_unknown_operations_spoil_only_what_reads_them() -> None:
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["a"], name="first"),
        helper.make_node("Mystery", ["a"], ["b"], name="odd", domain="org.example"),
        helper.make_node("Conv", ["x", "w"], ["c"], name="beside"),
        helper.make_node("Add", ["b", "c"], ["y"], name="sum"),
    ]
    report = rfcli.compute(rfcli.loads(model(nodes, [1, 2, 15, 20], {"w": [2, 2, 3, 5]}), "m.onnx"))
    found = {layer.name: layer.receptive_field.size for layer in report.layers}
    assert found["first"] == found["beside"] == (3, 5)
    for name in ("odd", "sum"):
        assert ["org.example.Mystery" in one.reason for one in found[name]] == [True, True]


def test_unknown_operations_depend_on_all_their_inputs() -> None:
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["a"], name="first"),
        helper.make_node("Conv", ["x", "w"], ["b"], name="second"),
        helper.make_node("Mystery", ["a", "b", "a"], ["y"], name="odd", domain="org.example"),
    ]
    architecture = rfcli.loads(model(nodes, [1, 2, 15, 20], {"w": [2, 2, 3, 5]}), "m.onnx")
    for origin in ("first", "second"):
        field = rfcli.compute(architecture, origin=origin).layer("odd").receptive_field
        assert field is not None and all("org.example.Mystery" in one.reason for one in field.size)
    assert rfcli.check(architecture, select=["RF512"]).diagnostics == ()


def test_outputs_of_an_unknown_operation_are_one_each() -> None:
    """The operation has its name, a second output is numbered below it; only the first has the parameters."""
    nodes = [helper.make_node("Mystery", ["x", "w"], ["y", "z"], name="odd", domain="org.example")]
    report = rfcli.compute(rfcli.loads(of(nodes, {"x": [1, 2, 8, 8]}, ["y", "z"], {"w": [5, 7]}), "m.onnx"))
    assert [(one.name, one.type, one.cost.params) for one in report.layers] == [
        ("odd", "custom", 35),
        ("odd/2", "custom", 0),
    ]
    assert report.outputs == ("odd", "odd/2")


def test_sizes_that_a_model_states_are_those_of_unknown_operations() -> None:
    """`value_info` says what the operation makes, where rf cannot: the layer behind has a size."""
    nodes = [
        helper.make_node("Mystery", ["x"], ["a"], name="odd", domain="org.example"),
        helper.make_node("Relu", ["a"], ["y"], name="r"),
    ]
    stated = [helper.make_tensor_value_info("a", TensorProto.FLOAT, [1, 6, 5, 4])]
    report = rfcli.compute(rfcli.loads(of(nodes, {"x": [1, 2, 8, 8]}, ["y"], {}, value_info=stated), "m.onnx"))
    assert [(one.output_size, one.channels) for one in report.layers] == [((5, 4), 6)] * 2


def test_nodes_may_stand_in_any_order() -> None:
    """As after a conversion that puts its casts at the end; those of the file's order come first."""
    nodes = [
        helper.make_node("Relu", ["b"], ["y"], name="last"),
        helper.make_node("Tanh", ["a"], ["b"], name="middle"),
        helper.make_node("Cast", ["x"], ["a"], name="first", to=TensorProto.FLOAT),
    ]
    made = rfcli.loads(of(nodes, {"x": [1, 2, 8, 8]}, ["y"]), "m.onnx").entries
    assert [one.name for one in made] == ["first", "middle", "last"]


NAMES = [
    # a node's name and outputs, and the layer's name
    ("c", ["y"], "c"),
    ("", ["y"], "y"),
    ("/stem/conv", ["y"], "stem/conv"),
]


@pytest.mark.parametrize(("name", "outputs", "layer"), NAMES)
def test_layers_are_called_as_nodes(name: str, outputs: list[str], layer: str) -> None:
    nodes = [helper.make_node("Relu", ["x"], outputs, name=name)]
    (made,) = rfcli.loads(of(nodes, {"x": [1, 2, 8, 8]}, ["y"]), "m.onnx").entries
    assert made.name == layer


def test_two_nodes_of_one_name_are_two_layers() -> None:
    nodes = [helper.make_node("Relu", ["x"], ["a"], name="r"), helper.make_node("Relu", ["a"], ["y"], name="r")]
    assert [one.name for one in rfcli.loads(of(nodes, {"x": [1, 2, 8, 8]}, ["y"]), "m.onnx").entries] == ["r", "r_2"]


@pytest.mark.parametrize("domain", ["", "ai.onnx"])
def test_onnxs_own_operations_have_two_domains(domain: str) -> None:
    """Which are the same, by the specification."""
    nodes = [helper.make_node("Relu", ["x"], ["y"], name="r", domain=domain)]
    assert [one.layer.type for one in rfcli.loads(of(nodes, {"x": [1, 2, 8, 8]}, ["y"]), "m.onnx").entries] == ["relu"]


def test_outputs_are_those_of_the_graph() -> None:
    """In its order, also where one is read by another; what is no output and is not read is none."""
    nodes = [
        helper.make_node("Relu", ["x"], ["a"], name="first"),
        helper.make_node("Sigmoid", ["a"], ["b"], name="second"),
        helper.make_node("Tanh", ["a"], ["c"], name="aside"),
    ]
    report = rfcli.compute(rfcli.loads(of(nodes, {"x": [1, 2, 8, 8]}, ["b", "a"]), "m.onnx"))
    assert set(report.outputs) == {"first", "second"}


def test_weights_may_be_sparse_and_listed_among_the_inputs() -> None:
    """A sparse tensor has the shape that it states, and a model's weights are no inputs of the network."""
    places = helper.make_tensor("places", TensorProto.INT64, [0], [])
    sparse = helper.make_sparse_tensor(helper.make_tensor("w", TensorProto.FLOAT, [0], []), places, [4, 2, 3, 5])
    dense = numpy_helper.from_array(
        numpy_helper.to_array(helper.make_tensor("b", TensorProto.FLOAT, [4], [0.0] * 4)), "b"
    )
    nodes = [helper.make_node("Conv", ["x", "w", "b"], ["y"], name="c")]
    listed = {"x": [1, 2, 15, 20], "w": [4, 2, 3, 5], "b": [4]}
    data = of(nodes, listed, ["y"], initializer=[dense], sparse_initializer=[sparse])
    report = rfcli.compute(rfcli.loads(data, "m.onnx"))
    assert [one.name for one in report.graph.architecture.inputs] == ["x"]
    assert (report.total.params, report.layers[-1].output_size) == (4 * 2 * 3 * 5 + 4, (13, 16))


def test_operations_on_constants_are_no_layers() -> None:
    """A kernel that is computed from a trained one is as large as that."""
    nodes = [
        helper.make_node("Constant", [], ["k"], value_ints=[2, 2, 3, 3]),
        helper.make_node("Reshape", ["w", "k"], ["kernel"]),
        helper.make_node("Conv", ["x", "kernel"], ["y"], name="c"),
    ]
    (layer,) = rfcli.compute(rfcli.loads(of(nodes, {"x": [1, 2, 8, 8]}, ["y"], {"w": [2, 18]}), "m.onnx")).layers
    assert (layer.name, layer.receptive_field.size, layer.cost.params) == ("c", (3, 3), 36)


RELU = helper.make_node("Relu", ["x"], ["y"], name="r")
REFUSED = {
    "no inputs": (of([helper.make_node("Constant", [], ["y"], value_float=1.0)], {}, ["y"]), "the model has no inputs"),
    "nothing before": (of([helper.make_node("Relu", ["nowhere"], ["y"], name="r")], {"x": [1, 2, 8]}, ["y"]), "node 'r' reads 'nowhere', which nothing makes"),
    "circle": (of([RELU, helper.make_node("Add", ["y", "b"], ["a"]), helper.make_node("Relu", ["a"], ["b"])], {"x": [1, 2, 8]}, ["b"]), "nodes read each other in a circle, through 'b'"),
    "itself": (of([helper.make_node("Add", ["x", "y"], ["y"])], {"x": [1, 2, 8]}, ["y"]), "nodes read each other in a circle, through 'y'"),
    "constant outputs": (of([RELU, helper.make_node("Constant", [], ["c"], value_float=1.0)], {"x": [1, 2, 8]}, ["c"]), "no output depends on an input"),
    "outputs that nothing makes": (of([RELU], {"x": [1, 2, 8]}, ["z"]), "no output depends on an input"),
    "four axes": (of([RELU], {"x": [1, 2, 8, 8, 8, 8]}, ["y"]), "rf knows 1 to 3"),
}  # fmt: skip


@pytest.mark.parametrize(("data", "why"), REFUSED.values(), ids=REFUSED)
def test_refused(data: bytes, why: str) -> None:
    with pytest.raises(rfcli.DescriptionError) as raised:
        rfcli.loads(data, "m.onnx")
    (problem,) = raised.value.diagnostics
    assert why in problem.message


def test_any_number_of_images_is_read_as_one() -> None:
    """Efficient channel attention: its shapes are worked out of a number of images that is a symbol. By hand: a kernel
    of 3, and a gate that sees the whole map beside it; 3·4·3·3 and 3 numbers."""
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["a"]),
        helper.make_node("ReduceMean", ["a"], ["p"], axes=[2, 3], keepdims=0),
        helper.make_node("Shape", ["a"], ["s"], end=1),
        helper.make_node("Concat", ["s", "one", "rest"], ["line"], axis=0),
        helper.make_node("Reshape", ["p", "line"], ["q"]),
        helper.make_node("Conv", ["q", "k"], ["r"], pads=[1, 1]),
        helper.make_node("Concat", ["s", "rest", "one", "one"], ["square"], axis=0),
        helper.make_node("Reshape", ["r", "square"], ["t"]),
        helper.make_node("Sigmoid", ["t"], ["g"]),
        helper.make_node("Mul", ["a", "g"], ["y"], name="gated"),
    ]
    held = [numpy_helper.from_array(numpy.array([n], numpy.int64), name) for name, n in (("one", 1), ("rest", -1))]
    held += [numpy_helper.from_array(numpy.ones(shape, numpy.float32), name)
             for name, shape in (("w", (4, 3, 3, 3)), ("k", (1, 1, 3)))]  # fmt: skip
    report = rfcli.compute(rfcli.loads(of(nodes, {"x": ["n", 3, 9, 8]}, ["y"], initializer=held), "m.onnx"))
    layer = report.layer("gated")
    assert layer.receptive_field is not None and layer.receptive_field.globally
    assert (layer.receptive_field.size, layer.output_size, report.total.params) == ((3, 3), (7, 6), 108 + 3)
    assert not any(entry.layer.given.get("unknown") for entry in report.graph.architecture.entries)
