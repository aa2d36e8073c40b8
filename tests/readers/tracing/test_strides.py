"""Steps between entries, against the places that counting gives them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import pytest

from rfcli.readers.tracing.strides import broadcast, strides_in, strides_of


def places(shape: Sequence[int], strides: Sequence[int]) -> list[int]:
    """Where entries lie, in order."""
    return [sum(at * step for at, step in zip(one, strides, strict=True)) for one in product(*map(range, shape))]


@pytest.mark.parametrize("shape", [(), (1,), (4,), (2, 3), (2, 1, 3), (1, 1), (2, 3, 4)])
def test_entries_in_order(shape: tuple[int, ...]) -> None:
    strides = strides_of(shape)
    assert places(shape, strides) == list(range(len(places(shape, strides))))
    assert all(step == 0 for n, step in zip(shape, strides, strict=True) if n == 1)


@pytest.mark.parametrize(
    ("own", "steps", "shape"),
    [
        ((4, 6), (6, 1), (2, 2, 3, 2)), ((2, 2, 6), (12, 6, 1), (4, 6)), ((4, 3), (0, 1), (2, 2, 3)),
        ((3, 4), (1, 0), (3, 1, 2, 2)), ((4, 6), (12, 2), (24,)), ((0, 3), (3, 1), (3, 0)),
    ],
)  # fmt: skip
def test_another_shape_of_the_same_list(own: Sequence[int], steps: Sequence[int], shape: Sequence[int]) -> None:
    found = strides_in(own, steps, shape)
    assert found is not None and places(shape, found) == places(own, steps)


@pytest.mark.parametrize(("own", "steps", "shape"), [((4, 6), (1, 4), (24,)), ((3, 2), (1, 3), (2, 3))])
def test_entries_that_have_to_be_moved(own: Sequence[int], steps: Sequence[int], shape: Sequence[int]) -> None:
    assert strides_in(own, steps, shape) is None


def test_shapes_that_broadcast() -> None:
    assert broadcast([(3, 1), (2,), ()]) == (3, 2) and broadcast([]) == ()
    with pytest.raises(ValueError, match="3"):
        broadcast([(2,), (3,)])
