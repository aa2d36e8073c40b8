"""Outline and folding."""

from pathlib import Path

import pytest

from rfcli import resources
from rfcli.server.outline import Symbol, folds, symbols
from rfcli.server.reading import Read

TEXT = """\
format: 1
blocks:
  unit:
    parameters: {width: 4}
    layers:
      - {type: conv, kernel: 3, filters: $width}
layers:
  - name: stage
    type: residual
    layers:
      - {block: unit}
      - {type: relu}
"""


def named(found: tuple[Symbol, ...] | list[Symbol]) -> list[object]:
    return [(one.name, named(one.inside)) if one.inside else one.name for one in found]


def test_outline() -> None:
    assert named(symbols(Read(TEXT, "net.rf.yaml"))) == [
        ("blocks", [("unit", [("layers", ["conv"])])]),
        ("layers", [("stage", ["unit", "relu"])]),
    ]


def test_a_text_that_is_not_finished_keeps_its_outline() -> None:
    found = named(symbols(Read(TEXT + "  - {name: x, type: con", "net.rf.yaml")))
    assert ("layers", [("stage", ["unit", "relu"])]) in found


def test_folding() -> None:
    assert folds(Read(TEXT, "net.rf.yaml")) == [(2, 6), (3, 6), (5, 6), (7, 12), (8, 12), (10, 12)]


@pytest.mark.parametrize("name", resources.architectures())
def test_bundled_networks(name: str) -> None:
    path = resources.architectures()[name]
    read = Read(Path(path).read_text(encoding="utf-8"), path)
    lines = len(read.text.lines)
    assert symbols(read)
    assert all(1 <= first < last <= lines for first, last in folds(read))
