"""What operations on tensors are as layers: those of `keras.ops`, which Keras 3 saves as layers of their class, and
TensorFlow's functions, which Keras 2 saves as `TFOpLambda`."""

from __future__ import annotations

import re

from rfcli.layers._parameters import MAX_INTEGER
from rfcli.readers.keras.calls import Constant
from rfcli.readers.keras.layers import ACTIVATIONS, OVER_FEATURES, _over, _soft, attend, resized
from rfcli.readers.tracing.maps import Atom, Layout, Map, channels, is_batch, is_channels, size_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from rfcli.readers.keras.calls import Call, Traced
    from rfcli.readers.keras.layers import Program
    from rfcli.readers.tracing.maps import Size

POINTWISE = (
    "Abs", "Absolute", "Arccos", "Arcsin", "Arctan", "Cast", "Ceil", "Clip", "Cos", "Cosh", "Erf", "Exp", "Expm1",
    "Floor", "HardShrink", "Identity", "Isfinite", "Isinf", "Isnan", "Log", "Log10", "Log1p", "Log2", "LogicalNot",
    "Negative", "OnesLike", "Reciprocal", "Round", "Rsqrt", "Sign", "Sin", "Sinh", "SoftShrink", "SparsePlus", "Sqrt",
    "Square", "Squareplus", "StopGradient", "Tan", "TanhShrink", "ZerosLike", "NanToNum", "Copy", "Angle", "Real",
    "abs", "math.abs", "math.acos", "math.asin", "math.atan", "math.ceil", "math.cos", "math.cosh", "math.erf",
    "math.exp", "math.expm1", "math.floor", "math.log", "math.log1p", "math.negative", "math.reciprocal",
    "math.rint", "math.round", "math.rsqrt", "math.sign", "math.sin", "math.sinh", "math.sqrt", "math.square",
    "math.tan", "cast", "identity", "stop_gradient", "clip_by_value", "nn.bias_add", "compat.v1.nn.bias_add",
    "ones_like", "zeros_like", "round", "exp", "sqrt", "square", "sign", "nn.dropout", "convert_to_tensor",
    "debugging.check_numerics", "ensure_shape", "math.is_nan", "math.is_finite", "math.logical_not", "Abs", "Neg",
    "Cast", "BiasAdd",
)  # fmt: skip
"""Operations on each entry by itself, without a layer type of their own."""
FUNCTIONS = {
    "Relu": "relu", "Relu6": "relu6", "LeakyRelu": "leaky_relu", "Elu": "elu", "Selu": "selu", "Celu": "celu",
    "Gelu": "gelu", "Silu": "silu", "Mish": "mish", "Sigmoid": "sigmoid", "LogSigmoid": "log_sigmoid",
    "HardSigmoid": "hard_sigmoid", "HardSilu": "hard_swish", "HardTanh": "hard_tanh", "Tanh": "tanh",
    "Softplus": "softplus", "Softsign": "softsign", "Threshold": "threshold", "nn.relu": "relu", "nn.relu6": "relu6",
    "nn.leaky_relu": "leaky_relu", "nn.elu": "elu", "nn.selu": "selu", "nn.gelu": "gelu", "nn.silu": "silu",
    "nn.swish": "silu", "nn.sigmoid": "sigmoid", "math.sigmoid": "sigmoid", "nn.tanh": "tanh", "math.tanh": "tanh",
    "nn.softplus": "softplus", "math.softplus": "softplus", "nn.softsign": "softsign",
    "math.log_sigmoid": "log_sigmoid",
}  # fmt: skip
BINARY = {
    "Add": "add", "Subtract": "add", "Multiply": "multiply", "Divide": "multiply", "TrueDivide": "multiply",
    "FloorDivide": "multiply", "DivideNoNan": "multiply", "Power": "multiply", "Mod": "add", "Maximum": "max",
    "Minimum": "max", "Equal": "add", "NotEqual": "add", "Greater": "add", "GreaterEqual": "add", "Less": "add",
    "LessEqual": "add", "LogicalAnd": "multiply", "LogicalOr": "max", "LogicalXor": "add", "Where": "add",
    "Logaddexp": "add", "Arctan2": "add", "math.add": "add", "__operators__.add": "add", "math.subtract": "add",
    "math.add_n": "add", "add_n": "add", "math.multiply": "multiply", "math.divide": "multiply",
    "math.truediv": "multiply", "math.divide_no_nan": "multiply", "math.floordiv": "multiply", "math.pow": "multiply",
    "math.mod": "add", "math.floormod": "add", "math.maximum": "max", "math.minimum": "max",
    "math.squared_difference": "add", "math.equal": "add", "__operators__.eq": "add", "__operators__.ne": "add",
    "math.greater": "add", "math.greater_equal": "add", "math.less": "add", "math.less_equal": "add",
    "math.logical_and": "multiply", "math.logical_or": "max", "where": "add", "compat.v2.where": "add",
    "AddV2": "add", "Sub": "add", "Mul": "multiply", "RealDiv": "multiply", "Pow": "multiply",
    "SquaredDifference": "add",
}  # fmt: skip
"""Operations on entries at the same place of several tensors: the merge that reads the same."""
REDUCTIONS = {
    "Mean": "avg", "Sum": "avg", "Max": "max", "Min": "max", "Amax": "max", "Amin": "max", "Prod": "avg", "Var": "avg",
    "Std": "avg", "Any": "max", "All": "max", "CountNonzero": "avg", "Logsumexp": "avg", "Argmax": "max",
    "Argmin": "max", "Median": "max", "math.reduce_mean": "avg", "math.reduce_sum": "avg", "math.reduce_max": "max",
    "math.reduce_min": "max", "math.reduce_prod": "avg", "math.reduce_variance": "avg", "math.reduce_std": "avg",
    "math.reduce_logsumexp": "avg", "math.reduce_any": "max", "math.reduce_all": "max", "math.argmax": "max",
    "math.argmin": "max",
}  # fmt: skip
_NODE = re.compile(r'"op"\s*:\s*"(\w{1,60})"')


