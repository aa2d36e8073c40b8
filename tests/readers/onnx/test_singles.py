"""Single precision, as NumPy has it."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

from rfcli.readers.onnx.singles import single, singles

FRACTIONS = [0.1, 1 / 3, -2.5, 1e-46, 16777217.0, 3.5e38, -1e300]


@pytest.mark.filterwarnings("ignore:overflow")
@pytest.mark.parametrize("numbers", [FRACTIONS, [*FRACTIONS, 16777217, True], [1, 2], []])
def test_numbers_with_a_fraction_are_rounded(numbers: list[Any]) -> None:
    wanted = [float(numpy.float32(one)) if type(one) is float else one for one in numbers]
    assert [(type(one), one) for one in singles(numbers)] == [(type(one), one) for one in wanted]
    assert [single(one) for one in FRACTIONS] == [float(numpy.float32(one)) for one in FRACTIONS]
