"""Normalisations of ATen, and products with weights, or of two maps."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import pytest
from readers.torch.nets import module
from readers.torch.operations import IMAGE, C, Row, W, X, check, row

import rfcli

pytestmark = pytest.mark.torch

A = X(IMAGE)
TRAINED = (W((4,)), W((4,)))
KEPT = (C([0.0] * 4, "float64"), C([1.0] * 4, "float64"))
"""Statistics."""
LAST: dict[str, Any] = {"before": lambda x: x.movedim(1, -1), "then": lambda x, y: y.movedim(-1, 1)}
"""Channels come last, for the operation only."""


def last(layer: str) -> str:
    return f"identity; {layer}; identity"


ROWS = [
    row("batch_norm", A, *TRAINED, *KEPT, False, 0.1, 1e-5, False, layers="batch_norm"),
    row("batch_norm", A, *TRAINED, None, None, True, 0.1, 1e-5, False, layers="instance_norm"),
    row("native_batch_norm", A, None, None, *KEPT, False, 0.1, 1e-5, layers="batch_norm scale=false bias=false"),
    row("cudnn_batch_norm", A, TRAINED[0], None, *KEPT, False, 0.1, 1e-5, layers="batch_norm bias=false", runs=False),
    row("_native_batch_norm_legit.no_stats", A, *TRAINED, True, 0.1, 1e-5, layers="instance_norm"),
    row("_native_batch_norm_legit_no_training", A, *TRAINED, *KEPT, 0.1, 1e-5, layers="batch_norm"),
    row("_batch_norm_no_update", A, *TRAINED, *KEPT, 0.1, 1e-5, layers="batch_norm"),
    row("instance_norm", A, None, None, None, None, True, 0.1, 1e-5, False, layers="instance_norm scale=false bias=false"),
    row("instance_norm", A, *TRAINED, *KEPT, False, 0.1, 1e-5, False, layers="batch_norm"),
    row("group_norm", A, 2, *TRAINED, layers="group_norm groups=2"),
    row("native_group_norm", A, *TRAINED, 1, 4, 48, 4, 1e-5, layers="group_norm groups=4"),
    row("layer_norm", A, [4], *TRAINED, layers=last("layer_norm"), **LAST),
    row("layer_norm", A, [4, 6, 8], layers='layer_norm axes="all" scale=false bias=false'),
    row("layer_norm", A, [4, 6, 8], W((4, 6, 8)), W((4, 6, 8)), layers='layer_norm axes="all"'),
    row("layer_norm", A, [6, 8], W((6, 8)), W((6, 8)), layers="instance_norm params=96"),
    row("layer_norm", A, [6, 8], layers="instance_norm scale=false bias=false"),
    row("layer_norm", X((1, 4, 2, 3, 5)), [2, 3, 5], W((2, 3, 5)), None, layers="instance_norm bias=false params=30"),
    row("native_layer_norm", A, [4], TRAINED[0], None, 1e-5, layers=last("layer_norm bias=false"), **LAST),
    row("rms_norm", A, [4], TRAINED[0], layers=last("layer_norm bias=false"), **LAST),
    row("_fused_rms_norm", A, [4], None, 1e-5, layers=last("layer_norm scale=false bias=false"), **LAST),
    row("linear", A, W((7, 4)), W((7,)), layers=last("conv kernel=1 filters=7"), **LAST),
    row("linear", A, X((7, 8)), layers="unknown aten.linear: its weights are computed from data"),
    # All positions, as rows of a matrix; all samples, as a row of features.
    row("addmm", W((7,)), A, W((4, 7)), layers="identity; identity; conv kernel=1 filters=7; identity; identity",
        before=lambda x: x.movedim(1, -1).reshape(48, 4), then=lambda x, y: y.reshape(1, 6, 8, 7).movedim(-1, 1)),
    row("addmm", W((7,)), A, W((192, 7)), layers="flatten; linear units=7", places=(None, None),
        before=lambda x: x.flatten(1)),
    row("mm", A, W((192, 7)), layers="flatten; linear units=7 bias=false", places=(None, None),
        before=lambda x: x.flatten(1)),
    row("mv", A, W((192,)), layers="flatten; linear units=1 bias=false", places=(None, None),
        before=lambda x: x.flatten(1)),
    row("matmul", A, W((4, 7)), layers=last("conv kernel=1 bias=false filters=7"), **LAST),
    row("bmm", A, W((1, 192, 7)), layers="flatten; identity; linear units=7 bias=false", places=(None, None),
        before=lambda x: x.flatten(1).unsqueeze(1)),
    row("cdist", A, W((7, 4)), layers="identity; identity; conv kernel=1 bias=false filters=7; identity; identity", exact=False,
        before=lambda x: x.movedim(1, -1).reshape(1, 48, 4), then=lambda x, y: y.reshape(1, 6, 8, 7).movedim(-1, 1)),
    row("one_hot", X((1, 3, 9), "int64", 2, (0, 1, 2)), 4, layers="custom filters=12 params=0 macs=0 mixes=\"some\"; identity; identity",
        then=lambda x, y: y.transpose(2, 3).flatten(1, 2)),
    row("matmul", W((7, 4)), A, layers="identity; conv kernel=1 bias=false filters=7; identity",
        before=lambda x: x.flatten(2), then=lambda x, y: y.unflatten(2, (6, 8))),
]  # fmt: skip


@pytest.mark.parametrize("one", ROWS, ids=str)
def test_operation(one: Row) -> None:
    check(one)


def test_norms_without_statistics() -> None:
    """Batch norms without running statistics take those of the map, instance norms with them are constants."""
    from torch import nn

    for norm, globally in ((nn.BatchNorm2d(4, track_running_stats=False), True), (nn.BatchNorm2d(4), False),
                           (nn.InstanceNorm2d(4, affine=True), True),
                           (nn.InstanceNorm2d(4, track_running_stats=True), False)):  # fmt: skip
        net = nn.Sequential(nn.Conv2d(3, 4, 3), norm)
        layer = rfcli.compute(rfcli.from_torch(net, (1, 3, 9, 9))).layer("1")
        assert (layer.receptive_field.size, layer.receptive_field.globally) == ((3, 3), globally)
        assert layer.cost.params == sum(one.numel() for one in norm.parameters())


def _copied(self: Any, x: Any) -> Any:
    import torch

    self.k.copy_(torch.ones(8, 1, 3, 3))
    return torch.nn.functional.conv2d(self.conv(x), self.k, groups=8)


def _identity(self: Any, x: Any) -> Any:
    import torch

    return torch.nn.functional.conv2d(self.conv(x), torch.eye(8)[:, :, None, None])


def _linear(self: Any, x: Any) -> Any:
    import torch

    mixed = torch.nn.functional.linear(self.conv(x).movedim(1, -1), torch.eye(8), torch.zeros(8))
    return torch.nn.functional.batch_norm(mixed.movedim(-1, 1), torch.zeros(8), torch.ones(8), torch.ones(8))


def _upsampled(self: Any, x: Any) -> Any:
    import torch

    x = torch.nn.functional.conv_transpose2d(self.conv(x), torch.ones(8, 1, 2, 2), stride=2, groups=8)
    return torch.nn.functional.conv2d(x + self.k[:, 0, :1, :1], self.k * 2, groups=8)


@pytest.mark.parametrize("forward", [_copied, _identity, _linear, _upsampled])
def test_constants_and_buffers_are_no_parameters(tmp_path: Any, forward: Any) -> None:
    """From a module, a .pt2 and an ONNX model of torch's exporter: 3 * 8 * 9 + 8 numbers are trained."""
    import torch
    from torch import nn

    net, x = module(forward, conv=nn.Conv2d(3, 8, 3)).eval(), torch.rand(1, 3, 9, 9)
    net.register_buffer("k", torch.ones(8, 1, 3, 3))
    torch.export.save(torch.export.export(net, (x,)), tmp_path / "net.pt2")
    assert rfcli.compute(rfcli.from_torch(net, x)).total.params == 224
    assert rfcli.compute(rfcli.load(tmp_path / "net.pt2")).total.params == 224
    if forward is not _copied:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch's own, about itself
            torch.onnx.export(net, (x,), tmp_path / "net.onnx", dynamo=True, verbose=False)
        assert rfcli.compute(rfcli.load(tmp_path / "net.onnx")).total.params == 224


