"""A network as the JSON that `keras.models.model_from_json` of Keras 3 reads: a Functional model, channels last.

Layers have rf's names. Keras allows no `/` in a name, and its torch backend no dot: `/` becomes `__`, other characters
`_`. A layer that takes several has the last of them named as itself, and the others after it: `conv1__pad`.

`LAYERS` says for each layer type what it is in Keras. Paddings other than valid and same (and causal, on one axis) are
`ZeroPadding` layers, crops `Cropping` layers.
"""

from __future__ import annotations

import json
from math import prod

from rfcli.geometry.unknown import Unknown
from rfcli.geometry.windows import same_padding
from rfcli.layers import _registry
from rfcli.writers.places import (
    SIZED,
    Inexpressible,
    Place,
    attention_bias,
    ceil_sides,
    certain,
    custom_window,
    expressed,
    window_sides,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from rfcli.graph.graph import Graph
    from rfcli.writers.places import Sides

TARGET = "keras"

Shape = tuple[int | None, ...]
"""Sizes and, last, channels, without the batch; None where unknown."""


def written(graph: Graph) -> str:
    """The JSON of a Keras model. Raises `DescriptionError` with all layers that Keras has nothing for."""
    model = Model(graph)

    def express(place: Place) -> None:
        model.place = place
        made = LAYERS[place.layer.type](model, place, model.operands(place))
        model.flat[place.number] = made is FLAT

    expressed(graph, TARGET, express)
    return model.text()


FLAT = "flat"
"""What a function returns whose layer has (batch, features) and no map."""


class Model:
    """A model in the making; tensors are named by the layers that make them."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.layers: list[dict[str, Any]] = []
        self.taken: set[str] = set()
        self.names = [self.free(label) for label in graph.labels]
        self.flat = [False] * len(graph.labels)
        self.shapes: dict[str, Shape] = {
            name: (*map(_known, sizes), _known(channels))
            for name, sizes, channels in zip(self.names, graph.sizes, graph.channels, strict=True)
        }
        self.place: Place
        for name in self.names[: len(graph.inputs)]:
            config = {"batch_shape": [None, *self.shapes[name]], "dtype": "float32", "sparse": False, "name": name}
            self._append("InputLayer", config, [])

    def free(self, label: str) -> str:
        """A name that Keras takes, and that no other layer has."""
        wanted = made = "".join(
            one if one.isascii() and (one.isalnum() or one == "-") else "_" for one in label.replace("/", "__")
        )
        count = 1
        while made in self.taken:
            count += 1
            made = f"{wanted}_{count}"
        self.taken.add(made)
        return made

    def add(
        self, kind: str, inputs: Sequence[str], ending: str = "", shape: Shape | None = None, arguments: int = 1,
        **config: Any,
    ) -> str:  # fmt: skip
        """A layer: the described one, or one that goes before it with what `shape` it makes. Returns its name."""
        name = self.free(f"{self.place.label}/{ending}") if ending else self.names[self.place.number]
        if shape is not None:
            self.shapes[name] = shape
        tensors = [self._tensor(one) for one in inputs]
        given: list[Any] = [tensors] if kind in MERGES else tensors * arguments
        self._append(kind, {"name": name, **config}, [{"args": given, "kwargs": {}}])
        return name

    def _append(self, kind: str, config: dict[str, Any], nodes: list[Any]) -> None:
        self.layers.append(
            {"module": "keras.layers", "class_name": kind, "config": config, "registered_name": None,
             "name": config["name"], "inbound_nodes": nodes}
        )  # fmt: skip

    def _tensor(self, name: str) -> dict[str, Any]:
        shape = [None, *self.shapes[name]]
        config = {"shape": shape, "dtype": "float32", "keras_history": [name, 0, 0]}
        return {"class_name": "__keras_tensor__", "config": config}

    def operands(self, place: Place) -> list[str]:
        """What a layer reads, in the shape in which it takes it: (batch, features), or a map."""
        type = place.layer.type
        flats = [self.flat[source] for source in place.sources]
        found = [self.names[source] for source in place.sources]
        if type == "linear" and not flats[0]:
            return [self.add("Flatten", found, "flat", (_known(place.counts[0]),))]
        if type in ("linear", "flatten") or not any(flats) or (all(flats) and type in FLAT_TYPES):
            return found
        read = []
        for name, flat, count in zip(found, flats, place.counts, strict=True):
            if flat:
                shape = (*(1,) * place.axes, _known(count))
                name = self.add("Reshape", [name], "map", shape, target_shape=list(shape))
            read.append(name)
        return read

    def text(self) -> str:
        """The model's JSON."""
        ends = []
        for numbers in (self.graph.inputs, self.graph.outputs):
            listed = [[self.names[number], 0, 0] for number in numbers]
            ends.append(listed[0] if len(listed) == 1 else listed)
        name = "".join(one if one.isascii() and one.isalnum() else "_" for one in self.graph.architecture.name)
        config = {
            "name": name[:60] or "network", "trainable": True, "layers": self.layers, "input_layers": ends[0],
            "output_layers": ends[1],
        }  # fmt: skip
        model = {
            "module": "keras.src.models.functional", "class_name": "Functional", "config": config,
            "registered_name": "Functional",
        }  # fmt: skip
        rows = ",\n".join(json.dumps(layer) for layer in self.layers)
        return json.dumps({**model, "config": {**config, "layers": []}}).replace(
            '"layers": []', f'"layers": [\n{rows}\n]', 1
        ) + "\n"  # fmt: skip


MERGES = ("Add", "Multiply", "Maximum", "Concatenate")


def _known(n: int | Unknown) -> int | None:
    return n if isinstance(n, int) else None


def _grown(shape: Shape, sides: Sides) -> Shape:
    """A map's shape with samples added, or taken off where negative."""
    *sizes, channels = shape
    grown = (None if n is None else n + before + after for n, (before, after) in zip(sizes, sides, strict=True))
    return (*grown, channels)


def _padded(model: Model, x: str, sides: Sides, last: bool = False, ending: str = "pad") -> str:
    """A map with zeros added, and samples taken off where negative; `last` where that is the layer itself."""
    rank = len(sides)
    crops = tuple((max(-a, 0), max(-b, 0)) for a, b in sides)
    zeros = tuple((max(a, 0), max(b, 0)) for a, b in sides)
    padding, cropping = any(map(any, zeros)), any(map(any, crops))
    shape = model.shapes[x]
    if cropping:
        shape = _grown(shape, tuple((-a, -b) for a, b in crops))
        name = "" if last and not padding else "crop"
        x = model.add(f"Cropping{rank}D", [x], name, shape, cropping=_pairs(crops))
    if padding or (last and not cropping):
        x = model.add(f"ZeroPadding{rank}D", [x], "" if last else ending, _grown(shape, zeros), padding=_pairs(zeros))
    return x


def _pairs(sides: Sides) -> Any:
    """Samples before and after, as Keras has them: one pair for one axis."""
    return list(sides[0]) if len(sides) == 1 else [list(pair) for pair in sides]


# Convolutions and pools


def _window_padding(model: Model, place: Place, x: str) -> tuple[str, str]:
    """What a window reads, and the word for its own padding."""
    layer = place.layer
    if getattr(layer, "padding_mode", "zeros") != "zeros":
        raise Inexpressible(f"Keras has no padding_mode {layer.padding_mode}")
    if layer.padding.word == "same":
        return x, "same"
    if layer.padding.word == "causal" and layer.type in ("conv", "custom"):
        return x, "causal"
    sides = window_sides(place)
    if sides is None:
        raise Inexpressible("padding 'same_lower' with a stride depends on the input size", SIZED)
    if all(s == 1 for s in layer.stride) and sides == tuple(
        same_padding(1, layer.extent(axis), 1, lower=False) for axis in range(place.axes)
    ):
        return x, "same"
    return _padded(model, x, sides), "valid"


def _spatial(place: Place) -> dict[str, Any]:
    """Kernel, strides and dilations. Raises `Inexpressible`."""
    layer = place.layer
    if any(s > 1 for s in layer.stride) and any(d > 1 for d in layer.dilation):
        raise Inexpressible("Keras has no stride together with a dilation")
    return {
        "kernel_size": list(layer.kernel), "strides": list(layer.stride), "dilation_rate": list(layer.dilation),
    }  # fmt: skip


def _conv(model: Model, place: Place, x: list[str]) -> None:
    _convolve(model, place, x[0], place.made, place.layer.groups, place.layer.bias)


def _depthwise(model: Model, place: Place, x: list[str]) -> None:
    layer, c = place.layer, place.c
    if place.axes == 3 or len(set(layer.stride)) > 1:
        _convolve(model, place, x[0], c * layer.depth_multiplier, c, layer.bias)
        return
    spatial = _spatial(place)
    read, word = _window_padding(model, place, x[0])
    model.add(
        f"DepthwiseConv{place.axes}D", [read], **spatial, padding=word, depth_multiplier=layer.depth_multiplier,
        use_bias=layer.bias,
    )  # fmt: skip


def _separable(model: Model, place: Place, x: list[str]) -> None:
    layer, c = place.layer, place.c
    between = c * layer.depth_multiplier
    if place.axes == 3 or len(set(layer.stride)) > 1:
        made = place.made
        inner = _convolve(model, place, x[0], between, c, False, "depthwise")
        model.add(f"Conv{place.axes}D", [inner], filters=made, kernel_size=[1] * place.axes, use_bias=layer.bias)
        return
    spatial = _spatial(place)
    filters = place.made
    read, word = _window_padding(model, place, x[0])
    model.add(
        f"SeparableConv{place.axes}D", [read], filters=filters, **spatial, padding=word,
        depth_multiplier=layer.depth_multiplier, use_bias=layer.bias,
    )  # fmt: skip


def _convolve(model: Model, place: Place, x: str, filters: int, groups: int, bias: bool, ending: str = "") -> str:
    certain(place.counts[0], "the channels of its input are not known")
    spatial = _spatial(place)
    read, word = _window_padding(model, place, x)
    shape = (*(_known(n) for n in place.size), filters)
    return model.add(
        f"Conv{place.axes}D", [read], ending, shape, filters=filters, **spatial, padding=word, groups=groups,
        use_bias=bias,
    )  # fmt: skip


def _custom(model: Model, place: Place, x: list[str]) -> None:
    custom_window(place)
    _conv(model, place, x)


def _transposed(model: Model, place: Place, x: list[str]) -> None:
    """`valid` makes (n - 1)s + max(reach, s) samples, of which those are cropped that the layer has not."""
    layer = place.layer
    if layer.groups > 1:
        raise Inexpressible("Keras's transposed convolutions have no groups")
    spatial = _spatial(place)
    certain(place.counts[0], "the channels of its input are not known")
    filters = place.made
    given = {"filters": filters, **spatial, "use_bias": layer.bias}
    kind = f"Conv{place.axes}DTranspose"
    if layer.padding.word == "same":
        model.add(kind, x, **given, padding="same")
        return
    sides, whole = [], []
    for axis, n in enumerate(place.n):
        before, after = layer.padding.sides[axis] if layer.padding.sides else (0, 0)
        reach, step = layer.extent(axis), layer.stride[axis]
        sides.append((-before, layer.output_padding[axis] - after - max(step - reach, 0)))
        whole.append(n * step + max(reach - step, 0) if isinstance(n, int) else None)
    crops = any(map(any, sides))
    made = model.add(kind, x, "whole" if crops else "", (*whole, filters), **given, padding="valid")
    if crops:
        _padded(model, made, tuple(sides), last=True)


def _pool(model: Model, place: Place, x: list[str]) -> None:
    layer = place.layer
    if layer.type == "lp_pool":
        raise Inexpressible("Keras has no lp_pool")
    if any(d > 1 for d in layer.dilation):
        raise Inexpressible("Keras's pools have no dilation")
    read, word = x[0], layer.padding.word
    if layer.ceil_mode:
        sides = window_sides(place)
        whole = None if sides is None else ceil_sides(place, sides)
        if whole is None:
            raise Inexpressible("ceil_mode on a map of unknown size", SIZED)
        # Samples behind the last window, which a pool does not read, need not be cropped.
        fitted = tuple((a, max(b, 0) if b > -s else b) for (a, b), s in zip(whole, layer.stride, strict=True))
        read, word = _padded(model, read, fitted), "valid"
    else:
        read, word = _window_padding(model, place, read)
    kind = "Max" if layer.type == "max_pool" else "Average"
    model.add(
        f"{kind}Pooling{place.axes}D", [read], pool_size=list(layer.kernel), strides=list(layer.stride), padding=word
    )


def _adaptive(model: Model, place: Place, x: list[str]) -> None:
    kind = "Average" if place.layer.type == "adaptive_avg_pool" else "Max"
    if all(m == 1 for m in place.layer.output_size_):
        model.add(f"Global{kind}Pooling{place.axes}D", x, keepdims=True)
        return
    for n in place.n:
        certain(n, "an adaptive pool of a map of unknown size", SIZED)
    model.add(f"Adaptive{kind}Pooling{place.axes}D", x, output_size=list(place.layer.output_size_))


def _global_pool(model: Model, place: Place, x: list[str]) -> None:
    kind = "Max" if place.layer.type == "global_max_pool" else "Average"
    model.add(f"Global{kind}Pooling{place.axes}D", x, keepdims=True)


# Resizing, padding, cropping


def _resize(model: Model, place: Place, x: list[str]) -> None:
    layer, rank = place.layer, place.axes
    word = next(word for word in ("nearest", "linear", "cubic", "area") if word in layer.mode)
    names = {"nearest": "nearest", "linear": "bilinear", "cubic": "bicubic"}
    whole = layer.scale is not None and all(down == 1 for _, down in layer.scale)
    nearest = word == "nearest" and whole and layer.coordinates != "align_corners"
    if word == "area":
        raise Inexpressible("mode area: Keras does not resize by averages")
    if layer.coordinates != "half_pixel" and not nearest:
        raise Inexpressible(f"mode {layer.mode} with coordinates {layer.coordinates}: Keras resizes at half_pixel")
    if layer.scale is not None and whole and (nearest or rank == 2):
        factors = [up for up, _ in layer.scale]
        if rank == 1:
            model.add("UpSampling1D", x, size=factors[0])
        else:
            more: dict[str, Any] = {"interpolation": names[word]} if rank == 2 else {}
            model.add(f"UpSampling{rank}D", x, size=factors, **more)
        return
    if rank != 2:
        raise Inexpressible(f"mode {layer.mode} over {rank} {'axis' if rank == 1 else 'axes'}: Keras resizes 2")
    sizes = [certain(n, "Keras resizes to a size that is not known", SIZED) for n in place.size]
    if layer.scale is not None:
        for n, (up, down) in zip(place.n, layer.scale, strict=True):
            if isinstance(n, int) and n * up % down:
                raise Inexpressible(f"{n} samples times {up / down:g}: Keras resizes to sizes")
    model.add("Resizing", x, height=sizes[0], width=sizes[1], interpolation=names[word], data_format="channels_last")


def _rearranged(model: Model, place: Place, x: str, split: Sequence[int], order: Sequence[int]) -> None:
    """A reshape, a transposition (positions from 1, without the batch), and a reshape."""
    shape = tuple(split)
    parts = model.add("Reshape", [x], "split", shape, target_shape=list(split))
    moved = model.add("Permute", [parts], "moved", tuple(split[at - 1] for at in order), dims=list(order))
    size = [certain(n, "its size is not known") for n in place.size]
    model.add("Reshape", [moved], target_shape=[*size, place.made])


def _shuffle(model: Model, place: Place, x: list[str]) -> None:
    scale, rank = place.layer.scale, place.axes
    n = [certain(one, "Keras rearranges maps of known size only", SIZED) for one in place.n]
    if place.layer.type in ("pixel_shuffle", "depth_to_space"):
        split = [*n, *scale, place.c // prod(scale)]
        order = [*(at for axis in range(1, rank + 1) for at in (axis, rank + axis)), 2 * rank + 1]
    else:
        split = [*(one for size, s in zip(n, scale, strict=True) for one in (size // s, s)), place.c]
        order = [*range(1, 2 * rank, 2), *range(2, 2 * rank + 1, 2), 2 * rank + 1]
    _rearranged(model, place, x[0], split, order)


def _channel_shuffle(model: Model, place: Place, x: list[str]) -> None:
    groups, rank = place.layer.groups, place.axes
    n = [certain(one, "Keras rearranges maps of known size only", SIZED) for one in place.n]
    order = [*range(1, rank + 1), rank + 2, rank + 1]
    _rearranged(model, place, x[0], [*n, groups, place.c // groups], order)


def _identity(model: Model, place: Place, x: list[str]) -> None:
    _keeps_channels(place)
    model.add("Identity", x)


def _subsample(model: Model, place: Place, x: list[str]) -> None:
    """A pool over single samples, as slim has it."""
    _keeps_channels(place)
    kernel = [1] * place.axes
    model.add(f"MaxPooling{place.axes}D", x, pool_size=kernel, strides=list(place.layer.stride), padding="valid")


def _keeps_channels(place: Place) -> None:
    if place.layer.filters is not None and place.layer.filters != place.c:
        raise Inexpressible("Keras has no layer that adds channels of zeros")


def _pad(model: Model, place: Place, x: list[str]) -> None:
    if place.layer.padding_mode != "zeros":
        raise Inexpressible(f"Keras has no padding_mode {place.layer.padding_mode}")
    _padded(model, x[0], place.layer.padding.sides, last=True)


def _crop(model: Model, place: Place, x: list[str]) -> None:
    layer = place.layer
    if layer.cropping is not None:
        _padded(model, x[0], tuple((-before, -after) for before, after in layer.cropping.sides), last=True)
        return
    sides = []
    for n, m in zip(place.n, place.size, strict=True):
        n, m = (certain(one, "it crops like a layer of unknown size", SIZED) for one in (n, m))
        sides.append((-((n - m) // 2), -(n - m - (n - m) // 2)))
    _padded(model, x[0], tuple(sides), last=True)


def _flatten(model: Model, place: Place, x: list[str]) -> str:
    model.add("Flatten", x, "", (_known(place.channels),))
    return FLAT


# Pointwise layers and normalisations


def _plain(kind: str, **config: Any) -> Callable[[Model, Place, list[str]], str | None]:
    """A layer that is told the same everywhere."""

    def make(model: Model, place: Place, x: list[str]) -> str | None:
        return _kept(model, place, kind, x, **config)

    return make


def _kept(model: Model, place: Place, kind: str, x: list[str], **config: Any) -> str | None:
    """A layer that takes maps and (batch, features) alike, and makes what it takes."""
    flat = place.layer.type in FLAT_TYPES and all(model.flat[source] for source in place.sources)
    model.add(kind, x, "", (_known(place.channels),) if flat else None, **config)
    return FLAT if flat else None


def _refused(why: str) -> Callable[[Model, Place, list[str]], str | None]:
    def make(model: Model, place: Place, x: list[str]) -> str | None:
        raise Inexpressible(why)

    return make


def _prelu(model: Model, place: Place, x: list[str]) -> str | None:
    axes = 0 if model.flat[place.sources[0]] else place.axes
    shared = list(range(1, 1 + axes)) + ([] if place.layer.per_channel else [1 + axes])
    sizes = () if not axes else tuple(_known(n) for n in place.n)
    if None in sizes and not shared:
        raise Inexpressible("its slopes are one for each sample", SIZED)
    return _kept(model, place, "PReLU", x, shared_axes=shared)


def _channel_scale(model: Model, place: Place, x: list[str]) -> None:
    """A depthwise convolution of single samples without a bias: a factor for each channel."""
    kernel = [1] * place.axes
    if place.axes == 3:
        model.add("Conv3D", x, filters=place.c, groups=place.c, kernel_size=kernel, use_bias=False)
    else:
        certain(place.counts[0], "the channels of its input are not known")
        model.add(f"DepthwiseConv{place.axes}D", x, kernel_size=kernel, use_bias=False)


def _batch_norm(model: Model, place: Place, x: list[str]) -> str | None:
    certain(place.counts[0], "the channels of its input are not known")
    return _kept(model, place, "BatchNormalization", x, scale=place.layer.scale, center=place.layer.bias)


def _group_norm(model: Model, place: Place, x: list[str]) -> None:
    """Instance normalisation is that of groups of one channel, which Keras writes as -1 groups."""
    certain(place.counts[0], "the channels of its input are not known")
    groups = place.layer.groups if place.layer.type == "group_norm" else -1
    model.add("GroupNormalization", x, groups=groups, scale=place.layer.scale, center=place.layer.bias)


def _layer_norm(model: Model, place: Place, x: list[str]) -> None:
    certain(place.counts[0], "the channels of its input are not known")
    axes: Any = -1
    if place.layer.axes_ == "all":
        for n in place.n:
            certain(n, "its scale and bias have one value for each sample", SIZED)
        axes = list(range(1, 2 + place.axes))
    model.add("LayerNormalization", x, axis=axes, scale=place.layer.scale, center=place.layer.bias)


def _squeeze_excite(model: Model, place: Place, x: list[str]) -> None:
    layer, c, rank = place.layer, place.c, place.axes
    if layer.units is None:
        raise Inexpressible("it states no units")
    ones, kernel = (1,) * rank, [1] * rank
    pooled = model.add(f"GlobalAveragePooling{rank}D", x, "pool", (*ones, c), keepdims=True)
    rest = {"kernel_size": kernel, "use_bias": layer.bias}
    conv = f"Conv{rank}D"
    hidden = model.add(conv, [pooled], "reduce", (*ones, layer.units), filters=layer.units, activation="relu", **rest)
    gate = model.add(conv, [hidden], "expand", (*ones, c), filters=c, activation="sigmoid", **rest)
    model.add("Multiply", [x[0], gate])


def _attention(model: Model, place: Place, x: list[str]) -> None:
    layer, c = place.layer, place.c
    model.add(
        "MultiHeadAttention", x, arguments=2, num_heads=layer.heads, key_dim=c // layer.heads,
        use_bias=attention_bias(place), attention_axes=list(range(1, 1 + place.axes)),
    )  # fmt: skip


def _linear(model: Model, place: Place, x: list[str]) -> str:
    certain(place.counts[0], "the channels of its input are not known")
    model.add("Dense", x, "", (place.made,), units=place.made, use_bias=place.layer.bias)
    return FLAT


# Merges


def _merged(kind: str, **config: Any) -> Callable[[Model, Place, list[str]], str | None]:
    def make(model: Model, place: Place, x: list[str]) -> str | None:
        return _kept(model, place, kind if len(x) > 1 else "Identity", x, **(config if len(x) > 1 else {}))

    return make


def _concat(model: Model, place: Place, x: list[str]) -> str | None:
    """Maps of one sample are repeated over the others'."""
    read = []
    for at, (name, sizes, count) in enumerate(zip(x, place.sizes, place.counts, strict=True), 1):
        if any(n == 1 and m != 1 for n, m in zip(sizes, place.size, strict=True)):
            wanted = [certain(m, "a map of one sample is joined with others", SIZED) for m in place.size]
            factors = [m if n == 1 else 1 for n, m in zip(sizes, wanted, strict=True)]
            size: Any = factors[0] if place.axes == 1 else factors
            name = model.add(f"UpSampling{place.axes}D", [name], f"repeat_{at}", (*wanted, _known(count)), size=size)
        read.append(name)
    return _merged("Concatenate", axis=-1)(model, place, read)


LAYERS: dict[str, Callable[[Model, Place, list[str]], str | None]] = {
    "relu": _plain("ReLU"),
    "relu6": _plain("ReLU", max_value=6.0),
    "leaky_relu": _plain("LeakyReLU"),
    "rrelu": _plain("LeakyReLU", negative_slope=11 / 48),
    "elu": _plain("ELU"),
    "threshold": _plain("ReLU", threshold=1.0),
    **{type: _plain("Activation", activation=name) for type, name in (
        ("selu", "selu"), ("celu", "celu"), ("gelu", "gelu"), ("silu", "silu"), ("swish", "silu"), ("mish", "mish"),
        ("sigmoid", "sigmoid"), ("log_sigmoid", "log_sigmoid"), ("hard_sigmoid", "hard_sigmoid"),
        ("hard_swish", "hard_silu"), ("hard_tanh", "hard_tanh"), ("tanh", "tanh"), ("softplus", "softplus"),
        ("softsign", "softsign"), ("exponential", "exponential"), ("log_softmax", "log_softmax"),
    )},
    "softmax": _plain("Softmax"),
    "softmin": _refused("Keras has no softmin"),
    "prelu": _prelu,
    "dropout": lambda model, place, x: _kept(model, place, "Dropout", x, rate=place.layer.rate),
    "lrn": _refused("Keras has no normalisation over neighbouring channels"),
    "channel_shuffle": _channel_shuffle,
    "channel_scale": _channel_scale,
    "channel_slice": _refused("Keras has no layer that takes some channels"),
    "identity": _identity,
    "subsample": _subsample,
    "pad": _pad,
    "crop": _crop,
    "add": _merged("Add"),
    "multiply": _merged("Multiply"),
    "max": _merged("Maximum"),
    "concat": _concat,
    "batch_norm": _batch_norm,
    "layer_norm": _layer_norm,
    "instance_norm": _group_norm,
    "group_norm": _group_norm,
    "upsample": _resize,
    "resize": _resize,
    **dict.fromkeys(("pixel_shuffle", "depth_to_space", "pixel_unshuffle", "space_to_depth"), _shuffle),
    "max_unpool": _refused("which pooling's indices it takes is not described"),
    "adaptive_avg_pool": _adaptive,
    "adaptive_max_pool": _adaptive,
    "global_avg_pool": _global_pool,
    "global_max_pool": _global_pool,
    "flatten": _flatten,
    "linear": _linear,
    "attention": _attention,
    "window_attention": _refused("Keras has no attention inside windows"),
    "squeeze_excite": _squeeze_excite,
    "conv": _conv,
    "depthwise_conv": _depthwise,
    "separable_conv": _separable,
    **dict.fromkeys(("max_pool", "avg_pool", "lp_pool"), _pool),
    "conv_transpose": _transposed,
    "custom": _custom,
}  # fmt: skip
"""Layer type -> the function that adds its layers to a model; raises `Inexpressible` where Keras has none."""

FLAT_TYPES = frozenset(
    ("relu", "relu6", "leaky_relu", "rrelu", "elu", "selu", "celu", "gelu", "silu", "swish", "mish", "sigmoid",
     "log_sigmoid", "hard_sigmoid", "hard_swish", "hard_tanh", "tanh", "softplus", "softsign", "softmax",
     "log_softmax", "exponential", "threshold", "prelu", "dropout", "batch_norm", "add", "multiply", "max", "concat")
)  # fmt: skip
"""Types that (batch, features) pass as maps do."""

assert set(LAYERS) == set(_registry.LAYERS), "every layer type is written or refused"
