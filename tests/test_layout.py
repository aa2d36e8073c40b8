"""The package's rooms: imports only point to what stands before in the list (the data flows the other way), and tests
mirror the modules."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from rfcli.layers._registry import LAYERS

PACKAGE = Path(__file__).parent.parent / "rfcli"

READERS = {"ordering", "description", "layers", "geometry", "diagnostics", "values", "tables", "words", "extras"}
ENGINE = {"arguments", "ordering", "graph", "layers", "geometry", "description", "diagnostics", "values"}
MAY_IMPORT = {
    "values": set(),
    "tables": set(),
    "ordering": set(),
    "alignment": set(),
    "words": {"tables"},
    "diagnostics": {"values"},
    "arguments": {"diagnostics"},
    "extras": {"diagnostics", "resources"},
    "resources": set(),
    "geometry": {"values"},
    "layers": {"geometry", "values"},
    "description": {"layers", "diagnostics", "geometry", "resources", "values"},
    "graph": ENGINE - {"graph"},
    "engine": ENGINE,
    "checks": ENGINE | {"engine"},
    "difference": ENGINE | {"engine", "alignment"},
    "readers": READERS,
    "readers/tracing": READERS | {"readers"},
    "readers/*": READERS | {"readers", "readers/tracing"},
    "writers": READERS | {"graph"},
    "writers/*": READERS | {"graph", "writers"},
    "measuring": ENGINE | {"engine", "tables", "extras"},
    "render": {"suggest", "difference", "engine", "measuring", "graph", "geometry", "layers", "diagnostics", "values", ""},
    "settings": {"render", "description", "diagnostics", "values"},
    "pipeline": {"arguments", "readers", "writers/description", "engine", "graph", "description", "diagnostics", "geometry"},
    "revisions": {"pipeline", "description", "values"},
    "sweeping": ENGINE | {"engine", "pipeline", "extras", ""},
    "suggest": ENGINE | {"engine", "checks", "pipeline", "alignment"},
    "live": {"pipeline", "readers/torch", "description", "diagnostics", "extras", "values"},
    "api": {
        "live", "suggest", "difference", "revisions", "arguments", "pipeline", "checks", "readers/torch", "writers", "writers/description", "measuring", "render",
        "engine", "geometry", "graph", "description", "diagnostics", "values", "sweeping",
    },
    "plot": {
        "api", "arguments", "engine", "geometry", "diagnostics", "values", "extras", "",
    },
    "page": {
        "api", "arguments", "render", "engine", "geometry", "layers", "description", "diagnostics",
    },
    "bioimage": {
        "api", "arguments", "suggest", "engine", "readers", "layers", "geometry", "description", "diagnostics", "values",
    },
    "": {"bioimage", "api", "suggest", "difference", "engine", "writers", "measuring", "description", "diagnostics", "plot", "page"},
    "server": {
        "api", "pipeline", "settings", "checks", "render", "engine", "graph", "layers", "description", "diagnostics",
        "resources", "geometry", "values", "",
    },
    "cli": {
        "server", "extras", "live", "api", "suggest", "pipeline", "checks", "values", "render", "description",
        "diagnostics", "resources", "geometry",
        "bioimage", "difference", "revisions", "plot", "page", "sweeping", "settings", "",
    },
    "__main__": {"cli"},
}  # fmt: skip
"""Room -> the rooms that it may import. A room is a folder or a module of the package, "" is `rfcli` itself (its public
names and its version); a format's folder among the readers or writers is a room of its own, which knows no other
format."""


def room(path: Path) -> str:
    """The room of a module."""
    *folders, name = path.relative_to(PACKAGE).with_suffix("").parts
    if folders and folders[0] in ("readers", "writers"):
        return "/".join(folders[:2])
    return folders[0] if folders else name.removeprefix("__init__")


@cache
def module(words: tuple[str, ...]) -> Path:
    """The file of a module, of which `words` may name something."""
    for path in (PACKAGE.joinpath(*words, "__init__.py"), PACKAGE.joinpath(*words).with_suffix(".py")):
        if path.is_file():
            return path
    return module(words[:-1])


@cache
def parsed(path: Path) -> ast.Module:
    """A module, which several tests look at."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> set[str]:
    """Rooms that a module imports, inside functions and for types too."""
    found = set()
    for node in ast.walk(parsed(path)):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{one.name}" for one in node.names]
        elif isinstance(node, ast.Import):
            names = [one.name for one in node.names]
        found |= {room(module(tuple(name.split(".")[1:]))) for name in names if name.split(".")[0] == "rfcli"}
    return found


