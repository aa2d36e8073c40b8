"""Steps that are turned round: whole models are in `saved/test_loops.py`."""

from __future__ import annotations

import zlib

import rfcli
from readers.tensorflow.saved import written as w
from readers.tensorflow.witness import HERE
from rfcli.readers.tensorflow.graph import Node
from rfcli.readers.tensorflow.turned import Turned, turned
from rfcli.readers.tracing.maps import Constant, Map

STEPS = Map("x", ((), (), ()))


def made(axis: int, *users: str) -> Turned | None:
    node = Node("ReverseV2", "r", ("x", "a"), ("r:0",), {}, "ReverseV2")
    behind = {"r:0": [Node(one, one, ("r:0",), (), {}, one) for one in users]}
    return turned(node, [STEPS, Constant((1,), [axis], ())], behind)


def test_only_lists_of_steps_are_followed() -> None:
    assert made(0, "TensorListFromTensor") == Turned(STEPS, 0)
    assert made(1, "SequenceLstm") == Turned(STEPS, 1)
    assert made(0, "Relu") is None and made(0) is None
    assert made(0, "TensorListFromTensor", "Relu") is None


def test_what_stays_turned_round_is_unknown() -> None:
    nodes = [w.placeholder("x", 8, 1, 3), w.numbers("axis", 0), w.node("ReverseV2", "back", "x", "axis"),
             w.numbers("size", 3), w.node("TensorListFromTensor", "list", "back", "size"),
             w.node("TensorListStack", "stack", "list", "size"), w.node("Relu", "out", "stack")]  # fmt: skip
    network = rfcli.loads(w.message(w.graph(*nodes)), "net.pb")
    assert [one.layer.given.get("unknown") for one in network.entries] == ["Relu: its steps are turned round"]


def test_the_way_back_is_drawn() -> None:
    network = rfcli.loads(zlib.decompress((HERE / "saved" / "loops" / "bi.k3.pb.z").read_bytes()), "net.pb")
    assert [one.layer.type for one in network.entries if "ReverseV2" in one.name] == ["identity"]
