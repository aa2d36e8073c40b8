"""What a description says of its blocks and parameters, before anything of it is checked."""

import pytest

import rfcli
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


def test_a_function_with_a_word_of_python_in_yaml_and_json() -> None:
    """Its parameters have no places of their own in the text; one that may not be called so is written otherwise."""
    for text in ('format: 1\nblocks:\n  "u(in, k=3)":\n    - {type: relu}\nlayers: []\n',
                 '{"format": 1, "blocks": {"u(in, k=3)": [{"type": "relu"}]}, "layers": []}'):  # fmt: skip
        with pytest.raises(rfcli.DescriptionError) as error:
            rfcli.loads(text)
        assert error.value.diagnostics[0].help == "write u: {parameters: {in_: null, k: 3}, layers: [...]}"
        assert {one.code for one in error.value.diagnostics} <= {"RF211", "RF103"}
