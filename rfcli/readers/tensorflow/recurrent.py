"""Recurrent layers that are one operation, and running sums."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from rfcli.readers.tensorflow.calls import Call, Integer, Traced, operation
from rfcli.readers.tracing.core import Parameters
from rfcli.readers.tracing.maps import Constant, Layout, Map, axis_at, with_ones
from rfcli.readers.tracing.recurrent import Cell, carried, in_rows, last_state, other, swept

GATES = slice(1, 9)
"""Weights of a cell's gates among the inputs of an LSTM: of the input, then of the state."""
BIASES = slice(12, 16)
PROJECTION, STATES = 16, slice(18, 20)
NORMS = slice(20, 24)
"""Scales of normalised gates."""


@operation("SequenceLstm")
def lstm(call: Call, *inputs: Traced, time_major: bool = False, reverse: bool = False) -> Map:
    """Of (batch, steps, features), or steps first; a cell without input gates has three."""
    x, given = _sequence(inputs), [*inputs, *[None] * 24]
    gates = given[GATES]
    if any(isinstance(one, Map) for one in given[1:18]) or any(one is not None for one in given[NORMS]):
        raise Layout("its gates are computed from data, or normalised")
    recurrent = gates[5]
    if not isinstance(recurrent, Constant) or len(recurrent.shape) != 2:
        raise Layout("its weights are not known")
    units, kept = recurrent.shape
    held = [one for one in given[1:18] if isinstance(one, Constant)]
    projected = kept if isinstance(given[PROJECTION], Constant) else None
    has_bias = any(one is not None for one in given[BIASES])
    cell = Cell("lstm", units, single_bias=True, bias=has_bias, projection=projected, reverse=reverse)
    return _begun(call, _carried(call, x, cell, held, time_major), given[STATES], 0 if time_major else 1)


@operation("SequenceRnn")
def rnn(
    call: Call, x: Map, weight: Traced, recurrent: Traced, bias: Traced, state: Traced = None, *,
    time_major: bool = False, reverse: bool = False,
) -> Map:  # fmt: skip
    held = [one for one in (weight, recurrent, bias) if isinstance(one, Constant)]
    if len(held) < 3 or len(held[1].shape) != 2 or len(x.dims) != 3:
        raise Layout("its weights are computed from data")
    made = _carried(call, x, Cell("rnn", held[1].shape[0], single_bias=True, reverse=reverse), held, time_major)
    return _begun(call, made, [state], 0 if time_major else 1)


TWO_WAYS = {"TwoWaySequenceLstm": (slice(1, 18), slice(18, 35), slice(35, 37), slice(37, 39), 39),
            "TwoWaySequenceRnn": (slice(1, 4), slice(5, 8), slice(4, 5), slice(8, 9), 9)}  # fmt: skip
"""Operation in both directions -> its weights and first states in each of them, and where others follow, which take
what another layer has made."""


@operation(*TWO_WAYS)
def both_ways(
    call: Call, *inputs: Traced, time_major: bool = False, merge_outputs: bool = False
) -> list[Map]:  # fmt: skip
    """Of both directions side by side, or one after the other."""
    one = lstm if call.operation == "TwoWaySequenceLstm" else rnn
    forth, back, first, last, further = TWO_WAYS[call.operation]
    x, given = _sequence(inputs), (*inputs, *[None] * 48)
    if any(each is not None for each in given[further:]):
        raise Layout("it takes what another layer has made")
    made: list[Map] = []
    for way, weights, states in (("forth", forth, first), ("back", back, last)):
        inner = call.replaced(name=call.name if not made and not merge_outputs else f"{call.name}/{way}")
        made.append(one(inner, x, *given[weights], *given[states], time_major=time_major, reverse=way == "back"))
    return [call.tracer.joined(call.name, made, 2)] if merge_outputs else made


CELLS = {2: {4: "lstm"}, 1: {3: "gru", 1: "rnn"}}
"""States -> gates -> the cell that has so many."""


