"""Exported models, loaded and run by the tools that they are for. `pytest -m zoo`."""

from __future__ import annotations

from typing import Any

import pytest

import rfcli
from exchange.exporting import CASES, described, refusals

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


@pytest.mark.parametrize("case", CASES)
def test_onnx_runs_each_layer(case: str) -> None:
    network = described(CASES[case])
    if not refusals(network, "onnx"):
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


def test_onnx_of_unknown_size_runs_at_any() -> None:
    data = rfcli.exported("mobilenet_v1", "onnx", input_size=None)
    for size in ((64, 65), (97, 128)):
        report = rfcli.compute("mobilenet_v1", input_size=size)
        assert shapes_of_onnx(report, data) == outputs(report)
