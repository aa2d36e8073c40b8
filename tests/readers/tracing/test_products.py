"""Products of two maps. Multiply-accumulates are one for each entry of the result and each of what is summed."""

from __future__ import annotations

import pytest

from readers.tracing.drawing import layers, layout, mapped, tracer
from rfcli.readers.tracing.attention import multiplied
from rfcli.readers.tracing.maps import Layout

LOCAL, TURNED = "b h4.w6 c8", "b c8 h4.w6"

PRODUCTS = [
    # Channels with channels over all positions, as XCiT and linear attention have it: a matrix that sees the whole map.
    (TURNED, LOCAL, "b c8/8 c8 global", [
        "out/inputs = concat(x, y)",
        f"out = custom(out/inputs, filters=64, params=0, macs={8 * 8 * 24}, global=True)",
        "out/summed = global_avg_pool(out)",
    ]),
    # Such a matrix with channels at each position: the map keeps its positions, and sees the whole beside.
    (LOCAL, "b c8 c5 global", "b h4.w6 c5", [
        "out/inputs = concat(x, y)", f"out = custom(out/inputs, filters=5, params=0, macs={24 * 8 * 5})",
    ]),
    ("b c5 c8 global", TURNED, "b c5 h4.w6", [
        "out/inputs = concat(y, x)", f"out = custom(out/inputs, filters=5, params=0, macs={24 * 8 * 5})",
    ]),
    # Channels with channels at each position.
    ("b h4.w6 c2 c8", "b h4.w6 c8 c3", "b h4.w6 c2/3 c3", [
        "out/inputs = concat(x, y)", f"out = custom(out/inputs, filters=6, params=0, macs={24 * 2 * 3 * 8})",
    ]),
    # Values with weights from the right, as PSA has it; keys of a smaller map are read as a whole.
    (TURNED, "b h4!.w6! h4.w6 global", "b c8 h4.w6 global", [
        "out/inputs = concat(y, x)",
        f"out = custom(out/inputs, filters=8, params=0, macs={24 * 24 * 8}, global=True)",
    ]),
    (LOCAL, "b c8 h2.w3", "b h4.w6 h2!.w3! global", [
        "out/whole_2 = global_avg_pool(y)",
        "out/inputs = add(x, out/whole_2)",
        f"out = custom(out/inputs, filters=6, params=0, macs={24 * 6 * 8}, global=True)",
    ]),
    # Windows of 2 x 2.
    ("b h2/2.w3/2 h2.w2 c8", "b h2/2.w3/2 c8 h2.w2", "b h2/2.w3/2 h2.w2 h2!.w2!", [
        "out/inputs = add(x, y)",
        "out/channels = custom(out/inputs, filters=4, params=0, macs=0)",
        f"out = window_attention(out/channels, window=2, params=0, macs={6 * 4 * 4 * 8})",
    ]),
    ("b h2/2.w3/2 h2.w2 h2!.w2!", "b h2/2.w3/2 h2.w2 c8", "b h2/2.w3/2 h2.w2 c8", [
        "out/inputs = concat(x, y)",
        "out/channels = custom(out/inputs, filters=8, params=0, macs=0)",
        f"out = window_attention(out/channels, window=2, params=0, macs={6 * 4 * 4 * 8})",
    ]),
    # What sees everything may lie as it likes.
    ("b h4.w6 c8 global", "b c8 h4.w6 global", "b h4.w6 h4!.w6! global", [
        "out/inputs = concat(x, y)", f"out = custom(out/inputs, filters=24, params=0, macs={24 * 24 * 8})",
    ]),
    ("b c3 c8 global", "b c8 c5 global", "b c3/5 c5 global", [
        "out/inputs = concat(x, y)", f"out = custom(out/inputs, filters=15, params=0, macs={3 * 8 * 5})",
    ]),
    # A class token sees the map from then on.
    ("b 1+h4.w6+0 c8", "b c8 1+h4.w6+0", "b 1+h4.w6+0* 1+h4.w6+0! global", [
        "out/inputs = add(x, y)", f"out = custom(out/inputs, filters=25, params=0, macs={25 * 25 * 8}, global=True)",
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("first", "second", "after", "expected"), PRODUCTS)
def test_products(first: str, second: str, after: str, expected: list[str]) -> None:
    made = tracer()
    assert layout(multiplied(made, "out", mapped(first), mapped(second, "y"))) == after
    assert layers(made) == expected


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        ("b c2.h4 w6 c8", "b 1 c8 w6", "queries and keys lie in different windows"),
        ("b h4 w6 c8", "b h4 c8 c5", "maps of different positions are multiplied"),
        ("b h2/2 c8 h2", "b h2/2 h2 c8", "it multiplies maps"),
        ("b h4.w6 c24", "b h4.w6 c8", "positions are summed that are not those of the weights"),
        ("b h2/2~1 h2~1 c8", "b h2/2~1 c8 h2~1", "windows that are rolled around the border"),
    ],
)
def test_what_is_no_product(first: str, second: str, why: str) -> None:
    with pytest.raises(Layout, match=why):
        multiplied(tracer(), "out", mapped(first), mapped(second, "y"))
