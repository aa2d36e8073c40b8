"""Normalisations of ATen, and products with weights, or of two maps."""

from math import prod

from rfcli.readers.torch.calls import Call, operation, weights
from rfcli.readers.torch.nodes import Argument
from rfcli.readers.tracing.arguments import mapped
from rfcli.readers.tracing.attention import multiplied
from rfcli.readers.tracing.blanks import VARIED, has_gaps, matrices, remarked
from rfcli.readers.tracing.maps import Constant, Layout, Map, axes_in, channels, channels_in, is_channels, transposed
from rfcli.words.torch import NORMS, operations


@operation(*(name for name in operations(NORMS) if NORMS.read(name) != "layer_norm"))
def norm(
    call: Call, x: Map, *, weight: Argument = None, bias: Argument = None, running_mean: Argument = None,
    training: bool = False, use_input_stats: bool = True, num_groups: int = 0, group: int = 0,
) -> Map:  # fmt: skip
    """A batch norm without statistics of its own works with those of the map, an instance norm with them does not."""
    type, groups = NORMS.read(call.operation), num_groups or group
    if type == "batch_norm" and (training or running_mean is None):
        type = "instance_norm"
    elif type == "instance_norm" and not use_input_stats:
        type = "batch_norm"
    scales, biases = weights(weight), weights(bias)
    apart = call.tracer.normed_apart(call.name, x, scales, biases) if type == "batch_norm" else None
    if apart is not None:
        return apart
    if type in ("instance_norm", "group_norm") and x.dims and axes_in(x.dims[0]):
        raise Layout("images of the batch have statistics of their own")
    stated = call.tracer.shared(scales, biases) | ({"groups": groups} if groups else {})
    if scales is not None and x.channels not in (None, prod(scales.shape)) and "params" in stated:
        stated["params"] = int(stated["params"])
    if len(x.dims) < 2 or not is_channels(x.dims[1]):
        x = call.tracer.canonical(call.name, x)
    return call.tracer.passed(call.name, x, type=type, scale=scales is not None, bias=biases is not None, **stated)


@operation(*(name for name in operations(NORMS) if NORMS.read(name) == "layer_norm"))
def layer_norm(
    call: Call, x: Map, *, normalized_shape: Argument = (1,), weight: Argument = None, bias: Argument = None
) -> Map:
    over = x.dims[len(x.dims) - len(normalized_shape) :]
    return call.tracer.layer_normed(call.name, x, over, weights(weight), weights(bias))


@operation("linear")
def linear(call: Call, x: Map, *, weight: Argument = None, bias: Argument = None) -> Map:
    matrix, biases = weights(weight), weights(bias)
    if matrix is None or len(matrix.shape) != 2:
        raise Layout("its weights are computed from data")
    stated = call.tracer.shared(matrix, biases)
    return call.tracer.projected(call.name, x, len(x.dims) - 1, matrix.shape[0], biases is not None, stated)


@operation("addmm")
def addmm(call: Call, bias: Argument, *, mat1: Argument = None, mat2: Argument = None) -> Map:
    matrix = weights(mat2)
    if not isinstance(bias, Constant) or matrix is None or len(matrix.shape) != 2:
        raise Layout("it multiplies maps")
    x, stated = mapped(mat1), call.tracer.shared(matrix, bias)
    return call.tracer.projected(call.name, x, len(x.dims) - 1, matrix.shape[1], True, stated)


@operation("matmul")
def matmul(call: Call, first: Argument) -> Map:
    made = multiplied(call.tracer, call.name, *call.operands)
    if has_gaps(call.operands, matrices(call.operands), call.has_zeros):
        remarked(call.tracer, call.name, VARIED)
    return made


@operation("cdist")
def distances(call: Call, first: Argument, *, x2: Argument = None) -> Map:
    """From each row of one to each of the other: what a product with the other, turned, reads."""
    if isinstance(x2, Constant):
        x, rows = mapped(first), weights(x2)
        if rows is None or prod(rows.shape[:-2]) != 1:
            raise Layout("it measures distances to several matrices")
        stated = call.tracer.shared(rows)
        return call.tracer.projected(call.name, x, len(x.dims) - 1, rows.shape[-2], False, stated)
    return multiplied(call.tracer, call.name, mapped(first), transposed(mapped(x2)))


@operation("one_hot")
def one_hot(call: Call, x: Map) -> Map:
    """A channel for each number that there may be."""
    count, made = x.channels, (*x.dims, channels(call.shape[-1]))
    if count is None:
        raise Layout("channels of unknown number are told apart")
    return call.tracer.rechannelled(call.name, x, count * (call.shape[-1] or 1), made)


@operation("embedding")
def embedding(call: Call, first: Argument, *, indices: Argument = None) -> Map:
    """A vector for each number: numbers in a row are a sequence."""
    table, x = weights(first), mapped(indices)
    if table is None or (len(x.dims) < 2 and not x.axes):
        raise Layout("its vectors are computed from data")
    x, params = call.tracer.along_axes(x, range(1, len(x.dims))), call.tracer.trained(table, taken=True)
    dims = (*x.dims, channels(table.shape[-1]))
    return call.tracer.rechannelled(call.name, x, channels_in(dims), dims, params)
