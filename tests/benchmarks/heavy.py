"""Models with 500 MB of weights, and the same ones without: five convolutions of 100 MB each. They are written piece by
piece."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path
from typing import Any, BinaryIO

import h5py
import numpy
from onnx import ModelProto, TensorProto, helper
from readers.torch.archives import program

CHANNELS, CONVOLUTIONS = 1668, 5
SHAPE = (CHANNELS, CHANNELS, 3, 3)
BYTES = 4 * CHANNELS * CHANNELS * 9
PIECE = os.urandom(1 << 20)


def pour(stream: BinaryIO, size: int) -> None:
    """So many bytes of weights."""
    while size > 0:
        size -= stream.write(PIECE[:size])


def _varint(value: int) -> bytes:
    made = bytearray()
    while value > 0x7F:
        made.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*made, value])


def _field(number: int, size: int) -> bytes:
    """The head of a field of so many bytes."""
    return _varint(number << 3 | 2) + _varint(size)


def _graph(tensors: list[TensorProto]) -> ModelProto:
    nodes = [helper.make_node("Conv", [f"x{at}", f"w{at}"], [f"x{at + 1}"], pads=[1] * 4) for at in range(CONVOLUTIONS)]
    ends = [helper.make_tensor_value_info(f"x{at}", 1, [1, CHANNELS, 64, 64]) for at in (0, CONVOLUTIONS)]
    graph = helper.make_graph(nodes, "heavy", ends[:1], ends[1:], tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])


def onnx_inside(path: Path, weights: bool) -> None:
    if not weights:
        tensors = [TensorProto(name=f"w{at}", dims=SHAPE, data_type=1) for at in range(CONVOLUTIONS)]
        path.write_bytes(_graph(tensors).SerializeToString())
        return
    model = _graph([])
    graph = model.graph.SerializeToString()
    heads = [TensorProto(name=f"w{at}", dims=SHAPE, data_type=1).SerializeToString() for at in range(CONVOLUTIONS)]
    heads = [head + _field(9, BYTES) for head in heads]
    heads = [_field(5, len(head) + BYTES) + head for head in heads]
    model.ClearField("graph")
    with path.open("wb") as stream:
        stream.write(model.SerializeToString() + _field(7, len(graph) + sum(map(len, heads)) + BYTES * len(heads)))
        stream.write(graph)
        for head in heads:
            stream.write(head)
            pour(stream, BYTES)


def onnx_outside(path: Path, weights: bool) -> None:
    """As external data; without it, it is not there."""
    tensors = []
    for at in range(CONVOLUTIONS):
        one = TensorProto(name=f"w{at}", dims=SHAPE, data_type=1, data_location=TensorProto.EXTERNAL)
        for key, value in (("location", f"{path.name}.data"), ("offset", str(at * BYTES)), ("length", str(BYTES))):
            one.external_data.add(key=key, value=value)
        tensors.append(one)
    path.write_bytes(_graph(tensors).SerializeToString())
    if weights:
        with path.with_name(f"{path.name}.data").open("wb") as stream:
            pour(stream, BYTES * CONVOLUTIONS)


def _keras() -> dict[str, Any]:
    conv = {"filters": CHANNELS, "kernel_size": [3, 3], "padding": "same"}
    layers = [{"class_name": "Conv2D", "config": {"name": f"c{at}", **conv}} for at in range(CONVOLUTIONS)]
    source = {"class_name": "InputLayer", "config": {"name": "x", "batch_input_shape": [None, 64, 64, CHANNELS]}}
    return {
        "class_name": "Sequential",
        "config": {"name": "heavy", "layers": [source, *layers]},
        "keras_version": "2.15.0",
    }


def hdf5(path: Path, weights: bool) -> None:
    with h5py.File(path, "w") as made:
        made.attrs["keras_version"], made.attrs["model_config"] = "2.15.0", json.dumps(_keras()).encode()
        for at in range(CONVOLUTIONS if weights else 0):
            kernel = made.create_group(f"model_weights/c{at}").create_dataset("kernel", SHAPE, "<f4")
            row = numpy.frombuffer(PIECE[: 4 * SHAPE[1] * 9], "<f4").reshape(SHAPE[1:])
            for number in range(SHAPE[0]):
                kernel[number] = row


def keras(path: Path, weights: bool) -> None:
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("config.json", json.dumps(_keras()))
        made.writestr("metadata.json", "{}")
        with made.open("model.weights.h5", "w", force_zip64=True) as stream:
            pour(stream, BYTES * CONVOLUTIONS if weights else 0)


def pt2(path: Path, weights: bool) -> None:
    """A program of torch, with weights that are as long as these."""
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("net/archive_format", b"pt2")
        made.writestr("net/models/model.json", json.dumps(program("n1")))
        for at in range(CONVOLUTIONS):
            with made.open(f"net/data/weights/weight_{at}", "w", force_zip64=True) as stream:
                pour(stream, BYTES if weights else 0)


HEAVY = {
    "inside.onnx": onnx_inside, "outside.onnx": onnx_outside, "heavy.h5": hdf5, "heavy.keras": keras, "heavy.pt2": pt2,
}  # fmt: skip
