"""Programs as a whole: what is shared, what is unknown, inputs and outputs, layouts."""

from __future__ import annotations

from typing import Any

import pytest
from readers.torch.nets import module

import rfcli
from rfcli.geometry.unknown import Unknown

pytestmark = pytest.mark.torch


def test_shared_modules() -> None:
    """Called twice, a module is two layers; parameters count once. Tied weights as well."""
    from torch import nn

    conv, other = nn.Conv1d(2, 2, 3), nn.Conv1d(2, 2, 3)
    other.weight = conv.weight
    net = module(lambda self, x: self.b(self.a(nn.functional.relu(self.a(x)))), a=conv, b=other)
    report = rfcli.compute(rfcli.from_torch(net, (1, 2, 20)))
    found = [(one.name, one.receptive_field.size, one.cost.params, one.cost.macs) for one in report.layers]
    assert found == [
        ("a", (3,), 14, 216), ("relu", (3,), 0, 0), ("a_2", (5,), 0, 192), ("b", (7,), 2, 168),
    ]  # fmt: skip


def test_buffers_are_no_parameters() -> None:
    """A fixed blur, and a weight that is normalised."""
    import torch
    from torch import nn
    from torch.nn.utils.parametrizations import weight_norm

    def forward(self: Any, x: Any) -> Any:
        return self.conv(nn.functional.conv2d(x, self.kernel, groups=3))

    net = module(forward, conv=weight_norm(nn.Conv2d(3, 4, 3)))
    net.register_buffer("kernel", torch.ones(3, 1, 5, 5))
    report = rfcli.compute(rfcli.from_torch(net, (1, 3, 16, 16)))
    assert [(one.name, one.receptive_field.size, one.cost.params) for one in report.layers] == [
        ("conv2d", (5, 5), 0), ("conv", (7, 7), 4 * 3 * 9 + 4 + 4),
    ]  # fmt: skip
    assert report.total.params == sum(one.numel() for one in net.parameters())


def test_inputs_and_outputs() -> None:
    import torch
    from torch import nn

    def forward(self: Any, rgb: Any, depth: Any) -> Any:
        y = self.a(rgb)
        return {"sum": y + self.b(depth), "first": y}

    net = module(forward, a=nn.Conv2d(3, 4, 3), b=nn.Conv2d(1, 4, 5, padding=1))
    for example in [((1, 3, 8, 9), (1, 1, 8, 9)), [torch.zeros(1, 3, 8, 9), torch.zeros(1, 1, 8, 9)],
                    {"depth": (1, 1, 8, 9), "rgb": (1, 3, 8, 9)}]:  # fmt: skip
        architecture = rfcli.from_torch(net, example)
        assert {one.name: (one.size, one.channels) for one in architecture.inputs} == {
            "rgb": ((8, 9), 3), "depth": ((8, 9), 1),
        }  # fmt: skip
        assert sorted(rfcli.compute(architecture).outputs) == ["a", "add"]
        assert rfcli.compute(architecture, origin="depth").layer("add").receptive_field.size == (5, 5)


def test_unknown_operations() -> None:
    """An operation that is not known spoils only what reads it, and its size is known."""
    import torch
    from torch import nn

    def forward(self: Any, x: Any) -> Any:
        grid = nn.functional.affine_grid(torch.eye(2, 3)[None], [1, 4, 5, 5])
        y = self.a(x)
        return self.c(nn.functional.grid_sample(y, grid)), self.b(y), torch.flip(y, (2,)), torch.topk(y, 3, 2)[0]

    net = module(forward, a=nn.Conv2d(3, 4, 3), b=nn.Conv2d(4, 4, 3), c=nn.Conv2d(4, 2, 2))
    report = rfcli.compute(rfcli.from_torch(net, (1, 3, 12, 12)))
    assert (report.layer("b").receptive_field.size, report.layer("c").output_size) == ((5, 5), (4, 4))
    for name, word in (("c", "aten.grid_sampler"), ("flip", "an axis is turned round"), ("topk", "positions by data")):
        assert all(isinstance(one, Unknown) and word in one.reason for one in report.layer(name).receptive_field.size)
    assert report.layer("c").cost.params == 2 * 4 * 4 + 2


