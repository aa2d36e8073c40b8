"""What the runner makes of each layer type, beside torch's own modules."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

import rfcli
from rfcli.layers._registry import LAYERS, layer_of
from rfcli.layers.pointwise import Activation, PReLU
from rfcli.measuring.layers import RUN, Applied
from rfcli.measuring.runner import Runner


def test_every_layer_type_is_run() -> None:
    assert sorted(RUN) == sorted(LAYERS)


def test_a_sampled_nonlinearity_stands_for_activations() -> None:
    """Softmax and its like weigh channels, an exponential would not keep the energy: they pass on."""
    stands = {name for name, function in RUN.items() if function is RUN["relu"]}
    activations = {name for name, cls in LAYERS.items() if cls in (Activation, PReLU)}
    assert activations - stands == {"softmax", "softmin", "log_softmax", "exponential"}
    assert stands <= activations


def built(layer: dict[str, object], size: list[int], channels: int) -> rfcli.Report:
    document = {"format": 1, "input": {"size": size, "channels": channels}, "layers": [{"name": "it", **layer}]}
    return rfcli.compute(rfcli.loads(json.dumps(document), "net.json"))


def run(layer: dict[str, object], x: Any, linear: bool = False, activation: str = "relu") -> Any:
    """What the runner makes of a map, with weights of 1/4."""
    import torch

    graph = built(layer, list(x.shape[2:]), x.shape[1]).graph
    axes = tuple(range(len(graph.axes)))
    runner = Runner(graph, axes, 2, lambda name, shape, fan: torch.full(shape, 0.25), linear, activation)
    number = graph.names.number("it")
    assert number is not None
    return runner.run(x, [number])[number]


MODULES: list[tuple[dict[str, object], Callable[[Any], Any]]] = [
    ({"type": "conv", "kernel": 3, "stride": 2, "padding": 1, "filters": 2}, lambda nn: nn.Conv1d(4, 2, 3, 2, 1)),
    ({"type": "conv", "kernel": 3, "dilation": 2, "filters": 2}, lambda nn: nn.Conv1d(4, 2, 3, dilation=2)),
    ({"type": "conv", "kernel": 5, "padding": "same", "filters": 2}, lambda nn: nn.Conv1d(4, 2, 5, padding="same")),
    ({"type": "depthwise_conv", "kernel": 3}, lambda nn: nn.Conv1d(4, 4, 3, groups=4)),
    ({"type": "separable_conv", "kernel": 3, "filters": 2}, lambda nn: nn.Sequential(nn.Conv1d(4, 4, 3, groups=4), nn.Conv1d(4, 2, 1))),
    ({"type": "max_pool", "kernel": 3, "stride": 2, "padding": 1}, lambda nn: nn.MaxPool1d(3, 2, 1)),
    ({"type": "max_pool", "kernel": 2, "ceil_mode": True}, lambda nn: nn.MaxPool1d(2, ceil_mode=True)),
    ({"type": "max_pool", "kernel": 2, "dilation": 3, "stride": 1}, lambda nn: nn.MaxPool1d(2, 1, dilation=3)),
    ({"type": "avg_pool", "kernel": 3, "stride": 2, "padding": 1}, lambda nn: nn.AvgPool1d(3, 2, 1)),
    ({"type": "conv_transpose", "kernel": 3, "stride": 2, "padding": 1, "output_padding": 1, "filters": 2}, lambda nn: nn.ConvTranspose1d(4, 2, 3, 2, 1, 1)),
    ({"type": "conv_transpose", "kernel": 2, "stride": 3, "dilation": 2, "filters": 2}, lambda nn: nn.ConvTranspose1d(4, 2, 2, 3, dilation=2)),
    ({"type": "global_avg_pool"}, lambda nn: nn.AdaptiveAvgPool1d(1)),
    ({"type": "adaptive_avg_pool", "output_size": 5}, lambda nn: nn.AdaptiveAvgPool1d(5)),
    ({"type": "adaptive_max_pool", "output_size": 5}, lambda nn: nn.AdaptiveMaxPool1d(5)),
    ({"type": "adaptive_avg_pool", "output_size": 1}, lambda nn: nn.AdaptiveAvgPool1d(1)),
    ({"type": "upsample", "scale": 2}, lambda nn: nn.Upsample(scale_factor=2)),
    ({"type": "upsample", "scale": 2, "mode": "linear"}, lambda nn: nn.Upsample(scale_factor=2, mode="linear")),
    ({"type": "resize", "size": 20, "mode": "linear", "coordinates": "align_corners"}, lambda nn: nn.Upsample(20, mode="linear", align_corners=True)),
    ({"type": "resize", "size": 5, "coordinates": "asymmetric"}, lambda nn: nn.Upsample(5, mode="nearest")),
    ({"type": "resize", "size": 5}, lambda nn: nn.Upsample(5, mode="nearest-exact")),
    ({"type": "pad", "padding": [[2, 3]]}, lambda nn: nn.ConstantPad1d((2, 3), 0.0)),
    ({"type": "crop", "cropping": [[2, 3]]}, lambda nn: nn.ConstantPad1d((-2, -3), 0.0)),
    ({"type": "relu"}, lambda nn: nn.ReLU()),
    ({"type": "gelu"}, lambda nn: nn.ReLU()),
    ({"type": "softmax"}, lambda nn: nn.Identity()),
    ({"type": "batch_norm"}, lambda nn: nn.Identity()),
    ({"type": "window_attention", "window": 1}, lambda nn: nn.Identity()),
]  # fmt: skip


@pytest.mark.torch
@pytest.mark.parametrize(
    ("layer", "module"),
    MODULES,
    ids=lambda value: "-".join(map(str, value.values())) if isinstance(value, dict) else "",
)
def test_layers_beside_modules(layer: dict[str, object], module: Callable[[Any], Any]) -> None:
    import torch

    theirs = module(torch.nn)
    with torch.no_grad():
        for name, weight in theirs.named_parameters():
            weight.fill_(0.0 if name.endswith("bias") else 0.25)
        x = torch.randn((1, 4, 13), generator=torch.Generator().manual_seed(3))
        torch.testing.assert_close(run(layer, x), theirs(x))


@pytest.mark.torch
@pytest.mark.parametrize(("merge", "expected"), [("add", 5.0), ("multiply", 6.0), ("max", 3.0)])
def test_merges(merge: str, expected: float) -> None:
    """Of a map of 2 everywhere and a map of 3, which has half as many channels and is repeated."""
    import torch

    maps = torch.full((1, 4, 3), 2.0), torch.full((1, 2, 3), 3.0)
    applied = Applied(layer_of(merge, 1, {}), "it", maps, None)
    graph = built({"type": "relu"}, [3], 4).graph
    runner = Runner(graph, (0,), 4, lambda name, shape, fan: torch.ones(shape), False)
    assert RUN[merge](runner, applied).tolist() == [[[expected] * 3] * 4]
    summed = Runner(graph, (0,), 4, lambda name, shape, fan: torch.ones(shape), True)
    assert RUN[merge](summed, applied).tolist() == [[[5.0] * 3] * 4]


@pytest.mark.torch
def test_windows_are_averaged() -> None:
    import torch

    x = torch.tensor([[[1.0, 3.0, 5.0, 7.0, 9.0, 11.0]]])
    assert run({"type": "window_attention", "window": 2}, x).tolist() == [[[2.0, 2.0, 6.0, 6.0, 10.0, 10.0]]]
    assert run({"type": "window_attention", "window": 2, "shift": 1}, x).tolist() == [[[1.0, 4.0, 4.0, 8.0, 8.0, 11.0]]]
    assert run({"type": "window_attention", "windows": 2}, x).tolist() == [[[3.0, 3.0, 3.0, 9.0, 9.0, 9.0]]]
    assert run({"type": "window_attention", "grid": 2}, x).tolist() == [[[4.0, 6.0, 8.0] * 2]]
    assert run({"type": "window_attention", "windows": 1}, x).tolist() == [[[6.0] * 6]]


@pytest.mark.torch
def test_rearrangements() -> None:
    """A sample for each output of a larger map; a block of them, each of weight 1/4, for each of a smaller one."""
    import torch

    x = torch.tensor([[[1.0, 2.0, 3.0, 4.0]] * 2])
    assert run({"type": "pixel_shuffle", "scale": 2}, x)[0, 0].tolist() == [1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0]
    assert run({"type": "space_to_depth", "scale": 2}, x)[0, 0].tolist() == [0.75, 1.75]


@pytest.mark.torch
def test_what_sees_all_passes_no_gradient_where_local_paths_are_measured() -> None:
    import torch

    x = torch.ones((1, 2, 4), requires_grad=True)
    assert not run({"type": "global_avg_pool"}, x, linear=True).requires_grad
    assert run({"type": "global_avg_pool"}, x).requires_grad


@pytest.mark.torch
def test_what_cannot_be_built() -> None:
    import torch

    x = torch.ones((1, 2, 4))
    with pytest.raises(rfcli.CallError, match="'it' cannot be built: what the operation 'Einsum' does is not known"):
        run({"type": "custom", "unknown": "Einsum"}, x)
