"""Halos against an oracle that knows nothing of fields: samples beyond the input are marked, and the marks are carried
through the network."""

import random

import pytest

import rfcli
from rfcli.bioimage.needs import Need, need

LARGE = 240


def carried(layers, n):
    """Which outputs depend on a sample beyond an input of n samples."""
    marks = [False] * n

    def at(i):
        return marks[i] if 0 <= i < len(marks) else True

    for type, k, left in layers:
        if type == "conv":
            out = len(marks) + left[0] + left[1] - k + 1
            marks = [any(at(o - left[0] + tap) for tap in range(k)) for o in range(out)]
        elif type == "pool":
            marks = [any(at(o * k + tap) for tap in range(k)) for o in range(len(marks) // k)]
        else:
            marks = [at(o // k) for o in range(len(marks) * k)]
    return marks


def described(layers):
    rows = []
    for type, k, left in layers:
        if type == "conv":
            rows.append({"type": "conv", "filters": 1, "kernel": k, "padding": [list(left)]})
        elif type == "pool":
            rows.append({"type": "max_pool", "kernel": k})
        else:
            rows.append({"type": "upsample", "scale": k, "coordinates": "asymmetric"})
    return {"format": 1, "input": {"channels": 1, "size": [LARGE]}, "layers": rows}


def drawn(chance):
    layers, scale = [], 1
    for _ in range(chance.randint(1, 6)):
        kind = chance.choice(("conv", "conv", "pool", "up"))
        if kind == "conv":
            k = chance.randint(1, 5)
            left = chance.randint(0, k - 1)
            layers.append(("conv", k, (left, chance.choice((k - 1 - left, 0)))))
        elif kind == "pool" and scale < 8:
            layers.append(("pool", 2, None))
            scale *= 2
        elif kind == "up":
            layers.append(("up", 2, None))
    return layers


@pytest.mark.parametrize("seed", range(4))
def test_halos_are_what_the_marks_reach(seed):
    chance = random.Random(seed)
    for _ in range(40):
        layers = drawn(chance)
        if not layers:
            continue
        report = rfcli.compute(described(layers))
        marks = carried(layers, LARGE)
        (layer,) = report.outputs
        assert report.layer(layer).output_size == (len(marks),)
        before = max(at + 1 for at in range(-1, len(marks) // 2) if at < 0 or marks[at])
        after = max(at + 1 for at in range(-1, len(marks) // 2) if at < 0 or marks[-1 - at])
        assert need(report, layer, 0, LARGE) == Need(before, after), layers


def test_the_halo_is_the_larger_side():
    assert (Need(3, 5).halo, Need(5, 3).halo) == (5, 5)
