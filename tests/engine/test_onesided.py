"""Networks that look back: how the paths of their merges lie to each other."""

from __future__ import annotations

from typing import Any

import pytest

from engine import conv, report
from rfcli.engine.onesided import Meeting

CAUSAL = [{"type": "residual", "name": "r", "layers": [conv(filters=3, padding="causal")]}]


def residual(kernel: int, before: int, after: int, cut: tuple[int, int] | None = None) -> dict[str, Any]:
    """A residual unit of one convolution; `cut` crops its shortcut."""
    body = [conv(kernel, filters=3, padding=[[before, after]])]
    shortcut = {} if cut is None else {"shortcut": [{"type": "crop", "cropping": [list(cut)]}]}
    return {"type": "residual", "name": "r", "layers": body, **shortcut}


ROWS: list[tuple[list[dict[str, Any]], Meeting]] = [
    (CAUSAL, Meeting.ENDS),
    # the same behind a front end that looks ahead by 1, then by 3: 3 + 1 back is more than thrice 1, less than thrice 3
    ([conv(3, padding=1, filters=3), residual(3, 2, 0)], Meeting.ENDS),
    ([conv(7, padding=3, filters=3), residual(3, 2, 0)], Meeting.CENTERS),
    ([residual(3, 2, 0), conv(7, padding=3)], Meeting.CENTERS),
    # 7 back and 1 ahead, as wav2letter's units
    ([residual(9, 7, 1)], Meeting.AHEAD),
    ([residual(5, 3, 1)], Meeting.AHEAD),
    ([residual(4, 2, 1)], Meeting.CENTERS),
    # a recurrent layer sees all the past
    ([conv(7, padding=3, filters=3), {"type": "lstm", "units": 3}, residual(3, 2, 0)], Meeting.ENDS),
    # one path is late by two samples
    ([residual(3, 4, -2)], Meeting.APART),
    # nothing is padded at the end, and outputs are counted from the first window on
    ([residual(3, 0, 0, (2, 0))], Meeting.ENDS),
    ([residual(3, 0, 0, (2, 0)), {**residual(5, 0, 0, (4, 0)), "name": "q"}], Meeting.ENDS),
    ([residual(3, 0, 0, (0, 2))], Meeting.CENTERS),
    ([residual(3, 0, 0, (2, 0)), conv(3, padding=1)], Meeting.CENTERS),
    ([residual(3, 0, 0, (2, 0)), {**residual(5, 0, 0, (2, 2)), "name": "q"}], Meeting.CENTERS),
    # behind a global layer nothing is seen locally: the last local layers decide
    ([*CAUSAL, {"type": "global_avg_pool"}], Meeting.ENDS),
]


@pytest.mark.parametrize(("layers", "meeting"), ROWS)
@pytest.mark.parametrize("size", [64, None])
def test_how_paths_meet(layers: list[dict[str, Any]], meeting: Meeting, size: int | None) -> None:
    net = report(*layers, size=[size])
    assert net.sight.meeting(net.number("r/add"), net.sight.axes[0]) is meeting


def test_axes_are_told_apart() -> None:
    """Rows from above only, columns from both sides: as in the vertical stack of a gated PixelCNN."""
    net = report(
        {"type": "residual", "name": "r", "layers": [conv([2, 3], padding=[[1, 0], [1, 1]], filters=3)]}, size=[8, 9]
    )
    found = [net.sight.looks_back(net.number("r/add"), axis) for axis in net.sight.axes]
    assert found == [True, False]
    assert net.layer("r").receptive_field.notes == ("paths end at one sample along h: -1 to 0 through 'r/conv_1', "
                                                    "0 to 0 through 'input'",)  # fmt: skip


def test_what_later_layers_are_told() -> None:
    net = report(*CAUSAL, conv(1), size=[32])
    assert net.layers[-1].receptive_field.notes == ("paths end at one sample at 'r/add'",)
    assert net.layers[-1].receptive_field.aligned is False
