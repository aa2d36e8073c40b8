"""Recurrent layers, and running sums, by the operator specification."""

from __future__ import annotations

from rfcli.readers.onnx.calls import Call, Integers, Traced, operation
from rfcli.readers.tracing.maps import CHANNELS, Atom, Constant, Dim, Layout, Map, axis_at, channels
from rfcli.readers.tracing.recurrent import Cell, carried, last_state, swept
from rfcli.words.onnx import RECURRENT


@operation(*RECURRENT)
def recurrent(
    call: Call, x: Map, weight: Traced, state: Traced, bias: Traced = None, lengths: Traced = None,
    first: Traced = None, *, direction: str = "forward",
    layout: int = 0,
) -> list[Map]:  # fmt: skip
    """States at all positions, (steps, directions, batch, units), or with the batch first in `layout` 1; and the last
    ones, which of an LSTM are two."""
    if not isinstance(weight, Constant) or not isinstance(state, Constant) or len(state.shape) != 3:
        raise Layout("its weights are computed from data")
    cells, peepholes = (*call.inputs[6:8], None, None)[:2]
    if any(isinstance(one, Map) for one in (bias, lengths, first, cells, peepholes)):
        raise Layout("its first state, or its length, is computed from data")
    if len(x.dims) != 3:
        raise Layout("its input has no steps")
    if isinstance(lengths, Constant) and any(one != x.shape[1 if layout else 0] for one in lengths.values or ()):
        raise Layout("its sequences are shorter than what they lie in")
    ways, units = weight.shape[0], state.shape[2]
    if direction not in ("forward", "reverse", "bidirectional") or (direction == "bidirectional") != (ways == 2):
        raise Layout(f"its direction is {direction}")
    type = RECURRENT.read(call.operation)
    cell = Cell(type, units, 1, ways == 2, direction == "reverse", bias is not None)
    given = [one for one in (weight, state, bias, peepholes) if isinstance(one, Constant)]
    stated = call.tracer.shared(*given)
    if peepholes is not None and not stated:
        stated = {"params": call.tracer.trained(*given, taken=True)}
    at = 1 if layout else 0
    states = carried(call.tracer, call.name, x, at, cell, stated)
    ending: Dim = (Atom(CHANNELS, ways, units),) if ways > 1 else ()
    kept = states.dims[: 2 if layout else 1]
    every = states.replaced(dims=(*kept, ending, *states.dims[len(kept) : 2], channels(units)))
    made = [every]
    for number in range(1, call.outputs):
        if not call.used[number]:
            made.append(every)
            continue
        last = last_state(call.tracer, f"{call.name}/{number}", states, at, cell, units)
        made.append(last.replaced(dims=(last.dims[1], last.dims[0], last.dims[2])) if layout else last)
    return made


@operation("CumSum")
def cumulative(call: Call, x: Map, axis: Integers, *, exclusive: int = 0, reverse: int = 0) -> Map:
    if exclusive or not axis:
        raise Layout("it sums what lies strictly before")
    return swept(call.tracer, call.name, x, axis_at(axis[0], len(x.dims)), bool(reverse))
