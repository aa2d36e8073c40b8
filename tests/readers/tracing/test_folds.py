"""Windows that lie in a row, put back where they were cut."""

from __future__ import annotations

import pytest

from readers.tracing.drawing import layers, layout, mapped, tracer
from rfcli.readers.tracing.folds import Windows, folded
from rfcli.readers.tracing.maps import Layout

PAIRS = Windows([2, 2], [2, 2], [1, 1], [(0, 0), (0, 0)])


def test_windows_are_counted() -> None:
    wide = Windows([3, 2], [2, 1], [1, 3], [(1, 1), (0, 2)])
    assert wide.counts([9, 6]) == [5, 5]
    assert [PAIRS.cover([4, 6]), PAIRS.cover([5, 6]), PAIRS.cover([None, 6]), wide.cover([9, 6])] == [
        True,
        False,
        False,
        False,
    ]


def test_windows_side_by_side_are_a_map_again() -> None:
    made = tracer(2)
    assert layout(folded(made, "out", mapped("b c8 h2.w3"), [4, 6], PAIRS)) == "b c2 h4 w6"
    assert [one.split(" = ")[1].split("(")[0] for one in layers(made)][-1] in ("pixel_shuffle", "identity")


def test_windows_above_one_another_are_summed() -> None:
    made = tracer(1)
    assert layout(folded(made, "out", mapped("b c4 h3"), [4], Windows([2], [1], [1], [(0, 0)]))) == "b c2 h4"
    assert layers(made)[-1].startswith("out = add(")


@pytest.mark.parametrize(
    ("x", "sizes", "windows", "why"),
    [
        ("b c7 h2.w3", [4, 6], PAIRS, "no map"),
        ("b c8 h2.w2", [4, 6], PAIRS, "another map"),
        ("b c4 h1", [4000], Windows([4000], [1], [1], [(0, 0)]), "no map"),
        ("b c4000 h2", [4001], Windows([4000], [1], [1], [(0, 0)]), "too large"),
    ],
)
def test_what_is_no_map(x: str, sizes: list[int], windows: Windows, why: str) -> None:
    with pytest.raises(Layout, match=why):
        folded(tracer(len(sizes)), "out", mapped(x), sizes, windows)
