"""What stands at a place of a text."""

import pytest

from rfcli.server.reading import Read
from rfcli.server.tree import is_item, item_of

TEXT = """\
format: 1
layers:
  - name: stem
    type: conv
    kernel: [3, 3]
  - {name: "out", type: residual, layers: [{type: relu}]}
"""


@pytest.mark.parametrize(
    ("line", "column", "path", "key"),
    [
        (1, 1, ("format",), True),
        (1, 9, ("format",), False),
        (3, 7, ("layers", 0, "name"), True),
        (3, 13, ("layers", 0, "name"), False),
        (5, 14, ("layers", 0, "kernel", 0), False),
        (6, 49, ("layers", 1, "layers", 0, "type"), True),
    ],
)
@pytest.mark.parametrize("ending", ["", "  - {type: con"])
def test_places(line: int, column: int, path: tuple[str | int, ...], key: bool, ending: str) -> None:
    read = Read(TEXT + ending, "net.rf.yaml")
    assert bool(read.problems) is bool(ending)
    token = read.tree.at(line, column)
    assert token is not None and (token.path, token.key) == (path, key)


def test_words_without_their_quotes() -> None:
    tree = Read(TEXT, "net.rf.yaml").tree
    token = tree.at(6, 14)
    assert token is not None
    where = tree.span(token)
    assert where is not None and TEXT.splitlines()[5][where.column - 1 : where.end - 1] == "out"


def test_items() -> None:
    read = Read(TEXT, "net.rf.yaml")
    token = read.tree.at(6, 54)
    assert token is not None
    item = item_of(token)
    assert item is not None and item.value["type"].value == "relu"
    first = read.tree.at(1, 1)
    assert first is not None and item_of(first) is None
    assert is_item(("blocks", "a", "layers", 0)) and is_item(("layers", 0, "branches", "b", 1))
    assert not is_item(("expect", 0)) and not is_item(("layers",))
