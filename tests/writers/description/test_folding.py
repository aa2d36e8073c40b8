"""What folding makes of networks with repetition."""

from __future__ import annotations

from typing import Any

import pytest

import rfcli
from writers.description.describing import LIGHT, WIDTH, darknet_53, described, read, report_of, same_either_way


def test_darknet_53() -> None:
    network = rfcli.loads(darknet_53(), "darknet53.cfg")
    text = same_either_way(network)
    assert report_of(network) == report_of(read(text))
    lines = text.splitlines()
    assert len(lines) <= 40
    assert "  - {name: conv_5, block: conv, with: {stride: 2, filters: 128}}" in lines
    assert "  - {repeat: 7, block: residual, with: {conv: $(13 + 3 * i), skip: shortcut_$(12 + 3 * i)," in lines
    assert "      - {name: conv_$(conv + 1), block: conv, with: {filters: $(2 * filters)}}" in lines


def test_resnet_50_by_numbers() -> None:
    """Its ONNX file has no names; sixteen units of two kinds, as the paper has them."""
    (path,) = (path for path in LIGHT if "resnet50" in path.stem)
    lines = rfcli.described(str(path)).splitlines()
    assert "  - {block: residual_2, with: {at: 36, filters: 128, stride: 2}}" in lines
    assert "  - {repeat: 5, block: residual, with: {at: $(80 + 10 * i), filters: 256}}" in lines
    assert "      - {name: n$(at + 8), type: add, inputs: [n$(at + 7), n$(at - 1)]}" in lines
    uses = [line for line in lines if line.startswith("  - ") and "block: residual" in line]
    assert sum(int(line.split("repeat: ")[1].split(",")[0]) if "repeat" in line else 1 for line in uses) == 16


def resnet_50(name: Any) -> rfcli.Architecture:
    """ResNet-50 with the names that `name(stage, unit, layer)` gives: He et al. (2016), table 1."""
    layers: list[dict[str, Any]] = [
        {
            "name": name(0, 0, "conv"),
            "type": "conv",
            "kernel": 7,
            "stride": 2,
            "padding": 3,
            "filters": 64,
            "bias": False,
        }
    ]
    layers += [
        {"name": name(0, 0, "relu"), "type": "relu"},
        {"name": name(0, 0, "pool"), "type": "max_pool", "kernel": 3, "stride": 2, "padding": 1},
    ]
    for stage, (units, width) in enumerate(((3, 64), (4, 128), (6, 256), (3, 512)), 1):
        for unit in range(1, units + 1):
            before = shortcut = layers[-1]["name"]
            stride = 2 if unit == 1 and stage > 1 else 1
            if unit == 1:
                shortcut = name(stage, unit, "0_conv")
                layers.append({"name": shortcut, "type": "conv", "kernel": 1, "stride": stride, "filters": 4 * width})
            for k, (kernel, filters) in enumerate(((1, width), (3, width), (1, 4 * width)), 1):
                conv = {
                    "name": name(stage, unit, f"{k}_conv"),
                    "type": "conv",
                    "kernel": kernel,
                    "padding": kernel // 2,
                    "filters": filters,
                }
                conv["stride"] = stride if k == 2 else 1
                layers.append({**conv, **({"inputs": [before]} if k == 1 and unit == 1 else {})})
                layers.append({"name": name(stage, unit, f"{k}_bn"), "type": "batch_norm"})
                layers += [{"name": name(stage, unit, f"{k}_relu"), "type": "relu"}] if k < 3 else []
            layers.append({"name": name(stage, unit, "add"), "type": "add", "inputs": [shortcut, layers[-1]["name"]]})
            layers.append({"name": name(stage, unit, "out"), "type": "relu"})
    return described([*layers, {"name": name(0, 0, "last"), "type": "global_avg_pool"}])


MANNERS = {
    "keras": (1, lambda s, u, k: f"conv{s + 1}_block{u}_{k}" if s else f"conv1_{k}"),
    "letters": (1, lambda s, u, k: f"block{s}{'abcdefgh'[u]}_{k}" if s else f"stem_{k}"),
    "torch": (2, lambda s, u, k: f"layer{s}/layer{s}.{u - 1}/{k.replace('_', '')}/Op" if s else f"{k}/Op"),
    "scopes": (2, lambda s, u, k: f"stage_{s}/unit_{u}/{k}" if s else k),
}
"""Manners of names; with scopes a unit with a projection is a block of its own, without it stands before the unit."""


@pytest.mark.parametrize("manner", MANNERS)
def test_resnet_50_by_names(manner: str) -> None:
    """One block or two for sixteen units, whatever the manner of names."""
    count, name = MANNERS[manner]
    lines = same_either_way(resnet_50(name)).splitlines()
    assert len(lines) <= 59
    blocks = [line for line in lines[lines.index("blocks:") + 1 : lines.index("layers:")] if line[2] != " "]
    assert len(blocks) == count
    assert max(map(len, lines)) <= WIDTH


@pytest.mark.parametrize("word", ["null", "true", "on", "No", "class", "i", "n", "y", "conv", "X"])
def test_words_that_blocks_and_parameters_are_called_by(word: str) -> None:
    """Words of names, which YAML or expressions could take for something else."""
    layers = [
        {"name": name, "type": kind, **({"kernel": 3, "filters": number + 8} if kind == "conv" else {})}
        for number in range(6)
        for kind in ("conv", "relu", "batch_norm")
        for name in [f"{word}_{number}/{word}{number}_{kind}" if number % 3 else f"{word}{number}_{kind}"]
    ]
    assert "blocks:" in same_either_way(described(layers)).splitlines()
