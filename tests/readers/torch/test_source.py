"""What is read of a program, whoever holds it."""

from __future__ import annotations

import io
from typing import Any

import pytest
from readers.torch.archives import archive, program

from rfcli.description.limits import Limits
from rfcli.readers.archive import Archive
from rfcli.readers.torch.constants.tensors import Tensors
from rfcli.readers.torch.file import _source
from rfcli.readers.torch.source import Source, Weight

pytestmark = pytest.mark.torch


def test_torch_and_a_file_say_the_same() -> None:
    import torch
    from torch import nn

    from rfcli.readers.torch import trace

    class Tied(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a, self.b = nn.Conv1d(4, 4, 3, padding=1), nn.Conv1d(4, 4, 3, padding=1)
            self.b.weight = self.a.weight

        def forward(self, x: Any) -> Any:
            with torch.no_grad():
                y = self.a(x)
            return self.b(y)

    live = trace._source(torch.export.export(Tied(), (torch.zeros(1, 4, 9),)))
    # A list beside the weights tells which tensors are one.
    tensors = Tensors(Archive(io.BytesIO(archive("tied")), "torch", 1 << 20, "", ""), "net/models/model.json", "model")
    stored: Source = _source(program("tied"), {"a.weight": "weight_0", "b.weight": "weight_0"}, tensors, Limits())
    assert set(live.weights.values()) == set(stored.weights.values()) == {
        Weight("a.weight", "a.weight", 48), Weight("b.weight", "a.weight", 48), Weight("a.bias", "a.bias", 4), Weight("b.bias", "b.bias", 4),
    }  # fmt: skip
    assert list(live.own) == list(stored.own) == [True]
    assert stored.tensor is tensors and live.tensor("a.bias").shape == (4,)
