"""Recurrent layers that are one operation, and running sums."""

from __future__ import annotations

from math import prod

from rfcli.readers.tensorflow.calls import Call, Integer, Traced, operation
from rfcli.readers.tracing.core import Parameters
from rfcli.readers.tracing.maps import Constant, Layout, Map, axis_at
from rfcli.readers.tracing.recurrent import Cell, carried, swept

GATES = slice(1, 9)
"""Weights of a cell's gates among the inputs of an LSTM: of the input, then of the state."""
BIASES = slice(12, 16)
PROJECTION = 16
NORMS = slice(20, 24)
"""Scales of normalised gates."""


@operation("SequenceLstm")
def lstm(call: Call, *inputs: Traced, time_major: bool = False) -> Map:
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
    cell = Cell(
        "lstm", units, single_bias=True, bias=any(one is not None for one in given[BIASES]), projection=projected
    )
    return _carried(call, x, cell, held, time_major)


@operation("SequenceRnn")
def rnn(
    call: Call, x: Map, weight: Traced, recurrent: Traced, bias: Traced, *, time_major: bool = False
) -> Map:  # fmt: skip
    held = [one for one in (weight, recurrent, bias) if isinstance(one, Constant)]
    if len(held) < 3 or len(held[1].shape) != 2 or len(x.dims) != 3:
        raise Layout("its weights are computed from data")
    return _carried(call, x, Cell("rnn", held[1].shape[0], single_bias=True), held, time_major)


GATES_OF = {4: "lstm", 3: "gru", 1: "rnn"}
"""Matrices side by side -> the cell that has so many."""


@operation("rf.recurrent")
def loop(
    call: Call, x: Map, kernel: Traced, recurrent: Traced, *others: Traced, last: bool = False,
    reverse: bool = False,
) -> Map:  # fmt: skip
    """Of steps, batch and features, as Keras's layers are written out: the matrices of all gates side by side."""
    held = [one for one in (kernel, recurrent, *others) if isinstance(one, Constant)]
    if len(held) < 2 + len(others) or any(len(one.shape) != 2 for one in held[:2]) or len(x.dims) != 3:
        raise Layout("its weights are computed from data")
    (inner, wide), (units, own) = held[0].shape, held[1].shape
    type = GATES_OF.get(wide // max(units, 1)) if wide == own and not wide % max(units, 1) else None
    if type is None or inner != x.shape[-1]:
        raise Layout("its weights are those of no cell that rf knows")
    cell = Cell(type, units, single_bias=True, bias=bool(others), reverse=reverse)
    return _carried(call, x, cell, held, True, last)


@operation("TensorListFromTensor", "TensorListStack")
def listed(call: Call, x: Map) -> Map:
    """A list of the entries of the first dimension, or a tensor of such."""
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
