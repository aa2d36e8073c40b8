"""Walks over a network, and what axes share."""

from __future__ import annotations

import pytest

from graph import architecture, conv, graph
from rfcli.description.nodes import Problems
from rfcli.graph.compile import compiled
from rfcli.graph.graph import upstream

DIAMOND = (
    conv(name="stem"),
    conv(name="left", padding=1),
    {"type": "relu", "name": "right", "inputs": ["stem"]},
    {"type": "add", "name": "sum", "inputs": ["left", "right"]},
    {"type": "relu", "name": "aside", "inputs": ["stem"]},
)


@pytest.mark.parametrize(
    ("name", "root", "expected"),
    [
        ("stem", None, ["input", "stem"]),
        ("sum", None, ["input", "stem", "left", "right", "sum"]),
        ("sum", "stem", ["stem", "left", "right", "sum"]),
        ("sum", "sum", ["sum"]),
        ("aside", None, ["input", "stem", "aside"]),
    ],
)
def test_upstream(name: str, root: str | None, expected: list[str]) -> None:
    net = graph(*DIAMOND)
    number = net.names.number(name)
    assert number is not None
    found = net.upstream(number, None if root is None else net.names.number(root))
    assert [net.labels[one] for one in found] == expected


def test_upstream_passes_each_once() -> None:
    below = {0: [1, 2, 2], 1: [3], 2: [3, 1], 3: [0]}
    found = list(upstream([0, 0], below.__getitem__))
    assert found[0] == 0
    assert sorted(found) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("size", "layer", "alike"),
    [
        ([8, 8], conv(), [[0, 1]]),
        ([8, 9], conv(), [[0], [1]]),
        ([None, None], conv(), [[0, 1]]),
        ([8, 8], conv() | {"kernel": [3, 5]}, [[0], [1]]),
        ([8, 9, 8], conv(), [[0, 2], [1]]),
    ],
)
def test_axes_that_are_alike(size: list[int | None], layer: dict[str, object], alike: list[list[int]]) -> None:
    net = graph(layer, size=size)
    assert net.alike == alike
    asked: list[int] = []
    found = net.per_axis(lambda axis: (asked.append(axis), axis)[1])
    assert asked == [group[0] for group in alike]
    assert found == [next(group[0] for group in alike if axis in group) for axis in range(len(size))]


def test_a_finished_network_keeps_no_problems() -> None:
    """What was wrong while it was read belongs to whoever asked."""
    problems = Problems()
    net = compiled(architecture(conv()), problems)
    assert net is not None
    assert all(value is not problems for value in vars(net.names).values())
