"""What a picture takes beside matplotlib's own start: `pytest -m benchmark -s`."""

from pathlib import Path

import pytest
from benchmarks.installed import Installed, paired, report, seconds

pytestmark = pytest.mark.benchmark

RUNS = 11
LIMIT = 1.5
EMPTY = "import matplotlib.pyplot as plt; plt.figure().savefig('empty.png')"


def test_growth_of_a_large_network(tmp_path: Path) -> None:
    installed = Installed(tmp_path / "venv", "[plot]")
    for ending in ("png", "svg"):
        command = installed.rf("plot", "growth", "resnet50", "-o", f"growth.{ending}")
        ratio = paired(
            lambda command=command: seconds(command, tmp_path),
            lambda: seconds([installed.python, "-c", EMPTY], tmp_path),
            RUNS,
        )
        report(f"rf plot growth resnet50 -o growth.{ending}: {ratio:.2f} x an empty figure of pyplot (limit {LIMIT})")
        assert ratio <= LIMIT
