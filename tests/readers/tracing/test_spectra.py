"""Fourier transforms of maps."""

from __future__ import annotations

import pytest

from rfcli.readers.tracing.maps import BATCH, Atom, Layout
from rfcli.readers.tracing.spectra import transformed

from .test_settling import network, told

SEEN = {"type": "custom", "filters": 2, "params": 0, "macs": 0, "global": True}


@pytest.mark.parametrize(("size", "more"), [(9, []), (5, [{"type": "upsample", "size": 5}])])
def test_along_the_axis(size: int, more: list[object]) -> None:
    """All of it is seen; there may be fewer frequencies."""
    tracer, x = network()
    made = transformed(tracer, "f", x, [2], [size])
    assert (made.shape, made.local, told(tracer)) == ((1, 2, size), False, [SEEN, *more])
    back = transformed(tracer, "b", made, [2], [9])
    assert (back.shape, len(told(tracer))) == ((1, 2, 9), 1 + 2 * len(more))


def test_along_channels() -> None:
    tracer, x = network()
    made = transformed(tracer, "f", x, [1], [4])
    assert (made.shape, made.local) == ((1, 4, 9), True)


def test_what_is_not_whole() -> None:
    tracer, x = network()
    half = x.replaced(dims=(*x.dims[:2], (Atom(0, 3, 3),), (Atom(0, 3),)))
    for one, places in ((half, [2]), (x.with_dim(0, (Atom(BATCH, 3),)), [0]), (x.replaced(guessed=True), [2])):
        with pytest.raises(Layout):
            transformed(tracer, "f", one, places, [3])
