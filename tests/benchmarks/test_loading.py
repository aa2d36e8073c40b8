"""What loading a model costs beside the same network as YAML, in one process and as whole commands:
`pytest -m benchmark -s tests/benchmarks/test_loading.py`.

Both sides are loaded in turn, in processor time, so that a noisy machine disturbs both. The YAML is what `rf import`
writes of the model: `--flat`, which has the same layers, and folded, where repeated ones stand once.
"""

from __future__ import annotations

import statistics
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from benchmarks.installed import ROOT, Installed, paired, report, seconds
from benchmarks.test_foreign import resnet50
from readers.torch.archives import archive

import rfcli

pytestmark = pytest.mark.benchmark

RUNS = 7
TENSORFLOW = ROOT / "tests" / "readers" / "tensorflow"
KERAS = ROOT / "tests" / "readers" / "keras" / "keras2"
COMMAND = 2.0
"""Times that a whole command may take of that for the flat YAML; for ONNX beside the import of onnx."""
LOAD = {"tflite": 3.2, "pb": 6.0, "onnx": 4.0, "pt2": 4.2, "json": 3.6}
"""Times that loading may take in a process that has imported everything. What is wanted is 2."""


def models(folder: Path) -> Iterator[Path]:
    """Files of models, small and large."""
    for name in ("lite/unet.tflite", "lite/resnet50.tflite", "lite/mobilenet_int8.tflite", "lite/efficientnet_b0.tflite",
                 "saved/unet.pb", "saved/resnet50.pb", "saved/resnet50.frozen.pb"):  # fmt: skip
        path = folder / Path(name).name
        path.write_bytes(zlib.decompress((TENSORFLOW / f"{name}.z").read_bytes()))
        yield path
    for name, weights in (("stripped", False), ("weighed", True)):
        path = folder / f"{name}.onnx"
        resnet50(path, weights)
        yield path
    (folder / "n1.pt2").write_bytes(archive("n1"))
    yield folder / "n1.pt2"
    for name in ("chain", "graph"):
        path = folder / f"{name}.json"
        path.write_text((KERAS / f"{name}.json").read_text(encoding="utf-8"), encoding="utf-8")
        yield path


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


def test_in_one_process(tmp_path: Path) -> None:
    slow = []
    for path in models(tmp_path):
        flat, folded = described(path)
        limit, found = LOAD[path.suffix[1:]], ratio(path, flat)
        report(f"load {path.name}: {found:.2f} x flat YAML (limit {limit}), {ratio(path, folded):.2f} x folded")
        slow += [path.name] if found > limit else []
    assert not slow


def test_whole_commands(tmp_path: Path) -> None:
    installed = Installed(tmp_path / "venv", "[onnx]")
    bare, imported = ([installed.python, "-c", code] for code in ("pass", "import onnx"))
    library = statistics.median(seconds(imported) - seconds(bare) for _ in range(RUNS))
    slow = []
    for path in models(tmp_path):
        flat, folded = (installed.rf("compute", str(one)) for one in described(path))
        own, more = installed.rf("compute", str(path)), library if path.suffix == ".onnx" else 0.0
        found, beside = (paired(lambda: seconds(own), lambda: seconds(one) + more, RUNS) for one in (flat, folded))  # noqa: B023
        report(f"rf compute {path.name}: {found:.2f} x flat YAML (limit {COMMAND}), {beside:.2f} x folded")
        slow += [path.name] if found > COMMAND else []
    assert not slow
