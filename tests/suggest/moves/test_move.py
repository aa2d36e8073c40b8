"""What moves share: paddings that keep what they kept, and the list of them."""

from __future__ import annotations

import pytest
from suggest import CHAIN, changed, laid

from rfcli.suggest.moves._move import by_axis, change, each, kernel_of, moves, per_axis, reshaped
from rfcli.suggest.text import patched


def test_all_moves() -> None:
    found = moves()
    assert list(found) == [
        "cut", "deepen", "shorten", "dilate", "kernel", "narrow", "large_depthwise", "parameter", "less", "stride",
        "pool", "unstride", "atrous",
    ]  # fmt: skip
    assert all(move.__doc__ and move.__doc__.rstrip().endswith(".") for move in found.values())
    assert [name for name, move in found.items() if not move.grows] == ["cut", "shorten", "narrow", "less", "unstride"]


@pytest.mark.parametrize(
    ("keys", "how", "padding"),
    [
        ("kernel: 3, padding: 1", {"kernel": 7}, "padding: 3"),
        ("kernel: 3, padding: 1", {"dilation": 4}, "padding: 4"),
        ("kernel: 3, padding: 2, dilation: 2", {"kernel": 5}, "padding: 4"),
        ("kernel: 4, padding: 1", {"kernel": 6}, "padding: 2"),  # one sample short before and after
        ("kernel: 3, padding: same", {"kernel": 5}, "padding: same"),
        ("kernel: 3", {"kernel": 5}, None),  # none before, none after
        ("kernel: [3, 1], padding: [1, 0]", {"kernel": (5, 1)}, "padding: [2, 0]"),
        ("kernel: 5, padding: 2", {"kernel": 1}, "padding: 0"),
    ],
)
def test_the_padding_follows(keys: str, how: dict[str, int], padding: str | None) -> None:
    written = f"format: 1\nlayers: [{{type: conv, filters: 1, {keys}}}]\n"
    (item,) = laid(written).items
    layer = kernel_of(item)
    assert layer is not None
    made = reshaped(item, layer, **how)
    assert made is not None
    (line,) = changed(written, patched(written, change("", made).patches))
    assert ("padding" not in line) if padding is None else (padding in line)


@pytest.mark.parametrize(
    ("keys", "how"),
    [
        ("kernel: 3, padding: 1", {"kernel": 4}),  # half a sample on either side
        ("kernel: 3, padding: [[1, 0], [1, 0]]", {"kernel": 5}),
        ("kernel: $k, padding: 1", {"kernel": 5}),
        ("kernel: 3, padding: $(k - 2)", {"kernel": 5}),
    ],
)
def test_what_is_not_written_out_is_left(keys: str, how: dict[str, int]) -> None:
    (item,) = laid(f"format: 1\nparameters: {{k: 3}}\nlayers: [{{type: conv, {keys}}}]\n").items
    layer = kernel_of(item)
    assert layer is not None and reshaped(item, layer, **how) is None


def test_what_is_no_convolution() -> None:
    text = laid("format: 1\nlayers: [{type: max_pool, kernel: 3}, {type: conv, kernel: 3, mask: causal}]\n")
    assert [kernel_of(item) for item in text.items] == [None, None]


def test_numbers() -> None:
    assert (per_axis(None, (3, 1)), per_axis(5, (3, 1)), per_axis((5, 1), (3, 1))) == ((3, 1), (5, 5), (5, 1))
    assert each((3, 1), lambda k: k + 2, lambda k: k > 1) == (5, 1)
    assert (each((3, 3), lambda k: k + 2), by_axis(5), by_axis((5, 1))) == (5, "5", "5x1")
    assert len(laid(CHAIN).items) == 3
