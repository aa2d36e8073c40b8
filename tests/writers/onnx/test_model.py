"""ONNX models: the checker finds nothing wrong with them, and they are read back as they were written."""

from __future__ import annotations

import json
from typing import Any

import onnx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from oracle.networks import chains, graphs, unsized

import rfcli
from writers.exporting import CASES, described, network, refusals
from writers.reading_back import REARRANGING, reads_back

REFUSED_BY_ONNX = {
    **dict.fromkeys(["lstm-0", "gru-0", "rnn-0"], "one axis only"),
    "zeros-0": "no operation of zeros",
    "max_unpool-0": "indices",
    "attention-0": "no attention",
    "attention-1": "no attention",
    "window_attention-0": "no attention",
    "resize-2": "area",
    "adaptive_avg_pool-0": "12 samples are no multiple of 5",
    "adaptive_max_pool-0": "14 samples are no multiple of 4",
    "custom-1": "whole map",
    "custom-2": "Einsum",
    "custom-3": "it states 7 parameters",
    "custom-4": "it states 0 multiply-accumulates",
}
REARRANGED = {"pixel_shuffle-1", "pixel_unshuffle-1"}
"""Reshapes, which the importer only makes a layer of when the next one reads it."""


def onnx_of(network: rfcli.Architecture | str) -> bytes:
    """The model, which is valid, and whose inferred shapes fit the outputs' that rf states."""
    data = rfcli.exported(network, "onnx")
    assert isinstance(data, bytes)
    onnx.checker.check_model(data, full_check=True)
    return data


@pytest.mark.parametrize("case", CASES)
def test_onnx_writes_each_layer_or_says_why_not(case: str) -> None:
    network = described(CASES[case])
    found = refusals(network, "onnx")
    if case in REFUSED_BY_ONNX:
        (message,) = [one for one in found if "'it'" in one]
        assert REFUSED_BY_ONNX[case] in message
    else:
        assert found == []
        reads_back(rfcli.compute(network), onnx_of(network), "it" if case in REARRANGED else "")


@pytest.mark.parametrize("name", [
    "alexnet", "resnet18", "resnet_v2_50", "mobilenet_v1", "mobilenet_v3_large", "efficientnet_b0", "convnext_tiny",
    "googlenet", "inception_v2", "deeplab_v3", "unet", "highres3dnet", "wavenet", "patchgan_70", "bagnet_9",
])  # fmt: skip
def test_bundled_networks_become_onnx_models(name: str) -> None:
    data = onnx_of(name)
    reads_back(rfcli.compute(name), data)
    assert len(data) < 120 * 1024, "weights are not stored"


def odd(report: rfcli.Report, layer: Any) -> bool:
    """Whether the importer takes a layer for another: a scale of one channel for a number, a pool of one sample for
    nothing, a rearrangement for a layer that goes before the next."""
    sizes = [report.graph.sizes[report.graph.names.number(name)] for name in layer.inputs]
    return (
        layer.type in REARRANGING
        or (layer.type, layer.channels) == ("channel_scale", 1)
        or ("pool" in layer.type and any(1 in one for one in sizes))
    )


