"""Maps joined along positions, or along the batch: each of them goes its own way through what works at every position
by itself, as the levels of a detection head and the two images of a Siamese network do."""

from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from math import prod

from rfcli.readers.torch.calls import Call, Made, listed
from rfcli.readers.torch.layout import RESHAPES
from rfcli.readers.torch.nodes import COPIES, SAME_OBJECT, Argument, Shape
from rfcli.readers.tracing.arguments import mapped
from rfcli.readers.tracing.attention import attended_all, met_all, multiplied
from rfcli.readers.tracing.joined import Joined, Part, between, joined, together
from rfcli.readers.tracing.maps import Constant, Layout, Map, axis_at
from rfcli.readers.tracing.parts import without_dim
from rfcli.words.torch import ACTIVATIONS, MERGES, REDUCTIONS, SOFTMAXES, operations

SPLITS = {"split", "split_with_sizes", "chunk", "tensor_split", "unbind", "split_with_sizes_copy"}
TURNS = {"permute", "transpose", "movedim", "t", "numpy_T"}
CUTS = {"slice", "narrow", "slice_copy", "narrow_copy"}
PICKS = {"select", "select_copy"}
REDUCES = {*operations(REDUCTIONS)}
ENTRYWISE = {
    *operations(ACTIVATIONS), *(name for name in operations(MERGES) if MERGES.read(name) != "concat"),
    *COPIES, *SAME_OBJECT, "abs", "ceil", "clamp", "clamp_max", "clamp_min", "clip", "cos", "expand", "floor",
    "hardtanh", "log", "log1p", "log2", "log10", "nan_to_num", "neg", "pow", "prelu", "reciprocal", "round", "rsqrt",
    "sign", "sin", "sqrt", "square",
}  # fmt: skip
"""Operations at each position by itself, which keep the places of dimensions from the end."""
LAST = {"linear", "addmm"}
"""Operations on the last dimension."""


def apart(call: Call, given: Sequence[Joined], made: Callable[[Call], Made | Sequence[Made]]) -> Argument:
    """An operation on joined maps, done to each of them. Raises `Layout`."""
    first = given[0]
    if call.operation == "cat" and axis_at(call.arguments.get("dim", 0), len(call.shape)) == first.at:
        return joined(listed(next(iter(call.arguments.values()))), first.at)
    rank = len(first.parts[0].dims)
    named = call.arguments.get("dim", 0)
    along = axis_at(named, rank) if isinstance(named, int) and call.operation in SPLITS | CUTS | PICKS else None
    if along == first.at:
        return _cut(call, first)
    met = _brought_together(call, first, rank)
    if met is not None:
        return met
    if any((one.at - len(one.parts[0].dims), one.sizes) != (first.at - len(first.parts[0].dims), first.sizes)
           for one in given):  # fmt: skip
        raise Layout("maps that are joined in different ways meet")
    at = _place(call, first, rank, along)
    total = sum(first.sizes)
    if any(shape[at] != total for shape in call.shapes):
        raise Layout("maps that are joined are put into another order")
    results = []
    for number, size in enumerate(first.sizes):
        shapes = tuple((*shape[:at], size, *shape[at + 1 :]) for shape in call.shapes)
        place = Part(number, first.at - rank, first.sizes)
        one = call.replaced(name=f"{call.name}/{number + 1}", shapes=shapes)
        one = one.replaced(arguments=_each(one, call.arguments, place))
        found = made(one)
        results.append([found] if isinstance(found, Map | Constant) else list(found))
    several = [together([row[column] for row in results], at) for column in range(len(results[0]))]
    return several[0] if len(several) == 1 and len(call.shapes) == 1 else tuple(several)


def _each(call: Call, value: Argument, part: Part) -> Argument:
    """An argument for one of the parts."""
    if isinstance(value, dict):
        return {key: _each(call, one, part) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_each(call, one, part) for one in value)
    return part.of(call.tracer, call.name, value)


