"""Enormous integers: no network carries a number from one range into another."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice

import pytest

from rfcli.geometry.standins import (
    MAX_MODULUS,
    MAX_SIZE,
    UNSTATED,
    examples,
    is_large,
    is_outgrown,
    is_unstated,
    stand_in,
)


@pytest.mark.parametrize("number", [0, MAX_SIZE, -MAX_SIZE, Fraction(MAX_SIZE, 2), MAX_MODULUS])
def test_numbers_that_do_not_depend_on_an_unknown_size(number: int | Fraction) -> None:
    assert not is_large(number)


@pytest.mark.parametrize("modulus", [1, 32, 4096])
def test_tries_are_large_whatever_strides_divide_them(modulus: int) -> None:
    size = stand_in(modulus, modulus - 1)
    assert size % modulus == modulus - 1
    assert is_large(size // MAX_MODULUS)
    assert is_large(-size)
    assert not is_outgrown(size * MAX_MODULUS)
    assert not is_unstated(size * MAX_MODULUS)


def test_sizes_that_nobody_knows() -> None:
    assert is_unstated(UNSTATED)
    assert is_outgrown(UNSTATED)
    assert is_unstated(UNSTATED >> 50)


def test_examples_are_multiples_from_usual_sizes_on() -> None:
    assert list(islice(examples(1), 3)) == [512, 1024, 2048]
    assert list(islice(examples(96), 2)) == [576, 1056]