def test_parameters_of_unknown_operations() -> None:
    """Operations that turn out to have no layers keep their parameters, and leave nothing behind."""
    from torch import nn

    def forward(self: Any, x: Any) -> Any:
        y = self.a(x)
        return self.c(self.b(y.view(1, 4, 3, 2, 3, 2).permute(0, 1, 2, 4, 3, 5).reshape(1, 4, 9, 4)).flatten(1))

    net = module(forward, a=nn.Conv2d(3, 4, 1), b=nn.Linear(4, 5), c=nn.Linear(180, 7))
    report = rfcli.compute(rfcli.from_torch(net, (1, 3, 6, 6)))
    assert isinstance(report.layer("b").receptive_field.size[0], Unknown)
    assert report.layer("b").cost.params == 4 * 5 + 5
    assert report.total.params == sum(one.numel() for one in net.parameters())


def test_channels_last_input() -> None:
    from torch import nn

    net = module(lambda self, x: self.a(x.permute(0, 3, 1, 2)), a=nn.Conv2d(3, 4, (3, 5)))
    architecture = rfcli.from_torch(net, (1, 9, 11, 3))
    assert (architecture.inputs[0].size, architecture.inputs[0].channels) == ((9, 11), 3)
    assert rfcli.compute(architecture).layer("a").receptive_field.size == (3, 5)


def test_without_gradient() -> None:
    import torch
    from torch import nn

    def forward(self: Any, x: Any) -> Any:
        with torch.no_grad():
            y = self.conv(x)
        return y * 2

    report = rfcli.compute(rfcli.from_torch(module(forward, conv=nn.Conv2d(4, 4, 3)), (1, 4, 8, 8)))
    assert [(one.name, one.receptive_field.size) for one in report.layers] == [("conv", (3, 3)), ("mul", (3, 3))]


def test_axes_in_another_order() -> None:
    """A convolution of a map that is turned over has its kernel along the other axes."""
    from torch import nn

    net = module(lambda self, x: self.a(x.transpose(2, 3)).transpose(2, 3), a=nn.Conv2d(3, 4, (3, 5), stride=(1, 2)))
    layer = rfcli.compute(rfcli.from_torch(net, (1, 3, 20, 30))).layer("a")
    assert (layer.receptive_field.size, layer.receptive_field.stride) == ((5, 3), (2, 1))
    assert layer.output_size == (8, 28)


def test_batches() -> None:
    """With several images the same, also with more of them; what mixes them is not known."""
    import torch
    from torch import nn

    def forward(self: Any, x: Any) -> Any:
        y = self.a(x)
        scores = y.flatten(2).transpose(1, 2) @ y.flatten(2) / 3
        z = scores.softmax(-1) @ y.flatten(2).transpose(1, 2)
        return y.mean((2, 3)), z, y.mean(0), y.view(1, 8, 7, 8), torch.cat([y, y], 0)

    net = module(forward, a=nn.Conv2d(3, 4, 3, stride=(1, 2)))
    report = rfcli.compute(rfcli.from_torch(net, (2, 3, 9, 17)))
    assert (report.layer("a").receptive_field.size, report.layer("a").output_size) == ((3, 3), (7, 8))
    assert report.layer("mean").receptive_field.globally
    assert report.layer("matmul").receptive_field.globally
    assert isinstance(report.layer("mean_2").receptive_field.size[0], Unknown)
    assert report.outputs[-1] == "a"


def test_sizes_that_depend_on_data() -> None:
    with pytest.raises(rfcli.CallError):
        rfcli.from_torch(module(lambda self, x: x.nonzero()), (1, 3, 9, 9))


def test_what_no_output_reads() -> None:
    """Neither what is worked out and dropped, even in place, nor what goes into a buffer, is of the network."""
    import torch
    from torch import nn

    def forward(self: Any, x: Any) -> Any:
        self.seen.copy_(x.mean((0, 2, 3)))
        y = self.a(x)
        self.b(x).relu_()
        return y

    net = module(forward, a=nn.Conv2d(3, 4, 3), b=nn.Conv2d(3, 3, 3))
    net.register_buffer("seen", torch.zeros(3))
    report = rfcli.compute(rfcli.from_torch(net, (1, 3, 9, 9)))
    assert [one.name for one in report.layers] == list(report.outputs) == ["a"]
    assert (report.total.params, report.unused_params) == (4 * 27 + 4, 3 * 27 + 3)
