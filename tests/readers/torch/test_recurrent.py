"""Recurrent layers of ATen, and running sums: as torch runs them, and by autograd."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from readers.torch.nets import exported, module
from readers.torch.operations import SEQUENCE, Row, X, check, row

import rfcli
from rfcli.geometry.unknown import Unknown

pytestmark = pytest.mark.torch

SUM = 'custom filters=4 params=0 macs=0 global="before"'
ROWS = [
    row("cumsum", X(SEQUENCE), 2, layers=SUM),
    row("cumsum", X(SEQUENCE), 1, layers='custom filters=4 params=0 macs=0 mixes="some"', exact=False),
    row("cumprod", X(SEQUENCE), 2, layers=SUM),
    row("cummax", X(SEQUENCE), 2, layers=SUM, exact=False),
    row("cummin", X(SEQUENCE), 2, layers=SUM, exact=False),
    row("logcumsumexp", X(SEQUENCE), 2, layers=SUM),
]


@pytest.mark.parametrize("one", ROWS, ids=str)
def test_operation(one: Row) -> None:
    check(one)


def measured(net: Any, x: Any, o: int) -> tuple[int, int] | None:
    """First and last sample along the last axis with a gradient of output o."""
    import torch

    x = x.detach().double().requires_grad_()
    made = net.double()(x)
    (gradient,) = torch.autograd.grad(made[..., o].abs().sum(), x)
    places = gradient.abs().sum(tuple(range(x.dim() - 1))).nonzero().flatten()
    return (int(places[0]), int(places[-1])) if len(places) else None


def recurrent(type: str, **given: Any) -> Any:
    """Convolutions around a recurrent layer of sequences, channels last."""
    from torch import nn

    def forward(self: Any, x: Any) -> Any:
        y, _ = self.r(self.a(x).transpose(1, 2))
        return self.b(y.transpose(1, 2))

    cell = getattr(nn, type)(6, 4, batch_first=True, **given)
    made = (given.get("proj_size") or 4) * (2 if given.get("bidirectional") else 1)
    return module(forward, a=nn.Conv1d(2, 6, 5, stride=2), r=cell, b=nn.Conv1d(made, 3, 3, padding=1))


@pytest.mark.parametrize("type", ["LSTM", "GRU", "RNN"])
@pytest.mark.parametrize("given", [{}, {"num_layers": 2}, {"bidirectional": True}, {"bias": False, "num_layers": 2}])
def test_layers_of_torch(type: str, given: dict[str, Any]) -> None:
    """Regions by autograd: all before, and as far ahead as the convolutions see."""
    import torch

    net, x = recurrent(type, **given), torch.randn(1, 2, 33)
    report = rfcli.compute(rfcli.from_torch(net, x))
    assert report.total.params == sum(one.numel() for one in net.parameters())
    field, layer = report.layer("b").receptive_field, report.layer("r")
    assert layer.type == type.lower()
    assert (field.size, field.stride, field.lookahead, field.through) == ((9,), (2,), (6,), ("r",))
    both = "bidirectional" in given
    assert field.unbounded == ("both" if both else "before",)
    locator = rfcli.located(report, "b")
    for o in range(15) if not both else ():
        clipped = locator.at((o,)).clipped[0]
        assert clipped == measured(net, x, o) == (0, min(2 * o + 6, 32))


def test_projections() -> None:
    import torch

    net = recurrent("LSTM", proj_size=3, num_layers=2)
    report = rfcli.compute(rfcli.from_torch(net, torch.randn(1, 2, 33)))
    assert report.total.params == sum(one.numel() for one in net.parameters())
    assert report.layer("r").channels == 3


@pytest.mark.parametrize("which", ["output", "state", "cell"])
@pytest.mark.parametrize("depth", [1, 2])
def test_the_last_state(which: str, depth: int) -> None:
    """One position, which sees all that the recurrent layer was given."""
    import torch
    from torch import nn

    def forward(self: Any, x: Any) -> Any:
        y, (h, c) = self.r(self.a(x).transpose(1, 2))
        return self.b({"output": y[:, -1], "state": h[-1], "cell": c[-1]}[which])

    net = module(forward, a=nn.Conv1d(2, 6, 3), r=nn.LSTM(6, 4, depth, batch_first=True), b=nn.Linear(4, 5))
    report = rfcli.compute(rfcli.from_torch(net, torch.randn(1, 2, 20)))
    last = report.layers[-1]
    assert (last.output_size, last.channels, report.total.params) == (
        (1,), 5, sum(one.numel() for one in net.parameters()))  # fmt: skip
    assert last.receptive_field.unbounded == ("before",)
    assert rfcli.located(report, last.name).at((0,)).clipped == ((0, 19),)


def test_columns_of_an_image() -> None:
    """Each row of its own, as in an image recogniser of sequences, or in Sequencer: along one axis only."""
    import torch
    from torch import nn

    def forward(self: Any, x: Any) -> Any:
        b, c, h, w = x.shape
        y, _ = self.r(x.permute(0, 2, 3, 1).reshape(b * h, w, c))
        return y.reshape(b, h, w, 4).permute(0, 3, 1, 2)

    report = rfcli.compute(rfcli.from_torch(module(forward, r=nn.GRU(3, 4, batch_first=True)), torch.randn(2, 3, 5, 7)))
    field = report.layer("r").receptive_field
    assert (report.layer("r").output_size, field.unbounded, field.size) == ((5, 7), (None, "before"), (1, 1))
    assert report.layer("r").cost.macs == 5 * 7 * 3 * 4 * (3 + 4)


def test_cumulative_normalisation_by_running_sums() -> None:
    """Conv-TasNet's cLN, written out."""
    import torch

    def forward(self: Any, x: Any) -> Any:
        count = torch.arange(1, x.shape[2] + 1) * x.shape[1]
        mean = x.sum(1, keepdim=True).cumsum(2) / count
        power = x.pow(2).sum(1, keepdim=True).cumsum(2) / count
        return (x - mean) / (power - mean.pow(2) + 1e-8).sqrt()

    net, x = module(forward), torch.randn(1, 4, 12)
    report = rfcli.compute(rfcli.from_torch(net, x))
    field = report.layers[-1].receptive_field
    assert (field.unbounded, field.lookahead, field.size) == (("before",), (0,), (1,))
    for o in range(12):
        assert rfcli.located(report, report.layers[-1].name).at((o,)).clipped[0] == measured(net, x, o) == (0, o)


