"""What rf says of a network held against the oracle: each difference as a line of text."""

from __future__ import annotations

import json
from fractions import Fraction

import rfcli
from oracle.plain.net import Net
from oracle.plain.seen import Seen, TooLong, ends


def loaded(document):
    return rfcli.loads(json.dumps(document), name="net.json")


def differences(document, mode="eval", apart=False, borders=False):
    """Everything that rf says otherwise: sizes, channels, costs, fields of all origins, regions, paths."""
    architecture = loaded(document)
    net = Net(document, mode)
    report = rfcli.compute(architecture, mode=mode)
    found = list(maps(report, net))
    for origin in origins(net):
        at = rfcli.compute(architecture, mode=mode, origin=origin)
        seen = Seen(net, origin, apart, borders)
        for layer in at.layers:
            found += [f"from {origin}: {layer.name}: {line}" for line in fields(layer, seen)]
            found += [f"from {origin}: {layer.name}: {line}" for line in places(at, layer.name, seen)]
            found += [f"from {origin}: {layer.name}: {line}" for line in counts(at, layer.name, seen)]
    return found


def origins(net):
    """All inputs, and a layer in the middle."""
    names = list(net.layers)
    return [*net.inputs, names[len(names) // 3]]


def known(value):
    """The value, with None for what is unknown, whatever it is in."""
    if isinstance(value, list | tuple):
        return [known(each) for each in value]
    if isinstance(value, dict):
        return {key: known(each) for key, each in value.items()}
    return value if value is None or isinstance(value, int | float | str | Fraction) else None


def told(name, right, said):
    right, said = known(right), known(said)
    if right != said:
        yield f"{name} is {right}, rf says {said}"


def maps(report, net):
    """Names, sizes, channels and costs."""
    yield from told("layers", list(net.layers), [layer.name for layer in report.layers])
    for layer in report.layers:
        name = layer.name
        yield from told(f"{name}: inputs", net.sources[name], list(layer.inputs))
        yield from told(f"{name}: size", tuple(net.size[name]), layer.output_size)
        yield from told(f"{name}: channels", net.channels[name], layer.channels)
        cost = layer.cost
        yield from told(f"{name}: cost", net.cost(name), (cost.params, cost.macs, cost.flops))


def fields(layer, seen):
    """The receptive field of a layer."""
    name, axes = layer.name, range(seen.net.dims)
    if not seen.reached(name):
        yield from told("field", None, layer.receptive_field)
        return
    said = layer.receptive_field
    if said is None:
        yield "field is there, rf says none"
        return
    through = seen.through(name)
    yield from told("through", through, list(said.through))
    yield from told("global", bool(through), said.globally)
    every = [seen.field(name, axis) if seen.local(name, axis) else {} for axis in axes]
    for key in ("size", "stride", "padding", "center"):
        yield from told(key, [each.get(key) for each in every], list(getattr(said, key)))
    phases = [each.get("phase_sizes") for each in every]
    yield from told("phase_sizes", phases, list(said.phase_sizes))
    yield from told("uniform", all(each.get("uniform", True) for each in every), said.uniform)
    try:
        aligned = all(seen.aligned(name, axis) for axis in axes if seen.local(name, axis))
    except TooLong:
        return
    yield from told("aligned", aligned, said.aligned)


def places(report, name, seen):
    """Regions of all outputs, clipped and not, which samples are read, and which outputs see a sample."""
    if not seen.reached(name):
        return
    try:
        locator = rfcli.located(report, name)
    except rfcli.CallError as error:
        yield f"located: {error}"
        return
    covers = []
    for axis in range(seen.net.dims):
        rows = seen.read(name, axis)
        regions = [ends(row, 0) for row in rows]
        yield from told(f"clipped {axis}", regions, [as_pair(each) for each in locator.regions(axis)])
        if seen.local(name, axis):
            outputs = sorted({0, len(rows) - 1, len(rows) // 2})
            hulls = [seen.hull(name, axis, o) for o in outputs]
            yield from told(f"region {axis}", hulls, [as_pair(locator.region(axis, o)) for o in outputs])
            for o in outputs:
                read = [i for i in range(rows[o].bit_length()) if rows[o] >> i & 1]
                samples = locator.samples(axis, o)
                yield from told(f"samples of {o} on {axis}", read, sorted(listed(samples)))
        covers.append(regions)
    yield from covering(locator, covers, seen)


def covering(locator, covers, seen):
    """Which outputs see the first, the middle and the last sample."""
    size = seen.net.size[seen.origin]
    for position in ([0] * len(size), [n // 2 for n in size], [n - 1 for n in size]):
        right = []
        for regions, i in zip(covers, position, strict=True):
            outputs = [o for o, region in enumerate(regions) if region and region[0] <= i <= region[1]]
            right.append((outputs[0], outputs[-1]) if outputs else None)
        yield from told(f"covers {position}", right, [as_pair(each) for each in locator.covering(position)])


def as_pair(region):
    return None if region is None else tuple(region)


def listed(samples):
    """Samples of an answer one by one."""
    return list(samples)


def counts(report, name, seen):
    """Paths by size of field."""
    axes = range(seen.net.dims)
    try:
        right = [seen.counted(name, axis) for axis in axes]
    except TooLong:
        return
    if not all(right):
        return
    try:
        said = rfcli.paths(report, name)
    except rfcli.CallError as error:
        yield f"paths: {error}"
        return
    yield from told("paths", right, said)
