"""Bytes of an HDF5 file, at addresses that may lie."""

from __future__ import annotations

from io import BytesIO

from rfcli.readers.draft import ForeignError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

MOST_BLOCKS = 1 << 16
"""Blocks that are looked at in a file."""


def damaged(why: str) -> ForeignError:
    """What is said of bytes that are no HDF5 file."""
    return ForeignError(f"a damaged HDF5 file: {why}", "copy the file anew, or save the model again")


class Reader:
    """A file of `size` bytes whose addresses count from `base`; numbers of `offsets` and `lengths` bytes."""

    def __init__(self, stream: BinaryIO, size: int, base: int, offsets: int, lengths: int) -> None:
        if offsets not in (2, 4, 8, 16) or lengths not in (2, 4, 8, 16):
            raise damaged("its addresses have a length that is not known")
        self.stream, self.size, self.base, self.offsets, self.lengths = stream, size, base, offsets, lengths
        self._seen: set[int] = set()
        self._left = MOST_BLOCKS

    def at(self, address: int) -> Bytes:
        """The bytes from an address on."""
        place = self.base + address
        self._left -= 1
        if not 0 <= place < self.size:
            raise damaged("an address lies outside of it")
        if self._left < 0:
            raise damaged("it has too many blocks")
        return Bytes(self, self.stream, place, self.size)

    def once(self, address: int) -> Bytes:
        """The same, of a block that others lead to: none leads to one twice."""
        if address in self._seen:
            raise damaged("its blocks lead in a circle")
        self._seen.add(address)
        return self.at(address)

    def absent(self, address: int) -> bool:
        """Whether an address says that there is nothing."""
        return address == (1 << 8 * self.offsets) - 1


class Bytes:
    """A stretch of a stream, read from its beginning on."""

    def __init__(self, reader: Reader, stream: BinaryIO, place: int, end: int) -> None:
        self.reader, self._stream, self._place, self._end, self._first = reader, stream, place, end, place

    @property
    def passed(self) -> int:
        """Bytes that were read or passed over."""
        return self._place - self._first

    def take(self, count: int) -> bytes:
        """The next bytes."""
        if self._place + count > self._end:
            raise damaged("it ends too early")
        self._stream.seek(self._place)
        found = self._stream.read(count)
        if len(found) != count:
            raise damaged("it ends too early")
        self._place += count
        return found

    def peek(self, count: int) -> bytes:
        """The next bytes, which stay the next."""
        found = self.take(count)
        self._place -= count
        return found

    def skip(self, count: int) -> None:
        """Passes bytes over."""
        self._place += count
        if self._place > self._end:
            raise damaged("it ends too early")

    def part(self, count: int) -> Bytes:
        """The next bytes as a stretch of their own."""
        place = self._place
        self.skip(count)
        return Bytes(self.reader, self._stream, place, self._place)

    def expect(self, signature: bytes, version: int | None) -> None:
        """Passes a block's signature and version over."""
        if self.take(len(signature)) != signature or (version is not None and self.number(1) != version):
            raise damaged(f"a block '{signature.decode()}' is not where it should be")

    def number(self, count: int) -> int:
        """A number of so many bytes."""
        return int.from_bytes(self.take(count), "little")

    def offset(self) -> int:
        """An address."""
        return self.number(self.reader.offsets)

    def length(self) -> int:
        """A length."""
        return self.number(self.reader.lengths)


def of_bytes(reader: Reader, data: bytes) -> Bytes:
    """Bytes that stand in no block of their own."""
    return Bytes(reader, BytesIO(data), 0, len(data))
