"""Models of TensorFlow: the graph only, weights are unread.

A TensorFlow Lite model may have several signatures; `--set signature=NAME` chooses one.
"""

from __future__ import annotations

from rfcli.description.limits import Limits
from rfcli.description.nodes import File, Problems
from rfcli.readers.draft import Draft, ForeignError
from rfcli.readers.tensorflow import LITE, SAVED_MODEL
from rfcli.readers.tensorflow.graph import Graph
from rfcli.readers.tensorflow.program import described

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

SETTINGS = ("signature",)
TRAINED = True
"""A model has its weights, which fit maps of their sizes only."""


def read(stream: BinaryIO, file: File, limits: Limits, problems: Problems, *, signature: object = None) -> Draft | None:
    """The description of a model. Raises `ForeignError`."""
    if stream.seek(0, 2) > limits.model_bytes:
        raise ForeignError(f"larger than {limits.model_bytes} bytes", limits.exceeded("model_bytes"))
    stream.seek(0)
    head = stream.read(16)
    wanted = None if signature is None else str(signature)
    if head[4:8] == LITE:
        return described(_lite(stream, limits, wanted), file)
    from rfcli.readers.tensorflow.saved.model import graph_of, saved_model_of

    if SAVED_MODEL.match(head):
        return described(saved_model_of(stream, limits, wanted), file)
    if file.path.endswith(".tflite"):
        raise ForeignError("not a TensorFlow Lite model")
    return described(graph_of(stream, limits), file)


def _lite(stream: BinaryIO, limits: Limits, signature: str | None) -> Graph:
    from struct import error

    from rfcli.readers.tensorflow.lite.flatbuffer import damaged
    from rfcli.readers.tensorflow.lite.model import Model, graph_of

    try:
        return graph_of(Model(stream, limits), signature)
    except error:
        raise damaged("a number is cut off") from None
