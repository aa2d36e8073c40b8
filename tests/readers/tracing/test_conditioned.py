"""Kernels that are computed of maps."""

from __future__ import annotations

import pytest

from rfcli.readers.tracing.conditioned import conditioned
from rfcli.readers.tracing.maps import BATCH, CHANNELS, Atom, Layout

from .test_settling import network, told

WINDOW = {"kernel": [3], "padding": [[1, 1]]}
CONV = {"type": "conv", "kernel": 3, "padding": 1, "filters": 4, "bias": False, "params": 0}


def test_of_what_sees_the_whole_map() -> None:
    tracer, x = network()
    z = tracer.pooled("mean", x, [2], False, "avg")
    made = conditioned(tracer, "c", "conv", x, [z, z], 4, WINDOW, params=0)
    gate = {"type": "custom", "filters": 4, "params": 0, "macs": 0}
    assert told(tracer) == [{"type": "global_avg_pool"}, CONV, gate, {"type": "multiply"}]
    assert (made.shape, made.local) == ((1, 4, 9), True)


def test_of_positions_and_of_images() -> None:
    tracer, x = network()
    z = tracer.pooled("mean", x, [2], False, "avg")
    several = z.replaced(dims=((Atom(BATCH, 3),), (Atom(CHANNELS, 2),)))
    for one in (x, several, z.replaced(guessed=True)):
        with pytest.raises(Layout, match="its weights are computed from data"):
            conditioned(tracer, "c", "conv", x, [one], 4, WINDOW)
