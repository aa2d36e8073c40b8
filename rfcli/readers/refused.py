"""Files that are known, and not read: they hold weights, or programs, instead of an architecture."""

from __future__ import annotations

from collections.abc import Sequence

from rfcli.description.limits import Limits
from rfcli.description.nodes import File, Problems
from rfcli.readers.draft import ForeignError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO, NoReturn

ENDINGS = (".pt", ".pth", ".tflite", ".pb")
"""What a file is by its name, where its content does not tell."""

TO_ONNX = "export the model to ONNX"
TO_KERAS = "save the model with model.save('net.keras'), or its architecture alone with model.to_json()"
PYTORCH = "a PyTorch file is not read: opening it would run its code"


_MARKS = ((4, b"TFL3", "a TensorFlow Lite model is not read", "convert it to ONNX, with tf2onnx"),)
"""Where a file says what it is, and how; what is wrong with it, and what to do instead."""


def claims(head: bytes) -> bool:
    """Whether a file that begins with `head` is one of those, or a pickle."""
    return head.startswith(b"\x80\x02") or any(head[at:].startswith(mark) for at, mark, _, _ in _MARKS)


def read(stream: BinaryIO, file: File, limits: Limits, problems: Problems) -> NoReturn:
    """Raises `ForeignError` that says what to do instead."""
    head = stream.read(8)
    for at, mark, message, instead in _MARKS:
        if head[at:].startswith(mark):
            raise ForeignError(message, instead)
    if file.path.endswith((".pt", ".pth")):
        raise ForeignError(PYTORCH, TO_ONNX)
    raise ForeignError("not a model that is read", "rf reads descriptions, ONNX, Keras, YOLO and Darknet files")


def refused_archive(names: Sequence[str]) -> NoReturn:
    """Raises `ForeignError` for a ZIP archive with these entries, which is no Keras model."""
    if any(name.rpartition("/")[2] == "data.pkl" for name in names):
        raise ForeignError(PYTORCH, TO_ONNX)
    raise ForeignError("a ZIP archive without a 'config.json', so no Keras model", "Keras saves .keras files")
