"""Commands run in process, in a folder of their own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from rfcli.cli.entry import run

RF = Callable[..., tuple[int, str, str]]
"""Runs a command line: exit status, output and errors."""

NET = """\
format: 1
input: {size: 32, channels: 3}
layers:
  - {name: a, type: conv, kernel: 3, filters: 8}
  - {name: b, type: max_pool, kernel: 2, stride: 2}
expect: [{layer: b, size: 4}]
"""
"""b sees 3 + (2 - 1) * 1 = 4 samples at a stride of 2; a has 3*3*3*8 + 8 = 224 parameters and 30*30*3*3*3*8 = 194400
multiply-accumulates."""

BAD = "format: 2\nlayers: []\n"


@pytest.fixture
def rf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> RF:
    """Runs command lines where `net.yaml` and the wrong `bad.yaml` lie."""
    (tmp_path / "net.yaml").write_text(NET, encoding="utf-8")
    (tmp_path / "bad.yaml").write_text(BAD, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name in ("RF_LIMITS", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def call(*words: str) -> tuple[int, str, str]:
        status = run(list(words))
        out, err = capsysbinary.readouterr()
        return status, out.decode(), err.decode()

    return call
