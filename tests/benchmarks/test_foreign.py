"""What reading an ONNX model costs beyond the same network as YAML, whole processes: `pytest -m benchmark -s`."""

from __future__ import annotations

import os
import statistics
import subprocess
from pathlib import Path
from typing import Any

import pytest
from benchmarks.installed import Installed, peak, report, seconds
from onnx import TensorProto, helper, save

pytestmark = pytest.mark.benchmark

RUNS = 15
MAX_MEMORY = 400 << 20


def resnet50(path: Path, weights: bool) -> None:
    """ResNet-50 as torch exports it for inference: batch norms are folded into convolutions, 25.5 million weights.
    Without weights their shapes are left, as in files that were stripped of them."""
    nodes: list[Any] = []
    tensors: list[Any] = []

    def tensor(name: str, dims: list[int]) -> str:
        count = 1
        for n in dims:
            count *= n
        made = TensorProto(name=name, dims=dims, data_type=TensorProto.FLOAT)
        if weights:
            made.raw_data = os.urandom(4 * count)
        tensors.append(made)
        return name

    def add(type: str, inputs: list[str], **given: Any) -> str:
        name = f"n{len(nodes)}"
        nodes.append(helper.make_node(type, inputs, [name], name=f"{type}_{len(nodes)}", **given))
        return name

    def conv(x: str, inputs: int, filters: int, kernel: int, stride: int = 1) -> str:
        at = len(nodes)
        wide = [tensor(f"w{at}", [filters, inputs, kernel, kernel]), tensor(f"b{at}", [filters])]
        return add("Conv", [x, *wide], kernel_shape=[kernel] * 2, strides=[stride] * 2, pads=[kernel // 2] * 4)

    x = add("Relu", [conv("x", 3, 64, 7, 2)])
    x = add("MaxPool", [x], kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4)
    width = 64
    for stage, count in enumerate((3, 4, 6, 3)):
        inner = 64 << stage
        for unit in range(count):
            stride = 2 if stage and not unit else 1
            y = add("Relu", [conv(x, width, inner, 1)])
            y = add("Relu", [conv(y, inner, inner, 3, stride)])
            y = conv(y, inner, 4 * inner, 1)
            x = add("Relu", [add("Add", [y, x if unit else conv(x, width, 4 * inner, 1, stride)])])
            width = 4 * inner
    x = add("Flatten", [add("GlobalAveragePool", [x])])
    last = add("Gemm", [x, tensor("w", [1000, width]), tensor("b", [1000])], transB=1)
    inputs, outputs = (
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, dims)]
        for name, dims in (("x", [1, 3, 224, 224]), (last, [1, 1000]))
    )
    graph = helper.make_graph(nodes, "resnet50", inputs, outputs, tensors)
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]), path)


def test_onnx(tmp_path: Path) -> None:
    """Within twice the time of the same network as YAML and the import of onnx, under 400 MB: with weights, and
    without."""
    installed = Installed(tmp_path / "venv", "[onnx]")
    files = {name: tmp_path / f"{name}.onnx" for name in ("stripped", "weighed")}
    resnet50(files["stripped"], False)
    resnet50(files["weighed"], True)
    assert files["stripped"].stat().st_size < 100_000 and files["weighed"].stat().st_size > 100_000_000
    flat = tmp_path / "flat.yaml"
    shown = subprocess.run(
        installed.rf("show", "--expanded", str(files["stripped"])), capture_output=True, text=True, check=True
    )
    flat.write_text(shown.stdout)
    commands = {
        "bare": [installed.python, "-c", "pass"],
        "import": [installed.python, "-c", "import onnx"],
        "yaml": installed.rf("compute", str(flat)),
        **{name: installed.rf("compute", str(path)) for name, path in files.items()},
    }
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(RUNS):  # In turn, so that a noisy machine disturbs all.
        for name, command in commands.items():
            taken[name].append(seconds(command))
    for name in files:
        ratio = statistics.median(
            own / (yaml + loaded - bare)
            for own, yaml, loaded, bare in zip(taken[name], taken["yaml"], taken["import"], taken["bare"], strict=True)
        )
        memory = peak(commands[name])
        report(
            f"rf compute resnet50.onnx, {name}: {statistics.median(taken[name]):.2f} s, {ratio:.2f} x YAML and import "
            f"of onnx (limit 2), {memory >> 20} MiB (limit {MAX_MEMORY >> 20})"
        )
        assert ratio < 2
        assert memory < MAX_MEMORY
