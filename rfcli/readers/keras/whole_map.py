"""Statistics: of the whole map, of a dimension, and those by which entries are normalised."""

from rfcli.readers.keras.binding import argument, dimensions, flag, function, integer, layer_class
from rfcli.readers.keras.calls import Argument, Call, few
from rfcli.readers.keras.functions import dimension_of, dimensions_of, known
from rfcli.readers.tracing.core import Parameters
from rfcli.readers.tracing.maps import Layout, Map, axes_in, is_batch, is_channels, size_of
from rfcli.words.keras import NORMALISATIONS, REDUCTIONS

UNTRAINED: Parameters = {"scale": False, "bias": False}


@layer_class(
    *(f"Global{word}Pooling{n}D" for word in ("Max", "Average") for n in (1, 2, 3)),
    *(f"Global{word}Pool{n}D" for word in ("Max", "Avg") for n in (1, 2, 3)),
)
def global_pool(call: Call, x: Map, *, keepdims: bool = flag(False)) -> Map:
    rank = call.rank
    if len(x.dims) < rank + 2:
        raise Layout(f"it takes {rank + 2} dimensions, its input has {len(x.dims)}")
    end = len(x.dims) if call.first else len(x.dims) - 1
    return call.tracer.pooled(call.name, x, range(end - rank, end), keepdims, call.statistic)


@function(*REDUCTIONS)
def reduction(call: Call, x: Map, *, axis: Argument = argument(1), keepdims: Argument = argument(2)) -> Map:
    if isinstance(axis, Map) or len(call.maps) > 1:
        raise Layout("it takes several maps")
    if call.get("weights") is not None:
        raise Layout("it weighs entries")
    dims = range(len(x.dims)) if axis is None else dimensions_of(axis, len(x.dims))
    return call.tracer.pooled(call.name, x, dims, keepdims is True, REDUCTIONS.read(call.kind))


@function("Norm")
def norm(call: Call, x: Map, *, axis: Argument = argument(2), keepdims: Argument = argument(3)) -> Map:
    dims = range(len(x.dims)) if axis is None else dimensions_of(axis, len(x.dims))
    return call.tracer.pooled(call.name, x, dims, keepdims is True, "avg")


@function("Quantile")
def quantile(
    call: Call, x: Map, *, q: Argument = argument(1), axis: Argument = argument(2), keepdims: Argument = argument(3)
) -> Map:
    if len(call.maps) > 1 or type(known(q)) not in (int, float):
        raise Layout("it gives several quantiles")
    dims = range(len(x.dims)) if axis is None else dimensions_of(axis, len(x.dims))
    return call.tracer.pooled(call.name, x, dims, keepdims is True, "max")


@function("Moments")
def moments(call: Call, x: Map, *, axes: Argument = argument(1), keepdims: Argument = argument(2)) -> list[Map]:
    """Mean and variance."""
    made = call.tracer.pooled(call.name, x, dimensions_of(axes, len(x.dims)), keepdims is True, "avg")
    return [made, made]


# Normalisations


@layer_class(*(name for name in NORMALISATIONS if NORMALISATIONS.read(name) == "batch_norm"))
def batch_norm(
    call: Call, x: Map, *, scale: bool = flag(True), center: bool = flag(True), axis: list[int] = dimensions(least=1)
) -> Map:
    if len(axis) > 1:
        raise Layout("several dimensions have statistics of their own")
    return _normalised(call, x, "batch_norm", axis, {"scale": scale, "bias": center, **call.shared()})


@layer_class("LayerNormalization", "RMSNormalization")
def layer_norm(
    call: Call, x: Map, *, axis: list[int] = dimensions(), rms_scaling: bool = flag(False), scale: bool = flag(True),
    center: bool = flag(True),
) -> Map:  # fmt: skip
    rms = rms_scaling or call.kind == "RMSNormalization"
    return over(call, x, axis, {"scale": scale or rms, "bias": center and not rms, **call.shared()})


