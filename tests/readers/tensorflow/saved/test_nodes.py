"""Nodes and tensors."""

from __future__ import annotations

import struct

import pytest

from readers.tensorflow.saved import written as w
from rfcli.readers.tensorflow.saved import wire
from rfcli.readers.tensorflow.saved.nodes import constant_of, node_of, shape_of


def test_attributes() -> None:
    found = node_of(
        w.message(
            w.node("Conv2D", "a/b", "x", "^c", strides=[1, 2, -1], padding="SAME", n=-3, on=True, off=False, t={6: 1})
        )
    )
    assert (found.name, found.op, found.inputs) == ("a/b", "Conv2D", ("x", "^c"))
    assert found.attributes() == {"strides": [1, 2, -1], "padding": "SAME", "n": -3, "on": True, "off": False, "t": 1}
    assert found.attribute("missing") is None and found.function() == ""


@pytest.mark.parametrize(
    ("fields", "values"),
    [
        ({1: w.INT32, 2: w.shape([3]), 4: struct.pack("<3i", 1, -2, 3)}, [1, -2, 3]),
        ({1: w.INT32, 2: w.shape([3]), 7: b"\x01\x02"}, [1, 2, 2]),
        ({1: w.INT32, 2: w.shape([2]), 7: 7}, [7, 7]),
        ({1: w.FLOAT, 2: w.shape([2]), 5: struct.pack("<f", 0.5)}, [0.5, 0.5]),
        ({1: w.FLOAT, 2: w.shape([2])}, [0, 0]),
        ({1: 9, 2: w.shape([]), 10: w.varint(-1)}, [-1]),
        ({1: w.INT32, 2: w.shape([3]), 4: b"\0\0\0"}, None),
        ({1: w.INT32, 2: w.shape([1]), 7: b"\x01\x02"}, None),
        ({1: w.STRING, 2: w.shape([1])}, None),
        ({1: w.FLOAT, 2: w.shape([1 << 20])}, None),
    ],
)
def test_numbers(fields: object, values: object) -> None:
    found = constant_of(wire.parsed(w.message(fields)), "a")
    assert found is not None and found.values == values


def test_shapes() -> None:
    assert shape_of(wire.parsed(w.message(w.shape([2, -1, 3])))) == (2, None, 3)
    assert shape_of(wire.parsed(w.message({3: 1}))) is None
    assert constant_of(wire.parsed(w.message({1: w.FLOAT, 2: w.shape([-1])})), "a") is None


def test_weights() -> None:
    tensor = wire.parsed(w.message({1: w.FLOAT, 2: w.shape([2, 3])}))
    assert constant_of(tensor, "a").weights == (("a", 6),)
    assert constant_of(wire.parsed(w.message({1: w.FLOAT, 2: w.shape([])})), "a").weights == ()
    assert constant_of(wire.parsed(w.message({1: w.INT32, 2: w.shape([2])})), "a").weights == ()
