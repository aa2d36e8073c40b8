"""Steps that are turned round for a recurrent layer and back behind it, as those that run backwards are written out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rfcli.readers.tensorflow.calls import Call, Traced, integers
from rfcli.readers.tensorflow.graph import Node
from rfcli.readers.tensorflow.parts import cuts_of
from rfcli.readers.tracing.maps import Constant, Layout, Map, axis_at
from rfcli.values import Value

RECURRENT = "rf.recurrent"
SEQUENCES = ("SequenceLstm", "SequenceRnn")
LISTS = {"TensorListFromTensor": 0, "TensorListStack": 0, "Identity": 0, "TensorArrayScatterV3": 2,
         "TensorArrayGatherV3": 2}  # fmt: skip
"""Operations that make lists of tensors, or tensors of lists -> the place of these among their inputs."""
SIZES = ("Shape", "Rank", "Size")
TAKEN = frozenset((RECURRENT, *SEQUENCES, *SIZES, "TensorListFromTensor", "TensorArrayScatterV3", "Transpose"))
"""Operations that may take steps turned round."""


class Turned(Value):
    """A map of which one dimension runs backwards."""

    map: Map
    at: int


def turned(node: Node, inputs: Sequence[object], users: Mapping[str, Sequence[Node]]) -> Turned | None:
    """The steps of a map turned round, where nothing but a recurrent layer takes them."""
    behind = users.get(node.outputs[0], ()) if node.outputs else ()
    if node.operation != "ReverseV2" or not behind or any(one.operation not in TAKEN for one in behind):
        return None
    x, axes = (*inputs, None)[:2]
    named = integers(axes, "axis") if isinstance(axes, Constant) else None
    if not isinstance(x, Map) or named is None or len(named) != 1 or not x.dims:
        return None
    return Turned(x, axis_at(named[0], len(x.dims)))


def onwards(call: Call, inputs: Sequence[object], one: Callable[[Call], Sequence[Traced]]) -> Sequence[Traced | Turned]:
    """What an operation makes of steps that are turned round. Raises `Layout` where they would be told so."""
    places = [at for at, one in enumerate(inputs) if isinstance(one, Turned)]
    x = inputs[places[0]]
    if not isinstance(x, Turned) or places != [LISTS.get(call.operation, 0)]:
        raise Layout("its steps are turned round")
    if call.operation in LISTS:
        return [x]
    if call.operation in SIZES:
        return one(call.replaced(inputs=(x.map,)))
    inner = call.replaced(inputs=tuple([x.map if one is x else one for one in inputs]))
    if call.operation in (RECURRENT, *SEQUENCES):
        return _carried(inner, x, one)
    if call.operation in ("Transpose", "Reshape"):
        (made,) = one(inner)
        steps = x.map.dims[x.at]
        if isinstance(made, Map) and made.dims.count(steps) == 1:
            return [Turned(made, made.dims.index(steps))]
    if call.operation == "StridedSlice":
        return [_picked(inner, x)]
    if call.operation == "ReverseV2":
        axes = [axis_at(at, len(x.map.dims)) for at in integers(inner.inputs[1], "axis") or []]
        if axes == [x.at]:
            return [call.tracer.passed(call.name, x.map)]
    raise Layout("its steps are turned round")


def _carried(call: Call, x: Turned, one: Callable[[Call], Sequence[Traced]]) -> Sequence[Traced | Turned]:
    """A recurrent layer that runs backwards: what it makes of all steps is turned round, too."""
    stated = call.attributes
    steps = 1 if call.operation in SEQUENCES and stated.get("time_major") is not True else 0
    if steps != x.at:
        raise Layout("other dimensions than its steps are turned round")
    made = one(call.replaced(attributes={**stated, "reverse": True}))
    kinds = stated.get("outputs") if call.operation == RECURRENT else [1]
    rows = zip(made, kinds if isinstance(kinds, list) else (), strict=False)
    whole = stated.get("last") is not True
    return [Turned(each, x.at) if whole and kind == 1 and isinstance(each, Map) else each for each, kind in rows]


def _picked(call: Call, x: Turned) -> Traced:
    """One of the steps. Raises `Layout` where it is several, or part of something else."""
    rows = [integers(given, "limits") for given in call.inputs[1:4]]
    if len(rows) != 3 or None in rows:
        raise Layout("its limits are computed from data")
    try:
        begins, ends, steps = (row or [] for row in rows)
        parts = list(cuts_of(len(x.map.dims), begins, ends, steps, call.attributes))
    except ValueError as error:
        raise Layout(str(error)) from None
    n, step = x.map.shape[x.at], parts[x.at].one if len(parts) == len(x.map.dims) else None
    others = [part for at, part in enumerate(parts) if at != x.at]
    if n is None or step is None or not -n <= step < n or any(part.new or part.one is not None for part in others):
        raise Layout("its steps are turned round")
    if any(part.slice != slice(None) and part.slice.indices(m or 0)[:2] != (0, m)
           for part, m in zip(others, (m for at, m in enumerate(x.map.shape) if at != x.at), strict=True)):  # fmt: skip
        raise Layout("its steps are turned round")
    return call.tracer.one_of(call.name, x.map, x.at, n - 1 - step % n)
