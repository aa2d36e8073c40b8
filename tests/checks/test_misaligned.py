"""RF501: merges of paths whose centers differ."""

import pytest

from checks import conv, found

ADD = {"type": "add", "name": "sum", "inputs": ["a", "b"]}


@pytest.mark.parametrize(
    ("kernel", "sides", "center"),
    [(3, [1, 1], "0"), (5, [2, 2], "0"), (2, [0, 1], "0.5"), (4, [1, 2], "0.5"), (3, [0, 2], "1")],
)
def test_centers(kernel: int, sides: list[int], center: str) -> None:
    """(k - 1)/2 - p, beside a kernel of 3 with a padding of 1."""
    said = found("RF501", conv(name="a", padding=1), conv(kernel, name="b", padding=[sides], inputs=["input"]), ADD)
    expected = f"add 'sum': misaligned: center 0 through 'a', {center} through 'b'"
    assert said == ([] if center == "0" else [expected])


def test_only_the_first_merge_is_told() -> None:
    after = {"type": "add", "name": "later", "inputs": ["sum", "sum"]}
    said = found("RF501", conv(name="a"), conv(2, name="b", inputs=["input"], padding=[[-1, 0]]), ADD, after)
    assert len(said) == 1
