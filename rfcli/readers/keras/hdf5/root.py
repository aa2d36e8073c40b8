"""Attributes of an HDF5 file's root group, which is where Keras writes a model's configuration; weights are not read.

Written after the HDF5 File Format Specification, version 3.0: superblocks 0 to 3, object headers 1 and 2, attributes in
the header and in dense storage (a fractal heap that a version 2 B-tree lists), strings of fixed and of variable length.
Whatever an address or a length says, no more is read than the file has, and no block twice.
"""

from __future__ import annotations

from rfcli.readers.draft import ForeignError
from rfcli.readers.keras.hdf5 import SIGNATURE
from rfcli.readers.keras.hdf5.blocks import Bytes, Reader, damaged
from rfcli.readers.keras.hdf5.heap import FractalHeap, records
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

BEGINNINGS = (0, *(512 << shift for shift in range(12)))
"""Where a superblock may stand: behind a block of the user's own, of 512 bytes or a doubling of them."""

MOST_MESSAGES = 1 << 16
"""Messages of the root's header that are looked at; Keras writes fewer than twenty."""

ATTRIBUTE, CONTINUED, ATTRIBUTES = 0x0C, 0x10, 0x15
"""Kinds of messages."""
STRING, VARIABLE = 3, 9
"""Classes of types."""
BY_NAME = 8
"""The kind of B-tree that lists attributes by their names."""


class Attribute(Value):
    """An attribute whose value has not been looked at: how long it is, and where."""

    name: str
    kind: int
    size: int
    count: int
    data: Bytes


class Root:
    """The root group of a file. Raises `ForeignError` where its bytes are none."""

    def __init__(self, stream: BinaryIO) -> None:
        self.reader, self._header = _opened(stream)
        self._attributes = {one.name: one for one in self._found()}

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the attributes."""
        return tuple(self._attributes)

    def text(self, name: str, most: int) -> bytes | None:
        """An attribute that is one string, of at most `most` + 1 bytes; None where there is none of that name."""
        attribute = self._attributes.get(name)
        if attribute is None:
            return None
        if attribute.count != 1 or attribute.kind not in (STRING, VARIABLE):
            raise ForeignError(f"the attribute '{name}' is no text")
        if attribute.kind == STRING:
            found = attribute.data.take(min(attribute.size, most + 1))
        else:
            found = self._of_heap(attribute.data, most)
        return found.partition(b"\0")[0]

    def _of_heap(self, data: Bytes, most: int) -> bytes:
        """A string of variable length: an object of a global heap."""
        length, address, index = data.number(4), data.offset(), data.number(4)
        if not length:
            return b""
        heap = self.reader.at(address)
        heap.expect(b"GCOL", 1)
        heap.skip(3)
        left = heap.length() - heap.passed
        while left >= 16:
            at = heap.number(2)
            heap.skip(6)
            size = heap.length()
            if at == index:
                return heap.take(min(size, length, most + 1))
            if not at:
                break
            heap.skip(-size % 8 + size)
            left -= 16 + size
        raise damaged("a text is missing")

    def _found(self) -> Iterator[Attribute]:
        """The attributes of the header, and those in dense storage."""
        for kind, data in _messages(self.reader, self._header):
            if kind == ATTRIBUTE:
                yield _attribute(data)
            elif kind == ATTRIBUTES:
                yield from _dense(self.reader, data)


def _opened(stream: BinaryIO) -> tuple[Reader, int]:
    """A reader of the file, and where the root's header stands."""
    size = stream.seek(0, 2)
    for beginning in BEGINNINGS:
        if beginning >= size:
            break
        stream.seek(beginning)
        if stream.read(len(SIGNATURE)) == SIGNATURE:
            block = Reader(stream, size, 0, 8, 8).at(beginning + len(SIGNATURE))
            version = block.number(1)
            if version > 3:
                raise ForeignError(f"an HDF5 file with a superblock of version {version}: 0 to 3 are known")
            return _plain(stream, size, block, version) if version < 2 else _short(stream, size, block)
    raise damaged("it has no superblock")


