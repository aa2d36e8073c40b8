"""Graphs and SavedModels of TensorFlow, one of whose signatures is a graph."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import prod

from rfcli.description.limits import Limits
from rfcli.readers.draft import ForeignError
from rfcli.readers.tensorflow.graph import Graph, Node, Shape
from rfcli.readers.tensorflow.saved import wire
from rfcli.readers.tensorflow.saved.body import Body, Scope
from rfcli.readers.tensorflow.saved.frames import raised
from rfcli.readers.tensorflow.saved.nodes import FLOATS, NodeDef, constant_of, node_of, shape_of
from rfcli.readers.tracing.maps import Constant, Size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

MOST = 64 << 20
"""Bytes of a model without its weights."""
SERVING = "serving_default"
INTERNAL = ("__saved_model_init_op", "__saved_model_train_op")
VARIABLES = frozenset(("VarHandleOp", "VariableV2", "Variable", "TemporaryVariable"))
INPUTS = frozenset(("Placeholder", "PlaceholderV2"))
NOTHING = frozenset(("NoOp", "Assert", "Print", "SaveV2", "RestoreV2", "MergeV2Checkpoints", "AssignVariableOp",
                     "Assign", "ShardedFilename", "StringJoin", "Const"))  # fmt: skip
"""Operations that are no outputs of a graph."""
BOOLEAN, TEXT = 10, 7
TRAINING = re.compile(r"train|phase|learning", re.IGNORECASE)
"""What placeholders are called that say whether a network is being trained."""
USUAL_RANK = 4
"""Dimensions of an input that states none."""
COPY = re.compile(r"_\d+\Z")


def graph_of(stream: BinaryIO, limits: Limits) -> Graph:
    """A GraphDef: its inputs are the placeholders, its outputs what nothing reads. Raises `ForeignError`."""
    root = wire.read(stream, wire.GRAPH, MOST)
    nodes = _nodes(root, limits)
    if not nodes:
        raise ForeignError("not a graph of TensorFlow: it has no nodes")
    inputs = {
        node.name: (f"{node.name}:0", _of_one_image(node.shape()))
        for node in nodes if node.op in INPUTS and node.attribute("dtype") not in (BOOLEAN, TEXT)
    }  # fmt: skip
    read = {one.lstrip("^").partition(":")[0] for node in nodes for one in node.inputs}
    ends = [node.name for node in nodes if node.name not in read and node.op not in (*NOTHING, *INPUTS, *VARIABLES)]
    taken = {name: one for name, one in inputs.items() if name in read}
    return _Built(root, limits, {}, nodes).graph("", taken or inputs, ends)


def _nodes(root: wire.Message, limits: Limits) -> list[NodeDef]:
    listed = wire.messages(root, 1)
    if len(listed) > limits.nodes:
        raise ForeignError(f"more than {limits.nodes} nodes", limits.exceeded("nodes"))
    return [node_of(one) for one in listed]


def _of_one_image(shape: Shape) -> tuple[Size, ...]:
    """An input's shape with a batch of one, where it takes any number; one that states no rank takes pictures."""
    sizes = (None,) * USUAL_RANK if shape is None else shape
    return (1, *sizes[1:]) if len(sizes) > 1 and sizes[0] is None else sizes


def meta_of(saved: wire.Message) -> wire.Message:
    """The graph of a SavedModel that serves, or the first one. Raises `ForeignError`."""
    metas = [wire.parsed(one) for one in wire.messages(saved, 2)]
    if not metas:
        raise ForeignError("a SavedModel without a graph")
    serving = [one for one in metas if "serve" in wire.texts(wire.message(one, 1), 4)]
    return (serving or metas)[0]


