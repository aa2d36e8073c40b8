"""A network as the Python source of a torch module: readable, and imports nothing but torch.

`MODULES` says for each layer type how torch writes it. Geometry is exact: where torch has no argument for a padding, a
module pads before; where a padding depends on a size that is not known, it is worked out as the module runs.
"""

from __future__ import annotations

import re

from rfcli.diagnostics import printable
from rfcli.geometry.unknown import Unknown
from rfcli.layers._registry import LAYERS
from rfcli.writers.places import (
    SIZED,
    Inexpressible,
    Place,
    attention_bias,
    ceil_sides,
    certain,
    check_border,
    custom_window,
    expressed,
    transposed_sides,
    window_sides,
)
from rfcli.writers.torch.classes import Argument, Modules, New, Written
from rfcli.writers.torch.python import Chain, Listed, call, joined, literal
from rfcli.writers.torch.support import HELPERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from rfcli.graph.graph import Graph
    from rfcli.writers.places import Sides
    from rfcli.writers.torch.python import Expression
TARGET = "torch"
RESERVED = frozenset((
    "T_destination", "add_module", "apply", "bfloat16", "buffers", "call_super_init", "children", "compile", "cpu",
    "cuda", "double", "dump_patches", "eval", "extra_repr", "float", "forward", "get_buffer", "get_extra_state",
    "get_parameter", "get_submodule", "half", "ipu", "load_state_dict", "modules", "mtia", "named_buffers",
    "named_children", "named_modules", "named_parameters", "parameters", "register_backward_hook", "register_buffer",
    "register_forward_hook", "register_forward_pre_hook", "register_full_backward_hook",
    "register_full_backward_pre_hook", "register_load_state_dict_post_hook", "register_load_state_dict_pre_hook",
    "register_module", "register_parameter", "register_state_dict_post_hook", "register_state_dict_pre_hook",
    "requires_grad_", "set_extra_state", "set_submodule", "share_memory", "state_dict", "to", "to_empty", "train",
    "training", "type", "xpu", "zero_grad",
))  # fmt: skip
"""What `nn.Module` has, and so no submodule is called."""


def written(graph: Graph) -> str:
    """Source of a module that is the network. Raises `DescriptionError` with all layers that torch has nothing for."""
    return source(graph)[0]


def source(graph: Graph) -> tuple[str, dict[str, str]]:
    """The source, and by label the submodules that make just what their layers make."""
    flat = dict.fromkeys(graph.inputs, False)
    found: dict[int, Written] = {}

    def express(place: Place) -> None:
        flat[place.number] = False
        layer = MODULES[place.layer.type](place)
        operands = [*place.sources, *(() if place.like is None else (place.like,))]
        made = _fitted(place, layer, [flat.get(one, False) for one in operands])
        flat[place.number] = made.flat
        found[place.number] = made

    expressed(graph, TARGET, express)
    modules = Modules(graph, found, RESERVED, set(HELPERS))
    classes = modules.classes(graph.architecture.name)
    needed = [name for name in HELPERS if _names(name, joined(classes))]
    helpers = [HELPERS[name][graph.architecture.axes].splitlines() for name in needed]
    text = joined([*helpers, *classes])
    imports = ["import torch"] if _names("torch", text) else []
    imports += ["import torch.nn.functional as F"] if _names("F", text) else []
    head = [f'"""{_title(graph)}"""', "", *imports, "from torch import Tensor, nn"]
    return joined([head, text.rstrip("\n").split("\n")]), modules.paths


def _names(name: str, text: str) -> bool:
    """Whether a source uses a name."""
    return re.search(rf"(?<![\w.]){name}[.(]", text) is not None


def _title(graph: Graph) -> str:
    """What the network is, in one line of a docstring."""
    name = printable(graph.architecture.name).replace("\\", "/").replace('"', "'")[:40].strip()
    shapes = []
    for one in graph.architecture.inputs:
        sizes = "x".join("?" if n is None else str(n) for n in (one.channels, *one.size))
        shapes.append(sizes if len(graph.inputs) == 1 else f"{one.name} {sizes}")
    listed = ", ".join(shapes[:3]) + (", ..." if len(shapes) > 3 else "")
    return f"{name}, for inputs (channels x sizes) of {listed}."[:80]


