"""Operations with trained tensors beside the map: products, normalisations, slopes."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

from rfcli.readers.onnx.calls import Call, Traced, operation
from rfcli.readers.tracing.attention import multiplied
from rfcli.readers.tracing.blanks import VARIED, has_gaps, matrices, remarked
from rfcli.readers.tracing.einsum import summed
from rfcli.readers.tracing.maps import Constant, Layout, Map, axes_in, axis_at, is_batch, is_channels


@operation("Gemm")
def gemm(call: Call, x: Map, weight: Traced, bias: Traced = None, *, transA: int = 0, transB: int = 0) -> Map:
    if not isinstance(weight, Constant) or len(weight.shape) != 2 or transA or len(x.dims) != 2:
        raise Layout("it multiplies maps")
    if isinstance(bias, Map):
        raise Layout("it adds a map")
    features = weight.shape[0 if transB else 1]
    biased = bias is not None and prod(bias.shape) == features
    shared = call.tracer.shared(weight, bias if biased else None)
    return call.tracer.projected(call.name, x, 1, features, biased, shared)


@operation("MatMul", "MatMulInteger")
def product(call: Call, first: Traced, second: Traced) -> Map:
    made = multiplied(call.tracer, call.name, first, second)
    if has_gaps((first, second), matrices((first, second)), call.has_zeros):
        remarked(call.tracer, call.name, VARIED)
    return made


@operation("Einsum")
def einsum(call: Call, *tensors: Traced, equation: str = "") -> Map:
    made = summed(call.tracer, call.name, equation, tensors)
    if has_gaps(tensors, equation, call.has_zeros):
        remarked(call.tracer, call.name, VARIED)
    return made


@operation("QLinearMatMul")
def quantised_product(call: Call, first: Traced, scale: Traced, zero_point: Traced, second: Traced) -> Map:
    return multiplied(call.tracer, call.name, first, second)


@operation("PRelu")
def prelu(call: Call, x: Map, slope: Traced) -> Map:
    if not isinstance(slope, Constant):
        return call.tracer.combined(call.name, "add", (x, slope), 2)
    return call.tracer.prelu(call.name, x, slope)


def _normed(call: Call, type: str, x: Map, scale: Traced, bias: Traced, untrained: bool = False, **given: Any) -> Map:
    """A normalisation that may have a scale and a bias for each channel, trained ones unless `untrained` count too."""
    if type in ("instance_norm", "group_norm") and x.dims and axes_in(x.dims[0]):
        raise Layout("images of the batch have statistics of their own")
    if isinstance(scale, Constant) and x.channels not in (None, prod(scale.shape)):
        params = call.tracer.trained(scale, bias, taken=untrained)
        if type in ("instance_norm", "group_norm"):  # of groups of channels, whose scales are theirs
            groups = given.get("groups", x.shape[1])
            if groups is None or not is_channels(x.dims[1]):
                raise Layout("its groups are not known")
            x = call.tracer.passed(f"{call.name}/statistics" if params else call.name, x, type="group_norm",
                                   groups=groups, scale=False, bias=False)  # fmt: skip
        return call.tracer.scaled(call.name, x, params) if params or type == "batch_norm" else x
    each = [
        isinstance(one, Constant) and prod(one.shape) == x.channels and (untrained or call.tracer.is_trained(one))
        for one in (scale, bias)
    ]
    shared = call.tracer.shared(*(one for one, own in zip((scale, bias), each, strict=True) if own))
    return call.tracer.passed(call.name, x, type=type, scale=each[0], bias=each[1], **given, **shared)


@operation("BatchNormalization")
def batch_norm(call: Call, x: Map, scale: Traced, bias: Traced) -> Map:
    if len(x.dims) < 2 or not (is_batch(x.dims[0]) or call.tracer.in_batch(x)):
        raise Layout("another dimension is normalised")
    held = (one for one in (scale, bias) if isinstance(one, Constant))
    apart = call.tracer.normed_apart(call.name, x, *held)
    if apart is not None:
        return apart
    if not is_channels(x.dims[1]):
        x = call.tracer.canonical(call.name, x)
    return _normed(call, "batch_norm", x, scale, bias, untrained=True)


@operation("InstanceNormalization")
def instance_norm(call: Call, x: Map, scale: Traced, bias: Traced) -> Map:
    return _normed(call, "instance_norm", x, scale, bias)


@operation("GroupNormalization")
def group_norm(call: Call, x: Map, scale: Traced, bias: Traced, *, num_groups: int = 1) -> Map:
    return _normed(call, "group_norm", x, scale, bias, groups=num_groups)


@operation("LpNormalization")
def by_norm(call: Call, x: Map, *, axis: int = -1) -> Map:
    """Entries over the norm of a dimension."""
    dim = x.dims[axis_at(axis, len(x.dims))]
    if is_channels(dim):
        return call.tracer.layer_normed(call.name, x, [dim], None, None)
    return call.tracer.softmaxed(call.name, x, [dim])


@operation("MeanVarianceNormalization")
def by_statistics(call: Call, x: Map, *, axes: Sequence[int] | None = None) -> Map:
    """Entries by the statistics of some dimensions; of the images of a batch, each is told as by itself."""
    named = [axis_at(one, len(x.dims)) for one in ((0, 2, 3) if axes is None else axes)]
    return call.tracer.layer_normed(call.name, x, [x.dims[at] for at in named if not is_batch(x.dims[at])], None, None)


@operation("RMSNormalization")
def rms_norm(call: Call, x: Map, scale: Traced, *, axis: int = -1) -> Map:
    return call.tracer.layer_normed(call.name, x, x.dims[axis_at(axis, len(x.dims)) :], scale, None)


@operation("LayerNormalization")
def layer_norm(call: Call, x: Map, scale: Traced, bias: Traced = None, *, axis: int = -1) -> Map:
    return call.tracer.layer_normed(call.name, x, x.dims[axis_at(axis, len(x.dims)) :], scale, bias)
