"""How far keys, values and layers reach."""

import pytest

from rfcli.server.extents import Extents, closing
from rfcli.server.reading import Read
from rfcli.server.texts import Text

TEXT = """\
format: 1
input: {size: [32, 32],  # a comment
        channels: 3}
layers:
  - type: conv  # first
    kernel: [3, 3]
    padding: 'same'
  - {type: conv, kernel: 3, name: "a, b}"}
  - type: residual
    layers:
      - {type: relu}
"""


@pytest.mark.parametrize(
    ("path", "value", "pair"),
    [
        (("format",), "1", "format: 1"),
        (("input",), "{size: [32, 32],  # a comment\n        channels: 3}", None),
        (("input", "channels"), "3", "channels: 3"),
        (("layers", 0), "type: conv  # first\n    kernel: [3, 3]\n    padding: 'same'", None),
        (("layers", 0, "type"), "conv", "type: conv"),
        (("layers", 0, "kernel"), "[3, 3]", "kernel: [3, 3]"),
        (("layers", 0, "padding"), "'same'", "padding: 'same'"),
        (("layers", 1), '{type: conv, kernel: 3, name: "a, b}"}', None),
        (("layers", 1, "type"), "conv", "type: conv"),
        (("layers", 2, "layers"), "- {type: relu}", "layers:\n      - {type: relu}"),
    ],
)
def test_parts(path: tuple[str | int, ...], value: str, pair: str | None) -> None:
    read = Read(TEXT, "net.rf.yaml")
    extents = Extents(read.tree)
    token = next(one for one in read.tree.tokens if one.path == path and not one.key)
    where = extents.value(token)
    assert (
        where is not None
        and read.text.part(where).removesuffix("- {type: relu}") + ("- {type: relu}" if value.endswith("relu}") else "")
        == value
    )
    if pair is not None:
        found = extents.pair(token)
        assert found is not None and read.text.part(found) == pair


@pytest.mark.parametrize(
    ("text", "end"),
    [("{a: [1]} b", (1, 9)), ("[']', 1]", (1, 9)), ('["\\"]", 1] ', (1, 11)), ("{a: 1, # }\n}", (2, 2)), ("{a", None),
     ("(1, (2)), 3", (1, 9)), ("{a: it's}", (1, 10))],
)  # fmt: skip
def test_brackets(text: str, end: tuple[int, int] | None) -> None:
    assert closing(Text(text), 1, 1) == end
