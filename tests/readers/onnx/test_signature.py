"""Buffers and constants that PyTorch's exporter notes beside the parameters."""

from __future__ import annotations

from typing import Any

import numpy
import pytest
from onnx import helper, numpy_helper

import rfcli
from rfcli.readers.onnx.signature import KIND, SIGNATURE, untrained

KERNELS = {"conv.weight": (8, 3, 3, 3), "conv.bias": (8,), "k": (8, 1, 3, 3), "ones": (8, 1, 1)}


def model(kinds: dict[str, str], noted: list[str]) -> Any:
    """Two convolutions and a factor, with what is noted of their tensors."""
    nodes = [
        helper.make_node("Conv", ["x", "conv.weight", "conv.bias"], ["a"], pads=[1] * 4),
        helper.make_node("Conv", ["a", "k"], ["b"], group=8),
        helper.make_node("Mul", ["b", "ones"], ["y"]),
    ]
    held = [numpy_helper.from_array(numpy.ones(shape, "f4"), name) for name, shape in KERNELS.items()]
    x, y = (
        helper.make_tensor_value_info(name, 1, shape) for name, shape in {"x": (1, 3, 8, 8), "y": (1, 8, 6, 6)}.items()
    )
    made = helper.make_model(helper.make_graph(nodes, "g", [x], [y], held))
    for name, kind in kinds.items():
        info = made.graph.value_info.add()
        info.CopyFrom(helper.make_tensor_value_info(name, 1, KERNELS[name]))
        info.metadata_props.add(key=KIND, value=kind)
    lines = ["", "# inputs", *[f"p_{name.replace('.', '_')}: PARAMETER target='{name}'" for name in noted], ""]
    if noted:
        made.graph.metadata_props.add(key=SIGNATURE, value="\n".join(lines))
    return made


@pytest.mark.parametrize(
    ("kinds", "noted", "params"),
    [
        pytest.param({}, [], 224 + 72 + 8, id="nothing is noted"),
        pytest.param({"k": "BUFFER"}, [], 224 + 8, id="a buffer"),
        pytest.param({"k": "BUFFER", "ones": "CONSTANT_TENSOR"}, [], 224, id="and a constant"),
        pytest.param({"k": "PARAMETER"}, ["conv.weight", "conv.bias", "k"], 296, id="all parameters are there"),
        pytest.param({"k": "BUFFER"}, ["conv.weight", "conv.bias"], 224, id="without a buffer"),
        pytest.param({"k": "BUFFER"}, ["conv.weight", "gamma"], 224 + 8, id="one was made into another"),
    ],
)
def test_what_is_no_parameter(tmp_path: Any, kinds: dict[str, str], noted: list[str], params: int) -> None:
    made = model(kinds, noted)
    (tmp_path / "net.onnx").write_bytes(made.SerializeToString())
    report = rfcli.compute(rfcli.load(str(tmp_path / "net.onnx")))
    assert report.total.params == params
    assert report.layers[1].output_size == (6, 6) and not report.unused_params


def test_names() -> None:
    assert untrained(model({}, []).graph) == set()
    assert untrained(model({"k": "BUFFER", "conv.bias": "PARAMETER"}, ["conv.weight", "conv.bias"]).graph) == {
        "k",
        "ones",
    }
