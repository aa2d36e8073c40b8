"""Names cut at their numbers."""

from __future__ import annotations

import pytest

from rfcli.writers.description.numbers import (
    Expression,
    Text,
    concrete,
    constant,
    is_worked_out,
    number,
    same,
    shape,
    tokens,
    uses_of,
)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("conv", ["conv"]),
        ("conv_12", ["conv_", "12", ""]),
        ("block2b_branch", ["block", "2b", "_branch"]),
        ("3x3", ["", "3", "x", "3", ""]),
        ("1x1conv", ["", "1", "x", "1", "conv"]),
        ("n$(at + 2)_7", ["n", "$(at + 2)", "_", "7", ""]),
        ("$at/x", ["", "$at", "/x"]),
        ("", [""]),
    ],
)
def test_tokens(name: str, parts: list[str]) -> None:
    assert tokens(name) == parts
    assert shape(name) == tuple(parts[::2])
    assert "".join(tokens(name)) == name


EXPRESSION = Expression("$n", (1, 2))
TEXT = Text("conv_$n", {"$n": (1, 2)})


@pytest.mark.parametrize(
    ("token", "whole", "value"),
    [("7", "conv_7", 7), ("07", "conv_07", "07"), ("2b", "block2b", "2b"), ("9999999999", "x", "9999999999"),
     ("$n", TEXT, EXPRESSION), ("$m", TEXT, None), ("$n", "conv_$n", None)],
)  # fmt: skip
def test_number(token: str, whole: str, value: object) -> None:
    assert number(token, whole) == value


def test_values_of_expressions() -> None:
    assert (concrete(EXPRESSION), concrete(5), concrete("a")) == ((1, 2), (5,), ("a",))
    assert (uses_of(EXPRESSION), uses_of(TEXT), uses_of(5), uses_of("a")) == (2, 2, 1, 1)
    assert [is_worked_out(one) for one in (EXPRESSION, TEXT, "a", 5)] == [True, True, False, False]


@pytest.mark.parametrize(
    ("one", "other", "alike"), [(1, 1, True), (1, True, False), (1, 1.0, False), ([1], [1], True), ([1], [True], False)]
)
def test_same_is_what_is_written_alike(one: object, other: object, alike: bool) -> None:
    assert same(one, other) is constant((one, other)) is alike


def test_an_expression_is_never_constant() -> None:
    """Its text is the same, what it stands for may not be."""
    assert not constant(("$n", "$n"))
