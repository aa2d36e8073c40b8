"""Keras models: every layer reads what stands before it, under names that Keras takes, and they are read back."""

from __future__ import annotations

import json
from typing import Any

import pytest

import rfcli
from writers.exporting import CASES, described, network, refusals
from writers.reading_back import REARRANGING, reads_back

REFUSED_BY_KERAS = {
    **dict.fromkeys(["lstm-0", "gru-0", "rnn-0"], "one axis only"),
    **dict.fromkeys(["conv-5", "conv-6", "depthwise_conv-2", "separable_conv-1", "conv_transpose-4"], "have no mask"),
    "zeros-0": "no layer of zeros",
    "softmin-0": "no softmin",
    "lrn-0": "neighbouring channels",
    "max_unpool-0": "indices",
    "channel_slice-0": "some channels",
    **dict.fromkeys((f"channel_slice-{at}" for at in (1, 2, 3)), "some channels"),
    "identity-1": "channels of zeros",
    "subsample-1": "channels of zeros",
    "pad-1": "padding_mode reflect",
    "pad-2": "padding_mode replicate",
    "pad-3": "padding_mode circular",
    "upsample-4": "align_corners",
    "resize-2": "area",
    "resize-4": "asymmetric",
    "resize-5": "align_corners",
    "attention-1": "the layer before",
    "window_attention-0": "inside windows",
    "conv-1": "padding_mode reflect",
    "conv-2": "padding_mode circular",
    "conv-4": "padding_mode replicate",
    "max_pool-1": "no dilation",
    "avg_pool-2": "no dilation",
    "lp_pool-0": "no lp_pool",
    "lp_pool-1": "no lp_pool",
    "conv_transpose-1": "no groups",
    "conv_transpose-3": "no stride together with a dilation",
    "custom-1": "whole map",
    "custom-2": "Einsum",
    "custom-3": "it states 7 parameters",
    "custom-4": "it states 0 multiply-accumulates",
}


def keras_of(network: rfcli.Architecture | str) -> dict[str, Any]:
    """The model's JSON as a document, whose every layer reads layers that come before it."""
    text = rfcli.exported(network, "keras-json")
    assert isinstance(text, str)
    model: dict[str, Any] = json.loads(text)
    assert list(model)[:2] == ["module", "class_name"] and model["class_name"] == "Functional"
    before: set[str] = set()
    for layer in model["config"]["layers"]:
        assert layer["name"] == layer["config"]["name"] not in before
        assert all(one.isalnum() or one in "_-" for one in layer["name"])
        for node in layer["inbound_nodes"]:
            assert {name for name, _ in read_by(node["args"])} <= before
        before.add(layer["name"])
    return model


def read_by(arguments: Any) -> list[tuple[str, list[int | None]]]:
    """Names and shapes of the tensors among the arguments of a call."""
    if isinstance(arguments, list):
        return [found for one in arguments for found in read_by(one)]
    return [(arguments["config"]["keras_history"][0], arguments["config"]["shape"])]


@pytest.mark.parametrize("case", CASES)
def test_keras_writes_each_layer_or_says_why_not(case: str) -> None:
    network = described(CASES[case])
    found = refusals(network, "keras-json")
    if case in REFUSED_BY_KERAS:
        (message,) = [one for one in found if "'it'" in one]
        assert REFUSED_BY_KERAS[case] in message
        return
    assert found == []
    sizes = {one.name: [None, *one.output_size, one.channels] for one in rfcli.compute(network).layers}
    for layer in keras_of(network)["config"]["layers"]:
        for node in layer["inbound_nodes"]:
            for name, shape in read_by(node["args"]):
                if name in sizes and len(shape) > 2:
                    assert shape == sizes[name]


