"""The models that come with Ultralytics, built by it: parameters, maps and costs equal torch's, regions autograd's."""

from __future__ import annotations

import math
import os
import socket
import tempfile
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from witnesses.measuring import hull, prepared
from witnesses.zoo import vision_models

import rfcli
from readers.yolo.rows import LEVELS, module_of, written
from readers.yolo.test_modules import LEVELLED, SINGLE
from rfcli.geometry.unknown import Unknown

pytestmark = pytest.mark.zoo


def refused(*_: Any, **__: Any) -> Any:
    raise AssertionError("the network is not asked")


@cache
def tasks() -> Any:
    """What builds models of files, imported without a network, its settings written to a folder of its own."""
    vision_models()
    os.environ |= {"YOLO_OFFLINE": "1", "YOLO_AUTOINSTALL": "0", "YOLO_VERBOSE": "false",
                   "YOLO_CONFIG_DIR": tempfile.mkdtemp()}  # fmt: skip
    with pytest.MonkeyPatch.context() as patched, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        patched.setattr(socket.socket, "connect", refused)
        patched.setattr(socket, "getaddrinfo", refused)
        import ultralytics.nn.tasks as found
        from ultralytics.nn.modules import block, conv
    for name in INNER:
        setattr(found, name, getattr(block, name, None) or getattr(conv, name))
    return found


def folder() -> Path:
    return Path(tasks().__file__).parent.parent / "cfg" / "models"


def narrowed(value: Any) -> Any:
    """Arguments with an eighth of the channels: what a network sees does not depend on them, only the time to tell."""
    if isinstance(value, list):
        return [narrowed(one) for one in value]
    return value // 8 if type(value) is int and value >= 32 else value


def network(file: str, scale: str, device: str, narrow: bool = False) -> tuple[Any, list[str]]:
    """A module of all rows of a file, and their modules' names; on the device `meta` it has shapes and no weights."""
    import torch
    from torch import nn

    (path,) = folder().rglob(f"{file}.yaml")
    found = tasks().YAML.load(path) | {"scale": scale}
    names = [row[2] for row in found["backbone"] + found["head"]]
    for row in found["backbone"] + found["head"] if narrow else []:
        row[3] = narrowed(row[3])
    texts = found["nc"]
    with torch.device("meta"):  # No weights are drawn: that takes longer than all else.
        layers, _ = tasks().parse_model(found, 3, verbose=False)
    if device != "meta":
        layers.to_empty(device=device)
    rows = [(layer.f, type(layer).__name__) for layer in layers]

    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layers = layers

        def forward(self, x: Any) -> list[Any]:
            made: list[Any] = []
            prompts = original = torch.full((1, texts, 512), 0.1, dtype=x.dtype, device=x.device)
            for layer, (source, kind) in zip(self.layers, rows, strict=True):
                several = isinstance(source, list)
                y = [made[at] for at in source] if several else made[source] if made else x
                if kind == "ImagePoolingAttn":
                    prompts = layer(y, prompts)
                    made.append(None)
                elif kind == "C2fAttn":
                    made.append(layer(y, prompts))
                else:
                    made.append(layer(y, original) if kind == "WorldDetect" else layer(y))
            return made

    return Network(), names


def report_of(file: str, scale: str, size: int) -> rfcli.Report:
    (path,) = folder().rglob(f"{file}.yaml")
    with_scales = "\nscales:" in path.read_text(encoding="utf-8")
    architecture = rfcli.load(str(path), settings={"scale": scale} if scale and with_scales else None)
    return rfcli.compute(architecture, input_size=size)


def label(at: int, name: str) -> str:
    return f"{name.rsplit('.', 1)[-1].lower()}_{at}"


def unknown_operations(report: rfcli.Report) -> set[str]:
    given = (entry.layer.given.get("unknown") for entry in report.graph.architecture.entries)
    return {str(one) for one in given if one}