def test_what_is_not_known() -> None:
    """States that are computed, and packed sequences."""
    import torch
    from torch import nn

    def stated(self: Any, x: Any) -> Any:
        return self.r(x.transpose(1, 2), x[:, :, :1].permute(2, 0, 1).expand(1, 1, 4).contiguous())[0]

    for net in [module(stated, r=nn.GRU(4, 4, batch_first=True))]:
        report = rfcli.compute(rfcli.from_torch(net, torch.randn(1, 4, 3)))
        field = report.layers[-1].receptive_field
        assert isinstance(field.size[0], Unknown)
        assert report.total.params == sum(one.numel() for one in net.parameters()) or isinstance(
            report.total.params, Unknown
        )


def test_demucs() -> None:
    """facebookresearch/denoiser#22: five levels of convolutions k 8 s 4, an LSTM, and the way back with skips: all the
    past, and 2387 samples ahead. Autograd agrees on an output in the middle."""
    import torch
    from torch import nn

    def forward(self: Any, x: Any) -> Any:
        skips = []
        for layer in self.down:
            x = layer(x).relu()
            skips.append(x)
        y, _ = self.lstm(x.permute(2, 0, 1))
        x = y.permute(1, 2, 0)
        for layer in self.up:
            x = layer(x + skips.pop())
        return x

    down = nn.ModuleList([nn.Conv1d(4 if at else 1, 4, 8, 4) for at in range(5)])
    up = nn.ModuleList([nn.ConvTranspose1d(4, 4 if at else 1, 8, 4) for at in (4, 3, 2, 1, 0)])
    net, n = module(forward, down=down, up=up, lstm=nn.LSTM(4, 4, 2)), 1024 * 5 + 1364
    x = torch.randn(1, 1, n)
    report = rfcli.compute(rfcli.from_torch(net, x))
    field = report.layers[-1].receptive_field
    assert (field.size, field.stride, field.padding) == ((4436,), (1,), (2048,))
    assert (field.lookahead, field.unbounded) == ((2387,), ("before",))
    assert report.total.params == sum(one.numel() for one in net.parameters())
    encoder = report.layer("down/4").receptive_field
    assert (encoder.size, encoder.stride, encoder.unbounded) == ((2388,), (1024,), (None,))
    locator = rfcli.located(report, report.layers[-1].name)
    for o in (0, 1024, 2047, 3000):
        assert locator.at((o,)).clipped[0] == measured_positive(net, x, o)


