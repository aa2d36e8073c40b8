"""Fields of all layers along one axis; test_against_oracle holds the numbers, this what they are made of."""

from __future__ import annotations

import pytest

from engine import conv, report
from rfcli.engine.fields import Mixed, all_of
from rfcli.geometry.field import Field, Reads
from rfcli.geometry.unknown import Unknown

WHY = Unknown("why")


def test_fields_are_folded_over_the_layers() -> None:
    net = report(conv(stride=2), conv(), {"type": "relu"}, size=[20])
    local = net.sight.axes[0].fields.local
    assert local == [Field(), Field(2, ((0, 2),)), Field(2, ((0, 6),)), Field(2, ((0, 6),))]
    assert local[3] is local[2]


def test_a_merge_sees_the_hull_of_its_inputs() -> None:
    net = report(
        conv(3, name="a", padding=1), conv(5, name="b", padding=[[0, 4]], inputs=["input"]),
        {"type": "add", "inputs": ["a", "b"]}, size=[20],
    )  # fmt: skip
    fields = net.sight.axes[0].fields
    assert fields.local[3] == Field(1, ((-1, 4),))
    assert fields.misaligned[3].centers == (0, 4)
    assert [paths.askew for paths in fields.paths] == [0, 0, 0, 1]


def test_mixed_strides() -> None:
    """[0, o] and [2o, 2o]: the hull of output o is [0, 2o] or [o, 2o]."""
    mixed = Mixed((Field(1, ((0, 0),)), Field(2, ((0, 0),))))
    assert mixed.bounds(3) == (3, 6)
    assert mixed.size(4) == 4
    assert mixed.seen_by(Reads(1, ((0, 1, 1),))).bounds(3) == (3, 8)
    assert mixed.seen_by(Reads(0, ((3, 3, 1),))) == Field(0, ((3, 6),)), "all outputs read output 3: no stride is left"


@pytest.mark.parametrize(
    ("values", "expected"),
    [([True, True], True), ([True, WHY], WHY), ([WHY, False], False), ([], True)],
)
def test_three_valued_and(values: list[bool | Unknown], expected: bool | Unknown) -> None:
    assert all_of(values) is expected
