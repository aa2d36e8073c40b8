"""Start-up and scale, measured as whole processes of an installed wheel: `pytest -m benchmark -s`.

Start-up is a ratio to `python -c pass`, the median of runs made in turn, so that a noisy machine disturbs both sides.
"""

import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from benchmarks.installed import ROOT, Installed, paired, peak, report, seconds

import rfcli

pytestmark = pytest.mark.benchmark

RUNS = 21
MAX_MEMORY = 512 << 20


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    found = Installed(tmp_path_factory.mktemp("wheel") / "venv")
    report(f"\n{found.versions()}")
    return found


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """ResNet-50 as a user's own file."""
    path = tmp_path_factory.mktemp("net") / "net.yaml"
    path.write_text((ROOT / "architectures" / "resnet_v1_50.yaml").read_text())
    return path


@pytest.mark.parametrize(
    ("words", "limit"),
    [
        (["compute", "NET", "-f", "json"], 8),
        (["validate", "NET"], 8),
        (["--version"], 4),
        (["compute", "NET"], 14),
        (["compute", "NET", "-f", "csv"], 8),
        (["--help"], None),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_start_up(installed: Installed, network: Path, words: list[str], limit: float | None) -> None:
    command = installed.rf(*(str(network) if word == "NET" else word for word in words))
    ratio = paired(lambda: seconds(command), lambda: seconds([installed.python, "-c", "pass"]), RUNS)
    report(f"rf {' '.join(words)}: {ratio:.2f} x python -c pass (limit {limit})")
    assert limit is None or ratio <= limit


def plain(layers: int) -> str:
    return (
        "format: 1\ninput: {size: 1000000, channels: 3}\n"
        f"layers: [{{type: conv, kernel: 3, padding: 1, filters: 8, repeat: {layers}}}]\n"
    )


def residual(blocks: int) -> str:
    return (
        "format: 1\ninput: {size: 512, channels: 8}\nlayers:\n"
        f"  - {{name: unit, type: residual, repeat: {blocks},\n"
        "     layers: [{type: conv, kernel: 3, padding: 1, filters: 8}, {type: relu}]}\n"
    )


@pytest.mark.parametrize(("make", "sizes"), [(plain, (1_000, 10_000, 100_000)), (residual, (100, 1_000, 10_000))])
def test_scale(installed: Installed, tmp_path: Path, make: Callable[[int], str], sizes: tuple[int, ...]) -> None:
    taken = []
    for size in sizes:
        path = tmp_path / f"{size}.yaml"
        path.write_text(make(size))
        command = installed.rf("compute", str(path), "-f", "json")
        taken.append(statistics.median(seconds(command) for _ in range(3)))
        report(f"{make.__name__} {size}: {taken[-1]:.2f} s, {taken[-1] / size * 1e6:.0f} us each")
    memory = peak(command)
    report(f"{make.__name__} {sizes[-1]}: {memory >> 20} MiB")
    assert memory < MAX_MEMORY
    slope = (taken[2] - taken[1]) / (sizes[2] - sizes[1])
    assert slope < 3 * max(taken[1] - taken[0], 0.02) / (sizes[1] - sizes[0]), "not linear in the layers"


def test_many_files(installed: Installed, tmp_path: Path) -> None:
    for number in range(1000):
        (tmp_path / f"net{number:04}.yaml").write_text(SMALL.format(width=8 + number))
    schema = str(ROOT / "schemas" / "architecture.schema.json")
    files = [str(path) for path in sorted(tmp_path.glob("*.yaml"))]
    commands = {
        "rf validate": installed.rf("validate", "-q", str(tmp_path)),
        "rf compute": installed.rf("compute", "-f", "json", str(tmp_path)),
        "check-jsonschema": [str(installed.bin / "check-jsonschema"), "--schemafile", schema, *files],
    }
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(5):  # in turn, so that a noisy machine disturbs all
        for name, command in commands.items():
            taken[name].append(seconds(command))
    validate, compute, peer = (statistics.median(taken[name]) for name in commands)
    report(
        f"1,000 files: rf validate {validate:.2f} s, rf compute -f json {compute:.2f} s, check-jsonschema {peer:.2f} s"
    )
    assert validate < 1.5
    assert compute < 3
    # Each file is read with the places of all values, expanded, and its sizes are worked out, which no schema does: 0.65
    # ms, of which reading YAML event by event is a third.
    assert peer > 10 * validate


SMALL = """\
format: 1
name: small
input: {{size: 64, channels: 3}}
defaults: {{conv: {{padding: same}}}}
layers:
  - {{name: conv1, type: conv, kernel: 3, stride: 2, filters: {width}}}
  - {{type: relu}}
  - {{name: pool1, type: max_pool, kernel: 2}}
  - {{name: unit, type: residual, layers: [{{type: conv, kernel: 3, filters: {width}}}, {{type: relu}}]}}
  - {{name: conv2, type: conv, kernel: 3, filters: 16}}
"""


def test_resnet_152_in_process() -> None:
    taken = []
    for _ in range(15):
        start = time.perf_counter()
        rfcli.compute(rfcli.load("resnet_v1_152"))
        taken.append(time.perf_counter() - start)
    report(f"resnet_v1_152, load and compute in process: {statistics.median(taken) * 1e3:.1f} ms")
    assert statistics.median(taken) < 0.020


def test_the_whole_zoo(installed: Installed) -> None:
    folder = str(ROOT / "architectures")
    for words, limit in ((["compute", folder, "-f", "ndjson"], 2.0), (["check", folder], 2.0), (["list"], 2.0)):
        command = installed.rf(*words)
        taken = statistics.median(seconds(command) for _ in range(5))
        report(f"rf {words[0]}, all bundled networks: {taken:.2f} s (limit {limit})")
        assert taken < limit


def test_the_wheel_holds_what_it_needs(installed: Installed, tmp_path: Path) -> None:
    done = subprocess.run(installed.rf("compute", "resnet_v1_50", "--layer", "block4", "-f", "csv"), cwd=tmp_path,
                          capture_output=True, text=True)  # fmt: skip
    assert "block4,relu,7,2048" in done.stdout
    assert subprocess.run(installed.rf("schema", "result"), cwd=tmp_path, capture_output=True).returncode == 0
    assert subprocess.run(installed.rf("report", "alexnet"), cwd=tmp_path, capture_output=True).returncode == 0
    assert "<style>" in (tmp_path / "alexnet.html").read_text(encoding="utf-8")