def _fitted(place: Place, layer: Written, flats: list[bool]) -> Written:
    """The layer with operands of the shape that it takes: (batch, features), or a map."""
    type = place.layer.type
    if type == "linear" and not flats[0]:
        return _before(layer, lambda one, _: f"torch.flatten({one}, 1)", flats)
    if not any(flats) or type in ("linear", "flatten"):
        return layer
    if all(flats) and type in FLAT:
        return layer.replaced(flat=True)
    wide = f"[:, :{', None' * place.axes}]"
    return _before(layer, lambda one, is_flat: one + wide if is_flat else one, flats)


def _before(layer: Written, change: Callable[[str, bool], str], flats: list[bool]) -> Written:
    def result(self_: Callable[[str], str], operands: list[str]) -> Expression:
        return layer.result(self_, [change(one, is_flat) for one, is_flat in zip(operands, flats, strict=True)])

    return layer.replaced(result=result)


# Pieces


def _per_axis(values: Sequence[Any]) -> Any:
    """One value for all axes where they are alike."""
    return values[0] if all(one == values[0] for one in values) else tuple(values)


def _module(
    head: str,
    *arguments: Argument,
    before: Sequence[tuple[str, New]] = (),
    behind: Sequence[tuple[str, New]] = (),
    after: Sequence[str] = (),
    flat: bool = False,
) -> Written:
    """A submodule, with others that its input, and its output, passes."""

    def result(self_: Callable[[str], str], operands: list[str]) -> Expression:
        value: Expression = operands[0]
        for ending in (*(name for name, _ in before), "", *(name for name, _ in behind)):
            value = call(self_(ending), value)
        return value

    return Written((*before, ("", New(head, arguments)), *behind), result, tuple(after), flat)


def _function(make: Callable[[list[str]], Expression]) -> Written:
    """An expression of the operands."""
    return Written((), lambda _, operands: make(operands))


def _ends(sides: Sides) -> Any:
    """Padding as torch takes it: the last axis first."""
    return _per_axis([end for pair in reversed(sides) for end in pair])


def _pads(place: Place, sides: Sides, mode: str = "zeros", value: float = 0.0) -> list[tuple[str, New]]:
    """Modules that pad, or crop where negative."""
    rank = place.axes
    found = []
    if mode != "zeros":
        check_border(place, sides, mode)
        cropped = tuple((min(a, 0), min(b, 0)) for a, b in sides)
        if any(map(any, cropped)):
            found.append(("_crop", New(f"nn.ZeroPad{rank}d", (Argument("padding", _ends(cropped)),))))
        sides = tuple((max(a, 0), max(b, 0)) for a, b in sides)
        kind = {"reflect": "Reflection", "replicate": "Replication", "circular": "Circular"}[mode]
        found.append(("_pad", New(f"nn.{kind}Pad{rank}d", (Argument("padding", _ends(sides)),))))
    elif value:
        found.append(
            ("_pad", New(f"nn.ConstantPad{rank}d", (Argument("padding", _ends(sides)), Argument("value", value))))
        )
    else:
        found.append(("_pad", New(f"nn.ZeroPad{rank}d", (Argument("padding", _ends(sides)),))))
    return found


def _same(place: Place, mode: str, value: float) -> list[tuple[str, New]]:
    """The module that works a padding out from the size of its input."""
    layer = place.layer
    return [
        ("_pad", New("SamePad", (
            Argument("window", tuple(layer.extent(axis) for axis in range(place.axes))),
            Argument("stride", layer.stride),
            Argument("lower", layer.padding.word == "same_lower", False, True),
            Argument("mode", "constant" if mode == "zeros" else mode, "constant", True),
            Argument("value", value, 0.0, True),
        ))),
    ]  # fmt: skip


# Convolutions and pools


def _conv(place: Place) -> Written:
    return _convolution(place, (), place.made, place.layer.groups)


def _depthwise(place: Place) -> Written:
    return _convolution(place, (), place.c * place.layer.depth_multiplier, place.c)


def _separable(place: Place) -> Written:
    between = place.c * place.layer.depth_multiplier
    second = New(f"nn.Conv{place.axes}d", (
        Argument("in_channels", between), Argument("out_channels", place.made), Argument("kernel_size", 1),
        Argument("bias", place.layer.bias, True, True),
    ))  # fmt: skip
    return _convolution(place, (second,), between, place.c)


