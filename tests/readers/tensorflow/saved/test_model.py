"""Graphs and SavedModels: inputs, outputs, signatures, variables."""

from __future__ import annotations

import json
import zlib

import pytest

import rfcli
from readers.tensorflow.saved import written as w
from readers.tensorflow.witness import HERE, drawn, reads
from rfcli.description.names import sanitised

WITNESS = json.loads((HERE / "saved" / "witness.json").read_text())
FILES = sorted(path.name for path in (HERE / "saved").glob("*.pb.z"))
HELD = {"mobilenet": 4_253_864, "resnet50": 25_636_712, "tcn": 5_780, "unet": 72_250}
"""What `count_params()` of Keras says, statistics of normalisations included: frozen, they are numbers like all others."""
GATED = ("mobilenet_v3_small", "efficientnet_b0", "efficientnet_v2_b0")


@pytest.mark.parametrize("file", FILES)
def test_models(file: str) -> None:
    """Of Keras's own export, and frozen: parameters are those that Keras trains, or all that a frozen graph holds;
    products, sizes and regions are TensorFlow's."""
    name = file.partition(".")[0]
    told = WITNESS[name]
    network = rfcli.loads(zlib.decompress((HERE / "saved" / file).read_bytes()), "net.pb")
    assert not [entry.name for entry in network.entries if entry.layer.given.get("unknown")]
    report = rfcli.compute(network)
    assert report.total.params == (HELD[name] if "frozen" in file else told["params"])
    assert told["macs"] is None or report.total.macs == told["macs"]
    layers, compared = {one.name: one for one in report.layers}, 0
    for tensor, (kind, *shape) in told["sizes"].items():
        layer = layers.get(sanitised(tensor, "layer"))
        if layer is not None and len(shape) == len(layer.output_size) + 2 and shape[0] == 1 and kind[:4] == "Conv":
            assert [*layer.output_size, layer.channels] == shape[1:], tensor
            compared += 1
    assert compared or name == "tcn"
    for tensor, places in told.get("reads", {}).items():
        assert reads(network, sanitised(tensor, "layer"), places, name in GATED) > 2


def test_there_are_enough_models_and_their_data_is_small() -> None:
    assert len(FILES) >= 14
    assert sum(path.stat().st_size for path in (HERE / "saved").iterdir() if path.is_file()) < 1_200_000


def computed(data: bytes, **settings: object) -> rfcli.Report:
    return rfcli.compute(rfcli.loads(data, "net.pb", settings=settings or None))


def refused(data: bytes, **settings: object) -> tuple[str, str]:
    with pytest.raises(rfcli.DescriptionError) as raised:
        rfcli.loads(data, "net.pb", settings=settings or None)
    (one,) = raised.value.diagnostics
    return one.message, one.help


def test_a_graph_has_placeholders_and_ends() -> None:
    nodes = [w.placeholder("image", -1, 8, 8, 3), w.placeholder("training", kind=w.BOOL), w.weights("k", 3, 3, 3, 5),
             w.node("Conv2D", "a", "image", "k", strides=[1, 2, 2, 1], padding="SAME"), w.node("Relu", "b", "a:0", "^a"),
             w.node("Tanh", "c", "a"), w.node("NoOp", "init", "^b")]  # fmt: skip
    network = rfcli.loads(w.message(w.graph(*nodes)), "net.pb")
    assert [one.name for one in network.inputs] == ["image"] and network.inputs[0].size == (8, 8)
    report = rfcli.compute(network)
    assert report.outputs == ("c",) or report.outputs == ("b", "c")
    assert report.layer("a").output_size == (4, 4)


def test_channels_may_come_first() -> None:
    nodes = [w.placeholder("image", 1, 3, 8, 12), w.weights("k", 3, 3, 3, 5),
             w.node("Conv2D", "a", "image", "k", strides=[1, 1, 2, 2], padding="SAME", data_format="NCHW"),
             w.node("MaxPool", "b", "a", ksize=[1, 1, 3, 3], strides=[1, 1, 1, 2], padding="VALID", data_format="NCHW")]  # fmt: skip
    report = computed(w.message(w.graph(*nodes)))
    assert (report.layer("a").output_size, report.layer("a").channels) == ((4, 6), 5)
    assert report.layer("b").output_size == (2, 2) and report.layer("b").receptive_field.size == (7, 7)


