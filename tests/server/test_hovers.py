"""What is told of a place."""

from pathlib import Path

import pytest

from rfcli import resources
from rfcli.description.format import ITEMS
from rfcli.server.hovers import hover, manual
from rfcli.server.reading import Read

TEXT = """\
format: 1
input: {size: [32, 32], channels: 3}
layers:
  - {name: a, type: conv, kernel: 3, filters: 4}
  - {name: b, type: conv, kernel: 3, filters: 4, repeat: 2}
expect:
  - {layer: b_2, size: 7}
check: {ignore: [RF502]}
"""


@pytest.mark.parametrize(
    ("line", "word", "told"),
    [
        (4, "name: a", ["**a** (conv)", "| size | 3 |", "| parameters | 112 |", "size 3 = 1 + (3 - 1) x 1, at a"]),
        (4, "conv", ["Convolution: output", "| `kernel` | required |"]),
        (4, "kernel", ["**kernel**: Kernel size k"]),
        (5, "b,", ["| `b_1` | 5 | 1 |", "| `b_2` | 7 | 1 |", "size 7 = 5 + (3 - 1) x 1, at b_2"]),
        (1, "format", ["**format**: The version"]),
        (2, "channels", ["**channels**: Channels"]),
        (7, "size", ["**size**: Expected size"]),
        (8, "RF502", ["**RF502** input positions"]),
    ],
)
def test_what_is_told(line: int, word: str, told: list[str]) -> None:
    found = hover(Read(TEXT, "net.rf.yaml"), line, TEXT.splitlines()[line - 1].index(word) + 1)
    assert found is not None
    for one in told:
        assert one in found.text


def test_no_numbers_of_a_wrong_text() -> None:
    wrong = TEXT.replace("kernel: 3, filters: 4}", "kernal: 3, filters: 4}")
    found = hover(Read(wrong, "net.rf.yaml"), 4, 21)
    assert found is not None
    assert found.text.startswith("No numbers: conv has no key 'kernal' (line 4)")
    assert "Convolution: output" in found.text and "| size" not in found.text


def test_where_nothing_is() -> None:
    read = Read(TEXT + "\n\n", "net.rf.yaml")
    assert hover(read, 10, 1) is None and hover(read, 99, 1) is None
    assert hover(Read("on: [push]\n", "ci.yaml"), 1, 1) is None


@pytest.mark.parametrize("kind", ITEMS)
def test_every_type_has_its_manual(kind: str) -> None:
    assert manual(kind).startswith(f"**{kind}**: ")


@pytest.mark.parametrize("name", resources.architectures())
def test_every_place_of_the_bundled_networks(name: str) -> None:
    path = resources.architectures()[name]
    read = Read(Path(path).read_text(encoding="utf-8"), path)
    for token in read.tree.tokens[:: max(len(read.tree.tokens) // 40, 1)]:
        found = hover(read, token.line, token.column)
        assert found is None or found.text
