"""How numbers lie: what rows do not show; `test_library` has a row for each operation."""

import pytest

from rfcli.readers.torch.constants import layout
from rfcli.readers.tracing.arrays import Array, arange


def test_nothing_is_copied_where_it_need_not_be() -> None:
    array = Array(list(range(24)), (2, 3, 4))
    for made in (layout.permute(array, [2, 0, 1]), layout.view(array, [6, 4]), layout.unsqueeze(array, 0)):
        assert made.data is array.data
    assert layout.view(layout.transpose(array, 0, 1), [24]).data is not array.data


def test_flatten_of_one_entry() -> None:
    assert layout.flatten(Array([5], ())).shape == (1,)


@pytest.mark.parametrize("shape", [[5], [-1, 4], [0, 6]])
def test_shapes_that_do_not_fit(shape: list[int]) -> None:
    with pytest.raises((ValueError, ZeroDivisionError)):
        layout.view(arange(6), shape)
