"""Attention: each position reads all others, weighted by what they hold."""

from collections.abc import Sequence

from rfcli.layers._parameters import MAX_INTEGER
from rfcli.readers.keras.binding import argument, flag, function, integer, layer_class, optional, plain, word
from rfcli.readers.keras.calls import Argument, Call, few
from rfcli.readers.keras.functions import extents, known
from rfcli.readers.keras.maps import width_of
from rfcli.readers.tracing.attention import Causal, attended, multiplied
from rfcli.readers.tracing.core import Parameters
from rfcli.readers.tracing.einsum import summed
from rfcli.readers.tracing.maps import BATCH, Layout, Map, Size, axes_in, channels, is_channels, keys, places, size_of
from rfcli.readers.tracing.maps import Constant as Tensor
from rfcli.readers.tracing.reach import reach_of, seen
from rfcli.values import Value


class Inputs(Value):
    """What an attention is called with; the key is the value where none is given."""

    query: Map
    value: Map
    key: Map


class Features(Value):
    """Features of all heads together: of queries, keys and values, of the sums of values, and of the output."""

    queries: int
    keys: int
    values: int
    summed: int
    output: int


@layer_class("MultiHeadAttention")
def multi_head(
    call: Call, *, num_heads: int = integer(), key_dim: int = integer(), value_dim: int | None = optional(integer()),
    use_gate: bool = flag(False), sliding_window: Argument = plain(), attention_axes: Argument = plain(),
    output_shape: Argument = plain(), use_bias: bool = flag(True),
) -> list[Map]:  # fmt: skip
    whole = inputs = _inputs(call)
    outer = key_dim if value_dim is None else value_dim
    if use_gate or sliding_window is not None:
        raise Layout("gates and windows")
    rank = len(inputs.query.dims)
    apart: list[int] = []
    if attention_axes is not None:
        met = call.config.axes("attention_axes", rank, 1)
        apart = [at for at in range(1, rank - 1) if at not in met]
    if apart:
        inputs = Inputs(*(_set_apart(one, apart) for one in (whole.query, whole.value, whole.key)))
    width = width_of(inputs.query)
    if output_shape is not None:
        shape = output_shape if isinstance(output_shape, list) else [output_shape]
        if len(shape) != 1 or type(shape[0]) is not int or not 0 < shape[0] <= MAX_INTEGER:
            raise Layout("an output of several dimensions")
        width = shape[0]
    keys, values = num_heads * key_dim, num_heads * outer
    made = _projected(call, inputs, Features(keys, keys, values, values, width), use_bias, num_heads)
    made = made.replaced(dims=(*whole.query.dims[:-1], made.dims[-1])) if apart else made
    return [made, *_scores(call, whole)]


def _set_apart(x: Map, apart: Sequence[int]) -> Map:
    """A map whose positions attend to one another along the other axes only: these lie in the batch."""
    if len(x.dims) <= max(apart) + 1:
        raise Layout("some axes are attended")
    batch = tuple(atom for at in (0, *apart) for atom in x.dims[at])
    return x.replaced(dims=(batch, *(dim for at, dim in enumerate(x.dims) if at > 0 and at not in apart)))


@layer_class("GroupedQueryAttention", "GroupQueryAttention")
def grouped_query(
    call: Call, *, head_dim: int = integer(), num_query_heads: int = integer(), num_key_value_heads: int = integer(),
    use_gate: bool = flag(False), sliding_window: Argument = plain(), use_bias: bool = flag(True),
) -> list[Map]:  # fmt: skip
    """Several heads of queries share one of keys and values."""
    inputs = _inputs(call)
    if use_gate or sliding_window is not None or len(inputs.query.dims) != 3:
        raise Layout("gates and windows")
    width, queries, keys = width_of(inputs.query), num_query_heads * head_dim, num_key_value_heads * head_dim
    made = _projected(call, inputs, Features(queries, keys, keys, queries, width), use_bias, num_query_heads)
    return [made, *_scores(call, inputs)]


