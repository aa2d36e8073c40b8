"""What rf says of a network held against the oracle: each difference as a line of text."""

from __future__ import annotations

import json
from fractions import Fraction

import rfcli
from oracle.plain.net import Net
from oracle.plain.pictured import pictured
from oracle.plain.pixels import Pixels
from oracle.plain.seen import ZERO, Seen, TooLong, ends


def loaded(document):
    return rfcli.loads(json.dumps(document), name="net.json")


def differences(document, mode="eval", apart=True):
    """Everything that rf says otherwise: sizes, channels, costs, fields of all origins, regions, paths."""
    architecture = loaded(document)
    net = Net(document, mode)
    report = rfcli.compute(architecture, mode=mode)
    found = list(maps(report, net))
    for origin in origins(net):
        at = rfcli.compute(architecture, mode=mode, origin=origin)
        seen = Seen(net, origin, apart)
        for layer in at.layers:
            found += [f"from {origin}: {layer.name}: {line}" for line in fields(layer, seen)]
            found += [f"from {origin}: {layer.name}: {line}" for line in answered(places(at, layer.name, seen))]
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
    if known(said.size[0]) is None and any(note.startswith("a mask reads a map of which some") for note in said.notes):
        return
    through = seen.through(name)
    yield from told("through", through, list(said.through))
    yield from told("global", bool(through), said.globally)
    try:
        every = [seen.field(name, axis) if seen.local(name, axis) else {} for axis in axes]
    except TooLong:
        return
    for key in ("size", "stride", "padding", "center", "lookback", "lookahead"):
        yield from told(key, [each.get(key) for each in every], list(getattr(said, key)))
    yield from told("unbounded", [seen.sides(name, axis) for axis in axes], list(said.unbounded))
    phases = [each.get("phase_sizes") for each in every]
    yield from told("phase_sizes", phases, list(said.phase_sizes))
    yield from told("uniform", all(each.get("uniform", True) for each in every), said.uniform)
    try:
        aligned = all(seen.aligned(name, axis) for axis in axes if seen.local(name, axis))
    except TooLong:
        return
    yield from told("aligned", aligned, said.aligned)


def answered(lines):
    """The lines up to where rf says that it does not know, and why."""
    try:
        yield from lines
    except rfcli.CallError as error:
        if "is not known" not in str(error):
            yield f"refused: {error}"


def places(report, name, seen):
    """Regions of all outputs, clipped and not, which samples are read, and which outputs see a sample."""
    if not seen.reached(name):
        return
    try:
        locator = rfcli.located(report, name)
    except rfcli.CallError as error:
        yield f"located: {error}"
        return
    yield from pictured(locator, name, seen, told, runs, corners)
    if Pixels(seen).masked(name) or not seen.compared(name):
        return
    regions = []
    for axis in range(seen.net.dims):
        rows, reached = seen.read(name, axis, around=False), seen.read(name, axis)
        regions.append([ends(row, 0) for row in rows])
        yield from told(f"clipped {axis}", regions[-1], locator.regions(axis))
        yield from told(f"runs {axis}", [runs(row) for row in reached], locator.runs(axis))
        for o in sorted({0, len(rows) - 1, len(rows) // 2}):
            yield from told(f"samples of {o} on {axis}", numbers(reached[o]), list(locator.samples(axis, o)))
            if seen.local(name, axis) and seen.followed(name, axis):
                yield from told(f"region of {o} on {axis}", seen.hull(name, axis, o), locator.region(axis, o))
                field = numbers(seen.reached_bits(name, axis, o) >> (ZERO - 1000))
                said = [i + 1000 for i in locator.samples(axis, o, clipped=False)]
                yield from told(f"support of {o} on {axis}", field, said)
    yield from covering(locator, name, regions, seen)
    yield from outputs_at(locator, name, regions, seen)


def outputs_at(locator, name, regions, seen):
    """The answers about single outputs, all axes at once."""
    for position in corners(seen.net.size[name]):
        said = locator.at(position)
        right = []
        for axis, o in enumerate(position):
            routes = seen.routes(name, axis)
            right.append(ends(routes.at(position, around=False), 0) if routes else regions[axis][o])
        yield from told(f"clipped at {position}", right, said.clipped)
        read = [
            r.at(position, around=True) if r else None for r in (seen.routes(name, a) for a in range(seen.net.dims))
        ]
        if None not in read:
            yield from told(f"runs at {position}", list(map(runs, read)), said.runs)
        whole = [(0, n - 1) for n in seen.net.size[seen.origin]]
        if not all(seen.followed(name, axis) for axis in range(seen.net.dims)):
            continue
        right = [
            seen.region(name, axis, position) if seen.local(name, axis) else whole[axis] for axis in range(len(whole))
        ]
        yield from told(f"region at {position}", right, said.region)


def corners(size):
    return ([0] * len(size), [n // 2 for n in size], [n - 1 for n in size])


def covering(locator, name, regions, seen):
    """Which outputs see the first, the middle and the last sample."""
    for position in corners(seen.net.size[seen.origin]):
        right, readers = [], []
        for axis, i in enumerate(position):
            outputs = [o for o, region in enumerate(regions[axis]) if region and region[0] <= i <= region[1]]
            right.append((outputs[0], outputs[-1]) if outputs else None)
            routes = seen.routes(name, axis)
            bits = sum(1 << o for o, row in enumerate(seen.read(name, axis)) if row >> i & 1)
            bits = routes.readers(position) if routes else bits
            readers.append(runs(bits))
        yield from told(f"covers {position}", right, locator.covering(position))
        yield from told(f"readers of {position}", readers, locator.readers(position))


def numbers(bits):
    """The numbers of the bits that are set."""
    return [i for i in range(bits.bit_length()) if bits >> i & 1]


def runs(bits):
    """The first and the last of all that follow each other."""
    found = []
    for i in numbers(bits):
        if found and found[-1][1] == i - 1:
            found[-1][1] = i
        else:
            found.append([i, i])
    return found


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
