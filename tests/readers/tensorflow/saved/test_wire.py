"""The wire format, and what of it is passed over."""

from __future__ import annotations

import io

import pytest

from readers.tensorflow.saved import written as w
from rfcli.readers.draft import ForeignError
from rfcli.readers.tensorflow.saved import wire

BIG = b"\x01" * (1 << 20)


def test_messages() -> None:
    found = wire.parsed(w.message({1: "text", 2: [1, -1], 3: {1: 5}, 200: b"xyz"}))
    assert wire.text(found, 1) == "text" and wire.integers(found, 2, 9) == [1, -1]
    assert wire.integer(wire.message(found, 3), 1) == 5 and found[200] == [b"xyz"] and wire.text(found, 9) == ""


def test_weights_are_passed_over() -> None:
    node = w.node("Const", "k", value={8: {1: w.FLOAT, 2: w.shape([512, 512]), 4: BIG}})
    inside = w.function("f", [], [node])
    data = w.message(w.graph(node, w.node("Relu", "r", "k"), functions=[inside]))
    left = wire.without_weights(io.BytesIO(data), wire.GRAPH, 1 << 16)
    assert len(left) < 500 < 2 * len(BIG) < len(data)
    root = wire.parsed(left)
    assert len(root[1]) == 2 and wire.text(wire.parsed(root[1][0]), 1) == "k"
    saved = w.message({1: 1, 2: {2: w.graph(node), 4: BIG}})
    assert len(wire.without_weights(io.BytesIO(saved), wire.SAVED_MODEL, 1 << 16)) < 500


def test_what_is_too_long_is_refused() -> None:
    with pytest.raises(ForeignError, match="more than 1000 bytes without its weights"):
        wire.without_weights(io.BytesIO(w.message({9: BIG})), wire.GRAPH, 1000)


@pytest.mark.parametrize(
    "data", [b"\x0a", b"\x0a\x05ab", b"\xff" * 12, b"\x0f\x00", b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"]
)
def test_damage(data: bytes) -> None:
    for read in (lambda: wire.parsed(data), lambda: wire.without_weights(io.BytesIO(data), wire.GRAPH, 1 << 20)):
        with pytest.raises(ForeignError, match="not a graph of TensorFlow, or a damaged one"):
            read()


def test_lists_are_bounded() -> None:
    found = wire.parsed(w.message({1: b"\x01" * 20}))
    with pytest.raises(ForeignError, match="a list of more than 10 numbers"):
        wire.integers(found, 1, 10)
    with pytest.raises(ForeignError, match="it is cut off"):
        wire.integers(wire.parsed(w.message({1: b"\x81"})), 1, 10)


def test_small_files_are_read_as_they_are() -> None:
    big = w.node("Const", "k", value={8: {1: w.FLOAT, 2: w.shape([512, 512]), 4: b"\x01" * wire.WHOLE}})
    for data in (w.message({1: "node", 4: b"\x01" * 100}), w.message(w.graph(big, w.node("Relu", "r", "k")))):
        stripped = wire.parsed(wire.without_weights(io.BytesIO(data), wire.GRAPH, 1 << 20))
        assert wire.read(io.BytesIO(data), wire.GRAPH, 1 << 20) == stripped
    with pytest.raises(ForeignError, match="it is cut off"):
        wire.read(io.BytesIO(b"\x0a"), wire.GRAPH, 1 << 20)


@pytest.mark.parametrize("data", [b"\x0a", b"\x0a\x05ab", b"\x0f\x00", b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"])
def test_damaged_nodes(data: bytes) -> None:
    with pytest.raises(ForeignError, match="not a graph of TensorFlow, or a damaged one"):
        wire.texts_and_entries(data, 5)


def test_nodes_have_texts_and_entries() -> None:
    data = w.message({1: "name", 9: 300, 3: "a"}) + b"\x4d1234" + w.message({3: "b" * 200, 5: {1: "key"}, 40: "far"})
    texts, entries = wire.texts_and_entries(data, 5)
    assert texts == {1: ["name"], 3: ["a", "b" * 200], 40: ["far"]} and entries == [w.message({1: "key"})]
