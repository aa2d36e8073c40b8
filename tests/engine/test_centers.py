"""Merges that are off centre."""

from __future__ import annotations

from typing import Any

import pytest

from engine import conv, report
from rfcli.engine.centers import misplaced, off_center, strides_meet
from rfcli.engine.onesided import Meeting

ADD = {"type": "add", "name": "sum", "inputs": ["a", "b"]}
UP: list[dict[str, Any]] = [
    conv(name="a", padding=1), {"type": "max_pool", "kernel": 2}, {"type": "upsample", "scale": 2, "name": "b"}, ADD,
]  # fmt: skip
PYRAMID: list[dict[str, Any]] = [
    conv(name="a", padding=1), conv(3, stride=2, padding=1), {"type": "upsample", "like": "a", "name": "b"}, ADD,
]  # fmt: skip
CAUSAL: list[dict[str, Any]] = [conv(name="a", padding="causal"), conv(5, name="b", padding="causal"), ADD]


@pytest.mark.parametrize(
    ("layers", "size", "how", "strides"),
    [
        ([conv(name="a", padding=1), conv(5, name="b", padding=1), ADD | {"inputs": ["a", "a"]}], 9, None, False),
        ([conv(name="a"), conv(2, name="b", padding=[[0, -1]], inputs=["input"]), ADD], 9, Meeting.CENTERS, False),
        (UP, 8, None, False),  # balanced
        (PYRAMID, 9, None, True),
        (CAUSAL, 9, None, False),
    ],
)
def test_merges(layers: list[dict[str, Any]], size: int, how: Meeting | None, strides: bool) -> None:
    net = report(*layers, size=[size])
    axis, number = net.sight.axes[0], net.number("sum")
    assert misplaced(net.sight, axis, number) is how
    assert strides_meet(net.sight, axis, number) is strides
    assert off_center(net.sight, axis) is (how is not None or strides)
