"""Messages of protocol buffers, as lists of values by the numbers of their fields.

A message is read piece by piece first, and long values are passed over: what is left is small, whatever the file has of
weights.
"""

from __future__ import annotations

from rfcli.readers.draft import ForeignError
from rfcli.readers.protobuf import BYTES, FIXED32, FIXED64, VARINT, Stripper, number, stripped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

Message = dict[int, list[int | bytes]]
"""Values of fields: numbers, and bytes that are texts, packed numbers or messages."""

GRAPH, SAVED_MODEL = "graph", "saved model"
_INSIDE = {
    "saved model": {2: "meta graph"},
    "meta graph": {2: "graph", 4: "", 5: "signatures", 7: "objects"},
    "objects": {1: "object", 2: "concrete function"},
    "graph": {1: "node", 2: "library"},
    "library": {1: "function"},
    "function": {3: "node", 5: "attribute"},
    "node": {5: "attribute"},
    "attribute": {2: "value"},
    "value": {1: "list", 8: "tensor"},
    "list": {8: "tensor"},
    "tensor": dict.fromkeys((4, 5, 6, 7, 8, 10, 11, 13, 16, 17), ""),
}
"""Message -> field number -> the message in it, or "" for what is left out where it is long."""


def damaged(why: str) -> ForeignError:
    """What is said of bytes that are no graph."""
    return ForeignError(f"not a graph of TensorFlow, or a damaged one: {why}", "copy the file anew, or save it again")


WHOLE = 1 << 22
"""Bytes of a file that is read as it is: it has few weights, or none."""


def read(stream: BinaryIO, kind: str, most: int) -> Message:
    """The message in a stream that can be rewound; where it is large, long values of tensors are left out. Raises
    `ForeignError`."""
    if stream.seek(0, 2) > WHOLE:
        return parsed(without_weights(stream, kind, most))
    stream.seek(0)
    return parsed(stream.read(WHOLE))


def without_weights(stream: BinaryIO, kind: str, most: int) -> bytes:
    """The message in a stream that can be rewound, with long values of tensors left out. Raises `ForeignError`."""
    return stripped(_Stripper, stream, kind, most)


class _Stripper(Stripper):
    INSIDE = _INSIDE
    damaged = staticmethod(damaged)


def parsed(data: bytes) -> Message:
    """The fields of a message. Raises `ForeignError`."""
    found: Message = {}
    at, end = 0, len(data)
    try:
        while at < end:
            key = data[at]
            at += 1
            if key > 0x7F:
                key, at = number(data, at - 1)
            wire = key & 7
            value: int | bytes
            if wire == BYTES:
                size = data[at]
                at += 1
                if size > 0x7F:
                    size, at = number(data, at - 1)
                if at + size > end:
                    raise damaged("a field is cut off")
                value = data[at : at + size]
                at += size
            elif wire == VARINT:
                value, at = number(data, at)
            elif wire in (FIXED32, FIXED64):
                size = 4 if wire == FIXED32 else 8
                value = data[at : at + size]
                at += size
            else:
                raise damaged("a field of a kind that is not known")
            found.setdefault(key >> 3, []).append(value)
    except (IndexError, OverflowError) as error:
        raise _unfinished(error) from None
    return found


def texts_and_entries(data: bytes, field: int) -> tuple[dict[int, list[str]], list[bytes]]:
    """A message of texts by their fields, and the messages of one field, which are not parsed yet; what else it has is
    passed over. Raises `ForeignError`."""
    listed: list[bytes] = []
    found: dict[int, list[str]] = {}
    at, end, wanted = 0, len(data), field << 3 | BYTES
    try:
        while at < end:
            key, size = data[at], data[at + 1]
            at += 2
            if key & 7 != BYTES or key > 0x7F or size > 0x7F:
                key, at = number(data, at - 2)
                if key & 7 in (FIXED32, FIXED64):
                    at += 4 if key & 7 == FIXED32 else 8
                    continue
                size, at = number(data, at)
                if key & 7 == VARINT:
                    continue
                if key & 7 != BYTES:
                    raise damaged("a field of a kind that is not known")
            stop = at + size
            if stop > end:
                raise damaged("a field is cut off")
            if key == wanted:
                listed.append(data[at:stop])
            else:
                found.setdefault(key >> 3, []).append(data[at:stop].decode("utf-8", "replace"))
            at = stop
    except (IndexError, OverflowError) as error:
        raise _unfinished(error) from None
    return found, listed


def _unfinished(error: Exception) -> ForeignError:
    """What is said of a message that ends, or does not end, within a number."""
    return damaged("a number without end" if isinstance(error, OverflowError) else "it is cut off")


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
                value, at = number(one, at)
                found.append(signed(value))
                if len(found) > most:
                    raise damaged(f"a list of more than {most} numbers")
        except (IndexError, OverflowError) as error:
            raise _unfinished(error) from None
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
