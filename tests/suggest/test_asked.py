"""What a call asks for, in words."""

from __future__ import annotations

from typing import Any

import pytest

from rfcli.diagnostics import CallError
from rfcli.suggest.asked import aim, known_moves
from rfcli.suggest.search import Aim, Bound


@pytest.mark.parametrize(
    ("flops", "bound"),
    [
        (None, Bound()), ("1.2x", Bound(1.2)), ("2X", Bound(2.0)), ("4G", Bound(None, 4 * 10**9)),
        ("25.5m", Bound(None, 25_500_000)), ("123", Bound(None, 123)), (77, Bound(None, 77)),
    ],
)  # fmt: skip
def test_bounds(flops: Any, bound: Bound) -> None:
    assert aim(3, None, flops, None, ()) == Aim(3, None, bound)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((None, None, None, None, ()), "say which field"),
        ((9, 3, None, None, ()), "at_least 9 is more than at_most 3"),
        ((0, None, None, None, ()), "at_least takes an integer of at least 1"),
        ((9, None, "twice", None, ()), "max_flops takes 1.2x"),
        ((9, None, None, "x", ()), "max_params takes 1.2x"),
        ((9, None, None, None, ("accuracy",)), "keep must be one of stride, output_size, params, flops"),
    ],
)
def test_what_makes_no_sense(given: Any, said: str) -> None:
    with pytest.raises(CallError, match=said):
        aim(*given)


def test_moves() -> None:
    assert known_moves(("deepen", "pool")) == ("deepen", "pool")
    with pytest.raises(CallError, match="moves must be one of cut, deepen"):
        known_moves(("deeper",))
