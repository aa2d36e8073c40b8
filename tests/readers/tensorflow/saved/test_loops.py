"""Loops that are recurrent layers: SavedModels of Keras 2.15 and 3.15, and what TensorFlow says of them."""

from __future__ import annotations

import json
import zlib

import pytest

import rfcli
from readers.tensorflow.saved import written as w
from readers.tensorflow.witness import HERE
from rfcli.readers.tensorflow.saved.loops import Loop, loop_of
from rfcli.readers.tensorflow.saved.nodes import NodeDef, node_of

LOOPS = HERE / "saved" / "loops"
WITNESS = json.loads((LOOPS / "witness.json").read_text())
LAYERS = {
    "bi": ["lstm", "lstm"], "gru": ["gru"], "back": ["lstm"], "two": ["lstm", "lstm", "gru"], "seq": ["lstm"],
    "simple": ["rnn"],
}  # fmt: skip


@pytest.mark.parametrize("name", WITNESS)
def test_keras_layers(name: str) -> None:
    """Parameters are Keras's, regions those of TensorFlow's runtime: the input was changed step by step."""
    told = WITNESS[name]
    network = rfcli.loads(zlib.decompress((LOOPS / f"{name}.pb.z").read_bytes()), "net.pb")
    assert not [entry.name for entry in network.entries if entry.layer.given.get("unknown")]
    kinds = [entry.layer for entry in network.entries if entry.layer.type in ("lstm", "gru", "rnn")]
    assert [one.type for one in kinds] == LAYERS[name.partition(".")[0]]
    assert [bool(one.given.get("reverse")) for one in kinds] == [name[:4] == "back" or (name[:2] == "bi" and at == 1)
                                                                for at in range(len(kinds))]  # fmt: skip
    report = rfcli.compute(network)
    assert report.total.params == told["params"] and isinstance(report.total.macs, int)
    layer = report.layers[-1]
    assert [*layer.output_size, layer.channels] == (
        told["shape"][1:] if len(told["shape"]) == 3 else [1, told["shape"][1]]
    )
    (side,) = layer.receptive_field.unbounded
    for o, low, high in told["reads"]:
        runs = rfcli.located(report, layer.name).at((o,)).runs[0]
        wanted = (0 if side in ("both", "before") or not runs else runs[0][0],
                  23 if side in ("both", "after") or not runs else runs[-1][1])  # fmt: skip
        assert wanted == (low, high)


ARGUMENTS = ["t", "made", "h", "xs", "k", "r", "b"]
RESULTS = ["t1:z:0", "made1:output_handle:0", "act:activations:0", "xs", "k", "r", "b"]


def step(**changed: NodeDef | None) -> Loop | None:
    """A step of a recurrent layer, some of its nodes changed or left out."""
    one = {8: {1: w.INT32, 2: w.shape([]), 7: b"\x01"}}
    nodes = [
        w.node("Const", "one", value=one), w.node("AddV2", "t1", "t", "one:output:0"),
        w.node("TensorListGetItem", "x", "xs", "t", "one:output:0"), w.node("MatMul", "xk", "x:item:0", "k"),
        w.node("MatMul", "hr", "h", "r"), w.node("AddV2", "sum", "xk:product:0", "hr:product:0"),
        w.node("BiasAdd", "biased", "sum:z:0", "b"), w.node("Tanh", "act", "biased:output:0"),
        w.node("TensorListSetItem", "made1", "made", "t", "act:y:0"),
    ]  # fmt: skip
    made = {one.name: one for one in (node_of(w.message(each)) for each in nodes)} | changed
    return loop_of(ARGUMENTS, [one for one in made.values() if one is not None], RESULTS)


def node(*given: str) -> NodeDef:
    return node_of(w.message(w.node(*given)))


def test_a_step_is_known() -> None:
    assert step() == Loop(3, (4, 5), (6,), (2,), 1, False, 0)
    assert step(made1=node("TensorListSetItem", "made1", "made", "one:output:0", "act:y:0")) == Loop(
        3, (4, 5), (6,), (2,), 1, True, 0
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"x": node("TensorListGetItem", "x", "xs", "one:output:0", "one")},  # another step than the loop's
        {"x": node("TensorListGetItem", "x", "made", "t", "one")},  # of what it writes
        {"t1": node("AddV2", "t1", "h", "one:output:0")},
        {"t1": node("Sub", "t1", "t", "one:output:0")},  # backwards
        {"act": node("Reverse", "act", "biased:output:0")},
        {"hr": node("MatMul", "hr", "h", "act:y:0")},
        {"hr": node("MatMul", "hr", "x:item:0", "r")},  # no state is read
        {"hr": None},
        {"hr": node("MatMul", "hr", "h")},
        {"made1": node("TensorListSetItem", "made1", "xs", "t", "act:y:0")},
        {"one": node("Const", "one")},
        {"xk": node("Identity", "xk", "xk")},  # in a circle
    ],
)
def test_others_are_not(changed: dict[str, NodeDef | None]) -> None:
    assert step(**changed) is None
