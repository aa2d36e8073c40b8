"""What stands beside a map, against numpy's padding of the samples' own numbers."""

from __future__ import annotations

import numpy
import pytest

from rfcli.geometry.borders import Border

NUMPY = {"reflect": "reflect", "symmetric": "symmetric", "replicate": "edge", "circular": "wrap"}


@pytest.mark.parametrize("mode", NUMPY)
@pytest.mark.parametrize("n", range(1, 7))
def test_every_position(mode: str, n: int) -> None:
    for before in range(4 * n):
        for after in (0, 1, n - 1, n, 3 * n):
            wanted = numpy.pad(numpy.arange(n), (before, after), NUMPY[mode])
            border = Border(mode, n, before, after)
            assert [border.sample(i) for i in range(-before, n + after)] == wanted.tolist(), (before, after)


@pytest.mark.parametrize("mode", NUMPY)
@pytest.mark.parametrize("sides", [(-2, 3), (3, -2), (-4, 9), (2, -5)])
def test_what_is_cut_off_is_not_made_of(mode: str, sides: tuple[int, int]) -> None:
    before, after = sides
    left = numpy.arange(6)[max(-before, 0) : 6 - max(-after, 0)]
    wanted = numpy.pad(left, (max(before, 0), max(after, 0)), NUMPY[mode])
    border = Border(mode, 6, before, after)
    assert [border.sample(i) for i in range(-before, 6 + after)] == wanted.tolist()


def test_where_samples_are_added() -> None:
    assert Border("circular", 8, 3, -1).added == (range(-3, 0), range(8, 8))
    assert Border("circular", 8, -3, 2).added == (range(0), range(8, 10))
    assert Border("circular", 1, 1, -1).added == (range(0), range(0))


@pytest.mark.parametrize(("mode", "most"), [("reflect", 4), ("symmetric", 5), ("circular", 5), ("replicate", None)])
def test_padding_that_no_runtime_takes(mode: str, most: int | None) -> None:
    tight = [Border(mode, 5, padding, 0).tight for padding in range(9)]
    assert tight == [most is not None and padding > most for padding in range(9)]
