"""Operators of ONNX Runtime, which its tools put in place of the specification's: quantised ones, whose scales and zero
points change nothing that is read, and several fused into one. Their names are those of the domain `com.microsoft`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from rfcli.readers.onnx.attention import CAUSAL, grouped
from rfcli.readers.onnx.calls import MEASURED, Call, Traced, operation
from rfcli.readers.onnx.pointwise import softmax
from rfcli.readers.onnx.rare import rotated
from rfcli.readers.onnx.recurrent import recurrent
from rfcli.readers.onnx.weights import gemm, rms_norm
from rfcli.readers.onnx.windows import conv, windowed
from rfcli.readers.tracing.arguments import kernels, mapped
from rfcli.readers.tracing.attention import attended, multiplied
from rfcli.readers.tracing.maps import Constant, Layout, Map, transposed
from rfcli.words.onnx import POINTWISE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    F = TypeVar("F", bound=Callable[..., Any])

DOMAIN = "com.microsoft."


def _named(*names: str) -> Callable[[F], F]:
    return operation(*(DOMAIN + name for name in names))


# Quantised operators


@operation("DynamicQuantizeLinear")
def dynamically_quantised(call: Call, x: Map) -> list[Traced]:
    """By the range of its entries, which a later scale takes back: only the rounding depends on all of them."""
    return [call.tracer.passed(call.name, x), MEASURED, MEASURED]


@_named("QuantizeLinear", "DequantizeLinear")
def requantised(call: Call, x: Map) -> Map:
    return call.tracer.passed(call.name, x)


@_named("QLinearAdd", "QLinearMul")
def quantised_merge(call: Call, first: Traced, scale: Traced, zero_point: Traced = None, second: Traced = None) -> Map:
    if second is None:
        raise Layout("it has one input")
    type = "add" if call.operation.endswith("Add") else "multiply"
    return call.tracer.combined(call.name, type, (first, second), 2)


@_named("QLinearConcat")
def quantised_concat(call: Call, *operands: Traced, axis: int = 1) -> Map:
    """The output's scale and zero point, then each tensor with its own."""
    if len(operands) < 5 or len(operands) % 3 != 2:
        raise Layout(f"it has {len(operands)} inputs")
    return call.tracer.joined(call.name, operands[2::3], axis)


@_named("QLinearSigmoid", "QLinearLeakyRelu")
def quantised_activation(call: Call, x: Map) -> Map:
    return call.tracer.passed(call.name, x, type="sigmoid" if call.operation.endswith("Sigmoid") else "leaky_relu")


@_named("QLinearSoftmax")
def quantised_softmax(call: Call, x: Map, *, opset: int = 13) -> Sequence[Traced]:
    return call.replaced(opset=opset, operation="Softmax").made_with(softmax, x)


@_named("QLinearWhere")
def quantised_choice(call: Call, condition: Traced, x: Traced, x_scale: Traced, x_zero_point: Traced, y: Traced) -> Map:
    return call.tracer.combined(call.name, "add", (condition, x, y), 2)


@_named("QLinearReduceMean")
def quantised_mean(call: Call, x: Map, *, axes: Sequence[int] = (), keepdims: int = 1) -> Map:
    return call.tracer.pooled(call.name, x, axes or None, bool(keepdims), "avg")


@_named("QLinearGlobalAveragePool")
def quantised_global_pool(call: Call, x: Map, *, channels_last: int = 0) -> Map:
    made = call.tracer.canonical(call.name, _first(x)) if channels_last else x
    made = call.tracer.pooled(call.name, made, range(2, len(x.dims)), True, "avg")
    return _last(made) if channels_last else made


@_named("QLinearAveragePool")
def quantised_pool(
    call: Call, x: Map, *, kernel_shape: Sequence[int] = (), strides: Sequence[int] = (), pads: Sequence[int] = (),
    auto_pad: str = "NOTSET", ceil_mode: int = 0, channels_last: int = 0,
) -> Map:  # fmt: skip
    return _pooled(call, x, "avg_pool", kernel_shape, (strides, (), pads, auto_pad), ceil_mode, bool(channels_last))


