"""Recurrent layers of ATen, and running sums."""

import operator
from collections.abc import Sequence
from math import prod

from rfcli.readers.torch.calls import Call, operation, weights
from rfcli.readers.torch.nodes import Argument
from rfcli.readers.tracing.arguments import leaves
from rfcli.readers.tracing.maps import Layout, Map, axis_at, channels
from rfcli.readers.tracing.recurrent import Cell, carried, gates_of, last_state, swept
from rfcli.words.torch import RECURRENT, operations


@operation(*operations(RECURRENT))
def recurrent(
    call: Call, x: Map, *, hx: Argument = None, params: Sequence[Argument] = (), has_biases: bool = True,
    num_layers: int = 1, bidirectional: bool = False, batch_first: bool = False,
) -> Sequence[Map]:  # fmt: skip
    """States at all positions, and those at the end of all layers; those of an lstm are two."""
    if "batch_sizes" in call.arguments:
        raise Layout("it takes packed sequences")
    initial: list[Argument] = leaves(hx)
    if any(isinstance(one, Map) for one in initial):
        raise Layout("its first state is computed from data")
    type, given = RECURRENT.read(call.operation), [weights(one) for one in params]
    first = next((one for one in given if one is not None), None)
    if first is None or len(first.shape) != 2:
        raise Layout("its weights are computed from data")
    units, each = first.shape[0] // gates_of(type), len(given) // (num_layers * (2 if bidirectional else 1))
    last = given[-1]
    projection = last.shape[0] if each in (3, 5) and last is not None else None
    cell = Cell(type, units, num_layers, bidirectional, False, has_biases, False, projection)
    at = 1 if batch_first and len(x.dims) == 3 else 0
    states = carried(call.tracer, call.name, x, at, cell, call.tracer.shared(*given, *initial))
    rest = [cell.projection or units, units][: len(call.shapes) - 1]
    used = {user.args[1] for user in call.node.users if user.target is operator.getitem and user.users}
    ends = [
        last_state(call.tracer, f"{call.name}/{number}", states, at, cell, count) if number in used else states
        for number, count in enumerate(rest, 1)
    ]
    return [states, *ends]


@operation("lstm_cell", "gru_cell", "rnn_tanh_cell", "rnn_relu_cell")
def cell(
    call: Call, x: Map, *, hx: Argument = None, w_ih: Argument = None, w_hh: Argument = None, b_ih: Argument = None,
    b_hh: Argument = None,
) -> Map | Sequence[Map]:  # fmt: skip
    """One step: the next state of the input and of the state before, at the same place; those of an lstm are two."""
    tracer, name, states = call.tracer, call.name, leaves(hx)
    given, carried = [weights(one) for one in (w_ih, w_hh)], [weights(one) for one in (b_ih, b_hh)]
    wide, recurring = given
    if wide is None or recurring is None or x.axes:
        raise Layout("its weights are computed from data" if None in given else "it runs at several positions")
    last, units = len(x.dims) - 1, recurring.shape[1]
    parts = []
    for at, (one, matrix, bias) in enumerate(zip((x, states[0]), (wide, recurring), carried, strict=True), 1):
        if isinstance(one, Map):
            stated = tracer.shared(matrix, bias)
            parts.append(tracer.projected(f"{name}/{at}", one, last, matrix.shape[0], bias is not None, stated))
    gates = tracer.merged(f"{name}/gates", "add", parts) if len(parts) > 1 else parts[0]
    first = {} if len(parts) > 1 else {"macs": prod(recurring.shape)}
    free = {"params": tracer.trained(recurring, carried[1], *states, taken=True), "macs": 0} | first
    made = tracer.passed(f"{name}/state", gates, gates.with_dim(last, channels(units)).dims, "custom",
                         filters=units, **free)  # fmt: skip
    before = [one for one in states[1:] if isinstance(one, Map)]
    made = tracer.merged(name, "add", [made, *before]) if before else made
    return [made] * len(call.shapes) if len(call.shapes) > 1 else made


@operation("cumsum", "cumprod", "logcumsumexp", "cummax", "cummin")
def cumulative(call: Call, x: Map, *, dim: int = 0) -> Map | list[Map]:
    made = swept(call.tracer, call.name, x, axis_at(dim, len(x.dims)))
    return [made] * len(call.shapes) if len(call.shapes) > 1 else made
