"""What each ONNX operation is as layers: one table, a function for each kind of operation."""

from __future__ import annotations

from math import prod

from rfcli.readers.draft import ForeignError
from rfcli.readers.onnx.constants import Extent, Size, constant_of, folded, sparse_constant
from rfcli.readers.tracing.attention import multiplied
from rfcli.readers.tracing.maps import (
    Atom,
    Constant,
    Layout,
    Map,
    axis_of,
    is_batch,
    is_channels,
    size_of,
)
from rfcli.readers.tracing.resizing import resize_like
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from rfcli.readers.tracing.tracer import Tracer

    Traced = Map | Constant | None

ACTIVATIONS = {
    "Relu": "relu", "LeakyRelu": "leaky_relu", "Elu": "elu", "Selu": "selu", "Celu": "celu", "Gelu": "gelu",
    "Sigmoid": "sigmoid", "HardSigmoid": "hard_sigmoid", "HardSwish": "hard_swish", "Mish": "mish", "Swish": "silu",
    "Tanh": "tanh", "Softplus": "softplus", "Softsign": "softsign", "Exp": "exponential",
    "ThresholdedRelu": "threshold", "Dropout": "dropout",
}  # fmt: skip
POINTWISE = {
    "Abs", "Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "BitwiseNot", "Cast", "CastLike", "Ceil", "Cos", "Cosh",
    "DequantizeLinear", "Erf", "Floor", "Identity", "IsInf", "IsNaN", "Log", "Neg", "Not", "QuantizeLinear",
    "Reciprocal", "Round", "Shrink", "Sign", "Sin", "Sinh", "Sqrt", "Tan", "Bernoulli",
}  # fmt: skip
"""Operations on each entry by itself, without a layer type of their own."""
BINARY = {
    "Add": "add", "Sub": "add", "Sum": "add", "Mean": "add", "Mul": "multiply", "Div": "multiply", "Pow": "multiply",
    "Mod": "add", "Max": "max", "Min": "max", "Where": "add", "And": "multiply", "Or": "max", "Xor": "add",
    "Equal": "add", "Greater": "add", "GreaterOrEqual": "add", "Less": "add", "LessOrEqual": "add", "BitShift": "add",
    "BitwiseAnd": "multiply", "BitwiseOr": "max", "BitwiseXor": "add",
}  # fmt: skip
"""Operations on entries at the same place of several tensors: the merge that reads the same."""
REDUCTIONS = {
    "ReduceMean": "avg", "ReduceSum": "avg", "ReduceMax": "max", "ReduceMin": "max", "ReduceL1": "avg",
    "ReduceL2": "avg", "ReduceLogSum": "avg", "ReduceLogSumExp": "avg", "ReduceProd": "avg", "ReduceSumSquare": "avg",
}  # fmt: skip
PAD_MODES = {"constant": "zeros", "reflect": "reflect", "edge": "replicate", "wrap": "circular"}


class Call(Value):
    """One node of a graph: its values, attributes, and the shapes that it is known to make."""

    node: Any
    name: str
    inputs: tuple[Traced, ...]
    attributes: dict[str, Any]
    shapes: tuple[tuple[Size, ...] | None, ...]

    def get(self, name: str, default: Any = None) -> Any:
        return self.attributes.get(name, default)

    def numbers(self, at: int, name: str) -> list[Any] | None:
        """Numbers that are an input, or in older opsets an attribute. Raises `Layout` where they are computed."""
        if name in self.attributes:
            return list(self.attributes[name])
        if at >= len(self.inputs) or self.inputs[at] is None:
            return None
        value = self.inputs[at]
        if not isinstance(value, Constant) or value.values is None:
            raise Layout(f"its {name} are computed from data")
        return value.values

    def integers(self, at: int, name: str) -> list[int] | None:
        """The same, all of them known integers."""
        found = self.numbers(at, name)
        if found is not None and not all(type(one) in (int, float) and one == int(one) for one in found):
            raise Layout(f"its {name} depend on a size that is not known")
        return None if found is None else [int(one) for one in found]

    def map(self, at: int = 0) -> Map:
        """An input that depends on the model's inputs."""
        value = self.inputs[at] if at < len(self.inputs) else None
        if not isinstance(value, Map):
            raise Layout("its input is a constant")
        return value