@layer_class("Attention", "AdditiveAttention")
def attention(
    call: Call, *, use_scale: bool | None = optional(flag(False)), score_mode: str = word("dot")
) -> list[Map]:
    """Attention of Luong, and of Bahdanau (additive): weights are a scale, of one or of each feature."""
    inputs = _inputs(call)
    additive = call.kind == "AdditiveAttention"
    scaled = additive if use_scale is None else use_scale
    count = (width_of(inputs.query) if additive else 1) if scaled else 0
    width = width_of(inputs.value)
    macs = _macs(inputs, 0, 0, width_of(inputs.query) + width)
    params = call.weights(count + (score_mode == "concat"))
    made = _attended(call, inputs.query, [inputs.value, inputs.key], width, params, macs)
    return [made, *_scores(call, inputs)]


def _scores(call: Call, inputs: Inputs) -> list[Map]:
    """The weights of values, where they are asked for: of each pair of positions, so that no map has them."""
    if call.get("return_attention_scores") is not True:
        return []
    told, maps = f"{call.kind}: its scores", [inputs.query, inputs.key]
    return [call.tracer.unknown(f"{call.name}/scores", told, maps, call.stated.get(1))]


TRANSPOSED = ("transpose_a", "transpose_b", "adjoint_a", "adjoint_b")


@function("Matmul", "linalg.matmul")
def matmul(call: Call) -> Map:
    """Weights with values: each position with each."""
    if len(call.maps) == 1:
        return _by_constant(call, call.x)
    if len(call.maps) != 2:
        raise Layout("it multiplies by a constant")
    if any(call.get(name) for name in TRANSPOSED):
        raise Layout("it transposes")
    first, second = call.maps
    scores = is_channels(first.dims[-1]) and is_channels(second.dims[-2:][0])
    if len(first.dims) > 3 or len(second.dims) > 3 or keys(first.dims) or scores:
        return multiplied(call.tracer, call.name, first, second)
    if len(first.dims) != 3 or len(second.dims) != 3 or len(first.axes) != len(second.axes):
        raise Layout("it multiplies maps")
    rows, over, columns = first.dims[1], first.dims[2], second.dims[2]
    axes = set(axes_in(over))
    if is_channels(rows) or not axes or axes != set(axes_in(second.dims[1])) or not is_channels(columns):
        raise Layout("it multiplies maps")
    width = size_of(columns)
    if width is None:
        raise Layout("channels of unknown number are summed")
    query = first.replaced(dims=(first.dims[0], rows, channels(first.channels)))
    made = _attended(call, query, [second], width, 0, size_of((*rows, *over, *columns)))
    return made.replaced(dims=(first.dims[0], rows, channels(width)))


def _by_constant(call: Call, x: Map) -> Map:
    """Each position by a matrix that is no parameter."""
    values = [one for one in call.args if not isinstance(one, Map)]
    sizes = extents(values[0]) if len(values) == 1 else None
    first = not isinstance(call.args[0], Map)
    at = len(x.dims) - (2 if first else 1)
    if sizes is None or len(sizes) != 2 or None in sizes or at < 1:
        raise Layout("it multiplies by a constant")
    width, rows = (sizes[0], sizes[1]) if first else (sizes[1], sizes[0])
    if rows != size_of(x.dims[at]) or width is None or any(call.get(name) for name in TRANSPOSED):
        raise Layout("it multiplies by a constant")
    return call.tracer.projected(call.name, x, at, width, False, {"params": 0})


@function("Tensordot")
def tensordot(call: Call, x: Map, *, axes: Argument = argument(2, 2)) -> Map:
    """The last dimension of one, the first of a matrix."""
    if axes != 1 or len(call.maps) != 1 or not isinstance(call.args[0], Map):
        raise Layout("it sums over other dimensions")
    return _by_constant(call, x)


