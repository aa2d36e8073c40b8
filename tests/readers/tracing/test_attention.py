"""Products of two maps. Multiply-accumulates are one for each entry of the result and each of what is summed."""

from __future__ import annotations

import pytest

from readers.tracing.drawing import layers, layout, mapped, tracer
from rfcli.readers.tracing.attention import WINDOWS as ALL
from rfcli.readers.tracing.attention import Left, Mask, attended, multiplied
from rfcli.readers.tracing.maps import Constant, Layout


def weight(*shape: int) -> Constant:
    count = 1
    for n in shape:
        count *= n
    return Constant(shape, None, (("weight", count),))


MATRICES = [
    ("b1 h4.w6 c8", weight(8, 5), "b1 h4.w6 c5", "out = conv(x, kernel=1, filters=5, bias=False)"),
    ("b1 c8 global", weight(1, 8, 5), "b1 c5 global", "out = linear(x, units=5, bias=False)"),
    ("b1 h4 c8", weight(8), "b1 h4", "out = conv(x, kernel=1, filters=1, bias=False)"),
]


@pytest.mark.parametrize(("text", "matrix", "after", "layer"), MATRICES)
def test_matrices_of_weights(text: str, matrix: Constant, after: str, layer: str) -> None:
    made = tracer()
    assert layout(multiplied(made, "out", mapped(text), matrix)) == after
    assert layers(made) == [layer]


def test_a_matrix_from_the_left() -> None:
    made = tracer()
    assert layout(multiplied(made, "out", weight(5, 8), mapped("b1 c8 h4"))) == "b1 c5 h4"
    assert layers(made) == ["out = conv(x, kernel=1, filters=5, bias=False)"]


def test_several_matrices() -> None:
    """Channels multiplied by a matrix each for two parts of them, which are repeated."""
    made = tracer()
    assert layout(multiplied(made, "out", mapped("b1 c2 h4 c8"), weight(2, 8, 5))) == "b1 c2/5 h4 c5"
    assert layers(made) == [f"out = custom(x, filters=10, groups=2, params=80, macs={2 * 4 * 8 * 5})"]
    with pytest.raises(Layout, match="positions and channels are projected together"):
        multiplied(tracer(), "out", mapped("b1 c2 c8 h4"), weight(2, 4, 5))


def test_scores_and_their_sums() -> None:
    """Queries at 24 positions with as many keys of 8 channels, then these weights with values."""
    made = tracer()
    scores = multiplied(made, "scores", mapped("b1 h4.w6 c8"), mapped("b1 c8 h4.w6", "y"))
    assert layout(scores) == "b1 h4.w6 h4!.w6! global"
    assert (
        layout(multiplied(made, "sums", scores.replaced(layer="x"), mapped("b1 h4.w6 c8", "y"))) == "b1 h4.w6 c8 global"
    )
    assert layers(made) == [
        "scores/inputs = add(x, y)",
        f"scores = custom(scores/inputs, filters=24, params=0, macs={24 * 24 * 8}, global=True)",
        "sums/inputs = concat(x, y)",
        f"sums = custom(sums/inputs, filters=8, params=0, macs={24 * 24 * 8}, global=True)",
    ]


def test_vectors() -> None:
    made = tracer()
    made_map = multiplied(made, "out", mapped("b1 c3 c8 global"), mapped("b1 c8 c5 global", "y"))
    assert layout(made_map) == "b1 c3/5 c5 global"
    assert layers(made) == [
        "out/inputs = concat(x, y)", f"out = custom(out/inputs, filters=15, params=0, macs={3 * 8 * 5})",
    ]  # fmt: skip


WHOLE, WINDOWS, ROLLED = "b1 h4.w6 c8", "b1 h2/2.w3/2 h2.w2 c8", "b1 h2/2~1.w3/2~1 h2~1.w2~1 c8"

ATTENDED = [
    (WHOLE, None, "b1 h4.w6 c8 global", [
        f"out = custom(x, filters=8, params=0, macs={2 * 24 * 24 * 8}, global=True)",
    ]),
    # 6 windows of 4 positions each.
    (WINDOWS, None, WINDOWS, [f"out = window_attention(x, window=2, params=0, macs={2 * 6 * 4 * 4 * 8})"]),
    # Grids: of 4 rows every second attends to the other, and so with the columns.
    ("b1 h2.w3 h2/2.w2/3 c8", None, "b1 h2.w3 h2/2.w2/3 c8",
     [f"out = window_attention(x, grid=2, params=0, macs={2 * 6 * 4 * 4 * 8})"]),
    (ROLLED, True, ROLLED, [f"out = window_attention(x, window=2, shift=1, params=0, macs={2 * 6 * 4 * 4 * 8})"]),
]  # fmt: skip


class Said(Mask):
    """A mask that leaves what the border does not part, or something else."""

    def __init__(self, apart: bool) -> None:
        self.apart = apart

    def left(self, rows: object, columns: object, reach: object) -> Left:
        if self.apart:
            return ALL
        raise Layout("what its mask leaves is not known")


@pytest.mark.parametrize(("text", "mask", "after", "expected"), ATTENDED)
def test_attention(text: str, mask: bool | None, after: str, expected: list[str]) -> None:
    """Queries, keys and values of one layer, as after a projection to all three."""
    made = tracer()
    three = [mapped(text) for _ in range(3)]
    found = attended(made, "out", *three, 0, None if mask is None else Said(mask))
    assert layout(found) == after
    assert layers(made) == expected


def test_values_of_other_channels() -> None:
    """Queries and keys of 4 channels at 24 positions, values of 8, from three layers."""
    made = tracer()
    three = [mapped("b1 h4.w6 c4"), mapped("b1 h4.w6 c4", "y"), mapped("b1 h4.w6 c8", "z")]
    assert layout(attended(made, "out", *three, 5)) == "b1 h4.w6 c8 global"
    assert layers(made) == [
        "out/inputs = concat(x, y, z)",
        f"out = custom(out/inputs, filters=8, params=5, macs={24 * 24 * (4 + 8)}, global=True)",
    ]


@pytest.mark.parametrize(
    ("texts", "mask", "why"),
    [
        (("b1 c8", "c8", "b1 c8"), None, "it attends to maps without channels"),
        (("b1 1 h4.w6 c8", WINDOWS, WINDOWS), None, "queries and keys lie in different windows"),
        ((ROLLED,) * 3, None, "windows are rolled around the border without a mask"),
        ((ROLLED,) * 3, False, "what its mask leaves is not known"),
        (("b1 h2/2.w6 h2 c8", "b1 h2/2.w6 h2 c8", "b1 w6.h2 h2/2 c8"), None, "tensors of different layouts are merged"),
        (("b1 h2/2.w6 h2 c8", "b1 h2/2.w6 h2 c8", "b1 1 h2.w6 c8"), None, "queries, keys and values lie in different windows"),
        (("b1 h2/2.w6 h2/4.h2 c8",) * 3, None, "positions that are no neighbours attend to one another"),
    ],
)  # fmt: skip
def test_what_is_no_attention(texts: tuple[str, str, str], mask: bool | None, why: str) -> None:
    three = [mapped(text) for text in texts]
    with pytest.raises(Layout, match=why):
        attended(tracer(), "out", *three, 0, None if mask is None else Said(mask))
