"""Parts of numbers: what rows do not show; `test_library` has a row for each operation."""

import pytest

from rfcli.readers.torch.constants import parts
from rfcli.readers.tracing.arrays import Array, arange, ones


def test_what_is_put_in_changes_nothing_else() -> None:
    array = arange(4)
    assert parts.slice_scatter(array, Array([9], (1,)), 0, 1, 3).flat() == [0, 9, 9, 3]
    assert array.flat() == [0, 1, 2, 3]


def test_empty_parts_are_joined() -> None:
    assert parts.cat([Array([], (0,)), arange(2)]).flat() == [0, 1]


@pytest.mark.parametrize("tensors", [[arange(4).reshape([2, 2]), arange(3).reshape([1, 3])], [ones([1 << 40])] * 2])
def test_what_does_not_fit(tensors: list[Array]) -> None:
    with pytest.raises(ValueError):
        parts.cat(tensors)