def _plain(stream: BinaryIO, size: int, block: Bytes, version: int) -> tuple[Reader, int]:
    """What a superblock 0 or 1 says."""
    block.skip(4)
    offsets, lengths = block.number(1), block.number(1)
    block.skip(9 if version == 0 else 13)
    base, *_ = (block.number(offsets) for _ in range(4))
    block.skip(offsets)
    return Reader(stream, size, base, offsets, lengths), block.number(offsets)


def _short(stream: BinaryIO, size: int, block: Bytes) -> tuple[Reader, int]:
    """What a superblock 2 or 3 says."""
    offsets, lengths = block.number(1), block.number(1)
    block.skip(1)
    base, _, _, root = (block.number(offsets) for _ in range(4))
    return Reader(stream, size, base, offsets, lengths), root


def _messages(reader: Reader, address: int) -> Iterator[tuple[int, Bytes]]:
    """Kinds of an object header's messages, and their bytes."""
    block = reader.at(address)
    new = block.peek(4) == b"OHDR"
    if new:
        block.skip(4)
        tracked, length = _new_header(block)
    else:
        tracked, length = False, _old_header(block)
    blocks, left = [(block, length)], MOST_MESSAGES
    while blocks:
        block, length = blocks.pop()
        end = block.passed + length
        head = (6 if tracked else 4) if new else 8
        while block.passed + head <= end:
            kind = block.number(1 if new else 2)
            size = block.number(2)
            flags = block.number(1)
            block.skip(head - (4 if new else 5))
            data = block.part(size)
            left -= 1
            if left < 0:
                raise damaged("its root has too many messages")
            if kind == CONTINUED:
                blocks.append(_continued(reader, data, new))
            elif kind in (ATTRIBUTE, ATTRIBUTES) and not flags & 2:
                yield kind, data


def _new_header(block: Bytes) -> tuple[bool, int]:
    """Whether messages have places in time, and the length of the first block of them."""
    if block.number(1) != 2:
        raise damaged("its root has a header of a version that is not known")
    flags = block.number(1)
    block.skip((16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0))
    return bool(flags & 0x04), block.number(1 << (flags & 3))


def _old_header(block: Bytes) -> int:
    """The length of the first block of messages."""
    if block.number(1) != 1:
        raise damaged("its root has no header")
    block.skip(7)
    length = block.number(4)
    block.skip(4)
    return length


def _continued(reader: Reader, data: Bytes, new: bool) -> tuple[Bytes, int]:
    """A further block of messages, and its length."""
    address, length = data.offset(), data.length()
    block = reader.once(address)
    if not new:
        return block, length
    block.expect(b"OCHK", None)
    return block, length - 8


def _attribute(data: Bytes) -> Attribute:
    """An attribute message."""
    version = data.number(1)
    if version not in (1, 2, 3):
        raise damaged("an attribute is of a version that is not known")
    flags = data.number(1)
    sizes = [data.number(2) for _ in range(3)]
    if version == 3:
        data.skip(1)
    parts = []
    for size in sizes:
        parts.append(data.part(size))
        if version == 1:
            data.skip(-size % 8)
    name, kind, space = parts
    label = name.take(min(sizes[0], 1 << 10)).partition(b"\0")[0].decode("utf-8", "replace")
    if version > 1 and flags & 3:
        return Attribute(label, -1, 0, 0, data)
    of_class = kind.number(1) & 15
    bits = kind.number(3)
    size = kind.number(4)
    if of_class == VARIABLE and bits & 15 != 1:
        of_class = -1
    return Attribute(label, of_class, size, _count(space), data)


def _count(space: Bytes) -> int:
    """How many values a dataspace has."""
    version, dims = space.number(1), space.number(1)
    space.skip(1)
    kind = space.number(1)
    if version == 1:
        space.skip(4)
    elif kind == 2:
        return 0
    count = 1
    for _ in range(min(dims, 32)):
        count *= space.length()
    return count


def _dense(reader: Reader, data: Bytes) -> Iterator[Attribute]:
    """Attributes that a B-tree lists and a heap holds."""
    data.skip(1)
    flags = data.number(1)
    data.skip(2 if flags & 1 else 0)
    address, tree = data.offset(), data.offset()
    if reader.absent(address) or reader.absent(tree):
        return
    heap = FractalHeap(reader, address)
    for record in records(reader, tree, BY_NAME):
        place = record.part(heap.id_length)
        if not record.number(1) & 2:
            yield _attribute(heap.object(place))