class Program:
    """Runs a graph on maps."""

    def __init__(self, tracer: Tracer, graph: Any, opset: int) -> None:
        self.tracer, self.graph, self.opset = tracer, graph, opset
        self.values: dict[str, Traced] = {"": None}
        self.shapes = {
            one.name: _known_shape(one)
            for one in (*graph.value_info, *graph.output)
            if one.type.HasField("tensor_type")
        }

    def run(self, inputs: dict[str, list[Size]]) -> None:
        """All nodes, in the graph's order."""
        for tensor in self.graph.initializer:
            self.values[tensor.name] = constant_of(tensor)
        for sparse in self.graph.sparse_initializer:
            self.values[sparse.values.name] = sparse_constant(sparse)
        if not inputs:
            raise ForeignError("the model has no inputs")
        for name, shape in inputs.items():
            self.values[name] = self.tracer.input(name, shape)
        for node in self.graph.node:
            missing = [name for name in node.input if name not in self.values]
            if missing:
                raise ForeignError(
                    f"node '{node.name or node.op_type}' reads '{missing[0]}', which nothing makes before it"
                )
            self._node(node)
        results = [self.values.get(one.name) for one in self.graph.output]
        layers = [self.tracer.output(one) for one in results if isinstance(one, Map)]
        if not layers:
            raise ForeignError("no output depends on an input")
        self.tracer.draft.outputs(layers)

    def _node(self, node: Any) -> None:
        values = tuple(self.values[name] for name in node.input)
        outputs = [name for name in node.output if name]
        shapes = tuple(self.shapes.get(name) for name in node.output)
        name = node.name or (outputs[0] if outputs else node.op_type)
        call = Call(node, name, values, {one.name: _attribute(one) for one in node.attribute}, shapes)
        maps = [value for value in values if isinstance(value, Map)]
        operation = f"{node.domain}.{node.op_type}" if node.domain not in ("", "ai.onnx") else node.op_type
        made: Sequence[Traced]
        if not maps:
            made = [folded(operation, values, call.attributes, shape) for shape in shapes]
        elif operation in ("Shape", "Size"):
            made = [_shape_of(maps[0], call, operation)]
        else:
            try:
                with self.tracer.attempt():
                    made = (
                        OPERATIONS[operation](self, call)
                        if operation in OPERATIONS
                        else self._unknown(call, operation, maps)
                    )
            except Layout as why:
                made = self._unknown(call, operation, maps, str(why))
        for number, output in enumerate(node.output):
            value = made[number] if number < len(made) else None
            if isinstance(value, Map) and shapes[number] is not None:
                value = self.tracer.sized(value, shapes[number])  # type: ignore[arg-type]
            self.values[output] = value
        self.values[""] = None

    def _unknown(self, call: Call, operation: str, maps: list[Map], why: str = "") -> list[Map]:
        """An operation that is not known; each of its outputs is one."""
        params = sum(self.tracer.trained(value) for value in call.inputs if isinstance(value, Constant))
        told = f"{operation}: {why}" if why else operation
        found = []
        for number, shape in enumerate(call.shapes[:MAX_OUTPUTS]):
            name = call.name if number == 0 else f"{call.name}/{number + 1}"
            found.append(self.tracer.unknown(name, told, maps, shape, params if number == 0 else 0))
        return found


MAX_OUTPUTS = 1000
"""Outputs of an unknown operation that are layers."""


def _known_shape(value: Any) -> tuple[Size, ...] | None:
    tensor = value.type.tensor_type
    if not tensor.HasField("shape"):
        return None
    return tuple(dim.dim_value if dim.HasField("dim_value") and dim.dim_value > 0 else None for dim in tensor.shape.dim)