@pytest.mark.parametrize("strategy", [chains(), graphs(), unsized()], ids=["chains", "graphs", "unsized"])
def test_random_networks_become_onnx_models(strategy: Any) -> None:
    outcomes = {"read": 0, "refused": 0}

    @settings(max_examples=20, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(strategy)
    def holds(document: Any) -> None:
        network = rfcli.loads(json.dumps(document), "net.json")
        report = rfcli.compute(network)
        if refusals(network, "onnx"):
            outcomes["refused"] += 1
            return
        outcomes["read"] += 1
        data = onnx_of(network)
        if not any(odd(report, one) for one in report.layers):
            reads_back(report, data)

    holds()
    assert outcomes["read"] > 5, outcomes


def test_onnx_keeps_sizes_that_are_not_known() -> None:
    text = (
        "format: 1\ninput: {size: [null, 64], channels: 3}\n"
        "layers: [{type: conv, kernel: 3, stride: 2, padding: same, filters: 4}]\n"
    )
    model = onnx.load_from_string(onnx_of(rfcli.loads(text)))
    dims = model.graph.input[0].type.tensor_type.shape.dim
    assert [one.dim_param or one.dim_value for one in dims] == ["batch", 3, "input_h", 64]
    (conv,) = [node for node in model.graph.node if node.op_type == "Conv"]
    assert {one.name: one for one in conv.attribute}["auto_pad"].s == b"SAME_UPPER"


def layer(name: str, *inputs: str, type: str = "relu", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": type, **({"inputs": list(inputs)} if inputs else {}), **more}


def graph_of(layers: list[dict[str, Any]], **given: Any) -> Any:
    return onnx.load_from_string(onnx_of(network(layers, **given))).graph


def shape(value: Any) -> list[int | str]:
    return [one.dim_param or one.dim_value for one in value.type.tensor_type.shape.dim]


def test_inputs_and_outputs_are_the_networks() -> None:
    inputs = {"x": {"size": [16, None], "channels": 3}, "y": {"size": [16, None], "channels": 3}}
    layers = [layer("a", "x", "y", type="add"), layer("b", "x", type="max_pool", kernel=2)]
    made = graph_of(layers, inputs=inputs, outputs=["b", "a"], name="two/nets")
    assert {one.name: shape(one) for one in made.input} == {"x": ["batch", 3, 16, "x_w"], "y": ["batch", 3, 16, "y_w"]}
    assert [one.name for one in made.output] == ["b", "a"]
    assert [shape(one)[:3] for one in made.output] == [["batch", 3, 8], ["batch", 3, 16]]


def test_an_input_that_is_an_output_is_another_value() -> None:
    """No value of a graph is both: an Identity stands between them."""
    made = graph_of([layer("a", "input")], outputs=["input", "a"])
    (between,) = [node for node in made.node if node.op_type == "Identity"]
    assert list(between.input) == ["input"] and [one.name for one in made.output] == [between.output[0], "a"]
    assert between.output[0] != "input"


def test_features_and_maps() -> None:
    """Gemm takes (batch, features): a map is flattened before it; features that join a map get axes behind them."""
    layers = [
        layer("c", type="conv", kernel=16, filters=3), layer("units", type="linear", units=3), layer("act"),
        layer("both", "input", "act", type="multiply"),
    ]  # fmt: skip
    made = {node.name: node for node in graph_of(layers).node}
    assert (made["units"].op_type, made["both"].op_type, made["act"].op_type) == ("Gemm", "Mul", "Relu")
    assert made[made["units"].input[0]].op_type == "Flatten"
    assert [made[name].op_type for name in made["both"].input if name != "input"] == ["Unsqueeze"]
    (output,) = graph_of(layers[:3]).output
    assert shape(output) == ["batch", 3]


def test_names_below_a_layer_are_free() -> None:
    """The weight of `c` is `c/weight`, which here is a layer; no two values share a name, which the checker wants too."""
    scope = {"name": "c", "type": "sequence", "layers": [layer("weight"), layer("bias")]}
    made = graph_of(
        [
            layer("first"),
            scope,
            layer("d", type="conv", kernel=1, filters=2),
            {"name": "d_", "type": "sequence", "layers": [layer("weight")]},
        ]
    )
    names = [name for node in made.node for name in node.output] + [one.name for one in made.initializer]
    assert len(names) == len(set(names))
    assert {"c/weight", "c/bias", "d", "d_/weight", "d/weight"} <= set(names)


def test_weights_are_as_large_as_they_are_and_hold_nothing() -> None:
    """A sparse tensor without entries: all its numbers are zeros."""
    made = graph_of([layer("c", type="conv", kernel=[5, 3], filters=64)])
    weights = {node.name: node.attribute[0].sparse_tensor for node in made.node if node.op_type == "Constant"}
    assert {name: list(one.dims) for name, one in weights.items()} == {"c/weight": [64, 3, 5, 3], "c/bias": [64]}
    assert {len(one.values.float_data) + len(one.values.raw_data) for one in weights.values()} == {0}


def test_equal_constants_are_one() -> None:
    """Mean 0 and variance 1 of two normalisations of equally many channels."""
    made = graph_of([layer("a", type="batch_norm"), layer("b", type="batch_norm")])
    assert len([node for node in made.node if node.op_type == "ConstantOfShape"]) == 2
    assert len(made.initializer) == 1


def test_the_same_network_has_the_same_bytes() -> None:
    assert onnx_of("mobilenet_v2") == onnx_of("mobilenet_v2")


def test_versions() -> None:
    """GroupNormalization has a scale a channel from opset 21 on; models of that opset have format 10, of onnx 1.16."""
    model = onnx.load_from_string(onnx_of(network([layer("a")])))
    assert [(one.domain, one.version) for one in model.opset_import] == [("", 21)]
    assert (model.ir_version, model.producer_name) == (10, "rf")
    assert onnx.helper.VERSION_TABLE and ("1.16.0", 10, 21) in {row[:3] for row in onnx.helper.VERSION_TABLE}


def test_onnx_names_are_the_layers() -> None:
    """Other operations of a layer are named below it."""
    layers = [{"name": "a/b", "type": "sequence", "layers": [{"name": "gate", "type": "squeeze_excite", "units": 2}]}]
    names = [node.name for node in onnx.load_from_string(onnx_of(network(layers))).graph.node]
    assert names[-1] == "a/b/gate" and all(name.startswith("a/b/gate/") for name in names[:-1])
