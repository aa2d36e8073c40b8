"""Messages without what is long in them, by the wire format's specification: a key is a field's number * 8 + its type."""

from __future__ import annotations

import io

import pytest

from rfcli.readers.draft import ForeignError
from rfcli.readers.protobuf import (
    BYTES,
    MOST_NESTED,
    PAGE,
    RUN,
    SHORT,
    Stripper,
    number,
    short_fields,
    stripped,
    varint,
)

INSIDE = {"node": {1: "node", 2: ""}}
LONG = b"w" * (SHORT + 1)


class Toy(Stripper):
    """Messages in field 1, weights in field 2."""

    INSIDE = INSIDE

    @staticmethod
    def damaged(why: str) -> ForeignError:
        return ForeignError(f"no toy: {why}")


def field(number: int, value: bytes) -> bytes:
    return varint(number << 3 | BYTES) + varint(len(value)) + value


def left(data: bytes, most: int = 1 << 20) -> bytes:
    return stripped(Toy, io.BytesIO(data), "node", most)


@pytest.mark.parametrize(("value", "written"), [(0, b"\0"), (127, b"\x7f"), (128, b"\x80\x01"), (300, b"\xac\x02")])
def test_numbers(value: int, written: bytes) -> None:
    assert varint(value) == written


def test_long_values_are_left_out_however_deep_and_others_kept() -> None:
    inner = field(2, LONG) + field(3, b"kept") + field(2, b"short")
    assert left(field(1, inner) + field(4, LONG)) == field(1, field(3, b"kept") + field(2, b"short")) + field(4, LONG)


@pytest.mark.parametrize("length", [1, 127, 128, 1000, SHORT])
def test_short_fields_are_kept_wherever_a_piece_of_the_file_ends(length: int) -> None:
    """Fields of all types, so many that some of them lie across the ends of pieces."""
    one = varint(3 << 3) + varint(300) + varint(20 << 3 | 5) + b"abcd" + varint(4 << 3 | 1) + b"abcdefgh"
    short = (field(3, b"k" * length) + field(2, b"short") + one) * (2 * RUN // length + 1 if length > 100 else 3000)
    assert len(short) > RUN > PAGE
    assert left(field(1, field(2, LONG) + short) + field(2, LONG) + short, 1 << 22) == field(1, short) + short


@pytest.mark.parametrize(
    ("data", "kept"),
    [
        (b"", 0), (field(3, b"ab"), 4), (field(3, b"ab")[:-1], 0), (field(3, b"ab") + b"\x1b", 4),
        (varint(24) + b"\xff" * 11, 0), (varint(24) + b"\x80", 0), (b"\x80", 0), (varint(3 << 3 | 5) + b"abc", 0),
        (field(3, b"") + field(2, LONG), 2), (field(3, LONG), len(field(3, LONG))),
    ],
)  # fmt: skip
def test_short_fields_end_where_something_else_begins(data: bytes, kept: int) -> None:
    assert short_fields(data, INSIDE["node"]) == kept


def test_numbers_in_bytes_end_somewhere() -> None:
    assert [number(b"\x01\xac\x02", at) for at in (0, 1)] == [(1, 1), (300, 3)]
    with pytest.raises(IndexError):
        number(b"\x80", 0)
    with pytest.raises(OverflowError):
        number(b"\xff" * 11, 0)


@pytest.mark.parametrize(
    ("data", "why"),
    [(field(3, b"ab")[:-1], "a field at byte 2 is cut off"), (b"\x1b", "byte 0 starts no field"),
     (varint(24) + b"\xff" * 11, "a number without end"), (varint(24) + b"\x80", "it is cut off")],
)  # fmt: skip
def test_what_is_no_message_is_refused(data: bytes, why: str) -> None:
    for before in (b"", field(3, b"k" * 9) * (RUN // 11 + 5)):
        with pytest.raises(ForeignError, match=f"no toy: {why}" if not before or "byte" not in why else "no toy: "):
            left(before + data)


def test_what_is_too_large_or_too_deep_is_refused() -> None:
    with pytest.raises(ForeignError, match="more than 1000 bytes without its weights"):
        left(field(4, LONG), 1000)
    data = field(2, LONG)
    for _ in range(MOST_NESTED + 1):
        data = field(1, data)
    with pytest.raises(ForeignError, match="nested too deep"):
        left(data)


def test_files_are_read_in_pieces_and_stay_open() -> None:
    stream = io.BufferedRandom(io.BytesIO(field(2, LONG) + field(3, b"kept")))  # type: ignore[arg-type]
    assert stripped(Toy, stream, "node", 100) == field(3, b"kept")
    assert not stream.closed