def function_of(call: Call) -> str:
    """The name of TensorFlow's function, without the numbers and the `tf.` of a layer's name."""
    named = call.config.plain("function") or call.config.plain("symbol")
    if type(named) is str and named:
        return named[:80].removeprefix("tf.")
    found = _NODE.search(str(call.config.plain("node_def", ""))[:4096])
    return found[1] if found else call.kind


def _pointwise(program: Program, call: Call) -> list[Map]:
    if len(call.maps) > 1:
        raise Layout("it takes several maps")
    return [program.tracer.passed(call.name, call.x)]


def _function(type: str) -> Callable[[Program, Call], list[Map]]:
    return lambda program, call: [program.tracer.passed(call.name, call.x, type=type)]


def _extents(value: Any) -> list[Size] | None:
    """Sizes of a constant, None where it has an unknown number of entries."""
    if isinstance(value, Constant):
        value = value.value
        if value is None:
            return None
    sizes: list[Size] = []
    while isinstance(value, list):
        sizes.append(len(value))
        value = value[0] if value else None
    return sizes


def _binary(type: str) -> Callable[[Program, Call], Sequence[Traced]]:
    def make(program: Program, call: Call) -> Sequence[Traced]:
        maps = call.maps
        if not maps:
            return [_reckoned(call, type)]
        rank = max(len(x.dims) for x in maps)
        tensors = [one for arg in call.args for one in (arg if isinstance(arg, list) and _holds_map(arg) else [arg])]
        others = [one for one in (*tensors, *(call.kwargs.get(key) for key in ("y", "x1", "x2", "x")))
                  if isinstance(one, Constant | list) and not _holds_map(one)]  # fmt: skip
        for one in others:
            sizes = _extents(one)
            if sizes is None or len(sizes) > rank:
                raise Layout("a constant of unknown shape")
            own = next(x for x in maps if len(x.dims) == rank).shape[rank - len(sizes) :]
            if any(size != 1 and have == 1 for size, have in zip(sizes, own, strict=True)):
                raise Layout("a map is repeated along a constant")
        if len(maps) == 1:
            return [program.tracer.passed(call.name, maps[0])]
        return [program.tracer.merged(call.name, type, maps)]

    return make


