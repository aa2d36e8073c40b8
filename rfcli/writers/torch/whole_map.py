"""Layers for torch that see the whole map, and pools to a given size."""

from rfcli.writers.places import SIZED, Inexpressible, Place, attention_bias, certain
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
    counts = {"channels": place.c, "units": certain(place.layer.units, "it states no units")}
    return submodule("SqueezeExcite", counts, Argument("bias", place.layer.bias, True))


@module("attention", "window_attention")
def attention(place: Place) -> Written:
    layer = place.layer
    if layer.type == "attention" and layer.query is not None:
        return _projected(place)
    required = {"channels": place.c, "heads": layer.heads}
    bias = Argument("bias", attention_bias(place), True)
    if layer.type == "attention":
        return submodule("SelfAttention", required, bias)
    if layer.grid is not None:
        raise Inexpressible("attention over a grid is not written for PyTorch")
    window = layer.window
    if window is None:
        sizes = [certain(n, "the size of its windows depends on that of the map", SIZED) for n in place.n]
        window = tuple(certain(layer.size(axis, n), "windows that do not fit") for axis, n in enumerate(sizes))
    return submodule("WindowAttention", {**required, "window": window, "shift": layer.shift}, bias)


def _projected(place: Place) -> Written:
    """Attention whose queries, keys and values lie in the channels."""
    layer = place.layer
    for what, channels in (("queries", layer.query), ("values", layer.value)):
        if channels % layer.heads:
            raise Inexpressible(f"{channels} channels of {what} are not divided among {layer.heads} heads")
    return submodule("Attention", {"query": layer.query, "value": layer.value, "heads": layer.heads})
