"""What operations are called with."""

from __future__ import annotations

import pytest

from readers.tracing import drawing
from rfcli.readers.tracing.arguments import finite, kernels, leaves, mapped
from rfcli.readers.tracing.maps import Constant, Layout

X = drawing.mapped("b c8 h4")


def test_leaves_in_order() -> None:
    assert list(leaves([1, (2, {"a": 3, "b": [4, None]}), [], "text"])) == [1, 2, 3, 4, None, "text"]
    assert list(leaves(X)) == [X]


def test_deep_lists_are_no_recursion() -> None:
    deep: object = 7
    for _ in range(100_000):
        deep = [deep]
    assert list(leaves(deep)) == [7]


def test_maps() -> None:
    assert mapped(X) is X
    for value in (None, 3, Constant((8,), None, ())):
        with pytest.raises(Layout, match="its input is a constant"):
            mapped(value)


def test_kernels_have_filters_channels_and_axes() -> None:
    weight = Constant((8, 3, 5), None, ())
    assert kernels(weight) is weight
    for value in (None, X, Constant((8, 3), None, ())):
        with pytest.raises(Layout, match="its weights are computed from data"):
            kernels(value)


def test_numbers_are_finite() -> None:
    assert finite(None, "axes are") is None
    assert finite(Constant((3,), [1, 2.5, None], ()), "axes are") == [1, 2.5, None]
    for value, why in ((X, "computed from data"), (Constant((3,), None, ()), "computed from data"),
                       (Constant((), [float("nan")], ()), "not finite"), (7, "computed from data")):  # fmt: skip
        with pytest.raises(Layout, match=f"its axes are {why}"):
            finite(value, "axes are")
