"""Where keys and values of TOML stand."""

import tomllib
from random import Random

import pytest

from rfcli.settings.places import place

TEXT = '''\
# [tool.rf] in a comment
title = "[tool.rf]"
text = """
[tool.rf]
select = 3
"""
other = \'\'\'
select = ''\'\'\'

[tool.rf]  # a comment
select = [
  "RF501", # first
  'RF4',
]
"per-file-ignores" = {"a b/*" = ["RF501"], 'c' = []}
limits.layers = 5
  ignore=["RF502"]

[ tool . rf . "more" ]
nodes = 3
[[list]]
a = 1
[[list]]
a = {b.c = [[1], [2, 3]]}
'''


@pytest.mark.parametrize(
    ("path", "where"),
    [
        (("tool", "rf"), (10, 7)),
        (("tool", "rf", "select"), (11, 1)),
        (("tool", "rf", "select", 0), (12, 3)),
        (("tool", "rf", "select", 1), (13, 3)),
        (("tool", "rf", "select", 7), (11, 1)),
        (("tool", "rf", "per-file-ignores"), (15, 1)),
        (("tool", "rf", "per-file-ignores", "a b/*"), (15, 23)),
        (("tool", "rf", "per-file-ignores", "a b/*", 0), (15, 34)),
        (("tool", "rf", "per-file-ignores", "c"), (15, 44)),
        (("tool", "rf", "limits", "layers"), (16, 8)),
        (("tool", "rf", "ignore", 0), (17, 11)),
        (("tool", "rf", "more", "nodes"), (20, 1)),
        (("tool", "rf", "missing"), (10, 7)),
        (("list", 1, "a", "b", "c", 1, 1), (24, 22)),
        (("missing",), (1, 1)),
        ((), (1, 1)),
    ],
)
def test_places(path: tuple[str | int, ...], where: tuple[int, int]) -> None:
    tomllib.loads(TEXT)
    assert place(TEXT, path) == where


@pytest.mark.parametrize("seed", range(200))
def test_any_text_has_an_end(seed: int) -> None:
    random = Random(seed)
    text = list(TEXT)
    for _ in range(30):
        text[random.randrange(len(text))] = random.choice("[]{}=,.\"'#\n a\\")
    line, column = place("".join(text), ("tool", "rf", "select"))
    assert line >= 1 and column >= 1
