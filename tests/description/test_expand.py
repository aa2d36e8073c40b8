"""What is empty, or emptied by `when`, is the identity: it adds no layer, and its name stands for what it takes."""

from __future__ import annotations

import pytest

import rfcli

EMPTY = [
    "{name: s, type: sequence, layers: []}",
    "{name: s, type: sequence, layers: [{type: relu, when: $wide}]}",
    "{name: s, type: branches, branches: []}",
    "{name: s, type: branches, branches: {left: {when: $wide, layers: [{type: relu}]}}}",
    "{name: s, type: branches, merge: none, branches: []}",
    "{name: s, block: nothing}",
    "{name: s, type: relu, repeat: 0}",
]


@pytest.mark.parametrize("item", EMPTY)
def test_what_is_empty_changes_nothing(item: str) -> None:
    text = (
        "format: 1\nparameters: {wide: false}\nblocks: {nothing: {layers: []}}\ninput: {size: 9}\nlayers:\n"
        f"  - {{name: a, type: conv, kernel: 3}}\n  - {item}\n  - {{name: z, type: conv, kernel: 3}}\n"
    )
    report = rfcli.compute(rfcli.loads(text))
    assert [(layer.name, layer.inputs) for layer in report.layers] == [("a", ("input",)), ("z", ("a",))]
    assert report.layer("z").receptive_field.size == (5, 5)
    if "repeat" not in item:
        assert report.layer("s").receptive_field.size == (3, 3)
