"""What a description says of its blocks and parameters, before anything of it is checked."""

from rfcli.description.defining import blocks_of, names_in
from rfcli.description.mapping import node_of


def test_blocks_and_parameters() -> None:
    root = node_of({"parameters": ["a", "b=2"], "blocks": {"u": {"parameters": {"k": 1}}, "v": {}, "w": []}}, "net")
    found = blocks_of(root)
    assert {name: None if node is None else node.plain() for name, node in found.items()} == {
        "u": {"k": 1}, "v": None, "w": None
    }  # fmt: skip
    assert names_in(root) == ("a", "b") and names_in(root.value["blocks"].value["u"]) == ("k",)
    assert names_in(node_of([], "net")) == () and blocks_of(node_of({"blocks": 3}, "net")) == {}
