"""Real models of torch, and what every description of them is held against, however it is made: torch's parameters and
costs, and regions by autograd."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

import rfcli
from witnesses.measuring import convolved, hull, prepared


@cache
def vision_models() -> Any:
    """torchvision's models. Its compiled operators, which no model here uses, need the very build of torch that they
    were made for: where they are missing, those that importing it asks for are declared."""
    import torch

    library = torch.library.Library("torchvision", "FRAGMENT")
    for _ in range(20):
        try:
            import torchvision
        except RuntimeError as error:
            missing = re.search(r"operator torchvision::(\w+) does not exist", str(error))
            assert missing, error
            library.define(f"{missing[1]}(Tensor x) -> Tensor")
            for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
                del sys.modules[name]
        else:
            return torchvision.models, library
    raise AssertionError("torchvision asks for ever more operators")


def vision(name: str, size: int, **given: Any) -> Callable[[], Any]:
    def make() -> Any:
        return getattr(vision_models()[0], name)(weights=None, **given), (1, 3, size, size)

    return make


def segmentation(name: str, size: int) -> Callable[[], Any]:
    def make() -> Any:
        made = getattr(vision_models()[0].segmentation, name)(weights=None, weights_backbone=None)
        return made, (1, 3, size, size)

    return make


def video(name: str) -> Callable[[], Any]:
    def make() -> Any:
        return getattr(vision_models()[0].video, name)(weights=None), (1, 3, 8, 32, 32)

    return make


def unet(dims: int) -> Callable[[], Any]:
    """An encoder and decoder of PyTorch's own layers, in 1 or 3 dimensions, with strided, dilated and transposed ones."""

    def make() -> Any:
        import torch
        from torch import nn

        conv = {1: nn.Conv1d, 3: nn.Conv3d}[dims]
        up = {1: nn.ConvTranspose1d, 3: nn.ConvTranspose3d}[dims]
        norm = {1: nn.BatchNorm1d, 3: nn.BatchNorm3d}[dims]
        pool = {1: nn.MaxPool1d, 3: nn.MaxPool3d}[dims]

        class Net(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.a = nn.Sequential(conv(1, 6, 3, padding=1, bias=False), norm(6), nn.ReLU())
                self.b = nn.Sequential(pool(2), conv(6, 8, 5, padding=4, dilation=2), nn.LeakyReLU())
                self.c = conv(8, 8, 3, stride=2, padding=1)
                self.up = up(8, 8, 4, stride=2, padding=1)
                self.up2 = up(8, 6, 2, stride=2)
                self.last = conv(12, 2, 1)

            def forward(self, x: Any) -> Any:
                a = self.a(x)
                b = self.b(a)
                d = self.up2(b + self.up(self.c(b)))
                return self.last(torch.cat([a, d], 1))

        return Net(), (1, 1, *((64,) if dims == 1 else (16, 24, 32)))

    return make


def wavenet() -> Any:
    """A 1-D stack of causal dilated convolutions with gates and skips."""
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first = nn.Conv1d(1, 8, 1)
            self.gates = nn.ModuleList(nn.Conv1d(8, 16, 2, dilation=2**i) for i in range(6))
            self.skips = nn.ModuleList(nn.Conv1d(8, 8, 1) for _ in range(6))
            self.last = nn.Conv1d(8, 4, 1)

        def forward(self, x: Any) -> Any:
            x = self.first(x)
            total: Any = 0
            for i, (gate, skip) in enumerate(zip(self.gates, self.skips, strict=True)):
                a, b = gate(nn.functional.pad(x, (2**i, 0))).chunk(2, 1)
                y = skip(torch.tanh(a) * torch.sigmoid(b))
                total = total + y
                x = x + y
            return self.last(torch.relu(total))

    return Net(), (1, 1, 200)


PLAIN = {"aux_logits": False, "init_weights": False}
MODELS: dict[str, Callable[[], Any]] = {
    "alexnet": vision("alexnet", 224),
    "resnet18": vision("resnet18", 96),
    "resnet50": vision("resnet50", 96),
    "resnext50": vision("resnext50_32x4d", 64),
    "googlenet": vision("googlenet", 96, **PLAIN),
    "inception_v3": vision("inception_v3", 128, **PLAIN),
    "mobilenet_v2": vision("mobilenet_v2", 96),
    "mobilenet_v3_large": vision("mobilenet_v3_large", 96),
    "mobilenet_v3_small": vision("mobilenet_v3_small", 96),
    "mnasnet": vision("mnasnet0_5", 96),
    "densenet121": vision("densenet121", 64),
    "squeezenet": vision("squeezenet1_0", 96),
    "shufflenet": vision("shufflenet_v2_x1_0", 96),
    "efficientnet_b0": vision("efficientnet_b0", 96),
    "regnet_x": vision("regnet_x_400mf", 96),
    "regnet_y": vision("regnet_y_400mf", 96),
    "convnext_tiny": vision("convnext_tiny", 96),
    "fcn_resnet50": segmentation("fcn_resnet50", 64),
    "deeplabv3_resnet50": segmentation("deeplabv3_resnet50", 64),
    "deeplabv3_mobilenet": segmentation("deeplabv3_mobilenet_v3_large", 96),
    "lraspp": segmentation("lraspp_mobilenet_v3_large", 96),
    "r3d_18": video("r3d_18"),
    "mc3_18": video("mc3_18"),
    "r2plus1d_18": video("r2plus1d_18"),
    "unet_1d": unet(1),
    "unet_3d": unet(3),
    "wavenet": wavenet,
}


def agrees(name: str, described: Callable[[Any, tuple[int, ...]], rfcli.Architecture], own_names: bool) -> None:
    """A model's description, as made of the module and its input's shape, has torch's numbers of parameters and of
    multiply-accumulates, and sizes, channels and clipped regions of four convolutions are those of autograd.

    Convolutions have the names of their modules, or are named by what calls them, in order.
    """
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    torch.manual_seed(0)
    module, shape = MODELS[name]()
    module.eval()
    with torch.no_grad():
        for weight in module.parameters():
            weight += 1e-3 * torch.rand_like(weight)
        with FlopCounterMode(display=False) as flops:
            called = [path for path, _ in convolved(module, torch.zeros(shape))]
    architecture = described(module, shape)
    report = rfcli.compute(architecture)
    assert [entry.name for entry in architecture.entries if entry.layer.given.get("unknown")] == []
    assert report.total.params == sum(weight.numel() for weight in module.parameters())
    assert 2 * report.total.macs == flops.get_total_flops()

    if own_names:
        layers = {path: report.layer(path.replace(".", "/")) for path in called}
    else:
        # Linear layers at every position are convolutions of rf, and none of torch: they have other names.
        nodes = [one for one in report.layers if one.type in ("conv", "conv_transpose") and "Conv" in one.name]
        layers = dict(zip(called, nodes, strict=True))
    x = torch.full(shape, 1e-6, dtype=torch.float64, requires_grad=True)  # Far below where ReLU6 ends.
    found = convolved(prepared(module), x)
    for at in sorted({0, len(found) // 3, 2 * len(found) // 3, len(found) - 1}):
        layer, output = layers[found[at][0]], found[at][1]
        assert layer.output_size == tuple(output.shape[2:])
        assert layer.channels == output.shape[1]
        if None in layer.receptive_field.size:
            assert layer.receptive_field.globally
            continue
        locator = rfcli.located(report, layer.name)
        center = tuple(n // 2 for n in output.shape[2:])
        for position in {
            center,
            tuple(min(o + 1, n - 1) for o, n in zip(center, output.shape[2:], strict=True)),
            (0,) * len(center),
        }:
            assert list(locator.at(position).clipped) == hull(x, output, position), (layer.name, position)
