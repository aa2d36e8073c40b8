"""Frames of graphs as loops: whole networks are in `test_recurrent.py`."""

from __future__ import annotations

import pytest

from readers.tensorflow.saved import written as w
from rfcli.readers.tensorflow.saved.frames import raised
from rfcli.readers.tensorflow.saved.nodes import NodeDef, node_of

FRAME = {"frame_name": "loop"}


def frame(**changed: NodeDef | None) -> list[NodeDef]:
    """A number that is doubled until it is large, and another that stays."""
    nodes = [
        w.placeholder("x", 1), w.weights("k"), w.node("Enter", "x_in", "x", **FRAME), w.node("Enter", "k_in", "k", **FRAME),
        w.node("Merge", "merge", "x_in", "next"), w.node("Less", "less", "merge", "k_in"),
        w.node("LoopCond", "cond", "less"), w.node("Switch", "switch", "merge", "cond"),
        w.node("Identity", "inner", "switch:1"), w.node("AddV2", "add", "inner", "k_in", "^inner"),
        w.node("NextIteration", "next", "add"), w.node("Exit", "exit", "switch"), w.node("Relu", "out", "exit"),
    ]  # fmt: skip
    made = {one.name: one for one in (node_of(w.message(each)) for each in nodes)} | changed
    return [one for one in made.values() if one is not None]


def test_a_frame_is_a_loop() -> None:
    nodes, steps = raised(frame())
    names = {node.name: node for node in nodes}
    assert names["loop"].op == "While" and names["loop"].inputs == ("x", "k")
    assert names["loop"].function("body") in steps
    assert names["exit"].op == "Identity" and names["exit"].inputs == ("loop:0",) and names["out"].inputs == ("exit",)
    (step,) = steps.values()
    assert step.arguments == ("switch", "k_in") and step.results == ("add", "k_in")
    assert {node.name: node.inputs for node in step.nodes} == {"add": ("inner", "k_in"), "inner": ("switch:1",)}
    assert not {"x_in", "k_in", "merge", "switch", "next", "cond"} & names.keys()


@pytest.mark.parametrize(
    "changed",
    [
        {"switch": None}, {"next": None}, {"merge": node_of(w.message(w.node("Merge", "merge", "x_in")))},
        {"next": node_of(w.message(w.node("Identity", "next", "add")))},
    ],
)  # fmt: skip
def test_what_is_no_frame_stays(changed: dict[str, NodeDef | None]) -> None:
    nodes = frame(**changed)
    assert raised(nodes) == (nodes, {})


def test_a_graph_without_frames_stays() -> None:
    nodes = [node_of(w.message(w.placeholder("x", 1)))]
    assert raised(nodes) == (nodes, {})
