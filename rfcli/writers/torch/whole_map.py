"""Layers for torch that see the whole map, and pools to a given size."""

from __future__ import annotations

from rfcli.writers.places import Inexpressible, attention_bias
from rfcli.writers.torch.modules import module, per_axis, submodule
from rfcli.writers.torch.written import Argument

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from rfcli.writers.places import Place
    from rfcli.writers.torch.written import Written


@module("adaptive_avg_pool", "adaptive_max_pool")
def adaptive_pool(place: Place) -> Written:
    return _pooled(place, per_axis(place.layer.output_size_))


@module("global_avg_pool", "global_max_pool")
def global_pool(place: Place) -> Written:
    return _pooled(place, 1)


def _pooled(place: Place, size: Any) -> Written:
    head = f"nn.Adaptive{place.layer.statistic.capitalize()}Pool{place.axes}d"
    return submodule(head, Argument("output_size", size))


@module("flatten")
def flatten(place: Place) -> Written:
    return submodule("nn.Flatten", flat=True)


@module("squeeze_excite")
def squeeze_excite(place: Place) -> Written:
    if place.layer.units is None:
        raise Inexpressible("it states no units")
    bias = Argument("bias", place.layer.bias, True, True)
    return submodule("SqueezeExcite", Argument("channels", place.c), Argument("units", place.layer.units), bias)


@module("attention", "window_attention")
def attention(place: Place) -> Written:
    layer = place.layer
    arguments = [Argument("channels", place.c), Argument("heads", layer.heads)]
    bias = Argument("bias", attention_bias(place), True, True)
    if layer.type == "attention":
        return submodule("SelfAttention", *arguments, bias)
    windows = [Argument("window", layer.window), Argument("shift", layer.shift)]
    return submodule("WindowAttention", *arguments, *windows, bias)