def _holds_map(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(one, Map) for one in value)


def _reckoned(call: Call, type: str) -> Constant:
    """Arithmetic on sizes is not followed."""
    return Constant(None)


def _integers(value: Any, what: str) -> list[int]:
    """Known integers. Raises `Layout`."""
    if isinstance(value, Constant):
        value = value.value
    listed = value if isinstance(value, list | tuple) else [value]
    found = [one.value if isinstance(one, Constant) else one for one in listed]
    if not all(type(one) is int and abs(one) <= MAX_INTEGER for one in found) or len(found) > 16:
        raise Layout(f"its {what} is not known")
    return found


def _at(value: int, rank: int) -> int:
    if not -rank <= value < rank:
        raise Layout(f"it names dimension {value} of {rank}")
    return value % rank


def _reduce(kind: str) -> Callable[[Program, Call], list[Map]]:
    def make(program: Program, call: Call) -> list[Map]:
        x, axis = call.x, call.get("axis", 1)
        if isinstance(axis, Map) or len(call.maps) > 1:
            raise Layout("it takes several maps")
        dims = range(len(x.dims)) if axis is None else {_at(one, len(x.dims)) for one in _integers(axis, "axis")}
        keep = call.get("keepdims", 2) is True
        return [program.tracer.pooled(call.name, x, sorted(dims), keep, kind)]

    return make


def _target(value: Any, x: Map) -> list[Any]:
    """A shape with its batch: -1 is what is left, an unknown size at the beginning the batch."""
    if isinstance(value, Constant):
        value = value.value
    if not isinstance(value, list | tuple) or not value:
        raise Layout("its shape is computed")
    found: list[Any] = []
    for at, one in enumerate(value):
        size = one.value if isinstance(one, Constant) else one
        if size is None and at == 0:
            found.append(x.dims[0])
        elif type(size) is int and size == -1:
            found.append(None)
        elif type(size) is int and 0 < size <= MAX_INTEGER:
            found.append(size)
        else:
            raise Layout("its shape is computed")
    if found[0] is None and x.dims and is_batch(x.dims[0]):
        # The batch is what is left, if anything is.
        sizes = [size_of(dim) for dim in x.dims[1:]]
        total = 1
        for size in sizes:
            total = 0 if size is None else total * size
        rest = 1
        for size in found[1:]:
            rest = rest * size if isinstance(size, int) else 0
        if not total or total != rest:
            raise Layout("positions are put into the batch")
        found[0] = x.dims[0]
    return found


def _reshape(program: Program, call: Call) -> list[Map]:
    shape = call.get("newshape")
    shape = call.get("shape", 1) if shape is None else shape
    return [program.tracer.shaped(call.name, call.x, _target(shape, call.x))]


def _transpose(program: Program, call: Call) -> list[Map]:
    x = call.x
    order = call.get("axes")
    order = call.get("perm", 1) if order is None else order
    listed = list(range(len(x.dims)))[::-1] if order is None else _integers(order, "order")
    if sorted(listed) != list(range(len(x.dims))):
        raise Layout("its order is none")
    return [program.tracer.passed(call.name, x, [x.dims[at] for at in listed])]


def _swap(program: Program, call: Call) -> list[Map]:
    x = call.x
    (one,), (other,) = _integers(call.get("axis1", 1), "axis1"), _integers(call.get("axis2", 2), "axis2")
    dims = list(x.dims)
    a, b = _at(one, len(dims)), _at(other, len(dims))
    dims[a], dims[b] = dims[b], dims[a]
    return [program.tracer.passed(call.name, x, dims)]


