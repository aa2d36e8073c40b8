"""Which parts of an array repeat others, and what is known of that in another shape."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from rfcli.readers.tracing.repeats import first_wide, repeats_in, repeats_of


@pytest.mark.parametrize(
    ("parts", "firsts"),
    [("aab", None), ("aaba", [0, 0, 2, 0]), ("abab", [0, 1, 0, 1]), ("abcd", None), ("abca", None), ("aa", [0, 0])],
)
def test_parts_that_repeat_others_are_told_where_they_are_many(parts: str, firsts: list[int] | None) -> None:
    assert repeats_of(1, parts) == (None if firsts is None else (1, firsts))


@pytest.mark.parametrize(
    ("shape", "known"),
    [
        ([8, 5], (0, [0, 0, 2, 0, 0, 0, 2, 0])), ([1, 1, 8, 5], (2, [0, 0, 2, 0, 0, 0, 2, 0])),
        ([2, 4, 5], (0, [0, 0])), ([1, 4, 10], (1, [0, 1, 0, 1])), ([40], None), ([5, 8], None),
    ],
)  # fmt: skip
def test_repeats_in_another_shape(shape: Sequence[int], known: tuple[int, list[int]] | None) -> None:
    """Two rows of four windows, a third of which differs in each."""
    assert repeats_in((0, [0, 0, 2, 0, 0, 0, 2, 0]), shape) == known


def test_the_first_dimension_of_several_places() -> None:
    assert [first_wide(shape) for shape in ([2, 1], [1, 1, 3])] == [0, 2]
