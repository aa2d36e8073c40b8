"""Layers with trained tensors beside the map: products, normalisations, slopes."""

from collections.abc import Sequence

from rfcli.writers.onnx.model import Model, node
from rfcli.writers.places import Inexpressible, Place, certain_sizes


@node("linear")
def linear(model: Model, place: Place, x: list[str]) -> None:
    model.add("Gemm", [x[0], *model.weights((place.made, place.c), place.layer.bias)], transB=1)


@node("prelu")
def prelu(model: Model, place: Place, x: list[str]) -> None:
    shape = (place.c, *model.ones(place)) if place.layer.per_channel else (1,)
    model.add("PRelu", [x[0], model.weight("slope", shape)])


@node("channel_scale")
def channel_scale(model: Model, place: Place, x: list[str]) -> None:
    model.add("Mul", [x[0], model.weight("scale", (place.c, *(1,) * place.axes))])


@node("squeeze_excite")
def squeeze_excite(model: Model, place: Place, x: list[str]) -> None:
    layer, c, ones = place.layer, place.c, (1,) * place.axes
    if layer.units is None:
        raise Inexpressible("it states no units")
    pooled = model.add("GlobalAveragePool", x, "pool")
    hidden = model.add("Conv", [pooled, *model.weights((layer.units, c, *ones), layer.bias, "reduce/")], "reduce")
    active = model.add("Relu", [hidden], "relu")
    gate = model.add("Conv", [active, *model.weights((c, layer.units, *ones), layer.bias, "expand/")], "expand")
    model.add("Mul", [x[0], model.add("Sigmoid", [gate], "sigmoid")])


def _affine(model: Model, place: Place, shape: Sequence[int]) -> tuple[str, str]:
    """Scale and bias, trained or not."""
    layer = place.layer
    return (
        model.weight("scale", shape) if layer.scale else model.constant(1.0, shape),
        model.weight("bias", shape) if layer.bias else model.constant(0.0, shape),
    )


@node("batch_norm")
def batch_norm(model: Model, place: Place, x: list[str]) -> None:
    c = place.c
    mean, variance = model.constant(0.0, (c,)), model.constant(1.0, (c,))
    if place.layer.scale or place.layer.bias:
        model.add("BatchNormalization", [x[0], *_affine(model, place, (c,)), mean, variance])
        return
    shape = (c, *model.ones(place))
    centred = model.add("Sub", [x[0], model.constant(0.0, shape)], "mean")
    model.add("Div", [centred, model.constant(1.0, shape)])


@node("instance_norm")
def instance_norm(model: Model, place: Place, x: list[str]) -> None:
    model.add("InstanceNormalization", [x[0], *_affine(model, place, (place.c,))])


@node("group_norm")
def group_norm(model: Model, place: Place, x: list[str]) -> None:
    model.add("GroupNormalization", [x[0], *_affine(model, place, (place.c,))], num_groups=place.layer.groups)


@node("layer_norm")
def layer_norm(model: Model, place: Place, x: list[str]) -> None:
    layer, rank = place.layer, place.axes
    count = 2 if layer.bias else 1
    if layer.axes_ == "all":
        shape = [place.c, *certain_sizes(place.n, "its scale and bias have one value for each sample")]
        model.add("LayerNormalization", [x[0], *_affine(model, place, shape)[:count]], axis=1)
        return
    moved = model.add("Transpose", x, "channels_last", perm=[0, *range(2, 2 + rank), 1])
    normed = model.add("LayerNormalization", [moved, *_affine(model, place, (place.c,))[:count]], "norm", axis=-1)
    model.add("Transpose", [normed], perm=[0, 1 + rank, *range(1, 1 + rank)])
