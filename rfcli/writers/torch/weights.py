"""Normalisations for torch, and fully connected layers."""

from __future__ import annotations

from collections.abc import Mapping

from rfcli.words.torch import NORMS
from rfcli.writers.places import SIZED, Inexpressible, Place, certain
from rfcli.writers.torch.modules import module, submodule
from rfcli.writers.torch.written import Argument, Written


@module("batch_norm", "instance_norm")
def channel_norm(place: Place) -> Written:
    type = place.layer.type
    if type == "instance_norm" and all(n == 1 for n in place.n):
        raise Inexpressible("torch does not normalise a single sample")
    head = f"{NORMS.written(type)}{place.axes}d"
    return _normed(place, head, {"num_features": place.c}, usual=type == "batch_norm")


@module("group_norm")
def group_norm(place: Place) -> Written:
    return _normed(place, NORMS.written("group_norm"), {"num_groups": place.layer.groups, "num_channels": place.c})


@module("layer_norm")
def layer_norm(place: Place) -> Written:
    if place.layer.axes_ != "all":
        return _normed(place, "ChannelNorm", {"normalized_shape": place.c}, "elementwise_affine")
    sizes = [certain(n, "its scale and bias have one value for each sample", SIZED) for n in place.n]
    shape = {"normalized_shape": (place.c, *sizes)}
    return _normed(place, NORMS.written("layer_norm"), shape, "elementwise_affine")


def _normed(place: Place, head: str, shape: Mapping[str, object], name: str = "affine", usual: bool = True) -> Written:
    """A norm with scale and bias or without; one of them alone is the other kept from being trained. `usual` is what
    torch does unless told."""
    given = {"weight": place.layer.scale, "bias": place.layer.bias}
    fixed = tuple(f"{weight}.requires_grad_(False)" for weight, trained in given.items() if not trained)
    norm = submodule(head, shape, Argument(name, any(given.values()), usual))
    return norm.replaced(after=fixed) if len(fixed) == 1 else norm


@module("linear")
def linear(place: Place) -> Written:
    features = {"in_features": place.c, "out_features": place.made}
    return submodule("nn.Linear", features, Argument("bias", place.layer.bias, True)).replaced(flat=True)
