"""Positions that a constant leaves of a map."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy
import pytest

from rfcli.readers.tracing.blanks import MOST_BOXES, _boxes, blanked, has_gaps, matrices, positions
from rfcli.readers.tracing.maps import Constant, Layout

from .test_settling import network, told


@pytest.mark.parametrize("seed", range(40))
def test_boxes(seed: int) -> None:
    """Boxes hold what is left, each position once."""
    chance = numpy.random.default_rng(seed)
    kept = chance.random((2, 3, 2)[: 1 + seed % 3]) < 0.6
    found = [one for box in _boxes(kept.tolist(), kept.ndim) for one in product(*box)]
    assert len(found) == len(set(found))
    if kept.sum() <= MOST_BOXES:
        assert set(found) == {tuple(map(int, one)) for one in numpy.argwhere(kept)}


@pytest.mark.parametrize(
    ("kept", "layers"),
    [
        ([1] * 9, []),
        ([0] * 9, [{"type": "zeros"}]),
        ([0, 1, 1, 1, 1, 1, 1, 0, 0], [{"type": "crop", "cropping": [[1, 2]]}, {"type": "pad", "padding": [[1, 2]]}]),
    ],
)
def test_blanked(kept: list[int], layers: list[Any]) -> None:
    tracer, x = network()
    assert positions(x) == ([2], [1, 1, 9])
    made = blanked(tracer, "m", x, [2], numpy.array(kept, dtype=bool))
    assert (made.shape, made.layer == x.layer) == (x.shape, not layers)
    assert told(tracer) == layers


def test_patterns_have_no_layer() -> None:
    tracer, x = network()
    x = tracer.padded("wide", x, [(0, 0), (0, 0), (0, 20)])
    with pytest.raises(Layout, match="they count as read"):
        blanked(tracer, "m", x, [2], numpy.arange(29) % 2 == 0)


@pytest.mark.parametrize(
    ("shape", "zeros", "gaps"),
    [((9, 5), True, True), ((9, 5), False, False), ((9,), True, True), ((2, 1, 9, 5), True, True)],
)
def test_matrices_with_zeros_leave_positions_out(shape: tuple[int, ...], zeros: bool, gaps: bool) -> None:
    """On either side of a map: positions are its last dimension, and its last but one once it is turned."""
    _, x = network()
    matrix = Constant(shape, None, ())
    assert has_gaps((x, matrix), matrices((x, matrix)), lambda at: zeros and at == 1) == gaps
    turned, flipped = x.replaced(dims=(x.dims[0], x.dims[2], x.dims[1])), Constant(shape[::-1], None, ())
    if len(shape) == 2:
        assert has_gaps((flipped, turned), matrices((flipped, turned)), lambda at: zeros and at == 0) == gaps
        assert not has_gaps((turned, matrix), matrices((turned, matrix)), lambda _: True)  # channels are mixed


@pytest.mark.parametrize(("equation", "gaps"), [("bcl, lm -> bcm", True), ("bcl,cd", False), ("...l,l->...l", False)])
def test_equations(equation: str, gaps: bool) -> None:
    _, x = network()
    assert has_gaps((x, Constant((9, 9), None, ())), equation, lambda at: at == 1) == gaps
