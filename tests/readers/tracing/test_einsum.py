"""Equations are read alike from torch and ONNX, where most of the tests are; here what no program writes."""

from __future__ import annotations

from typing import Any

import pytest

from rfcli.description.nodes import File
from rfcli.readers.draft import Draft
from rfcli.readers.tracing.einsum import _labels, summed
from rfcli.readers.tracing.maps import Constant, Layout
from rfcli.readers.tracing.tracer import Tracer

WEIGHT = Constant((4, 5), None, (("w", 20),))


@pytest.fixture
def tracer() -> Tracer:
    return Tracer(Draft(File("net")), 2, {})


def test_weights(tracer: Tracer) -> None:
    x = tracer.input("x", (1, 4, 6, 7))
    made = summed(tracer, "e", "bchw,co->bohw", [x, WEIGHT])
    assert made.shape == (1, 5, 6, 7) and made.axes == [0, 1]


@pytest.mark.parametrize(
    ("equation", "tensors"),
    [("ab,bc->ac", 1), ("ab->ab", 2), ("ab,bc,cd->ad", 3), ("aa,ab->ab", 2), ("", 2), ("...a,ab->...b", 0)],
)
def test_what_does_not_fit_is_a_layout(tracer: Tracer, equation: str, tensors: int) -> None:
    x = tracer.input("x", (1, 4, 6, 7))
    given: list[Any] = [x, WEIGHT, WEIGHT][:tensors]
    with pytest.raises((Layout, ValueError)):
        summed(tracer, "e", equation, given)


LABELS = [
    ("ab,bc->ac", (2, 2), ["ab", "bc"], "ac"),
    # In the order of the alphabet where no result is named.
    ("ab,bc", (2, 2), ["ab", "bc"], "ac"),
    ("...ab,...bc->...ac", (4, 4), ["\u03b1\u03b2ab", "\u03b1\u03b2bc"], "\u03b1\u03b2ac"),
]


@pytest.mark.parametrize(("equation", "ranks", "labels", "made"), LABELS)
def test_labels(equation: str, ranks: tuple[int, ...], labels: list[str], made: str) -> None:
    tensors = [Constant((2,) * rank, None, ()) for rank in ranks]
    assert _labels(equation, tensors) == (labels, made)


@pytest.mark.parametrize(
    ("equation", "why"),
    [
        ("aab,bc->ac", "it takes a diagonal"),
        ("...a,...ab->...b", "its dots stand for different numbers of dimensions"),
    ],
)
def test_equations_that_are_not_read(equation: str, why: str) -> None:
    with pytest.raises(Layout, match=why):
        _labels(equation, [Constant((2,) * 3, None, ())] * 2)