def _attribute(one: Any) -> Any:
    """An attribute's value: numbers, texts, lists of them, or a tensor."""
    kinds = {1: "f", 2: "i", 3: "s", 4: "t", 6: "floats", 7: "ints", 8: "strings", 11: "sparse_tensor"}
    kind = kinds.get(one.type)
    if kind is None:
        return None
    value = getattr(one, kind)
    if kind == "s":
        return value.decode("utf-8", "replace")
    return list(value) if kind in ("floats", "ints", "strings") else value


def _shape_of(x: Map, call: Call, operation: str) -> Constant:
    """The sizes of a map, as numbers or as the dimensions that they are the sizes of."""
    entries = [dim if size_of(dim) is None else size_of(dim) for dim in x.dims]
    if operation == "Size":
        total = size_of(tuple(x.atoms))
        return Constant((), None if total is None else [total], ())
    end = call.get("end")
    kept = entries[call.get("start", 0) : len(entries) if end is None else end]
    return Constant((len(kept),), [Extent(one, x.layer) if isinstance(one, tuple) else one for one in kept], ())


def _activation(program: Program, call: Call) -> list[Map]:
    operation = call.node.op_type
    x, type = call.map(), ACTIVATIONS.get(operation, "identity")
    made = program.tracer.passed(call.name, x, type=type)
    return [made, made] if operation == "Dropout" else [made]


def _clip(program: Program, call: Call) -> list[Map]:
    low, high = ([call.get(name)] if name in call.attributes else call.numbers(at, name)
                 for at, name in ((1, "min"), (2, "max")))  # fmt: skip
    type = "relu6" if (low, high) == ([0], [6]) else "hard_tanh"
    return [program.tracer.passed(call.name, call.map(), type=type)]


def _prelu(program: Program, call: Call) -> list[Map]:
    x, slope = call.map(), call.inputs[1]
    if not isinstance(slope, Constant):
        return _binary(program, call)
    return [program.tracer.prelu(call.name, x, slope)]


def _binary(program: Program, call: Call) -> list[Map]:
    return [program.tracer.combined(call.name, BINARY.get(call.node.op_type, "add"), call.inputs, 2)]


def _expand(program: Program, call: Call) -> list[Map]:
    target = call.numbers(1, "shape")
    if target is None:
        raise Layout("it has no shape")
    return [program.tracer.expanded(call.name, call.map(), target)]


def _tile(program: Program, call: Call) -> list[Map]:
    x, times = call.map(), call.integers(1, "repeats")
    if times is None or len(times) != len(x.dims):
        raise Layout("it has no repeats")
    if any(size != 1 and count > 1 for size, count in zip(x.shape, times, strict=True)):
        raise Layout("it repeats more than one entry")
    target = [count if size == 1 else 1 for size, count in zip(x.shape, times, strict=True)]
    return [program.tracer.expanded(call.name, x, target)]


def _sides(call: Call, rank: int) -> list[list[int]] | str:
    """Padding of a window, as pairs or as the word for it."""
    word = {"SAME_UPPER": "same", "SAME_LOWER": "same_lower", "VALID": "valid"}.get(call.get("auto_pad", "NOTSET"))
    if word is not None:
        return word
    pads = call.get("pads") or [0] * (2 * rank)
    if len(pads) != 2 * rank:
        raise Layout(f"it has {len(pads)} pads for {rank} axes")
    return [[pads[at], pads[at + rank]] for at in range(rank)]


def _checked(values: Sequence[int], rank: int, what: str, least: int = 1) -> list[int]:
    if len(values) != rank or min(values) < least or max(values) > 9_999_999_999:
        raise Layout(f"its {what} are {list(values)[:6]} for {rank} axes")
    return list(values)


