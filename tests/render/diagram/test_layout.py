"""Nothing overlaps, boxes hold what is in them, and no line crosses a node."""

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest

from render.diagram import NETWORKS, conv, outline, outline_of
from rfcli.render.diagram.layout import Placed, laid_out
from rfcli.render.diagram.outline import Node, Outline

Frame = tuple[float, float, float, float]
"""Left, top, right, bottom."""


def frames(placed: Placed, x: float = 0, y: float = 0) -> Iterator[tuple[Placed, Frame]]:
    """Everything that is placed, with where it is in the picture."""
    yield placed, (x, y, x + placed.width, y + placed.height)
    for left, top, one in placed.inside:
        yield from frames(one, x + left, y + top)


def points(path: str) -> Iterator[tuple[float, float]]:
    """Points along a path of M, H, V, C and Q, a few for each part."""
    x = y = 0.0
    for command, given in re.findall(r"([MHVCQ])([^MHVCQ]*)", path):
        numbers = [float(number) for number in given.split()]
        if command == "M":
            x, y = numbers
            ends = [(x, y)]
        elif command in "HV":
            to = (numbers[0], y) if command == "H" else (x, numbers[0])
            ends = [(x + (to[0] - x) * part / 20, y + (to[1] - y) * part / 20) for part in range(21)]
        else:
            corners = [(x, y), *zip(numbers[::2], numbers[1::2], strict=True)]
            ends = [bezier(corners, part / 20) for part in range(21)]
        x, y = ends[-1]
        yield from ends


def bezier(corners: list[tuple[float, float]], part: float) -> tuple[float, float]:
    while len(corners) > 1:
        corners = [(a + (c - a) * part, b + (d - b) * part) for (a, b), (c, d) in pairwise(corners)]
    return corners[0]


def overlap(one: Frame, two: Frame) -> bool:
    return one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]


def held(found: Outline) -> None:
    everything = list(frames(laid_out(found)))
    nodes = [frame for placed, frame in everything if isinstance(placed.item, Node)]
    assert len(nodes) == len(found.nodes)
    for number, one in enumerate(nodes):
        assert not any(overlap(one, two) for two in nodes[:number])
    for placed, (left, top, right, bottom) in everything:
        inside = [(left + x, top + y, left + x + one.width, top + y + one.height) for x, y, one in placed.inside]
        for number, one in enumerate(inside):
            assert left <= one[0] and top <= one[1] and one[2] <= right and one[3] <= bottom
            assert not any(overlap(one, two) for two in inside[:number])
        for line in placed.lines:
            for x, y in points(line.path):
                assert -1 <= x <= placed.width + 1 and -1 <= y <= placed.height + 1
                for a, b, c, d in inside:
                    assert not (a + 1 < left + x < c - 1 and b + 1 < top + y < d - 1), line.path


@pytest.mark.parametrize("depth", [None, 1])
@pytest.mark.parametrize("name", NETWORKS)
def test_bundled_networks(name: str, depth: int | None) -> None:
    held(outline(name, depth))


def add(name: str, *inputs: str) -> dict[str, object]:
    return {"type": "add", "name": name, "inputs": list(inputs)}


def test_skips_at_the_side() -> None:
    """Nested, overlapping and equal skips over a chain."""
    kernels = (3, 5, 7, 9, 1)
    layers = [conv(f"l{at}", kernels[at % 5]) for at in range(12)]
    found = outline_of(*layers, add("s", "l11", "l0", "l3", "l7"), conv("m", 3), add("t", "m", "l3", "l5"))
    held(found)


def test_long_lines_between_rows_of_several() -> None:
    layers = [conv("a", 3), conv("b", 5, inputs=["input"])]
    layers += [conv(f"l{at}", (3, 5, 7)[at % 3], inputs=[f"l{at - 1}" if at else "a"]) for at in range(50)]
    held(outline_of(*layers, add("s", "l49", "b", "l1", "l7")))


def test_long_names() -> None:
    held(outline_of(conv("a" * 60), conv("b" * 60, 5), conv("c", 7)))


def test_many_side_by_side() -> None:
    layers = [conv(f"l{at}", (3, 5)[at % 2], inputs=["input"]) for at in range(200)]
    held(outline_of(*layers, add("s", *(f"l{at}" for at in range(200)))))