@_named("NhwcMaxPool")
def max_pool_of_last_channels(
    call: Call, x: Map, *, kernel_shape: Sequence[int] = (), strides: Sequence[int] = (),
    dilations: Sequence[int] = (), pads: Sequence[int] = (), auto_pad: str = "NOTSET", ceil_mode: int = 0,
) -> Map:  # fmt: skip
    return _pooled(call, x, "max_pool", kernel_shape, (strides, dilations, pads, auto_pad), ceil_mode, True)


def _pooled(
    call: Call, x: Map, type: str, kernel: Sequence[int], how: tuple[Any, ...], ceil_mode: int, last: bool
) -> Map:
    if not kernel:
        raise Layout("it has no kernel_shape")
    x = _first(x) if last else x
    made = windowed(x, kernel, *how).layer(call, type, x, None, ceil_mode=bool(ceil_mode))
    return _last(made) if last else made


@_named("QLinearConv")
def quantised_conv(
    call: Call, x: Map, x_scale: Traced, x_zero_point: Traced, weight: Traced, weight_scale: Traced,
    weight_zero_point: Traced, y_scale: Traced, y_zero_point: Traced, bias: Traced = None, *, channels_last: int = 0,
    group: int = 1,
) -> Map:  # fmt: skip
    return _convolved(call, x, weight, bias, group, bool(channels_last))


@_named("QGemm")
def quantised_gemm(
    call: Call, x: Map, x_scale: Traced, x_zero_point: Traced, weight: Traced, weight_scale: Traced,
    weight_zero_point: Traced, bias: Traced = None,
) -> Sequence[Traced]:  # fmt: skip
    return call.made_with(gemm, x, weight, bias)


@_named("DynamicQuantizeMatMul")
def dynamic_product(
    call: Call, x: Map, weight: Traced, scale: Traced, zero_point: Traced = None, bias: Traced = None
) -> Map:
    return _biased(call, bias, lambda name: multiplied(call.tracer, name, x, weight))


@_named("MatMulIntegerToFloat")
def scaled_product(
    call: Call, first: Traced, second: Traced, a_scale: Traced, b_scale: Traced, a_zero: Traced = None,
    b_zero: Traced = None, bias: Traced = None,
) -> Map:  # fmt: skip
    return _biased(call, bias, lambda name: multiplied(call.tracer, name, first, second))


@_named("MatMulNBits")
def packed_product(
    call: Call, x: Map, weight: Traced, scales: Traced, zero_points: Traced = None, group: Traced = None,
    bias: Traced = None, *, K: int = 0, N: int = 0,
) -> Map:  # fmt: skip
    """By a matrix of K rows and N columns, several of its entries in a byte."""
    if K < 1 or N < 1 or len(x.dims) < 2 or x.shape[-1] not in (None, K):
        raise Layout(f"it multiplies by {K} rows and {N} columns")
    params = (K * N if call.tracer.trained(weight) else 0) + call.tracer.trained(bias)
    return call.tracer.projected(call.name, x, len(x.dims) - 1, N, bias is not None, {"params": params})


@_named("DynamicQuantizeLSTM")
def quantised_lstm(call: Call, x: Map, weight: Traced, state: Traced) -> Sequence[Traced]:
    """With the weights the other way round; scales and zero points come after what an LSTM takes."""
    taken = (x, _turned(weight, 1), _turned(state, 1), *call.inputs[3:8])
    return call.replaced(operation="LSTM", inputs=taken).made(recurrent)


# Fused operators


@_named("FusedConv")
def fused_conv(
    call: Call, x: Map, weight: Traced, bias: Traced = None, added: Traced = None, *, activation: str = "",
    group: int = 1,
) -> Map:  # fmt: skip
    return _fused(call, activation, added, lambda inner: _convolved(inner, x, weight, bias, group, False))


@_named("NhwcConv", "NhwcFusedConv")
def conv_of_last_channels(
    call: Call, x: Map, weight: Traced, bias: Traced = None, added: Traced = None, *, activation: str = "",
    group: int = 1,
) -> Map:  # fmt: skip
    return _fused(call, activation, added, lambda inner: _convolved(inner, x, weight, bias, group, True))


