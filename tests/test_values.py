"""Frozen values: fields, defaults, equality, and what is refused."""

import pytest

from rfcli.values import Value, astuple


class Point(Value):
    """Two numbers."""

    x: int
    y: int = 0


class Named(Point):
    """A point with a name."""

    name: str = ""


def test_fields_and_defaults():
    assert astuple(Point(1)) == (1, 0)
    assert astuple(Named(1, name="a")) == (1, 0, "a")
    assert repr(Named(1, 2, "a")) == "Named(x=1, y=2, name='a')"
    assert Named._fields == ("x", "y", "name")


def test_equality_goes_by_type_and_fields():
    assert Point(1, 2) == Point(1, 2) and hash(Point(1, 2)) == hash(Point(1, 2))
    assert Point(1, 2) != Point(2, 1)
    assert Point(1) != Named(1)
    assert Point(1) != (1, 0)
    assert len({Point(1), Point(1), Point(2)}) == 2


def test_other_fields_make_another_value():
    point = Point(1, 2)
    assert point.replaced(y=3) == Point(1, 3)
    assert point == Point(1, 2)
    with pytest.raises(TypeError):
        point.replaced(z=3)


def test_values_are_frozen_and_small():
    with pytest.raises(AttributeError, match="Point is frozen"):
        Point(1).x = 2
    with pytest.raises(AttributeError):
        Point(1).z = 2
    assert not hasattr(Named(1), "__dict__")


@pytest.mark.parametrize("arguments", [(), (1, 2, 3)])
def test_wrong_number_of_fields(arguments):
    with pytest.raises(TypeError):
        Point(*arguments)
