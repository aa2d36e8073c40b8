"""Pools of the whole map, dense layers, attention, and statistics by which entries are normalised."""

from __future__ import annotations

from rfcli.words.keras import NORMALISATIONS, STATISTICS
from rfcli.writers.keras.model import Model, layer_type
from rfcli.writers.places import SIZED, Inexpressible, Place, attention_bias, certain


@layer_type("global_avg_pool", "global_max_pool")
def global_pool(model: Model, place: Place, x: list[str]) -> None:
    kind = STATISTICS.written(place.layer.statistic)
    model.add(f"Global{kind}Pooling{place.axes}D", x, keepdims=True)


@layer_type("flatten")
def flatten(model: Model, place: Place, x: list[str]) -> None:
    model.features("Flatten", x)


@layer_type("linear")
def linear(model: Model, place: Place, x: list[str]) -> None:
    certain(place.counts[0], "the channels of its input are not known")
    model.features("Dense", x, units=place.made, use_bias=place.layer.bias)


@layer_type("squeeze_excite")
def squeeze_excite(model: Model, place: Place, x: list[str]) -> None:
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


@layer_type("attention")
def attention(model: Model, place: Place, x: list[str]) -> None:
    layer, c = place.layer, place.c
    model.add(
        "MultiHeadAttention", x, arguments=2, num_heads=layer.heads, key_dim=c // layer.heads,
        use_bias=attention_bias(place), attention_axes=list(range(1, 1 + place.axes)),
    )  # fmt: skip


@layer_type("batch_norm")
def batch_norm(model: Model, place: Place, x: list[str]) -> None:
    certain(place.counts[0], "the channels of its input are not known")
    model.kept(NORMALISATIONS.written("batch_norm"), x, scale=place.layer.scale, center=place.layer.bias)


@layer_type("group_norm", "instance_norm")
def group_norm(model: Model, place: Place, x: list[str]) -> None:
    """Instance normalisation is that of groups of one channel, which Keras writes as -1 groups."""
    certain(place.counts[0], "the channels of its input are not known")
    groups = place.layer.groups if place.layer.type == "group_norm" else -1
    model.add(NORMALISATIONS.written("group_norm"), x, groups=groups, scale=place.layer.scale, center=place.layer.bias)


@layer_type("layer_norm")
def layer_norm(model: Model, place: Place, x: list[str]) -> None:
    certain(place.counts[0], "the channels of its input are not known")
    whole = place.layer.axes_ == "all"
    if whole:
        for n in place.n:
            certain(n, "its scale and bias have one value for each sample", SIZED)
    axes = list(range(1, 2 + place.axes)) if whole else -1
    model.add(NORMALISATIONS.written("layer_norm"), x, axis=axes, scale=place.layer.scale, center=place.layer.bias)
