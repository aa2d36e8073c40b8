"""ONNX models."""

import re

ENDINGS = (".onnx",)
"""What a file is by its name, where its content does not tell."""
_SAVED_MODEL = re.compile(rb"\x08\x01\x12[\x80-\xff]{0,4}[\x00-\x7f]\x0a")
"""How a SavedModel of TensorFlow begins: where ONNX has the name of a producer, it has a message."""


def claims(head: bytes) -> bool:
    """Whether a file that begins with `head` is an ONNX model: its first field is the version of the format."""
    return head[:1] == b"\x08" and not _SAVED_MODEL.match(head)