@function("DotProductAttention")
def weighted(call: Call, query: Map, key: Map, value: Map, *, is_causal: Argument = argument(6)) -> Map:
    """Attention of heads that lie behind the positions: (batch, positions, heads, channels)."""
    if any(known(call.get(name, at)) is not None for at, name in ((3, "bias"), (4, "mask"))) or len(call.maps) > 3:
        raise Layout("it has a mask, or a bias")
    if any(len(one.dims) != 4 for one in (query, key, value)) or query.shape[2] != key.shape[2]:
        raise Layout("several heads share keys")
    order = (0, 2, 1, 3)
    heads = [one.replaced(dims=tuple(one.dims[at] for at in order)) for one in (query, key, value)]
    q, k, v = heads
    made = attended(call.tracer, call.name, q, k, v, mask=Causal() if is_causal is True else None)
    return made.replaced(dims=tuple(made.dims[at] for at in order))


@function("Einsum")
def einsum(call: Call, *, subscripts: Argument = plain()) -> Map:
    """Sums of products: a constant among what it multiplies is no weight."""
    tensors: list[object] = []
    for one in call.values:
        sizes = None if isinstance(one, Map) else extents(one)
        if not isinstance(one, Map) and (sizes is None or None in sizes):
            raise Layout("a constant of unknown shape")
        tensors.append(
            one if isinstance(one, Map) else Tensor(tuple(n or 0 for n in sizes or []), None, ((call.name, 0),))
        )
    return summed(call.tracer, call.name, str(subscripts)[:200], tensors)


def _attended(
    call: Call, query: Map, others: list[Map], width: int, params: int | None, macs: Size, heads: int = 1
) -> Map:
    """Values of all positions of `others`, summed with weights by the query: `width` channels where the query lies."""
    draft = call.tracer.draft
    dims = (*query.dims[:-1], channels(width))
    if query.channels is None or query.channels != size_of(query.dims[-1]):
        raise Layout("positions that are no axes")
    left = _left(call)
    if places(query.dims[:1]) or any(places(one.dims[:1]) for one in others):
        if left != EVERYTHING:
            raise Layout("what its mask leaves of windows")
        return _in_windows(call, query, others, width, params, macs)
    axes = {one.layer: one.axes for one in others}
    whole = list(axes) == [query.layer] and query.axes != []
    causal = left == BEFORE
    rows = [atom.role for dim in query.dims[1:-1] for atom in dim]
    if left != EVERYTHING and not (whole and rows == list(range(call.tracer.axes))):
        raise Layout("only what lies before is attended to" if causal else "what its mask leaves")
    if isinstance(left, tuple):
        sides: Parameters = {"kernel": [left[1] - left[0] + 1], "padding": [[-left[0], left[1]]]}
        if len(rows) > 1:
            raise Layout("what its mask leaves")
        made = draft.add(call.name, "custom", [query.layer], filters=width, params=params, macs=macs, **sides)
        return Map(made, dims, query.local)
    if whole and width == query.channels:
        layer = draft.add(call.name, "attention", [query.layer], heads=heads, params=params, macs=macs, causal=causal)
        return Map(layer, dims, query.local and causal)
    mixed = query.layer
    if not whole:
        flat = [draft.add(f"{call.name}/values", "flatten", [one]) if axes[one] else one for one in axes]
        mixed = draft.add(f"{call.name}/inputs", "concat", [mixed, *flat])
    sees = "before" if causal else whole
    layer = draft.add(call.name, "custom", [mixed], filters=width, global_=sees, params=params, macs=macs)
    return Map(layer, dims, query.local and sees is not True)


def _in_windows(
    call: Call, query: Map, others: list[Map], width: int, params: int | None, macs: Size
) -> Map:  # fmt: skip
    """Attention among the positions of windows, or of rows, that lie in the batch. Raises `Layout`."""
    if any(one.layer != query.layer or one.dims != query.dims for one in others):
        raise Layout("windows attend to other maps")
    windows = size_of(tuple(atom for atom in query.dims[0] if atom.role != BATCH))
    rows = [query.dims[0], tuple(atom for dim in query.dims[1:-1] for atom in dim)]
    reach = reach_of(rows, rows)
    if reach.rolled:
        raise Layout("windows are rolled around the border without a mask")
    cost: Parameters = {"params": params, "macs": macs and windows and few(macs * windows)}
    made = seen(call.tracer, call.name, query, reach, width, cost, width != query.channels)
    return made.replaced(dims=(*query.dims[:-1], channels(width)))


