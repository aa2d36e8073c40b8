"""Masked networks, measured: the points that autograd finds, and the energies of gradients."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from engine.test_joint import GATED, PIXELCNN, computed
from oracle.masked import drawn

import rfcli
from rfcli.engine.erf import energy_map

pytestmark = pytest.mark.torch


def test_pixelcnn_is_verified_point_by_point() -> None:
    for network in (rfcli.loads(json.dumps(PIXELCNN), "net.json"), rfcli.loads(GATED, "net.yaml")):
        assert all(one.agrees for one in rfcli.verify(rfcli.compute(network)))


def test_an_engine_that_is_wrong_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from rfcli.engine.joint import Points, single
    from rfcli.engine.locate import Locator

    monkeypatch.setattr(Locator, "points", lambda self, place: single(place) if place[0] else Points({}))
    found = rfcli.verify(computed(PIXELCNN))
    told = next(one.broken for one in found if one.layer == "out")
    assert told == "output (20, 20) reads 129 samples, the engine says 1"


@pytest.mark.parametrize("seed", range(3))
def test_random_networks_are_verified(seed: int) -> None:
    generator, checked = random.Random(seed), 0
    while checked < 6:
        document = drawn(generator, generator.choice([1, 2]))
        try:
            found = rfcli.verify(computed(document))
        except (rfcli.DescriptionError, rfcli.CallError):
            continue
        checked += 1
        assert [one for one in found if not one.agrees] == [], document


def energies(layers: list[dict[str, Any]], size: int) -> Any:
    """What autograd finds of the gradient energy of the central output: the gradient of a network of one channel whose
    weights are the variances, the same for each tap that is left."""
    import torch
    from oracle.joint import taps_of

    x = torch.ones(1, 1, size, size, dtype=torch.float64, requires_grad=True)
    y = x
    for layer in layers:
        taps, kernel, up = taps_of(layer, 2), layer["kernel"], layer["type"] == "conv_transpose"
        weight = torch.zeros(1, 1, kernel, kernel, dtype=torch.float64)
        for tap in taps:
            weight[0, 0, tap[0], tap[1]] = (layer.get("stride", 1) ** 2 if up else 1) / len(taps)
        run = torch.nn.functional.conv_transpose2d if up else torch.nn.functional.conv2d
        y = run(y, weight, None, layer.get("stride", 1), layer.get("padding", 0))
    (gradient,) = torch.autograd.grad(y[0, 0, y.shape[2] // 2, y.shape[3] // 2], x)
    return gradient[0, 0] / gradient.sum()


CROSS = [[0, 1, 0], [1, 1, 1], [0, 1, 0]]
STACKS: list[list[dict[str, Any]]] = [
    [{"type": "conv", "kernel": 7, "mask": "strictly_causal"}, *[{"type": "conv", "kernel": 3, "mask": "causal"}] * 4],
    [{"type": "conv", "kernel": 3, "stride": 2, "mask": CROSS}, {"type": "conv", "kernel": 4, "mask": "causal"}],
    [{"type": "conv_transpose", "kernel": 3, "mask": CROSS}, {"type": "conv", "kernel": 3, "mask": CROSS}],
    [{"type": "conv_transpose", "kernel": 3, "stride": 2}, {"type": "conv", "kernel": 3, "mask": "causal"}],
]


@pytest.mark.parametrize("layers", STACKS, ids=range(len(STACKS)))
def test_energies(layers: list[dict[str, Any]]) -> None:
    document = {"format": 1, "input": {"size": 41, "channels": 1}, "layers": [{**one, "filters": 1} for one in layers]}
    report = computed(document)
    measured = energies(layers, 41)
    found = energy_map(report, report.layers[-1].name)
    (top, left), rows = found.first, found.rows
    assert abs(measured[top : top + len(rows), left : left + len(rows[0])] - measured.new_tensor(rows)).max() < 1e-12
    assert sum(map(sum, rows)) == pytest.approx(1)
    for axis, profile in enumerate(rfcli.erf(report, report.layers[-1].name)):
        along = measured.sum(1 - axis)[profile.first : profile.first + len(profile.values)]
        assert abs(along - measured.new_tensor(profile.values)).max() < 1e-12
