"""References: the own scope first, then outwards; globs do not cross slashes."""

from __future__ import annotations

import pytest

import rfcli
from graph import architecture
from rfcli.description.architecture import Reference
from rfcli.description.nodes import File, Node, Problems
from rfcli.graph.names import Names, is_glob

SCOPES = (
    {"type": "relu", "name": "stem"},
    {"type": "sequence", "name": "block", "layers": [
        {"type": "relu", "name": "stem"},
        {"type": "sequence", "name": "inner", "layers": [{"type": "relu", "name": "a"}, {"type": "relu", "name": "b"}]},
    ]},
    {"type": "relu", "name": "head1"},
    {"type": "relu", "name": "head2"},
)  # fmt: skip


def names() -> Names:
    return Names(architecture(*SCOPES))


def reference(name: str, scope: str = "") -> Reference:
    return Reference(name, scope, Node(name, File("net.json"), 1, 1))


@pytest.mark.parametrize(
    ("path", "number"),
    [("input", 0), ("stem", 1), ("block/stem", 2), ("block/inner/a", 3), ("block/inner", 4), ("block", 4), ("x", None)],
)
def test_full_paths(path: str, number: int | None) -> None:
    assert names().number(path) == number


@pytest.mark.parametrize(
    ("name", "scope", "numbers"),
    [
        ("stem", "", [1]),
        ("stem", "block/", [2]),
        ("stem", "block/inner/", [2]),
        ("a", "block/inner/", [3]),
        ("inner/a", "block/", [3]),
        ("head1", "block/inner/", [5]),
        ("head*", "", [5, 6]),
        ("head[2]", "", [6]),
        ("*", "block/inner/", [3, 4]),
    ],
)
def test_references(name: str, scope: str, numbers: list[int]) -> None:
    problems = Problems()
    assert names().resolve(reference(name, scope), problems) == numbers
    assert not problems


@pytest.mark.parametrize(("name", "message"), [("steam", "there is no layer 'steam'"), ("x*", "nothing matches 'x*'")])
def test_references_to_nothing(name: str, message: str) -> None:
    problems = Problems()
    assert names().resolve(reference(name), problems) == []
    assert [(one.code, one.message) for one in problems] == [("RF201", message)]
    assert names().resolve(reference(name)) == []


@pytest.mark.parametrize(
    ("glob", "paths"),
    [
        ("*", ["input", "stem", "block", "head1", "head2"]),
        ("block/*", ["block/stem", "block/inner"]),
        ("*/inner/?", ["block/inner/a", "block/inner/b"]),
        ("block/*/a", ["block/inner/a"]),
        ("*x*", []),
    ],
)
def test_globs(glob: str, paths: list[str]) -> None:
    assert sorted(names().paths(glob)) == sorted(paths)


def test_near_names() -> None:
    assert names().near("hed1") == "did you mean 'head1'?"


def test_wildcards() -> None:
    assert [is_glob(name) for name in ("a*", "a?", "a[b]", "a/b")] == [True, True, True, False]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("block/**", ["block/stem", "block/inner/a", "block/inner/b"]),
        ("**/a", ["block/inner/a"]),
        ("**/stem", ["stem", "block/stem"]),
        ("block/**/a", ["block/inner/a"]),
        ("block/inner/**/a", ["block/inner/a"]),
        ("**/inner/*", ["block/inner/a", "block/inner/b"]),
        ("**", ["input", "stem", "block/stem", "block/inner/a", "block/inner/b", "head1", "head2"]),
        ("**/inner", ["block/inner"]),
        ("x/**", []),
        ("block/*/**", ["block/stem", "block/inner/a", "block/inner/b"]),
    ],
)
def test_two_asterisks_cross_scopes(pattern: str, found: list[str]) -> None:
    assert names().paths(pattern) == found


def test_the_name_of_what_is_repeated() -> None:
    """Its copies are named, the last as what may be meant: for inputs, calls and expectations."""
    text = (
        "format: 1\ninput: {size: 8, channels: 3}\nlayers:\n"
        "  - {type: sequence, name: unit, repeat: 3, layers: [{type: conv, name: c, kernel: 1, filters: 3}]}\n"
    )
    said = "there are 'unit_1' to 'unit_3': did you mean the last, 'unit_3'?"
    with pytest.raises(rfcli.DescriptionError) as error:
        rfcli.compute(rfcli.loads(text + "  - {type: add, inputs: [unit, unit_1]}\n"))
    assert [one.help for one in error.value.diagnostics] == [said]
    report = rfcli.compute(rfcli.loads(text))
    assert report.graph.names.near("unit") == said
    assert report.graph.names.near("last") == "the last is 'unit_3/c'"
    checked = rfcli.check(rfcli.loads(text + "expect: [{layer: unit, size: 1}]\n"))
    assert [one.help for one in checked.diagnostics if one.code == "RF201"] == [said]