def saved(trainable: dict[str, bool]) -> bytes:
    """A convolution with a variable, in a function that is called twice over."""
    inner = w.function(
        "inner", ["x", "k"],
        [w.node("ReadVariableOp", "read", "k"), w.node("Conv2D", "conv", "x", "read:value:0", strides=[1, 1, 1, 1], padding="VALID")],
        y="conv:output:0",
    )  # fmt: skip
    outer = w.function(
        "outer", ["x", "k"], [w.called("once", "inner", "x", "k"), w.node("Relu", "relu", "once:output:0")],
        y="relu:activations:0",
    )  # fmt: skip
    nodes = [w.placeholder("in", -1, 9, 9, 4), w.variable("kernel", 3, 3, 4, 4), w.called("call", "outer", "in", "kernel"),
             w.called("again", "inner", "call", "kernel")]  # fmt: skip
    signatures = {
        "serving_default": ({"image": ("in:0", (-1, 9, 9, 4))}, {"out": "again:0"}),
        "half": ({"image": ("in:0", (-1, 9, 9, 4))}, {"out": "call:0"}),
        "__saved_model_init_op": ({}, {"op": "init"}),
    }
    return w.saved(w.graph(*nodes, functions=[inner, outer]), signatures, trainable)


def test_functions_stand_in_place_of_their_calls() -> None:
    report = computed(saved({"kernel": True}))
    assert [one.name for one in report.layers] == ["conv", "relu", "conv_2"]
    assert report.layers[2].receptive_field.size == (5, 5)
    assert [one.cost.params for one in report.layers] == [3 * 3 * 4 * 4, 0, 0]


def test_a_signature_is_chosen() -> None:
    assert len(computed(saved({}), signature="half").layers) == 2
    assert refused(saved({}), signature="other") == (
        "the model has no signature 'other'", "it has: half, serving_default"
    )  # fmt: skip


def test_variables_that_are_not_trained_are_no_parameters() -> None:
    assert computed(saved({"kernel": False})).total.params == 0


def test_what_is_no_model() -> None:
    assert refused(w.message({1: 1, 2: {1: {4: "serve"}}}))[0] == "a SavedModel without signatures"
    assert refused(w.message(w.graph()) or b"\x22\0")[0] == "not a graph of TensorFlow: it has no nodes"
    assert refused(w.message(w.graph(w.numbers("a", 1))))[0] == "the model has no inputs"


def test_control_flow_is_named() -> None:
    reason = computed(w.chain("Relu", "While", "Relu")).layers[2].receptive_field.size[0].reason
    assert "While (control flow)" in reason


# --- Graphs of the first TensorFlow


FIRST = json.loads((HERE / "saved" / "first" / "witness.json").read_text())


@pytest.mark.parametrize("name", FIRST)
def test_graphs_of_the_first_tensorflow(name: str) -> None:
    """Sizes, parameters, products and regions are those of TensorFlow 2.15's runtime (`making_first.py`)."""
    told = FIRST[name]
    network = rfcli.loads(zlib.decompress((HERE / "saved" / "first" / f"{name}.pb.z").read_bytes()), "net.pb")
    assert not any("unknown=" in one for one in drawn(network))
    report = rfcli.compute(network)
    assert (report.total.params, report.total.macs) == (told["params"], told["macs"])
    for tensor, (_, *shape) in told["sizes"].items():
        layer = report.layer(sanitised(tensor, "layer"))
        if shape[0] == 1:  # others have space in the batch
            assert [*layer.output_size, layer.channels] == shape[1:], tensor
    assert sum(reads(network, sanitised(tensor, "layer"), places) for tensor, places in told["reads"].items()) >= 18


