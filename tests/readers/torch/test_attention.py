"""Attention of ATen, in the kernels that torch has for it."""

from __future__ import annotations

from typing import Any

import pytest
from readers.torch.nets import module
from readers.torch.operations import SEQUENCE, C, Row, T, X, check, row
from witnesses.measuring import hull

import rfcli
from rfcli.geometry.unknown import Unknown

pytestmark = pytest.mark.torch

THREE: tuple[Any, ...] = (X(SEQUENCE), T(1), T(2))
HEAD: dict[str, Any] = {"before": lambda x: (x.transpose(1, 2)[:, None],) * 3}
"""Of one map queries, keys and values are made, of one head: (1, 1, positions, channels)."""
LAYERS = "identity; identity; custom filters=4 params=0 macs=648 global=true"
"""Each of 9 positions meets each, over 4 channels: 2 * 9 * 9 * 4 multiply-accumulates."""

ROWS = [
    row("scaled_dot_product_attention", *THREE, layers=LAYERS, places=(2,), **HEAD),
    row("scaled_dot_product_attention", *THREE, C([[0.0] * 9] * 9, "float64"), layers=LAYERS, places=(2,), **HEAD),
    row("_scaled_dot_product_flash_attention_for_cpu", *THREE, layers=LAYERS, places=(2,), **HEAD),
    row("_scaled_dot_product_flash_attention", *THREE, layers=LAYERS, places=(2,), runs=False, **HEAD),
    row("_scaled_dot_product_efficient_attention", *THREE, None, False, layers=LAYERS, places=(2,), runs=False, **HEAD),
]  # fmt: skip


@pytest.mark.parametrize("one", ROWS, ids=str)
def test_operation(one: Row) -> None:
    check(one)


def test_attention_is_global() -> None:
    """Over all positions, by PyTorch's module and by its function; with a causal mask it is not known."""
    import torch
    from torch import nn

    def forward(self: Any, x: Any) -> Any:
        y = self.a(x).flatten(2).transpose(1, 2)
        z = self.attention(y, y, y, need_weights=False)[0]
        causal = nn.functional.scaled_dot_product_attention(y, y, y, is_causal=True)
        return z.transpose(1, 2).unflatten(2, (4, 5)), causal

    net = module(forward, a=nn.Conv2d(3, 8, 3), attention=nn.MultiheadAttention(8, 2, batch_first=True))
    for one in net.parameters():
        one.requires_grad_(False)  # As when PyTorch would take its fast path.
    report = rfcli.compute(rfcli.from_torch(net, torch.zeros(1, 3, 6, 7)))
    layer = report.layer("attention/scaled_dot_product_attention")
    assert (layer.receptive_field.size, layer.receptive_field.globally) == ((None, None), True)
    assert layer.cost.macs == 2 * 20 * 20 * 8
    assert report.total.params == sum(one.numel() for one in net.parameters())
    assert isinstance(report.layer("scaled_dot_product_attention").receptive_field.size[0], Unknown)


@pytest.mark.parametrize("batch", [{}, {"x": {0: "n"}}], ids=["one image", "any number of images"])
def test_windows_exported_to_onnx(batch: Any) -> None:
    """Windows of 7 x 7 of a map of stride 4, with a table of biases: 28 samples, read from torch and from ONNX alike."""
    import io
    import warnings

    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.patches, self.qkv, self.last = nn.Conv2d(3, 8, 4, 4), nn.Linear(8, 24), nn.Conv2d(8, 4, 1)
            self.table = nn.Parameter(torch.rand(49 * 49, 2))
            self.register_buffer("at", torch.arange(49 * 49))

        def forward(self, x: Any) -> Any:
            y = self.patches(x).permute(0, 2, 3, 1)
            n, h, w, c = y.shape
            y = y.view(n, h // 7, 7, w // 7, 7, c).permute(0, 1, 3, 2, 4, 5).reshape(n * (h // 7) * (w // 7), 49, c)
            q, k, v = self.qkv(y).reshape(y.size(0), 49, 3, 2, c // 2).permute(2, 0, 3, 1, 4)
            bias = self.table[self.at].view(49, 49, -1).permute(2, 0, 1)[None]
            z = ((q @ k.transpose(-2, -1) + bias).softmax(-1) @ v).transpose(1, 2).reshape(y.size(0), 49, c)
            z = z.view(n, h // 7, w // 7, 7, 7, c).permute(0, 1, 3, 2, 4, 5).reshape(n, h, w, c)
            return self.last(z.permute(0, 3, 1, 2))

    net, model = Net().eval(), io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        given: dict[str, Any] = {"input_names": ["x"], "opset_version": 17, "dynamo": False, "dynamic_axes": batch}
        torch.onnx.export(net, (torch.zeros(1, 3, 56, 56),), model, **given)
    for architecture in (rfcli.from_torch(net, (1, 3, 56, 56)), rfcli.loads(model.getvalue(), "net.onnx")):
        assert [entry.name for entry in architecture.entries if entry.layer.given.get("unknown")] == []
        report = rfcli.compute(architecture)
        field = report.layer(report.outputs[0]).receptive_field
        assert (field.size, field.globally) == ((28, 28), False)


@pytest.mark.parametrize("forms", ["unfold", "convolution"])
@pytest.mark.parametrize("size", [4, 8], ids=["one block", "four blocks"])
def test_halo_attention(size: int, forms: str) -> None:
    """Each block of 4 x 4 with the block and its neighbours, behind a convolution over two blocks at most."""
    import torch
    from torch import nn

    def forward(self: Any, x: Any) -> Any:
        n, f = size // 4, nn.functional
        q = self.q(x).reshape(-1, 8, n, 4, n, 4).permute(0, 1, 3, 5, 2, 4).reshape(1, 8, 16, n * n).transpose(1, 3)
        kv = f.pad(self.kv(x), [1, 1, 1, 1]).unfold(2, 6, 4).unfold(3, 6, 4).reshape(1, 16, n * n, -1)
        kv = kv if forms == "unfold" else self.near(x).reshape(1, 16, 36, n * n).transpose(2, 3)
        k, v = kv.permute(0, 2, 3, 1).split([8, 8], -1)
        out = ((q @ k.transpose(-1, -2)).softmax(-1) @ v).transpose(1, 3)
        out = out.reshape(-1, 4, 4, n, n).permute(0, 3, 1, 4, 2).reshape(1, 8, size, size)
        return self.end(out + x)

    near = nn.Conv2d(8, 16 * 36, 6, 4, 1)
    parts = {"q": nn.Conv2d(8, 8, 1), "kv": nn.Conv2d(8, 16, 1), "near": near, "end": nn.Conv2d(8, 4, 3, padding=1)}
    net = module(forward, **parts)
    x = torch.rand(1, 8, size, size, requires_grad=True)
    report = rfcli.compute(rfcli.from_torch(net, x))
    end, y = report.layer("end"), net(x)
    assert (end.channels, end.output_size) == (4, (size, size))
    assert report.total.params + report.unused_params == sum(one.numel() for one in net.parameters())
    field = end.receptive_field
    assert field.size == ((10, 10) if size == 8 and forms == "unfold" else field.size)
    if field.globally:
        assert size == 4 and field.size == (3, 3)
        assert all(hull(x, y, at) == [(0, 3), (0, 3)] for at in ((0, 0), (1, 2), (3, 3)))
    else:
        locator = rfcli.located(report, "end")
        assert all(list(locator.at(at).clipped) == hull(x, y, at) for at in ((0, 0), (1, 2), (3, 3), (size - 1, 2)))
