"""What TensorFlow said of models, as `making.py` wrote it down, held against what rf says of them."""

from __future__ import annotations

import base64
import json
import math
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import rfcli

HERE = Path(__file__).parent


@cache
def rows() -> dict[str, Any]:
    """Small models by name: inputs, outputs, and the files."""
    return json.loads((HERE / "rows.json").read_text())


def file_of(name: str, kind: str) -> bytes:
    """A small model as a file of some kind: tflite or graph."""
    return zlib.decompress(base64.b64decode(rows()[name][kind]))


def drawn(network: rfcli.Architecture) -> list[str]:
    """The layers that rf reads, each as a text."""
    found = []
    for entry in network.entries:
        given = ", ".join(f"{key}={value}" for key, value in sorted(entry.layer.given.items()))
        found.append(f"{entry.layer.type}({given})")
    return found


def agrees(network: rfcli.Architecture, outputs: list[dict[str, Any]], first: bool = False) -> int:
    """Outputs have the shapes that TensorFlow makes, and read what it reads; the number of regions that were compared.
    What is not known is passed over."""
    report, compared = rfcli.compute(network), 0
    for name, told in zip(report.outputs, outputs, strict=True):
        layer, shape = report.layer(name), told["shape"]
        sizes, channels = list(layer.output_size), layer.channels
        if not all(isinstance(n, int) for n in (*sizes, channels)):
            continue
        space, count = (shape[2:], shape[1]) if first else (shape[1:-1], shape[-1])
        if len(space) == len(sizes):
            assert (sizes, channels) == (space, count), name
        else:
            assert math.prod(sizes) * channels == math.prod(shape), name
        if told["reads"]:
            compared += reads(network, name, told["reads"])
    return compared


def reads(network: rfcli.Architecture, name: str, told: list[list[Any]], gated: bool = False) -> int:
    """What some places of a layer's output read of an input along one axis, from the first sample to the last. Where
    all is `gated`, what gates see of the whole map is passed over: it changes an input of 0 by nothing."""
    reports = [rfcli.compute(network, origin=one.name) for one in network.inputs]
    compared = 0
    for number, axis, o, low, high in told:
        report = reports[number]
        layer, n = report.layer(name), network.inputs[number].size[axis]
        place = [size // 2 for size in layer.output_size]
        place[axis] = o
        at = rfcli.located(report, name).at(tuple(place))
        wanted = (at.runs[axis][0][0], at.runs[axis][-1][1]) if at.runs[axis] else (None, None)
        if layer.receptive_field.unbounded[axis] == "both" and not gated:
            wanted = (0, n - 1)
        elif layer.receptive_field.unbounded[axis] is not None and wanted[0] is not None and not gated:
            before = layer.receptive_field.unbounded[axis] == "before"
            wanted = (0, wanted[1]) if before else (wanted[0], n - 1)
        assert wanted == (low, high), (name, network.inputs[number].name, axis, o, wanted, (low, high))
        compared += 1
    return compared


def held(lite: dict[str, list[str]], graph: dict[str, list[str]]) -> Callable[[str, str], None]:
    """The test of a family's rows: the layers that rf reads in a file of each kind, and that TensorFlow agrees."""
    each = [("tflite", name) for name in lite] + [("graph", name) for name in graph]

    @pytest.mark.parametrize(("kind", "name"), each)
    def test_rows(kind: str, name: str) -> None:
        network = rfcli.loads(file_of(name, kind), "net." + ("tflite" if kind == "tflite" else "pb"))
        assert drawn(network) == (lite if kind == "tflite" else graph)[name]
        row = rows()[name]
        told = row.get("tflite outputs", row["outputs"]) if kind == "tflite" else row["outputs"]
        if not any("unknown=" in one for one in drawn(network)):
            agrees(network, told, row["first"])

    return test_rows
