"""Sections that put maps of earlier layers together."""

from __future__ import annotations

from rfcli.diagnostics import Near
from rfcli.layers._parameters import shown
from rfcli.readers.darknet.network import Map, Network, Source
from rfcli.readers.darknet.options import Count, Earlier, Natural, Word
from rfcli.readers.darknet.sections import section

WEIGHTS = ("none", "per_feature", "per_layer", "per_channel")
"""What the terms of a shortcut may be weighted by."""


@section("route")
def route(net: Network, *, layers: Earlier, groups: Count = 1, group_id: Natural = 0) -> None:
    """Channels one after another; of each map one of so many groups of them."""
    if groups > 1 and group_id >= groups:
        node = net.at.options["group_id"].node
        net.wrong(node, f"group_id is {group_id}, of {groups} groups counted from 0")
    taken: list[Source] = [
        one if groups == 1 else sliced(net, one, groups, group_id, f"slice_{at}") for at, one in enumerate(layers, 1)
    ]
    if len(layers) > 1:
        net.add("concat", "concat", *taken)
    elif groups == 1:
        net.add("route", "identity", *taken)


def sliced(net: Network, source: Map, groups: int, number: int, part: str) -> int:
    """One of the groups of a map's channels."""
    if source.channels is None:
        return net.add(part, "custom", source, unknown="groups of an unknown number of channels")
    each, rest = divmod(source.channels, groups)
    if rest or not each:
        said = f"the {source.channels} channels of '{source.layer}' cannot be split into {groups} groups"
        net.wrong(net.at.options["groups"].node, said)
        return net.add(part, "identity", source)
    return net.add(part, "channel_slice", source, start=number * each, end=(number + 1) * each)


@section("shortcut")
def shortcut(net: Network, *, from_: Earlier, weights_type: Word = "none", activation: Word = "linear") -> None:
    """Adds the channels that both maps have, on the positions that both have.

    A larger map is read at every n1/n2-th sample, as in pjreddie's Darknet; AlexeyAB's code reads maps of different
    sizes in another order, and no published file has any.
    """
    if weights_type not in WEIGHTS:
        said = f"weights_type must be one of {', '.join(WEIGHTS)}; is {shown(weights_type)}"
        net.wrong(net.at.options["weights_type"].node, said, Near(weights_type, WEIGHTS))
    main = net.last
    terms: list[Source] = []
    for at, one in enumerate((main, *from_)):
        term = fitted(net, one, main, f"_{at}" if len(from_) > 1 else "") if at else one
        if term is None:
            net.steps.clear()
            net.unknown(main.size, main.channels, f"of {one.shape} to {main.shape}")
            break
        terms.append(term if weights_type == "none" else weighted(net, term, main.channels, weights_type, at + 1))
    else:
        net.add("add", "add", *terms)
    net.activate(activation)


def weighted(net: Network, term: Source, channels: int | None, by: str, number: int) -> int:
    """A term of a weighted sum: one trained factor, or one for each channel."""
    part = f"scale_{number}"
    if by == "per_channel":
        return net.add(part, "channel_scale", term)
    if channels is None:
        return net.add(part, "custom", term, unknown="shortcut with weights per layer", params=1)
    return net.add(part, "custom", term, filters=channels, groups=channels, bias=False, params=1)


def fitted(net: Network, one: Map, main: Map, number: str) -> Source | None:
    """What of a map is added to `main`: the samples and channels that both have; None where that has no form here.

    A larger map is read at every n1/n2-th sample, missing channels are zeros.
    """
    term: Source = one
    known = [(n, m) for n, m in zip(one.size, main.size, strict=True) if n is not None and m is not None]
    steps = [max(n // m, 1) for n, m in known]
    if any(n < m for n, m in known) or (len(known) == 2 and steps[0] != steps[1]):
        return None
    more = 0 if one.channels is None or main.channels is None else one.channels - main.channels
    filters = main.channels if more < 0 else None
    if more > 0:
        term = net.add(f"slice{number}", "channel_slice", term, end=main.channels)
    if any(step > 1 for step in steps):
        term = net.add(f"subsample{number}", "subsample", term, stride=steps[0], filters=filters)
    elif filters is not None:
        term = net.add(f"widen{number}", "identity", term, filters=filters)
    rest = [-(-n // step) - m for (n, m), step in zip(known, steps, strict=True)]
    if any(rest):
        term = net.add(f"crop{number}", "crop", term, cropping=[[0, after] for after in rest])
    return term


@section("scale_channels", "sam")
def multiplied(net: Network, *, from_: Earlier, activation: Word = "linear") -> None:
    net.add("multiply", "multiply", from_[0], net.last)
    net.activate(activation)