def _spatial(call: Call, x: Map, kernel: Sequence[int]) -> dict[str, Any]:
    """Kernel, stride, dilation and padding, one of each for each axis."""
    rank = len(x.dims) - 2
    if rank < 1:
        raise Layout("it works on a tensor without axes")
    found: dict[str, Any] = {
        "kernel": _checked(kernel, rank, "kernel"),
        "stride": _checked(call.get("strides") or [1] * rank, rank, "strides"),
        "dilation": _checked(call.get("dilations") or [1] * rank, rank, "dilations"),
    }
    sides = _sides(call, rank)
    return {**found, "padding": sides}


def _windowed(
    program: Program, call: Call, type: str, x: Map, filters: int | None, per_axis: dict[str, Any], **given: Any
) -> Map:
    """A window layer. A word of padding holds for all axes; with a kernel of 1 it says the same on all others."""
    padding = per_axis.pop("padding")
    if isinstance(padding, str):
        given["padding"] = padding
    else:
        per_axis["padding"] = padding
    return program.tracer.window(call.name, type, x, filters, per_axis, **given)


def _conv(program: Program, call: Call) -> list[Map]:
    x, weight = call.map(), call.inputs[1] if len(call.inputs) > 1 else None
    if not isinstance(weight, Constant) or len(weight.shape) < 3:
        raise Layout("its weights are computed from data")
    bias = len(call.inputs) > 2 and call.inputs[2] is not None
    kernel = call.get("kernel_shape") or weight.shape[2:]
    groups = call.get("group", 1)
    bias_value = call.inputs[2] if bias else None
    made = _windowed(program, call, "conv", x, weight.shape[0], _spatial(call, x, kernel), groups=groups, bias=bias,
                     **program.tracer.shared(weight, bias_value))  # fmt: skip
    return [made]


def _conv_transpose(program: Program, call: Call) -> list[Map]:
    x, weight = call.map(), call.inputs[1] if len(call.inputs) > 1 else None
    if not isinstance(weight, Constant) or len(weight.shape) < 3:
        raise Layout("its weights are computed from data")
    groups = call.get("group", 1)
    spatial = _spatial(call, x, call.get("kernel_shape") or weight.shape[2:])
    rank = len(x.dims) - 2
    more = _checked(call.get("output_padding") or [0] * rank, rank, "output_padding", 0)
    word = spatial["padding"] if isinstance(spatial["padding"], str) else None
    wanted = call.get("output_shape")
    if wanted is not None or word not in (None, "valid"):
        reach = [d * (k - 1) + 1 for k, d in zip(spatial["kernel"], spatial["dilation"], strict=True)]
        sides = []
        for at, stride in enumerate(spatial["stride"]):
            if wanted is not None:
                n = size_of(x.dims[2 + at])
                if n is None or len(wanted) < rank:
                    raise Layout("its output shape is given, that of its input is not known")
                total = stride * (n - 1) + more[at] + reach[at] - wanted[len(wanted) - rank + at]
            else:
                total = max(reach[at] + more[at] - stride, 0)
            less = total // 2
            sides.append([less, total - less] if word == "same" else [total - less, less])
        spatial["padding"] = sides
    spatial["output_padding"] = more
    bias = len(call.inputs) > 2 and call.inputs[2] is not None
    shared = program.tracer.shared(weight, call.inputs[2] if bias else None)
    return [
        _windowed(
            program, call, "conv_transpose", x, weight.shape[1] * groups, spatial, groups=groups, bias=bias, **shared
        )
    ]


def _quantized_conv(program: Program, call: Call) -> list[Map]:
    """QLinearConv(x, x_scale, x_zero, w, w_scale, w_zero, y_scale, y_zero, B), ConvInteger(x, w, …)."""
    at, bias = (3, call.inputs[8:9]) if call.node.op_type == "QLinearConv" else (1, ())
    return _conv(program, call.replaced(inputs=(call.inputs[0], *call.inputs[at : at + 1], *bias)))


POOLS = {"MaxPool": "max_pool", "AveragePool": "avg_pool", "LpPool": "lp_pool"}


