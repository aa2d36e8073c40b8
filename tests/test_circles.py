"""No module imports itself by way of others, inside functions either: each can be read after those it names."""

import ast
from collections.abc import Iterator
from pathlib import Path

import rfcli

ROOT = Path(rfcli.__file__).parent.parent


def modules(folder: Path) -> dict[str, Path]:
    """Name of a module -> its file."""
    found = {}
    for path in folder.rglob("*.py"):
        parts = path.relative_to(folder.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(node: ast.AST) -> Iterator[str]:
    """What a module imports when it runs: all but what stands there for type checkers."""
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        children: list[ast.stmt] = node.orelse
        for child in children:
            yield from imports(child)
        return
    if isinstance(node, ast.Import):
        yield from (name.name for name in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield node.module
        yield from (f"{node.module}.{name.name}" for name in node.names)
    for below in ast.iter_child_nodes(node):
        yield from imports(below)


def circle(graph: dict[str, set[str]]) -> list[str]:
    """The nodes of a circle, in order; none where there is none."""
    done: set[str] = set()

    def walk(node: str, path: list[str]) -> list[str]:
        if node in path:
            return [*path[path.index(node) :], node]
        if node in done:
            return []
        found = next(filter(None, (walk(other, [*path, node]) for other in sorted(graph[node]))), [])
        done.add(node)
        return found

    return next(filter(None, (walk(node, []) for node in sorted(graph))), [])


def test_circle() -> None:
    assert circle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert circle({"a": {"a"}}) == ["a", "a"]


def test_no_imports_go_in_a_circle() -> None:
    files = modules(ROOT / "rfcli")
    assert len(files) > 100
    # `from rfcli.room import module` names the room too: a room's own `__init__` only counts where nothing else is meant.
    graph = {}
    for name, path in files.items():
        found = set(imports(ast.parse(path.read_text(encoding="utf-8")))) & files.keys()
        graph[name] = {one for one in found if not any(other.startswith(f"{one}.") for other in found)}
    assert not circle(graph)
