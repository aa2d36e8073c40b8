"""Graphs that are run with torch."""

from __future__ import annotations

import json
from typing import Any

import pytest

import rfcli
from rfcli.measuring.runner import Runner

pytestmark = pytest.mark.torch


def maps(layers: list[dict[str, object]], x: Any, *wanted: str, **described: object) -> list[Any]:
    """The maps of some layers, of weights that are 1."""
    import torch

    document = {
        "format": 1,
        "input": {"size": list(x.shape[2:]), "channels": x.shape[1]},
        "layers": layers,
        **described,
    }
    if "inputs" in document:
        del document["input"]
    graph = rfcli.compute(rfcli.loads(json.dumps(document), "net.json")).graph
    runner = Runner(graph, tuple(range(len(graph.axes))), 1, lambda name, shape, fan: torch.ones(shape), False)
    numbers = [graph.names.number(name) for name in wanted]
    found = runner.run(x, [number for number in numbers if number is not None])
    return [found[number].tolist() for number in numbers if number is not None]


def row(*values: float) -> Any:
    import torch

    return torch.tensor([[list(values)]])


def test_layers_run_in_order() -> None:
    layers = [
        {"name": "sums", "type": "conv", "kernel": 2, "filters": 1},
        {"name": "every", "type": "subsample", "stride": 2},
        {"name": "back", "type": "upsample", "like": "sums"},
        {"name": "both", "type": "add", "inputs": ["sums", "back"]},
    ]
    sums, both = maps(layers, row(1.0, 2.0, 3.0, 4.0), "sums", "both")
    assert sums == [[[3.0, 5.0, 7.0]]]
    # Nearest, of 2 samples at 3 places: 3, 7, 7.
    assert both == [[[6.0, 12.0, 14.0]]]


def test_a_source_can_be_read_twice() -> None:
    assert maps([{"name": "twice", "type": "add", "inputs": ["input", "input"]}], row(1.0, 2.0), "twice") == [
        [[[2.0, 4.0]]]
    ]


def test_other_inputs_are_zero() -> None:
    inputs = {"a": {"size": [3], "channels": 1}, "b": {"size": [3], "channels": 1}}
    layers = [{"name": "both", "type": "concat", "inputs": ["a", "b"]}]
    assert maps(layers, row(1.0, 2.0, 3.0), "both", inputs=inputs) == [[[[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]]]]


def test_the_axis_that_is_run_is_the_layers_own() -> None:
    """One axis of two: the second kernel and stride."""
    import torch

    document = {
        "format": 1,
        "input": {"size": [9, 5], "channels": 1},
        "layers": [{"name": "it", "type": "conv", "kernel": [7, 3], "stride": [1, 2], "padding": [3, 1], "filters": 1}],
    }
    graph = rfcli.compute(rfcli.loads(json.dumps(document), "net.json")).graph
    runner = Runner(graph, (1,), 1, lambda name, shape, fan: torch.ones(shape), False)
    assert runner.run(row(1.0, 1.0, 1.0, 1.0, 1.0), [1])[1].tolist() == [[[2.0, 3.0, 2.0]]]


@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
@pytest.mark.parametrize("sides", [(2, 0), (0, 3), (4, 1)])
def test_borders_are_those_of_torch(mode: str, sides: tuple[int, int]) -> None:
    import torch

    x = torch.arange(1.0, 6.0).reshape(1, 1, 5)
    layer = {"name": "it", "type": "pad", "padding": [list(sides)], "padding_mode": mode}
    assert maps([layer], x, "it") == [torch.nn.functional.pad(x, sides, mode=mode).tolist()]


def test_a_symmetric_border_is_that_of_numpy() -> None:
    import numpy

    layer = {"name": "it", "type": "pad", "padding": [[7, 9]], "padding_mode": "symmetric"}
    wanted = numpy.pad([1.0, 2.0, 3.0], (7, 9), "symmetric")
    assert maps([layer], row(1.0, 2.0, 3.0), "it") == [[[wanted.tolist()]]]


def test_a_stride_leaves_the_border_as_it_is() -> None:
    """Of 6 samples and one before them a window of 2 at a stride of 3 reads 6, 1 and then 3, 4."""
    layer = {
        "name": "it", "type": "conv", "kernel": 2, "stride": 3, "padding": [[1, 0]], "padding_mode": "circular",
        "filters": 1,
    }  # fmt: skip
    assert maps([layer], row(1.0, 2.0, 3.0, 4.0, 5.0, 6.0), "it") == [[[[7.0, 7.0]]]]


TOO_LARGE = [
    [{"type": "conv", "kernel": [1 << 31], "padding": "same", "filters": 1}],
    [{"type": "resize", "size": 1 << 31}],
    [{"type": "pad", "padding": [[1 << 31, 0]]}],
]


@pytest.mark.parametrize("layers", TOO_LARGE, ids=lambda layers: layers[0]["type"])
def test_what_is_too_large_is_not_built(layers: list[dict[str, object]]) -> None:
    with pytest.raises(rfcli.CallError, match="is too large to be built"):
        maps(layers, row(1.0, 2.0, 3.0))
