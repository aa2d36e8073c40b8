"""Maps joined along positions: two levels of a detector, of which each goes its own way.

Regions are those of TensorFlow 2.15, where the input of such a network of Keras was changed row by row: of anchor 0 of
the first level 0..10, of anchor 132 there (row 4 of 16) 12..26, of anchor 68 of the second level (row 4 of 8) 24..54.
"""

from __future__ import annotations

from typing import Any

import pytest

import rfcli
from readers.tensorflow.saved import written as w


def heads(*behind: Any, last: str = "joined", axis: int = 1) -> rfcli.Report:
    """A map of 16 x 16 and one of 8 x 8, as 512 and 128 positions of four numbers, joined; and what comes behind."""
    nodes = [w.placeholder("x", 1, 64, 64, 3)]
    source = "x"
    for number, (inner, filters) in enumerate(((3, 8), (8, 16), (16, 24))):
        nodes += [w.weights(f"k{number}", 3, 3, inner, filters),
                  w.node("Conv2D", f"c{number}", source, f"k{number}", strides=[1, 2, 2, 1], padding="SAME")]  # fmt: skip
        source = f"c{number}"
    for number, (source, inner, rows) in enumerate((("c1", 16, 512), ("c2", 24, 128))):
        nodes += [w.weights(f"h{number}", 3, 3, inner, 8), w.numbers(f"s{number}", 1, rows, 4),
                  w.node("Conv2D", f"head{number}", source, f"h{number}", strides=[1, 1, 1, 1], padding="SAME"),
                  w.node("Reshape", f"level{number}", f"head{number}", f"s{number}")]  # fmt: skip
    nodes += [w.numbers("axis", axis, scalar=True), w.node("ConcatV2", "joined", "level0", "level1", "axis"), *behind]
    return rfcli.compute(rfcli.loads(w.message(w.graph(*nodes, w.node("Identity", "out", last))), "net.pb"))


BEHIND = [
    ([], "joined"),
    ([w.node("Sigmoid", "act", "joined")], "act"),
    ([w.node("Softmax", "act", "joined")], "act"),
    ([w.weights("w", 4), w.node("Mul", "act", "joined", "w")], "act"),
    ([w.weights("anchors", 1, 640, 4), w.node("AddV2", "act", "joined", "anchors")], "act"),
    ([w.node("Relu", "one", "joined"), w.node("AddV2", "act", "one", "joined")], "act"),
    ([w.numbers("s", 1, 640, 4), w.node("Reshape", "act", "joined", "s")], "act"),
    ([w.numbers("s", -1, 640, 1, 4), w.node("Reshape", "act", "joined", "s")], "act"),
    ([w.node("Relu", "one", "joined"), w.node("ConcatV2", "act", "one", "joined", "axis")], "act"),
]


CUT = {"begin_mask": 3, "end_mask": 3}
FEATURES: list[tuple[list[Any], str, int]] = [
    ([w.numbers("rows", 640, 4), w.node("Reshape", "flat", "joined", "rows"), w.weights("w", 4, 5),
      w.node("MatMul", "act", "flat", "w")], "act", 10),
    ([w.weights("w", 4, 6), w.node("BatchMatMulV2", "act", "joined", "w")], "act", 12),
    ([w.numbers("b", 0, 0, 1), w.numbers("e", 0, 0, 3), w.numbers("o", 1, 1, 1),
      w.node("StridedSlice", "act", "joined", "b", "e", "o", **CUT)], "act", 4),
    ([w.numbers("d", 2, scalar=True), w.node("Split", "two", "d", "joined", num_split=2),
      w.node("AddV2", "act", "two", "two:1")], "act", 4),
    ([w.numbers("last", -1, scalar=True), w.node("Relu", "one", "joined"),
      w.node("ConcatV2", "act", "joined", "one", "last")], "act", 16),
]  # fmt: skip


@pytest.mark.parametrize(("behind", "last", "channels"), FEATURES)
def test_features_of_positions(behind: list[Any], last: str, channels: int) -> None:
    report = heads(*behind, last=last)
    assert not [one.name for one in report.graph.architecture.entries if one.layer.given.get("unknown")]
    ends = [report.layer(name) for name in report.outputs]
    assert {(one.output_size, one.receptive_field.size, one.channels) for one in ends} == {
        ((16, 16), (15, 15), channels), ((8, 8), (31, 31), channels)
    }  # fmt: skip


@pytest.mark.parametrize(("behind", "last"), BEHIND)
def test_levels_keep_their_fields(behind: list[Any], last: str) -> None:
    report = heads(*behind, last=last)
    assert not [one.name for one in report.graph.architecture.entries if one.layer.given.get("unknown")]
    ends = [report.layer(name) for name in report.outputs]
    assert {(one.output_size, one.receptive_field.size, one.channels) for one in ends} == {
        ((16, 16), (15, 15), 8), ((8, 8), (31, 31), 8)
    }  # fmt: skip
    first, second = (next(one.name for one in ends if one.output_size == (n, n)) for n in (16, 8))
    for name, row, region in ((first, 0, (0, 10)), (first, 4, (12, 26)), (second, 4, (24, 54))):
        assert rfcli.located(report, name).at((row, 2)).clipped[0] == region


OTHERS = [
    ([w.numbers("p", 0, 2, 1), w.node("Transpose", "act", "joined", "p")], "act"),
    ([w.numbers("all", 1), w.node("Mean", "act", "joined", "all")], "act"),
    ([w.numbers("s", 1, 320, 8), w.node("Reshape", "act", "joined", "s")], "act"),
    ([w.numbers("s", 1, 0, 4), w.node("Reshape", "act", "joined", "s")], "act"),
    ([w.weights("w", 2, 1, 640, 4), w.node("Mul", "act", "joined", "w")], "act"),
    ([w.node("Mul", "act", "joined", "level0")], "act"),
    (
        [
            w.numbers("b", 0, 9, 0),
            w.numbers("e", 1, 99, 4),
            w.numbers("o", 1, 1, 1),
            w.node("StridedSlice", "act", "joined", "b", "e", "o"),
        ],
        "act",
    ),
    ([w.numbers("d", 1, scalar=True), w.node("Split", "act", "d", "joined", num_split=2)], "act"),
]


@pytest.mark.parametrize(("behind", "last"), OTHERS)
def test_what_brings_levels_together_is_unknown(behind: list[Any], last: str) -> None:
    report = heads(*behind, last=last)
    assert report.layer("head0").receptive_field.size == (15, 15)
    assert not isinstance(report.layer(report.outputs[0]).receptive_field.size[0], int)
