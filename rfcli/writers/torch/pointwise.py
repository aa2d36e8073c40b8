"""Activations for torch, and other layers that work at each position by itself."""

from __future__ import annotations

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


@module("threshold")
def threshold(place: Place) -> Written:
    return submodule(ACTIVATIONS.written("threshold"), {"threshold": 1.0, "value": 0.0})


@module("dropout")
def dropout(place: Place) -> Written:
    return submodule(ACTIVATIONS.written("dropout"), {"p": place.layer.rate})


@module(*sorted(SOFTMAXES.ours))
def softmax(place: Place) -> Written:
    return submodule(SOFTMAXES.written(place.layer.type), {}, Argument("dim", 1, named=True))


@module("prelu")
def prelu(place: Place) -> Written:
    return submodule("nn.PReLU", {"num_parameters": place.c} if place.layer.per_channel else {})


@module("lrn")
def local_response_norm(place: Place) -> Written:
    return submodule("nn.LocalResponseNorm", {"size": place.layer.size})


@module("channel_shuffle")
def channel_shuffle(place: Place) -> Written:
    return submodule("nn.ChannelShuffle", {"groups": place.layer.groups})


@module("channel_scale")
def channel_scale(place: Place) -> Written:
    return submodule("ChannelScale", {"channels": place.c})
