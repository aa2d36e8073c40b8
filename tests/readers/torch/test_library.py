"""What torch works out for masks: the rest of its tests are those of masks and kernels."""

from __future__ import annotations

import pytest

from rfcli.readers.torch.library import Torch
from rfcli.readers.tracing.maps import Layout

pytestmark = pytest.mark.torch


def test_numbers() -> None:
    import torch

    library = Torch()
    assert library.arange(3).tolist() == [0, 1, 2]
    assert library.where(library.ones([2]) > 0, 2, library.zeros([2])).tolist() == [2, 2]
    assert library.taps(torch.tensor([[[0.0, 1.0]], [[0.0, 2.0]]])) == [(1,)]
    held = torch.ones(2, requires_grad=True)
    assert not library.held(held).requires_grad


def test_what_has_no_numbers() -> None:
    import torch

    for one in (None, torch.ones(2, device="meta")):
        with pytest.raises(Layout):
            Torch().held(one)