def _pool(program: Program, call: Call) -> list[Map]:
    x = call.map()
    kernel = call.get("kernel_shape")
    if not kernel:
        raise Layout("it has no kernel_shape")
    type = POOLS[call.node.op_type]
    spatial = _spatial(call, x, kernel)
    made = _windowed(program, call, type, x, None, spatial, ceil_mode=bool(call.get("ceil_mode", 0)))
    return [made, made]


def _global_pool(program: Program, call: Call) -> list[Map]:
    x = call.map()
    kind = "max" if call.node.op_type == "GlobalMaxPool" else "avg"
    return [program.tracer.pooled(call.name, x, range(2, len(x.dims)), True, kind)]


def _axis(number: int, rank: int) -> int:
    if not -rank <= number < rank:
        raise Layout(f"it names axis {number} of {rank}")
    return number % rank


def _reduce(program: Program, call: Call) -> list[Map]:
    x = call.map()
    axes = call.integers(1, "axes")
    if not axes and call.get("noop_with_empty_axes", 0):
        return [program.tracer.passed(call.name, x)]
    dims = sorted({_axis(one, len(x.dims)) for one in axes}) if axes else list(range(len(x.dims)))
    return [program.tracer.pooled(call.name, x, dims, bool(call.get("keepdims", 1)), REDUCTIONS[call.node.op_type])]


def _arg(program: Program, call: Call) -> list[Map]:
    x = call.map()
    return [
        program.tracer.pooled(
            call.name, x, [_axis(call.get("axis", 0), len(x.dims))], bool(call.get("keepdims", 1)), "max"
        )
    ]


def _norm(program: Program, call: Call) -> list[Map]:
    x, operation = call.map(), call.node.op_type
    scale = call.inputs[1] if len(call.inputs) > 1 else None
    bias = call.inputs[2] if len(call.inputs) > 2 else None
    norm = operation == "BatchNormalization"
    each = [
        isinstance(one, Constant) and prod(one.shape) == x.channels and (norm or bool(one.weights))
        for one in (scale, bias)
    ]
    given: dict[str, Any] = {"scale": each[0], "bias": each[1]}
    if operation == "LayerNormalization":
        over = x.dims[_axis(call.get("axis", -1), len(x.dims)) :]
        return [program.tracer.layer_normed(call.name, x, over, scale, bias)]
    shared = program.tracer.shared(scale, bias) if any(each) else {}
    if operation == "BatchNormalization":
        if not is_batch(x.dims[0]) or len(x.dims) < 2:
            raise Layout("another dimension is normalised")
        if not is_channels(x.dims[1]):
            x = program.tracer.canonical(call.name, x)
        return [program.tracer.passed(call.name, x, type="batch_norm", **given, **shared)]
    if operation == "GroupNormalization":
        given["groups"] = call.get("num_groups", 1)
        return [program.tracer.passed(call.name, x, type="group_norm", **given, **shared)]
    return [program.tracer.passed(call.name, x, type="instance_norm", **given, **shared)]


def _lrn(program: Program, call: Call) -> list[Map]:
    x = program.tracer.canonical(call.name, call.map())
    return [program.tracer.passed(call.name, x, type="lrn", size=call.get("size", 5))]


def _softmax(program: Program, call: Call) -> list[Map]:
    x = call.map()
    old = program.opset < 13
    at = _axis(call.get("axis", 1 if old else -1), len(x.dims)) if x.dims else 0
    over = x.dims[at:] if old else x.dims[at : at + 1]
    type = "log_softmax" if call.node.op_type == "LogSoftmax" else "softmax"
    return [program.tracer.softmaxed(call.name, x, over, type)]


def _gemm(program: Program, call: Call) -> list[Map]:
    x, weight = call.map(), call.inputs[1]
    if not isinstance(weight, Constant) or len(weight.shape) != 2 or call.get("transA", 0) or len(x.dims) != 2:
        raise Layout("it multiplies maps")
    features = weight.shape[0 if call.get("transB", 0) else 1]
    bias = call.inputs[2] if len(call.inputs) > 2 else None
    if isinstance(bias, Map):
        raise Layout("it adds a map")
    told = isinstance(bias, Constant) and prod(bias.shape) == features
    return [
        program.tracer.projected(call.name, x, 1, features, told, program.tracer.shared(weight, bias if told else None))
    ]


