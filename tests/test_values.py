"""Small frozen values."""

import pytest

from rfcli.values import Value, astuple


class Point(Value):
    x: int
    y: int = 0


class Place(Point):
    name: str = ""


def test_fields_in_order_with_defaults() -> None:
    assert (Point(1).x, Point(1).y, Point(y=2, x=1).y) == (1, 0, 2)  # before its subclass, which has more fields
    assert Place._fields == ("x", "y", "name")
    assert astuple(Place(1, name="a")) == (1, 0, "a")
    assert repr(Place(1)) == "Place(x=1, y=0, name='')"


def test_compared_by_fields_and_by_class() -> None:
    assert Point(1, 2) == Point(1, 2) != Point(1, 3)
    assert Point(1) != Place(1)
    assert len({Point(1), Point(1, 0), Point(2)}) == 2


def test_frozen() -> None:
    with pytest.raises(AttributeError, match="Point is frozen"):
        Point(1).x = 2  # type: ignore[misc]
    assert Point(1).replaced(y=3) == Point(1, 3)


@pytest.mark.parametrize(("args", "named"), [((), {}), ((1, 2, 3), {}), ((1,), {"z": 2})])
def test_fields_that_do_not_fit(args: tuple[int, ...], named: dict[str, int]) -> None:
    with pytest.raises(TypeError):
        Point(*args, **named)