SEGMENTS = ("Segment", "Segment26", "SemanticSegment")
MODELS = [
    ("yolov3", "", 64), ("yolov3-tiny", "", 64), ("yolov3-spp", "", 64), ("yolov5", "n", 64), ("yolov5", "s", 64),
    ("yolov5-p6", "n", 128), ("yolov6", "n", 64), ("yolov8", "n", 64), ("yolov8", "s", 64), ("yolov8", "m", 64),
    ("yolov8", "x", 64), ("yolov8-seg", "n", 64), ("yolov8-pose", "n", 64), ("yolov8-obb", "n", 64),
    ("yolov8-cls", "n", 64), ("yolov8-p2", "n", 64), ("yolov8-ghost", "n", 64), ("yolov8-cls-resnet50", "n", 64),
    ("yolov8-world", "n", 64), ("yolov8-worldv2", "s", 64), ("yolov9t", "", 64), ("yolov9c", "", 64),
    ("yolov9e", "", 64), ("yolov10n", "n", 64), ("yolov10s", "s", 64), ("yolov10b", "b", 64), ("yolo11", "n", 64),
    ("yolo11", "s", 64), ("yolo11", "m", 64), ("yolo11", "l", 64), ("yolo11", "x", 64), ("yolo11-seg", "n", 64),
    ("yolo12", "n", 64), ("yolo12", "l", 64), ("yolo26", "n", 64), ("yolo26", "m", 64), ("yolo26-seg", "n", 64),
    ("yolo26-pose", "n", 64), ("yolo26-obb", "n", 64), ("yolo26-depth", "n", 64), ("yolo26-sem", "n", 64),
    ("rtdetr-l", "l", 128), ("rtdetr-resnet50", "l", 128), ("yolov8-rtdetr", "n", 128),
]  # fmt: skip


@pytest.mark.parametrize(("file", "scale", "size"), MODELS)
def test_model(file: str, scale: str, size: int) -> None:
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    module, names = network(file, scale, "meta")
    report = report_of(file, scale, size)
    assert unknown_operations(report) == set()
    assert report.total.params == sum(one.numel() for one in module.parameters() if one.requires_grad)
    with torch.no_grad(), FlopCounterMode(display=False) as flops:
        made = module(torch.zeros(1, 3, size, size, device="meta"))
    for at, (name, y) in enumerate(zip(names, made[:-1], strict=False)):
        if y is None:
            continue
        layer = report.layer(label(at, name))
        whole = y if isinstance(y, torch.Tensor) else torch.cat(y, 1)
        assert (layer.channels, layer.output_size) == (whole.shape[1], tuple(whole.shape[2:])), layer.name
    if names[-1] == "RTDETRDecoder":
        assert [type(layer.cost.macs) for layer in report.layers if layer.name.endswith("/decoder")] == [Unknown]
        return
    means = [layer for layer in report.layers if layer.name.endswith("/box") and layer.type == "custom"]
    assert report.total.macs == flops.get_total_flops() // 2 + sum(layer.cost.macs for layer in means)
    head = module.layers[-1]
    assert [layer.cost.macs for layer in means] == [64 * math.prod(layer.output_size) for layer in means]
    if hasattr(head, "reg_max"):
        ends = [[report.layer(f"{label(len(names) - 1, names[-1])}/{at}/{word}") for at in range(head.nl)]
                for word in ("box", "cls")]  # fmt: skip
        assert [[one.channels for one in row] for row in ends] == [[4] * head.nl, [head.nc] * head.nl]


NOT_BUILT = {"Contract", "Expand", "TorchVision"}
"""Modules that the framework no longer has, or would have to load."""

INNER = ["C3f", "C3k", "CBAM", "ChannelAttention", "Conv2", "LightConv", "SpatialAttention"]
"""Modules that its parser does not know, as its own files have them in others only."""


def listed(rows: list[str]) -> list[Any]:
    return [yaml.safe_load(row.replace("torch.nn.", "nn.")) for row in rows]


