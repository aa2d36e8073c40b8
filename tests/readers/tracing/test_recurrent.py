"""Recurrent layers along dimensions of maps in any layout."""

from __future__ import annotations

from typing import Any

import pytest

from rfcli.description.nodes import File
from rfcli.readers.draft import Draft
from rfcli.readers.tracing.maps import BATCH, CHANNELS, Atom, Layout, Map
from rfcli.readers.tracing.recurrent import Cell, carried, last_state, swept
from rfcli.readers.tracing.tracer import Tracer

B, C = (Atom(BATCH, 1),), (Atom(CHANNELS, 6),)
H, W = (Atom(0, 8),), (Atom(1, 9),)
LSTM = Cell("lstm", 4)


def tracer(axes: int = 2) -> Tracer:
    return Tracer(Draft(File("one", ""), "one"), axes, {})


def made(made: Tracer) -> dict[str, Any]:
    """The last layer that was drafted."""
    node = made.draft._layers[-1].plain()
    return {key: value for key, value in node.items() if key not in ("name", "inputs")}


ROWS = [
    ((B, H, W, C), 1, {"type": "lstm", "units": 4}),
    ((B, H, W, C), 2, {"type": "lstm", "units": 4, "along": "w"}),
    ((W, (*H, *B), C), 0, {"type": "lstm", "units": 4, "along": "w"}),
    # one step, and all positions row by row
    ((B, (), C), 1, {"type": "custom", "filters": 4, "params": 4 * 4 * 10 + 32, "macs": 160}),
    ((B, (*H, *W), C), 1,
     {"type": "custom", "filters": 4, "params": 192, "macs": 160 * 72, "global": "before"}),
]  # fmt: skip


@pytest.mark.parametrize(("dims", "at", "expected"), ROWS)
def test_along_which_axis(dims: Any, at: int, expected: dict[str, Any]) -> None:
    drafted = tracer()
    states = carried(drafted, "r", Map("x", dims), at, LSTM, {})
    assert made(drafted) == expected
    assert states.dims == (*dims[:-1], (Atom(CHANNELS, 4),)) and states.local


REFUSED = [
    ((B, (*W, *H), C), 1, "several axes"),
    ((B, (Atom(0, 4, 2),), (Atom(0, 2), Atom(CHANNELS, 6))), 1, "one position"),
    (((*B, Atom(0, 2, 4)), (Atom(0, 4),), C), 1, "parts of an axis"),
    ((B, C, H), 1, "one position"),
    ((H, B, C), 1, "channels or the batch"),
    ((B, (Atom(CHANNELS, 2, 3),), (Atom(CHANNELS, 3),)), 1, "one position"),
]


@pytest.mark.parametrize(("dims", "at", "why"), REFUSED)
def test_what_is_no_axis(dims: Any, at: int, why: str) -> None:
    with pytest.raises(Layout, match=why):
        carried(tracer(), "r", Map("x", dims), at, LSTM, {})


def test_the_last_states() -> None:
    for cell, layer in (
        (LSTM, {"type": "crop", "cropping": [[8, 0]]}),
        (LSTM.replaced(reverse=True), {"type": "crop", "cropping": [[0, 8]]}),
        (LSTM.replaced(bidirectional=True), {"type": "global_avg_pool"}),
    ):
        drafted, line = tracer(1), (Atom(0, 9),)
        states = carried(drafted, "r", Map("x", (B, line, C)), 1, cell, {})
        last = last_state(drafted, "r/1", states, 1, cell, 4)
        assert made(drafted) == layer
        assert last.shape == (2 if cell.bidirectional else 1, 1, 4)


def test_running_sums() -> None:
    drafted = tracer(1)
    swept(drafted, "s", Map("x", (B, C, (Atom(0, 9),))), 2, True)
    assert made(drafted) == {"type": "custom", "filters": 6, "params": 0, "macs": 0, "global": "after"}
    with pytest.raises(Layout, match="one of several axes"):
        swept(tracer(), "s", Map("x", (B, C, H, W)), 2)
