"""Operators by their numbers."""

from __future__ import annotations

from rfcli.readers.tensorflow.lite.names import NAMES


def test_numbers_are_those_of_the_schema() -> None:
    numbers = {"ADD": 0, "CONV_2D": 3, "CUSTOM": 32, "TRANSPOSE_CONV": 67, "WHILE": 119, "CONV_3D": 132, "GELU": 150,
               "STABLEHLO_COMPOSITE": 206}  # fmt: skip
    assert {name: NAMES.index(name) for name in numbers} == numbers
    assert len(NAMES) == len({*NAMES}) == 210
