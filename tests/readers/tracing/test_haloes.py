"""Blocks of a map and windows that are cut out around them."""

from __future__ import annotations

import pytest

from readers.tracing.drawing import layers, layout, mapped, tracer
from rfcli.readers.tracing.haloes import around_blocks
from rfcli.readers.tracing.products import Factor, product

BLOCKS = mapped("c2 h3/4.w2/4 h4/1.w4/1 c8")


def test_windows_at_the_positions_of_their_blocks() -> None:
    made = tracer()
    found = around_blocks(made, "out", BLOCKS.dims[:2], mapped("c2 h3.w2").dims, BLOCKS, mapped("c2 h3.w2 c36 c8", "y"))
    assert found is not None and found.channels == 2 * 36 * 8
    assert layers(made) == ["out = upsample(y, scale=4)"]


@pytest.mark.parametrize(
    ("blocks", "windows"),
    [
        ("c2 w2.h3", "c2 w2.h3 c36 c8"),  # in another order
        ("c2 h3.w1", "c2 h3.w1 c36 c8"),  # of other blocks
        ("c2 h12.w8", "c2 h12.w8 c36 c8"),  # at every position
        ("c2 h5.w2", "c2 h5.w2 c36 c8"),  # that do not divide the map
        ("c2 h3.w2", "c2 h3.w2 c36 c8 global"),
    ],
)
def test_other_windows(blocks: str, windows: str) -> None:
    made = tracer()
    found = around_blocks(made, "out", BLOCKS.dims[:2], mapped(blocks).dims, BLOCKS, mapped(windows, "y"))
    assert found is None and not layers(made)


def test_scores_and_values_of_blocks() -> None:
    made, windows = tracer(), mapped("c2 h3.w2 c36 c8", "y").dims
    queries = Factor(BLOCKS, BLOCKS.dims[:2], BLOCKS.dims[2:3], BLOCKS.dims[3:])
    keys = Factor(mapped("c2 h3.w2 c36 c8", "y"), windows[:2], windows[2:3], windows[3:])
    scores = product(made, "scores", queries, keys)
    assert layout(scores.map()) == "c2/36 h3/4.w2/4 h4.w4 c36" and scores.local
    weighs = Factor(scores.map(), scores.map().dims[:2], scores.first, scores.second)
    values = keys.replaced(own=keys.over, over=keys.own)
    assert layout(product(made, "out", weighs, values).map()) == "c2/8 h3/4.w2/4 h4.w4 c8"
    assert [line.split(" = ")[0] for line in layers(made)] == [
        "scores/around", "scores/inputs", "scores", "out/around", "out/inputs", "out",
    ]  # fmt: skip
    turned = product(tracer(), "turned", keys, queries)
    assert layout(turned.map()) == "c2/36 h3/4.w2/4 c36 h4.w4"
