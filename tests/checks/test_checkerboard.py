"""RF504: a stride that does not divide the kernel."""

import pytest

from checks import found

UP = {"type": "conv_transpose", "name": "up", "filters": 4}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"kernel": 4, "stride": 2}, None),
        ({"kernel": 2, "stride": 2}, None),
        ({"kernel": 3, "stride": 1}, None),
        ({"kernel": 3, "stride": 2}, "stride 2 does not divide kernel 3: outputs read 1 or 2 inputs in turn"),
        ({"kernel": 5, "stride": 3}, "stride 3 does not divide kernel 5: outputs read 1 or 2 inputs in turn"),
        ({"kernel": 2, "stride": 3}, "stride 3 does not divide kernel 2: outputs read 0 or 1 inputs in turn"),
        (
            {"kernel": 4, "stride": 2, "dilation": 2},
            "stride 2 and dilation 2 have a common factor: outputs read 0 or 4 inputs in turn",
        ),
    ],
)
def test_kernels_and_strides(given: dict[str, object], said: str | None) -> None:
    assert found("RF504", {**UP, **given}) == ([] if said is None else [f"conv_transpose 'up': {said}"])
