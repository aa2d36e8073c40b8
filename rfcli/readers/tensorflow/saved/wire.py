"""Messages of protocol buffers, as lists of values by the numbers of their fields.

A message is read piece by piece first, and long values are passed over: what is left is small, whatever the file has of
weights.
"""

from __future__ import annotations

from io import BufferedReader, BytesIO

from rfcli.readers.draft import ForeignError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, BinaryIO

SHORT = 1 << 14
"""Bytes of a message or value that is kept as it is."""
MOST_NESTED = 64
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5

Message = dict[int, list[int | bytes]]
"""Values of fields: numbers, and bytes that are texts, packed numbers or messages."""
Inside = "Mapping[int, Inside | None]"
"""Fields of a message that are messages with weights somewhere in them: those of such; None for what is left out where
it is long."""

_TENSOR: Mapping[int, object] = dict.fromkeys((4, 5, 6, 7, 8, 10, 11, 13, 16, 17))
_VALUE: Mapping[int, object] = {8: _TENSOR, 1: {8: _TENSOR}}
_NODE: Mapping[int, object] = {5: {2: _VALUE}}
GRAPH: Mapping[int, object] = {1: _NODE, 2: {1: {3: _NODE, 5: {2: _VALUE}}}}
SAVED_MODEL: Mapping[int, object] = {2: {2: GRAPH, 4: None, 5: {}, 7: {1: {}, 2: {}}}}


def damaged(why: str) -> ForeignError:
    """What is said of bytes that are no graph."""
    return ForeignError(f"not a graph of TensorFlow, or a damaged one: {why}", "copy the file anew, or save it again")


def without_weights(stream: BinaryIO, inside: Mapping[int, object], most: int) -> bytes:
    """The message in a stream that can be rewound, with long values of tensors left out. Raises `ForeignError`."""
    reader: Any = stream if isinstance(stream, BytesIO) else BufferedReader(stream, 1 << 16)
    try:
        end = reader.seek(0, 2)
        reader.seek(0)
        return _Stripper(reader, most).message(inside, end, 0)
    finally:
        if isinstance(reader, BufferedReader):
            reader.detach()


class _Stripper:
    def __init__(self, reader: BinaryIO, most: int) -> None:
        self.reader, self.left, self.most = reader, most, most

    def message(self, inside: Mapping[int, object], end: int, depth: int) -> bytes:
        """A message that ends at the byte `end`."""
        if depth > MOST_NESTED:
            raise ForeignError("the model is nested too deep")
        pieces: list[bytes] = []
        reader = self.reader
        at = reader.tell()
        while at < end:
            key = self.varint()
            wire = key & 7
            if wire == _VARINT:
                pieces.append(_varint(key) + _varint(self.varint()))
            elif wire in (_FIXED64, _FIXED32):
                pieces.append(_varint(key) + self.exactly(8 if wire == _FIXED64 else 4))
            elif wire == _BYTES:
                size = self.varint()
                start = reader.tell()
                if start + size > end:
                    raise damaged(f"a field at byte {start} is cut off")
                pieces += self.field(key, size, inside, depth)
                reader.seek(start + size)
            else:
                raise damaged(f"byte {at} starts no field")
            at = reader.tell()
        return b"".join(pieces)

    def field(self, key: int, size: int, inside: Mapping[int, object], depth: int) -> list[bytes]:
        """A value of so many bytes: as it is where it is short, or nobody knows what it is."""
        number = key >> 3
        if size > SHORT and number in inside:
            within = inside[number]
            if not isinstance(within, dict):
                return []
            body = self.message(within, self.reader.tell() + size, depth + 1)
            return [_varint(key), _varint(len(body)), body]
        return [_varint(key), _varint(size), self.exactly(size)]

    def exactly(self, size: int) -> bytes:
        self.left -= size + 2
        if self.left < 0:
            raise ForeignError(f"the model has more than {self.most} bytes without its weights")
        found = self.reader.read(size)
        if len(found) < size:
            raise damaged("it is cut off")
        return found

    def varint(self) -> int:
        value = 0
        for shift in range(0, 70, 7):
            byte = self.reader.read(1)
            if not byte:
                raise damaged("it is cut off")
            value |= (byte[0] & 0x7F) << shift
            if byte[0] < 0x80:
                return value
        raise damaged("a number without end")


def _varint(value: int) -> bytes:
    made = bytearray()
    while value > 0x7F:
        made.append(value & 0x7F | 0x80)
        value >>= 7
    made.append(value)
    return bytes(made)


def parsed(data: bytes) -> Message:
    """The fields of a message. Raises `ForeignError`."""
    found: Message = {}
    at, end = 0, len(data)
    try:
        while at < end:
            key = data[at]
            at += 1
            if key > 0x7F:
                key, at = _number(data, at - 1)
            wire = key & 7
            value: int | bytes
            if wire == _BYTES:
                size = data[at]
                at += 1
                if size > 0x7F:
                    size, at = _number(data, at - 1)
                if at + size > end:
                    raise damaged("a field is cut off")
                value = data[at : at + size]
                at += size
            elif wire == _VARINT:
                value, at = _number(data, at)
            elif wire in (_FIXED32, _FIXED64):
                size = 4 if wire == _FIXED32 else 8
                value = data[at : at + size]
                at += size
            else:
                raise damaged("a field of a kind that is not known")
            found.setdefault(key >> 3, []).append(value)
    except IndexError:
        raise damaged("it is cut off") from None
    return found


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A number of variable length, and where it ends."""
    value = 0
    for shift in range(0, 70, 7):
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise damaged("a number without end")


def text(message: Message, field: int) -> str:
    """A text; empty where there is none."""
    found = message.get(field, [b""])[-1]
    return found.decode("utf-8", "replace") if isinstance(found, bytes) else ""


def texts(message: Message, field: int) -> list[str]:
    """All texts of a field."""
    return [one.decode("utf-8", "replace") for one in message.get(field, ()) if isinstance(one, bytes)]


def integer(message: Message, field: int, usual: int = 0) -> int:
    """An integer with a sign."""
    found = message.get(field, [usual])[-1]
    return signed(found) if isinstance(found, int) else usual


def signed(value: int) -> int:
    return value - (1 << 64) if value >= 1 << 63 else value


def integers(message: Message, field: int, most: int) -> list[int]:
    """Integers one by one, or packed; no more than so many. Raises `ForeignError`."""
    found: list[int] = []
    for one in message.get(field, ()):
        if isinstance(one, int):
            found.append(signed(one))
            continue
        at = 0
        try:
            while at < len(one):
                value, at = _number(one, at)
                found.append(signed(value))
                if len(found) > most:
                    raise damaged(f"a list of more than {most} numbers")
        except IndexError:
            raise damaged("it is cut off") from None
    return found


def message(parent: Message, field: int) -> Message:
    """A message in a message; empty where there is none."""
    found = parent.get(field, [b""])[-1]
    return parsed(found) if isinstance(found, bytes) else {}


def messages(parent: Message, field: int) -> list[bytes]:
    """The messages of a field, which are not parsed yet."""
    return [one for one in parent.get(field, ()) if isinstance(one, bytes)]


def entries(parent: Message, field: int) -> dict[str, bytes]:
    """A mapping of texts: its values are messages, which are not parsed yet, or texts."""
    found = {}
    for one in messages(parent, field):
        entry = parsed(one)
        value = entry.get(2, [b""])[-1]
        found[text(entry, 1)] = value if isinstance(value, bytes) else b""
    return found
