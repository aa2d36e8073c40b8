"""Keras models: every layer reads what stands before it, under names that Keras takes, and they are read back."""

from __future__ import annotations

import json
from typing import Any

import pytest

import rfcli
from writers.exporting import CASES, described, network, refusals
from writers.reading_back import REARRANGING, reads_back

REFUSED_BY_KERAS = {
    "softmin-0": "no softmin",
    "lrn-0": "neighbouring channels",
    "max_unpool-0": "indices",
    "channel_slice-0": "some channels",
    "channel_slice-1": "some channels",
    "identity-1": "channels of zeros",
    "subsample-1": "channels of zeros",
    "pad-1": "padding_mode reflect",
    "pad-2": "padding_mode replicate",
    "pad-3": "padding_mode circular",
    "upsample-4": "align_corners",
    "resize-2": "area",
    "resize-4": "asymmetric",
    "resize-5": "align_corners",
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


def test_names_that_keras_has_not_stay_apart() -> None:
    layers = [{"name": name, "type": "relu"} for name in ("a.b", "a:b", "a_b", "a b")]
    names = [layer["name"] for layer in keras_of(network(layers))["config"]["layers"]]
    assert names == ["input", "a_b", "a_b_2", "a_b_3", "a_b_4"]


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
