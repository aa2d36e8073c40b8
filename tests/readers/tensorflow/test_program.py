"""Whole models that TensorFlow's own converter wrote, without the numbers of their weights: parameters, products, sizes
and regions are those that its interpreter tells (`making.py`)."""

from __future__ import annotations

import json
import zlib
from importlib import import_module

import pytest

import rfcli
from readers.tensorflow.lite.written import chain
from readers.tensorflow.witness import HERE, reads, rows
from rfcli.description.names import sanitised
from rfcli.description.nodes import File
from rfcli.readers.tensorflow.graph import Graph, Node
from rfcli.readers.tensorflow.program import FAMILIES, described

LITE = json.loads((HERE / "lite" / "witness.json").read_text())


GATED = ("mobilenet_v3_small", "efficientnet_b0", "efficientnet_v2_b0")
"""Models with gates of the whole map."""


def layer_name(tensor: str) -> str:
    return sanitised(tensor.rpartition(":")[0] or tensor, "layer")


@pytest.mark.parametrize("name", LITE)
def test_models(name: str) -> None:
    told = LITE[name]
    network = rfcli.loads(zlib.decompress((HERE / "lite" / f"{name}.tflite.z").read_bytes()), "net.tflite")
    assert not [entry.name for entry in network.entries if entry.layer.given.get("unknown")]
    report = rfcli.compute(network)
    assert (report.total.params, report.total.macs) == (told["params"], told["macs"])
    layers, compared = {one.name: one for one in report.layers}, 0
    for tensor, (_, *shape) in told["sizes"].items():
        layer = layers.get(layer_name(tensor))
        if layer is not None and len(shape) == len(layer.output_size) + 2 and shape[0] == 1:
            assert [*layer.output_size, layer.channels] == shape[1:], tensor
            compared += 1
    assert compared > 5 or name == "vit"
    for tensor, places in told.get("reads", {}).items():
        assert reads(network, layer_name(tensor), places, name in GATED) > 2


def test_there_are_enough_models_and_their_data_is_small() -> None:
    assert len(LITE) >= 12 and sum("reads" in one for one in LITE.values()) >= 10
    assert sum(path.stat().st_size for path in (HERE / "lite").iterdir() if path.is_file()) < 600_000


def test_every_row_is_looked_at() -> None:
    families = [import_module(f"readers.tensorflow.test_{one.__name__.rpartition('.')[2]}") for one in FAMILIES]
    families.append(import_module("readers.tensorflow.test_batches"))
    for kind, word in (("tflite", "LITE"), ("graph", "GRAPH")):
        listed = [name for family in families for name in getattr(family, word)]
        assert sorted(listed) == sorted(name for name, row in rows().items() if kind in row)


def test_what_is_not_known_spoils_what_depends_on_it_alone() -> None:
    report = rfcli.compute(rfcli.loads(chain("RELU", "UNIQUE", "RELU"), "net.tflite"))
    known = [isinstance(one.receptive_field.size[0], int) for one in report.layers]
    assert known == [True, True, False, False]
    assert "UNIQUE" in report.layers[2].receptive_field.size[0].reason


def test_an_identity_of_nothing_is_no_end_of_rf() -> None:
    """As damaged files have it."""

    nodes = [Node("Identity", "i", (), ("i:0",), {}, "CAST"), Node("Relu", "r", ("x:0",), ("r:0",), {}, "RELU")]
    graph = Graph("", nodes, {"x": ("x:0", (1, 8, 8, 3))}, ["r:0"], lambda key: None, lambda key: None)
    assert described(graph, File("net.tflite", "")).count == 1
