"""Files that are known, and not read: they hold weights, or programs, instead of an architecture."""

from __future__ import annotations

from rfcli.exchange._draft import ForeignError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

    from rfcli.description.limits import Limits
    from rfcli.description.nodes import File, Problems


def read(stream: BinaryIO, file: File, limits: Limits, problems: Problems) -> None:
    """Raises `ForeignError` that says what to do instead."""
    head = stream.read(8)
    if head[:4] == b"\x89HDF":
        raise ForeignError("an HDF5 file is not read", "save the model with model.save('net.keras') or model.to_json()")
    if head[4:] == b"TFL3":
        raise ForeignError("a TensorFlow Lite model is not read", "convert it to ONNX, with tf2onnx")
    if file.path.endswith((".pt", ".pth")):
        raise ForeignError("a PyTorch file is not read: opening it would run its code",
                           "export the model to ONNX, or call rfcli.from_torch(module, example)")  # fmt: skip
    raise ForeignError("not a model that is read", "rf reads descriptions, ONNX, Keras, Darknet and YOLO files")
