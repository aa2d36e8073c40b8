"""What each Keras layer is as layers of a description: one table, a function for each kind of layer."""

from __future__ import annotations

from math import prod

from rfcli.layers._parameters import MAX_INTEGER
from rfcli.readers.draft import ForeignError
from rfcli.readers.keras.calls import Call, Config, Constant
from rfcli.readers.keras.maps import KerasTracer, raised
from rfcli.readers.tracing.maps import BATCH, Atom, Layout, Map, Roles, channels, is_batch, is_channels, size_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from rfcli.readers.keras.calls import Traced
    from rfcli.readers.tracing.maps import Dim, Size

ACTIVATIONS = {
    "linear": "identity", "relu": "relu", "relu6": "relu6", "leaky_relu": "leaky_relu", "elu": "elu", "selu": "selu",
    "celu": "celu", "gelu": "gelu", "silu": "silu", "swish": "silu", "mish": "mish", "sigmoid": "sigmoid",
    "log_sigmoid": "log_sigmoid", "hard_sigmoid": "hard_sigmoid", "hard_silu": "hard_swish", "hard_swish": "hard_swish",
    "hard_tanh": "hard_tanh", "tanh": "tanh", "softplus": "softplus", "softsign": "softsign", "threshold": "threshold",
    "exponential": "exponential", "hard_shrink": "identity", "soft_shrink": "identity", "tanh_shrink": "identity",
    "squareplus": "identity", "sparse_plus": "identity", "sparse_sigmoid": "identity",
}  # fmt: skip
"""Activation -> the type of a layer that reads the same: each entry by itself."""
OVER_FEATURES = {"softmax": "softmax", "log_softmax": "log_softmax", "sparsemax": "softmax"}
"""Activations over the last dimension."""

ALIASES = {
    "Convolution1D": "Conv1D", "Convolution2D": "Conv2D", "Convolution3D": "Conv3D",
    "Convolution1DTranspose": "Conv1DTranspose", "Convolution2DTranspose": "Conv2DTranspose",
    "Convolution3DTranspose": "Conv3DTranspose", "Deconvolution2D": "Conv2DTranspose",
    "Deconvolution3D": "Conv3DTranspose", "SeparableConvolution1D": "SeparableConv1D",
    "SeparableConvolution2D": "SeparableConv2D", "MaxPool1D": "MaxPooling1D", "MaxPool2D": "MaxPooling2D",
    "MaxPool3D": "MaxPooling3D", "AvgPool1D": "AveragePooling1D", "AvgPool2D": "AveragePooling2D",
    "AvgPool3D": "AveragePooling3D", "BatchNormalizationV1": "BatchNormalization",
    "BatchNormalizationV2": "BatchNormalization", "SyncBatchNormalization": "BatchNormalization",
}  # fmt: skip
"""Another name of a class -> the one it is saved under today."""
PASSING = (
    "Identity", "ActivityRegularization", "Masking", "Rescaling", "Normalization", "Discretization", "RandomFlip",
    "RandomRotation", "RandomZoom", "RandomTranslation", "RandomContrast", "RandomBrightness", "RandomHeight",
    "RandomWidth", "RandomHue", "RandomSaturation", "RandomGrayscale", "RandomPosterization", "RandomSharpness",
    "RandomShear", "RandomPerspective", "RandomErasing", "RandomInvert", "RandomColorJitter", "RandomElasticTransform",
    "RandomColorDegeneration", "RandomGaussianBlur", "MixUp", "CutMix", "AugMix", "RandAugment", "Solarization",
)  # fmt: skip
"""Layers that leave every entry in its place when evaluating: what they draw at random is for training."""
DROPPING = ("Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "GaussianDropout", "AlphaDropout",
            "GaussianNoise", "StochasticDepth", "DropPath", "FixedDropout")  # fmt: skip
MERGES = {"Add": "add", "Subtract": "add", "Multiply": "multiply", "Average": "add", "Maximum": "max", "Minimum": "max",
          "CustomScaleLayer": "add"}  # fmt: skip
"""Merging layer -> the merge that reads the same."""
MAX_NAME = 80
"""Characters of an unknown operation's name that are kept."""


class Program:
    """What the functions of the tables work with."""

    def __init__(self, tracer: KerasTracer) -> None:
        self.tracer = tracer
        self.counted: set[object] = set()

    def run(self, model: Any, prefix: str, given: Sequence[Traced]) -> list[Traced]:
        raise NotImplementedError

    def applied(self, call: Call, module: str) -> list[Traced]:
        raise NotImplementedError

    def shared(self, call: Call) -> dict[str, Any]:
        """The parameters of a layer whose weights were counted in an earlier call."""
        if call.key in self.counted:
            return {"params": 0}
        self.counted.add(call.key)
        return {}

    def weights(self, call: Call, count: int | None) -> int | None:
        """So many parameters, or none in a later call."""
        return self.shared(call).get("params", count)

    def unknown(self, call: Call, operation: str, why: str = "") -> Sequence[Traced]:
        """An operation that is not known: what it makes are layers of which nothing is known but what is stated."""
        maps = call.maps
        outputs = max(call.stated, default=0) + 1
        if not maps:
            return [Constant(None)] * min(outputs, MAX_OUTPUTS)
        told = f"{operation}: {why}" if why else operation
        told = "".join(c if c.isprintable() else "?" for c in told)[:MAX_NAME] or "?"
        params = self.shared(call).get("params")
        return [
            self.tracer.unknown_like(call.name if number == 0 else f"{call.name}/{number + 1}", told, maps,
                                     call.stated.get(number), params if number == 0 else 0)
            for number in range(min(outputs, MAX_OUTPUTS))
        ]  # fmt: skip


