"""Dense storage: heaps and trees, as h5py wrote them and damaged."""

from __future__ import annotations

import io

import h5py
import pytest

from rfcli.readers.draft import ForeignError
from rfcli.readers.keras.hdf5.root import Root


def dense(count: int = 30) -> bytes:
    stream = io.BytesIO()
    with h5py.File(stream, "w", libver="latest") as made:
        for at in range(count):
            made.attrs[f"a{at}"] = f"value {at}"
    return stream.getvalue()


@pytest.mark.parametrize(
    ("sign", "at", "value", "message"),
    [
        (b"FRHP", 4, 9, "a block 'FRHP' is not where it should be"),
        (b"FRHP", 5, 0, "objects of a heap have no ids"),
        (b"FRHP", 7, 4, "its attributes are compressed"),
        (b"BTHD", 5, 1, "a tree lists something else"),
        (b"BTHD", 10, 0, "a tree has no nodes"),
        (b"BTHD", 24, 255, "a tree has too many records"),
        (b"BTLF", 0, 0, "a block 'BTLF' is not where it should be"),
        (b"FHDB", 0, 0, "an object of a heap is missing"),
    ],
)
def test_damaged(sign: bytes, at: int, value: int, message: str) -> None:
    data = bytearray(dense())
    data[data.find(sign) + at] = value
    with pytest.raises(ForeignError, match=message):
        Root(io.BytesIO(bytes(data)))


def test_attributes_that_were_removed() -> None:
    stream = io.BytesIO(dense())
    with h5py.File(stream, "r+") as made:
        for at in range(0, 30, 2):
            del made.attrs[f"a{at}"]
    root = Root(stream)
    assert {name: root.text(name, 100) for name in root.names} == {f"a{at}": b"value %d" % at for at in range(1, 30, 2)}