def _convolution(place: Place, then: tuple[New, ...], filters: int, groups: int) -> Written:
    layer = place.layer
    mode = getattr(layer, "padding_mode", "zeros")
    sides = window_sides(place)
    before: list[tuple[str, New]] = []
    inside: Any = 0
    if sides is None:
        before, mode = _same(place, mode, 0.0), "zeros"
    elif all(a == b >= 0 for a, b in sides):
        check_border(place, sides, mode)
        inside = _per_axis([a for a, _ in sides])
    else:
        before, mode = _pads(place, sides, mode), "zeros"
    conv = (
        Argument("in_channels", place.c),
        Argument("out_channels", filters),
        Argument("kernel_size", _per_axis(layer.kernel)),
        Argument("stride", _per_axis(layer.stride), 1, True),
        Argument("padding", inside, 0, True),
        Argument("dilation", _per_axis(layer.dilation), 1, True),
        Argument("groups", groups, 1, True),
        Argument("bias", layer.bias and not then, True, True),
        Argument("padding_mode", mode if inside else "zeros", "zeros", True),
    )
    head = f"nn.Conv{place.axes}d"
    if not then:
        return _module(head, *conv, before=before)
    parts = (New(head, conv), *then)
    return _module("nn.Sequential", *(Argument(str(at), part) for at, part in enumerate(parts)), before=before)


def _custom(place: Place) -> Written:
    custom_window(place)
    return _conv(place)


def _transposed(place: Place) -> Written:
    layer = place.layer
    rows = transposed_sides(place)
    sides = tuple((before, after) for _, _, before, after in rows)
    crop = [("_crop", New(f"nn.ZeroPad{place.axes}d", (Argument("padding", _ends(sides)),)))]
    return _module(
        f"nn.ConvTranspose{place.axes}d",
        Argument("in_channels", place.c),
        Argument("out_channels", place.made),
        Argument("kernel_size", _per_axis(layer.kernel)),
        Argument("stride", _per_axis(layer.stride), 1, True),
        Argument("padding", _per_axis([row[0] for row in rows]), 0, True),
        Argument("output_padding", _per_axis([row[1] for row in rows]), 0, True),
        Argument("groups", layer.groups, 1, True),
        Argument("bias", layer.bias, True, True),
        Argument("dilation", _per_axis(layer.dilation), 1, True),
        behind=crop if any(map(any, sides)) else (),
    )


