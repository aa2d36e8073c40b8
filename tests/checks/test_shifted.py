"""RF509: maps that lie aside: the centers of the first and last output are not equally far from the ends."""

import pytest

from checks import conv, found


@pytest.mark.parametrize(
    ("layer", "size", "shift", "ends"),
    [
        (conv(3, padding=1), 9, None, None),
        (conv(3, stride=2, padding=1), 9, None, None),  # 0, 2, .., 8
        (conv(3, stride=2, padding=1), 8, "-0.5", "0 to 6 on 0 to 7"),
        (conv(2, padding=[[0, 1]]), 8, "0.5", "0.5 to 7.5 on 0 to 7"),
        (conv(2), 8, None, None),  # 0.5 to 6.5
    ],
)
def test_centers(layer: dict[str, object], size: int, shift: str | None, ends: str | None) -> None:
    said = found("RF509", {**layer, "name": "c"}, size=[size])
    assert said == ([] if shift is None else [f"'c' is shifted by {shift} samples: centers run from {ends}"])
