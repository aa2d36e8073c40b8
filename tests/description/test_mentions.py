"""Which names items and blocks mention."""

import pytest

from rfcli.description.mapping import node_of
from rfcli.description.mentions import Mentions

BLOCKS = {
    "unit": {
        "parameters": {"width": None, "twice": "$(2 * width + base)"},
        "layers": [{"type": "conv", "kernel": "$k"}],
    },
    "outer": {"layers": [{"block": "unit", "with": {"width": "$w"}}, {"block": "outer", "when": "$(n > 0)"}]},
}

ROWS = [
    ({"type": "conv", "kernel": "$k", "name": "conv_$(k + i)"}, "i k"),
    ({"type": "conv", "kernel": "$k", "name": "conv_$(k + i)", "repeat": "$n"}, "i k"),
    (
        {"type": "sequence", "layers": [{"type": "conv", "kernel": "$k", "name": "conv_$(k + i)", "repeat": "$n"}]},
        "k n",
    ),
    ({"type": "sequence", "layers": [{"type": "conv", "kernel": "$(a + i)", "repeat": {"times": 2, "as": "a"}}]}, "i"),
    ({"type": "conv", "kernel": ["$a", "$(b[0])"], "inputs": ["x_$c"], "when": "$(not d)"}, "a b c d"),
    ({"type": "sequence", "layers": [{"type": "conv", "kernel": "$i", "repeat": "$i"}]}, "i"),
    ({"type": "sequence", "layers": [{"type": "conv", "kernel": "$i", "repeat": 3}]}, ""),
    ({"type": "residual", "layers": [], "shortcut": "$s", "merge": "$m"}, "m s"),
    ({"type": "residual", "layers": [], "shortcut": [{"type": "conv", "kernel": "$k"}]}, "k"),
    ({"type": "branches", "branches": [[{"type": "conv", "kernel": "$k"}], {"when": "$w", "layers": []}]}, "k w"),
    ({"type": "branches", "branches": {"one": [{"type": "conv", "kernel": "$k"}]}}, "k"),
    ({"block": "unit", "with": {"repeat": "$(i + r)"}, "name": "$n"}, "base i k n r twice width"),
    ({"block": "outer"}, "base k n twice w width"),
    ({"type": "conv", "kernel": "$("}, ""),
    ({"type": "conv", "kernel": "$$k"}, ""),
]


@pytest.mark.parametrize(("item", "names"), ROWS)
def test_copies_of_items(item: dict[str, object], names: str) -> None:
    blocks = node_of({"blocks": BLOCKS}).value["blocks"].value
    assert " ".join(Mentions(blocks).of_copy(node_of(item))) == names


def test_blocks() -> None:
    found = Mentions(node_of({"blocks": BLOCKS}).value["blocks"].value)
    assert found.of_block("unit") == ("base", "k", "twice", "width")
    assert found.of_block("outer") == ("base", "k", "n", "twice", "w", "width")
