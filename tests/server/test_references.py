"""Names: where they are given and used, and other names for what they name."""

from pathlib import Path
from random import Random

import pytest

import rfcli
from rfcli import resources
from rfcli.server.reading import Read
from rfcli.server.references import Refused, definition, occurrences, references, renamed

TEXT = """\
format: 1
input: {size: 64, channels: 3}
parameters: {width: 4, twice: $(2 * width)}
blocks:
  unit: {parameters: {filters: $width}, layers: [{name: conv, type: conv, kernel: 3, padding: 1, filters: "$(filters + width)"}]}
layers:
  - {name: conv, type: conv, kernel: 3, filters: $width}
  - {name: stage, type: sequence, layers: [{name: conv, type: relu}, {type: relu, inputs: [conv]}]}
  - {name: u, block: unit, repeat: 2, with: {filters: $twice}}
  - {type: add, inputs: [u_1, u_2/conv]}
  - {name: "last", type: relu, inputs: [stage/conv]}
outputs: [add_1, last]
expect: [{layer: conv, size: 3}, {layer: "u_*", stride: 1}]
"""
READ = Read(TEXT, "net.rf.yaml")


def place(line: int, word: str, nth: int = 0) -> tuple[int, int]:
    text, at = TEXT.splitlines()[line - 1], -1
    for _ in range(nth + 1):
        at = text.index(word, at + 1)
    return line, at + 1


def words(ranges: object) -> list[str]:
    lines = TEXT.splitlines()
    return [f"{one.line}:{lines[one.line - 1][one.column - 1 : one.end - 1]}" for one in ranges]  # type: ignore[attr-defined]


def test_the_text_is_right() -> None:
    assert not READ.problems


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (place(7, "conv"), ["7:conv", "13:conv"]),
        (place(8, "conv"), ["8:conv", "8:conv", "11:conv"]),
        (place(11, "conv"), ["8:conv", "8:conv", "11:conv"]),
        (place(11, "stage"), ["8:stage", "11:stage"]),
        (place(9, "u,"), ["9:u", "10:u", "10:u"]),
        (place(10, "u_2/c"), ["9:u", "10:u", "10:u"]),
        (place(10, "conv"), ["5:conv", "10:conv"]),
        (place(5, "unit"), ["5:unit", "9:unit"]),
        (place(3, "width"), ["3:width", "3:width", "5:width", "5:width", "7:width"]),
        (place(5, "filters:"), ["5:filters", "5:filters", "9:filters"]),
        (place(9, "$twice"), []),
        (place(9, "twice"), ["3:twice", "9:twice"]),
        (place(11, "last"), ["11:last", "12:last"]),
    ],
)
def test_references(where: tuple[int, int], found: list[str]) -> None:
    assert words(references(READ, *where)) == found


def test_definitions() -> None:
    assert words([one.range for one in definition(READ, *place(11, "conv"))]) == ["8:conv"]
    assert words([one.range for one in definition(READ, *place(9, "unit"))]) == ["5:unit"]
    assert [one.range.line for one in definition(READ, *place(13, "u_*"))] == [9]
    assert [one.range.line for one in definition(READ, *place(12, "add_1"))] == [10], "a layer without a name"
    text = "format: 1\nextends: resnet50\n"
    (found,) = definition(Read(text, "net.rf.yaml"), 2, 12)
    assert found.path == resources.architectures()["resnet50"]


@pytest.mark.parametrize(
    ("where", "new"), [(place(7, "conv"), "stem"), (place(8, "stage"), "s2"), (place(5, "unit"), "basic"),
                       (place(3, "width"), "w"), (place(9, "u,"), "unit"), (place(5, "filters:"), "f")],
)  # fmt: skip
def test_renaming_changes_names_and_nothing_else(where: tuple[int, int], new: str) -> None:
    edits = renamed(READ, *where, new)
    after = Read(READ.text.edited(edits), "net.rf.yaml")
    if new == "unit":
        return
    assert after.report is not None and READ.report is not None
    assert [one.receptive_field.size for one in after.report.layers] == [
        one.receptive_field.size for one in READ.report.layers
    ]


@pytest.mark.parametrize(
    ("where", "new", "why"),
    [
        (place(7, "conv"), "stage", "the name 'stage' is taken"),
        (place(7, "conv"), "a b/", "is no name of a layer"),
        (place(3, "width"), "lambda", "is no name of a parameter"),
        (place(3, "width"), "twice", "cannot be its name"),
        (place(1, "format"), "x", "no layer, block or parameter here"),
        (place(12, "add_1"), "x", "no layer, block or parameter here"),
    ],
)
def test_what_is_refused(where: tuple[int, int], new: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        renamed(READ, *where, new)


@pytest.mark.parametrize("name", resources.architectures())
def test_bundled_networks(name: str) -> None:
    """Every name leads somewhere, and one of them is renamed: the network stays what it was."""
    path = resources.architectures()[name]
    read = Read(Path(path).read_text(encoding="utf-8"), path)
    found = [one for one in occurrences(read) if one.given]
    if not found:
        return
    one = Random(name).choice(found)
    try:
        edits = renamed(read, one.range.line, one.range.column, "zz_new")
    except Refused as error:
        assert "other references" in str(error) or "cannot be its name" in str(error)
        return
    after = rfcli.compute(rfcli.loads(read.text.edited(edits), path))
    assert len(after.layers) == len(rfcli.compute(name).layers)
