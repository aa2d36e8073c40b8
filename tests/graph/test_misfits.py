"""What does not fit, for people."""

from __future__ import annotations

import pytest

from graph import conv, refused

ADD = {"type": "add", "inputs": ["a", "b"]}

ROWS = [
    ([conv(9)], [8], "RF305", "conv 'conv_1': the kernel reaches over 9 samples, its input has 8"),
    (
        [conv(9)],
        [8, 12],
        "RF305",
        "conv 'conv_1': the kernel reaches over 9 samples, its input has 8 along h",
    ),
    (
        [conv(name="a"), conv(name="b"), ADD],
        [8],
        "RF302",
        "add 'add_1': inputs have different sizes: 6 from 'a', 4 from 'b'",
    ),
    (
        [conv(name="a"), conv(name="b", stride=2), ADD],
        [None],
        "RF303",
        "add 'add_1': paths have different strides: 1 through 'a', 2 through 'b'",
    ),
    (
        [conv(name="a"), conv(name="b"), ADD],
        [None],
        "RF302",
        "add 'add_1': inputs have different sizes: 510 from 'a', 508 from 'b' (with an input of 512; no large input size "
        "fits)",
    ),
    ([{"type": "upsample", "scale": 10**9, "repeat": 3}], [8], "RF307", None),
]


@pytest.mark.parametrize(("layers", "size", "code", "message"), ROWS)
def test_messages(layers: list[dict[str, object]], size: list[int | None], code: str, message: str | None) -> None:
    found = refused(*layers, size=size)
    assert [one for one, _ in found] == [code]
    assert message is None or found[0][1] == message
