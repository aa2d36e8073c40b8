"""Tables of a flatbuffer, at offsets that may lie.

Written after the FlatBuffers internals document: a table begins with the distance to its vtable, which lists where
its fields are; whatever is not of fixed size stands elsewhere, and its distance is written. Distances lead forwards, so
no table leads back to itself. Whatever is read lies in the file, and it is read in pages, of which few are kept.
"""

from __future__ import annotations

from struct import Struct, unpack

from rfcli.readers.draft import ForeignError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

PAGE = 1 << 16
MOST_PAGES = 256
"""Pages that are kept at a time."""
MOST_READ = 1 << 30
"""Bytes of pages that are read of one file."""
MOST_VTABLES = 1 << 12
"""Vtables that are kept at a time."""
MOST_FIELDS = 1 << 7
"""Fields of a table that are looked at: more than any table of the schema has."""

_SHORT, _WORD = Struct("<H"), Struct("<I")
_unsigned_at, _signed_at = _WORD.unpack_from, Struct("<i").unpack_from


def damaged(why: str) -> ForeignError:
    """What is said of bytes that are no model."""
    return ForeignError(f"a damaged TensorFlow Lite model: {why}", "copy the file anew, or convert the model again")


class Bytes:
    """The bytes of a file, wherever they are asked for."""

    def __init__(self, stream: BinaryIO) -> None:
        self.size = stream.seek(0, 2)
        self._stream, self._pages, self._left = stream, dict[int, bytes](), MOST_READ
        self._vtables: dict[int, tuple[int, ...]] = {}

    def take(self, at: int, count: int) -> bytes:
        """So many bytes from a place on."""
        page, start = divmod(at, PAGE)
        held = self._pages.get(page)
        if held is not None and start + count <= len(held):
            return held[start : start + count]
        if at < 0 or at + count > self.size:
            raise damaged("an offset lies outside of it")
        found = self._page(page)[start : start + count]
        while len(found) < count:
            page += 1
            found += self._page(page)[: count - len(found)]
        return found

    def _page(self, number: int) -> bytes:
        found = self._pages.get(number)
        if found is None:
            self._left -= PAGE
            if self._left < 0:
                raise damaged("it leads back and forth")
            if len(self._pages) >= MOST_PAGES:
                self._pages.clear()
            self._stream.seek(number * PAGE)
            found = self._stream.read(PAGE)
            if len(found) < min(PAGE, self.size - number * PAGE):
                raise damaged("it ends too early")
            self._pages[number] = found
        return found

    def short(self, at: int) -> int:
        return int(_SHORT.unpack(self.take(at, 2))[0])

    def word(self, at: int) -> int:
        page, start = self._pages.get(at // PAGE), at % PAGE
        if page is None or start + 4 > len(page):
            page, start = self.take(at, 4), 0
        (found,) = _unsigned_at(page, start)
        return found  # type: ignore[no-any-return]

    def signed(self, at: int) -> int:
        """A word that may be below zero."""
        page, start = self._pages.get(at // PAGE), at % PAGE
        if page is None or start + 4 > len(page):
            page, start = self.take(at, 4), 0
        (found,) = _signed_at(page, start)
        return found  # type: ignore[no-any-return]

    def vtable(self, at: int) -> tuple[int, ...]:
        """How far from a table's place each of its fields stands, 0 for one that is left out; tables share vtables."""
        found = self._vtables.get(at)
        if found is None:
            if len(self._vtables) >= MOST_VTABLES:
                self._vtables.clear()
            count = min(max((self.short(at) - 4) // 2, 0), MOST_FIELDS)
            found = self._vtables[at] = unpack(f"<{count}H", self.take(at + 4, 2 * count))
        return found

    def follow(self, at: int) -> int:
        """The place that a distance leads to."""
        return at + self.word(at)

    def root(self) -> Table:
        """The table that the file begins with."""
        return Table(self, self.follow(0))


class Table:
    """A table: fields by their numbers."""

    __slots__ = ("_at", "_bytes", "_fields")

    def __init__(self, bytes: Bytes, at: int) -> None:
        self._bytes, self._at = bytes, at
        self._fields = bytes.vtable(at - bytes.signed(at))

    def place(self, field: int) -> int | None:
        """Where a field stands; None where it is left out."""
        fields = self._fields
        return self._at + fields[field] if field < len(fields) and fields[field] else None

    def number(self, field: int, size: int = 4, usual: int = 0, signed: bool = True) -> int:
        """An integer of so many bytes."""
        fields = self._fields
        if field >= len(fields) or not fields[field]:
            return usual
        at = self._at + fields[field]
        if size == 4:
            return self._bytes.signed(at) if signed else self._bytes.word(at)
        return int.from_bytes(self._bytes.take(at, size), "little", signed=signed)

    def flag(self, field: int, usual: bool = False) -> bool:
        return self.number(field, 1, int(usual)) != 0

    def table(self, field: int) -> Table | None:
        """A table in the table."""
        at = self.place(field)
        return None if at is None else Table(self._bytes, self._bytes.follow(at))

    def _vector(self, field: int, size: int) -> tuple[int, int]:
        """Where the entries of a vector begin, and their number."""
        at = self.place(field)
        if at is None:
            return 0, 0
        start = at + self._bytes.word(at)
        count = self._bytes.word(start)
        if start + 4 + count * size > self._bytes.size:
            raise damaged("a list is longer than the file")
        return start + 4, count

    def extent(self, field: int) -> tuple[int, int]:
        """Where the bytes of a vector begin, and their number."""
        return self._vector(field, 1)

    def has(self, field: int) -> bool:
        return self.place(field) is not None

    def integers(self, field: int, most: int) -> list[int]:
        """A vector of integers of four bytes, of at most so many."""
        start, count = self._vector(field, 4)
        if count > most:
            raise damaged(f"a list of {count} numbers")
        return list(unpack(f"<{count}i", self._bytes.take(start, 4 * count))) if count else []

    def tables(self, field: int) -> list[int]:
        """The places of the tables in a vector."""
        start, count = self._vector(field, 4)
        step = PAGE // 4
        found: list[int] = []
        for first in range(0, count, step):
            at = start + 4 * first
            data = self._bytes.take(at, 4 * min(step, count - first))
            found += [at + 4 * number + one for number, (one,) in enumerate(_WORD.iter_unpack(data))]
        return found

    def text(self, field: int, most: int = 1 << 12) -> str:
        """A text, of which no more than so many bytes are read."""
        start, count = self._vector(field, 1)
        return self._bytes.take(start, min(count, most)).decode("utf-8", "replace") if count else ""

    def at(self, place: int) -> Table:
        """A table elsewhere in the file."""
        return Table(self._bytes, place)

    def of(self, field: int) -> Iterator[Table]:
        """The tables in a vector."""
        return (Table(self._bytes, place) for place in self.tables(field))

    def data(self, start: int, count: int) -> bytes:
        """Bytes of the file."""
        return self._bytes.take(start, count)
