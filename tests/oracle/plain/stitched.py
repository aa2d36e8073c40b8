"""Tiles held against really computing them: every layer a weighted sum of what it reads plus a bias, modulo a prime.

A tap's weight depends on the layer, the tap and the phase of the output, so that two outputs are equal only where all
that they read, padding included, is the same. Channels are left out: every layer is one number at each position.
"""

from __future__ import annotations

import random

import numpy as np

import rfcli
from oracle.plain.against import loaded
from oracle.plain.drawn import drawn
from oracle.plain.net import Net
from oracle.plain.seen import inside
from oracle.plain.steps import Unfit

PRIME = 2**31 - 1


WITHOUT = {"attention", "squeeze_excite", "instance_norm", "group_norm", "flatten", "linear", "channel_slice",
           "global_avg_pool", "global_max_pool", "pixel_shuffle", "depth_to_space"}  # fmt: skip
"""Types that cannot be tiled, and those that tell channels apart."""


def enlarged(seed):
    """A random network of one input that is worth tiling along its first axis, and the longest tile; None where its
    size cannot grow."""
    document, rng = drawn(seed, WITHOUT), random.Random(seed)
    if "inputs" in document:
        return None
    first, *rest = document["input"]["size"]
    for _ in range(12):
        document["input"]["size"] = [first + rng.randint(60, 140), *rest]
        try:
            Net(document)
        except Unfit:
            continue
        return document, rng.randint(24, 80)
    return None


def weight(*key):
    """A number that looks random, the same one for the same key."""
    return random.Random(repr(key)).randrange(1, PRIME)


def computed(net, name, axis):
    """The outputs of a layer along an axis, each a row of factors of the samples and a constant."""
    n = net.size[next(iter(net.inputs))][axis]
    known = {next(iter(net.inputs)): np.eye(n, n + 1, dtype=np.int64)}
    for at in net.layers:
        if all(source in known for source in net.sources[at]):
            known[at] = layer(net, at, axis, [known[source] for source in net.sources[at]])
    return known[name]


def layer(net, name, axis, inputs):
    rows = np.zeros((net.size[name][axis], inputs[0].shape[1]), dtype=np.int64)
    for k, before in enumerate(inputs):
        step = net.steps[name][axis][k]
        for o in range(len(rows)):
            for t, i in enumerate(step.taps(o)):
                sample = inside(i, len(before), step)
                if sample is not None:
                    rows[o] = (rows[o] + weight(name, k, t, o % step.outputs) * before[sample]) % PRIME
    rows[:, -1] = (rows[:, -1] + weight(name, "bias")) % PRIME
    return rows


def differences(document, longest):
    """Tiles that are not what the whole is; None where rf refuses to tile, or makes a single tile."""
    if "inputs" in document:
        return None
    architecture = loaded(document)
    report = rfcli.compute(architecture)
    name = report.outputs[0]
    try:
        axes = rfcli.tiles(report, name, [longest] * len(document["input"]["size"]))
    except rfcli.CallError:
        return None
    found, many = [], False
    for axis, made in enumerate(axes):
        if made.circular or made.padded not in (None, made.size) or len(made.tiles) < 2:
            continue
        many = True
        found += [f"axis {axis}: {line}" for line in along(document, name, axis, made)]
    return found if many else None


def along(document, name, axis, made):
    whole = computed(Net(document), name, axis)
    done = 0
    for (start, end), (first, last) in made.tiles:
        size = list(document["input"]["size"])
        size[axis] = end - start
        try:
            tile = computed(Net(document, size=size), name, axis)
        except Unfit as why:
            yield f"a tile of {end - start} cannot be: {why}"
            return
        offset = start / made.stride
        if first != done or offset != int(offset):
            yield f"tile at {start} has the outputs from {first} on, {done} are done; its first is {offset}"
        mine = np.zeros((last - first, whole.shape[1]), dtype=np.int64)
        part = tile[first - int(offset) : last - int(offset)]
        if len(part) != len(mine):
            yield f"tile {start}..{end} has no outputs {first}..{last}"
            return
        mine[:, start:end], mine[:, -1] = part[:, :-1], part[:, -1]
        if not np.array_equal(mine, whole[first:last]):
            wrong = [first + o for o in range(last - first) if not np.array_equal(mine[o], whole[first + o])]
            yield f"tile {start}..{end}: outputs {wrong[:5]} of {first}..{last} are others"
        done = last
    if done != len(whole):
        yield f"{done} of {len(whole)} outputs are done"
