"""Kinds of parameters: values that are taken, and what is said of others; in the file, expressions stand for anything."""

from __future__ import annotations

import pytest

from rfcli.layers import _parameters as p

TAKEN = [
    (p.Integer(), 3, 3),
    (p.Integer(), 3.0, 3),
    (p.Integer(-5), -5, -5),
    (p.IntegerPerAxis(), 3, (3, 3)),
    (p.IntegerPerAxis(), [3, 4], (3, 4)),
    (p.Scale(), 2, ((2, 1), (2, 1))),
    (p.Scale(), [0.5, 1.5], ((1, 2), (3, 2))),
    (p.Scale(), [2 / 3, 1 + 2 / 3], ((2, 3), (5, 3))),
    (p.Scale(), [0.3, 1.2345], ((3, 10), (2469, 2000))),
    (p.Scale(), [0.667, 0.333333], ((667, 1000), (333333, 1000000))),
    (p.Number(0, 1), 0.5, 0.5),
    (p.Boolean(), True, True),
    (p.Choice(("a", "b")), "b", "b"),
    (p.Text(), "words", "words"),
    (p.LayerName(), "block1/conv", "block1/conv"),
    (p.PaddingKind(), 1, p.Padding(((1, 1), (1, 1)))),
    (p.PaddingKind(), [1, -2], p.Padding(((1, 1), (-2, -2)))),
    (p.PaddingKind(), [[0, 1], 2], p.Padding(((0, 1), (2, 2)))),
    (p.PaddingKind(), "same", p.Padding(word="same")),
]


@pytest.mark.parametrize(("kind", "value", "expected"), TAKEN)
def test_values_that_are_taken(kind: p.Kind, value: object, expected: object) -> None:
    assert kind.parse(value, 2) == expected


REFUSED = [
    (p.Integer(), 0, "must be at least 1, is 0"),
    (p.Integer(), 10**10, "must be at most 9999999999, is 10000000000"),
    (p.Integer(), True, "must be an integer, is true"),
    (p.Integer(), 1.5, "must be an integer, is 1.5"),
    (p.Integer(), "$(n)", "must be an integer, is '$(n)'"),
    (p.IntegerPerAxis(), [3], "has 1 entry for 2 axes"),
    (p.IntegerPerAxis(), "3", "must be an integer or a list of one per axis, is '3'"),
    (p.Scale(), 0, "must be above 0 and at most 9999999999, is 0"),
    (p.Scale(), "two", "must be a positive number, is 'two'"),
    (p.Number(0, 1), 2, "must be a number from 0 to 1, is 2"),
    (p.Boolean(), "yes", "must be true or false, is 'yes'"),
    (p.Choice(("a", "b")), "c", "must be one of a, b; is 'c'"),
    (p.Text(), "", "must be a text, is ''"),
    (p.LayerName(), None, "must be the name of a layer, is null"),
    (p.PaddingKind(), [[1, 2, 3], 1], "must be a pair [before, after], has 3 entries"),
    (p.PaddingKind(), "causal", "'causal' is for 1-D layers, here are 2 axes"),
    (p.PaddingKind(()), "same", "must be an integer, a list per axis, [before, after] pairs per axis; is 'same'"),
]


@pytest.mark.parametrize(("kind", "value", "message"), REFUSED)
def test_values_that_are_refused(kind: p.Kind, value: object, message: str) -> None:
    with pytest.raises(p.ParameterError) as error:
        kind.parse(value, 2)
    assert str(error.value) == message


@pytest.mark.parametrize(
    "kind", [p.Integer(), p.IntegerPerAxis(), p.Scale(), p.Number(0, 1), p.Boolean(), p.Choice(("a",)), p.PaddingKind()]
)
def test_expressions_stand_for_anything_before_they_are_evaluated(kind: p.Kind) -> None:
    """As a value that the parameter may have; other words are refused as they are later."""
    assert kind.parse("$(n)", None) is not None
    with pytest.raises(p.ParameterError):
        kind.parse("n", None)


def test_the_place_of_what_is_wrong() -> None:
    with pytest.raises(p.ParameterError) as error:
        p.PaddingKind().parse([[1, 1], [1, "x"]], 2)
    assert error.value.path == (1, 1)


PADDINGS = [
    # (padding, samples, extent, stride, before and after)
    (p.Padding(((2, 1),)), 8, 3, 1, (2, 1)),
    (p.Padding(word="valid"), 8, 3, 1, (0, 0)),
    (p.Padding(word="causal"), 8, 5, 1, (4, 0)),
    (p.Padding(word="same"), 8, 4, 1, (1, 2)),
    (p.Padding(word="same_lower"), 8, 4, 1, (2, 1)),
    (p.Padding(word="same"), 8, 3, 2, (0, 1)),
]


@pytest.mark.parametrize(("padding", "n", "extent", "stride", "sides"), PADDINGS)
def test_paddings(padding: p.Padding, n: int, extent: int, stride: int, sides: tuple[int, int]) -> None:
    assert padding.resolve(0, n, extent, stride) == sides


@pytest.mark.parametrize(
    ("value", "text"), [(True, "true"), (None, "null"), ([1, "a"], "[1, 'a']"), ({}, "a mapping"), ("x" * 99, None)]
)
def test_values_as_people_write_them(value: object, text: str | None) -> None:
    assert p.shown(value) == text if text else len(p.shown(value)) == 60
