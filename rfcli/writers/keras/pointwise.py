"""Activations, dropout and other layers of each entry by itself."""

from __future__ import annotations

from rfcli.words.keras import ACTIVATION_CLASSES, ACTIVATIONS, OVER_FEATURES
from rfcli.writers.keras.model import Model, layer_type
from rfcli.writers.places import Inexpressible, Place, certain


@layer_type("relu")
def relu(model: Model, place: Place, x: list[str]) -> None:
    model.kept("ReLU", x)


@layer_type("relu6")
def relu6(model: Model, place: Place, x: list[str]) -> None:
    model.kept("ReLU", x, max_value=6.0)


@layer_type("threshold")
def threshold(model: Model, place: Place, x: list[str]) -> None:
    model.kept("ReLU", x, threshold=1.0)


@layer_type("leaky_relu", "elu")
def activation_class(model: Model, place: Place, x: list[str]) -> None:
    model.kept(ACTIVATION_CLASSES.written(place.layer.type), x)


@layer_type("rrelu")
def rrelu(model: Model, place: Place, x: list[str]) -> None:
    """Of the slopes from 1/8 to 1/3 that are drawn in training, the mean."""
    model.kept("LeakyReLU", x, negative_slope=11 / 48)


@layer_type(
    "selu", "celu", "gelu", "silu", "mish", "sigmoid", "log_sigmoid", "hard_sigmoid", "hard_swish", "hard_tanh", "tanh",
    "softplus", "softsign", "exponential",
)  # fmt: skip
def activation(model: Model, place: Place, x: list[str]) -> None:
    model.kept("Activation", x, activation=ACTIVATIONS.written(place.layer.type))


@layer_type("swish")
def swish(model: Model, place: Place, x: list[str]) -> None:
    model.kept("Activation", x, activation=ACTIVATIONS.written("silu"))


@layer_type("log_softmax")
def log_softmax(model: Model, place: Place, x: list[str]) -> None:
    model.kept("Activation", x, activation=OVER_FEATURES.written("log_softmax"))


@layer_type("softmax")
def softmax(model: Model, place: Place, x: list[str]) -> None:
    model.kept("Softmax", x)


@layer_type("softmin")
def softmin(model: Model, place: Place, x: list[str]) -> None:
    raise Inexpressible("Keras has no softmin")


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


@layer_type("lrn")
def lrn(model: Model, place: Place, x: list[str]) -> None:
    raise Inexpressible("Keras has no normalisation over neighbouring channels")
