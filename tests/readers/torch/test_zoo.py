"""Real models, read from torch: parameters and costs equal torch's, regions equal autograd's."""

from __future__ import annotations

from typing import Any

import pytest
from witnesses.zoo import agrees, vision_models

import rfcli

pytestmark = pytest.mark.zoo

CHOSEN = [
    "resnet18", "mobilenet_v3_small", "squeezenet", "shufflenet",
    "lraspp", "r2plus1d_18", "unet_1d", "unet_3d", "wavenet",
]  # fmt: skip
"""A model of each family, the small ones: tracing takes seconds. ONNX has them all."""


@pytest.mark.parametrize("name", CHOSEN)
def test_model(name: str) -> None:
    agrees(name, rfcli.from_torch, own_names=True)


def described(name: str, size: int) -> Any:
    """A model whose parameters have no numbers at all: nothing unknown, and torch's totals."""
    import torch
    from torch.nn.attention import SDPBackend, sdpa_kernel
    from torch.utils.flop_counter import FlopCounterMode

    with torch.device("meta"):
        module = getattr(vision_models()[0], name)(weights=None).eval()
        # Fused attention is not counted on every device.
        with sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as flops:
            module(torch.zeros(1, 3, size, size))
    architecture = rfcli.from_torch(module, (1, 3, size, size))
    assert [entry.name for entry in architecture.entries if entry.layer.given.get("unknown")] == []
    report = rfcli.compute(architecture)
    assert report.total.params == sum(weight.numel() for weight in module.parameters())
    assert 2 * report.total.macs == flops.get_total_flops()
    return report


def test_vit() -> None:
    """A class token stands beside the positions: these see their patch, and from the first attention on the whole image
    as well; the token is all that is left in the end."""
    report = described("vit_b_16", 224)
    first = next(at for at, one in enumerate(report.layers) if one.receptive_field.globally)
    assert report.layers[first].name.startswith("encoder/layers/encoder_layer_0/self_attention")
    assert {one.receptive_field.size for one in report.layers[:first]} == {(16, 16)}
    assert all(one.receptive_field.globally for one in report.layers[first:])
    assert {one.output_size for one in report.layers if one.name.startswith("encoder")} == {(14, 14)}
    assert report.layers[-1].receptive_field.size == (None, None)
    assert (report.layers[-1].name, report.layers[-1].channels) == ("heads/head", 1000)


def test_swin() -> None:
    """At 224 samples stages of 7 x 7 windows, until the last one, in which a window is the whole map."""
    report = described("swin_t", 224)
    windows = [one for one in report.layers if one.type == "window_attention"]
    assert [one.output_size for one in windows] == [(56, 56)] * 2 + [(28, 28)] * 2 + [(14, 14)] * 6
    assert windows[0].receptive_field.size == (28, 28)
    assert not any(one.receptive_field.globally for one in windows)
    assert report.layer("features/7").receptive_field.globally


def test_rolled_windows_of_swin() -> None:
    """Regions of two stages by autograd: windows of 4, rolled by 2, on maps that they do not divide."""
    import torch

    torch.manual_seed(0)
    module = vision_models()[0].SwinTransformer(
        patch_size=[2, 2], embed_dim=8, depths=[2, 2], num_heads=[2, 2], window_size=[4, 4], stochastic_depth_prob=0.0
    )
    architecture = rfcli.from_torch(module, (1, 3, 28, 36))
    assert [entry.name for entry in architecture.entries if entry.layer.given.get("unknown")] == []
    report = rfcli.compute(architecture)
    module = module.double().eval()
    x = torch.rand(1, 3, 28, 36, dtype=torch.float64).requires_grad_()
    y = x
    for number, stage in enumerate(module.features):
        y = stage(y)
        layer = report.layer(f"features/{number}")
        assert layer.output_size == tuple(y.shape[1:3])
        locator = rfcli.located(report, layer.name)
        for position in [(0, 0), (1, 3), (3, 4), (5, 2), (6, 8)]:
            (gradient,) = torch.autograd.grad((y[(0, *position)] ** 3).sum(), x, retain_graph=True)
            # What is masked has exp(-100) of the weight of what is not.
            places = (gradient[0].abs().sum(0) > 1e-30).nonzero()
            found = [(int(along.min()), int(along.max())) for along in places.T]
            assert list(locator.at(position).clipped) == found, (number, position)
