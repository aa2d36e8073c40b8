"""Positions that a constant leaves of a map."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy
import pytest

from rfcli.readers.tracing.blanks import MOST_BOXES, _boxes, blanked, positions
from rfcli.readers.tracing.maps import Layout

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
