"""The package's layers: imports only point to what stands before in the list (the data flows the other way)."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from rfcli.layers._registry import LAYERS

PACKAGE = Path(__file__).parent.parent / "rfcli"

READERS = {"description", "layers", "geometry", "diagnostics", "values", "tables", "words", "extras"}
MAY_IMPORT = {
    "values": set(),
    "tables": set(),
    "words": {"tables"},
    "diagnostics": {"values"},
    "extras": {"diagnostics"},
    "resources": set(),
    "geometry": {"values"},
    "layers": {"geometry", "values"},
    "description": {"layers", "diagnostics", "geometry", "resources", "values"},
    "graph": {"description", "layers", "geometry", "diagnostics", "values"},
    "engine": {"graph", "layers", "geometry", "description", "diagnostics", "values"},
    "checks": {"engine", "graph", "layers", "geometry", "description", "diagnostics", "values"},
    "readers": READERS,
    "writers": READERS | {"graph"},
    "measuring": {"engine", "graph", "layers", "geometry", "description", "diagnostics", "values", "tables", "extras"},
    "render": {"engine", "graph", "geometry", "layers", "diagnostics", "values", ""},
    "api": {
        "checks", "readers", "writers", "measuring", "engine", "geometry", "graph", "description", "diagnostics",
        "values",
    },
    "": {"api", "engine", "writers", "measuring", "description", "diagnostics"},
    "cli": {"api", "checks", "values", "render", "description", "diagnostics", "resources", "graph", ""},
    "__main__": {"cli"},
}  # fmt: skip
"""Part of the package -> the parts it may import; "" is `rfcli` itself (its version)."""

EXCEPTIONS = {
    ("engine/report.py", "render"): "as_json is the JSON output, offered where the report is",
}


def part(path: Path) -> str:
    relative = path.relative_to(PACKAGE)
    if len(relative.parts) > 1:
        return relative.parts[0]
    return "" if relative.stem == "__init__" else relative.stem


def imports(path: Path) -> set[str]:
    """Parts of rfcli that a module imports, inside functions and for types too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
            if node.module == "rfcli":
                names = [f"rfcli.{one.name}" for one in node.names]
        elif isinstance(node, ast.Import):
            names = [one.name for one in node.names]
        for name in names:
            first, _, rest = name.partition(".")
            if first == "rfcli":
                head = rest.split(".")[0]
                found.add(head if (PACKAGE / head).is_dir() or (PACKAGE / f"{head}.py").is_file() else "")
    return found


def test_imports_point_up_the_list() -> None:
    wrong = []
    modules = list(PACKAGE.rglob("*.py"))
    for path in modules:
        own = part(path)
        name = path.relative_to(PACKAGE).as_posix()
        for other in imports(path) - MAY_IMPORT[own] - {own}:
            if (name, other) not in EXCEPTIONS:
                wrong.append(f"{name} imports {other}")
    assert len(modules) > 40
    assert not wrong


def test_no_module_is_called_utils() -> None:
    assert not [path for path in PACKAGE.rglob("*.py") if path.stem in ("utils", "helpers", "common", "misc")]


@pytest.mark.parametrize("first", sorted(path.stem for path in (PACKAGE / "layers").glob("[a-z]*.py")))
def test_layer_types_have_one_order(first: str) -> None:
    """Schema and manual are made in that order, whichever module is imported first."""
    code = f"import rfcli.layers.{first}; from rfcli.layers._registry import LAYERS; print(*LAYERS)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == list(LAYERS)
