"""`rf export` without the frameworks: what is written, what is refused, and ONNX read back."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import rfcli
from exchange.exporting import CASES, SINGLE, described, refusals
from rfcli.layers._registry import LAYERS
from rfcli.resources import architectures


def rf(*words: str, seed: str = "0") -> subprocess.CompletedProcess[bytes]:
    line = [sys.executable, "-m", "rfcli", "export", *words]
    return subprocess.run(line, capture_output=True, timeout=60, env={**os.environ, "PYTHONHASHSEED": seed})


def network(layers: list[dict[str, Any]], **given: Any) -> rfcli.Architecture:
    document = {"format": 1, "input": {"size": [16, 16], "channels": 3}, "layers": layers, **given}
    return rfcli.loads(json.dumps(document), "net.json")


def test_every_layer_type_is_tried() -> None:
    assert set(SINGLE) | {name for name, cls in LAYERS.items() if cls.merge} == set(LAYERS)


# torch

REFUSED_BY_TORCH = {
    "max_unpool-0": "indices",
    "resize-4": "asymmetric",
    "resize-5": "align_corners",
    "lp_pool-1": "dilation",
    "custom-1": "whole map",
    "custom-2": "Einsum",
    "custom-3": "it states 7 parameters, a layer of its own would have 148",
    "custom-4": "it states 0 multiply-accumulates, a convolution of its kernel has 17280",
}


@pytest.mark.parametrize("case", CASES)
def test_torch_writes_each_layer_or_says_why_not(case: str) -> None:
    found = refusals(described(CASES[case]), "torch")
    if case in REFUSED_BY_TORCH:
        (message,) = [one for one in found if "'it'" in one]
        assert REFUSED_BY_TORCH[case] in message
    else:
        assert found == []


@pytest.mark.parametrize("name", architectures())
def test_bundled_networks_become_torch_modules(name: str) -> None:
    text = rfcli.exported(name, "torch")
    assert isinstance(text, str)
    tree = ast.parse(text)
    imported = {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= {"torch", "torch.nn.functional"}
    *_, last = tree.body
    assert isinstance(last, ast.ClassDef) and last.name[0].isupper()


def test_repeated_scopes_are_one_class() -> None:
    text = rfcli.exported("resnet_v1_50", "torch")
    assert isinstance(text, str)
    assert text.count("class Unit(") == 1
    assert text.count("= Unit(") == 9, "two, three, five and two of the blocks' units, less the strided last ones"
    assert "class ResnetV150(nn.Module):" in text


def test_names_that_python_or_torch_has_are_changed() -> None:
    layers = [{"name": name, "type": "relu"} for name in ("forward", "type", "class", "3x3", "a b", "a_b", "x")]
    text = rfcli.exported(network(layers), "torch")
    assert isinstance(text, str)
    for attribute in ("forward_", "type_", "class_", "layer_3x3", "a_b", "a_b_2", "x"):
        assert f"self.{attribute} = nn.ReLU()" in text


def test_scopes_that_feed_each_other_are_taken_apart() -> None:
    """a/1 -> b/1 -> a/2 -> b/2: neither scope can be run as a whole before the other."""

    def scope(name: str, first: str, second: str) -> dict[str, Any]:
        inner = [{"name": "i", "type": "relu", "inputs": [first]}, {"name": "j", "type": "relu", "inputs": [second]}]
        return {"name": name, "type": "sequence", "layers": inner}

    text = rfcli.exported(network([scope("a", "input", "b/i"), scope("b", "a/i", "a/j")]), "torch")
    assert isinstance(text, str)
    compile(text, "net.py", "exec")
    run = [line.strip() for line in text.splitlines() if "(x)" in line]
    assert run == ["x = self.a_i(x)", "x = self.b_i(x)", "x = self.a_j(x)", "return self.b_j(x)"]


def test_what_no_output_uses_is_made_and_not_run() -> None:
    layers = [{"name": "a", "type": "conv", "kernel": 3, "filters": 2}, {"name": "aside", "type": "conv", "kernel": 1, "filters": 2},
              {"name": "b", "type": "relu", "inputs": ["a"]}]  # fmt: skip
    text = rfcli.exported(network(layers, outputs=["b"]), "torch")
    assert isinstance(text, str)
    assert "self.aside = nn.Conv2d(2, 2, 1)" in text and "self.aside(" not in text


def test_shared_weights_are_refused() -> None:
    (message,) = refusals(network([{"type": "conv", "kernel": 3, "filters": 2, "params": 0}]), "torch")
    assert "it states 0 parameters, a layer of its own would have 56" in message


def test_unknown_channels_are_refused() -> None:
    text = "format: 1\ninput: {size: 16}\nlayers: [{type: conv, kernel: 3, filters: 2}, {type: relu}]\n"
    (message,) = refusals(rfcli.loads(text), "torch")
    assert "the channels of its input are not known" in message


# The command


def test_the_same_every_time() -> None:
    first, second = rf("inception_v3", seed="1"), rf("inception_v3", seed="2")
    assert first.returncode == 0 and first.stdout == second.stdout != b""


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "net.py"
    assert rf("vgg_a", "-o", str(target)).returncode == 0
    before = target.read_text(encoding="utf-8")
    assert before == rfcli.exported("vgg_a")
    (tmp_path / "odd.yaml").write_text("format: 1\ninput: {size: 9}\nlayers: [{type: conv, kernel: 1}]\n")
    done = rf(str(tmp_path / "odd.yaml"), "-o", str(target))
    assert done.returncode == 1 and b"RF601" in done.stderr
    assert target.read_text(encoding="utf-8") == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["net.py", "odd.yaml"]


def test_mistakes_of_the_call() -> None:
    with pytest.raises(rfcli.CallError, match="there is no target 'caffe' \\(there is torch"):
        rfcli.exported("vgg_a", "caffe")
    assert rf("vgg_a", "--input-size", "8x8x8").returncode == 2
    done = rf("vgg_a", "--input-size", "3")
    assert done.returncode == 1 and b"RF305" in done.stderr
    assert b"Traceback" not in done.stderr