def _cut(call: Call, x: Joined) -> Argument:
    """Parts of joined maps along the dimension along which they are."""
    total = sum(x.sizes)
    if call.operation in SPLITS:
        edges = [0, *accumulate(1 if call.operation == "unbind" else shape[x.at] for shape in call.shapes)]
    elif call.operation in CUTS and call.arguments.get("step") in (1, None):
        start = call.arguments.get("start") or 0
        start = max(start + total, 0) if start < 0 else start
        edges = [start, start + call.shape[x.at]]
    elif call.operation in PICKS:
        index = axis_at(call.arguments["index"], total)
        edges = [index, index + 1]
    else:
        raise Layout("maps that are joined are cut")
    found = [between(call.tracer, call.name, x, a, b) for a, b in pairwise(edges)]
    if call.operation in PICKS or call.operation == "unbind":
        found = [without_dim(one, x.at) for one in found if isinstance(one, Map | Constant)]
    return tuple(found) if call.operation in SPLITS else found[0]


def _brought_together(call: Call, x: Joined, rank: int) -> Made | Joined | None:
    """What an operation makes of joined maps that see one another in it; None where they do not."""
    values = list(call.arguments.values())
    if call.operation == "scaled_dot_product_attention" and x.at == rank - 2 and not x.batch:
        mask = call.arguments.get("attn_mask") or call.arguments.get("attn_bias")
        trained = isinstance(mask, Constant) and any(count for _, count in mask.weights)
        if call.arguments.get("is_causal") or not (mask is None or trained):
            raise Layout("what its mask leaves of maps that are joined is not known")
        return _attended(call, *values[:3])
    if call.operation in SOFTMAXES and axis_at(call.arguments.get("dim", -1), rank) == x.at:
        return Joined(tuple(_shared(call, x, at) for at in range(len(x.parts))), x.at)
    if _reduces(call):
        dims = _reduced(call, rank)
        if x.at in dims or not dims:
            kind, keep = REDUCTIONS.read(call.operation), bool(call.arguments.get("keepdim"))
            each = [
                call.tracer.pooled(f"{call.name}/{at}", one, dims or None, keep, kind)
                for at, one in enumerate(x.parts, 1)
            ]
            return call.tracer.merged(call.name, "max" if kind == "max" else "add", each)
    return _multiplied(call, *values[:2]) if call.operation == "matmul" else None


def _attended(call: Call, queries: Argument, keys: Argument, values: Argument) -> Map | Joined:
    """Attention to keys and values that are joined."""
    read = [one.parts if isinstance(one, Joined) else (mapped(one),) for one in (keys, values)]
    if not isinstance(queries, Joined):
        return attended_all(call.tracer, call.name, mapped(queries), *read)
    parts = enumerate(queries.parts, 1)
    made = (attended_all(call.tracer, f"{call.name}/{at}", one, *read) for at, one in parts)
    return Joined(tuple(made), queries.at)


def _multiplied(call: Call, first: Argument, second: Argument) -> Map | Joined | None:
    """A matrix product of joined maps that sums over them, or that meets each of them with each."""
    tracer, name = call.tracer, call.name
    if not isinstance(second, Joined):
        return None
    rank, summed = len(second.parts[0].dims), second.at == len(second.parts[0].dims) - 2
    if isinstance(first, Joined) and summed and first.at == rank - 1 and first.sizes == second.sizes:
        pairs = enumerate(zip(first.parts, second.parts, strict=True), 1)
        return tracer.merged(name, "add", [multiplied(tracer, f"{name}/{at}", *pair) for at, pair in pairs])
    rows = first.parts if isinstance(first, Joined) else (first,)
    if not all(isinstance(one, Map) and len(one.dims) == rank for one in rows) or second.at < rank - 2:
        return None
    if isinstance(first, Joined) and first.at != rank - 2:
        return None
    made = [
        met_all(tracer, f"{name}/{at}" if len(rows) > 1 else name, one, second.parts, summed)
        for at, one in enumerate(rows, 1)
    ]
    return Joined(tuple(made), rank - 2) if isinstance(first, Joined) else made[0]


