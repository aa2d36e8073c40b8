"""Exported models, loaded and run by the tools that they are for. `pytest -m zoo`."""

from __future__ import annotations

import math
import os
import warnings
from typing import Any

import pytest

import rfcli
from writers.exporting import CASES, described, network, refusals
from writers.keras.test_model import REFUSED_BY_KERAS
from writers.onnx.test_model import REFUSED_BY_ONNX

pytestmark = pytest.mark.zoo


def shapes_of_onnx(report: rfcli.Report, data: bytes) -> list[tuple[int, ...]]:
    """What onnxruntime makes of a batch of two, as (channels, *sizes)."""
    import numpy
    import onnxruntime

    onnxruntime.set_default_logger_severity(4)
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    given = {
        one.name: numpy.zeros((2, one.channels, *one.size), numpy.float32) for one in report.graph.architecture.inputs
    }
    rank = len(report.graph.axes)
    found = [one.shape[1:] for one in session.run(None, given)]
    return [tuple(one) if len(one) > 1 else (*one, *(1,) * rank) for one in found]


def outputs(report: rfcli.Report) -> list[tuple[Any, ...]]:
    return [(one.channels, *one.output_size) for one in (report.layer(name) for name in report.outputs)]


@pytest.mark.parametrize("case", [case for case in CASES if case not in REFUSED_BY_ONNX])
def test_onnx_runs_each_layer(case: str) -> None:
    network = described(CASES[case])
    report = rfcli.compute(network)
    assert shapes_of_onnx(report, rfcli.exported(network, "onnx")) == outputs(report)


@pytest.mark.parametrize(("name", "size"), [
    ("resnet18", (65, 97)), ("mobilenet_v1", (97, 64)), ("inception_v3", 111), ("efficientnet_b0", 64),
    ("convnext_tiny", 64), ("unet_small", 64), ("wavenet", 100),
])  # fmt: skip
def test_onnx_runs_networks(name: str, size: Any) -> None:
    report = rfcli.compute(name, input_size=size)
    data = rfcli.exported(name, "onnx", input_size=size)
    assert shapes_of_onnx(report, data) == outputs(report)


def test_onnx_runs_crops_behind_what_is_laid_otherwise() -> None:
    """Recurrent layers end in a Transpose, which onnxruntime moves past a Pad."""
    layers = [{"type": "gru", "units": 2}, {"type": "crop", "cropping": [[7, 0]]}, {"type": "pad", "padding": [[1, 2]]}]
    report = rfcli.compute(network(layers, input={"size": [8], "channels": 2}))
    data = rfcli.exported(report.graph.architecture, "onnx")
    assert shapes_of_onnx(report, data) == outputs(report)


def test_onnx_of_unknown_size_runs_at_any() -> None:
    data = rfcli.exported("mobilenet_v1", "onnx", input_size=None)
    for size in ((64, 65), (97, 128)):
        report = rfcli.compute("mobilenet_v1", input_size=size)
        assert shapes_of_onnx(report, data) == outputs(report)


# Keras


def keras() -> Any:
    """Keras 3 with torch below it."""
    os.environ["KERAS_BACKEND"] = "torch"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import keras as found

    return found


def loads_in_keras(report: rfcli.Report, text: str, run: bool) -> None:
    """Every layer that an output uses has rf's size and channels, and the model rf's number of parameters."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of einops and the like, which Keras wraps
        model = keras().models.model_from_json(text)
    tensors = {layer.name: tuple(layer.output.shape)[1:] for layer in model.layers}
    rank = len(report.graph.axes)
    found = {
        one.name: tensors[one.name.replace("/", "__")]
        for one in report.layers
        if one.name.replace("/", "__") in tensors
    }
    made = {name: shape if len(shape) > 1 else (*(1,) * rank, *shape) for name, shape in found.items()}
    assert made == {one.name: (*one.output_size, one.channels) for one in report.layers if one.name in made}
    if len(made) == len(report.layers) and isinstance(report.total.params, int):
        assert sum(math.prod(one.shape) for one in model.trainable_weights) == report.total.params
    else:
        assert len(made) > 0.9 * len(report.layers)
    if run:
        inputs = [keras().ops.zeros((2, *one.size, one.channels)) for one in report.graph.architecture.inputs]
        outputs = model(inputs if len(inputs) > 1 else inputs[0])
        outputs = outputs if isinstance(outputs, list | tuple) else [outputs]
        shapes = [tuple(one.shape)[1:] for one in outputs]
        assert [one if len(one) > 1 else (*(1,) * rank, *one) for one in shapes] == [made[n] for n in report.outputs]


@pytest.mark.parametrize("case", [case for case in CASES if case not in REFUSED_BY_KERAS])
def test_keras_runs_each_layer(case: str) -> None:
    network = described(CASES[case])
    loads_in_keras(rfcli.compute(network), str(rfcli.exported(network, "keras-json")), True)


@pytest.mark.parametrize("name", [
    "resnet18", "resnet_v1_50", "mobilenet_v1", "mobilenet_v3_large", "efficientnet_b0", "convnext_tiny", "inception_v2",
    "unet", "unet_small", "wavenet", "patchgan_70", "dilated_context", "alexnet_v2",
])  # fmt: skip
def test_keras_loads_networks(name: str) -> None:
    loads_in_keras(rfcli.compute(name), str(rfcli.exported(name, "keras-json")), False)


def test_keras_refuses_what_bundled_networks_need_beside() -> None:
    for name, why in (("alexnet", "neighbouring channels"), ("highres3dnet", "channels of zeros")):
        assert all(why in one for one in refusals(rfcli.load(name), "keras-json"))
        assert refusals(rfcli.load(name), "keras-json")