EVERYTHING, BEFORE = "everything", "before"
MASKS = ("attention_mask", "mask", "query_mask", "value_mask", "key_mask")


def _left(call: Call) -> str | tuple[int, int]:
    """What masks leave of the pairs of positions: everything, what lies before each and itself, or what lies from one
    to another, counted from it. Raises `Layout`."""
    causal = call.get("use_causal_mask") is True or call.config.flag("causal", False)
    given = [known(call.kwargs[key]) for key in MASKS if call.kwargs.get(key) is not None]
    masks = [one for one in given if not (isinstance(one, list) and all(part is None for part in one))]
    if not masks:
        return BEFORE if causal else EVERYTHING
    rows = masks[0]
    while isinstance(rows, list) and len(rows) == 1 and isinstance(rows[0], list) and _deep(rows) > 2:
        rows = rows[0]
    if causal or len(masks) > 1 or not isinstance(rows, list) or _deep(rows) != 2 or len({*map(len, rows)}) != 1:
        raise Layout("what its mask leaves")
    kept = {column - row for row, each in enumerate(rows) for column, one in enumerate(each) if one}
    n = len(rows)
    if not kept or n > MOST_ROWS or len(rows[0]) > MOST_ROWS:
        raise Layout("what its mask leaves")
    first, last = min(kept), max(kept)
    banded = [[first <= column - row <= last for column in range(len(each))] for row, each in enumerate(rows)]
    if banded != [[bool(one) for one in each] for each in rows]:
        raise Layout("what its mask leaves")
    if first == 1 - n and last >= len(rows[0]) - 1:
        return EVERYTHING
    if n != len(rows[0]):
        raise Layout("what its mask leaves")
    return BEFORE if (first, last) == (1 - n, 0) else (first, last)


def _deep(rows: Argument) -> int:
    """How many lists lie in one another, by the first of each."""
    deep = 0
    while isinstance(rows, list):
        deep, rows = deep + 1, rows[0] if rows else None
    return deep


MOST_ROWS = 4096
"""Positions of a mask that are looked at."""


def _inputs(call: Call) -> Inputs:
    named = {key: call.kwargs.get(key) for key in ("query", "value", "key")}
    listed = [one for arg in call.args for one in (arg if isinstance(arg, list) else [arg]) if isinstance(one, Map)]
    order = [key for key in named if not isinstance(named[key], Map)]
    named.update(zip(order, listed, strict=False))
    query, value = named["query"], named["value"]
    if not isinstance(query, Map) or not isinstance(value, Map):
        raise Layout("it has no query and value")
    key = named["key"] if isinstance(named["key"], Map) else value
    if any(one not in (query, value, key) for one in call.maps):
        raise Layout("a mask is computed")
    if min(len(query.dims), len(value.dims)) < 3:
        raise Layout("tensors without positions")
    return Inputs(query, value, key)


def _projected(call: Call, inputs: Inputs, to: Features, bias: bool, heads: int) -> Map:
    """An attention that projects what it is called with, and what it makes of it."""
    q, o = width_of(inputs.query) * to.queries, to.summed * to.output
    k, v = width_of(inputs.key) * to.keys, width_of(inputs.value) * to.values
    biases = to.queries + to.keys + to.values + to.output if bias else 0
    macs = _macs(inputs, q + o, k + v, to.queries + to.summed)
    params = call.weights(few(q + k + v + o + biases))
    return _attended(call, inputs.query, [inputs.value, inputs.key], to.output, params, macs, heads)


def _macs(inputs: Inputs, query: int, others: int, scores: int) -> Size:
    """Multiply-accumulates: projections of each position of the query and of the others, and each pair of positions."""
    positions, met = (size_of(sum(one.dims[1:-1], ())) for one in (inputs.query, inputs.value))
    if positions is None or met is None:
        return None
    total = positions * query + met * others + positions * met * scores
    return total if total <= MAX_INTEGER else None
