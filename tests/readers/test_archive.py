"""Entries of ZIP archives, within limits."""

from __future__ import annotations

import io
import zipfile

import pytest

from rfcli.readers.archive import Archive, first_names
from rfcli.readers.draft import ForeignError


def archived(*names: str, compression: int = zipfile.ZIP_STORED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as made:
        for name in names:
            made.writestr(name, f"this is {name}" * 40)
    return stream.getvalue()


def opened(data: bytes, most: int = 1 << 20) -> Archive:
    return Archive(io.BytesIO(data), "Nobody", most, "usually two", "save it again")


def test_names_of_the_first_entries() -> None:
    data = archived("a/b.json", "c")
    assert first_names(data) == ["a/b.json", "c"]
    assert first_names(data[:45]) == ["a/b.json"]
    assert first_names(b"x" + data) == first_names(b"") == first_names(b"PK") == []


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_entry_as_far_as_it_is_asked_for(compression: int) -> None:
    archive = opened(archived("a", "../../b", compression=compression))
    assert archive.entry("../../b", 9) == b"this is ."
    assert archive.entry("a", 1 << 20) == b"this is a" * 40


@pytest.mark.parametrize(
    ("data", "most", "message"),
    [
        (b"PK\x03\x04", 9, "a damaged archive"),
        (archived("a")[:-9], 999, "a damaged archive"),
        (archived("a", "b"), 40, "an archive with too many entries"),
        (archived("a", compression=zipfile.ZIP_BZIP2), 1 << 20, "compressed in a way that Nobody does not use"),
    ],
)
def test_what_cannot_be_read(data: bytes, most: int, message: str) -> None:
    with pytest.raises(ForeignError, match=message):
        opened(data, most).entry("a", 10)


def test_lengths_that_lie() -> None:
    data = bytearray(archived("a"))
    at = data.index(b"PK\x01\x02")
    data[at + 20 : at + 28] = b"\xff" * 8  # both sizes
    with pytest.raises(ForeignError, match="a damaged archive"):
        opened(bytes(data)).entry("a", 1 << 20)
