"""RF506 to RF508: outputs that see too little. Two kernels of 3 see 5 samples."""

import pytest

from checks import conv, found

NET = (conv(name="a"), conv(name="b"))


@pytest.mark.parametrize(
    ("code", "how", "size", "said"),
    [
        ("RF506", {}, [5], None),
        ("RF506", {}, [6], "fewer than the input's 6"),
        ("RF506", {}, [None], None),
        ("RF507", {"object_size": 5}, [None], None),
        ("RF507", {"object_size": 6}, [None], "fewer than objects of 6"),
        ("RF508", {"displacement": 2}, [None], None),
        ("RF508", {"displacement": 3}, [None], "fewer than the 7 that displacements of 3 to either side span"),
    ],
)
def test_outputs(code: str, how: dict[str, int], size: list[int | None], said: str | None) -> None:
    expected = [] if said is None else [f"output 'b' sees 5 samples, {said}"]
    assert found(code, *NET, size=size, how=how) == expected


def test_outputs_that_see_all_are_wide_enough() -> None:
    assert found("RF506", *NET, {"type": "global_avg_pool"}) == []
    assert found("RF506", *NET, {"type": "squeeze_excite", "units": 2}) == []
