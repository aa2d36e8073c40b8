"""What each command may import: starting at once is kept by this list."""

import subprocess
import sys
from pathlib import Path

import pytest

FORBIDDEN = {
    "--version": {
        "yaml",
        "json",
        "typer",
        "tabulate",
        "jsonschema",
        "dataclasses",
        "typing",
        "inspect",
        "re",
        "fractions",
    },
    "compute NET -f json": {
        "typer",
        "tabulate",
        "jsonschema",
        "dataclasses",
        "typing",
        "inspect",
        "fractions",
        "csv",
        "difflib",
    },
    "compute NET -f csv": {"typer", "tabulate", "jsonschema", "dataclasses", "typing", "inspect", "json", "difflib"},
    "compute NET": {"typer", "jsonschema", "difflib"},
    "compute NET.json -f json": {"typer", "jsonschema", "inspect"},
    "validate NET": {
        "typer",
        "tabulate",
        "jsonschema",
        "dataclasses",
        "typing",
        "inspect",
        "json",
        "fractions",
        "difflib",
    },
    "schema": {"typer", "jsonschema", "yaml", "tabulate"},
}
"""Command line -> modules that it must not import."""

NET = "format: 1\ninput: {size: 32, channels: 3}\nlayers: [{type: conv, kernel: 3, filters: 8}]\n"


def imported(words: list[str], folder: Path) -> set[str]:
    code = (
        "import sys, os\n"
        "from rfcli.cli.entry import run\n"
        f"status = run({words!r})\n"
        "print(*sys.modules, file=sys.stderr)\n"
        "sys.exit(status)\n"
    )
    done = subprocess.run([sys.executable, "-S", "-c", f"import sys; sys.path = {sys.path!r}\n{code}"], cwd=folder,
                          capture_output=True, text=True)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return set(done.stderr.split())


@pytest.mark.parametrize("line", FORBIDDEN)
def test_modules(line: str, tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(NET)
    (tmp_path / "net.json").write_text('{"format": 1, "layers": [{"type": "relu"}]}')
    words = line.replace("NET.json", "net.json").replace("NET", "net.yaml").split()
    found = imported(words, tmp_path)
    assert "rfcli.cli.entry" in found
    assert not found & FORBIDDEN[line]