def _matmul(program: Program, call: Call) -> list[Map]:
    first, second = call.inputs[0], call.inputs[1]
    if call.node.op_type == "QLinearMatMul":
        second = call.inputs[3]
    return [multiplied(program.tracer, call.name, first, second)]


def _reshape(program: Program, call: Call) -> list[Map]:
    x, target = call.map(), call.numbers(1, "shape")
    if target is None:
        raise Layout("it has no shape")
    return [program.tracer.reshape(call.name, x, _target(x, target, bool(call.get("allowzero", 0))))]


def _target(x: Map, target: Sequence[Any], keep_zero: bool) -> list[Any]:
    """A reshape's sizes: 0 is the size at that place, -1 what is left, an extent the dimension that it is of."""
    found: list[Any] = []
    for at, one in enumerate(target):
        if isinstance(one, Extent):
            found.append(one.dim)
        elif one is None or one == -1:
            found.append(None)
        elif one == 0 and not keep_zero:
            if at >= len(x.dims):
                raise Layout("it keeps a dimension that its input has not")
            found.append(x.dims[at])
        else:
            found.append(int(one))
    return found


def _flatten(program: Program, call: Call) -> list[Map]:
    x = call.map()
    at = call.get("axis", 1)
    at = at + len(x.dims) if at < 0 else at
    before, after = x.dims[:at], x.dims[at:]
    if all(is_batch(dim) for dim in before):
        return [program.tracer.flat(call.name, x)]
    return [program.tracer.passed(call.name, x, (sum(before, ()), sum(after, ())))]


def _transpose(program: Program, call: Call) -> list[Map]:
    x = call.map()
    order = call.get("perm") or list(range(len(x.dims)))[::-1]
    if sorted(order) != list(range(len(x.dims))):
        raise Layout(f"its perm is {order[:6]}")
    return [program.tracer.passed(call.name, x, [x.dims[at] for at in order])]


def _squeeze(program: Program, call: Call) -> list[Map]:
    x, axes = call.map(), call.integers(1, "axes")
    gone = {_axis(one, len(x.dims)) for one in axes} if axes else {at for at, size in enumerate(x.shape) if size == 1}
    if any(x.dims[at] and size_of(x.dims[at]) != 1 for at in gone):
        raise Layout("it drops a dimension whose size is not known to be 1")
    return [program.tracer.passed(call.name, x, [dim for at, dim in enumerate(x.dims) if at not in gone])]


def _unsqueeze(program: Program, call: Call) -> list[Map]:
    x, axes = call.map(), call.integers(1, "axes") or []
    rank = len(x.dims) + len(axes)
    new = {_axis(one, rank) for one in axes}
    old = iter(x.dims)
    return [program.tracer.passed(call.name, x, [() if at in new else next(old, ()) for at in range(rank)])]


def _concat(program: Program, call: Call) -> list[Map]:
    maps = [value for value in call.inputs if isinstance(value, Map)]
    rank = len(maps[0].dims)
    at = _axis(call.get("axis", 1), rank)
    if any(len(x.dims) != rank for x in maps):
        raise Layout("it joins tensors of different ranks")
    return [program.tracer.joined(call.name, call.inputs, at)]