@pytest.mark.parametrize("row", [row for row in (*SINGLE, *LEVELLED) if module_of(row) not in NOT_BUILT])
def test_row(row: str) -> None:
    """The parameters and the map of every row that tests elsewhere tell."""
    import torch

    before, channels = (LEVELS, 3) if row in LEVELLED else ([], 64)
    model = {"nc": 80, "kpt_shape": [17, 3], "backbone": listed([*before, row]), "head": []}
    with torch.device("meta"):
        layers, _ = tasks().parse_model(model, channels, verbose=False)
    report = rfcli.compute(
        rfcli.loads(written(before, [row], channels=channels, kpt_shape="[17, 3]"), "net.yaml"), input_size=64
    )
    assert report.total.params == sum(one.numel() for one in layers.parameters() if one.requires_grad)
    if before:
        return
    (module,) = layers
    x = torch.zeros(2, 64, 64, 64, device="meta")
    reads = [x] * 2 if module_of(row) == "Concat" else x
    made = module(reads, torch.zeros(2, 80, 512, device="meta")) if module_of(row) == "C2fAttn" else module(reads)
    made = torch.cat(made, 1) if isinstance(made, tuple) else made
    layer = report.layer(report.outputs[0])
    assert (layer.channels, layer.output_size) == (made.shape[1], tuple(made.shape[2:]))


def local(kind: str, module: Any) -> Any:
    """What stands for attention where the local path is measured: its values, and their positions; of areas, the mean
    of a stripe's rows."""
    from torch import nn

    class Local(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.qkv, self.pe, self.proj = module.qkv, module.pe, module.proj
            self.areas = getattr(module, "area", 0)

        def forward(self, x: Any) -> Any:
            v = self.qkv(x).mean(1, keepdim=True).expand(x.shape)
            y = self.pe(v)
            if self.areas > 1:
                rows = v.reshape(*v.shape[:2], self.areas, -1, v.shape[3])
                y = y + rows.mean(3, keepdim=True).expand(rows.shape).reshape(v.shape)
            return self.proj(v + y if self.areas < 2 else y)

    return nn.Identity() if kind == "AIFI" else Local()


def without_attention(module: Any) -> Any:
    for name, child in list(module.named_modules()):
        kind = type(child).__name__
        if kind in ("Attention", "AAttn", "AIFI"):
            parent = module.get_submodule(name.rpartition(".")[0])
            setattr(parent, name.rpartition(".")[2], local(kind, child))
    return module


REGIONS = [
    ("yolov3-tiny", "", 64, True), ("yolov5", "n", 64, False), ("yolov6", "n", 64, False), ("yolov8", "n", 64, False),
    ("yolov8-ghost", "n", 64, False), ("yolov8-cls-resnet50", "n", 64, True), ("yolov9t", "", 64, False),
    ("yolov9e", "", 64, True), ("yolov10s", "s", 64, False), ("yolo11", "n", 128, False), ("yolo12", "n", 128, False),
    ("yolo26", "n", 64, False), ("rtdetr-l", "l", 64, True),
]  # fmt: skip


@pytest.mark.parametrize(("file", "scale", "size", "narrow"), REGIONS)
def test_regions(file: str, scale: str, size: int, narrow: bool) -> None:
    import torch

    module, names = network(file, scale, "cpu", narrow)
    module.layers[-1] = torch.nn.Identity()
    report = report_of(file, scale, size)
    x = torch.full((1, 3, size, size), 1e-6, dtype=torch.float64, requires_grad=True)
    made = prepared(without_attention(module))(x)[:-1]
    at_least = [at for at, y in enumerate(made) if isinstance(y, torch.Tensor) and y.shape[-1] > 1]
    checked = 0
    for at in {at_least[len(at_least) // 3], at_least[2 * len(at_least) // 3], at_least[-1]}:
        y = made[at]
        locator = rfcli.located(report, label(at, names[at]))
        center = (y.shape[2] // 2, y.shape[3] // 2)
        for position in {center, (center[0] - 1, 0)}:
            assert list(locator.at(position).clipped) == hull(x, y, position), (names[at], at, position)
            checked += 1
    assert checked >= 5


UNKNOWN = {"yolo11-cls-resnet18": {"TorchVision"}}
"""File -> the modules that are not known; of all others, all are."""


def files() -> Iterator[Path]:
    yield from sorted(folder().rglob("*.yaml"))


def test_all_files_are_read() -> None:
    found = {path.stem: unknown_operations(rfcli.compute(rfcli.load(str(path)))) for path in files()}
    assert len(found) > 60
    assert {name: words for name, words in found.items() if words} == UNKNOWN
