"""What each command may import: starting at once is kept by these lists."""

import subprocess
import sys
from pathlib import Path

import pytest

READING = {
    "arguments",
    "api",
    "cli",
    "description",
    "diagnostics",
    "engine",
    "geometry",
    "graph",
    "layers",
    "pipeline",
    "readers",
    "render",
    "resources",
    "settings",
    "values",
}
LIGHT = {
    f"rfcli.readers.{name}"
    for name in ("kinds", "refused", "caffe", "darknet", "keras", "onnx", "tensorflow", "yolo", "draft")
}
"""What tells a description from foreign models."""
SLOW = {
    "asyncio",
    "ast",
    "dataclasses",
    "decimal",
    "difflib",
    "email",
    "fractions",
    "inspect",
    "pathlib",
    "typing",
    "urllib",
    "xml",
}
"""Parts of the standard library that take a start's time or more, together with what they import."""

ALLOWED = {
    "--version": ({"cli", "diagnostics", "values"}, set()),
    "schema": ({"cli", "diagnostics", "values", "resources", "render", "description", "layers", "geometry"}, set()),
    "validate NET": (READING, {"yaml", "_yaml"}),
    "validate NET.json": (READING, set()),
    "compute NET -f json": (READING, {"yaml", "_yaml"}),
    "compute NET -f ndjson": (READING, {"yaml", "_yaml"}),
    "compute NET -f csv": (READING, {"yaml", "_yaml"}),
    "compute NET": (READING, {"yaml", "_yaml", "tabulate", "wcwidth"}),
}
"""Command line -> parts of rfcli, and packages of others, that it may import."""

NET = "format: 1\ninput: {size: 32, channels: 3}\nlayers: [{type: conv, kernel: 3, filters: 8}]\n"


def imported(words: list[str], folder: Path) -> set[str]:
    """Names of all modules after a command, in a process of its own without site-packages' start-up code."""
    code = (
        f"import sys; sys.path = {sys.path!r}\n"
        "from rfcli.cli.entry import run\n"
        f"status = run({words!r})\n"
        "print(*sys.modules, file=sys.stderr)\n"
        "sys.exit(status)\n"
    )
    done = subprocess.run([sys.executable, "-S", "-c", code], cwd=folder, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.split())


@pytest.mark.parametrize("line", ALLOWED)
def test_modules(line: str, tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(NET)
    (tmp_path / "net.json").write_text('{"format": 1, "layers": [{"type": "relu"}]}')
    parts, packages = ALLOWED[line]
    words = line.replace("NET.json", "net.json").replace("NET", "net.yaml").split()
    found = imported([*words, "-q"] if words[0] == "validate" else words, tmp_path)
    own = {name.split(".")[1] for name in found if name.startswith("rfcli.")}
    assert own <= parts
    assert {name for name in found if name.startswith("rfcli.readers.")} <= LIGHT
    others = (
        {name.split(".")[0] for name in found} - set(sys.stdlib_module_names) - {"rfcli", "__main__", "cython_runtime"}
    )
    assert {name for name in others if not name.startswith(("_", "sitecustomize"))} <= packages
    if "tabulate" not in packages:
        assert not found & SLOW


def test_the_manual_of_rules_reads_no_expressions(tmp_path: Path) -> None:
    assert "rfcli.description.expressions" not in imported(["rules"], tmp_path)