def test_a_signature_that_takes_texts_is_refused() -> None:
    """What it decodes of them is known to nobody; the others are named."""
    nodes = [w.placeholder("text", -1, kind=w.STRING), w.placeholder("x", -1, 8, 8, 3), w.node("DecodeJpeg", "d", "text"),
             w.node("Relu", "r", "x")]  # fmt: skip
    data = w.saved(w.graph(*nodes), {"serving_default": ({"image": ("text:0", (-1,))}, {"out": "d:0"}),
                                     "pixels": ({"image": ("x:0", (-1, 8, 8, 3))}, {"out": "r:0"})})  # fmt: skip
    data = data.replace(w.message({1: "text:0", 2: w.FLOAT}), w.message({1: "text:0", 2: w.STRING}))
    with pytest.raises(rfcli.DescriptionError) as raised:
        rfcli.loads(data, "net.pb")
    (told,) = raised.value.diagnostics
    assert "'serving_default' takes texts" in told.message and "--set signature=NAME: pixels" in told.help
    assert len(rfcli.loads(data, "net.pb", settings={"signature": "pixels"}).entries) == 1


def branched(*condition: object, name: str = "is_training") -> rfcli.Report:
    """A map that is convolved where a condition holds, and is left as it is otherwise; a number for each branch."""
    nodes = [w.placeholder("image", 1, 8, 8, 3), w.weights("k", 3, 3, 3, 3), *condition,
             w.node("Switch", "c/Switch", name, name), w.node("Identity", "c/switch_t", "c/Switch:1"),
             w.node("Identity", "c/switch_f", "c/Switch"), w.node("Switch", "c/x", "image", name),
             w.node("Conv2D", "c/conv", "c/x:1", "k", strides=[1, 1, 1, 1], padding="SAME"),
             w.node("Relu", "c/relu", "c/x:0"), w.node("Merge", "c/Merge", "c/relu", "c/conv"),
             w.node("Const", "c/one", "^c/switch_t", value={8: {1: w.INT32, 2: w.shape([]), 7: b"\x05"}}),
             w.node("Const", "c/two", "^c/switch_f", value={8: {1: w.INT32, 2: w.shape([]), 7: b"\x02"}}),
             w.node("Merge", "c/n", "c/two", "c/one"), w.numbers("c/hw", 8, 8), w.node("Mul", "c/size", "c/hw", "c/n"),
             w.node("ResizeNearestNeighbor", "out", "c/Merge", "c/size")]  # fmt: skip
    return computed(w.message(w.graph(*nodes)))


def flag(value: int, name: str = "is_training") -> object:
    return w.node("Const", name, value={8: {1: w.BOOL, 2: w.shape([]), 11: bytes([value])}})


@pytest.mark.parametrize(
    ("condition", "name", "taken"),
    [
        ([flag(0)], "is_training", False),
        ([flag(1)], "is_training", True),
        ([w.placeholder("is_training", kind=w.BOOL)], "is_training", False),
        ([w.placeholder("keras_learning_phase", kind=w.BOOL)], "keras_learning_phase", False),
        ([flag(1, "d"), w.node("PlaceholderWithDefault", "flag", "d")], "flag", True),
        ([flag(1, "d"), w.node("LogicalNot", "not", "d")], "not", False),
    ],
)
def test_the_branch_is_taken_that_the_graph_says(condition: list[object], name: str, taken: bool) -> None:
    report = branched(*condition, name=name)
    assert [one.name for one in report.layers] == ["c/conv" if taken else "c/relu", "out"]
    assert report.layer("out").output_size == ((40, 40) if taken else (16, 16))
    assert report.layer("out").receptive_field.size == ((3, 3) if taken else (1, 1))


def test_a_branch_that_the_graph_does_not_say_is_unknown() -> None:
    report = branched(w.placeholder("flip", kind=w.BOOL), name="flip")
    assert [one.name for one in report.layers if one.type == "custom"][:1] == ["c/x"]
    assert not isinstance(report.layer("out").receptive_field.size[0], int)
