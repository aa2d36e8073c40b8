"""Values that stand once."""

from __future__ import annotations

from rfcli.geometry.unknown import Unknown
from rfcli.page.shared import MOST, TOO_LARGE, Distinct, plain, unknown


def test_distinct_values() -> None:
    found = Distinct()
    assert [found.number("a"), found.number("b"), found.number("a")] == [0, 1, 0]
    assert found.number((1, 2), lambda: {"made": True}) == 2
    assert found.number((1, 2), lambda: {"made": False}) == 2
    assert found.values == ["a", "b", {"made": True}]


def test_numbers() -> None:
    assert plain(7) == 7
    assert plain(None) is None
    assert plain(Unknown("no size")) == {"unknown": "no size"} == unknown("no size")
    assert plain(MOST) == MOST == 2**53 - 1
    assert plain(MOST + 1) == plain(-MOST - 1) == unknown(TOO_LARGE)