def saved_model_of(stream: BinaryIO, limits: Limits, wanted: str | None) -> Graph:
    """A signature of a SavedModel, by default the one that serves. Raises `ForeignError`."""
    meta = meta_of(wire.read(stream, wire.SAVED_MODEL, MOST))
    signatures = {key: one for key, one in wire.entries(meta, 5).items() if key not in INTERNAL}
    name = wanted if wanted is not None else next((one for one in (SERVING, *signatures) if one in signatures), None)
    if name is None or name not in signatures:
        listed = ", ".join(sorted(signatures)[:20]) or "none"
        told = (
            f"the model has no signature '{wanted[:60]}'" if wanted is not None else "a SavedModel without signatures"
        )
        raise ForeignError(told, f"it has: {listed}" if wanted is not None else
                           "save it with model.export(FOLDER), or with signatures")  # fmt: skip
    signature = wire.parsed(signatures[name])
    root = wire.message(meta, 2)
    nodes = _nodes(root, limits)
    inputs: dict[str, tuple[str, tuple[Size, ...]]] = {}
    for key, data in wire.entries(signature, 1).items():
        info = wire.parsed(data)
        if wire.integer(info, 2) in (BOOLEAN, TEXT):
            continue
        shape = shape_of(wire.message(info, 3)) if 3 in info else None
        inputs[key] = wire.text(info, 1), _of_one_image(shape)
    if not inputs:
        others = ", ".join(sorted(key for key in signatures if key != name)[:20]) or "none"
        raise ForeignError(
            f"the signature '{name[:60]}' takes texts, as of encoded images, and no tensor of numbers",
            f"choose another one with --set signature=NAME: {others}; or save one that takes images",
        )
    ends = [wire.text(wire.parsed(one), 1) for one in wire.entries(signature, 2).values()]
    return _Built(root, limits, _trainable(meta), nodes).graph("", inputs, ends)


def _trainable(meta: wire.Message) -> dict[str, bool]:
    """Whether variables are trained, by their names, where the objects of a model say so."""
    found: dict[str, bool] = {}
    for data in wire.messages(wire.message(meta, 7), 1):
        one = wire.parsed(data) if b"\x3a" in data else {}  # the byte that a variable begins with
        if 7 in one:
            variable = wire.message(one, 7)
            name = wire.text(variable, 6)
            found[name] = found.get(name, False) or wire.integer(variable, 3) != 0
    return found


class _Built:
    """A graph in the making: what its nodes that read nothing are."""

    def __init__(
        self, root: wire.Message, limits: Limits, trainable: Mapping[str, bool], nodes: Sequence[NodeDef]
    ) -> None:
        self.trainable = trainable
        self.constants: dict[str, Constant | None] = {}
        self.written: list[str] = []
        """Constants that are written out."""
        self.variables = 0
        library = wire.message(root, 2)
        functions = {}
        for data in wire.messages(library, 1):
            function = wire.parsed(data)
            functions[wire.text(wire.message(function, 1), 1)] = function
        self.nodes, steps = raised(nodes)
        self.body = Body(functions, steps, limits, self.met)

    def met(self, key: str, node: NodeDef) -> None:
        """A node that reads nothing: a variable, a constant, or what is no tensor."""
        made: Constant | None = None
        if node.op in VARIABLES:
            made = self._variable(key, node)
        elif node.op in INPUTS and node.attribute("dtype") == BOOLEAN and TRAINING.search(node.name):
            made = Constant((), [False], ())
        elif node.op == "Const":
            made = constant_of(node.tensor(), key)
            self.written.append(key)
        self.constants[key] = made

    def _variable(self, key: str, node: NodeDef) -> Constant | None:
        stated = node.attributes()
        shape = node.shape()
        if shape is None or None in shape:
            return None
        self.variables += 1
        shared = stated.get("shared_name")
        name = shared if isinstance(shared, str) and shared else node.name
        # One that was saved again stands under its name with a number.
        trained = self.trainable.get(name, self.trainable.get(COPY.sub("", name), True))
        dtype = stated.get("dtype")
        floats = isinstance(dtype, int) and dtype in FLOATS
        sizes = tuple(n or 0 for n in shape)
        return Constant(sizes, None, ((key, prod(sizes) if trained else 0),) if floats else ())

    def graph(self, name: str, inputs: Mapping[str, tuple[str, tuple[Size, ...]]], ends: Sequence[str]) -> Graph:
        """The graph between some inputs and outputs."""
        given = {}
        for tensor, _ in inputs.values():
            base = tensor.partition(":")[0]
            given[base] = tensor if ":" in tensor else f"{tensor}:0"
        scope = Scope(self.nodes, "", given)
        made: list[Node] = list(self.body.nodes(scope, ends))
        aside = frozenset(self.written if self.variables else ())
        listed = {key: (given[tensor.partition(":")[0]], shape) for key, (tensor, shape) in inputs.items()}
        return Graph(name, made, listed, [scope.key(one) for one in ends], self.constants.get, _unstated, aside)


def _unstated(key: str) -> Shape:
    """Graphs state no shapes."""
    return None
