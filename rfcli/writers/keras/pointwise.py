"""Activations, dropout and other layers of each entry by itself."""

from __future__ import annotations

from rfcli.words.keras import ACTIVATION_CLASSES, ACTIVATIONS, OVER_FEATURES
from rfcli.writers.keras.model import Config, Model, layer_type
from rfcli.writers.places import Inexpressible, Place, certain

NAMED = (
    "selu", "celu", "gelu", "silu", "mish", "sigmoid", "log_sigmoid", "hard_sigmoid", "hard_swish", "hard_tanh", "tanh",
    "softplus", "softsign", "exponential",
)  # fmt: skip
LAYERS: dict[str, tuple[str, Config]] = {
    **{type: ("Activation", {"activation": ACTIVATIONS.written(type)}) for type in NAMED},
    "swish": ("Activation", {"activation": ACTIVATIONS.written("silu")}),
    "log_softmax": ("Activation", {"activation": OVER_FEATURES.written("log_softmax")}),
    "softmax": ("Softmax", {}),
    "relu": ("ReLU", {}),
    "relu6": ("ReLU", {"max_value": 6.0}),
    "threshold": ("ReLU", {"threshold": 1.0}),
    "leaky_relu": (ACTIVATION_CLASSES.written("leaky_relu"), {}),
    "elu": (ACTIVATION_CLASSES.written("elu"), {}),
    "rrelu": ("LeakyReLU", {"negative_slope": 11 / 48}),  # the mean of the slopes drawn in training, 1/8 to 1/3
}
"""Layer type -> its class, and the configuration of that."""
MISSING = {
    "softmin": "Keras has no softmin",
    "lrn": "Keras has no normalisation over neighbouring channels",
    "window_attention": "Keras has no attention inside windows",
    "channel_slice": "Keras has no layer that takes some channels",
    "max_unpool": "which pooling's indices it takes is not described",
}
"""Layer type -> why Keras has none."""


@layer_type(*LAYERS)
def activation(model: Model, place: Place, x: list[str]) -> None:
    kind, config = LAYERS[place.layer.type]
    model.kept(kind, x, **config)


@layer_type(*MISSING)
def missing(model: Model, place: Place, x: list[str]) -> None:
    raise Inexpressible(MISSING[place.layer.type])


@layer_type("prelu")
def prelu(model: Model, place: Place, x: list[str]) -> None:
    axes = 0 if place.sources[0] in model.flat else place.axes
    shared = list(range(1, 1 + axes)) + ([] if place.layer.per_channel else [1 + axes])
    model.kept("PReLU", x, shared_axes=shared)


@layer_type("dropout")
def dropout(model: Model, place: Place, x: list[str]) -> None:
    model.kept("Dropout", x, rate=place.layer.rate)


@layer_type("identity")
def identity(model: Model, place: Place, x: list[str]) -> None:
    keeps_channels(place)
    model.add("Identity", x)


def keeps_channels(place: Place) -> None:
    """Refuses layers that add channels."""
    if place.layer.filters is not None and place.layer.filters != place.c:
        raise Inexpressible("Keras has no layer that adds channels of zeros")


@layer_type("channel_scale")
def channel_scale(model: Model, place: Place, x: list[str]) -> None:
    """A depthwise convolution of single samples without a bias: a factor for each channel."""
    kernel = [1] * place.axes
    if place.axes == 3:
        model.add("Conv3D", x, filters=place.c, groups=place.c, kernel_size=kernel, use_bias=False)
    else:
        certain(place.counts[0], "the channels of its input are not known")
        model.add(f"DepthwiseConv{place.axes}D", x, kernel_size=kernel, use_bias=False)