@layer_class("GroupNormalization")
def group_norm(
    call: Call, x: Map, *, axis: list[int] = dimensions(least=1), scale: bool = flag(True), center: bool = flag(True),
    groups: int = integer(32, -1),
) -> Map:  # fmt: skip
    """Groups of one channel each, as instance normalisation has them, are -1 groups."""
    if len(axis) > 1 or not is_channels(x.dims[axis[0]]):
        raise Layout("another dimension is normalised")
    given = {"scale": scale, "bias": center, **call.shared()}
    if groups < 1:
        return _normalised(call, x, "instance_norm", axis, given)
    return _normalised(call, x, "group_norm", axis, {"groups": groups, **given})


@layer_class("UnitNormalization")
def unit_norm(call: Call, x: Map, *, axis: list[int] = dimensions()) -> Map:
    return over(call, x, axis, UNTRAINED)


@function("Normalize", "math.l2_normalize", "nn.l2_normalize", "linalg.l2_normalize")
def normalize(call: Call, x: Map, *, axis: Argument = argument(1, -1)) -> Map:
    """Entries over their norm."""
    return over(call, x, dimensions_of(axis, len(x.dims)), UNTRAINED)


@function("LayerNorm", "RMSNorm")
def normalise(call: Call, x: Map, *, axis: Argument = argument(3, -1)) -> Map:
    """Entries by their statistics; scales and biases are no parameters of a function."""
    if len(call.maps) > 1:
        raise Layout("its scale is a map")
    return over(call, x, dimensions_of(axis, len(x.dims)), UNTRAINED)


@function("BatchNorm")
def by_constants(call: Call, x: Map, *, axis: Argument = argument(3, -1)) -> Map:
    if len(call.maps) > 1 or not is_channels(x.dims[dimension_of(axis, x)]):
        raise Layout("its statistics are those of other dimensions, or maps")
    return call.tracer.passed(call.name, x, type="batch_norm", **UNTRAINED)


@layer_class("AutoContrast")
def auto_contrast(call: Call, x: Map) -> Map:
    """Each channel of an image by the least and the greatest of its values."""
    return call.tracer.passed(call.name, x, type="instance_norm", **UNTRAINED)


def _normalised(call: Call, x: Map, type: str, at: list[int], given: Parameters) -> Map:
    """A normalisation with affine parameters for each entry of some dimensions."""
    count = size_of(tuple(atom for one in at for atom in x.dims[one]))
    usual = all(is_channels(x.dims[one]) for one in at)
    if usual and count is None:
        usual = len([dim for dim in x.dims if dim and is_channels(dim)]) == 1
    elif usual:
        usual = count == x.channels
    affine = given["scale"] + given["bias"]
    if not usual and affine and "params" not in given:
        if count is None:
            raise Layout("its parameters depend on a size that is not known")
        given["params"] = few(affine * count)
    return call.tracer.passed(call.name, x, type=type, **given)


def over(call: Call, x: Map, at: list[int], given: Parameters) -> Map:
    """Entries normalised together along some dimensions."""
    if any(x.dims[one] and is_batch(x.dims[one]) for one in at):
        raise Layout("the batch is normalised")
    axes = axes_in(atom for one in at for atom in x.dims[one])
    dims = [x.dims[one] for one in at]
    if call.tracer.in_groups(x, dims):
        count = size_of(sum(dims, ())) or 0
        params = int(given.get("params", count * (given["scale"] + given["bias"])))
        return call.tracer.within_groups(call.name, x, dims, params)
    if not axes:
        return _normalised(call, x, "layer_norm", at, given)
    if axes != x.axes:
        raise Layout("some axes are normalised")
    if not any(x.dims[one] and is_channels(x.dims[one]) for one in at):
        return _normalised(call, x, "instance_norm", at, given)
    if all(one in at or not dim or is_batch(dim) for one, dim in enumerate(x.dims)):
        return call.tracer.passed(call.name, x, type="layer_norm", axes="all", **given)
    return _normalised(call, x, "layer_norm", at, {"axes": "all", **given})
