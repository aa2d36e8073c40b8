"""What is traced: modules and programs, with examples of their inputs, and what cannot be."""

from __future__ import annotations

import subprocess
import sys
import warnings
from typing import Any

import pytest
from readers.torch.nets import function, module

import rfcli
from rfcli.extras import install

pytestmark = pytest.mark.torch


def small() -> Any:
    from torch import nn

    body = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8), nn.SiLU(), nn.MaxPool2d(3, 2, 1),
                         nn.GroupNorm(2, 8), nn.ConvTranspose2d(8, 4, 4, 2, 1), nn.Upsample(scale_factor=2))  # fmt: skip
    head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(), nn.Linear(4, 3))
    return nn.Sequential(body, head)


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("decomposed", [False, True])
def test_exported_programs(strict: bool, decomposed: bool) -> None:
    """A program that is exported already, also one of ATen's core operations, says the same."""

    import torch

    net = small().eval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exported = torch.export.export(net, (torch.zeros(1, 3, 32, 32),), strict=strict)
        if decomposed:
            exported = exported.run_decompositions()
    wanted = rfcli.compute(rfcli.from_torch(net, (1, 3, 32, 32)))
    for found in (
        rfcli.compute(rfcli.from_torch(exported)),
        rfcli.compute(rfcli.from_torch(exported.module(), (1, 3, 32, 32))),
    ):
        fields = {one.name: one for one in found.layers}
        assert (found.total.params, found.total.macs) == (wanted.total.params, wanted.total.macs)
        for layer in wanted.layers:
            if layer.type in ("conv", "batch_norm", "max_pool", "group_norm", "conv_transpose"):
                assert fields[layer.name].receptive_field == layer.receptive_field
                assert fields[layer.name].output_size == layer.output_size


@pytest.mark.parametrize(
    ("example", "told"),
    [
        ((1, 5, 8, 8), "cannot be traced|cannot trace it: RuntimeError"),
        (None, "needs an example input"),
        ((1, 0, 8, 8), "has no entries"),
        ((), "cannot trace it"),
    ],
)
def test_what_cannot_be_called(example: Any, told: str) -> None:
    with pytest.raises(rfcli.CallError, match=told) as caught:
        rfcli.from_torch(small(), example)
    assert len(str(caught.value)) < 500


def test_what_cannot_be_traced() -> None:
    def forward(self: Any, x: Any) -> Any:
        return x * 2 if x.sum().item() > 0 else x[:, :1]

    with pytest.raises(rfcli.CallError, match=r"Net: torch\.export cannot trace it: ") as caught:
        rfcli.from_torch(module(forward), (1, 3, 8, 8))
    assert "Traceback" not in str(caught.value)


@pytest.mark.filterwarnings("ignore:`torch.jit")
def test_modules_that_do_not_evaluate() -> None:
    import torch

    def refuses(self: Any) -> Any:
        raise ValueError("not now")

    made = small()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's own, unless it was first imported just now
        script = torch.jit.trace(made.eval(), torch.zeros(1, 3, 32, 32))
    type(made).eval, before = refuses, type(made).eval
    try:
        with pytest.raises(rfcli.CallError, match=r"its eval\(\) fails: ValueError: not now"):
            rfcli.from_torch(made, (1, 3, 32, 32))
    finally:
        type(made).eval = before
    with pytest.raises(rfcli.CallError, match=r"torch cannot trace TorchScript: .* torch\.onnx\.export"):
        rfcli.from_torch(script, (1, 3, 32, 32))


def test_what_is_no_module() -> None:
    with pytest.raises(rfcli.CallError, match=r"takes a torch\.nn\.Module"):
        rfcli.from_torch(lambda x: x, (1, 3, 8, 8))


def test_four_axes() -> None:
    from torch import nn

    with pytest.raises(rfcli.CallError, match="rf knows 1 to 3"):
        rfcli.from_torch(nn.Sequential(nn.ReLU()), (1, 2, 3, 4, 5, 6))


def test_without_torch() -> None:
    code = "import sys; sys.modules['torch'] = None; import rfcli; rfcli.from_torch(None, (1, 3, 8, 8))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert install("torch") in done.stderr.splitlines()[-1]


def test_a_failed_trace_writes_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    """torch logs and prints the graphs that it gives up."""
    net = function(lambda x: x if x.sum() > 0 else x * x.max().item())
    with pytest.raises(rfcli.CallError, match=r"torch\.export cannot trace it"):
        rfcli.from_torch(net, (1, 3, 8, 8))
    assert capfd.readouterr() == ("", "")