MAX_OUTPUTS = 1000
"""Outputs of an unknown operation that are layers."""


def _rank(call: Call) -> int:
    """The axes of a layer with 1D, 2D or 3D in its name."""
    return next(rank for rank in (1, 2, 3) if f"{rank}D" in call.kind)


def last_axes(x: Map) -> set[int]:
    """The axes in the last dimension of a map."""
    return {atom.role for atom in x.dims[-1] if isinstance(atom.role, int)} if x.dims else set()


# Activations


def _activation_of(config: Config) -> tuple[str, Config | None]:
    """The activation of a layer: its name, and its configuration where it is a layer of its own."""
    found = config.find("activation")
    if found is None:
        return "linear", None
    if type(found.value) is str:
        return found.value.rpartition(">")[2], None
    if type(found.value) is dict:
        kind = found.value["class_name"].value if "class_name" in found.value else None
        inside = found.value.get("config")
        if type(kind) is str and kind not in ("function", "__lambda__"):
            if inside is not None and type(inside.value) is dict:
                return kind, Config(inside)
            return kind.lower(), None
        if type(kind) is str and inside is not None and type(inside.value) is str:
            return inside.value.rpartition(">")[2], None
        return str(kind) if type(kind) is str else "?", None
    raise ForeignError("activation must be a name or a mapping", at=found)


def activated(program: Program, call: Call, made: Map) -> Map:
    """The activation inside a layer: a layer of its own only where it is more than a function of each entry."""
    name, config = _activation_of(call.config)
    if name in ACTIVATIONS or (name in OVER_FEATURES and not last_axes(made)):
        return made
    inner = call.replaced(name=f"{call.name}/activation")
    try:
        return _activate(program, inner, made, name, config)
    except Layout as why:
        return _strange(program, inner, made, f"{name}: {why}")


