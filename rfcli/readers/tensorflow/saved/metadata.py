"""What Keras says of its model beside a SavedModel: until TensorFlow 2.15 in `keras_metadata.pb`, until 2.4 among the
model's objects. The first object is the model; its text is the JSON that Keras reads a model back from."""

from __future__ import annotations

import json

from rfcli.description.limits import Limits
from rfcli.readers.draft import ForeignError
from rfcli.readers.tensorflow.saved import wire
from rfcli.readers.tensorflow.saved.body import CALLS
from rfcli.readers.tensorflow.saved.model import MOST, SERVING, meta_of
from rfcli.readers.tensorflow.saved.nodes import node_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

NAME = "keras_metadata.pb"
ROOT = "root"
KERAS = "__inference__wrapped_model_"
"""How the function is called that Keras makes of a model where no signatures are given."""
OBJECT = b"_tf_keras_"
"""How the kinds of Keras's objects begin."""
PIECE = 1 << 20
"""Bytes that are looked through at a time."""
STATED = ("class_name", "config")
"""Keys of a model whose layers are stated."""


def model_beside(stream: BinaryIO, limits: Limits) -> bytes | None:
    """The JSON of the model in Keras's file; None where it does not state its layers. Raises `ForeignError`."""
    root = wire.read(stream, "keras", MOST)
    for data in wire.messages(root, 1):
        one = wire.parsed(data)
        if wire.text(one, 3) == ROOT:
            return _stated(wire.text(one, 5), limits)
    return None


def model_inside(meta: wire.Message, limits: Limits) -> bytes | None:
    """The same of a SavedModel that has it among its objects. Raises `ForeignError`."""
    first = wire.messages(wire.message(meta, 7), 1)[:1]
    return _stated(wire.text(wire.message(wire.parsed(first[0]), 4), 3), limits) if first else None


def _stated(text: str, limits: Limits) -> bytes | None:
    """Of what is told of a model that which states its layers."""
    if len(text) > 2 * limits.bytes:
        return None
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None
    for one in (told.get("model_config"), told) if isinstance(told, dict) else ():
        if isinstance(one, dict) and all(one.get(key) for key in STATED):
            return json.dumps({key: one[key] for key in STATED}).encode()
    return None


def is_kerass(meta: wire.Message) -> bool:
    """Whether what a SavedModel serves is the function that Keras makes of a model, and no other. Raises
    `ForeignError`."""
    signature = wire.entries(meta, 5).get(SERVING)
    if signature is None:
        return False
    ends = [wire.text(wire.parsed(one), 1) for one in wire.entries(wire.parsed(signature), 2).values()]
    names = {one.partition(":")[0] for one in ends}
    graph = wire.message(meta, 2)
    served = [node for data in wire.messages(graph, 1) if (node := node_of(data)).name in names]
    if len(served) != 1 or len(names) != 1 or served[0].op not in CALLS:
        return False
    return any(one.startswith(KERAS) for one in _called(graph, served[0].function()))


def _called(graph: wire.Message, name: str) -> list[str]:
    """The functions that a function calls, and itself."""
    found = [name]
    for data in wire.messages(wire.message(graph, 2), 1):
        function = wire.parsed(data)
        if wire.text(wire.message(function, 1), 1) == name:
            nodes = [node_of(one) for one in wire.messages(function, 3)]
            found += [node.function() for node in nodes if node.op in CALLS]
    return found


def told(stream: BinaryIO, beside: BinaryIO | None, limits: Limits) -> bytes | None:
    """The JSON of the model that a SavedModel was saved of, where it is just that which is served."""
    try:
        found = model_beside(beside, limits) if beside is not None else None
        if found is None and (beside is not None or not _mentions(stream, OBJECT)):
            return None
        meta = meta_of(wire.read(stream, wire.SAVED_MODEL, MOST))
        found = found or model_inside(meta, limits)
        return found if found is not None and is_kerass(meta) else None
    except ForeignError:
        return None


def _mentions(stream: BinaryIO, word: bytes) -> bool:
    """Whether some bytes stand in a file."""
    stream.seek(0)
    last = b""
    while piece := stream.read(PIECE):
        if word in last + piece:
            return True
        last = piece[-len(word) :]
    return False
