"""Numbers with names: those of the description, and those that are handed to blocks."""

import pytest
from suggest import changed, knobs, turned

NET = """\
format: 1
input: {size: 65, channels: 4}
parameters: {depth: [2, 3], k: 3, width: 4, top: 10}
blocks:
  stage:
    parameters: {units: , pace: 1}
    layers: [{name: c_$i, type: conv, kernel: $k, stride: $pace, padding: same, filters: $width, repeat: $units}]
layers:
  - {block: stage, with: {units: "$(depth[0])"}, name: s1}
  - {block: stage, with: {units: "$(depth[1])", pace: 1}, name: s2}
  - {type: conv, kernel: 1, filters: $top}
"""


def test_only_numbers_that_widen_a_field() -> None:
    words = [knob.turned(1).words for knob in knobs("parameter", NET)]  # type: ignore[union-attr]
    assert words == ["depth[0] 3", "depth[1] 4", "k 5", "pace of 's2' 2"]


@pytest.mark.parametrize(
    ("move", "at", "amount", "line"),
    [
        ("parameter", 1, 2, "parameters: {depth: [2, 5], k: 3, width: 4, top: 10}"),
        ("parameter", 2, 2, "parameters: {depth: [2, 3], k: 7, width: 4, top: 10}"),
        ("less", 0, 1, "parameters: {depth: [1, 3], k: 3, width: 4, top: 10}"),
    ],
)
def test_turned(move: str, at: int, amount: int, line: str) -> None:
    made = turned(move, at, amount, NET)
    assert made is not None and changed(NET, made[1]) == [line]


def test_no_less_than_nothing() -> None:
    assert turned("less", 0, 3, NET) is None


@pytest.mark.parametrize(
    ("kernel", "radius"), [("$r", 5), ("$(r)", 5), ("[$r, 3]", 5), ("$(2 * r + 1)", 4), ("$(3 if r > 3 else 1)", 4)]
)
def test_a_kernel_that_is_a_parameter_keeps_its_parity(kernel: str, radius: int) -> None:
    """One that is worked out of it is asked for each of its values."""
    text = f"format: 1\ninput: {{size: 65}}\nparameters: {{r: 3}}\nlayers: [{{type: conv, kernel: {kernel!r}}}]\n"
    (knob,) = knobs("parameter", text.replace("'[$r, 3]'", "[$r, 3]"))
    change = knob.turned(1)
    assert change is not None and change.words == f"r {radius}"
