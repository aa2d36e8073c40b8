"""Functions, and the order of nodes."""

from __future__ import annotations

import pytest

import rfcli
from readers.tensorflow.saved import written as w
from rfcli.readers.tensorflow.saved.body import Scope
from rfcli.readers.tensorflow.saved.nodes import node_of


def read(data: bytes) -> rfcli.Architecture:
    return rfcli.loads(data, "net.pb")


def refused(data: bytes) -> str:
    with pytest.raises(rfcli.DescriptionError) as raised:
        read(data)
    return raised.value.diagnostics[0].message


def test_nodes_may_stand_in_any_order() -> None:
    nodes = [w.node("Relu", "b", "a"), w.node("Tanh", "a", "x"), w.placeholder("x", 1, 8, 8, 3)]
    assert [one.name for one in read(w.message(w.graph(*nodes))).entries] == ["a", "b"]


def test_nodes_in_a_circle_are_refused() -> None:
    nodes = [
        w.placeholder("x", 1, 8, 8, 3),
        w.node("AddV2", "a", "x", "b"),
        w.node("Relu", "b", "a"),
        w.node("Relu", "c", "b"),
    ]
    assert refused(w.message(w.graph(*nodes))) == "nodes read each other in a circle, through 'a'"


def test_loops_of_the_first_tensorflow_are_named() -> None:
    nodes = [w.placeholder("x", 1, 8, 8, 3), w.node("Enter", "enter", "x"), w.node("Merge", "merge", "enter", "next"),
             w.node("Relu", "relu", "merge"), w.node("NextIteration", "next", "relu"), w.node("Exit", "exit", "relu")]  # fmt: skip
    network = read(w.message(w.graph(*nodes)))
    unknown = [entry.layer.given.get("unknown") for entry in network.entries]
    assert "Merge (control flow)" in unknown


def test_functions_that_call_themselves_are_refused() -> None:
    own = w.function("f", ["x"], [w.called("again", "f", "x")], y="again:output:0")
    nodes = [w.placeholder("x", 1, 8, 8, 3), w.called("call", "f", "x")]
    assert refused(w.message(w.graph(*nodes, functions=[own]))) == "functions call one another without end"


def test_functions_that_double_are_bounded() -> None:
    functions = [
        w.function(
            f"f{at}",
            ["x"],
            [w.called("a", f"f{at + 1}", "x"), w.called("b", f"f{at + 1}", "a:output:0")],
            y="b:output:0",
        )
        for at in range(25)
    ]
    functions.append(w.function("f25", ["x"], [w.node("Relu", "r", "x")], y="r:activations:0"))
    nodes = [w.placeholder("x", 1, 8, 8, 3), w.called("call", "f0", "x")]
    assert "operations" in refused(w.message(w.graph(*nodes, functions=functions)))


def test_outputs_by_words() -> None:
    nodes = [node_of(w.message(w.node("FusedBatchNormV3", "bn", "x"))), node_of(w.message(w.node("Split", "s", "x"))),
             node_of(w.message(w.node("New", "n", "x")))]  # fmt: skip
    scope = Scope(nodes, "1/", {"x": "in:0"})
    references = ("bn:batch_mean:0", "s:output:2", "n:first:0", "n:second:0", "x", "x:0", "^bn", "bn:1")
    assert [scope.key(one) for one in references] == [
        "1/bn:1", "1/s:2", "1/n:0", "1/n:1000", "in:0", "in:0", "", "1/bn:1",
    ]  # fmt: skip
