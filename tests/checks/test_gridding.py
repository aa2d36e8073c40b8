"""RF503: dilations that leave gaps."""

import pytest

from checks import conv, found


def stack(*dilations: int) -> list[dict[str, object]]:
    return [conv(name=f"c{at}", dilation=d, padding=d) for at, d in enumerate(dilations, 1)]


@pytest.mark.parametrize(
    ("dilations", "read", "seen"),
    [
        ((2,), 3, 5),  # o - 2, o, o + 2
        ((2, 2), 5, 9),
        ((2, 4), 7, 13),
        ((1, 2), 7, 7),  # -3..3: 3 taps and then as many 2 apart
        ((1, 2, 5), 17, 17),
        ((3, 1), 9, 9),
        ((1, 1), 5, 5),
    ],
)
def test_stacks(dilations: tuple[int, ...], read: int, seen: int) -> None:
    said = found("RF503", *stack(*dilations))
    if read == seen:
        assert said == []
    else:
        names = ", ".join(f"'c{at}'" for at, d in enumerate(dilations, 1) if d > 1)
        listed = ", ".join(str(d) for d in dilations if d > 1)
        last = f"c{len(dilations)}"
        assert said == [f"{names}: dilations {listed} read {read} of the {seen} samples of 'input' that '{last}' sees"]


def test_a_new_resolution_begins_anew() -> None:
    said = found("RF503", conv(name="stem", stride=2), *stack(2))
    assert said == ["'c1': dilations 2 read 3 of the 5 samples of 'stem' that 'c1' sees"]


def test_a_mask_may_leave_gaps() -> None:
    """Corners only: as a dilation of 2; with the middle row and column between them nothing is left out."""
    corners, cross = [[1, 0, 1], [0, 0, 0], [1, 0, 1]], [[0, 1, 0], [1, 1, 1], [0, 1, 0]]
    said = found("RF503", conv(name="c", mask=corners), size=[9, 9])
    assert said == ["'c': dilations 2 read 2 of the 3 samples of 'input' that 'c' sees"]
    assert found("RF503", conv(name="c", mask=cross), size=[9, 9]) == []
    assert found("RF503", conv(name="c", mask="causal"), conv(name="d", mask="causal"), size=[9, 9]) == []
