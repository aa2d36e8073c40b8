"""Normalisations for torch, and fully connected layers."""

from __future__ import annotations

from rfcli.words.torch import NORMS
from rfcli.writers.places import SIZED, Inexpressible, certain
from rfcli.writers.torch.modules import module, submodule
from rfcli.writers.torch.written import Argument

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from rfcli.writers.places import Place
    from rfcli.writers.torch.written import Written


@module("batch_norm")
def batch_norm(place: Place) -> Written:
    head = f"{NORMS.written('batch_norm')}{place.axes}d"
    return _normed(place, head, Argument("num_features", place.c))


@module("instance_norm")
def instance_norm(place: Place) -> Written:
    if all(n == 1 for n in place.n):
        raise Inexpressible("torch does not normalise a single sample")
    head = f"{NORMS.written('instance_norm')}{place.axes}d"
    return _normed(place, head, Argument("num_features", place.c), usual=False)


@module("group_norm")
def group_norm(place: Place) -> Written:
    groups = Argument("num_groups", place.layer.groups)
    return _normed(place, NORMS.written("group_norm"), groups, Argument("num_channels", place.c))


@module("layer_norm")
def layer_norm(place: Place) -> Written:
    head: str = "ChannelNorm"
    shape: Any = place.c
    if place.layer.axes_ == "all":
        sizes = [certain(n, "its scale and bias have one value for each sample", SIZED) for n in place.n]
        head, shape = NORMS.written("layer_norm"), (place.c, *sizes)
    return _normed(place, head, Argument("normalized_shape", shape), name="elementwise_affine")


def _normed(place: Place, head: str, *arguments: Argument, name: str = "affine", usual: bool = True) -> Written:
    """A norm with scale and bias or without; one of them alone is the other kept from being trained. `usual` is what
    torch does unless told."""
    given = {"weight": place.layer.scale, "bias": place.layer.bias}
    fixed = [f"{weight}.requires_grad_(False)" for weight, trained in given.items() if not trained]
    affine = Argument(name, any(given.values()), usual, True)
    return submodule(head, *arguments, affine, after=fixed if len(fixed) == 1 else ())


@module("linear")
def linear(place: Place) -> Written:
    bias = Argument("bias", place.layer.bias, True, True)
    return submodule(
        "nn.Linear", Argument("in_features", place.c), Argument("out_features", place.made), bias, flat=True
    )
