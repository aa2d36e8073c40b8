"""Layers that work at each position by itself."""

from rfcli.words.onnx import POINTWISE, SOFTMAXES
from rfcli.writers.onnx.model import Model, node
from rfcli.writers.places import Place


@node(*sorted(POINTWISE.ours - {"identity", "silu"}))
def activation(model: Model, place: Place, x: list[str]) -> None:
    type = place.layer.type
    model.add(POINTWISE.written(type), x, alpha=1 / 6 if type == "hard_sigmoid" else None)


@node("rrelu")
def rrelu(model: Model, place: Place, x: list[str]) -> None:
    """With the mean of its slopes, as in evaluation."""
    model.add(POINTWISE.written("leaky_relu"), x, alpha=11 / 48)


@node("silu", "swish")
def silu(model: Model, place: Place, x: list[str]) -> None:
    model.add("Mul", [x[0], model.add("Sigmoid", x, "sigmoid")])


@node("log_sigmoid")
def log_sigmoid(model: Model, place: Place, x: list[str]) -> None:
    model.add("Log", [model.add("Sigmoid", x, "sigmoid")])


@node("relu6", "hard_tanh")
def clip(model: Model, place: Place, x: list[str]) -> None:
    low, high = (0, 6) if place.layer.type == "relu6" else (-1, 1)
    model.add("Clip", [x[0], model.scalar(low), model.scalar(high)])


@node(*sorted(SOFTMAXES.ours))
def softmax(model: Model, place: Place, x: list[str]) -> None:
    model.add(SOFTMAXES.written(place.layer.type), x, axis=1)


@node("softmin")
def softmin(model: Model, place: Place, x: list[str]) -> None:
    model.add(SOFTMAXES.written("softmax"), [model.add("Neg", x, "neg")], axis=1)


@node("lrn")
def lrn(model: Model, place: Place, x: list[str]) -> None:
    model.add("LRN", x, size=place.layer.size)


@node("channel_shuffle")
def channel_shuffle(model: Model, place: Place, x: list[str]) -> None:
    groups, c = place.layer.groups, place.c
    order = [group * (c // groups) + at for at in range(c // groups) for group in range(groups)]
    model.add("Gather", [x[0], model.integers(order)], axis=1)
