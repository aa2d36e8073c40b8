"""Loops of the first TensorFlow, and of graphs that were frozen: nodes that hand values into a frame and out of it.

A value goes in by Enter, and Merge takes it in the first step; Switch hands it to the step, or out by Exit; what the
step makes comes back by NextIteration. Such a frame is written as the loop with a function that it once was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rfcli.readers.protobuf import varint
from rfcli.readers.tensorflow.saved.nodes import NodeDef
from rfcli.values import Value

ENTERS, EXITS = frozenset(("Enter", "RefEnter")), frozenset(("Exit", "RefExit"))
NEXT, MERGES, SWITCHES = (
    frozenset(("NextIteration", "RefNextIteration")),
    ("Merge", "RefMerge"),
    ("Switch", "RefSwitch"),
)
LOOP = "While"


class Step(Value):
    """What a loop does in a step: its arguments, its nodes, and what it makes of the arguments."""

    arguments: tuple[str, ...]
    nodes: tuple[NodeDef, ...]
    results: tuple[str, ...]


class _Variable(Value):
    """A value of a frame: what goes in, what stands for it in the step, what is handed to the next one, and what it is
    outside at the end; a value that is the same in all steps has the latter two not."""

    given: str
    inside: str
    made: str
    exit: str


def raised(nodes: Sequence[NodeDef]) -> tuple[Sequence[NodeDef], Mapping[str, Step]]:
    """Nodes with loops in place of frames, and the steps of these by their names."""
    if not any(node.op in ENTERS for node in nodes):
        return nodes, {}
    frames = _frames({node.name: node for node in nodes})
    if not frames:
        return nodes, {}
    steps, made, gone = dict[str, Step](), list[NodeDef](), set[str]()
    by_name = {node.name: node for node in nodes}
    for frame, variables in frames.items():
        short = frame.removesuffix("/while_context")
        name = frame if short in by_name else short
        called = f"rf.step {name}"
        steps[called] = _step(variables, by_name)
        made.append(NodeDef(name, LOOP, tuple(one.given for one in variables), [_attribute("body", called)]))
        made += [NodeDef(one.exit, "Identity", (f"{name}:{at}",), []) for at, one in enumerate(variables) if one.exit]
        gone.update(one.exit for one in variables)
    ops = {*ENTERS, *NEXT, "LoopCond"}
    switches = {one.inside.partition(":")[0] for row in frames.values() for one in row if one.made}
    gone |= switches | {by_name[one].inputs[0].partition(":")[0] for one in switches}
    left = [node for node in nodes if node.name not in gone and node.op not in ops]
    return [*left, *made], steps


def _frames(nodes: Mapping[str, NodeDef]) -> dict[str, list[_Variable]]:
    """The values of each frame; none where one of them is not as TensorFlow writes frames."""
    merges, switches, exits = dict[str, NodeDef](), dict[str, NodeDef](), dict[str, str]()
    for node in nodes.values():
        first = node.inputs[0].partition(":")[0] if node.inputs else ""
        if node.op in MERGES and first in nodes and nodes[first].op in ENTERS:
            merges[first] = node
        elif node.op in SWITCHES and first in nodes and nodes[first].op in MERGES:
            switches[first] = node
        elif node.op in EXITS and first in nodes:
            exits[first] = node.name
    found: dict[str, list[_Variable]] = {}
    for node in nodes.values():
        if node.op not in ENTERS or not node.inputs:
            continue
        frame = node.attribute("frame_name")
        row = found.setdefault(frame if isinstance(frame, str) else "", [])
        merge = merges.get(node.name)
        if merge is None:
            row.append(_Variable(node.inputs[0], node.name, "", ""))
            continue
        switch = switches.get(merge.name)
        back = nodes.get(merge.inputs[1].partition(":")[0]) if len(merge.inputs) > 1 else None
        if switch is None or back is None or back.op not in NEXT or not back.inputs:
            return {}
        row.append(_Variable(node.inputs[0], f"{switch.name}:1", back.inputs[0], exits.get(switch.name, "")))
    return found


def _step(variables: Sequence[_Variable], nodes: Mapping[str, NodeDef]) -> Step:
    """The nodes between what stands for values in a step, and what is handed to the next one."""
    names = [one.inside.partition(":")[0] for one in variables]
    found, waiting = dict[str, NodeDef](), [one.made for one in variables if one.made]
    while waiting:
        name = waiting.pop().partition(":")[0]
        node = nodes.get(name)
        if node is None or name in found or name in names:
            continue
        found[name] = node.replaced(inputs=tuple(one for one in node.inputs if not one.startswith("^")))
        waiting += found[name].inputs
    return Step(tuple(names), tuple(found.values()), tuple(one.made or one.inside for one in variables))


def _attribute(name: str, function: str) -> bytes:
    """An attribute that is a function, as graphs have it."""
    return _field(1, name.encode()) + _field(2, _field(10, _field(1, function.encode())))


def _field(number: int, data: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(data)) + data