def measured_positive(net: Any, x: Any, o: int) -> tuple[int, int] | None:
    """The same with weights that keep every gate open and every activation above 0."""
    import torch

    for one in net.parameters():
        torch.nn.init.uniform_(one, 0.02, 0.1)
    return measured(net, x.abs() * 0.1 + 0.1, o)


@pytest.mark.parametrize(("type", "macs"), [("LSTMCell", 978), ("GRUCell", 810), ("RNNCell", 474)])
def test_cells_that_run_step_by_step(type: str, macs: int) -> None:
    """In a loop of the module's own: regions by autograd, parameters and products by hand."""
    import torch
    from torch import nn

    def forward(self: Any, x: Any) -> Any:
        x, state, found = self.a(x), None, []
        for step in x.unbind(2):
            state = self.cell(step, state)
            found.append(state[0] if type == "LSTMCell" else state)
        return self.b(torch.stack(found, 2))

    net = module(
        forward, a=nn.Conv1d(3, 3, 3, padding=1), cell=getattr(nn, type)(3, 4), b=nn.Conv1d(4, 2, 3, padding=1)
    )
    x = torch.rand(1, 3, 6)
    report = rfcli.compute(rfcli.from_torch(net, x))
    last = report.layer(report.outputs[0])
    assert (report.total.params, report.total.macs) == (sum(one.numel() for one in net.parameters()), macs)
    assert last.receptive_field.unbounded == ("before",)
    for o in range(6):
        assert measured(net, x, o) == (0, rfcli.located(report, last.name).at((o,)).clipped[0][1])


ROWS_OF_NUMBERS: dict[str, tuple[Callable[[Any, Any], Any], bool]] = {
    "rows": (lambda self, x: self.r(x.view(-1, 8, 6))[0].transpose(1, 2), True),
    "columns": (lambda self, x: self.r(x.view(-1, 6, 8).transpose(1, 2))[0].transpose(1, 2), True),
    "steps first": (lambda self, x: self.r(x.view(-1, 8, 6).transpose(0, 1))[0].permute(1, 2, 0), False),
}


@pytest.mark.parametrize("name", ROWS_OF_NUMBERS)
def test_numbers_that_are_steps(name: str, tmp_path: Path) -> None:
    """A vector that is an input, taken row by row, is a sequence: each step sees those before."""
    import torch
    from torch import nn

    forward, first = ROWS_OF_NUMBERS[name]
    net = module(forward, r=nn.LSTM(6, 5, batch_first=first)).eval()
    x = torch.rand(1, 48)
    file = exported(net, (x,), tmp_path / "net.onnx", opset_version=17)
    for architecture in (rfcli.from_torch(net, x), rfcli.load(file)):
        report = rfcli.compute(architecture)
        layer = report.layer(report.outputs[0])
        assert (architecture.inputs[0].size, architecture.inputs[0].channels) == ((8,), 6)
        assert (layer.output_size, layer.channels, layer.receptive_field.size) == ((8,), 5, (1,))
        assert layer.receptive_field.unbounded == ("before",)
        assert report.total.params == sum(one.numel() for one in net.parameters())
