"""What loading a model costs beside the same network as YAML, in one process and as whole commands, and what memory its
weights take: `pytest -m benchmark -s tests/benchmarks/test_loading.py`.

Both sides are loaded in turn, in processor time, so that a noisy machine disturbs both. The YAML is what `rf import`
writes of the model: `--flat`, which has the same layers, and folded, where repeated ones stand once.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from benchmarks.files import models
from benchmarks.heavy import HEAVY
from benchmarks.installed import Installed, peak, processor_seconds, report

import rfcli

pytestmark = pytest.mark.benchmark

RUNS = 7
COMMAND = 1.5
"""Times that a whole command may take of that for the flat YAML, with all that is imported; wanted is 2."""
SLOW_COMMANDS = {"swin.pt2": 1.75, "swin_dynamo.onnx": 1.7, "swin_script.onnx": 1.85, "swin_t_dynamo.onnx": 1.75,
                 "swin_t_script.onnx": 2.0}  # fmt: skip
"""Those of shifted windows: their masks are looked through. The scripted ones have six and twelve nodes for each layer."""
LOAD = {
    ".cfg": 1.25, "yolov5l.yaml": 0.8, ".prototxt": 2.65, "nnUNetPlans.json": 0.9, "train.json": 0.75,
    "description.json": 0.72, ".json": 3.1, ".keras": 3.6, ".h5": 3.1, ".tflite": 2.9, ".pb": 4.9, ".pt2": 3.7,
    "swin.pt2": 7.2, ".onnx": 3.1, "swin_dynamo.onnx": 5.0, "swin_script.onnx": 6.2,
    "swin_t_dynamo.onnx": 6.1, "swin_t_script.onnx": 9.4,
}  # fmt: skip
"""Times that loading may take in a process that has imported everything, by the ends of names. What is wanted is 2."""
MAX_WEIGHTS = 30 << 20
"""Bytes of memory that 500 MB of weights may take."""


def processor(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def ratio(path: Path, other: Path) -> float:
    """Median of the ratios of loading one file and another in turn."""
    rfcli.load(path), rfcli.load(other)
    return statistics.median(
        processor(lambda: rfcli.load(path)) / processor(lambda: rfcli.load(other)) for _ in range(RUNS)
    )


def described(path: Path) -> tuple[Path, Path]:
    """The YAML of a model, flat and folded."""
    network = rfcli.load(path)
    flat, folded = (path.with_suffix(f"{path.suffix}.{kind}.yaml") for kind in ("flat", "folded"))
    flat.write_text(rfcli.described(network, flat=True), encoding="utf-8")
    folded.write_text(rfcli.described(network), encoding="utf-8")
    return flat, folded


def limit(name: str, limits: dict[str, float], usual: float) -> float:
    """The limit of a file, by the longest end of its name that has one."""
    return next((limits[end] for end in sorted(limits, key=len, reverse=True) if name.endswith(end)), usual)


def test_in_one_process(tmp_path: Path) -> None:
    slow = []
    for name, path in models(tmp_path).items():
        flat, folded = described(path)
        most, found = limit(name, LOAD, 2.0), ratio(path, flat)
        report(f"load {name}: {found:.2f} x flat YAML (limit {most}), {ratio(path, folded):.2f} x folded")
        slow += [name] if found > most else []
    assert not slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return Installed(tmp_path_factory.mktemp("wheel") / "venv", "[onnx]")


def test_whole_commands(installed: Installed, tmp_path: Path) -> None:
    slow = []
    for name, path in models(tmp_path).items():
        own, *yaml = (installed.rf("compute", str(one)) for one in (path, *described(path)))
        found, beside = (
            statistics.median(processor_seconds(own) / processor_seconds(one) for _ in range(RUNS)) for one in yaml
        )
        most = limit(name, SLOW_COMMANDS, COMMAND)
        report(f"rf compute {name}: {found:.2f} x flat YAML (limit {most}), {beside:.2f} x folded")
        slow += [name] if found > most else []
    assert not slow


@pytest.mark.parametrize("name", HEAVY)
def test_weights_take_no_memory(installed: Installed, tmp_path: Path, name: str) -> None:
    taken = []
    for weights in (False, True):
        path = tmp_path / str(weights) / name
        path.parent.mkdir()
        HEAVY[name](path, weights)
        taken.append(min(peak(installed.rf("compute", str(path))) for _ in range(3)))
    size = sum(one.stat().st_size for one in path.parent.iterdir())
    assert size > 500_000_000
    without, loaded = taken
    report(
        f"{name}, {size >> 20} MiB: {without / 2**20:.1f} MiB without weights, {(loaded - without) / 2**20:.1f} more"
    )
    assert loaded - without < MAX_WEIGHTS
