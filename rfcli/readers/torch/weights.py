"""Normalisations of ATen, and products with weights, or of two maps."""

from __future__ import annotations

from rfcli.readers.torch.calls import mapped, operation, weights
from rfcli.readers.tracing.attention import multiplied
from rfcli.readers.tracing.maps import Constant, Layout, Map, is_channels
from rfcli.words.torch import NORMS, operations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from rfcli.readers.torch.calls import Call
    from rfcli.readers.torch.nodes import Argument


def _named(type: str) -> list[str]:
    return [name for name in operations(NORMS) if NORMS.read(name) == type]


@operation(*_named("batch_norm"))
def batch_norm(
    call: Call, x: Map, *, weight: Argument = None, bias: Argument = None, running_mean: Argument = None,
    training: bool = False,
) -> Map:  # fmt: skip
    """Without statistics of its own, it works with those of the map."""
    type = "instance_norm" if training or running_mean is None else "batch_norm"
    return _normed(call, x, type, weight, bias)


@operation(*_named("instance_norm"))
def instance_norm(
    call: Call, x: Map, *, weight: Argument = None, bias: Argument = None, use_input_stats: bool = True
) -> Map:
    """With statistics of its own, it takes none of the map."""
    type = "batch_norm" if use_input_stats is False else "instance_norm"
    return _normed(call, x, type, weight, bias)


@operation("group_norm")
def group_norm(call: Call, x: Map, *, num_groups: int = 1, weight: Argument = None, bias: Argument = None) -> Map:
    return _normed(call, x, "group_norm", weight, bias, groups=num_groups)


@operation("native_group_norm")
def native_group_norm(call: Call, x: Map, *, weight: Argument = None, bias: Argument = None, group: int = 1) -> Map:
    return _normed(call, x, "group_norm", weight, bias, groups=group)


def _normed(call: Call, x: Map, type: str, weight: Argument, bias: Argument, **given: Any) -> Map:
    scales, biases = weights(weight), weights(bias)
    stated = call.tracer.shared(scales, biases)
    if len(x.dims) < 2 or not is_channels(x.dims[1]):
        x = call.tracer.canonical(call.name, x)
    return call.tracer.passed(
        call.name, x, type=type, scale=scales is not None, bias=biases is not None, **given, **stated
    )


@operation(*_named("layer_norm"))
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
    x = mapped(mat1)
    stated = call.tracer.shared(matrix, bias)
    return call.tracer.projected(call.name, x, len(x.dims) - 1, matrix.shape[1], True, stated)


@operation("matmul")
def matmul(call: Call, first: Argument, *, other: Argument = None, mat2: Argument = None, vec: Argument = None) -> Map:
    second = next((one for one in (other, mat2, vec) if one is not None), None)
    return multiplied(call.tracer, call.name, first, second)
