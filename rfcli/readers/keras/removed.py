"""Layers of Keras 1 that no later Keras has, or not in that way."""

from rfcli.readers.keras.binding import dimensions, flag, integer, layer_class, per_axis, plain
from rfcli.readers.keras.calls import Argument, Call, Found, few
from rfcli.readers.keras.first.layers import BY_BATCH, BY_SAMPLE, SILENT, SIZED, UNORDERED
from rfcli.readers.keras.maps import width_of
from rfcli.readers.keras.pointwise import activated
from rfcli.readers.keras.whole_map import batch_norm, group_norm, layer_norm
from rfcli.readers.keras.windows import VALID
from rfcli.readers.tracing.core import Parameters
from rfcli.readers.tracing.maps import Layout, Map, channels, size_of


@layer_class(SIZED)
def deconvolution(
    call: Call, x: Map, *, filters: int = integer(), kernel_size: list[int] = per_axis(),
    strides: list[int] = per_axis(1), padding: str = VALID, output_shape: Argument = plain(),
    use_bias: bool = flag(True),
) -> Map:  # fmt: skip
    """What a convolution reads of the map that is stated, the other way round."""
    listed = output_shape if isinstance(output_shape, list) and len(output_shape) == 4 else [None] * 4
    wanted = listed[2:] if call.first else listed[1:3]
    given = call.tracer.arranged(x, 2, call.first).dims[2:]
    window: Parameters = {"kernel": kernel_size, "stride": strides, "padding": [], "output_padding": []}
    for k, s, made, dim in zip(kernel_size, strides, wanted, given, strict=False):
        if type(made) is not int or made < 1:
            raise Layout("its output_shape is not known")
        n = -(-(made if padding == "same" else made - k + 1) // s)
        if n < 1 or size_of(dim) not in (None, n):
            raise Layout("its output_shape is that of another input")
        reach = (n - 1) * s + k
        before = max(reach - made, 0) // 2
        window["padding"].append([before, max(reach - made, 0) - before])
        window["output_padding"].append(max(made - reach, 0))

    def drawn(inner: Call) -> Map:
        stated = {"filters": filters, "bias": use_bias, **inner.shared()}
        return call.tracer.slid(inner.name, "conv_transpose", x, 2, call.first, window, filters, **stated)

    return activated(call, drawn)


@layer_class("MaxoutDense")
def maxout(
    call: Call, x: Map, *, units: int = integer(), nb_feature: int = integer(4), use_bias: bool = flag(True)
) -> Map:  # fmt: skip
    """The largest of several projections, feature by feature."""
    at = len(x.dims) - 1
    each = call.tracer.projected(f"{call.name}/each", x, at, few(units * nb_feature), use_bias, call.shared())
    return call.tracer.rechannelled(call.name, each, units, (*each.dims[:at], channels(units)))


@layer_class("Highway")
def highway(call: Call, x: Map, *, use_bias: bool = flag(True)) -> Map:
    """A projection, and the features as they are, mixed as another projection says."""
    at, width = len(x.dims) - 1, width_of(x)
    gate = call.replaced(key=f"{call.key} gate").shared()
    each = [
        activated(
            call.replaced(name=f"{call.name}/transform"),
            lambda inner: call.tracer.projected(inner.name, x, at, width, use_bias, call.shared()),
        ),
        call.tracer.projected(f"{call.name}/gate", x, at, width, use_bias, gate),
    ]
    return call.tracer.merged(call.name, "add", [call.tracer.merged(f"{call.name}/gated", "multiply", each), x])


@layer_class("SReLU", "ParametricSoftplus")
def shaped(call: Call, x: Map) -> Map:
    """Activations with parameters of their own for each entry."""
    count = size_of(tuple(atom for dim in x.dims[1:] for atom in dim))
    if count is None:
        raise Layout("it has parameters for each position of a map of unknown size")
    given = {"params": few(count * (4 if call.kind == "SReLU" else 2)), **call.shared()}
    return call.tracer.passed(call.name, x, type="prelu", **given)


@layer_class(BY_SAMPLE)
def normalised_alone(call: Call, x: Map, *, axis: list[int] = dimensions(least=1)) -> Map:
    """The last dimension of each sample by itself, with parameters for the entries of another one where that is
    stated."""
    if axis != [len(x.dims) - 1]:
        raise Layout("its parameters are those of another dimension")
    return layer_norm(call, x, axis=axis, rms_scaling=False, scale=True, center=True)


@layer_class(BY_BATCH)
def normalised_together(call: Call, x: Map, *, axis: list[int] = dimensions(least=1)) -> Map:
    """By what a channel holds at all positions, and in all samples, of which none reads another."""
    if x.axes:
        return group_norm(call, x, axis=axis, scale=True, center=True, groups=-1)
    return batch_norm(call, x, scale=True, center=True, axis=axis)


@layer_class("Merge")
def merged(call: Call) -> list[Found]:
    """What a function makes of several tensors; what it makes may be stated."""
    stated = call.config.plain("output_shape_type", "raw") == "raw"
    shape = call.config.shape("output_shape", batch=False) if stated else None
    return [*call.program.unknown(call.replaced(stated={0: shape}), "Merge: its mode is a function", params=0)]


@layer_class(*(kind + UNORDERED for kind in SILENT))
def unordered(call: Call, x: Map) -> Map:
    raise Layout("others of the model differ in it")
