"""ONNX files without their weights: the wire format of protocol buffers, read piece by piece, long tensors passed over.

Field numbers are those of onnx.proto; its messages only ever gain fields.
"""

from __future__ import annotations

from io import BufferedReader, BytesIO
from math import isqrt, prod
from typing import Any, BinaryIO

from rfcli.readers.draft import ForeignError

SHORT = 1 << 14
"""Bytes of a message or value that is kept as it is."""

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

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5

_RAW = 9
"""The field of a tensor's bytes, which come behind its sizes and its type."""
SQUARE = 12
"""Rows and columns of scores, from which on a tensor may be a mask of them: kernels have fewer."""
HEADS = 64
SCORES = 1 << 23
"""Bytes of a mask that are read."""
ZEROS = 1 << 26
"""Bytes of kernels with zeros that are looked through in a file."""


def damaged(why: str = "") -> ForeignError:
    """What is said of bytes that are no model."""
    said = "not an ONNX model, or a damaged one"
    return ForeignError(f"{said}: {why}" if why else said, "copy the file anew, or export the model again")


def without_weights(stream: BinaryIO, most: int) -> bytes:
    """The model in a stream that can be rewound, with long tensors' values left out. Raises `ForeignError`."""
    reader: Any = stream if isinstance(stream, BytesIO) else BufferedReader(stream, 1 << 16)
    try:
        end = reader.seek(0, 2)
        reader.seek(0)
        return _Stripper(reader, most).message("model", end, 0)
    finally:
        if isinstance(reader, BufferedReader):
            reader.detach()


class _Stripper:
    def __init__(self, reader: BinaryIO, left: int) -> None:
        self.reader, self.left, self.most = reader, left, left
        self.zeros = ZEROS

    def message(self, kind: str, end: int, depth: int) -> bytes:
        """A message that ends at the byte `end`."""
        if depth > 64:
            raise ForeignError("the model is nested too deep")
        inside, reader = _INSIDE.get(kind, {}), self.reader
        pieces: list[bytes] = []
        at = reader.tell()
        while at < end:
            key = self.varint()
            number, wire = key >> 3, key & 7
            head = _varint(key)
            if wire == _VARINT:
                pieces.append(self.kept(head + _varint(self.varint())))
            elif wire in (_FIXED64, _FIXED32):
                pieces.append(self.kept(head + self.exactly(8 if wire == _FIXED64 else 4)))
            elif wire == _BYTES:
                size = self.varint()
                start = reader.tell()
                if start + size > end:
                    raise damaged(f"a field at byte {start} is cut off")
                within = inside.get(number)
                if kind == "tensor" and number == _RAW and size > SHORT:
                    pieces.append(self.kept(self.taps(b"".join(pieces), size)))
                elif size <= SHORT or within is None:
                    pieces.append(self.kept(head + _varint(size) + self.exactly(size)))
                elif within:
                    body = self.message(within, start + size, depth + 1)
                    pieces.append(head + _varint(len(body)) + body)
                reader.seek(start + size)
            else:
                raise damaged(f"byte {at} starts no field")
            at = reader.tell()
        return b"".join(pieces)

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
        if stored[:2] not in ("<f", "u1") or size != prod(shape) * int(stored[-1]) or (stored == "u1" and kind != 9):
            return b""
        import numpy

        start = self.reader.tell()
        if (len(shape) < 3 and shape[0] == shape[1]) or kind == 9:
            first = numpy.frombuffer(self.reader.read(min(size, SHORT)), stored)
            if kind != 9 and not ((first == 0) | (first < kernels.NEAR)).all():
                return b""
        self.reader.seek(start)
        self.zeros -= size
        data = self.reader.read(size)
        if kind == 9 or numpy.frombuffer(data, stored).min() < kernels.NEAR:
            return _field(_RAW, data)
        return _field(16, _field(1, kernels.UNMASKED.encode()) + _field(2, b"1"))

    def kept(self, piece: bytes) -> bytes:
        self.left -= len(piece)
        if self.left < 0:
            raise ForeignError(f"the model has more than {self.most} bytes without its weights")
        return piece

    def exactly(self, size: int) -> bytes:
        if size > self.left:
            raise ForeignError(f"the model has more than {self.most} bytes without its weights")
        found = self.reader.read(size)
        if len(found) < size:
            raise damaged("it is cut off")
        return found

    def varint(self) -> int:
        value = 0
        for shift in range(0, 70, 7):
            byte = self.exactly(1)[0]
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
        raise damaged("a number without end")


def _varint(value: int) -> bytes:
    made = bytearray()
    while value > 0x7F:
        made.append(value & 0x7F | 0x80)
        value >>= 7
    made.append(value)
    return bytes(made)


def _field(number: int, value: bytes) -> bytes:
    return _varint(number << 3 | _BYTES) + _varint(len(value)) + value


def _of_scores(shape: tuple[int, ...]) -> bool:
    """Whether a tensor may hold terms of attention scores: for each row and column, or a line for each of their pairs,
    with a number for each head."""
    pairs = len(shape) == 2 and shape[1] <= HEADS and isqrt(shape[0]) ** 2 == shape[0] >= SQUARE**2
    return pairs or (shape[-2:-1] == shape[-1:] and shape[-1] >= SQUARE)


def _described(head: bytes) -> tuple[tuple[int, ...], int] | None:
    """The sizes and the data type of a tensor by its first fields; None where they are no tensor's."""
    from google.protobuf.message import DecodeError
    from onnx import TensorProto

    try:
        tensor = TensorProto.FromString(head)
    except DecodeError:
        return None
    sizes = tuple(int(n) for n in tensor.dims)
    return (sizes, tensor.data_type) if sizes and min(sizes) > 0 and tensor.data_location != 1 else None
