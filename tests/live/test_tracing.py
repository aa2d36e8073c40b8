"""Modules that a source names, traced whole or in part."""

from __future__ import annotations

from pathlib import Path

import pytest

import rfcli
from rfcli.diagnostics import CallError

pytestmark = pytest.mark.torch

MODEL = """
import torch
from torch import nn
from blocks import Block

print("hello")

class Net(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        self.stem = nn.Conv2d(3, width, 3, 2, 1)
        self.body = nn.Sequential(Block(width), Block(width))
        self.head = nn.Linear(width, 10)
    def forward(self, x):
        return self.head(self.body(self.stem(x)).mean((2, 3)))

class Dyn(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = nn.Sequential(nn.Conv2d(3, 4, 3, 2), nn.ReLU())
        self.rest = nn.Conv2d(4, 4, 1)
        self.unused = nn.Conv2d(4, 4, 5)
    def forward(self, x):
        y = self.backbone(x)
        for _ in range(int(y.max().item()) + 1):
            y = self.rest(y)
        return y

class Tokens(nn.Module):
    def __init__(self):
        super().__init__()
        self.e, self.c = nn.Embedding(100, 16), nn.Conv1d(16, 8, 5)
    def forward(self, ids):
        return self.c(self.e(ids).transpose(1, 2))

class Two(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Conv2d(3, 8, 3), nn.Conv2d(1, 8, 5, padding=1)
    def forward(self, x, y, flip=True):
        return self.a(x) + self.b(y) if flip else self.a(x)

class Bad(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(3, 4, 3)
    def forward(self, x):
        raise RuntimeError("in forward")

class Mapping(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(3, 4, 3)
    def forward(self, batch):
        return {"out": self.c(batch["image"]) * batch["more"]["scale"]}

class Leaves(Bad):
    def forward(self, x):
        raise SystemExit("bye")

def half():
    return nn.Sequential(nn.Conv2d(3, 4, 3)).to(torch.bfloat16)

def volume():
    return nn.Sequential(nn.Conv3d(1, 4, 3, padding=1), nn.MaxPool3d(2))

exported = torch.export.export(nn.Sequential(nn.Conv1d(1, 4, 7)), (torch.zeros(1, 1, 64),))
"""
BLOCKS = """
from torch import nn
class Block(nn.Module):
    def __init__(self, w):
        super().__init__()
        self.c, self.r = nn.Conv2d(w, w, 3, padding=1), nn.ReLU()
    def forward(self, x):
        return x + self.r(self.c(x))
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "model.py").write_text(MODEL)
    (tmp_path / "blocks.py").write_text(BLOCKS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


READ = [
    ("Net", "1x3x32x32", None, "body/1/add", (11, 11), 8 * 27 + 8 + 2 * (8 * 72 + 8) + 90),
    ("Net(width=4)", ["x=1x3x32x32"], None, "body/1/add", (11, 11), 4 * 27 + 4 + 2 * (4 * 36 + 4) + 50),
    ("Net", (1, 3, 32, 32), "body.0", "add", (3, 3), 8 * 72 + 8),
    ("Net", "1x8x9x9", "body/1", "add", (3, 3), 8 * 72 + 8),
    ("Dyn", "1x3x33x33", "backbone", "0", (3, 3), 112),
    ("Dyn", "1x4x9x9", "unused", "conv2d", (5, 5), 404),
    ("Tokens", "1x64:int64", None, "c", (5,), 1600 + 16 * 8 * 5 + 8),
    ("Two", ["1x3x32x32", "1x1x32x32"], None, "add", (3, 3), 8 * 27 + 8 + 208),
    ("Two", ["1x3x32x32", "y=1x1x32x32", "flip=False"], None, "a", (3, 3), 8 * 27 + 8),
    ("Mapping", ["batch.image=1x3x9x9", "batch.more.scale=1x4x7x7"], None, "c", (3, 3), 112),
    ("half", "1x3x32x32", None, "0", (3, 3), 112),
    ("volume", "1x1x8x8x8", None, "1", (4, 4, 4), 112),
    ("exported", None, None, "0", (7,), 32),
]  # fmt: skip


@pytest.mark.parametrize(("what", "example", "part", "layer", "size", "params"), READ)
def test_fields(
    what: str, example: object, part: str | None, layer: str, size: tuple[int, ...], params: int, folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    source = f"torch:model.py:{what}"
    network = rfcli.from_code(source, example, module=part)
    assert network.source == source
    assert network.name == what.partition("(")[0] + (f".{part.replace('/', '.')}" if part else "")
    report = rfcli.compute(network)
    names = [one.name for one in report.layers]
    found = report.layer(layer if layer in names else names[-1]).receptive_field
    assert found is not None and found.size == size
    assert report.total.params == params
    assert capsys.readouterr().out == ""


def test_a_remark_says_what_the_part_is_called_with(folder: Path) -> None:
    whole = rfcli.from_code("torch:model.py:Net", "1x3x32x32", module="body.0")
    assert whole.remarks == ("body.0 is called with 1x8x16x16 where Net is with 1x3x32x32",)
    (own,) = rfcli.from_code("torch:model.py:Net", "1x8x9x9", module="body.0").remarks
    assert own.startswith("body.0 itself is called with 1x8x9x9: Net cannot be called with it: model.py:")


WRONG = [
    ("Net", None, None, "example: say what it is called with, as 1x3x224x224; its forward takes x"),
    ("Net", "1x4x8x8", None, "it cannot be called with 1x4x8x8: model.py:15: RuntimeError: Given groups=1"),
    ("Net", "1x3x32x32", "bodi", "module: Net has no part 'bodi' (did you mean 'body'?)"),
    ("Net", "1x3x32x32", "", "module: Net has no part '' (its parts are stem, body, head)"),
    ("Net", "1x5x9x9", "body.0", "body.0 cannot be called with 1x5x9x9"),
    ("Two", "1x3x32x32", None, "example: its forward takes x, y, and y has none: give one for each, as y=1x3x224x224"),
    ("Two", ["1x3x32x32", "z=1x3"], None, "its forward has no argument 'z'"),
    ("Tokens", "1x64", None, "(tokens are whole numbers: write 1x128:int64)"),
    ("Bad", "1x3x8x8", None, "it cannot be called with 1x3x8x8: model.py:"),
    ("Mapping", "1x3x8x8", None, "for a mapping write its keys: batch.KEY=1x3x8x8"),
    ("Mapping", "batch.imag=1x3x8x8", None, "it cannot be called with batch.imag=1x3x8x8: model.py:"),
    ("Leaves", "1x3x8x8", None, "it cannot be called with 1x3x8x8: model.py:59: it exits with bye"),
    ("Dyn", "1x3x33x33", None, "its part backbone can be traced: rf compute 'torch:model.py:Dyn' --example 1x3x33x33 --module backbone"),
    ("exported", None, "x", "has no parts that can be called"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "example", "part", "said"), WRONG)
def test_what_cannot_be_is_told(what: str, example: object, part: str | None, said: str, folder: Path) -> None:
    with pytest.raises(CallError) as error:
        rfcli.from_code(f"torch:model.py:{what}", example, module=part)
    assert said in str(error.value) and "\n" not in str(error.value)