def _move(program: Program, call: Call) -> list[Map]:
    x = call.x
    source = [_at(one, len(x.dims)) for one in _integers(call.get("source", 1), "source")]
    target = [_at(one, len(x.dims)) for one in _integers(call.get("destination", 2), "destination")]
    if len(source) != len(target) or len(set(source)) != len(source) or len(set(target)) != len(target):
        raise Layout("its order is none")
    order = [at for at in range(len(x.dims)) if at not in source]
    for to, at in sorted(zip(target, source, strict=True)):
        order.insert(to, at)
    return [program.tracer.passed(call.name, x, [x.dims[at] for at in order])]


def _expand_dims(program: Program, call: Call) -> list[Map]:
    x = call.x
    axes = _integers(call.get("axis", 1), "axis")
    rank = len(x.dims) + len(axes)
    new = {_at(one, rank) for one in axes}
    old = iter(x.dims)
    return [program.tracer.passed(call.name, x, [() if at in new else next(old, ()) for at in range(rank)])]


def _squeeze(program: Program, call: Call) -> list[Map]:
    x, axis = call.x, call.get("axis", 1)
    sizes = x.shape
    gone = {at for at, size in enumerate(sizes) if size == 1} if axis is None else {
        _at(one, len(x.dims)) for one in _integers(axis, "axis")
    }  # fmt: skip
    if any(sizes[at] != 1 for at in gone) or any(isinstance(a.role, int) for at in gone for a in x.dims[at]):
        raise Layout("it drops an axis")
    return [program.tracer.passed(call.name, x, [dim for at, dim in enumerate(x.dims) if at not in gone])]


def _concat(program: Program, call: Call) -> list[Map]:
    maps = call.maps
    if len(maps) != len(call.values) or any(len(x.dims) != len(maps[0].dims) for x in maps):
        raise Layout("it joins tensors of different ranks, or constants")
    (axis,) = _integers(call.get("axis", 1, -1), "axis")
    if len(maps) == 1:
        return [program.tracer.passed(call.name, maps[0])]
    return [program.tracer.concatenated(call.name, maps, _at(axis, len(maps[0].dims)))]


