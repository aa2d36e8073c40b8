"""Recurrent layers along dimensions of maps in any layout."""

from __future__ import annotations

from typing import Any

import pytest

from rfcli.description.nodes import File
from rfcli.readers.draft import Draft
from rfcli.readers.tracing.maps import BATCH, CHANNELS, Atom, Layout, Map
from rfcli.readers.tracing.recurrent import Cell, carried, in_rows, last_state, other, swept
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
    for at, reverse, padding in ((2, False, [[7, 0], 0]), (3, True, [0, [0, 8]])):
        drafted = tracer()
        swept(drafted, "s", Map("x", (B, C, H, W)), at, reverse)
        kernel = [8, 1] if at == 2 else [1, 9]
        assert made(drafted) == {
            "type": "custom", "filters": 6, "kernel": kernel, "padding": padding, "params": 0, "macs": 0
        }  # fmt: skip
    with pytest.raises(Layout, match="other axes than the first"):
        swept(tracer(), "s", Map("x", (B, C, (*W, *H))), 2)


IN_ROWS = [
    ((B, H, (*W, *C)), 1, "space_to_depth", [1, 9]),
    ((B, H, (*C, *W)), 1, "pixel_unshuffle", [1, 9]),
    ((W, B, (*H, *C)), 0, "space_to_depth", [8, 1]),
]


@pytest.mark.parametrize(("dims", "at", "type", "scale"), IN_ROWS)
def test_rows_of_a_map_are_steps(dims: Any, at: int, type: str, scale: list[int]) -> None:
    """An axis that is whole among the features becomes channels, which a cell reads all."""
    drafted = tracer()
    rows = in_rows(drafted, "r", Map("x", dims), at)
    assert made(drafted) == {"type": type, "scale": scale}
    assert rows.shape == (*(one[0].size for one in dims[:2]), 6 * max(scale))
    states = carried(drafted, "s", Map("x", dims), at, LSTM, {})
    assert made(drafted)["type"] == "lstm" and states.shape == (*rows.shape[:2], 4)


@pytest.mark.parametrize("dims", [(B, H, C), (B, H, W, C), (B, H, (*W[:0], Atom(1, 3, 3), *C)), (B, H)])
def test_what_has_no_rows_stays(dims: Any) -> None:
    drafted, x = tracer(), Map("x", dims)
    assert in_rows(drafted, "r", x, 1) is x and not drafted.draft.count


def test_a_cell_that_has_no_type() -> None:
    drafted = tracer(1)
    states = other(drafted, "r", Map("x", (H, B, C)), Cell("rnn", 4, reverse=True), 70, 60)
    assert made(drafted) == {"type": "custom", "filters": 4, "params": 70, "macs": 480, "global": "after"}
    assert states.shape == (8, 1, 4) and states.local
    for dims in ((H, B, W), (B, H, C)):
        with pytest.raises(Layout, match=r"its channels are not|channels or the batch"):
            other(tracer(1), "r", Map("x", dims), Cell("rnn", 4), 70, 60)
