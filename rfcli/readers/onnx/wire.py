"""ONNX files without their weights: the wire format of protocol buffers, read piece by piece, long tensors passed over.

Field numbers are those of onnx.proto; its messages only ever gain fields.
"""

from __future__ import annotations

from math import isqrt, prod
from struct import calcsize, unpack

from rfcli.readers.draft import ForeignError
from rfcli.readers.onnx.messages import messages
from rfcli.readers.protobuf import BYTES, SHORT, Stripper, stripped, varint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

_INSIDE = {
    "model": {7: "graph", 20: "", 25: "function", 14: "", 6: ""},
    "graph": {1: "node", 5: "tensor", 10: "", 14: "", 15: "sparse", 16: ""},
    "function": {7: "node", 8: "", 14: ""},
    "node": {5: "attribute", 6: "", 9: ""},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph"},
    "sparse": {1: "tensor", 2: "tensor"},
    "tensor": dict.fromkeys((4, 5, 6, 7, 9, 10, 11, 12, 13), ""),
}
"""Message -> field number -> the message in it, or "" for what is left out where it is long."""

_RAW = 9
"""The field of a tensor's bytes, which come behind its sizes and its type."""
SQUARE = 12
"""Rows and columns of scores, from which on a tensor may be a mask of them: kernels have fewer."""
HEADS = 64
SCORES = 1 << 23
"""Bytes of a mask that are read."""
FEW = 1 << 22
"""Bytes of numbers that are looked at one by one; importing NumPy takes longer."""
BOOL = 9
"""The data type of a mask of truth values."""
ZEROS = 1 << 26
"""Bytes of kernels with zeros that are looked through in a file."""


def damaged(why: str = "") -> ForeignError:
    """What is said of bytes that are no model."""
    said = "not an ONNX model, or a damaged one"
    return ForeignError(f"{said}: {why}" if why else said, "copy the file anew, or export the model again")


def without_weights(stream: BinaryIO, most: int) -> bytes:
    """The model in a stream that can be rewound, with long tensors' values left out. Raises `ForeignError`."""
    return stripped(_Stripper, stream, "model", most)


class _Stripper(Stripper):
    """Looks through kernels and masks before it passes over them."""

    INSIDE = _INSIDE
    damaged = staticmethod(damaged)

    def __init__(self, reader: BinaryIO, most: int) -> None:
        super().__init__(reader, most)
        self.zeros = ZEROS

    def value(self, kind: str, key: int, size: int, depth: int, before: list[bytes]) -> bytes:
        """A long tensor's values are told apart by the fields before them."""
        if kind == "tensor" and key >> 3 == _RAW and size > SHORT:
            return self.kept(self.taps(b"".join(before), size))
        return super().value(kind, key, size, depth, before)

    def taps(self, head: bytes, size: int) -> bytes:
        """Metadata that tells the taps of a long tensor, of which the fields before its values are given, where its
        first kernel has zeros among other numbers; nothing else of it is kept."""
        from rfcli.readers.onnx import kernels

        described = _described(head)
        if described is None or size > self.zeros:
            return b""
        shape, kind = described
        if _of_scores(shape) and size <= SCORES:
            return self.scores(shape, kind, size)
        found, read = kernels.looked_through(self.reader, shape, kind, size)
        self.zeros -= read
        if found is None:
            return b""
        pair = _field(1, kernels.KEY.encode()) + _field(2, kernels.written(found, shape[2:]).encode())
        return _field(16, pair)

    def scores(self, shape: tuple[int, ...], kind: int, size: int) -> bytes:
        """The values of what may be a mask of attention scores, if there are such among them that a softmax makes
        nothing of; else metadata that there are none."""
        from rfcli.readers.onnx import kernels

        stored = kernels.TYPES.get(kind, "")
        if (stored not in tuple("fed") and kind != BOOL) or size != prod(shape) * calcsize(stored):
            return b""
        start = self.reader.tell()
        if len(shape) < 3 and shape[0] == shape[1] and kind != BOOL:
            count = min(size, SHORT) // calcsize(stored)
            first = unpack(f"<{count}{stored}", self.reader.read(count * calcsize(stored)))
            if not all(one == 0 or one < kernels.NEAR for one in first):
                return b""
        self.reader.seek(start)
        self.zeros -= size
        data = self.reader.read(size)
        if kind == BOOL or _falls_below(_once(data, size // shape[0]), stored, kernels.NEAR):
            return _field(_RAW, data)
        return _field(16, _field(1, kernels.UNMASKED.encode()) + _field(2, b"1"))


def _once(data: bytes, width: int) -> bytes:
    """The parts of some bytes without those that repeat others, as the windows of a mask do."""
    return b"".join(dict.fromkeys([data[at : at + width] for at in range(0, len(data), width)]))


def _falls_below(data: bytes, stored: str, least: float) -> bool:
    """Whether there is a number below the least among many."""
    if len(data) <= FEW:
        numbers = unpack(f"<{len(data) // calcsize(stored)}{stored}", data)
        lowest = min(numbers)
        return lowest < least if lowest == lowest else any(one < least for one in numbers)  # the first may be NaN
    import numpy

    return bool((numpy.frombuffer(data, f"<{stored}") < least).any())


def _field(number: int, value: bytes) -> bytes:
    return varint(number << 3 | BYTES) + varint(len(value)) + value


def _of_scores(shape: tuple[int, ...]) -> bool:
    """Whether a tensor may hold terms of attention scores: for each row and column, or a line for each of their pairs,
    with a number for each head."""
    pairs = len(shape) == 2 and shape[1] <= HEADS and isqrt(shape[0]) ** 2 == shape[0] >= SQUARE**2
    return pairs or (shape[-2:-1] == shape[-1:] and shape[-1] >= SQUARE)


def _described(head: bytes) -> tuple[tuple[int, ...], int] | None:
    """The sizes and the data type of a tensor by its first fields; None where they are no tensor's."""
    from google.protobuf.message import DecodeError

    try:
        tensor = messages().TensorProto.FromString(head)
    except DecodeError:
        return None
    sizes = tuple(int(n) for n in tensor.dims)
    return (sizes, tensor.data_type) if sizes and min(sizes) > 0 and tensor.data_location != 1 else None
