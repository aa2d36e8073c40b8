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
    "max_unpool-0": "indices",
    "attention-0": "no attention",
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


def test_onnx_names_are_the_layers() -> None:
    """Other operations of a layer are named below it."""
    layers = [{"name": "a/b", "type": "sequence", "layers": [{"name": "gate", "type": "squeeze_excite", "units": 2}]}]
    names = [node.name for node in onnx.load_from_string(onnx_of(network(layers))).graph.node]
    assert names[-1] == "a/b/gate" and all(name.startswith("a/b/gate/") for name in names[:-1])