def _split(program: Program, call: Call) -> list[Map]:
    x = call.map()
    at = _axis(call.get("axis", 0), len(x.dims))
    n, count = size_of(x.dims[at]), len(call.node.output)
    sizes = call.integers(1, "split")
    if sizes is None:
        if n is None:
            raise Layout("a dimension of unknown size is split")
        each = -(-n // (call.get("num_outputs") or count))
        sizes = [min(each, n - each * number) for number in range(count)]
    if n is not None and (sum(sizes) != n or min(sizes) < 1):
        raise Layout(f"it splits {n} entries into {sizes[:6]}")
    return program.tracer.divided(call.name, x, at, sizes)


ENDLESS = 1 << 31
"""Numbers from here on stand for the end of a dimension in slices."""


def _slice(program: Program, call: Call) -> list[Map]:
    x = call.map()
    starts, ends = call.integers(1, "starts"), call.integers(2, "ends")
    axes, steps = call.integers(3, "axes"), call.integers(4, "steps")
    if starts is None or ends is None or len(starts) != len(ends):
        raise Layout("it has no starts and ends")
    axes = list(range(len(starts))) if axes is None else axes
    steps = [1] * len(starts) if steps is None else steps
    if not len(starts) == len(axes) == len(steps):
        raise Layout("its starts and axes do not fit")
    cuts = []
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        at = _axis(axis, len(x.dims))
        n = size_of(x.dims[at])
        if step < 1:
            raise Layout("it goes backwards")
        whole = start == 0 and (end >= ENDLESS or (n is not None and end >= n))
        if whole and step == 1:
            continue
        if n is not None:
            first, stop, _ = slice(start, end, step).indices(n)
            if stop <= first:
                raise Layout("nothing is left")
            cuts.append((at, first, stop, step))
        else:
            if start < 0 or 0 <= end < ENDLESS:
                raise Layout("it cuts an axis of unknown size")
            cuts.append((at, start, 0 if end >= ENDLESS else end, step))
    made = x
    for number, (at, start, stop, step) in enumerate(cuts):
        name = call.name if number == len(cuts) - 1 else f"{call.name}/{number + 1}"
        made = program.tracer.cropped(name, made, at, start, stop, step)
    return [made if cuts else program.tracer.passed(call.name, x)]


def _gather(program: Program, call: Call) -> list[Map]:
    x, indices = call.map(), call.inputs[1]
    at = _axis(call.get("axis", 0), len(x.dims))
    if not isinstance(indices, Constant) or indices.values is None:
        raise Layout("it picks by data")
    return [program.tracer.picked(call.name, x, at, indices)]


def _pad(program: Program, call: Call) -> list[Map]:
    x, pads = call.map(), call.integers(1, "pads")
    axes = call.integers(3, "axes")
    mode = PAD_MODES.get(call.get("mode", "constant"))
    if pads is None or mode is None:
        raise Layout("it has no pads")
    named = [_axis(one, len(x.dims)) for one in axes] if axes is not None else list(range(len(x.dims)))
    if len(pads) != 2 * len(named):
        raise Layout(f"it has {len(pads)} pads for {len(named)} dimensions")
    sides = [(0, 0)] * len(x.dims)
    for number, at in enumerate(named):
        sides[at] = (pads[number], pads[number + len(named)])
    return [program.tracer.padded(call.name, x, sides, mode)]


def _depth_to_space(program: Program, call: Call) -> list[Map]:
    up = call.node.op_type == "DepthToSpace"
    return [program.tracer.rearranged(call.name, call.map(), call.get("blocksize", 1), up)]


def _resize(program: Program, call: Call) -> list[Map]:
    x, tracer = program.tracer.canonical(call.name, call.map()), program.tracer
    rank = len(x.dims)
    scales = sizes = None
    if call.node.op_type == "Upsample" or program.opset < 11:
        scales = call.numbers(1, "scales")
    else:
        scales, sizes = call.numbers(2, "scales"), call.numbers(3, "sizes")
    axes = call.get("axes")
    if call.get("keep_aspect_ratio_policy", "stretch") != "stretch" or call.get("antialias", 0):
        raise Layout("keeping ratios or antialiasing")
    given = scales or sizes
    if not given:
        raise Layout("it has neither scales nor sizes")
    named = [_axis(one, rank) for one in axes] if axes else list(range(rank))
    if len(named) != len(given):
        raise Layout(f"it has {len(given)} scales or sizes for {len(named)} dimensions")
    row: list[Any] = [1.0 if scales else None] * rank
    for at, one in zip(named, given, strict=True):
        row[at] = one
    own = tracer.window_axes(x)
    old = call.node.op_type == "Upsample" or program.opset < 11
    coordinates = "asymmetric" if old else call.get("coordinate_transformation_mode", "half_pixel")
    rounding = "floor" if old else call.get("nearest_mode", "round_prefer_floor")
    told: dict[str, Any] = {}
    if scales:
        if any(row[at] != 1 for at in (0, 1)):
            raise Layout("batch or channels are resized")
        factors: list[Any] = [1] * tracer.axes
        for axis, one in zip(own, row[2:], strict=True):
            factors[axis] = int(one) if one == int(one) else one
        told["scale"] = factors
        ratios = [(factors[axis], size_of(dim)) for axis, dim in zip(own, x.dims[2:], strict=True)]
    else:
        extents = [one for one in row[2:] if isinstance(one, Extent)]
        if any(type(one) not in (int, float, Extent) for one in row[2:]):
            raise Layout("it takes a size that is not known")
        if extents:
            if len({one.layer for one in extents}) > 1 or len(extents) != len(own) or len(own) != tracer.axes or any(
                axis_of(one.dim) != axis for axis, one in zip(own, extents, strict=True)
            ):  # fmt: skip
                raise Layout("it takes the sizes of several layers")
            told["like"] = extents[0].layer
            ratios = [(None, None) for _ in own]
        else:
            wanted: list[Any] = [1] * tracer.axes
            for axis, one in zip(own, row[2:], strict=True):
                wanted[axis] = int(one)
            told["size"] = wanted
            ratios = [
                (None if size_of(dim) is None else (int(one), size_of(dim)), size_of(dim))
                for one, dim in zip(row[2:], x.dims[2:], strict=True)
            ]
    mode = call.get("mode", "nearest")
    told.update(resize_like(mode, coordinates, rounding, ratios))
    layer = tracer.draft.add(call.name, "resize", [x.layer], **told)
    return [Map(layer, (x.dims[0], x.dims[1], *((Atom(axis, None),) for axis in own)), x.local)]


OPERATIONS: dict[str, Callable[[Program, Call], Sequence[Traced]]] = {
    **dict.fromkeys([*ACTIVATIONS, *POINTWISE], _activation),
    **dict.fromkeys(BINARY, _binary),
    **dict.fromkeys(REDUCTIONS, _reduce),
    **dict.fromkeys(POOLS, _pool),
    "Clip": _clip,
    "PRelu": _prelu,
    "Conv": _conv,
    "ConvTranspose": _conv_transpose,
    "QLinearConv": _quantized_conv,
    "ConvInteger": _quantized_conv,
    "GlobalAveragePool": _global_pool,
    "GlobalMaxPool": _global_pool,
    "GlobalLpPool": _global_pool,
    "ArgMax": _arg,
    "ArgMin": _arg,
    "BatchNormalization": _norm,
    "InstanceNormalization": _norm,
    "LayerNormalization": _norm,
    "GroupNormalization": _norm,
    "LRN": _lrn,
    "Softmax": _softmax,
    "LogSoftmax": _softmax,
    "Hardmax": _softmax,
    "Gemm": _gemm,
    "MatMul": _matmul,
    "MatMulInteger": _matmul,
    "QLinearMatMul": _matmul,
    "Reshape": _reshape,
    "Flatten": _flatten,
    "Transpose": _transpose,
    "Squeeze": _squeeze,
    "Unsqueeze": _unsqueeze,
    "Expand": _expand,
    "Tile": _tile,
    "Concat": _concat,
    "Split": _split,
    "Slice": _slice,
    "Gather": _gather,
    "Pad": _pad,
    "DepthToSpace": _depth_to_space,
    "SpaceToDepth": _depth_to_space,
    "Resize": _resize,
    "Upsample": _resize,
}
"""Operation -> what it is as layers; each raises `Layout` where it is none."""