def _split(program: Program, call: Call) -> list[Map]:
    x = call.x
    parts = call.get("indices_or_sections")
    numbers = parts is not None
    parts = call.get("num_or_size_splits", 1) if parts is None else parts
    (axis,) = _integers(call.get("axis", 2, 0), "axis")
    at = _at(axis, len(x.dims))
    n = size_of(x.dims[at])
    if n is None:
        raise Layout("a dimension of unknown size is split")
    if isinstance(parts, list):
        listed = _integers(parts, "parts")
        ends = [*listed, n] if numbers else [sum(listed[: number + 1]) for number in range(len(listed))]
    else:
        (count,) = _integers(parts, "parts")
        if count < 1 or n % count or count > 1000:
            raise Layout(f"it splits {n} entries into {count}")
        ends = [n // count * (number + 1) for number in range(count)]
    starts = [0, *ends[:-1]]
    if ends[-1] != n or any(start >= end for start, end in zip(starts, ends, strict=True)):
        raise Layout(f"it splits {n} entries elsewhere")
    names = [call.name if len(ends) == 1 else f"{call.name}/{number}" for number in range(1, len(ends) + 1)]
    return [
        program.tracer.cropped(name, x, at, start, end, 1) for name, start, end in zip(names, starts, ends, strict=True)
    ]


def _unstack(program: Program, call: Call) -> list[Map]:
    x = call.x
    (axis,) = _integers(call.get("axis", 2, 0), "axis")
    at = _at(axis, len(x.dims))
    n = size_of(x.dims[at])
    if n is None or n > 1000:
        raise Layout("a dimension of unknown size is taken apart")
    made = [program.tracer.cropped(f"{call.name}/{number + 1}", x, at, number, number + 1, 1) for number in range(n)]
    return [one.replaced(dims=tuple(dim for place, dim in enumerate(one.dims) if place != at)) for one in made]


def _item(program: Program, call: Call) -> Sequence[Traced]:
    """Slices, as in x[:, 1:, ..., ::2]."""
    spec = call.get("slice_spec")
    spec = call.get("key", 1) if spec is None else spec
    listed = spec if isinstance(spec, list) else [spec]
    if not call.maps:
        return [Constant(None)]
    if len(call.maps) > 1 or len(listed) > 16:
        raise Layout("it picks by data")
    x = call.x
    full = [one for one in listed if one is not None and one is not Ellipsis]
    if any(one == "__ellipsis__" or isinstance(one, str) for one in full):
        raise Layout("it picks by data")
    missing = len(x.dims) - len(full)
    if missing < 0:
        raise Layout("it picks from more dimensions than there are")
    if Ellipsis in listed:
        place = listed.index(Ellipsis)
        listed = [*listed[:place], *[EVERYTHING] * missing, *listed[place + 1 :]]
    else:
        listed = [*listed, *[EVERYTHING] * missing]
    made, at, steps = x, 0, 0
    rest: list[int] = []
    added: list[int] = []
    out = 0
    for one in listed:
        if one is None:
            added.append(out)
            out += 1
            continue
        if at >= len(x.dims):
            raise Layout("it picks from more dimensions than there are")
        start, stop, step = _cut(one, size_of(x.dims[at]))
        if (start, stop, step) != (0, 0, 1):
            steps += 1
            made = program.tracer.cropped(f"{call.name}/{steps}", made, at, start, stop, step)
        if type(one) is int:
            rest.append(at)
        else:
            out += 1
        at += 1
    dims = [dim for number, dim in enumerate(made.dims) if number not in rest]
    for place in added:
        dims.insert(place, ())
    return [program.tracer.passed(call.name, made, dims)]


EVERYTHING = {"start": None, "stop": None, "step": None}


def _cut(one: Any, n: Size) -> tuple[int, int, int]:
    """Start, stop and step of a slice of `n` entries; a stop of 0 is the end."""
    if type(one) is int:
        if n is None or not -n <= one < n:
            raise Layout("it picks from a dimension of unknown size")
        return one % n, one % n + 1, 1
    if not isinstance(one, dict) or not all(one.get(key) is None or type(one[key]) is int for key in EVERYTHING):
        raise Layout("it picks by data")
    start, stop, step = one.get("start"), one.get("stop"), one.get("step") or 1
    if step < 1:
        raise Layout("it goes backwards")
    if n is not None:
        first, last, step = slice(start, stop, step).indices(n)
        if last <= first:
            raise Layout("nothing is left")
        return (0, 0, 1) if (first, last, step) == (0, n, 1) else (first, last, step)
    if (start or 0) < 0 or (stop is not None and stop >= 0):
        raise Layout("it cuts a dimension of unknown size")
    return start or 0, stop or 0, step


def _pad(program: Program, call: Call) -> list[Map]:
    widths = call.get("pad_width")
    widths = call.get("paddings", 1) if widths is None else widths
    x = call.x
    mode = str(call.get("mode", 2, "constant")).lower()
    modes = {
        "constant": "zeros",
        "reflect": "reflect",
        "symmetric": "replicate",
        "edge": "replicate",
        "wrap": "circular",
    }
    if isinstance(widths, Constant):
        widths = widths.value
    if not isinstance(widths, list) or len(widths) != len(x.dims) or mode not in modes:
        raise Layout("its widths are not known")
    sides = [_integers(one, "widths") for one in widths]
    if any(len(one) != 2 or min(one) < 0 for one in sides):
        raise Layout("its widths are no pairs")
    return [program.tracer.padded(call.name, x, [(one[0], one[1]) for one in sides], modes[mode])]


def _resize(program: Program, call: Call) -> list[Map]:
    size = call.get("size", 1)
    word = call.get("interpolation")
    word = call.get("method", 2, "bilinear") if word is None else word
    for flag in ("antialias", "crop_to_aspect_ratio", "pad_to_aspect_ratio", "preserve_aspect_ratio"):
        if call.get(flag):
            raise Layout(flag)
    listed = _integers(size, "size")
    if len(listed) != 2 or min(listed) < 1:
        raise Layout("its size is not known")
    return [resized(program, call, call.x, 2, _first(program, call), listed, str(word).lower())]


def _first(program: Program, call: Call) -> bool:
    """Whether channels come first; where it is not said, as in the other layers."""
    word = call.get("data_format")
    if type(word) is str:
        return word in ("channels_first", "NCHW", "NCW", "NCDHW")
    return program.tracer.first


def _pool(type: str) -> Callable[[Program, Call], list[Map]]:
    def make(program: Program, call: Call) -> list[Map]:
        x, first = call.x, _first(program, call)
        rank = len(x.dims) - 2
        size = call.get("pool_size")
        size = call.get("ksize", 1) if size is None else size
        strides = call.get("strides", 2)
        kernel = _per_axis(size, rank, first)
        window = {"kernel": kernel, "stride": kernel if strides is None else _per_axis(strides, rank, first)}
        word = str(call.get("padding", 3, "valid")).lower()
        if word not in ("valid", "same") or call.get("dilations") not in (None, 1):
            raise Layout("its padding is not known")
        return [program.tracer.slid(call.name, type, x, rank, first, window, padding=word)]

    return make


def _per_axis(value: Any, rank: int, first: bool) -> list[int]:
    found = _integers(value, "window")
    if len(found) == rank + 2 and rank > 0:
        found = found[2:] if first else found[1:-1]
    found = found * rank if len(found) == 1 else found
    if rank not in (1, 2, 3) or len(found) != rank or min(found) < 1:
        raise Layout("its window is not known")
    return found


def _softened(type: str) -> Callable[[Program, Call], list[Map]]:
    def make(program: Program, call: Call) -> list[Map]:
        x, axis = call.x, call.get("axis", 1, -1)
        if call.config.find("axis") is None and "axis" in call.config.node.value:
            raise Layout("over all entries")
        at = sorted({_at(one, len(x.dims)) for one in _integers(-1 if axis is None else axis, "axis")})
        return [_soft(program, call.name, x, at, type)]

    return make


def _space(up: bool) -> Callable[[Program, Call], list[Map]]:
    """tf.nn.depth_to_space and space_to_depth."""

    def make(program: Program, call: Call) -> list[Map]:
        (block,) = _integers(call.get("block_size", 1), "block_size")
        x, first = call.x, _first(program, call)
        count = size_of(program.tracer.arranged(x, 2, first).dims[1])
        if block < 1 or count is None:
            raise Layout("its block_size is not known")
        made = count // block**2 if up else count * block**2
        type = "pixel_shuffle" if up else "pixel_unshuffle"
        return [program.tracer.slid(call.name, type, x, 2, first, {"scale": [block, block]}, max(made, 1))]

    return make


def _shape(program: Program, call: Call) -> list[Traced]:
    return [Constant([None if isinstance(size, int) and at == 0 else size for at, size in enumerate(call.x.shape)])]


def _matmul(program: Program, call: Call) -> list[Map]:
    """Queries with keys, and weights with values: each position with each."""
    if len(call.maps) != 2:
        raise Layout("it multiplies by a constant")
    first, second = call.maps
    if any(call.get(key) for key in ("transpose_a", "transpose_b", "adjoint_a", "adjoint_b")):
        raise Layout("it transposes")
    if len(first.dims) != 3 or len(second.dims) != 3 or len(first.axes) != len(second.axes):
        raise Layout("it multiplies maps")
    rows, over, columns = first.dims[1], first.dims[2], second.dims[2]
    if not is_channels(rows) and _axes(over) and _axes(over) == _axes(second.dims[1]) and is_channels(columns):
        width = size_of(columns)
        if width is None:
            raise Layout("channels of unknown number are summed")
        entries = [size_of(dim) for dim in (rows, over)]
        macs = None if None in entries else (entries[0] or 0) * (entries[1] or 0) * width
        made = attend(program, call, first.replaced(dims=(first.dims[0], rows, channels(first.channels))), [second],
                      width, 0, macs)  # fmt: skip
        return [made.replaced(dims=(first.dims[0], rows, channels(width)))]
    raise Layout("it multiplies maps")


def _axes(dim: Sequence[Atom]) -> set[int]:
    return {atom.role for atom in dim if isinstance(atom.role, int)}


def _flattened(program: Program, call: Call) -> list[Map]:
    x = call.x
    if not x.axes or not is_batch(x.dims[0]):
        raise Layout("the batch is flattened")
    return [program.tracer.flat(call.name, x)]


def _normalised(program: Program, call: Call) -> list[Map]:
    """Entries over their norm."""
    x, axis = call.x, call.get("axis", 1, -1)
    at = sorted({_at(one, len(x.dims)) for one in _integers(axis, "axis")})
    return [_over(program, call, x, at, {"scale": False, "bias": False})]


OPERATIONS: dict[str, Callable[[Program, Call], Sequence[Traced]]] = {
    **dict.fromkeys(POINTWISE, _pointwise),
    **{name: _function(type) for name, type in FUNCTIONS.items()},
    **{name: _binary(type) for name, type in BINARY.items()},
    **{name: _reduce(kind) for name, kind in REDUCTIONS.items()},
    **{name: _softened("softmax") for name in ("Softmax", "nn.softmax", "Sparsemax")},
    **{name: _softened("log_softmax") for name in ("LogSoftmax", "nn.log_softmax")},
    **dict.fromkeys(("Normalize", "math.l2_normalize", "nn.l2_normalize", "linalg.l2_normalize"), _normalised),
    **dict.fromkeys(("Reshape", "reshape"), _reshape),
    **dict.fromkeys(("Transpose", "transpose", "compat.v1.transpose"), _transpose),
    **dict.fromkeys(("ExpandDims", "expand_dims", "compat.v1.expand_dims"), _expand_dims),
    **dict.fromkeys(("Squeeze", "squeeze", "compat.v1.squeeze"), _squeeze),
    **dict.fromkeys(("Concatenate", "concat", "compat.v1.concat"), _concat),
    **dict.fromkeys(("Split", "split"), _split),
    **dict.fromkeys(("Unstack", "unstack"), _unstack),
    **dict.fromkeys(("GetItem", "__operators__.getitem"), _item),
    **dict.fromkeys(("Pad", "pad", "compat.v1.pad"), _pad),
    **dict.fromkeys(("Resize", "image.resize"), _resize),
    **{name: _pool("max_pool") for name in ("MaxPool", "nn.max_pool", "nn.max_pool1d", "nn.max_pool2d")},
    **{name: _pool("avg_pool") for name in ("AveragePool", "nn.avg_pool", "nn.avg_pool1d", "nn.avg_pool2d")},
    **dict.fromkeys(("nn.depth_to_space", "compat.v1.depth_to_space"), _space(True)),
    **dict.fromkeys(("nn.space_to_depth", "compat.v1.space_to_depth"), _space(False)),
    **dict.fromkeys(("Shape", "shape", "compat.v1.shape"), _shape),
    **dict.fromkeys(("Matmul", "linalg.matmul"), _matmul),
    "SwapAxes": _swap,
    "Swapaxes": _swap,
    "Moveaxis": _move,
    "Flatten": _flattened,
}
"""Class of `keras.ops`, or function of TensorFlow -> what it is as layers; each raises `Layout` where it is none."""

__all__ = ["ACTIVATIONS", "OPERATIONS", "OVER_FEATURES", "function_of"]
