"""RF505: layers that come after features which already see the whole input."""

import pytest

from checks import conv, found


@pytest.mark.parametrize(("size", "border"), [(20, 0), (9, 0), (8, 0), (7, 1), (5, 2), (3, 3)])
def test_layers_that_cannot_widen_what_they_see(size: int, border: int) -> None:
    """Inputs of four kernels of 3 see 1, 3, 5 and 7 samples."""
    said = found("RF505", *(conv(name=f"c{at}", padding=1) for at in range(1, 5)), size=[size])
    if not border:
        assert said == []
        return
    names = ", ".join(f"'c{at}'" for at in range(5 - border, 5))
    sees = {1: 7, 2: 5, 3: 3}[border]
    assert said == [
        f"{names}: {border} of 4 layers with a kernel cannot widen what they see: the input of the first already sees "
        f"{sees} of {size} samples; all do at an input of 8 or more; inputs of 8 to 9 samples suit it"
    ]


def test_the_narrowest_path_counts() -> None:
    wide, narrow = conv(9, name="wide", padding=4), {"type": "relu", "name": "narrow", "inputs": ["input"]}
    merge = {"type": "add", "name": "sum", "inputs": ["wide", "narrow"]}
    assert found("RF505", wide, narrow, merge, conv(name="last", padding=1), size=[5]) == []