@pytest.mark.parametrize("name", ["resnet50", "inception_v3", "mobilenet_v2", "convnext_tiny", "unet", "patchgan_70"])
def test_bundled_networks_become_keras_models(name: str) -> None:
    """Layers are there under their names, with `/` as `__`."""
    model = keras_of(name)
    names = {layer["name"] for layer in model["config"]["layers"]}
    assert {one.name.replace("/", "__") for one in rfcli.compute(name).layers} <= names
    assert model["config"]["output_layers"] == [rfcli.compute(name).outputs[0].replace("/", "__"), 0, 0]


NAMES = [
    # names of layers, and of Keras's: by its rules without "/", and without "." for its torch backend; no two alike
    (["a.b", "a:b", "a_b", "a b"], ["a_b", "a_b_2", "a_b_3", "a_b_4"]),
    (["a/b", "a__b"], ["a__b", "a__b_2"]),
    (["a-b", "3x3", "c+d"], ["a-b", "3x3", "c_d"]),
    (["input_2", "input 2"], ["input_2", "input_2_2"]),
]


@pytest.mark.parametrize(("names", "wanted"), NAMES)
def test_names_that_keras_has_not_stay_apart(names: list[str], wanted: list[str]) -> None:
    layers = keras_of(network([layer(name) for name in names]))["config"]["layers"]
    assert [one["name"] for one in layers] == ["input", *wanted]


def test_a_layer_keeps_its_name_where_another_needs_one_before_it() -> None:
    """The padding of `c` would be called `c__pad`, which is taken."""
    conv = {"type": "conv", "kernel": 3, "padding": [[1, 0], [1, 0]], "filters": 2}
    layers = keras_of(network([{"name": "c__pad", "type": "relu"}, {"name": "c", **conv}]))["config"]["layers"]
    assert [one["name"] for one in layers] == ["input", "c__pad", "c__pad_2", "c"]


def layer(path: str, *inputs: str, type: str = "relu", **more: Any) -> dict[str, Any]:
    """A layer, within scopes where its name has a path."""
    scope, _, name = path.partition("/")
    if name:
        return {"name": scope, "type": "sequence", "layers": [layer(name, *inputs, type=type, **more)]}
    return {"name": scope, "type": type, **({"inputs": list(inputs)} if inputs else {}), **more}


def calls(model: dict[str, Any]) -> dict[str, tuple[str, Any]]:
    """Class and arguments of every layer that is called: names of tensors, in a list where the layer takes a list."""

    def names(one: Any) -> Any:
        return [names(each) for each in one] if isinstance(one, list) else one["config"]["keras_history"][0]

    listed = model["config"]["layers"]
    return {one["name"]: (one["class_name"], names(node["args"])) for one in listed for node in one["inbound_nodes"]}


def test_merges_take_a_list_and_others_a_tensor() -> None:
    """By `keras.layers`: Add, Multiply, Maximum and Concatenate are called with a list of tensors."""
    merges = {"add": "Add", "multiply": "Multiply", "max": "Maximum", "concat": "Concatenate"}
    layers = [layer("a"), *(layer(type, "a", "input", type=type) for type in merges)]
    made = calls(keras_of(network(layers)))
    assert made.pop("a")[1] == ["input"]
    assert made == {type: (kind, [["a", "input"]]) for type, kind in merges.items()}


def test_features_and_maps() -> None:
    """Keras's Dense works along the last dimension: a map is flattened before it, and features that join a map become
    a map of one sample."""
    layers = [
        layer("pool", type="global_avg_pool"), layer("units", type="linear", units=3), layer("act"),
        layer("both", "input", "act", type="multiply"),
    ]  # fmt: skip
    model = keras_of(network(layers))
    made = calls(model)
    assert [made[name][0] for name in ("units", "both")] == ["Dense", "Multiply"]
    (flattened,) = made["units"][1]
    assert made[flattened][0] in ("Flatten", "GlobalAveragePooling2D")
    first, second = made["both"][1][0]
    assert (first, made[second]) == ("input", ("Reshape", ["act"]))
    shapes = dict(
        tensor for one in model["config"]["layers"] for node in one["inbound_nodes"] for tensor in read_by(node["args"])
    )
    assert (shapes["act"], shapes[second], shapes["input"]) == ([None, 3], [None, 1, 1, 3], [None, 16, 16, 3])


