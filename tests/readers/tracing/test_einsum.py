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
    ("equation", "shape", "made"),
    [
        ("...cn,...cd->...dn", (1, 4, 6), (1, 5, 6)),
        ("bcn,bcd->bdn", (3, 4, 6), (3, 5, 6)), ("bcn,xcd->bdn", (3, 4, 6), None),
    ],
)  # fmt: skip
def test_dimensions_of_one_entry_are_stretched(
    tracer: Tracer, equation: str, shape: tuple[int, ...], made: tuple[int, ...] | None
) -> None:
    """A weight of one matrix, whatever stands before it: (1, 4, 5) for letters, (4, 5) for dots."""
    weight = WEIGHT if "." in equation else Constant((1, 4, 5), None, (("w", 20),))
    x = tracer.input("x", shape)
    if made is None:
        with pytest.raises(Layout):
            summed(tracer, "e", equation, [x, weight])
        return
    for tensors, words in (([x, weight], equation), ([weight, x], _turned(equation))):
        assert summed(tracer, "e", words, tensors).shape == made


def _turned(equation: str) -> str:
    given, _, made = equation.partition("->")
    return f"{','.join(given.split(',')[::-1])}->{made}"


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
    ("...ab,...bc", (4, 4), ["\u03b1\u03b2ab", "\u03b1\u03b2bc"], "\u03b1\u03b2ac"),
    # Dots that stand for fewer dimensions stand for the last of them.
    ("...ab,...bc->...ac", (4, 3), ["\u03b1\u03b2ab", "\u03b2bc"], "\u03b1\u03b2ac"),
    ("...ab,...bc->...ac", (2, 4), ["ab", "\u03b1\u03b2bc"], "\u03b1\u03b2ac"),
    ("...a,...->...a", (1, 0), ["a", ""], "a"),
]


@pytest.mark.parametrize(("equation", "ranks", "labels", "made"), LABELS)
def test_labels(equation: str, ranks: tuple[int, ...], labels: list[str], made: str) -> None:
    tensors = [Constant((2,) * rank, None, ()) for rank in ranks]
    assert _labels(equation, tensors) == (labels, made)


@pytest.mark.parametrize(
    ("equation", "why"),
    [
        ("aab,bcd->acd", "it takes a diagonal"),
        ("ab,abc->ab", "its letters do not fit the dimensions of its tensors"),
        ("...abcd,abc->a", "its letters do not fit the dimensions of its tensors"),
        ("abc->ab", "it names other tensors than it multiplies"),
    ],
)
def test_equations_that_are_not_read(equation: str, why: str) -> None:
    with pytest.raises(Layout, match=why):
        _labels(equation, [Constant((2,) * 3, None, ())] * 2)
