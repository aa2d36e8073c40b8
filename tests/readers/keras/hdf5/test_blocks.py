"""Bytes at addresses that may lie."""

from __future__ import annotations

import io
from random import Random

import pytest
from fuzz.foreign import numbers_changed

import rfcli
from readers.keras.keras_files import GOOD, stored
from rfcli.readers.draft import ForeignError
from rfcli.readers.keras.hdf5.blocks import Reader


def reader(data: bytes = bytes(range(100)), base: int = 0) -> Reader:
    return Reader(io.BytesIO(data), len(data), base, 8, 8)


def test_numbers_are_little_endian() -> None:
    block = reader().at(2)
    assert (block.number(1), block.number(2), block.peek(2), block.passed) == (2, 0x0403, b"\5\6", 3)
    assert reader(base=10).at(2).take(2) == b"\x0c\x0d"


@pytest.mark.parametrize("address", [100, 1 << 40, (1 << 64) - 1])
def test_addresses_outside(address: int) -> None:
    with pytest.raises(ForeignError, match="an address lies outside of it"):
        reader().at(address)


def test_parts_end_where_they_say() -> None:
    part = reader().at(90).part(4)
    assert part.take(4) == bytes(range(90, 94))
    for read in (lambda: part.take(1), lambda: reader().at(90).part(11), lambda: reader().at(99).skip(2)):
        with pytest.raises(ForeignError, match="it ends too early"):
            read()


def test_a_block_that_is_met_twice() -> None:
    file = reader()
    file.once(8)
    with pytest.raises(ForeignError, match="its blocks lead in a circle"):
        file.once(8)


def test_lengths_that_are_not_known() -> None:
    with pytest.raises(ForeignError, match="its addresses have a length"):
        Reader(io.BytesIO(), 0, 0, 3, 8)


def test_lies_are_told_and_nothing_else() -> None:
    """Numbers changed wherever a block begins: the file is read, or told to be damaged."""
    random, good, read = Random(5), [stored(GOOD, libver, **many) for libver in ("earliest", "latest")
                                     for many in ({}, {f"a{at}": "x" for at in range(20)})], 0  # fmt: skip
    for _ in range(600):
        try:
            rfcli.loads(numbers_changed(random.choice(good), random), "m.h5")
            read += 1
        except rfcli.DescriptionError:
            pass
    assert 50 < read < 550
