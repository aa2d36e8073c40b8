"""Layers for torch that see the whole map, and pools to a given size."""

from __future__ import annotations

from rfcli.writers.places import Inexpressible, Place, attention_bias
from rfcli.writers.torch.modules import module, per_axis, submodule
from rfcli.writers.torch.written import Argument, Written


@module("adaptive_avg_pool", "adaptive_max_pool", "global_avg_pool", "global_max_pool")
def pool(place: Place) -> Written:
    size = 1 if place.layer.type.startswith("global") else per_axis(place.layer.output_size_)
    head = f"nn.Adaptive{place.layer.statistic.capitalize()}Pool{place.axes}d"
    return submodule(head, {"output_size": size})


@module("flatten")
def flatten(place: Place) -> Written:
    return submodule("nn.Flatten", {}).replaced(flat=True)


@module("squeeze_excite")
def squeeze_excite(place: Place) -> Written:
    if place.layer.units is None:
        raise Inexpressible("it states no units")
    counts = {"channels": place.c, "units": place.layer.units}
    return submodule("SqueezeExcite", counts, Argument("bias", place.layer.bias, True))


@module("attention", "window_attention")
def attention(place: Place) -> Written:
    layer = place.layer
    required = {"channels": place.c, "heads": layer.heads}
    bias = Argument("bias", attention_bias(place), True)
    if layer.type == "attention":
        return submodule("SelfAttention", required, bias)
    return submodule("WindowAttention", {**required, "window": layer.window, "shift": layer.shift}, bias)
