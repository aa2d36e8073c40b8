"""Larger and smaller kernels."""

import pytest
from suggest import CHAIN, changed, knobs, turned


@pytest.mark.parametrize(
    ("at", "amount", "words", "lines"),
    [
        (0, 1, "kernel 5 of 'a'", ["- {name: a, type: conv, kernel: 5, padding: 2}   # the first"]),
        (1, 2, "kernel 7 of 'b'", ["kernel: 7"]),
        (2, 1, "kernel 7 of 'c'", ["- {name: c, type: conv, kernel: 7, padding: 3, stride: 2}"]),
        (3, 1, "kernel 5 of all 2 convolutions of its kind",
         ["- {name: a, type: conv, kernel: 5, padding: 2}   # the first", "kernel: 5"]),
    ],
)  # fmt: skip
def test_larger(at: int, amount: int, words: str, lines: list[str]) -> None:
    made = turned("kernel", at, amount)
    assert made is not None
    assert (made[0], changed(CHAIN, made[1])) == (words, lines)


def test_from_the_deep_end() -> None:
    (knob,) = knobs("narrow")
    assert knob.most == 3
    made = turned("narrow", 0, 2)
    assert made is not None
    assert changed(CHAIN, made[1]) == ["kernel: 1", "- {name: c, type: conv, kernel: 1, padding: 0, stride: 2}"]