@_named("FusedGemm")
def fused_gemm(call: Call, x: Map, weight: Traced, bias: Traced = None, *, activation: str = "") -> Map:
    return _fused(call, activation, None, lambda inner: mapped(inner.made_with(gemm, x, weight, bias)[0]))


@_named("FusedMatMul", "TransposeMatMul")
def fused_product(
    call: Call, first: Traced, second: Traced, *, transA: int = 0, transB: int = 0, transBatchA: int = 0,
    transBatchB: int = 0,
) -> Map:  # fmt: skip
    if transBatchA or transBatchB:
        raise Layout("it transposes the batch")
    return multiplied(call.tracer, call.name, _turned(first, transA), _turned(second, transB))


@_named("Gelu", "QuickGelu")
def gelu(call: Call, x: Map) -> Map:
    return call.tracer.passed(call.name, x, type="gelu")


@_named("BiasGelu", "FastGelu")
def biased_gelu(call: Call, x: Map, bias: Traced = None) -> Map:
    if bias is not None:
        x = call.tracer.combined(f"{call.name}/add", "add", (x, bias), 2)
    return call.tracer.passed(call.name, x, type="gelu")


@_named("BiasAdd")
def biased_sum(call: Call, x: Traced, bias: Traced, skip: Traced) -> Map:
    return call.tracer.combined(call.name, "add", (x, skip, bias), 2)


@operation("SimplifiedLayerNormalization")
def simplified(call: Call, x: Map, scale: Traced, *, axis: int = -1) -> Map:
    return rms_norm(call, x, scale, axis=axis)


@_named("RotaryEmbedding")
def rotated_at(call: Call, x: Map, places: Traced, cosines: Traced, sines: Traced) -> Map:
    return rotated(call, x, cosines, sines, places)


@_named("SkipLayerNormalization")
def added_and_normed(
    call: Call, x: Traced, skip: Traced, scale: Traced, shift: Traced = None, bias: Traced = None
) -> list[Traced]:
    """The normalised sum, two statistics of it, the sum."""
    total = call.tracer.combined(f"{call.name}/add", "add", (x, skip, bias), 2)
    return [call.tracer.layer_normed(call.name, total, total.dims[-1:], scale, shift), None, None, total]


@_named("SkipSimplifiedLayerNormalization")
def added_and_scaled(call: Call, x: Traced, skip: Traced, scale: Traced, bias: Traced = None) -> list[Traced]:
    return added_and_normed(call, x, skip, scale, None, bias)


