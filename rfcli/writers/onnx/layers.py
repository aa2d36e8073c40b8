"""A network as an ONNX model. Needs the extra `rfcli[onnx]`.

Weights are `Constant` nodes with a sparse tensor of no entries: zeros of the right shape, in a few bytes each, which
shape inference and runtimes read as they read any other weight, and whose shape is all that rf asks a weight for. (A
`sparse_initializer` would say the same, but onnx's own shape inference takes it to have no shape.) What is not trained,
such as the statistics of a normalisation, is a `ConstantOfShape`.

`NODES` says for each layer type what it is as operations of opset 21. A layer that takes several has the last of them
named as itself, and the others below it: `conv1/pad`.
"""

from __future__ import annotations

from math import prod

from rfcli.description.names import sanitised
from rfcli.extras import needed
from rfcli.geometry.axes import axis_names
from rfcli.geometry.unknown import Unknown
from rfcli.layers._registry import LAYERS
from rfcli.writers.places import (
    SIZED,
    Inexpressible,
    Place,
    ceil_sides,
    certain,
    check_border,
    custom_window,
    expressed,
    transposed_sides,
    window_sides,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from rfcli.graph.graph import Graph
    from rfcli.writers.places import Sides

TARGET = "onnx"
OPSET, IR_VERSION = 21, 10
"""The first opset whose GroupNormalization has a scale for each channel, and the format's version of that time."""
PAD_MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def written(graph: Graph) -> bytes:
    """An ONNX model of the network. Raises `DescriptionError` with all layers that ONNX has nothing for, and
    `CallError` where onnx is missing."""
    model = Model(needed("onnx", "writing an ONNX model"), graph)

    def express(place: Place) -> None:
        model.place = place
        operands = model.operands(place)
        model.flat[place.number] = NODES[place.layer.type](model, place, operands) is FLAT

    expressed(graph, TARGET, express)
    return model.serialised()


FLAT = "flat"
"""What a function returns whose layer is (batch, features) and no map."""


class Model:
    """A model in the making; values are named as their layers."""

    def __init__(self, onnx: Any, graph: Graph) -> None:
        self.onnx, self.graph = onnx, graph
        self.helper, self.float, self.int64 = onnx.helper, onnx.TensorProto.FLOAT, onnx.TensorProto.INT64
        self.nodes: list[Any] = []
        self.initializers: dict[str, Any] = {}
        self.taken = set(graph.labels)
        self.names = graph.labels
        self.flat = [False] * len(graph.labels)
        self.filled: dict[tuple[float, tuple[int, ...]], str] = {}
        self.place: Place

    # Values

    def free(self, ending: str) -> str:
        """A name below that of the layer."""
        wanted = made = f"{self.place.label}/{ending}"
        count = 1
        while made in self.taken:
            count += 1
            made = f"{wanted}_{count}"
        self.taken.add(made)
        return made

    def node(self, operation: str, inputs: Sequence[str], ending: str = "", **attributes: Any) -> str:
        """An operation: the layer itself, or one that goes before it. Returns the name of what it makes."""
        name = self.free(ending) if ending else self.place.label
        given = {key: value for key, value in attributes.items() if value is not None}
        self.nodes.append(self.helper.make_node(operation, list(inputs), [name], name=name, **given))
        return name

    def weight(self, ending: str, shape: Sequence[int]) -> str:
        """A trained tensor."""
        name = self.free(ending)
        values = self.helper.make_tensor(name, self.float, [0], [])
        places = self.helper.make_tensor(f"{name}/places", self.int64, [0], [])
        tensor = self.helper.make_sparse_tensor(values, places, list(shape))
        self.nodes.append(self.helper.make_node("Constant", [], [name], name=name, sparse_value=tensor))
        return name

    def constant(self, value: float, shape: Sequence[int]) -> str:
        """A tensor of one number that is not trained; equal ones are one."""
        key = (value, tuple(shape))
        if key not in self.filled:
            name = self.filled[key] = self.free("constant")
            tensor = self.helper.make_tensor("value", self.float, [1], [value])
            dims = self.integers(shape)
            self.nodes.append(self.helper.make_node("ConstantOfShape", [dims], [name], name=name, value=tensor))
        return self.filled[key]

    def scalar(self, value: float) -> str:
        """A number."""
        name = self.free("number")
        self.nodes.append(self.helper.make_node("Constant", [], [name], name=name, value_float=float(value)))
        return name

    def integers(self, values: Sequence[int]) -> str:
        """Whole numbers that an operation takes as an input; equal ones are one."""
        name = "numbers/" + "_".join(map(str, values))
        if len(name) > 60 or name in self.taken:
            name = self.free("numbers")
        if name not in self.initializers:
            self.initializers[name] = self.helper.make_tensor(name, self.int64, [len(values)], list(values))
        return name

    def floats(self, values: Sequence[float]) -> str:
        """Numbers that an operation takes as an input."""
        name = self.free("scales")
        self.nodes.append(self.helper.make_node("Constant", [], [name], name=name, value_floats=list(values)))
        return name

    def operands(self, place: Place) -> list[str]:
        """What a layer reads, in the shape in which it takes it: (batch, features), or a map."""
        type = place.layer.type
        flats = [self.flat[source] for source in place.sources]
        found = [self.names[source] for source in place.sources]
        if type == "linear" and not flats[0]:
            return [self.node("Flatten", found, "flat")]
        if type in ("linear", "flatten") or not any(flats) or (all(flats) and type in FLAT_TYPES):
            return found
        axes = self.integers(range(2, 2 + place.axes))
        return [
            self.node("Unsqueeze", [name, axes], "map") if flat else name
            for name, flat in zip(found, flats, strict=True)
        ]

    # The whole

    def serialised(self) -> bytes:
        """The model's bytes, the same for the same network."""
        letters = axis_names(self.graph.architecture.axes)
        inputs = []
        for one in self.graph.architecture.inputs:
            named = zip(("channels", *letters), (one.channels, *one.size), strict=True)
            sizes = [f"{one.name}_{letter}" if n is None else n for letter, n in named]
            inputs.append(self._value(one.name, ["batch", *sizes]))
        outputs = []
        for number in self.graph.outputs:
            name = self.names[number]
            if number in self.graph.inputs:
                self.taken.add(name)
                made = f"{name}/output"
                self.nodes.append(self.helper.make_node("Identity", [name], [made], name=made))
                name = made
            channels = _dim(self.graph.channels[number])
            known = [_dim(n) for n in self.graph.sizes[number]]
            outputs.append(self._value(name, ["batch", channels] if self.flat[number] else ["batch", channels, *known]))
        name = sanitised(self.graph.architecture.name, "network")
        graph = self.helper.make_graph(self.nodes, name, inputs, outputs, [*self.initializers.values()])
        opset = self.helper.make_opsetid("", OPSET)
        model = self.helper.make_model(graph, opset_imports=[opset], ir_version=IR_VERSION, producer_name="rf")
        return bytes(model.SerializeToString(deterministic=True))

    def _value(self, name: str, shape: Sequence[Any]) -> Any:
        return self.helper.make_tensor_value_info(name, self.float, shape)


def _dim(n: int | Unknown) -> int | None:
    return n if isinstance(n, int) else None


# Convolutions and pools


def _pads(sides: Sides) -> list[int]:
    """Padding as ONNX has it: all before, then all after."""
    return [before for before, _ in sides] + [after for _, after in sides]


def _padded(model: Model, x: str, sides: Sides, mode: str = "zeros", value: float = 0.0, ending: str = "pad") -> str:
    """A map with samples added, or taken off where negative."""
    if mode != "zeros":
        check_border(model.place, sides, mode)
    rank = len(sides)
    inputs = [x, model.integers(_pads(sides)), model.scalar(value) if value else "", model.integers(range(2, 2 + rank))]
    return model.node("Pad", inputs, ending, mode=PAD_MODES[mode])


def _window_padding(
    model: Model, place: Place, x: str, mode: str = "zeros", value: float = 0.0, most: Sequence[int] = ()
) -> tuple[str, dict[str, Any]]:
    """What a window reads, and its padding as attributes; `most` is what an operation pads at most on each axis."""
    layer = place.layer
    word = {"same": "SAME_UPPER", "same_lower": "SAME_LOWER"}.get(layer.padding.word)
    sides = window_sides(place)
    # Without a stride its samples are always the same; and not every runtime has words for kernels with gaps.
    plain = all(d == 1 for d in layer.dilation) and any(s > 1 for s in layer.stride)
    if word and mode == "zeros" and (plain or sides is None):
        return x, {"auto_pad": word}
    if sides is None:
        raise Inexpressible(f"padding '{layer.padding.word}' of {mode} depends on the input size", SIZED)
    fits = all(min(pair) >= 0 and (not most or max(pair) <= most[axis]) for axis, pair in enumerate(sides))
    if mode == "zeros" and fits:
        return x, {"pads": _pads(sides)}
    return (_padded(model, x, sides, mode, value) if any(map(any, sides)) else x), {}


def _weights(model: Model, filters: int, inner: int, kernel: Sequence[int], bias: bool, ending: str = "") -> list[str]:
    found = [model.weight(f"{ending}weight", (filters, inner, *kernel))]
    return [*found, model.weight(f"{ending}bias", (filters,))] if bias else found


def _conv(model: Model, place: Place, x: list[str]) -> None:
    layer = place.layer
    _convolve(model, place, x[0], place.made, layer.groups, layer.bias)


def _depthwise(model: Model, place: Place, x: list[str]) -> None:
    _convolve(model, place, x[0], place.c * place.layer.depth_multiplier, place.c, place.layer.bias)


def _separable(model: Model, place: Place, x: list[str]) -> None:
    filters = place.made
    between = place.c * place.layer.depth_multiplier
    inner = _convolve(model, place, x[0], between, place.c, False, "depthwise")
    model.node("Conv", [inner, *_weights(model, filters, between, (1,) * place.axes, place.layer.bias)])


def _convolve(model: Model, place: Place, x: str, filters: int, groups: int, bias: bool, ending: str = "") -> str:
    layer = place.layer
    inner = place.c // groups
    read, padding = _window_padding(model, place, x, getattr(layer, "padding_mode", "zeros"))
    weights = _weights(model, filters, inner, layer.kernel, bias, f"{ending}/" if ending else "")
    return model.node(
        "Conv", [read, *weights], ending, group=groups, kernel_shape=list(layer.kernel), strides=list(layer.stride),
        dilations=list(layer.dilation), **padding,
    )  # fmt: skip


def _custom(model: Model, place: Place, x: list[str]) -> None:
    custom_window(place)
    _conv(model, place, x)


def _transposed(model: Model, place: Place, x: list[str]) -> None:
    layer = place.layer
    rows, more = [], []
    for axis in range(place.axes):
        before, after = layer.padding.sides[axis] if layer.padding.sides else (0, 0)
        if layer.padding.word == "same":
            before = max(layer.extent(axis) - layer.stride[axis], 0) // 2
            after = layer.extent(axis) - layer.stride[axis] - before
        rows.append((before, max(after, 0)))
        more.append(layer.output_padding[axis] + max(-after, 0))
    rest: Sides = ()
    if min(map(min, rows)) < 0 or any(
        extra and extra >= max(layer.stride[axis], layer.dilation[axis]) for axis, extra in enumerate(more)
    ):
        told = transposed_sides(place)
        rows, more = [(common, common) for common, *_ in told], [extra for _, extra, *_ in told]
        rest = tuple((before, after) for *_, before, after in told)
    weights = [model.weight("weight", (place.c, place.made // layer.groups, *layer.kernel))]
    weights += [model.weight("bias", (place.made,))] if layer.bias else []
    crops = any(map(any, rest))
    made = model.node(
        "ConvTranspose", [x[0], *weights], "whole" if crops else "", group=layer.groups,
        kernel_shape=list(layer.kernel), strides=list(layer.stride), dilations=list(layer.dilation),
        pads=_pads(tuple(rows)), output_padding=more,
    )  # fmt: skip
    if crops:
        _padded(model, made, rest, ending="")


def _ceiled(model: Model, place: Place, x: str, value: float) -> tuple[str, dict[str, Any]]:
    """What a pool with `ceil_mode` reads, and its padding. ONNX has the mode, but not everywhere drops a last window
    that starts in the padding: where it might, samples after the map make whole windows instead."""
    layer = place.layer
    sides = window_sides(place)
    plain = sides is not None and not any(map(any, sides))
    if plain and all(step <= layer.extent(axis) for axis, step in enumerate(layer.stride)):
        return x, {"ceil_mode": 1}
    whole = None if sides is None else ceil_sides(place, sides)
    if sides is None or whole is None:
        raise Inexpressible("ceil_mode with padding, or a stride above the kernel, on a map of unknown size", SIZED)
    # Up to a stride more than whole windows need makes no further one.
    fitted = tuple(
        (before, after if more <= after < more + step else more)
        for (before, after), (_, more), step in zip(sides, whole, layer.stride, strict=True)
    )
    if all(0 <= end < k for pair, k in zip(fitted, layer.kernel, strict=True) for end in pair):
        return x, {"pads": _pads(fitted)}
    return _padded(model, x, fitted, "zeros", value), {}


def _pool(model: Model, place: Place, x: list[str]) -> None:
    layer = place.layer
    operation = {"max_pool": "MaxPool", "avg_pool": "AveragePool", "lp_pool": "LpPool"}[layer.type]
    value = float("-inf") if layer.type == "max_pool" else 0.0
    read, padding = (
        _ceiled(model, place, x[0], value)
        if layer.ceil_mode
        else _window_padding(model, place, x[0], "zeros", value, [k - 1 for k in layer.kernel])
    )
    if layer.type == "avg_pool":
        padding["count_include_pad"] = 1
    model.node(
        operation, [read], kernel_shape=list(layer.kernel), strides=list(layer.stride), dilations=list(layer.dilation),
        **padding,
    )  # fmt: skip


def _adaptive(model: Model, place: Place, x: list[str]) -> None:
    """Axes of one output are reduced; the others pooled, where the windows are alike."""
    targets = place.layer.output_size_
    kind = "max" if place.layer.type == "adaptive_max_pool" else "avg"
    if all(m == 1 for m in targets):
        model.node("GlobalMaxPool" if kind == "max" else "GlobalAveragePool", x)
        return
    reduced = [axis for axis, m in enumerate(targets) if m == 1]
    windows = []
    for axis, (n, m) in enumerate(zip(place.n, targets, strict=True)):
        n = certain(n, "the windows of ONNX's pools are given by sizes", SIZED)
        if axis not in reduced and n % m:
            raise Inexpressible(f"ONNX's pools have equal windows, and {n} samples are no multiple of {m}")
        windows.append(1 if axis in reduced else n // m)
    read = x[0]
    if reduced:
        operation = "ReduceMax" if kind == "max" else "ReduceMean"
        last = all(w == 1 for w in windows)
        axes = model.integers([2 + axis for axis in reduced])
        read = model.node(operation, [read, axes], "" if last else "reduce", keepdims=1)
        if last:
            return
    model.node("MaxPool" if kind == "max" else "AveragePool", [read], kernel_shape=windows, strides=windows)


def _global_pool(model: Model, place: Place, x: list[str]) -> None:
    model.node("GlobalMaxPool" if place.layer.type == "global_max_pool" else "GlobalAveragePool", x)


# Resizing, padding, cropping


def _resize(model: Model, place: Place, x: list[str]) -> None:
    layer = place.layer
    word = next(word for word in ("nearest", "linear", "cubic", "area") if word in layer.mode)
    if word == "area":
        raise Inexpressible("mode area: ONNX has no adaptive pooling")
    rank = place.axes
    rounding = "floor" if layer.coordinates == "asymmetric" else "round_prefer_ceil"
    named = {
        "mode": word, "coordinate_transformation_mode": layer.coordinates, "axes": list(range(2, 2 + rank)),
        "nearest_mode": rounding if word == "nearest" else None,
    }  # fmt: skip
    if layer.scale is not None:
        factors = [up / down for up, down in layer.scale]
        if all(_exact(one) for one in factors):
            model.node("Resize", [x[0], "", model.floats(factors)], **named)
            return
        sizes = []
        for n, (up, down) in zip(place.n, layer.scale, strict=True):
            n = certain(n, "a scale that is no float of 32 bits", SIZED)
            if n * up % down:
                raise Inexpressible(f"a scale of {up / down:g} is no float of 32 bits")
            sizes.append(n * up // down)
    elif layer.size is not None:
        sizes = list(layer.size)
    else:
        known = [n for n in place.size if isinstance(n, int)]
        if len(known) < rank:
            assert place.like is not None, "checked when the description was read"
            shape = model.node("Shape", [model.names[place.like]], "size", start=2)
            model.node("Resize", [x[0], "", "", shape], **named)
            return
        sizes = known
    model.node("Resize", [x[0], "", "", model.integers(sizes)], **named)


def _exact(value: float) -> bool:
    """Whether a number is one of 32 bits."""
    import struct

    return bool(struct.unpack("f", struct.pack("f", value))[0] == value)


def _shuffle(model: Model, place: Place, x: list[str]) -> None:
    scale, up = place.layer.scale, place.layer.type in ("pixel_shuffle", "depth_to_space")
    rank, block = place.axes, prod(place.layer.scale)
    if rank == 2 and scale[0] == scale[1]:
        if up:
            mode = "DCR" if place.layer.type == "depth_to_space" else "CRD"
            model.node("DepthToSpace", x, blocksize=scale[0], mode=mode)
        else:
            model.node("SpaceToDepth", x, blocksize=scale[0])
        return
    n = [certain(one, "a rearrangement other than by one factor over two axes", SIZED) for one in place.n]
    made = [certain(one, "its size is not known") for one in place.size]
    if up:
        split = [0, place.c // block, *scale, *n]
        order = [0, 1, *(at for axis in range(rank) for at in (2 + rank + axis, 2 + axis))]
    else:
        split = [0, place.c, *(one for size, s in zip(made, scale, strict=True) for one in (size, s))]
        order = [0, 1, *range(3, 3 + 2 * rank, 2), *range(2, 2 + 2 * rank, 2)]
    parts = model.node("Reshape", [x[0], model.integers(split)], "split")
    moved = model.node("Transpose", [parts], "moved", perm=order)
    model.node("Reshape", [moved, model.integers([0, place.made, *made])])


def _unpool(model: Model, place: Place, x: list[str]) -> None:
    raise Inexpressible("which pooling's indices it takes is not described")


def _widened(model: Model, place: Place, x: str, ending: str = "") -> None:
    """The layer itself: zeros for channels that are added, or nothing."""
    filters = place.layer.filters
    if filters is None or filters == place.c:
        model.node("Identity", [x], ending)
        return
    model.node("Pad", [x, model.integers([0, filters - place.c]), "", model.integers([1])], ending)


def _identity(model: Model, place: Place, x: list[str]) -> None:
    _widened(model, place, x[0])


def _cut(model: Model, x: str, starts: Sequence[int], ends: Sequence[int], axes: Sequence[int], ending: str = "",
         steps: Sequence[int] = ()) -> str:  # fmt: skip
    rows = [starts, ends, axes, *([steps] if steps else [])]
    return model.node("Slice", [x, *map(model.integers, rows)], ending)


END = (1 << 63) - 1
"""The end of a dimension, in slices."""


def _subsample(model: Model, place: Place, x: list[str]) -> None:
    layer, rank = place.layer, place.axes
    wide = layer.filters is not None and layer.filters != place.c
    axes = range(2, 2 + rank)
    made = _cut(model, x[0], [0] * rank, [END] * rank, axes, "subsample" if wide else "", layer.stride)
    if wide:
        _widened(model, place, made)


def _pad(model: Model, place: Place, x: list[str]) -> None:
    sides, mode = place.layer.padding.sides, place.layer.padding_mode
    read = x[0]
    if mode != "zeros" and min(map(min, sides)) < 0:
        read = _padded(model, read, tuple((min(a, 0), min(b, 0)) for a, b in sides), ending="crop")
        sides = tuple((max(a, 0), max(b, 0)) for a, b in sides)
    _padded(model, read, sides, mode, ending="")


def _crop(model: Model, place: Place, x: list[str]) -> None:
    layer, rank = place.layer, place.axes
    if layer.cropping is not None:
        _padded(model, x[0], tuple((-before, -after) for before, after in layer.cropping.sides), ending="")
        return
    starts, ends = [], []
    for n, m in zip(place.n, place.size, strict=True):
        n, m = (certain(one, "it crops like a layer of unknown size", SIZED) for one in (n, m))
        starts.append((n - m) // 2)
        ends.append((n - m) // 2 + m)
    _cut(model, x[0], starts, ends, range(2, 2 + rank))


def _flatten(model: Model, place: Place, x: list[str]) -> str:
    model.node("Flatten", x)
    return FLAT


# Pointwise layers and normalisations


def _plain(operation: str, **attributes: Any) -> Callable[[Model, Place, list[str]], str | None]:
    """One operation that takes the same attributes everywhere."""

    def make(model: Model, place: Place, x: list[str]) -> str | None:
        model.node(operation, x, **attributes)
        return _kept(model, place)

    return make


def _kept(model: Model, place: Place) -> str | None:
    """The shape of what it reads, for layers that take both."""
    return FLAT if place.layer.type in FLAT_TYPES and all(model.flat[source] for source in place.sources) else None


def _clip(low: float, high: float) -> Callable[[Model, Place, list[str]], str | None]:
    def make(model: Model, place: Place, x: list[str]) -> str | None:
        model.node("Clip", [x[0], model.scalar(low), model.scalar(high)])
        return _kept(model, place)

    return make


def _gated(model: Model, place: Place, x: list[str]) -> str | None:
    gate = model.node("Sigmoid", x, "sigmoid")
    model.node("Mul", [x[0], gate])
    return _kept(model, place)


def _two(first: str, second: str, **attributes: Any) -> Callable[[Model, Place, list[str]], str | None]:
    """One operation after another."""

    def make(model: Model, place: Place, x: list[str]) -> str | None:
        made = model.node(first, x, first.lower())
        model.node(second, [made], **attributes)
        return _kept(model, place)

    return make


def _prelu(model: Model, place: Place, x: list[str]) -> str | None:
    ones = () if model.flat[place.sources[0]] else (1,) * place.axes
    model.node("PRelu", [x[0], model.weight("slope", (place.c, *ones) if place.layer.per_channel else (1,))])
    return _kept(model, place)


def _slice(model: Model, place: Place, x: list[str]) -> str | None:
    layer = place.layer
    _cut(model, x[0], [layer.start], [END if layer.end is None else layer.end], [1])
    return _kept(model, place)


def _channel_shuffle(model: Model, place: Place, x: list[str]) -> None:
    groups, c = place.layer.groups, place.c
    order = [group * (c // groups) + at for at in range(c // groups) for group in range(groups)]
    model.node("Gather", [x[0], model.integers(order)], axis=1)


def _channel_scale(model: Model, place: Place, x: list[str]) -> None:
    model.node("Mul", [x[0], model.weight("scale", (place.c, *(1,) * place.axes))])


def _affine(model: Model, place: Place, shape: Sequence[int]) -> tuple[str, str]:
    """Scale and bias, trained or not."""
    layer = place.layer
    return (
        model.weight("scale", shape) if layer.scale else model.constant(1.0, shape),
        model.weight("bias", shape) if layer.bias else model.constant(0.0, shape),
    )


def _batch_norm(model: Model, place: Place, x: list[str]) -> str | None:
    c = place.c
    mean, variance = model.constant(0.0, (c,)), model.constant(1.0, (c,))
    if place.layer.scale or place.layer.bias:
        model.node("BatchNormalization", [x[0], *_affine(model, place, (c,)), mean, variance])
    else:
        ones = () if model.flat[place.sources[0]] else (1,) * place.axes
        centred = model.node("Sub", [x[0], model.constant(0.0, (c, *ones))], "mean")
        model.node("Div", [centred, model.constant(1.0, (c, *ones))])
    return _kept(model, place)


def _instance_norm(model: Model, place: Place, x: list[str]) -> None:
    model.node("InstanceNormalization", [x[0], *_affine(model, place, (place.c,))])


def _group_norm(model: Model, place: Place, x: list[str]) -> None:
    model.node("GroupNormalization", [x[0], *_affine(model, place, (place.c,))], num_groups=place.layer.groups)


def _layer_norm(model: Model, place: Place, x: list[str]) -> None:
    layer, rank = place.layer, place.axes
    if layer.axes_ == "all":
        shape = [place.c, *(certain(n, "its scale and bias have one value for each sample", SIZED) for n in place.n)]
        scale, bias = _affine(model, place, shape)
        model.node("LayerNormalization", [x[0], scale, *([bias] if layer.bias else [])], axis=1)
        return
    moved = model.node("Transpose", x, "channels_last", perm=[0, *range(2, 2 + rank), 1])
    scale, bias = _affine(model, place, (place.c,))
    normed = model.node("LayerNormalization", [moved, scale, *([bias] if layer.bias else [])], "norm", axis=-1)
    model.node("Transpose", [normed], perm=[0, 1 + rank, *range(1, 1 + rank)])


def _squeeze_excite(model: Model, place: Place, x: list[str]) -> None:
    layer, c, ones = place.layer, place.c, (1,) * place.axes
    if layer.units is None:
        raise Inexpressible("it states no units")
    pooled = model.node("GlobalAveragePool", x, "pool")
    hidden = model.node("Conv", [pooled, *_weights(model, layer.units, c, ones, layer.bias, "reduce/")], "reduce")
    active = model.node("Relu", [hidden], "relu")
    gate = model.node("Conv", [active, *_weights(model, c, layer.units, ones, layer.bias, "expand/")], "expand")
    model.node("Mul", [x[0], model.node("Sigmoid", [gate], "sigmoid")])


def _attention(model: Model, place: Place, x: list[str]) -> None:
    raise Inexpressible(f"opset {OPSET} has no attention, and its projections are not described")


def _linear(model: Model, place: Place, x: list[str]) -> str:
    weights = [model.weight("weight", (place.made, place.c))]
    weights += [model.weight("bias", (place.made,))] if place.layer.bias else []
    model.node("Gemm", [x[0], *weights], transB=1)
    return FLAT


# Merges


def _merged(operation: str) -> Callable[[Model, Place, list[str]], str | None]:
    """An operation on any number of maps."""

    def make(model: Model, place: Place, x: list[str]) -> str | None:
        model.node(operation if len(x) > 1 else "Identity", x)
        return _kept(model, place)

    return make


def _product(model: Model, place: Place, x: list[str]) -> str | None:
    value = x[0]
    for at, other in enumerate(x[1:], 2):
        value = model.node("Mul", [value, other], "" if at == len(x) else f"multiply_{at - 1}")
    if len(x) == 1:
        model.node("Identity", x)
    return _kept(model, place)


def _concat(model: Model, place: Place, x: list[str]) -> str | None:
    read = []
    for at, (name, sizes) in enumerate(zip(x, place.sizes, strict=True), 1):
        if any(n == 1 and m != 1 for n, m in zip(sizes, place.size, strict=True)):
            wanted = [certain(m, "a map of one sample is joined with others", SIZED) for m in place.size]
            name = model.node("Expand", [name, model.integers([1, 1, *wanted])], f"expand_{at}")
        read.append(name)
    model.node("Concat", read, axis=1)
    return _kept(model, place)


NODES: dict[str, Callable[[Model, Place, list[str]], str | None]] = {
    "relu": _plain("Relu"),
    "relu6": _clip(0, 6),
    "leaky_relu": _plain("LeakyRelu"),
    "rrelu": _plain("LeakyRelu", alpha=11 / 48),
    "elu": _plain("Elu"),
    "selu": _plain("Selu"),
    "celu": _plain("Celu"),
    "gelu": _plain("Gelu"),
    "silu": _gated,
    "swish": _gated,
    "mish": _plain("Mish"),
    "sigmoid": _plain("Sigmoid"),
    "log_sigmoid": _two("Sigmoid", "Log"),
    "hard_sigmoid": _plain("HardSigmoid", alpha=1 / 6),
    "hard_swish": _plain("HardSwish"),
    "hard_tanh": _clip(-1, 1),
    "tanh": _plain("Tanh"),
    "softplus": _plain("Softplus"),
    "softsign": _plain("Softsign"),
    "softmax": _plain("Softmax", axis=1),
    "softmin": _two("Neg", "Softmax", axis=1),
    "log_softmax": _plain("LogSoftmax", axis=1),
    "exponential": _plain("Exp"),
    "threshold": _plain("ThresholdedRelu"),
    "prelu": _prelu,
    "dropout": _plain("Dropout"),
    "lrn": lambda model, place, x: _plain("LRN", size=place.layer.size)(model, place, x),
    "channel_shuffle": _channel_shuffle,
    "channel_scale": _channel_scale,
    "channel_slice": _slice,
    "identity": _identity,
    "subsample": _subsample,
    "pad": _pad,
    "crop": _crop,
    "add": _merged("Sum"),
    "multiply": _product,
    "max": _merged("Max"),
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
"""Layer type -> the function that adds its operations to a model; raises `Inexpressible` where ONNX has none."""

FLAT_TYPES = frozenset(
    ("relu", "relu6", "leaky_relu", "rrelu", "elu", "selu", "celu", "gelu", "silu", "swish", "mish", "sigmoid",
     "log_sigmoid", "hard_sigmoid", "hard_swish", "hard_tanh", "tanh", "softplus", "softsign", "softmax", "softmin",
     "log_softmax", "exponential", "threshold", "prelu", "dropout", "channel_slice", "batch_norm", "add", "multiply",
     "max", "concat")
)  # fmt: skip
"""Types that (batch, features) pass as maps do."""

assert set(NODES) == set(LAYERS), "every layer type is written or refused"
