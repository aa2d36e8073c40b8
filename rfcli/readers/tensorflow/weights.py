"""Operations with trained tensors beside the map: products, normalisations, slopes."""

from __future__ import annotations

from math import prod

from rfcli.readers.tensorflow.calls import Call, Traced, operation
from rfcli.readers.tracing.attention import multiplied
from rfcli.readers.tracing.einsum import summed
from rfcli.readers.tracing.maps import Constant, Layout, Map, is_channels, transposed


def _turned(value: Traced, turn: bool) -> Traced:
    """A tensor with its last two dimensions the other way round, where they are."""
    if not turn or value is None:
        return value
    if isinstance(value, Map):
        if len(value.dims) < 2:
            raise Layout("it multiplies no matrices")
        return transposed(value)
    if len(value.shape) < 2:
        raise Layout("it multiplies no matrices")
    return value.replaced(shape=(*value.shape[:-2], value.shape[-1], value.shape[-2]), values=None)


def _product(call: Call, first: Traced, second: Traced) -> Map:
    """A product of matrices, which both have two dimensions at least. Raises `Layout`."""
    for one in (first, second):
        if one is None or len(one.dims if isinstance(one, Map) else one.shape) < 2:
            raise Layout("it multiplies no matrices")
    return multiplied(call.tracer, call.name, first, second)


@operation("MatMul")
def matrix_product(
    call: Call, a: Traced, b: Traced, *, transpose_a: bool = False, transpose_b: bool = False
) -> Map:  # fmt: skip
    return _product(call, _turned(a, transpose_a), _turned(b, transpose_b))


@operation("BatchMatMul", "BatchMatMulV2", "BatchMatMulV3")
def product(call: Call, x: Traced, y: Traced, *, adj_x: bool = False, adj_y: bool = False) -> Map:
    return _product(call, _turned(x, adj_x), _turned(y, adj_y))


@operation("FullyConnected")
def fully_connected(
    call: Call, x: Map, weight: Traced, bias: Traced = None, *, keep_num_dims: bool = False
) -> Map:  # fmt: skip
    """All but the batch, or the last dimension, times a matrix of a row for each feature."""
    if isinstance(weight, Map):
        if isinstance(bias, Map):
            raise Layout("its bias is computed from data")
        made = multiplied(call.tracer, call.name, x, transposed(weight))
        return call.tracer.scaled(f"{call.name}/bias", made, call.tracer.trained(bias, taken=True)) if bias else made
    if not isinstance(weight, Constant) or len(weight.shape) != 2 or isinstance(bias, Map):
        raise Layout("its weights are computed from data")
    features, inner = weight.shape
    width = x.shape[-1] if x.dims else None
    if (width is not None and width != inner) or (not keep_num_dims and len(x.dims) > 2):
        x = call.tracer.shaped(f"{call.name}/rows", x, [None, inner])
    has_bias = isinstance(bias, Constant) and prod(bias.shape) == features
    shared = call.tracer.shared(weight, bias if has_bias else None)
    return call.tracer.projected(call.name, x, len(x.dims) - 1, features, has_bias, shared)


@operation("Einsum")
def einsum(call: Call, *tensors: Traced, equation: str = "") -> Map:
    return summed(call.tracer, call.name, equation, tensors)


@operation("Prelu")
def prelu(call: Call, x: Map, slope: Traced) -> Map:
    if not isinstance(slope, Constant):
        return call.tracer.combined(call.name, "add", (x, slope), 2)
    return call.tracer.prelu(call.name, x, slope)


@operation("FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3")
def batch_norm(call: Call, x: Map, scale: Traced, offset: Traced) -> list[Map]:
    """With a scale and an offset for each channel, which are weights where they were trained. While training, the
    statistics are those of the map, and the further outputs, of which nothing is known."""
    if isinstance(scale, Map) or isinstance(offset, Map):
        raise Layout("its weights are computed from data")
    if not call.attributes:
        raise Layout("it does not say whether it is being trained")
    training = call.attributes.get("is_training", True) is True
    at = 1 if call.first else len(x.dims) - 1
    if len(x.dims) < 3:
        raise Layout(f"its input has {len(x.dims)} dimensions")
    if not is_channels(x.dims[at]):
        x = call.tracer.canonical(call.name, call.tracer.arranged(x, len(x.dims) - 2, call.first))
        x = call.tracer.restored(x, len(x.dims) - 2, call.first)
    each = [call.tracer.is_trained(one) for one in (scale, offset)]
    held = [one for one, own in zip((scale, offset), each, strict=True) if own]
    type = "instance_norm" if training else "batch_norm"
    made = call.tracer.passed(call.name, x, type=type, scale=each[0], bias=each[1], **call.tracer.shared(*held))
    return [made] if training else [made] * max(call.outputs, 1)
