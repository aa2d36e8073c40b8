"""Tables at offsets that lie."""

from __future__ import annotations

import io
import struct

import pytest

from readers.tensorflow.lite.written import flatbuffer
from rfcli.readers.draft import ForeignError
from rfcli.readers.tensorflow.lite.flatbuffer import MOST_READ, PAGE, Bytes


def root(data: bytes):
    return Bytes(io.BytesIO(data)).root()


def test_fields() -> None:
    made = root(
        flatbuffer(
            {0: (4, 7), 2: "text", 3: [1, -2, 3], 4: {1: (1, 1)}, 5: [{0: (8, 1 << 40)}, {}], 6: b"abc", 7: (1, -3)}
        )
    )
    assert (made.number(0), made.number(1, usual=5), made.number(7, 1), made.text(2)) == (7, 5, -3, "text")
    assert made.integers(3, 3) == [1, -2, 3] and made.flag(1, True) and made.table(1) is None and not made.has(99)
    assert made.table(4).flag(1)
    assert [one.number(0, 8) for one in made.of(5)] == [1 << 40, 0]
    start, count = made.extent(6)
    assert made.data(start, count) == b"abc"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "an offset lies outside of it"),
        (b"\xff\xff\xff\xffTFL3", "an offset lies outside of it"),
        (struct.pack("<I", 8) + b"TFL3" + struct.pack("<i", 1 << 20), "an offset lies outside of it"),
        (struct.pack("<I", 8) + b"TFL3" + struct.pack("<i", -(1 << 20)), "an offset lies outside of it"),
    ],
)
def test_offsets_that_lead_out_of_the_file(data: bytes, message: str) -> None:
    with pytest.raises(ForeignError, match=message):
        root(data)


def test_lists_that_are_longer_than_the_file() -> None:
    data = flatbuffer({0: [1, 2, 3]})
    at = data.index(struct.pack("<iiii", 3, 1, 2, 3))
    lying = data[:at] + struct.pack("<I", 1 << 30) + data[at + 4 :]
    for read in (lambda one: one.integers(0, 1 << 31), lambda one: one.tables(0), lambda one: one.extent(0)):
        with pytest.raises(ForeignError, match="a list is longer than the file"):
            read(root(lying))
    with pytest.raises(ForeignError, match="a list of 3 numbers"):
        root(data).integers(0, 2)


def test_a_file_that_shrinks_is_damaged() -> None:
    stream = io.BytesIO(flatbuffer({0: (4, 7)}) + bytes(3 * PAGE))
    told = Bytes(stream)
    stream.truncate(PAGE)
    with pytest.raises(ForeignError, match="it ends too early"):
        told.take(2 * PAGE, 4)


def test_bytes_over_the_border_of_a_page() -> None:
    data = bytes(range(256)) * (2 * PAGE // 256)
    assert Bytes(io.BytesIO(data)).take(PAGE - 3, 7) == data[PAGE - 3 : PAGE + 4]


def test_no_more_is_read_than_a_file_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rfcli.readers.tensorflow.lite.flatbuffer.MOST_PAGES", 1)
    told = Bytes(io.BytesIO(bytes(2 * PAGE)))
    with pytest.raises(ForeignError, match="it leads back and forth"):
        for turn in range(MOST_READ // PAGE + 2):
            told.take(turn % 2 * PAGE, 4)