@_named("Attention")
def attention(
    call: Call, x: Map, weight: Traced, bias: Traced = None, mask: Traced = None, past: Traced = None,
    added: Traced = None, *, qkv_hidden_sizes: Sequence[int] = (), unidirectional: int = 0,
) -> Map:  # fmt: skip
    """Queries, keys and values of one projection, then softmax attention."""
    if any(one is not None for one in (mask, past, added)):
        raise Layout("a mask, a past or a bias of scores")
    if not isinstance(weight, Constant) or len(weight.shape) != 2 or len(x.dims) != 3:
        raise Layout("its weights are computed from data")
    total = weight.shape[1]
    sizes = list(qkv_hidden_sizes) or [total // 3] * 3
    if len(sizes) != 3 or min(sizes) < 1 or sum(sizes) != total:
        raise Layout(f"it splits {total} channels into {sizes[:6]}")
    shared = call.tracer.shared(weight, bias)
    made = call.tracer.projected(f"{call.name}/qkv", x, 2, total, bias is not None, shared)
    query, key, value = map(mapped, call.tracer.divided(f"{call.name}/part", made, 2, sizes))
    return attended(call.tracer, call.name, query, key, value, mask=CAUSAL if unidirectional else None)


@_named("MultiHeadAttention")
def attention_of_three(
    call: Call, query: Map, key: Map, value: Map, bias: Traced = None, mask: Traced = None, added: Traced = None,
    past_key: Traced = None, past_value: Traced = None, *, unidirectional: int = 0,
) -> Map:  # fmt: skip
    if any(one is not None for one in (mask, added, past_key, past_value)):
        raise Layout("a mask, a past or a bias of scores")
    if any(len(one.dims) != 3 for one in (query, key, value)):
        raise Layout("its heads are packed")
    params = call.tracer.trained(bias)
    return attended(call.tracer, call.name, query, key, value, params, CAUSAL if unidirectional else None)


@_named("GroupQueryAttention")
def attention_of_groups(
    call: Call, query: Map, key: Traced, value: Traced, past_key: Traced = None, past_value: Traced = None,
    lengths: Traced = None, total: Traced = None, *, num_heads: int = 0, kv_num_heads: int = 0,
    local_window_size: int = -1,
) -> list[Traced]:  # fmt: skip
    """Each position sees itself and what lies before; several heads of queries share one of keys and values."""
    if local_window_size >= 0 or any(isinstance(one, Map) for one in (past_key, past_value, lengths, total)):
        raise Layout("a window, or a past")
    if any(call.used[1:]):
        raise Layout("it keeps what came before")
    if not isinstance(key, Map) or not isinstance(value, Map) or len(query.dims) != 3:
        raise Layout("its heads are packed")
    key, value = grouped(call, query, key, value, num_heads, kv_num_heads)
    made = attended(call.tracer, call.name, query, key, value, mask=CAUSAL)
    return [made, *[None] * (call.outputs - 1)]


# What these have in common


def _fused(call: Call, activation: str, added: Traced, make: Callable[[Call], Map]) -> Map:
    """An operation, a map that is added, an activation: layers within a scope, the last of which has its name."""
    steps = ["operation", *(["add"] if added is not None else []), *(["activation"] if activation else [])]
    names = [*(f"{call.name}/{step}" for step in steps[:-1]), call.name]
    x = make(call.replaced(name=names.pop(0)))
    if added is not None:
        x = call.tracer.combined(names.pop(0), "add", (x, added), 2)
    if not activation:
        return x
    if activation != "Clip" and activation not in POINTWISE:
        raise Layout(f"its activation is {activation[:40]}")
    return call.tracer.passed(names.pop(0), x, type="relu6" if activation == "Clip" else POINTWISE.read(activation))


def _biased(call: Call, bias: Traced, make: Callable[[str], Map]) -> Map:
    """A product, to which a bias may be added."""
    if bias is None:
        return make(call.name)
    return call.tracer.combined(call.name, "add", (make(f"{call.name}/product"), bias), 2)


def _turned(value: Traced, turned: int) -> Traced:
    """A tensor of which the last two dimensions change places, or not."""
    if not turned:
        return value
    if isinstance(value, Map) and len(value.dims) > 1:
        return transposed(value)
    if isinstance(value, Constant) and len(value.shape) > 1:
        return Constant((*value.shape[:-2], value.shape[-1], value.shape[-2]), None, value.weights)
    raise Layout("it transposes a tensor of one dimension")


def _convolved(call: Call, x: Map, weight: Traced, bias: Traced, group: int, last: bool) -> Map:
    """A convolution, of a map whose channels come last or not; the weights of one may have theirs last, too."""
    if not last:
        return mapped(call.made_with(conv, x, weight, bias)[0])
    held = kernels(weight)
    count, rank = x.shape[-1], len(held.shape)
    fits = [held.shape[at] * group == count for at in (1, rank - 1)]
    if fits[1] and (not fits[0] or len({*held.shape[1:]}) == 1):
        held = Constant((held.shape[0], held.shape[-1], *held.shape[1:-1]), None, held.weights)
    elif not fits[0] or fits[1]:
        raise Layout("where the channels of its weights lie is not known")
    return _last(mapped(call.made_with(conv, _first(x), held, bias)[0]))


def _first(x: Map) -> Map:
    """A map whose channels come last, with them behind the batch."""
    if len(x.dims) < 3:
        raise Layout("it works on a tensor without axes")
    return x.replaced(dims=(x.dims[0], x.dims[-1], *x.dims[1:-1]))


def _last(x: Map) -> Map:
    """The other way round."""
    return x.replaced(dims=(x.dims[0], *x.dims[2:], x.dims[1]))
