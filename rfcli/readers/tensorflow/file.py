"""Models of TensorFlow: the graph only, weights are unread.

A model may have several signatures; `--set signature=NAME` chooses one. What Keras says of a SavedModel that is a model
of its own stands beside it.
"""

from __future__ import annotations

import os
from contextlib import nullcontext

from rfcli.description.limits import Limits
from rfcli.description.nodes import File, Problems
from rfcli.readers import refused
from rfcli.readers.draft import Draft, ForeignError
from rfcli.readers.marks import SAVED_MODEL
from rfcli.readers.tensorflow import FINGERPRINT, LITE, METADATA
from rfcli.readers.tensorflow.graph import Graph
from rfcli.readers.twice import Told, path_beside

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

SETTINGS = ("signature",)
HEAD = 16
"""Bytes that tell which of TensorFlow's files it is."""
SAVED = "name the SavedModel's folder: its graph is read"
TRAINED = True
"""A model has its weights, which fit maps of their sizes only."""


def read(stream: BinaryIO, file: File, limits: Limits, problems: Problems, *, signature: object = None) -> Draft | None:
    """The description of a model. Raises `ForeignError`."""
    if stream.seek(0, 2) > limits.model_bytes:
        raise ForeignError(f"larger than {limits.model_bytes} bytes", limits.exceeded("model_bytes"))
    from rfcli.readers.tensorflow.program import described

    stream.seek(0)
    head = stream.read(HEAD)
    wanted = None if signature is None else str(signature)
    if head[4:8] == LITE:
        return described(_lite(stream, limits, wanted), file)
    from rfcli.readers.tensorflow.saved.model import graph_of, saved_model_of

    if SAVED_MODEL.match(head):
        return described(saved_model_of(stream, limits, wanted), file)
    if METADATA.match(head):
        raise ForeignError("what Keras tells of a model, which does not state its layers", SAVED)
    if FINGERPRINT.match(head):
        raise refused.FINGERPRINT.error()
    if file.path.endswith(".tflite"):
        raise ForeignError("not a TensorFlow Lite model")
    return described(graph_of(stream, limits), file)


def told_otherwise(stream: BinaryIO, file: File, limits: Limits, *, signature: object = None) -> Told | None:
    """The model in Keras's own words, where they are its file, or where they are told of what a SavedModel serves."""
    stream.seek(0)
    head = stream.read(HEAD)
    itself, saved = METADATA.match(head), SAVED_MODEL.match(head)
    if signature is not None or not (itself or saved) or stream.seek(0, 2) > limits.model_bytes:
        return None
    from rfcli.readers.tensorflow.saved import metadata

    if itself:
        data = metadata.model_beside(stream, limits)
        return None if data is None else Told("keras", data, file.path, True)
    path = path_beside(stream, metadata.NAME)
    try:
        with open(path, "rb") if path is not None else nullcontext() as beside:
            data = metadata.told(stream, beside, limits)
    except OSError:
        return None
    shown = os.path.join(os.path.dirname(file.path), metadata.NAME) if path is not None else file.path
    return None if data is None else Told("keras", data, shown)


def _lite(stream: BinaryIO, limits: Limits, signature: str | None) -> Graph:
    from struct import error

    from rfcli.readers.tensorflow.lite.flatbuffer import damaged
    from rfcli.readers.tensorflow.lite.model import Model, graph_of

    try:
        return graph_of(Model(stream, limits), signature)
    except error:
        raise damaged("a number is cut off") from None
