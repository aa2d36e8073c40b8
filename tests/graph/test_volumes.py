"""Cost volumes as paths are followed through them: hidden windows on either map."""

from __future__ import annotations

import json

import rfcli
from rfcli.graph.volumes import Compared, Displaced
from rfcli.layers.cost_volume import CostVolume


def test_two_paths_through_hidden_windows() -> None:
    inputs = {name: {"size": [30], "channels": 4} for name in ("left", "right")}
    given = {"max_displacement": [[6, 3]], "displacement_stride": 2, "kernel": 3, "stride": 2}
    rows = [{"name": "v", "type": "cost_volume", "inputs": ["left", "right"], **given}]
    network = rfcli.loads(json.dumps({"format": 1, "inputs": inputs, "layers": rows}), "net.json")
    report = rfcli.compute(network, origin="right")
    graph, number = report.followed, report.number("v")
    assert isinstance(graph.described.layers[number], CostVolume)
    assert isinstance(graph.layers[number], Compared)
    left, right = graph.sources[number]
    (moved,) = graph.sources[right]
    assert (graph.sources[left], graph.sources[moved]) == ((0,), (1,))
    window, displaced = graph.layers[right], graph.layers[moved]
    assert graph.layers[left] is window
    assert isinstance(window, Displaced) and isinstance(displaced, Displaced)
    assert (window.kernel, window.stride, window.padding.sides) == ((3,), (2,), ((1, 1),))
    assert (displaced.kernel, displaced.dilation, displaced.padding.sides) == ((5,), (2,), ((6, 2),))
    sizes = graph.axes[0].known
    assert (sizes[moved], sizes[left], sizes[right], sizes[number]) == (30, 15, 15, 15)


def test_the_volume_as_the_origin() -> None:
    inputs = {name: {"size": [30], "channels": 4} for name in ("left", "right")}
    rows = [
        {"name": "v", "type": "cost_volume", "inputs": ["left", "right"], "max_displacement": 2},
        {"name": "c", "type": "conv", "kernel": 3, "filters": 1},
    ]
    network = rfcli.loads(json.dumps({"format": 1, "inputs": inputs, "layers": rows}), "net.json")
    found = rfcli.compute(network, origin="v").layer("c").receptive_field
    assert found is not None and found.size == (3,)