def _activate(program: Program, call: Call, x: Map, name: str, config: Config | None) -> Map:
    """A layer that is an activation."""
    if config is not None:
        inner = Call(call.name, name, config, (x,), {}, (call.key, "activation"), {})
        made = program.applied(inner, "")[0]
        return made if isinstance(made, Map) else x
    if name in ACTIVATIONS:
        return program.tracer.passed(call.name, x, type=ACTIVATIONS[name])
    if name in OVER_FEATURES:
        return _soft(program, call.name, x, [len(x.dims) - 1], OVER_FEATURES[name])
    if name == "glu":
        count = size_of(x.dims[-1]) if x.dims else None
        if count is None or not is_channels(x.dims[-1]) or count % 2 or x.channels is None:
            raise Layout("its halves are no channels")
        dims = (*x.dims[:-1], channels(count // 2))
        return program.tracer.passed(call.name, x, dims, "custom", filters=x.channels // 2, params=0, macs=0)
    return _strange(program, call, x, name)


def _strange(program: Program, call: Call, x: Map, name: str) -> Map:
    """An activation that is not known."""
    stated = call.replaced(args=(x,), kwargs={}, key=(call.key, "activation"))
    made = program.unknown(stated, f"activation {name}")[0]
    assert isinstance(made, Map), "it is called with a map"
    return made


def _soft(program: Program, name: str, x: Map, at: Sequence[int], type: str) -> Map:
    """A softmax over some dimensions."""
    axes = {atom.role for one in at for atom in x.dims[one] if isinstance(atom.role, int)}
    if any(is_batch(x.dims[one]) and x.dims[one] for one in at):
        raise Layout("the batch is normalised")
    if not axes:
        return program.tracer.passed(name, x, type=type)
    if sorted(axes) != x.axes:
        raise Layout("some axes are normalised")
    if any(is_channels(x.dims[one]) and x.dims[one] for one in at):
        return program.tracer.passed(name, x, type="layer_norm", axes="all", scale=False, bias=False)
    return program.tracer.passed(name, x, type="instance_norm", scale=False, bias=False)


def _activation(program: Program, call: Call) -> list[Map]:
    return [_activate(program, call, call.x, *_activation_of(call.config))]


def _named_activation(type: str) -> Callable[[Program, Call], list[Map]]:
    return lambda program, call: [program.tracer.passed(call.name, call.x, type=type)]


def _number(call: Call, key: str) -> float | None:
    found = call.config.find(key)
    return float(found.value) if found is not None and type(found.value) in (int, float) else None


def _relu(program: Program, call: Call) -> list[Map]:
    slope = _number(call, "negative_slope") or 0
    type = "leaky_relu" if slope else "relu6" if _number(call, "max_value") == 6 else "relu"
    return [program.tracer.passed(call.name, call.x, type=type)]


def _prelu(program: Program, call: Call) -> list[Map]:
    x = call.x
    found = call.config.find("shared_axes")
    shared = set(call.config.axes("shared_axes", len(x.dims), 0)) if found is not None else set()
    sizes = [size for at, size in enumerate(x.shape) if at > 0 and at not in shared]
    count = None if None in sizes else prod(size for size in sizes if size is not None)
    if count is None:
        raise Layout("it has a slope for each position of a map of unknown size")
    given = program.shared(call)
    apart = all(is_channels(dim) or at in shared for at, dim in enumerate(x.dims[1:], 1))
    if count == 1 and apart:
        return [program.tracer.passed(call.name, x, type="prelu", **given)]
    if apart and count == x.channels:
        return [program.tracer.passed(call.name, x, type="prelu", per_channel=True, **given)]
    return [program.tracer.passed(call.name, x, type="prelu", params=given.get("params", _few(count)))]


def _few(count: int) -> int:
    """A number of parameters that a description can state. Raises `Layout`."""
    if count > MAX_INTEGER:
        raise Layout(f"{count} parameters")
    return count


def _softmax(program: Program, call: Call) -> list[Map]:
    if len(call.maps) > 1:
        raise Layout("a mask")
    x = call.x
    return [_soft(program, call.name, x, call.config.axes("axis", len(x.dims), -1), "softmax")]


def _passed(program: Program, call: Call) -> list[Map]:
    return [program.tracer.passed(call.name, call.x)]


def _dropped(program: Program, call: Call) -> list[Map]:
    rate = _number(call, "rate")
    return [program.tracer.passed(call.name, call.x, type="dropout", rate=rate if rate and 0 <= rate <= 1 else None)]


# Windows


def _window(call: Call, rank: int, size: str = "kernel_size") -> dict[str, list[int]]:
    """Kernel, stride and dilation for each axis."""
    return {
        "kernel": call.config.integers(size, rank),
        "stride": call.config.integers("strides", rank, 1),
        "dilation": call.config.integers("dilation_rate", rank, 1),
    }


def _padding(program: Program, call: Call, rank: int, window: dict[str, list[int]]) -> dict[str, Any]:
    """The word for padding; causal padding of a window in a network of several axes in numbers."""
    word = call.config.word("padding", "valid", ("valid", "same", "causal"))
    if word != "causal":
        return {"padding": word}
    if rank != 1:
        raise ForeignError("causal padding is for 1-D layers", at=call.config.find("padding"))
    if program.tracer.axes == 1:
        return {"padding": word}
    window["padding"] = [[window["dilation"][0] * (window["kernel"][0] - 1), 0]]  # type: ignore[list-item]
    return {}


def _conv(program: Program, call: Call) -> list[Map]:
    rank, x = _rank(call), call.x
    filters = call.config.integer("filters")
    window = _window(call, rank)
    given: dict[str, Any] = _padding(program, call, rank, window)
    if call.kind.startswith("Separable"):
        type, given["depth_multiplier"] = "separable_conv", call.config.integer("depth_multiplier", 1)
    else:
        type, given["groups"] = "conv", call.config.integer("groups", 1)
    bias = call.config.flag("use_bias", True)
    made = program.tracer.slid(call.name, type, x, rank, call.first, window, filters, filters=filters, bias=bias,
                               **given, **program.shared(call))  # fmt: skip
    return [activated(program, call, made)]


def _depthwise(program: Program, call: Call) -> list[Map]:
    rank, x = _rank(call), call.x
    window = _window(call, rank)
    given = _padding(program, call, rank, window)
    multiplier = call.config.integer("depth_multiplier", 1)
    arranged = program.tracer.arranged(x, rank, call.first)
    count = size_of(arranged.dims[1])
    made = program.tracer.slid(
        call.name, "depthwise_conv", x, rank, call.first, window, None if count is None else count * multiplier,
        depth_multiplier=multiplier, bias=call.config.flag("use_bias", True), **given, **program.shared(call),
    )  # fmt: skip
    if count is None and multiplier > 1:
        at = len(made.dims) - 1 - (rank if call.first else 0)
        made = made.replaced(dims=tuple(channels(None) if n == at else dim for n, dim in enumerate(made.dims)))
    return [activated(program, call, made)]


def _transposed(program: Program, call: Call) -> list[Map]:
    """Keras's output is (n-1)s + max(k, s) long, or n*s with `same`; with output_padding p it is (n-1)s + k + p, less
    twice floor(k/2) with `same`, of which floor(k/2) - ceil(p/2) are cropped before."""
    rank = _rank(call)
    filters = call.config.integer("filters")
    window: dict[str, Any] = _window(call, rank)
    same = call.config.word("padding", "valid", ("valid", "same")) == "same"
    given: dict[str, Any] = {}
    if same and call.config.find("output_padding") is None:
        given["padding"] = "same"
    else:
        more = call.config.integers("output_padding", rank, 0, 0)
        stated = call.config.find("output_padding") is not None
        window["padding"], window["output_padding"] = [], []
        for k, s, d, p in zip(window["kernel"], window["stride"], window["dilation"], more, strict=True):
            reach = d * (k - 1) + 1
            less = 2 * (reach // 2) if same else 0
            extra = p if stated else max(s - reach, 0)
            before = max(reach // 2 - -(-p // 2), 0) if same else 0
            after = less - extra - before
            window["padding"].append([before, max(after, 0)])
            window["output_padding"].append(max(-after, 0))
    bias = call.config.flag("use_bias", True)
    groups = call.config.integer("groups", 1)
    made = program.tracer.slid(call.name, "conv_transpose", call.x, rank, call.first, window, filters, filters=filters,
                               bias=bias, groups=groups, **given, **program.shared(call))  # fmt: skip
    return [activated(program, call, made)]


def _pool(program: Program, call: Call) -> list[Map]:
    rank = _rank(call)
    kernel = call.config.integers("pool_size", rank)
    window = {"kernel": kernel, "stride": call.config.integers("strides", rank, kernel)}
    word = call.config.word("padding", "valid", ("valid", "same"))
    type = "max_pool" if call.kind.startswith("Max") else "avg_pool"
    return [program.tracer.slid(call.name, type, call.x, rank, call.first, window, padding=word)]


def _global_pool(program: Program, call: Call) -> list[Map]:
    rank, x = _rank(call), call.x
    if len(x.dims) < rank + 2:
        raise Layout(f"it takes {rank + 2} dimensions, its input has {len(x.dims)}")
    end = len(x.dims) if call.first else len(x.dims) - 1
    kind = "max" if "Max" in call.kind else "avg"
    keep = call.config.flag("keepdims", False)
    return [program.tracer.pooled(call.name, x, range(end - rank, end), keep, kind)]


def _adaptive_pool(program: Program, call: Call) -> list[Map]:
    """Keras's bins are PyTorch's: from floor(o*n/m) to ceil((o+1)*n/m)."""
    rank = _rank(call)
    if rank != program.tracer.axes:
        raise Layout("a map of more axes is pooled")
    sizes: dict[str, Any] = {"output_size": call.config.integers("output_size", rank)}
    kind = "adaptive_max_pool" if "Max" in call.kind else "adaptive_avg_pool"
    return [program.tracer.slid(call.name, kind, call.x, rank, call.first, sizes)]


def _zero_padding(program: Program, call: Call) -> list[Map]:
    rank = _rank(call)
    sides: dict[str, Any] = {"padding": call.config.sides("padding", rank)}
    return [program.tracer.slid(call.name, "pad", call.x, rank, call.first, sides)]


def _cropping(program: Program, call: Call) -> list[Map]:
    rank = _rank(call)
    sides: dict[str, Any] = {"cropping": call.config.sides("cropping", rank)}
    return [program.tracer.slid(call.name, "crop", call.x, rank, call.first, sides)]


MODES = {"nearest": "nearest", "bilinear": "linear", "bicubic": "cubic", "area": "area"}
"""Interpolation, at the centres of pixels -> the mode of a `resize` that reads the same."""


def resized(
    program: Program, call: Call, x: Map, rank: int, first: bool, size: Sequence[int], word: str, scale: bool = False
) -> Map:
    """A map scaled, or brought to a size."""
    if word not in MODES:
        raise Layout(f"interpolation {word}")
    if scale:
        return program.tracer.slid(call.name, "upsample", x, rank, first, {"scale": size}, mode=MODES[word])
    x = program.tracer.canonical(call.name, program.tracer.arranged(x, rank, first))
    axes = program.tracer.window_axes(x)
    row: list[Size] = [1] * program.tracer.axes
    for axis, dim in zip(axes, x.dims[2:], strict=True):
        row[axis] = size_of(dim)
    for axis, one in zip(axes[len(axes) - rank :], size, strict=True):
        row[axis] = one
    if None in row:
        raise Layout("an axis of unknown size is kept beside one that is resized")
    layer = program.tracer.draft.add(call.name, "resize", [x.layer], size=row, mode=MODES[word])
    made = Map(layer, (*x.dims[:2], *((Atom(axis, row[axis]),) for axis in axes)), x.local)
    return program.tracer.restored(made, rank, first)


def _upsampling(program: Program, call: Call) -> list[Map]:
    rank = _rank(call)
    word = call.config.word("interpolation", "nearest")
    size = call.config.integers("size", rank, 2)
    return [resized(program, call, call.x, rank, call.first, size, word, scale=True)]


def _resizing(program: Program, call: Call) -> list[Map]:
    size = [call.config.integer("height"), call.config.integer("width")]
    for flag in ("crop_to_aspect_ratio", "pad_to_aspect_ratio", "antialias"):
        if call.config.flag(flag, False):
            raise Layout(flag)
    return [resized(program, call, call.x, 2, call.first, size, call.config.word("interpolation", "bilinear"))]


def _center_crop(program: Program, call: Call) -> list[Map]:
    x = program.tracer.arranged(call.x, 2, call.first)
    sides = []
    for key, dim in zip(("height", "width"), x.dims[2:], strict=False):
        n, size = size_of(dim), call.config.integer(key)
        if n is None or n < size:
            raise Layout("it resizes what is smaller, or of unknown size")
        sides.append([(n - size) // 2, n - size - (n - size) // 2])
    return [program.tracer.slid(call.name, "crop", call.x, 2, call.first, {"cropping": sides})]


# Shapes


def _flatten(program: Program, call: Call) -> list[Map]:
    x = call.x
    if x.axes:
        return [program.tracer.flat(call.name, x)]
    features = size_of(tuple(atom for atom in x.atoms if atom.role != BATCH))
    return [program.tracer.passed(call.name, x, (x.dims[0], channels(features)))]


def _reshape(program: Program, call: Call) -> list[Map]:
    found = call.config.find("target_shape")
    if found is None or type(found.value) is not list:
        raise ForeignError("target_shape must be a list", at=found or call.config.node)
    target = call.config.integers("target_shape", len(found.value), least=-1)
    if 0 in target:
        raise ForeignError("target_shape must be sizes, or -1, here is 0", at=found)
    x = call.x
    return [program.tracer.shaped(call.name, x, [x.dims[0], *(None if one == -1 else one for one in target)])]


def _permute(program: Program, call: Call) -> list[Map]:
    x = call.x
    found = call.config.find("dims")
    order = call.config.integers("dims", len(x.dims) - 1)
    if sorted(order) != list(range(1, len(x.dims))):
        raise ForeignError(f"dims must be an order of 1 to {len(x.dims) - 1}", at=found)
    return [program.tracer.passed(call.name, x, [x.dims[0], *(x.dims[at] for at in order)])]


def _repeat_vector(program: Program, call: Call) -> list[Map]:
    x, count = call.x, call.config.integer("n")
    if x.axes or len(x.dims) != 2:
        raise Layout("it repeats a map")
    size = [count, *[1] * (program.tracer.axes - 1)]
    layer = program.tracer.draft.add(call.name, "upsample", [x.layer], size=size)
    return [Map(layer, (x.dims[0], (Atom(0, count),), x.dims[1]), x.local)]


# Weights


def _dense(program: Program, call: Call) -> list[Map]:
    x, units = call.x, call.config.integer("units")
    if len(x.dims) < 2:
        raise Layout("a tensor without features")
    bias = call.config.flag("use_bias", True)
    made = program.tracer.projected(call.name, x, len(x.dims) - 1, units, bias, program.shared(call))
    return [activated(program, call, made)]


def _einsum_dense(program: Program, call: Call) -> list[Map]:
    """Where the equation is that of a dense layer: the last dimension against the first of a matrix."""
    equation = call.config.word("equation", "").replace(" ", "").replace("...", "")
    inputs, _, output = equation.partition("->")
    data, _, weight = inputs.partition(",")
    if len(weight) != 2 or data[-1:] != weight[0] or output != data[:-1] + weight[1]:
        raise Layout(f"equation {equation}")
    shape = call.config.plain("output_shape")
    units = shape[-1] if isinstance(shape, list) and shape else shape
    if type(units) is not int or not 0 < units <= MAX_INTEGER:
        raise Layout("its output_shape is not known")
    x = call.x
    bias = call.config.word("bias_axes", "")
    if bias not in ("", weight[1]) or len(x.dims) < 2:
        raise Layout("biases for each position")
    made = program.tracer.projected(call.name, x, len(x.dims) - 1, units, bool(bias), program.shared(call))
    return [activated(program, call, made)]


def _batch_norm(program: Program, call: Call) -> list[Map]:
    x = call.x
    given: dict[str, Any] = {
        "scale": call.config.flag("scale", True), "bias": call.config.flag("center", True), **program.shared(call),
    }  # fmt: skip
    (at, *others) = call.config.axes("axis", len(x.dims), -1)
    if others:
        raise Layout("several dimensions have statistics of their own")
    return [_normalised(program, call, x, "batch_norm", [at], given)]


def _normalised(program: Program, call: Call, x: Map, type: str, at: Sequence[int], given: dict[str, Any]) -> Map:
    """A normalisation with affine parameters for each entry of some dimensions."""
    sizes = [size_of(x.dims[one]) for one in at]
    affine = bool(given["scale"]) + bool(given["bias"])
    usual = all(is_channels(x.dims[one]) for one in at)
    if usual and None in sizes:
        usual = len([dim for dim in x.dims if dim and is_channels(dim)]) == 1
    elif usual:
        usual = prod(size for size in sizes if size is not None) == x.channels
    if not usual and affine and "params" not in given:
        if None in sizes:
            raise Layout("its parameters depend on a size that is not known")
        given["params"] = _few(affine * prod(size for size in sizes if size is not None))
    return program.tracer.passed(call.name, x, type=type, **given)


def _layer_norm(program: Program, call: Call) -> list[Map]:
    x = call.x
    at = call.config.axes("axis", len(x.dims), -1)
    root = call.config.flag("rms_scaling", False) or call.kind == "RMSNormalization"
    scale = root or call.config.flag("scale", True)
    bias = not root and call.config.flag("center", True)
    given: dict[str, Any] = {"scale": scale, "bias": bias, **program.shared(call)}
    return [_over(program, call, x, at, given)]


def _over(program: Program, call: Call, x: Map, at: Sequence[int], given: dict[str, Any]) -> Map:
    """Entries normalised together along some dimensions."""
    if any(x.dims[one] and is_batch(x.dims[one]) for one in at):
        raise Layout("the batch is normalised")
    axes = sorted({atom.role for one in at for atom in x.dims[one] if isinstance(atom.role, int)})
    if not axes:
        return _normalised(program, call, x, "layer_norm", at, given)
    if axes != x.axes:
        raise Layout("some axes are normalised")
    if any(x.dims[one] and is_channels(x.dims[one]) for one in at):
        if all(one in at or not dim or is_batch(dim) for one, dim in enumerate(x.dims)):
            return program.tracer.passed(call.name, x, type="layer_norm", axes="all", **given)
        return _normalised(program, call, x, "layer_norm", at, {"axes": "all", **given})
    return _normalised(program, call, x, "instance_norm", at, given)


def _group_norm(program: Program, call: Call) -> list[Map]:
    x = call.x
    (at, *others) = call.config.axes("axis", len(x.dims), -1)
    if others or not is_channels(x.dims[at]):
        raise Layout("another dimension is normalised")
    given: dict[str, Any] = {
        "scale": call.config.flag("scale", True), "bias": call.config.flag("center", True), **program.shared(call),
    }  # fmt: skip
    groups = call.config.integer("groups", 32, -1)
    if groups > 0:
        return [_normalised(program, call, x, "group_norm", [at], {"groups": groups, **given})]
    return [_normalised(program, call, x, "instance_norm", [at], given)]


def _unit_norm(program: Program, call: Call) -> list[Map]:
    x = call.x
    return [_over(program, call, x, call.config.axes("axis", len(x.dims), -1), {"scale": False, "bias": False})]


def _auto_contrast(program: Program, call: Call) -> list[Map]:
    """Each channel of an image by the least and the greatest of its values."""
    return [program.tracer.passed(call.name, call.x, type="instance_norm", scale=False, bias=False)]


def _layer_scale(program: Program, call: Call) -> list[Map]:
    x = call.x
    if x.channels != call.config.integer("projection_dim"):
        raise Layout("it scales other than the channels")
    return [program.tracer.passed(call.name, x, type="channel_scale", **program.shared(call))]


def _embedding(program: Program, call: Call) -> list[Map]:
    x = call.x
    rows, width = call.config.integer("input_dim"), call.config.integer("output_dim")
    origins = [atom.origin for atom in x.atoms if atom.role != BATCH]
    if len(x.dims) == 2 and origins and origins[0] is not None and origins[0] not in program.tracer.roles:
        raise Roles({origins[0]: 0})  # Positions of a sequence, not features.
    positions = x.channels
    params = program.weights(call, rows * width)
    if positions is None or params is None or params > MAX_INTEGER:
        raise Layout("channels of unknown number are embedded")
    layer = program.tracer.draft.add(call.name, "custom", [x.layer], filters=positions * width, params=params, macs=0)
    return [Map(layer, (*x.dims, channels(width)), x.local)]


# Merges


def _merge(program: Program, call: Call) -> list[Map]:
    maps = call.maps
    if len(maps) != len(call.values):
        raise Layout("it merges what does not depend on an input")
    rank = max((len(x.dims) for x in maps), default=0)
    if len(maps) == 1:
        return [program.tracer.passed(call.name, call.x)]
    raised_maps = [raised(x, rank) for x in maps]
    return [program.tracer.merged(call.name, MERGES[call.kind], raised_maps)]


def _concatenate(program: Program, call: Call) -> list[Map]:
    maps = call.maps
    rank = len(call.x.dims)
    if any(len(x.dims) != rank for x in maps) or len(maps) != len(call.values):
        raise Layout("it joins tensors of different ranks")
    (at, *_) = call.config.axes("axis", rank, -1)
    if len(maps) == 1:
        return [program.tracer.passed(call.name, call.x)]
    return [program.tracer.concatenated(call.name, maps, at)]


def _dot(program: Program, call: Call) -> list[Map]:
    """The product of two vectors of features."""
    first, second = call.map(0), call.map(1)
    if first.axes or second.axes or len(first.dims) != 2 or len(second.dims) != 2 or len(call.maps) != 2:
        raise Layout("it multiplies maps")
    both = program.tracer.merged(f"{call.name}/product", "multiply", [first, second])
    return [program.tracer.passed(call.name, both, (first.dims[0], ()), "custom", filters=1, params=0, macs=0)]


# Attention


def _entries(dims: Sequence[Dim]) -> Size:
    sizes = [size_of(dim) for dim in dims]
    return None if None in sizes else prod(size for size in sizes if size is not None)


def attend(
    program: Program, call: Call, query: Map, others: Sequence[Map], width: int, params: int | None, macs: int | None,
    heads: int = 1,
) -> Map:  # fmt: skip
    """Values of all positions of `others`, summed with weights by the query: `width` channels where the query lies."""
    draft = program.tracer.draft
    dims = (*query.dims[:-1], channels(width))
    if query.channels is None or query.channels != size_of(query.dims[-1]):
        raise Layout("positions that are no axes")
    given: dict[str, Any] = {"params": params, "macs": macs}
    rest = list(dict.fromkeys(one.layer for one in others))
    if rest == [query.layer] and query.axes:
        if width == query.channels:
            return Map(draft.add(call.name, "attention", [query.layer], heads=heads, **given), dims, False)
        return Map(draft.add(call.name, "custom", [query.layer], filters=width, global_=True, **given), dims, False)
    axes = {one.layer: one.axes for one in others}
    flat = [draft.add(f"{call.name}/values", "flatten", [layer]) if axes[layer] else layer for layer in rest]
    mixed = draft.add(f"{call.name}/inputs", "concat", [query.layer, *flat])
    return Map(draft.add(call.name, "custom", [mixed], filters=width, **given), dims, query.local)


def _attention_inputs(call: Call) -> tuple[Map, Map, Map]:
    """Query, value and key; the key is the value where none is given."""
    named = {key: call.kwargs.get(key) for key in ("query", "value", "key")}
    listed = [one for arg in call.args for one in (arg if isinstance(arg, list) else [arg]) if isinstance(one, Map)]
    order = [key for key in ("query", "value", "key") if not isinstance(named[key], Map)]
    named.update(zip(order, listed, strict=False))
    query, value = named["query"], named["value"]
    if not isinstance(query, Map) or not isinstance(value, Map):
        raise Layout("it has no query and value")
    key = named["key"] if isinstance(named["key"], Map) else value
    if any(one not in (query, value, key) for one in call.maps):
        raise Layout("a mask is computed")
    if min(len(query.dims), len(value.dims)) < 3:
        raise Layout("tensors without positions")
    return query, value, key


def _width(x: Map) -> int:
    count = size_of(x.dims[-1])
    if count is None or not is_channels(x.dims[-1]):
        raise Layout("its last dimension holds no known number of channels")
    return count


def _macs(positions: Size, others: Size, query: int, others_each: int, scores: int) -> int | None:
    """Multiply-accumulates: projections of each position, and each pair of positions."""
    if positions is None or others is None:
        return None
    total = positions * query + others * others_each + positions * others * scores
    return total if total <= MAX_INTEGER else None


def _multi_head(program: Program, call: Call) -> list[Map]:
    query, value, key = _attention_inputs(call)
    heads, inner = call.config.integer("num_heads"), call.config.integer("key_dim")
    outer = call.config.integer("value_dim", inner)
    if call.config.flag("use_gate", False) or call.config.find("sliding_window") is not None:
        raise Layout("gates and windows")
    rank = len(query.dims)
    if call.config.find("attention_axes") is not None:
        named = set(call.config.axes("attention_axes", rank, 1))
        if named != set(range(1, rank - 1)):
            raise Layout("some axes are attended")
    shape = call.config.plain("output_shape")
    width = _width(query)
    if shape is not None:
        shape = shape if isinstance(shape, list) else [shape]
        if len(shape) != 1 or type(shape[0]) is not int or not 0 < shape[0] <= MAX_INTEGER:
            raise Layout("an output of several dimensions")
        width = shape[0]
    bias = call.config.flag("use_bias", True)
    q, k, v, o = (
        _width(query) * heads * inner,
        _width(key) * heads * inner,
        _width(value) * heads * outer,
        heads * outer * width,
    )
    count = q + k + v + o + (heads * (2 * inner + outer) + width if bias else 0)
    macs = _macs(_entries(query.dims[1:-1]), _entries(value.dims[1:-1]), q + o, k + v, heads * (inner + outer))
    return [attend(program, call, query, [value, key], width, program.weights(call, _few(count)), macs, heads)]


def _grouped_query(program: Program, call: Call) -> list[Map]:
    query, value, key = _attention_inputs(call)
    inner, heads = call.config.integer("head_dim"), call.config.integer("num_query_heads")
    shared = call.config.integer("num_key_value_heads")
    if call.config.flag("use_gate", False) or call.config.find("sliding_window") is not None or len(query.dims) != 3:
        raise Layout("gates and windows")
    width = _width(query)
    q, k, v, o = (
        width * heads * inner,
        _width(key) * shared * inner,
        _width(value) * shared * inner,
        heads * inner * width,
    )
    bias = call.config.flag("use_bias", True)
    count = q + k + v + o + (heads * inner + 2 * shared * inner + width if bias else 0)
    macs = _macs(_entries(query.dims[1:-1]), _entries(value.dims[1:-1]), q + o, k + v, 2 * heads * inner)
    return [attend(program, call, query, [value, key], width, program.weights(call, _few(count)), macs, heads)]


def _attention(program: Program, call: Call) -> list[Map]:
    """Attention of Luong, and of Bahdanau (additive): weights are a scale, of one or of each feature."""
    if call.config.flag("return_attention_scores", False) or call.kwargs.get("return_attention_scores"):
        raise Layout("it returns scores")
    query, value, key = _attention_inputs(call)
    additive = call.kind == "AdditiveAttention"
    count = 0
    if call.config.flag("use_scale", additive):
        count += _width(query) if additive else 1
    if call.config.word("score_mode", "dot") == "concat":
        count += 1
    width = _width(value)
    scores = _width(query) + width
    macs = _macs(_entries(query.dims[1:-1]), _entries(value.dims[1:-1]), 0, 0, scores)
    return [attend(program, call, query, [value, key], width, program.weights(call, count), macs)]


# Recurrence


GATES = {"LSTM": 4, "GRU": 3, "SimpleRNN": 1}


def _cell(call: Call, width: int) -> tuple[int, int, int]:
    """Units, parameters, and multiply-accumulates per step of a recurrent layer."""
    units, gates = call.config.integer("units"), GATES[call.kind]
    macs = gates * units * (width + units)
    double = 2 if call.kind == "GRU" and call.config.flag("reset_after", False) else 1
    return units, _few(macs + (gates * units * double if call.config.flag("use_bias", True) else 0)), macs


def _sequence(program: Program, call: Call) -> tuple[Map, Size]:
    x = program.tracer.canonical(call.name, program.tracer.arranged(call.x, 1, False))
    if len(call.maps) > 1 or len(x.dims) != 3:
        raise Layout("it has states or a mask")
    return x, size_of(x.dims[2])


def _recurrent(program: Program, call: Call) -> list[Map]:
    """The last step has read all of them; step o has read the ones before it, which no layer of rf does."""
    x, steps = _sequence(program, call)
    units, params, macs = _cell(call, _width(call.x))
    count, cost = program.weights(call, params), None if steps is None else macs * steps
    if call.config.flag("return_state", False):
        raise Layout("it returns states")
    if call.config.flag("return_sequences", False):
        shape = [None, units, steps] if program.tracer.first else [None, steps, units]
        told = f"{call.kind}: a step reads all before it"
        made = program.tracer.unknown_like(call.name, told, [call.x], shape, count, cost)
        return [made.replaced(dims=(made.dims[0], x.dims[2], channels(units)))]
    return [_whole(program, call.name, x, units, count, cost)]


def _whole(program: Program, name: str, x: Map, units: int, params: int | None, macs: int | None) -> Map:
    """Features of a whole sequence."""
    layer = program.tracer.draft.add(f"{name}/steps", "flatten", [x.layer])
    layer = program.tracer.draft.add(name, "custom", [layer], filters=units, params=params, macs=macs)
    return Map(layer, (x.dims[0], channels(units)), False)


def _bidirectional(program: Program, call: Call) -> list[Map]:
    """Two recurrent layers, which together have read every step at each of them."""
    inner, _ = _wrapped(call)
    if inner.kind not in GATES or inner.config.flag("return_state", False):
        raise Layout(f"of {inner.kind}")
    x, steps = _sequence(program, call)
    units, params, macs = _cell(inner, _width(call.x))
    mode = call.config.word("merge_mode", "concat", ("concat", "sum", "mul", "ave"))
    if call.config.find("merge_mode") is None and "merge_mode" in call.config.node.value:
        raise Layout("it returns both directions")
    width = 2 * units if mode == "concat" else units
    count, cost = program.weights(call, 2 * params), None if steps is None else 2 * macs * steps
    if not inner.config.flag("return_sequences", False):
        return [_whole(program, call.name, x, width, count, cost)]
    layer = program.tracer.draft.add(
        call.name, "custom", [x.layer], filters=width, params=count, macs=cost, global_=True
    )
    return [Map(layer, (x.dims[0], x.dims[2], channels(width)), False)]


def _wrapped(call: Call) -> tuple[Call, str]:
    """The layer inside a wrapper, called with what the wrapper is called with."""
    found = call.config.find("layer")
    entry = found.value if found is not None else None
    if type(entry) is not dict or "class_name" not in entry or "config" not in entry or found is None:
        raise ForeignError("layer must be a layer", at=found or call.config.node)
    kind, config = entry["class_name"].value, entry["config"]
    if type(kind) is not str or type(config.value) is not dict:
        raise ForeignError("layer must be a layer", at=found)
    module = f"{entry['module'].value}." if "module" in entry and type(entry["module"].value) is str else ""
    return call.replaced(kind=kind, config=Config(config)), module


IN_TIME = (
    "Dense", "Conv1D", "Conv2D", "SeparableConv1D", "SeparableConv2D", "DepthwiseConv1D", "DepthwiseConv2D",
    "Conv1DTranspose", "Conv2DTranspose", "MaxPooling1D", "MaxPooling2D", "AveragePooling1D", "AveragePooling2D",
    "GlobalMaxPooling1D", "GlobalMaxPooling2D", "GlobalAveragePooling1D", "GlobalAveragePooling2D", "ZeroPadding1D",
    "ZeroPadding2D", "Cropping1D", "Cropping2D", "UpSampling1D", "UpSampling2D", "ReLU", "LeakyReLU", "ELU",
    "Activation", *DROPPING[:7], "Identity", "Rescaling",
)  # fmt: skip
"""Layers that work on the last dimensions, and so on every step of a sequence by itself."""


def _time_distributed(program: Program, call: Call) -> list[Traced]:
    inner, module = _wrapped(call)
    kind = ALIASES.get(inner.kind, inner.kind)
    if kind in IN_TIME:
        need = _rank(inner) + 3 if "D" in kind and any(f"{n}D" in kind for n in "123") else 3
        if len(call.x.dims) < need:
            raise Layout(f"it takes {need} dimensions, its input has {len(call.x.dims)}")
        return program.applied(inner, module)
    x = call.x
    if kind == "Flatten" and len(x.dims) > 2:
        return [program.tracer.shaped(call.name, x, [x.dims[0], x.dims[1], None])]
    if kind == "BatchNormalization" and inner.config.axes("axis", len(x.dims) - 1, -1) == [len(x.dims) - 2]:
        return program.applied(inner, module)
    raise Layout(f"of {inner.kind[:40]}")


def _wrapper(program: Program, call: Call) -> list[Traced]:
    """Wrappers that change how weights are trained, not what is read."""
    return program.applied(*_wrapped(call))


LAYERS: dict[str, Callable[[Program, Call], Sequence[Traced]]] = {
    **dict.fromkeys(PASSING, _passed),
    **dict.fromkeys(DROPPING, _dropped),
    **dict.fromkeys(MERGES, _merge),
    **dict.fromkeys([f"{kind}Conv{n}D" for kind in ("", "Separable") for n in (1, 2, 3) if n < 3 or not kind], _conv),
    **dict.fromkeys([f"DepthwiseConv{n}D" for n in (1, 2)], _depthwise),
    **dict.fromkeys([f"Conv{n}DTranspose" for n in (1, 2, 3)], _transposed),
    **dict.fromkeys([f"{kind}Pooling{n}D" for kind in ("Max", "Average") for n in (1, 2, 3)], _pool),
    **dict.fromkeys([f"Global{kind}Pooling{n}D" for kind in ("Max", "Average") for n in (1, 2, 3)], _global_pool),
    **dict.fromkeys([f"Global{kind}Pool{n}D" for kind in ("Max", "Avg") for n in (1, 2, 3)], _global_pool),
    **dict.fromkeys([f"Adaptive{kind}Pooling{n}D" for kind in ("Max", "Average") for n in (1, 2, 3)], _adaptive_pool),
    **dict.fromkeys([f"ZeroPadding{n}D" for n in (1, 2, 3)], _zero_padding),
    **dict.fromkeys([f"Cropping{n}D" for n in (1, 2, 3)], _cropping),
    **dict.fromkeys([f"UpSampling{n}D" for n in (1, 2, 3)], _upsampling),
    "Resizing": _resizing,
    "CenterCrop": _center_crop,
    "Activation": _activation,
    "ReLU": _relu,
    "LeakyReLU": _named_activation("leaky_relu"),
    "ELU": _named_activation("elu"),
    "ThresholdedReLU": _named_activation("threshold"),
    "PReLU": _prelu,
    "Softmax": _softmax,
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Permute": _permute,
    "RepeatVector": _repeat_vector,
    "Dense": _dense,
    "EinsumDense": _einsum_dense,
    "BatchNormalization": _batch_norm,
    "LayerNormalization": _layer_norm,
    "RMSNormalization": _layer_norm,
    "GroupNormalization": _group_norm,
    "UnitNormalization": _unit_norm,
    "AutoContrast": _auto_contrast,
    "LayerScale": _layer_scale,
    "Embedding": _embedding,
    "Concatenate": _concatenate,
    "Dot": _dot,
    "MultiHeadAttention": _multi_head,
    "GroupedQueryAttention": _grouped_query,
    "GroupQueryAttention": _grouped_query,
    "Attention": _attention,
    "AdditiveAttention": _attention,
    **dict.fromkeys(GATES, _recurrent),
    "Bidirectional": _bidirectional,
    "TimeDistributed": _time_distributed,
    "SpectralNormalization": _wrapper,
}
"""Class -> what it is as layers; each raises `Layout` where it is none, and `ForeignError` for a wrong value."""
LAYERS.update({alias: LAYERS[name] for alias, name in ALIASES.items()})