def _pool(place: Place) -> Written:
    layer, rank = place.layer, place.axes
    kind = layer.type
    value = float("-inf") if kind == "max_pool" else 0.0
    dilated = any(d > 1 for d in layer.dilation)
    sides = window_sides(place)
    ceil = layer.ceil_mode
    before: list[tuple[str, New]] = []
    inside: Any = 0
    if sides is None:
        if ceil:
            raise Inexpressible("ceil_mode with a padding that depends on the input size", SIZED)
        before = _same(place, "zeros", value)
    else:
        halves = [(layer.extent(axis) if kind == "max_pool" else k) // 2 for axis, k in enumerate(layer.kernel)]
        fits = all(a == b and 0 <= a <= half for (a, b), half in zip(sides, halves, strict=True))
        own = fits and (kind == "max_pool" or (kind == "avg_pool" and not dilated) or not any(map(any, sides)))
        if own and not (ceil and dilated and kind == "avg_pool"):
            inside = _per_axis([a for a, _ in sides])
        else:
            if ceil:
                whole = ceil_sides(place, sides)
                if whole is None:
                    raise Inexpressible("ceil_mode with a padding that torch's pools do not take", SIZED)
                sides, ceil = whole, False
            before = _pads(place, sides, "zeros", value) if any(map(any, sides)) else []
    kernel, stride = Argument("kernel_size", _per_axis(layer.kernel)), Argument("stride", _per_axis(layer.stride))
    ceiling = Argument("ceil_mode", ceil, False, True)
    if kind == "lp_pool":
        if dilated:
            raise Inexpressible("torch's lp_pool has no dilation")
        return _module(f"nn.LPPool{rank}d", Argument("norm_type", 2), kernel, stride, ceiling, before=before)
    if kind == "avg_pool" and dilated:
        return _module(
            "DilatedAvgPool",
            Argument("kernel_size", layer.kernel),
            Argument("stride", layer.stride),
            Argument("dilation", layer.dilation),
            before=before,
        )
    more = [Argument("dilation", _per_axis(layer.dilation), 1, True)] if kind == "max_pool" else []
    head = f"nn.{'Max' if kind == 'max_pool' else 'Avg'}Pool{rank}d"
    return _module(head, kernel, stride, Argument("padding", inside, 0, True), *more, ceiling, before=before)


def _adaptive(place: Place) -> Written:
    kind = "Avg" if place.layer.type == "adaptive_avg_pool" else "Max"
    size = _per_axis(place.layer.output_size_)
    return _module(f"nn.Adaptive{kind}Pool{place.axes}d", Argument("output_size", size))


def _global_pool(place: Place) -> Written:
    kind = "Avg" if place.layer.type == "global_avg_pool" else "Max"
    return _module(f"nn.Adaptive{kind}Pool{place.axes}d", Argument("output_size", 1))


# Resizing, padding, cropping


def _resize(place: Place) -> Written:
    layer = place.layer
    mode, corners = _interpolation(place)
    named = [Argument("mode", mode, "nearest", True), Argument("align_corners", corners, None, True)]
    if layer.like is not None:
        options = {one.name: literal(one.value) for one in named if one.value != one.default}
        return _function(lambda x: call("F.interpolate", x[0], size=f"{x[1]}.shape[2:]", **options))
    if layer.size is not None:
        return _module("nn.Upsample", Argument("size", _per_axis(layer.size)), *named)
    factors = [up if down == 1 else up / down for up, down in layer.scale]
    for axis, ((up, down), n) in enumerate(zip(layer.scale, place.n, strict=True)):
        if down > 1 and isinstance(n, int) and int(n * factors[axis]) != n * up // down:
            raise Inexpressible(f"{n} samples times {up / down:g} are not {n * up // down} in floating point")
    scale = factors[0] if all(one == factors[0] for one in factors) else tuple(factors)
    return _module("nn.Upsample", Argument("scale_factor", scale, None, True), *named)


def _interpolation(place: Place) -> tuple[str, bool | None]:
    """Mode and align_corners of torch's interpolation."""
    layer, rank = place.layer, place.axes
    word = next(word for word in ("nearest", "linear", "cubic", "area") if word in layer.mode)
    told = f"mode {layer.mode} with coordinates {layer.coordinates}"
    if word == "area":
        return "area", None
    if word == "nearest":
        whole = layer.scale is not None and all(down == 1 for _, down in layer.scale)
        if layer.coordinates == "align_corners":
            raise Inexpressible(f"{told}: torch rounds positions down")
        return ("nearest" if whole or layer.coordinates == "asymmetric" else "nearest-exact"), None
    if layer.coordinates == "asymmetric":
        raise Inexpressible(f"{told}: torch interpolates at half_pixel or align_corners")
    if word == "cubic" and rank != 2:
        raise Inexpressible(f"{told} over {rank} {'axis' if rank == 1 else 'axes'}: torch's is for 2 axes")
    names = {"linear": ("linear", "bilinear", "trilinear")[rank - 1], "cubic": "bicubic"}
    return names[word], True if layer.coordinates == "align_corners" else None


def _shuffle(place: Place) -> Written:
    scale, up = place.layer.scale, place.layer.type in ("pixel_shuffle", "depth_to_space")
    if place.axes == 2 and scale[0] == scale[1]:
        head, name = ("nn.PixelShuffle", "upscale_factor") if up else ("nn.PixelUnshuffle", "downscale_factor")
        return _module(head, Argument(name, scale[0]))
    return _function(lambda x: call("depth_to_space" if up else "space_to_depth", x[0], literal(scale)))


def _unpool(place: Place) -> Written:
    raise Inexpressible("which pooling's indices it takes is not described")


def _widened(place: Place, value: Expression) -> Expression:
    """A value with zeros for the channels that are added."""
    if place.layer.filters is None:
        return value
    added = place.layer.filters - place.c
    return call("F.pad", value, literal((0, 0) * place.axes + (0, added))) if added else value


def _identity(place: Place) -> Written:
    if place.layer.filters is None or place.layer.filters == place.c:
        return _module("nn.Identity")
    return _function(lambda x: _widened(place, x[0]))


def _subsample(place: Place) -> Written:
    steps = ", ".join(f"::{s}" if s > 1 else ":" for s in place.layer.stride)
    _widened(place, "x")
    return _function(lambda x: _widened(place, f"{x[0]}[:, :, {steps}]"))


def _pad(place: Place) -> Written:
    pads = _pads(place, place.layer.padding.sides, place.layer.padding_mode)
    (_, last), before = pads[-1], pads[:-1]
    return _module(last.head, *last.arguments, before=before)


def _crop(place: Place) -> Written:
    layer = place.layer
    if layer.cropping is None:
        return _function(lambda x: call("center_crop", x[0], f"{x[1]}.shape[2:]"))
    sides = tuple((-before, -after) for before, after in layer.cropping.sides)
    return _module(f"nn.ZeroPad{place.axes}d", Argument("padding", _ends(sides)))


def _flatten(place: Place) -> Written:
    return _module("nn.Flatten", flat=True)


# Pointwise layers and normalisations


def _plain(head: str, *arguments: Argument) -> Callable[[Place], Written]:
    """A module that takes the same arguments everywhere."""
    return lambda place: _module(head, *arguments)


def _prelu(place: Place) -> Written:
    if place.layer.per_channel:
        return _module("nn.PReLU", Argument("num_parameters", place.c))
    return _module("nn.PReLU")


def _slice(place: Place) -> Written:
    start, end = place.layer.start or "", "" if place.layer.end is None else place.layer.end
    return _function(lambda x: f"{x[0]}[:, {start}:{end}]")


def _fixed(place: Place) -> list[str]:
    """Statements that keep one of scale and bias from being trained."""
    names = [name for name, given in (("weight", place.layer.scale), ("bias", place.layer.bias)) if not given]
    return [f"{name}.requires_grad_(False)" for name in names] if len(names) == 1 else []


def _affine(place: Place) -> bool:
    return bool(place.layer.scale or place.layer.bias)


def _batch_norm(place: Place) -> Written:
    affine = Argument("affine", _affine(place), True, True)
    head = f"nn.BatchNorm{place.axes}d"
    return _module(head, Argument("num_features", place.c), affine, after=_fixed(place))


def _instance_norm(place: Place) -> Written:
    if all(n == 1 for n in place.n):
        raise Inexpressible("torch does not normalise a single sample")
    affine = Argument("affine", _affine(place), False, True)
    head = f"nn.InstanceNorm{place.axes}d"
    return _module(head, Argument("num_features", place.c), affine, after=_fixed(place))


def _group_norm(place: Place) -> Written:
    affine = Argument("affine", _affine(place), True, True)
    groups = Argument("num_groups", place.layer.groups)
    return _module("nn.GroupNorm", groups, Argument("num_channels", place.c), affine, after=_fixed(place))


def _layer_norm(place: Place) -> Written:
    affine = Argument("elementwise_affine", _affine(place), True, True)
    if place.layer.axes_ == "channels":
        shape: Any = place.c
        head = "ChannelNorm"
    else:
        sizes = [certain(n, "its scale and bias have one value for each sample", SIZED) for n in place.n]
        shape, head = (place.c, *sizes), "nn.LayerNorm"
    return _module(head, Argument("normalized_shape", shape), affine, after=_fixed(place))


def _squeeze_excite(place: Place) -> Written:
    if place.layer.units is None:
        raise Inexpressible("it states no units")
    bias = Argument("bias", place.layer.bias, True, True)
    return _module("SqueezeExcite", Argument("channels", place.c), Argument("units", place.layer.units), bias)


def _attention(place: Place) -> Written:
    layer, c = place.layer, place.c
    arguments = [Argument("channels", c), Argument("heads", layer.heads)]
    bias = Argument("bias", attention_bias(place), True, True)
    if layer.type == "attention":
        return _module("SelfAttention", *arguments, bias)
    windows = [Argument("window", layer.window), Argument("shift", layer.shift)]
    return _module("WindowAttention", *arguments, *windows, bias)


def _linear(place: Place) -> Written:
    bias = Argument("bias", place.layer.bias, True, True)
    return _module("nn.Linear", Argument("in_features", place.c), Argument("out_features", place.made), bias, flat=True)


# Merges


def _arithmetic(operator: str) -> Callable[[Place], Written]:
    return lambda place: _function(lambda x: Chain(operator, tuple(x)))


def _maximum(place: Place) -> Written:
    def nested(x: list[str]) -> Expression:
        value: Expression = x[0]
        for one in x[1:]:
            value = call("torch.maximum", value, one)
        return value

    return _function(nested)


def _concat(place: Place) -> Written:
    """Maps of one position are repeated over the others, as `torch.cat` does not."""
    small = [
        any(n == 1 and m != 1 for n, m in zip(sizes, place.size, strict=True)) for sizes in place.sizes
    ]  # fmt: skip
    if not any(small) or len(small) == 1:
        return _function(lambda x: call("torch.cat", Listed(tuple(x)), "1"))
    full = next((at for at, one in enumerate(small) if not one), None)
    if full is None and any(isinstance(m, Unknown) for m in place.size):
        raise Inexpressible("maps of one sample along different axes are joined", SIZED)

    def repeated(x: list[str]) -> Expression:
        sizes = f"*{x[full]}.shape[2:]" if full is not None else ", ".join(map(str, place.size))
        items = (call(f"{one}.expand", "-1", "-1", sizes) if small[at] else one for at, one in enumerate(x))
        return call("torch.cat", Listed(tuple(items)), "1")

    return _function(repeated)


ACTIVATIONS = {
    "relu": "ReLU", "relu6": "ReLU6", "leaky_relu": "LeakyReLU", "rrelu": "RReLU", "elu": "ELU", "selu": "SELU",
    "celu": "CELU", "gelu": "GELU", "silu": "SiLU", "swish": "SiLU", "mish": "Mish", "sigmoid": "Sigmoid",
    "log_sigmoid": "LogSigmoid", "hard_sigmoid": "Hardsigmoid", "hard_swish": "Hardswish", "hard_tanh": "Hardtanh",
    "tanh": "Tanh", "softplus": "Softplus", "softsign": "Softsign",
}  # fmt: skip
OVER_CHANNELS = {"softmax": "Softmax", "softmin": "Softmin", "log_softmax": "LogSoftmax"}

MODULES: dict[str, Callable[[Place], Written]] = {
    **{type: _plain(f"nn.{name}") for type, name in ACTIVATIONS.items()},
    **{type: _plain(f"nn.{name}", Argument("dim", 1, keyword=True)) for type, name in OVER_CHANNELS.items()},
    "exponential": lambda place: _function(lambda x: call("torch.exp", x[0])),
    "threshold": _plain("nn.Threshold", Argument("threshold", 1.0), Argument("value", 0.0)),
    "prelu": _prelu,
    "dropout": lambda place: _module("nn.Dropout", Argument("p", place.layer.rate)),
    "lrn": lambda place: _module("nn.LocalResponseNorm", Argument("size", place.layer.size)),
    "channel_shuffle": lambda place: _module("nn.ChannelShuffle", Argument("groups", place.layer.groups)),
    "channel_scale": lambda place: _module("ChannelScale", Argument("channels", place.c)),
    "channel_slice": _slice,
    "identity": _identity,
    "subsample": _subsample,
    "pad": _pad,
    "crop": _crop,
    "add": _arithmetic("+"),
    "multiply": _arithmetic("*"),
    "max": _maximum,
    "concat": _concat,
    "batch_norm": _batch_norm,
    "layer_norm": _layer_norm,
    "instance_norm": _instance_norm,
    "group_norm": _group_norm,
    "upsample": _resize,
    "resize": _resize,
    **dict.fromkeys(("pixel_shuffle", "depth_to_space", "pixel_unshuffle", "space_to_depth"), _shuffle),
    "max_unpool": _unpool,
    "adaptive_avg_pool": _adaptive,
    "adaptive_max_pool": _adaptive,
    "global_avg_pool": _global_pool,
    "global_max_pool": _global_pool,
    "flatten": _flatten,
    "linear": _linear,
    "attention": _attention,
    "window_attention": _attention,
    "squeeze_excite": _squeeze_excite,
    "conv": _conv,
    "depthwise_conv": _depthwise,
    "separable_conv": _separable,
    **dict.fromkeys(("max_pool", "avg_pool", "lp_pool"), _pool),
    "conv_transpose": _transposed,
    "custom": _custom,
}
"""Layer type -> how torch writes it; raises `Inexpressible` where it has nothing for it."""

FLAT = frozenset(
    (*ACTIVATIONS, *OVER_CHANNELS, "exponential", "threshold", "prelu", "dropout", "add", "multiply", "max", "concat",
     "channel_slice")
)  # fmt: skip
"""Types that (batch, features) pass as maps do."""

assert set(MODULES) == set(LAYERS), "every layer type is written or refused"
