"""Imports the file or the module that a source names, so that it finds what lies beside it."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import os
import sys
from contextlib import contextmanager

from rfcli.live.running import told

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from rfcli.live.named import Named


@contextmanager
def loaded(named: Named) -> Iterator[ModuleType]:
    """The module in which a source's name is looked for; while it is used, what lies beside it can be imported.
    Afterwards modules of these folders are forgotten: another file may have others of the same names. Raises
    `CallError`."""
    if not named.is_file:
        folder = os.getcwd()
        sys.path.append(folder)  # last: a module that is installed is the one that is meant
        with _forgetting([folder]):
            yield _imported(named)
        return
    look_for_file(named)
    file = os.path.abspath(named.where)
    folders = _package(file)
    top = os.path.dirname(file) if not folders else os.path.dirname(folders[0])
    sys.path[:0] = list(dict.fromkeys([os.path.dirname(file), top]))
    sys.path.append(os.getcwd())
    with _forgetting([os.path.dirname(file), top, os.getcwd()]):
        yield _executed(named, file, [os.path.basename(one) for one in folders], folders)


def look_for_file(named: Named) -> None:
    """Looks that the file is there that a source names, if any. Raises `CallError`."""
    if named.is_file and not os.path.isfile(named.where):
        raise named.error(_no_file(named.where))


def _no_file(where: str) -> str:
    if os.path.isdir(where):
        return f"{where} is a folder"
    folder, name = os.path.split(where)
    try:
        beside = [one for one in os.listdir(folder or ".") if one.endswith(".py")]
    except OSError:
        return f"there is no folder {folder}"
    from rfcli.diagnostics import did_you_mean

    near = did_you_mean(name, beside, "")
    return f"there is no file {where}" + (f"; {near}" if near else "")


@contextmanager
def _forgetting(folders: list[str]) -> Iterator[None]:
    """Afterwards modules that were imported from these folders are forgotten, and those that had their names are back;
    but for installed ones."""
    before = dict(sys.modules)
    roots = tuple(os.path.join(one, "") for one in folders)
    try:
        yield
    finally:
        new = [name for name, module in sys.modules.items() if before.get(name) is not module]
        own = [name for name in new if os.path.join(_place(sys.modules[name]), "").startswith(roots)]
        for name in own:
            del sys.modules[name]
        sys.modules.update({name: before[name] for name in own if name in before})


def _place(module: ModuleType) -> str:
    """Where a module is from; "" for one that is installed, or from nowhere."""
    try:
        found = getattr(module, "__file__", None) or next(iter(module.__path__))
    except Exception:  # whatever a module of others is, and says of itself
        return ""
    return found if isinstance(found, str) and not _installed(found) else ""


def _installed(place: str) -> bool:
    return any(f"{os.sep}{one}{os.sep}" in place for one in ("site-packages", "dist-packages"))


def _package(file: str) -> list[str]:
    """The folders of the package that a file belongs to, the outermost first: those with an `__init__.py`, and as many
    as its relative imports go up."""
    found: list[str] = []
    folder = os.path.dirname(file)
    while os.path.isfile(os.path.join(folder, "__init__.py")) and os.path.basename(folder):
        found.insert(0, folder)
        folder = os.path.dirname(folder)
    while len(found) < _climbs(file) and os.path.basename(folder):
        found.insert(0, folder)
        folder = os.path.dirname(folder)
    return found


def _climbs(file: str) -> int:
    """How many dots a file's relative imports have at most."""
    try:
        with open(file, "rb") as stream:
            tree = ast.parse(stream.read())
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return 0
    return max((node.level for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)), default=0)


def _executed(named: Named, file: str, packages: list[str], folders: list[str]) -> ModuleType:
    """The module in a file, as one of its package. Raises `CallError`."""
    from types import ModuleType

    stem = os.path.splitext(os.path.basename(file))[0]
    with told(named, "it cannot be loaded"):
        for depth, folder in enumerate(folders, 1):
            package = ".".join(packages[:depth])
            init = os.path.join(folder, "__init__.py")
            if os.path.isfile(init):
                _from_file(package, init, [folder])
            else:
                space = ModuleType(package)
                space.__path__ = [folder]
                sys.modules[package] = space
        name = ".".join([*packages, stem])
        if name in sys.modules and getattr(sys.modules[name], "__file__", None) == file:
            return sys.modules[name]  # its package has imported it
        return _from_file(name, file, None)


def _from_file(name: str, file: str, search: list[str] | None) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, file, submodule_search_locations=search)
    assert spec is not None and spec.loader is not None, "it ends in .py"
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _imported(named: Named) -> ModuleType:
    """The module of a dotted name. Raises `CallError`."""
    at = ""
    for part in named.where.split("."):
        at = f"{at}.{part}" if at else part
        try:
            with told(named, "it cannot be imported"):
                module = importlib.import_module(at)
        except Exception as error:
            if _is_missing(error.__cause__, at):
                raise named.error(_missing(named, at)) from None
            raise
    return module


def _is_missing(error: BaseException | None, module: str) -> bool:
    """Whether an error says that there is no module of that very name."""
    return isinstance(error, ModuleNotFoundError) and error.name == module


def _missing(named: Named, module: str) -> str:
    """What is said of a module that is not there."""
    file = named.where.replace(".", os.sep) + ".py"
    beside = next((one for one in (file, f"{named.where}.py") if os.path.isfile(one)), "")
    if beside:
        return f"there is no module {module}; the file is {named.scheme}:{beside}:{named.what or 'NAME'}"
    if "." not in module and named.scheme == "torch" and not named.what:
        example = f"torch:torchvision.models:{module} or timm:{module}"
        return f"there is no module {module}: a network is a name in a module, as {example}"
    return f"there is no module {module} where rf is installed, nor in this folder"
