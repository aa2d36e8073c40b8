"""What positions attend to: windows, grids, the whole map."""

from __future__ import annotations

import pytest

from readers.tracing.drawing import layers, layout, mapped, tracer
from rfcli.readers.tracing.maps import Layout
from rfcli.readers.tracing.reach import Reach, gathered, reach_of, seen, sizes_of

REACHES = [
    # Dimensions before the last are windows, those of the last what lies in them.
    ("h4.w6", Reach({}, {}, {})),
    ("1+h4.w6+0", Reach({}, {}, {})),
    ("h2/2.w3/2 h2.w2", Reach({0: 2, 1: 2}, {}, {})),
    ("h2/2~1.w3/2~1 h2~1.w2~1", Reach({0: 2, 1: 2}, {0: 1, 1: 1}, {})),
    ("h2.w3 h2/2.w2/3", Reach({}, {}, {0: 2, 1: 2})),
    ("h2/2.w3 h2.w2/3", Reach({0: 2}, {}, {1: 2})),
    # Along one axis only, and along one of which the other is cut.
    ("h4 w6", Reach({0: 1, 1: 6}, {}, {})),
    ("h4.w3/2 w2", Reach({0: 1, 1: 2}, {}, {})),
]


@pytest.mark.parametrize(("text", "reach"), REACHES)
def test_reaches(text: str, reach: Reach) -> None:
    dims = mapped(text).dims
    assert reach_of(dims, dims) == reach


@pytest.mark.parametrize(
    ("queries", "keys", "why"),
    [
        ("h2/2 h2", "h4 1", "queries and keys lie in different windows"),
        ("h2/2 h2", "h2/2 1", "queries and keys lie in different windows"),
        ("h2 h2/4.h2", "h2 h2/4.h2", "positions that are no neighbours attend to one another"),
        ("h2~1 h2/2~1", "h2~1 h2/2~1", "positions that are no neighbours attend to one another"),
        ("h2 1+w6+0", "h2 1+w6+0", "entries beside a map attend to windows of it"),
        ("h4 w?", "h4 w?", "windows of unknown size"),
    ],
)
def test_what_is_no_reach(queries: str, keys: str, why: str) -> None:
    with pytest.raises(Layout, match=why):
        reach_of(mapped(queries).dims, mapped(keys).dims)


def test_sizes() -> None:
    assert sizes_of(mapped("b h2/2.w3/2 h2.w2 c8")) == {0: 4, 1: 6}
    assert sizes_of(mapped("b 1+h4.w6+0 c8")) == {0: 4, 1: 6}


def test_maps_read_together() -> None:
    """Maps of the same size at each position; of another size as a whole, and so where nothing of it is to be left."""
    made = tracer()
    small = mapped("b h2.w3 c8", "z")
    assert gathered(made, "one", "add", [mapped("b h4.w6 c8"), mapped("b h4.w6 c8")]) == "x"
    assert gathered(made, "two", "concat", [mapped("b h4.w6 c8"), mapped("b h4.w6 c8", "y"), small]) == "two/inputs"
    assert layers(made) == ["two/whole_3 = global_avg_pool(z)", "two/inputs = concat(x, y, two/whole_3)"]


@pytest.mark.parametrize(
    ("reach", "after", "expected"),
    [
        (Reach({}, {}, {}), "b 1+h4.w6+0* c8 global", ["out = custom(x, filters=5, macs=7, global=True)"]),
        (
            Reach({0: 2}, {}, {1: 3}),
            "b 1+h4.w6+0 c8",
            [
                "out/channels = custom(x, filters=5, params=0, macs=0)",
                "out/grid = window_attention(out/channels, grid=[1, 3], params=0, macs=0)",
                "out = window_attention(out/grid, window=[2, 1], macs=7)",
            ],
        ),
        (
            Reach({}, {}, {0: 2}),
            "b 1+h4.w6+0 c8",
            [
                "out/channels = custom(x, filters=5, params=0, macs=0)",
                "out = window_attention(out/channels, grid=[2, 1], macs=7)",
            ],
        ),
    ],
)
def test_layers(reach: Reach, after: str, expected: list[str]) -> None:
    made = tracer()
    assert layout(seen(made, "out", mapped("b 1+h4.w6+0 c8"), reach, 5, {"macs": 7})) == after
    assert layers(made) == expected
