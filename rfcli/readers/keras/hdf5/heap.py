"""Dense storage of HDF5: fractal heaps, and version 2 B-trees, which list what is in them."""

from __future__ import annotations

from rfcli.readers.keras.hdf5.blocks import Bytes, Reader, damaged, of_bytes
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_RECORDS = 1 << 14
"""Records of a tree that are looked at."""
HUGE = 1
"""The kind of B-tree that lists huge objects."""
CHECKSUM = 4


class FractalHeap:
    """A heap of objects in blocks that double in size, row by row of a table."""

    def __init__(self, reader: Reader, address: int) -> None:
        block = reader.at(address)
        block.expect(b"FRHP", 0)
        self.reader = reader
        self.id_length, filters = block.number(2), block.number(2)
        block.skip(1)
        managed = block.number(4)
        block.length()
        self._huge = block.offset()
        block.length()
        block.offset()
        for _ in range(8):
            block.length()
        self._width = block.number(2)
        self._start, self._most = block.length(), block.length()
        bits = block.number(2)
        block.number(2)
        self._root, self._rows = block.offset(), block.number(2)
        if not self.id_length:
            raise damaged("objects of a heap have no ids")
        if filters:
            raise damaged("its attributes are compressed")
        if not self._width or not 0 < self._start <= self._most or self._start & (self._start - 1) or bits > 64:
            raise damaged("a heap has no table")
        self._offset_bytes = -(-bits // 8)
        self._length_bytes = _bytes_for(min(self._most, managed))

    def object(self, place: Bytes) -> Bytes:
        """The object with an id."""
        data = place.take(self.id_length)
        kind = data[0] >> 4 & 3
        if kind == 2:
            wide = self.id_length > 18
            length = ((data[0] & 15) << 8 | data[1] if wide else data[0] & 15) + 1
            return of_bytes(self.reader, data[2 if wide else 1 :][:length])
        if kind == 1:
            return self._large(data[1:])
        parts = of_bytes(self.reader, data[1:])
        offset, length = parts.number(self._offset_bytes), parts.number(self._length_bytes)
        return self._managed(offset).part(length)

    def _large(self, data: bytes) -> Bytes:
        """A huge object: its id has its address, or its number in a tree."""
        parts = of_bytes(self.reader, data)
        if len(data) >= self.reader.offsets + self.reader.lengths:
            address, length = parts.offset(), parts.length()
            return self.reader.at(address).part(length)
        wanted = parts.number(min(len(data), self.reader.lengths))
        for record in records(self.reader, self._huge, HUGE):
            address, length, number = record.offset(), record.length(), record.length()
            if number == wanted:
                return self.reader.at(address).part(length)
        raise damaged("an object of a heap is missing")

    def _managed(self, offset: int) -> Bytes:
        """The bytes at an offset of the heap's own space."""
        address, rows, first = self._root, self._rows, 0
        while rows:
            row, column, begins = self._cell(offset - first)
            if row >= rows:
                break
            block = self.reader.at(address)
            block.expect(b"FHIB", 0)
            block.skip(self.reader.offsets + self._offset_bytes)
            block.skip((row * self._width + column) * self.reader.offsets)
            address, first, size = block.offset(), first + begins, self._size(row)
            rows = 0 if size <= self._most else (size // (self._start * self._width)).bit_length()
            if self.reader.absent(address):
                break
        else:
            block = self.reader.at(address)
            if block.peek(4) == b"FHDB":
                block.skip(offset - first)
                return block
        raise damaged("an object of a heap is missing")

    def _size(self, row: int) -> int:
        return self._start << max(row - 1, 0)

    def _cell(self, offset: int) -> tuple[int, int, int]:
        """Row and column of the block that has an offset, and the offset at which it begins."""
        begins = 0
        for row in range(64):
            size = self._size(row)
            if offset < begins + size * self._width:
                column = (offset - begins) // size
                return row, column, begins + column * size
            begins += size * self._width
        raise damaged("an object of a heap is missing")


class _Level(Value):
    """What a node of a tree takes: records, and the bytes that numbers of them take."""

    most: int
    total: int
    count_bytes: int
    total_bytes: int


def records(reader: Reader, address: int, kind: int) -> Iterator[Bytes]:
    """The records of a version 2 B-tree, in any order."""
    block = reader.at(address)
    block.expect(b"BTHD", 0)
    if block.number(1) != kind:
        raise damaged("a tree lists something else")
    node, record, depth = block.number(4), block.number(2), block.number(2)
    block.skip(2)
    root, count = block.offset(), block.number(2)
    if not record or depth > 16 or node <= 10 + record:
        raise damaged("a tree has no nodes")
    levels = _levels(reader, node, record, depth)
    nodes, left = [(root, count, depth)] if not reader.absent(root) else [], MOST_RECORDS
    while nodes:
        place, count, depth = nodes.pop()
        left -= count
        if left < 0 or count > levels[depth].most:
            raise damaged("a tree has too many records")
        block = reader.once(place)
        block.expect(b"BTIN" if depth else b"BTLF", 0)
        block.skip(1)
        for _ in range(count):
            yield block.part(record)
        if depth:
            below = levels[depth - 1]
            for _ in range(count + 1):
                child, of_child = block.offset(), block.number(below.count_bytes)
                block.skip(below.total_bytes if depth > 1 else 0)
                nodes.append((child, of_child, depth - 1))


def _levels(reader: Reader, node: int, record: int, depth: int) -> list[_Level]:
    """What nodes take, from leaves up."""
    room = node - 6 - CHECKSUM
    most = room // record
    levels = [_Level(most, most, _bytes_for(most), 0)]
    for level in range(1, depth + 1):
        below = levels[-1]
        pointer = reader.offsets + below.count_bytes + (below.total_bytes if level > 1 else 0)
        most = max((room - pointer) // (record + pointer), 0)
        total = (most + 1) * below.total + most
        levels.append(_Level(most, total, levels[0].count_bytes, _bytes_for(total)))
    return levels


def _bytes_for(number: int) -> int:
    """Bytes that a number takes."""
    return max(-(-number.bit_length() // 8), 1)