GRAPHS: dict[str, Callable[[Any, Any, Any], Any]] = {
    "matmul": lambda torch, x, a: x @ a,
    "from the left": lambda torch, x, a: (a @ x.transpose(2, 3)).transpose(2, 3),
    "einsum": lambda torch, x, a: torch.einsum("nctv,vw->nctw", x, a),
    "a matrix for each part (ST-GCN)": lambda torch, x, a: torch.einsum("nctv,vw->nctw", x, a * 2) + x @ a.t(),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_a_matrix_with_zeros(name: str, tmp_path: Any) -> None:
    """All joints of a skeleton count as seen, which is told, from the module and from ONNX; none where all are."""
    import torch
    from torch import nn

    for matrix in (torch.eye(5), torch.ones(5, 5)):
        net = module(lambda self, x: GRAPHS[name](torch, self.a(x), self.matrix), a=nn.Conv2d(4, 4, 1)).eval()
        net.register_buffer("matrix", matrix)
        x, given = torch.rand(1, 4, 6, 5), {"dynamo": False, "opset_version": 17}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch's own, about itself
            torch.onnx.export(net, (x,), tmp_path / "net.onnx", **given)
        for found in (rfcli.from_torch(net, x), rfcli.load(tmp_path / "net.onnx")):
            assert ["they count as read" in one for one in found.remarks] == [True] * len(found.remarks)
            assert bool(found.remarks) == bool(matrix[0, 1] == 0)
            assert rfcli.compute(found).layers[-1].receptive_field.size == (1, 5)


def test_nearest_codes() -> None:
    """A vector-quantised autoencoder's: the number of the nearest code, and that code, at each position; codes count
    once (van den Oord et al. 2017)."""
    import torch
    from torch import nn

    def by_differences(self: Any, x: Any) -> Any:
        z = self.a(x).movedim(1, -1)
        return self.codes((z.unsqueeze(-2) - self.codes.weight).pow(2).sum(-1).argmin(-1)).movedim(-1, 1)

    def by_distances(self: Any, x: Any) -> Any:
        z = self.a(x).movedim(1, -1)
        nearest = torch.cdist(z.reshape(-1, 3), self.codes.weight).argmin(1)
        return self.codes(nearest).view(1, 8, 8, 3).movedim(-1, 1)

    for forward in (by_differences, by_distances):
        net = module(forward, a=nn.Conv2d(4, 3, 3, padding=1), codes=nn.Embedding(5, 3))
        report = rfcli.compute(rfcli.from_torch(net, (1, 4, 8, 8)))
        last = report.layers[-1]
        assert (last.output_size, last.channels, last.receptive_field.size) == ((8, 8), 3, (3, 3))
        assert rfcli.located(report, last.name).at((0, 4)).clipped == ((0, 1), (3, 5))
        assert report.total.params == sum(one.numel() for one in net.parameters())
