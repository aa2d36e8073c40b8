"""Files that are known, and not read: they hold weights, or programs, instead of an architecture."""

from __future__ import annotations

from rfcli.exchange._draft import ForeignError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

    from rfcli.description.limits import Limits
    from rfcli.description.nodes import File, Problems

TO_ONNX = "export the model to ONNX"


def read(stream: BinaryIO, file: File, limits: Limits, problems: Problems) -> None:
    """Raises `ForeignError` that says what to do instead."""
    head = stream.read(8)
    if head[:4] == b"PK\x03\x04" and not file.path.endswith((".pt", ".pth")):
        raise ForeignError("a ZIP archive, as of Keras, is not read yet", TO_ONNX)
    if head[:1] == b"{" or file.path.endswith(".keras"):
        raise ForeignError("a Keras model is not read yet", TO_ONNX)
    if head[:4] == b"\x89HDF":
        raise ForeignError("an HDF5 file is not read", "export the model: model.export('net.onnx', format='onnx')")
    if head[4:] == b"TFL3":
        raise ForeignError("a TensorFlow Lite model is not read", "convert it to ONNX, with tf2onnx")
    if file.path.endswith((".pt", ".pth")):
        raise ForeignError("a PyTorch file is not read: opening it would run its code",
                           TO_ONNX)  # fmt: skip
    raise ForeignError("not a model that is read", "rf reads descriptions, ONNX, Darknet and YOLO files")
