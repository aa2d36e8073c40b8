"""What a sweep takes: all cells of NAS-Bench-201, against `rf compute` on the same networks as files; memory; and how it
grows with settings, layers and workers: `pytest -m benchmark -s tests/benchmarks/test_sweep.py`.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from benchmarks.installed import ROOT, report

pytestmark = pytest.mark.benchmark

RF = [sys.executable, "-m", "rfcli"]
OPERATIONS = ["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"]
EDGES = ["edge_01", "edge_02", "edge_12", "edge_03", "edge_13", "edge_23"]
CELLS = [word for edge in EDGES for word in ("--grid", f"{edge}={','.join(OPERATIONS)}")]
FILES = 200
ROWS = 1_000_000
MAX_MEMORY = 500 << 20

TIMED = """
import json, resource, subprocess, sys, time
begun = time.perf_counter()
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
assert done.returncode == 0, done.stderr.decode()
print(json.dumps([time.perf_counter() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024]))
"""


def timed(*words: str, cwd: Path | None = None) -> tuple[float, float, int]:
    """Seconds, processor seconds of all its processes, and the memory of the largest one."""
    import json

    command = [sys.executable, "-c", TIMED, *RF, *words]
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=cwd, env={**os.environ, "PYTHONPATH": path}
    )
    wall, processor, memory = json.loads(done.stdout)
    return wall, processor, memory


def test_all_cells_of_nas_bench_201(tmp_path: Path) -> None:
    wall, processor, _ = timed("sweep", "nas_bench_201", *CELLS, "-o", str(tmp_path / "all.csv"))
    report(f"15,625 cells: {wall:.1f} s, {processor:.1f} s of processors, {processor / 15_625 * 1e3:.2f} ms a cell")
    assert len((tmp_path / "all.csv").read_text().splitlines()) == 15_626
    assert wall < 60


def test_against_files(tmp_path: Path) -> None:
    """The same networks, each in a file with its own parameters, as `rf compute` reads them."""
    text = (ROOT / "architectures" / "nas_bench_201.yaml").read_text()
    text = text[: text.index("expect:")]
    numbers = sorted(random.Random(0).sample(range(len(OPERATIONS) ** len(EDGES)), FILES))
    (tmp_path / "files").mkdir()
    for number in numbers:
        own, left = text, number
        for edge in reversed(EDGES):
            left, at = divmod(left, len(OPERATIONS))
            own = own.replace(f"  {edge}: nor_conv_3x3", f"  {edge}: {OPERATIONS[at]}")
        (tmp_path / "files" / f"net{number:05}.yaml").write_text(own)
    sample = ["--sample", "2000", "--seed", "0"]
    rates: dict[str, list[float]] = {}
    calls = {
        "rf compute": (FILES, ["compute", str(tmp_path / "files"), "-f", "csv", "--outputs"]),
        "rf sweep -j 1": (2000, ["sweep", "nas_bench_201", *CELLS, *sample, "-j", "1", "-f", "csv"]),
        "rf sweep": (2000, ["sweep", "nas_bench_201", *CELLS, *sample, "-f", "csv"]),
    }
    for _ in range(3):
        for name, (networks, words) in calls.items():
            wall, processor, _ = timed(*words)
            rates.setdefault(name, []).append(networks / wall)
            rates.setdefault(f"{name}, of a processor", []).append(networks / processor)
    best = {name: max(found) for name, found in rates.items()}
    for name, rate in best.items():
        report(f"{name}: {rate:.0f} networks a second")
    report(f"rf sweep / rf compute: {best['rf sweep'] / best['rf compute']:.1f}")
    assert best["rf sweep"] > 5 * best["rf compute"]


STACK = """\
format: 1
input: {{size: 4096, channels: 3}}
parameters: {{k: 3, f: 8}}
layers: [{{name: c, type: conv, kernel: $k, padding: same, filters: $f, repeat: {layers}}}]
"""


def test_memory(tmp_path: Path) -> None:
    """A million rows."""
    (tmp_path / "net.yaml").write_text(STACK.format(layers=1))
    grid = ["--grid", "k=1:1000", "--grid", f"f=1:{ROWS // 1000}"]
    wall, processor, memory = timed("sweep", "net.yaml", *grid, "-o", "all.csv", cwd=tmp_path)
    report(
        f"{ROWS:,} rows: {memory >> 20} MiB in the largest process, {wall:.0f} s, {processor / ROWS * 1e6:.0f} us a row"
    )
    assert memory < MAX_MEMORY


@pytest.mark.parametrize("what", ["settings", "layers"])
def test_growth(tmp_path: Path, what: str) -> None:
    """Twice as many take at most 1.3 times twice as long, in processor time."""
    taken = []
    base = timed("sweep", "tcn", "--grid", "levels=1", "-j", "1")[1]
    for times in (1, 2, 4):
        layers, settings = (50 * times, 400) if what == "layers" else (20, 1000 * times)
        (tmp_path / "net.yaml").write_text(STACK.format(layers=layers))
        words = ["sweep", "net.yaml", "--grid", f"f=1:{settings}", "-j", "1", "-f", "csv"]
        taken.append(min(timed(*words, cwd=tmp_path)[1] for _ in range(2)) - base)
        report(f"{layers} layers, {settings} settings: {taken[-1]:.2f} s of a processor")
    assert taken[2] < 2 * 1.3 * taken[1]


def test_workers() -> None:
    sample = ["--sample", "3000", "--seed", "0"]
    for jobs in (1, 2, 4):
        begun = time.perf_counter()
        _, processor, _ = timed("sweep", "nas_bench_201", *CELLS, *sample, "-j", str(jobs), "-f", "csv")
        report(f"-j {jobs}: {time.perf_counter() - begun:.1f} s, {processor:.1f} s of processors for 3,000 cells")