def _shared(call: Call, x: Joined, at: int) -> Map:
    """One of joined maps, scaled by what all of them hold."""
    tracer, name = call.tracer, f"{call.name}/{at + 1}"
    pooled = [tracer.read_whole(f"{name}/whole_{number}", one) for number, one in enumerate(x.parts, 1)]
    every = tracer.draft.add(f"{name}/all", "concat", list(dict.fromkeys(pooled)))
    factor = tracer.draft.add(f"{name}/sum", "custom", [every], filters=1, params=0, macs=0)
    one = x.parts[at]
    return one.replaced(layer=tracer.draft.add(name, "multiply", [one.layer, factor]))


def _place(call: Call, x: Joined, rank: int, along: int | None) -> int:
    """The dimension of a result along which its parts are joined, of what is not `_brought_together`. Raises `Layout`
    where it is not known to leave them apart."""
    operation, at, arguments = call.operation, x.at, call.arguments
    if operation in RESHAPES:
        return _reshaped(call.shape, [sum(p.shape[n] or 0 for p in x.parts) if n == at else x.parts[0].shape[n] or 0
                                      for n in range(rank)], at)  # fmt: skip
    if operation in TURNS:
        return _turned(call, rank).index(at)
    if along is not None:
        return at - (along < at and (operation in PICKS or operation == "unbind"))
    if _reduces(call):
        return at if arguments.get("keepdim") else at - sum(one < at for one in _reduced(call, rank))
    if operation in SOFTMAXES:
        return at
    if operation == "matmul":
        return _own(arguments, rank, at)
    if operation in ("cat", "stack"):
        return at + (operation == "stack" and axis_at(arguments.get("dim", 0), len(call.shape)) <= at)
    entrywise = operation in ENTRYWISE or operation in REDUCES  # of two tensors: others went above
    inside = (
        entrywise
        or (operation in LAST and at < rank - 1)
        or (operation == "layer_norm" and at < rank - len(arguments.get("normalized_shape", ())))
        or (operation.startswith(("conv", "batch_norm")) and at > 1 and _single(arguments))
    )
    if inside or (x.batch and at == 0):
        return at - rank + len(call.shape) if entrywise else at
    raise Layout("maps that are joined are brought together")


def _reduces(call: Call) -> bool:
    """Whether an operation reduces dimensions: `max` and `min` of two tensors reduce none."""
    return call.operation in REDUCES and call.arguments.get("other") is None


def _reduced(call: Call, rank: int) -> list[int]:
    """The dimensions that a reduction names."""
    return [axis_at(one, rank) for one in listed(call.arguments.get("dim", ())) if isinstance(one, int)]


def _own(arguments: dict[str, Argument], rank: int, at: int) -> int:
    """The dimension of a matrix product that is that of a factor. Raises `Layout` where it is summed."""
    first, second = list(arguments.values())[:2]
    if isinstance(first, Joined) is isinstance(second, Joined) and at >= rank - 2:
        raise Layout("maps that are joined are brought together")
    if at == (rank - 1 if isinstance(first, Joined) else rank - 2):
        raise Layout("maps that are joined are brought together")
    return at


def _single(arguments: dict[str, Argument]) -> bool:
    """Whether a window has one tap, and stands at every position."""
    weight = arguments.get("weight")
    rows = [listed(arguments.get(word, 1)) for word in ("stride", "dilation")]
    alone = all(n == 1 for row in rows for n in row) and all(n == 0 for n in listed(arguments.get("padding", 0)))
    return alone and isinstance(weight, Constant) and all(n == 1 for n in weight.shape[2:])


def _reshaped(shape: Shape, before: Sequence[int], at: int) -> int:
    """Where a dimension is after a change of shape."""
    outside, inside = prod(before[:at]), prod(before[at + 1 :])
    for place, n in enumerate(shape):
        if n == before[at] and (prod(shape[:place]), prod(shape[place + 1 :])) == (outside, inside):
            return place
    raise Layout("maps that are joined are put into another shape")


def _turned(call: Call, rank: int) -> list[int]:
    """Old dimensions in their new order."""
    order = list(range(rank))
    if call.operation == "permute":
        return [axis_at(one, rank) for one in call.arguments["dims"]]
    if call.operation != "transpose":
        raise Layout("maps that are joined are turned")
    one, other = (axis_at(n, rank) for n in list(call.arguments.values())[1:])
    order[one], order[other] = order[other], order[one]
    return order
