"""Keras models: the JSON of `model.to_json()`, and `config.json` inside a `.keras` archive; of Keras 2 and 3."""

from __future__ import annotations

import zlib
from struct import error as StructError
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from rfcli.description import json_
from rfcli.description.limits import Limits
from rfcli.description.nodes import File, Problems
from rfcli.description.source import decode, read_bytes, too_large
from rfcli.readers.draft import Draft, ForeignError
from rfcli.readers.keras.program import drafted
from rfcli.readers.refused import refused_archive

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

ENTRY = "config.json"
MOST_AT_ONCE = 1 << 20
"""Bytes that are read at once of an archive: more than the list of entries of any that Keras writes."""
ID_DIGITS = 20
"""Digits of integers: objects that are shared are told by their address in memory."""


def read(stream: BinaryIO, file: File, limits: Limits, problems: Problems) -> Draft | None:
    """The description of a Keras model, or None with its problems added. Raises `ForeignError`."""
    head = stream.read(4)
    stream.seek(0)
    if head == b"PK\x03\x04":
        size = stream.seek(0, 2)
        if size > limits.model_bytes:
            raise ForeignError(f"larger than {limits.model_bytes} bytes", limits.exceeded("model_bytes"))
        data, path = entry_of(stream, limits), f"{file.path}/{ENTRY}"
    else:
        data, path = read_bytes(stream, limits.bytes + 1), file.path
    if len(data) > limits.bytes:
        too_large(path, limits, problems)
        return None
    text = decode(data, path, problems)
    if text is None:
        return None
    if not text.lstrip(" \t\r\n").startswith("{"):
        raise ForeignError("not a Keras model: neither an archive nor JSON", "save it with model.save('net.keras')")
    wide = limits.replaced(digits=max(limits.digits, ID_DIGITS))
    root = json_.read(File(path, text), wide, problems)
    return None if root is None else drafted(root, file, limits, problems)


class _Capped:
    """A stream of which no more than `MOST_AT_ONCE` bytes are read at once: an archive's list of entries is."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.seek, self.tell, self.seekable = stream.seek, stream.tell, stream.seekable

    def read(self, count: int = -1) -> bytes:
        data = self._stream.read(MOST_AT_ONCE + 1 if count < 0 or count > MOST_AT_ONCE else count)
        if len(data) > MOST_AT_ONCE:
            raise ForeignError("an archive with too many entries", "Keras writes three")
        return data


def entry_of(stream: BinaryIO, limits: Limits) -> bytes:
    """The bytes of `config.json` in a `.keras` archive, one more than allowed at most. Raises `ForeignError`."""
    try:
        archive = ZipFile(_Capped(stream))
        names = archive.namelist()
        if ENTRY not in names:
            refused_archive(names)
        if names.count(ENTRY) > 1:
            raise ForeignError(f"the archive has {names.count(ENTRY)} entries '{ENTRY}'")
        entry = archive.getinfo(ENTRY)
        if entry.flag_bits & 0x1:
            raise ForeignError(f"'{ENTRY}' in the archive is encrypted")
        if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise ForeignError(f"'{ENTRY}' in the archive is compressed in a way that Keras does not use")
        with archive.open(entry) as opened:
            return read_bytes(opened, limits.bytes + 1)  # type: ignore[arg-type]
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, OverflowError, IndexError,
            StructError, zlib.error):  # fmt: skip
        raise ForeignError("a damaged archive", "save the model again: model.save('net.keras')") from None
