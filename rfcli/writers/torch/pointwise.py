"""Activations for torch, and other layers that work at each position by itself."""

from collections.abc import Callable

from rfcli.words.torch import ACTIVATIONS, SOFTMAXES
from rfcli.writers.places import Place
from rfcli.writers.torch.modules import expression, module, submodule
from rfcli.writers.torch.python import call
from rfcli.writers.torch.written import Argument, Written


@module(*sorted(ACTIVATIONS.ours - {"exponential", "threshold", "dropout"}), "swish")
def activation(place: Place) -> Written:
    return submodule(ACTIVATIONS.written("silu" if place.layer.type == "swish" else place.layer.type), {})


@module("exponential")
def exponential(place: Place) -> Written:
    return expression(lambda x: call(ACTIVATIONS.written("exponential"), x[0]))


@module(*sorted(SOFTMAXES.ours))
def softmax(place: Place) -> Written:
    return submodule(SOFTMAXES.written(place.layer.type), {}, Argument("dim", 1, named=True))


CONSTRUCTED: dict[str, tuple[str, Callable[[Place], dict[str, object]]]] = {
    "threshold": (ACTIVATIONS.written("threshold"), lambda place: {"threshold": 1.0, "value": 0.0}),
    "dropout": (ACTIVATIONS.written("dropout"), lambda place: {"p": place.layer.rate}),
    "prelu": ("nn.PReLU", lambda place: {"num_parameters": place.c} if place.layer.per_channel else {}),
    "lrn": ("nn.LocalResponseNorm", lambda place: {"size": place.layer.size}),
    "channel_shuffle": ("nn.ChannelShuffle", lambda place: {"groups": place.layer.groups}),
    "channel_scale": ("ChannelScale", lambda place: {"channels": place.c}),
}
"""Layer type -> the module's class, and its arguments."""


@module(*CONSTRUCTED)
def constructed(place: Place) -> Written:
    head, arguments = CONSTRUCTED[place.layer.type]
    return submodule(head, arguments(place))