@pytest.mark.parametrize("size", [[16], [16, None], [None, None, 8]], ids=str)
def test_inputs(size: list[int | None]) -> None:
    """Channels last, behind the batch; what is not known is none."""
    (first, _) = keras_of(network([layer("a")], input={"size": size, "channels": 3}))["config"]["layers"]
    assert (first["class_name"], first["config"]["batch_shape"], first["inbound_nodes"]) == (
        "InputLayer",
        [None, *size, 3],
        [],
    )


def test_one_input_stands_alone_and_several_are_a_list() -> None:
    """As `Functional.get_config` has it."""
    inputs = {name: {"size": [16], "channels": 3} for name in "xy"}
    layers = [layer("a", "x"), layer("b", "y", "a", type="add"), layer("c", "x")]
    config = keras_of(network(layers, inputs=inputs))["config"]
    assert (config["input_layers"], config["output_layers"]) == ([["x", 0, 0], ["y", 0, 0]], [["b", 0, 0], ["c", 0, 0]])
    config = keras_of(network([layer("a")]))["config"]
    assert (config["input_layers"], config["output_layers"]) == (["input", 0, 0], ["a", 0, 0])


@pytest.mark.parametrize(("name", "wanted"), [("ResNet-50 v2", "ResNet_50_v2"), ("x" * 99, "x" * 60), ("a+b", "a_b")])
def test_the_models_name(name: str, wanted: str) -> None:
    assert keras_of(network([layer("a")], name=name))["config"]["name"] == wanted


def test_paddings_that_keras_has_no_word_for_are_layers() -> None:
    layers = [{"name": "c", "type": "conv", "kernel": 3, "stride": 2, "padding": [[1, 0], [0, 2]], "filters": 2},
              {"name": "s", "type": "conv", "kernel": 3, "padding": 1, "filters": 2}]  # fmt: skip
    _, pad, conv, same = keras_of(network(layers))["config"]["layers"]
    assert (pad["class_name"], pad["config"]["padding"]) == ("ZeroPadding2D", [[1, 0], [0, 2]])
    assert (pad["name"], conv["name"], conv["config"]["padding"]) == ("c__pad", "c", "valid")
    assert same["config"]["padding"] == "same", "where that is the same at every size"


@pytest.mark.parametrize(
    "name",
    [
        "resnet50",
        "inception_v3",
        "mobilenet_v3_large",
        "densenet121",
        "efficientnet_b0",
        "deeplab_v3",
        "unet",
        "wavenet",
    ],
)
def test_keras_models_read_back(name: str) -> None:
    """What the importer of Keras models, which shares nothing with the exporter, reads of a bundled network."""
    text = rfcli.exported(name, "keras-json")
    assert isinstance(text, str)
    reads_back(rfcli.compute(name), text.encode(), "", "net.json", lambda one: one.replace("/", "__"))


SAME_IN_KERAS = [
    one
    for one in CASES
    if one not in REFUSED_BY_KERAS
    and not one.startswith(("flatten", "attention"))
    and one.rpartition("-")[0] not in REARRANGING
]
"""Not attention, whose projections Keras adds, nor what stands behind a flattening that Keras gives no size, nor
rearrangements, which are layers where they are read, or put out."""


@pytest.mark.parametrize("case", SAME_IN_KERAS)
def test_every_layer_reads_back_from_keras(case: str) -> None:
    """Sizes, channels and parameters; what Keras writes as several layers has the last one's name."""
    found = rfcli.compute(described(CASES[case]))
    back = rfcli.compute(rfcli.loads(str(rfcli.exported(described(CASES[case]), "keras-json")), "net.json"))
    known = {one.name: one for one in back.layers}
    for one in found.layers:
        assert (known[one.name].output_size, known[one.name].channels) == (one.output_size, one.channels), one.name
    assert back.total.params == found.total.params
