"""The page's modules by themselves, as node runs their tests."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

TESTS = sorted(Path(__file__).parent.parent.glob("page/*.test.mjs"))


def test_modules() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.fail("there is no node to run the tests of the page's modules: apt-get install nodejs")
    assert TESTS
    done = subprocess.run([node, "--test", *map(str, TESTS)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