@operation("rf.recurrent")
def loop(
    call: Call, x: Map, *given: Traced, matrices: int = 0, states: int = 0, own: int = -1, outputs: Sequence[int] = (),
    last: bool = False, reverse: bool = False, columns: bool = True,
) -> list[Map]:  # fmt: skip
    """Of steps, batch and features, as Keras's layers are written out. An output is the list of what each step made, or
    of the last one, or a state at the end. What a first state has read is read by all steps. A matrix has a column for
    each feature, or a row. What a step makes is its `own` state."""
    weights, begin = given[: len(given) - states], given[len(given) - states :]
    weights = tuple(one for one in weights if not isinstance(one, Constant) or one.shape or one.vague)
    held = [one for one in weights if isinstance(one, Constant)]
    multiplied = [one.shape if columns else one.shape[::-1] for one in held[:matrices]]
    if len(held) < len(weights) or not isinstance(x, Map) or len(x.dims) != 3:
        raise Layout("its weights are computed from data")
    x = in_rows(call.tracer, call.name, x, 0)
    cell = _cell(multiplied, x.shape[-1], states, len(held) > matrices, reverse)
    last = last or 1 not in outputs
    if cell is not None:
        made = _carried(call, x, cell, held, True, last)
    elif (units := _width(begin[own : own + 1])) is not None:
        cell = Cell("rnn", units, reverse=reverse)
        made = other(
            call.tracer, call.name, x, cell, call.tracer.trained(*held, taken=True), sum(map(prod, multiplied))
        )
        made = last_state(call.tracer, call.name, made, 0, cell, cell.units) if last else made
    else:
        raise Layout("its weights are those of no cell that rf knows")
    made = _begun(call, made, begin, 0)
    ends: list[Map] = []
    for number, kind in enumerate(outputs):
        if kind != 1 and not last:
            state = last_state(call.tracer, f"{call.name}/{number}", made, 0, cell, cell.units)
            ends.append(state.replaced(dims=state.dims[1:]))
        else:
            ends.append(made if kind == 1 else made.replaced(dims=made.dims[1:]))
    return ends


def _width(state: Sequence[Traced]) -> int | None:
    """The features of a state, by the first one."""
    one = state[0] if state else None
    if isinstance(one, Map):
        return one.shape[-1] if one.dims else None
    return one.shape[-1] if isinstance(one, Constant) and len(one.shape) == 2 and not one.vague else None


def _begun(call: Call, made: Map, states: Sequence[Traced], at: int) -> Map:
    """Steps that have all read what the first states have read, beside their own; `at` is the dimension of steps."""
    first = [one for one in states if isinstance(one, Map)]
    if not first:
        return made
    wide = [one.replaced(dims=with_ones(one.dims, [at])) for one in first]
    return call.tracer.combined(f"{call.name}/begun", "add", (made, *wide), 2)


def _cell(
    matrices: Sequence[tuple[int, ...]], inner: int | None, states: int, bias: bool, reverse: bool
) -> Cell | None:  # fmt: skip
    """The cell that has so many states, and such matrices: of the step, of a state, or of both side by side; None where
    rf has none."""
    if inner is None or not matrices or any(len(one) != 2 for one in matrices):
        raise Layout("its weights are those of no cell that rf knows")
    entries = sum(map(prod, matrices))
    for gates, type in CELLS.get(states, {}).items():
        for units in sorted({one for rows, _ in matrices for one in (rows, rows - inner) if one > 0}):
            fits = entries == gates * units * (inner + units)
            if fits and all(rows in (inner, units, inner + units) and not cols % units for rows, cols in matrices):
                return Cell(type, units, single_bias=True, bias=bias, reverse=reverse)
    return None


@operation("TensorListFromTensor", "TensorListStack")
def listed(call: Call, x: Map) -> Map:
    """A list of the entries of the first dimension, or a tensor of such."""
    return x


@operation("TensorArrayScatterV3", "TensorArrayGatherV3")
def arrayed(call: Call, handle: Traced, indices: Traced, x: Map) -> Map:
    """The same of the first TensorFlow, which has the places beside it."""
    return x


def _sequence(inputs: tuple[Traced, ...]) -> Map:
    if not inputs or not isinstance(inputs[0], Map) or len(inputs[0].dims) != 3:
        raise Layout("its input has no steps")
    return inputs[0]


def _carried(
    call: Call, x: Map, cell: Cell, held: list[Constant], time_major: bool, last: bool = False
) -> Map:  # fmt: skip
    stated: Parameters = call.tracer.shared(*held)
    if sum(prod(one.shape) for one in held) < 1:
        raise Layout("its weights are not known")
    if "params" in stated:
        stated = {"params": int(stated["params"])}
    return carried(call.tracer, call.name, x, 0 if time_major else 1, cell, stated, last)


@operation("Cumsum", "Cumprod")
def cumulative(call: Call, x: Map, axis: Integer, *, exclusive: bool = False, reverse: bool = False) -> Map:
    if exclusive:
        raise Layout("it sums what lies strictly before")
    return swept(call.tracer, call.name, x, axis_at(axis or 0, len(x.dims)), reverse)
