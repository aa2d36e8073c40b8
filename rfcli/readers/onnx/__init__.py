"""ONNX models."""

from rfcli.readers.marks import SAVED_MODEL

ENDINGS = (".onnx",)
"""What a file is by its name, where its content does not tell."""


def claims(head: bytes) -> bool:
    """Whether a file that begins with `head` is an ONNX model: its first field is the version of the format, a
    small number."""
    return head[:1] == b"\x08" and head[1:2] < b"\x80" and not SAVED_MODEL.match(head)
