"""Entries of ZIP archives, within limits: whatever a length says, no more is read than is asked for."""

from __future__ import annotations

import re
import zlib
from struct import error as StructError
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from rfcli.description.source import read_bytes
from rfcli.readers.draft import ForeignError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

BEGINNING = b"PK\x03\x04"
_NAMES = re.compile(rb"PK\x03\x04.{22}(..)..", re.DOTALL)
_BROKEN = (BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, OverflowError, IndexError,
           StructError, zlib.error)  # fmt: skip


def first_names(head: bytes) -> list[str]:
    """Names of the entries that begin in the first bytes of an archive; none for what is no archive."""
    if not head.startswith(BEGINNING):
        return []
    found = []
    for one in _NAMES.finditer(head):
        end = one.end() + int.from_bytes(one[1], "little")
        found.append(head[one.end() : end].decode("utf-8", "replace"))
    return found


class _Capped:
    """A stream of which no more than so many bytes are read at once: an archive's list of entries is."""

    def __init__(self, stream: BinaryIO, most: int, usual: str) -> None:
        self._stream, self._most, self._usual = stream, most, usual
        self.seek, self.tell, self.seekable = stream.seek, stream.tell, stream.seekable

    def read(self, count: int = -1) -> bytes:
        data = self._stream.read(self._most + 1 if count < 0 or count > self._most else count)
        if len(data) > self._most:
            raise ForeignError("an archive with too many entries", self._usual)
        return data


class _Part:
    """Bytes of a stream, as one of their own."""

    def __init__(self, stream: BinaryIO, start: int, size: int) -> None:
        self._stream, self._start, self._size, self._at = stream, start, size, 0

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        at = offset + (0, self._at, self._size)[whence]
        if at < 0:
            raise ValueError(at)
        self._at = at
        return at

    def read(self, count: int = -1) -> bytes:
        left = max(self._size - self._at, 0)
        self._stream.seek(self._start + self._at)
        data = self._stream.read(left if count < 0 else min(count, left))
        self._at += len(data)
        return data


class Archive:
    """An archive of a `writer`, whose list of entries has at most `most` bytes; `usual` is how many entries it has, and
    `help` what to do where it is damaged. Raises `ForeignError`."""

    def __init__(self, stream: BinaryIO, writer: str, most: int, usual: str, help: str) -> None:
        self.writer, self.help = writer, help
        try:
            self._archive = ZipFile(_Capped(stream, most, usual))
            self.names = self._archive.namelist()
        except _BROKEN:
            raise self.damaged() from None
        self._stream, self._limits = stream, (most, usual)

    def damaged(self) -> ForeignError:
        return ForeignError("a damaged archive", self.help)

    def entry(self, name: str, most: int) -> bytes:
        """The bytes of an entry, at most so many. Raises `ForeignError`."""
        if self.names.count(name) > 1:
            raise ForeignError(f"the archive has {self.names.count(name)} entries '{name}'")
        try:
            entry = self._archive.getinfo(name)
            if entry.flag_bits & 0x1:
                raise ForeignError(f"'{name}' in the archive is encrypted")
            if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
                raise ForeignError(f"'{name}' in the archive is compressed in a way that {self.writer} does not use")
            with self._archive.open(entry) as opened:
                return read_bytes(opened, most)  # type: ignore[arg-type]
        except _BROKEN:
            raise self.damaged() from None

    def within(self, name: str) -> Archive:
        """The archive that an entry is, which is read in its place. Raises `ForeignError`."""
        if self.names.count(name) != 1:
            raise self.damaged()
        entry = self._archive.getinfo(name)
        if entry.compress_type != ZIP_STORED or entry.flag_bits & 0x1 or entry.compress_size != entry.file_size:
            raise ForeignError(f"'{name}' in the archive is compressed")
        try:
            self._stream.seek(entry.header_offset)
            head = self._stream.read(30)
            start = entry.header_offset + 30 + sum(int.from_bytes(head[at : at + 2], "little") for at in (26, 28))
            part: BinaryIO = _Part(self._stream, start, entry.file_size)  # type: ignore[assignment]
        except _BROKEN:
            raise self.damaged() from None
        return Archive(part, self.writer, *self._limits, self.help)
