"""Files of protocol buffers without their weights: the wire format, read piece by piece, long values passed over."""

from __future__ import annotations

from io import BufferedReader, BytesIO

from rfcli.readers.draft import ForeignError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Mapping
    from typing import BinaryIO

SHORT = 1 << 14
"""Bytes of a message or value that is kept as it is."""
PAGE = 1 << 12
"""Bytes that are read ahead, behind each value that is passed over."""
RUN = 1 << 16
"""Bytes of short fields that are read at once."""
MOST_NESTED = 64
VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
"""Types of the wire."""


class Stripper:
    """Reads a message and leaves out the long values in it.

    `INSIDE` has for each kind of message which fields are messages with weights somewhere in them, and of which kind;
    "" for what is left out where it is long. All other fields are kept as they are.
    """

    INSIDE: Mapping[str, Mapping[int, str]]

    def __init__(self, reader: BinaryIO, most: int) -> None:
        self.reader, self.left, self.most = reader, most, most

    @staticmethod
    def damaged(why: str) -> ForeignError:
        """What is said of bytes that are no such message."""
        raise NotImplementedError

    def message(self, kind: str, end: int, depth: int = 0) -> bytes:
        """A message that ends at the byte `end`. Raises `ForeignError`."""
        if depth > MOST_NESTED:
            raise ForeignError("the model is nested too deep")
        reader, pieces, inside = self.reader, list[bytes](), self.INSIDE.get(kind, {})
        at, ahead = reader.tell(), PAGE
        while at < end:
            data = reader.read(min(end - at, ahead))
            run = short_fields(data, inside)
            if run:
                pieces.append(self.kept(data[:run]))
                at += run
            if at == end:
                break
            reader.seek(at)
            ahead = RUN
            key = self.varint()
            wire = key & 7
            if wire == VARINT:
                pieces.append(self.kept(varint(key) + varint(self.varint())))
            elif wire in (FIXED64, FIXED32):
                pieces.append(self.kept(varint(key) + self.exactly(8 if wire == FIXED64 else 4)))
            elif wire == BYTES:
                size = self.varint()
                start = reader.tell()
                at = start + size
                if at > end:
                    raise self.damaged(f"a field at byte {start} is cut off")
                if size <= SHORT or key >> 3 not in inside:
                    pieces.append(self.kept(varint(key) + varint(size) + self.exactly(size)))
                    continue
                pieces.append(self.value(kind, key, size, depth, pieces))
                if reader.tell() != at:
                    reader.seek(at)
                ahead = PAGE
                continue
            else:
                raise self.damaged(f"byte {at} starts no field")
            at = reader.tell()
        return b"".join(pieces)

    def value(self, kind: str, key: int, size: int, depth: int, before: list[bytes]) -> bytes:
        """A long field of a kind of message, with weights somewhere in it; the fields before it are given."""
        within = self.INSIDE[kind][key >> 3]
        if not within:
            return b""
        body = self.message(within, self.reader.tell() + size, depth + 1)
        return varint(key) + varint(len(body)) + body

    def kept(self, piece: bytes) -> bytes:
        """A piece that counts as read."""
        self.left -= len(piece)
        if self.left < 0:
            raise self._too_large()
        return piece

    def exactly(self, size: int) -> bytes:
        """So many bytes."""
        if size > self.left:
            raise self._too_large()
        found = self.reader.read(size)
        if len(found) < size:
            raise self.damaged("it is cut off")
        return found

    def varint(self) -> int:
        """A number of variable length."""
        first = self.reader.read(1)  # nearly all numbers are one byte long
        byte = first[0] if first else self.exactly(1)[0]
        if byte < 0x80:
            return byte
        value = byte & 0x7F
        for shift in range(7, 70, 7):
            byte = self.exactly(1)[0]
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
        raise self.damaged("a number without end")

    def _too_large(self) -> ForeignError:
        return ForeignError(f"the model has more than {self.most} bytes without its weights")


def stripped(stripper: type[Stripper], stream: BinaryIO, kind: str, most: int) -> bytes:
    """The message in a stream that can be rewound, with long values left out and no more than `most` bytes. Raises
    `ForeignError`."""
    reader = stream if isinstance(stream, BytesIO) else BufferedReader(stream, PAGE)  # type: ignore[type-var]
    try:
        end = reader.seek(0, 2)
        reader.seek(0)
        return stripper(reader, most).message(kind, end)
    finally:
        if isinstance(reader, BufferedReader):
            reader.detach()


def short_fields(data: bytes, inside: Container[int]) -> int:
    """Where the short fields end with which some bytes of a message begin: before one that is not whole, or that is
    long and has weights `inside`, or before what is no field."""
    at, end = 0, len(data)
    while True:
        start = at
        try:
            key = data[at]
            at += 1
            if key > 0x7F:
                key, at = number(data, start)
            wire = key & 7
            if wire == BYTES:
                size = data[at]
                at += 1
                if size > 0x7F:
                    if data[at] > 0x7F:
                        size, at = number(data, at - 1)
                    else:
                        size, at = size & 0x7F | data[at] << 7, at + 1
                    if size > SHORT and key >> 3 in inside:
                        return start
                at += size
            elif wire == VARINT:
                _, at = number(data, at)
            elif wire in (FIXED64, FIXED32):
                at += 8 if wire == FIXED64 else 4
            else:
                return start
        except (IndexError, OverflowError):
            return start
        if at > end:
            return start


def number(data: bytes, at: int) -> tuple[int, int]:
    """A number of variable length, and where it ends. Raises `IndexError` where it is cut off, and `OverflowError`
    where it has no end."""
    value = 0
    for shift in range(0, 70, 7):
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise OverflowError(at)


def varint(value: int) -> bytes:
    """A number in variable length."""
    if value <= 0x7F:
        return bytes((value,))
    made = bytearray()
    while value > 0x7F:
        made.append(value & 0x7F | 0x80)
        value >>= 7
    made.append(value)
    return bytes(made)