def test_imports_point_up_the_list() -> None:
    modules = [*PACKAGE.rglob("*.py"), PACKAGE / "__init__.pyi"]
    wrong = []
    for path in modules:
        own = room(path)
        allowed = MAY_IMPORT[own if own in MAY_IMPORT else f"{own.split('/')[0]}/*"] | {own}
        name = path.relative_to(PACKAGE).as_posix()
        wrong += [f"{name} imports {other}" for other in imports(path) - allowed]
    assert len(modules) > 40
    assert not wrong


MAY_SAY_ANY = {
    "readers/onnx": "onnx, numpy",
    "readers/tensorflow": "no library, but attributes and numbers of graphs, of whichever kind a file has them",
    "readers/torch": "torch",
    "live/parts": "torch",
    "live/tracing": "torch",
    "writers/onnx": "onnx",
    "measuring": "torch",
    "cli/app": "typer",
    "description/yaml12": "libyaml",
    "engine/report": "no library, but `MaybeNone`: users need not ask for None where the origin reaches all they name",
    "engine/rows": "no library, but numbers and lists of them, as the JSON has them",
    "extras": "what imports these packages",
    "description/nodes": "no library, but what users write: `Plain`",
    "layers/_parameters": "no library, but attributes of the type that a layer's class states: `Declared`",
    "values": "no library, but the fields of any value",
    "plot/photo": "Pillow",
    "readers/keras/calls": "what Keras's JSON holds",
    "readers/tracing/arrays": "no library, but numbers of whichever kind a file has them",
    "readers/tracing/blanks": "numbers of masks, as onnx and torch hold them",
    "readers/tracing/core": "no library, but parameters of any layer type",
    "readers/tracing/masks": "numbers of masks, as onnx and torch hold them",
    "readers/tracing/maps": "numbers of constants, as onnx and torch hold them",
    "readers/tracing/settling": "no library, but arguments of operations, whatever they are",
    "readers/yolo/settings": "what YAML files of YOLO hold",
    "readers/yolo/stages": "arguments of YOLO's modules, of which some are numbers and some flags",
    "server/opened": "pygls",
    "server/serving": "pygls",
    "sweeping/parquet": "pyarrow",
    "sweeping/cluster": "dask",
    "api": "no library, but rows of a sweep, whose values are numbers, texts and lists",
    "writers/keras/model": "what Keras's JSON holds",
    "writers/places": "no library, but a layer of whatever type: the writers' tables say which",
}  # fmt: skip
"""Folders and modules that may say `Any`, each with the foreign library that it touches, or another reason."""


def says_any(path: Path) -> bool:
    """Whether a module takes `Any` from `typing`."""
    nodes = list(ast.walk(parsed(path)))
    taken = [one.name for node in nodes if isinstance(node, ast.ImportFrom) for one in node.names]
    return "Any" in taken or any(isinstance(node, ast.Attribute) and node.attr == "Any" for node in nodes)


def test_only_what_touches_a_foreign_library_says_any() -> None:
    names = [path.relative_to(PACKAGE).with_suffix("").as_posix() for path in PACKAGE.rglob("*.py") if says_any(path)]
    homes = {name: [one for one in MAY_SAY_ANY if f"{name}/".startswith(f"{one}/")] for name in names}
    assert not [name for name, found in homes.items() if not found]
    needed = {one for found in homes.values() for one in found}
    assert not MAY_SAY_ANY.keys() - needed, "those that need it no more"


UNTESTED = {
    "__main__": "`python -m rfcli`, which tests of whole processes run",
    "cli/declarations": "what the commands are declared with: test_fast.py holds both readers of them against each other",
    "readers/tracing/noted": "values of two to four fields",
    "render/outcome": "a value of two fields",
}
"""Modules without a test file of their own, each with the reason."""


def mirrored(path: Path) -> Path:
    """Where the tests of a module lie."""
    relative = path.relative_to(PACKAGE)
    return Path(__file__).parent / relative.parent / f"test_{relative.stem.strip('_')}.py"


def test_every_module_has_its_tests() -> None:
    modules = {path.relative_to(PACKAGE).with_suffix("").as_posix(): path for path in PACKAGE.rglob("*.py")}
    missing = [name for name, path in modules.items() if path.stem != "__init__" and not mirrored(path).is_file()]
    assert not UNTESTED.keys() - missing, "modules that have their tests, or are no more"
    assert not set(missing) - UNTESTED.keys()


def test_no_module_is_called_utils() -> None:
    assert not [path for path in PACKAGE.rglob("*.py") if path.stem in ("utils", "helpers", "common", "misc")]


@pytest.mark.parametrize("first", sorted(path.stem for path in (PACKAGE / "layers").glob("[a-z]*.py")))
def test_layer_types_have_one_order(first: str) -> None:
    """Schema and manual are made in that order, whichever module is imported first."""
    code = f"import rfcli.layers.{first}; from rfcli.layers._registry import LAYERS; print(*LAYERS)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == list(LAYERS)
