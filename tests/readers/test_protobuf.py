"""Messages without what is long in them, by the wire format's specification: a key is a field's number * 8 + its type."""

from __future__ import annotations

import io

import pytest

from rfcli.readers.draft import ForeignError
from rfcli.readers.protobuf import BYTES, MOST_NESTED, SHORT, Stripper, stripped, varint

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
