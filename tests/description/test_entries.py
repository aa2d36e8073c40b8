"""Lists and numbers of other tools' layouts: what is told to write, and that it is what was meant."""

from __future__ import annotations

import pytest

import rfcli

ALONE = "the kernel has the axes alone: "
PAIRS = "a pair [before, after] for each axis, the height before the width: "
BELOW = "what enlarges a map is a layer of its own kind: "
UP = "{type: conv_transpose, stride: 2, ...}, or {type: upsample, scale: 2} before it"
NAMED = "layers have names, not numbers: name the one that is meant, and write its name here"


@pytest.mark.parametrize(("size", "layer", "help"), [
    ("[32, 32]", "kernel: [3, 3, 64]", ALONE + "kernel: 3, filters: 64"),
    ("[32, 32]", "kernel: [3, 5, 3, 64]", ALONE + "kernel: [3, 5], filters: 64"),
    ("[32, 32]", "kernel: [64, 3, 3, 3]", ALONE + "kernel: 3, filters: 64"),
    ("[32]", "kernel: [9, 64]", ALONE + "kernel: 9, filters: 64"),
    ("[8, 8, 8]", "kernel: [3, 3, 3, 64]", ALONE + "kernel: 3, filters: 64"),
    ("[32, 32]", "kernel: 3, stride: [1, 2, 3, 1]", "write [2, 3], the axes alone"),
    ("[32, 32]", "kernel: 3, padding: [1, 1, 1, 1]", "write 1, all sides alike"),
    ("[32, 32]", "kernel: 3, padding: [0, 1, 0, 2]", PAIRS + "[[0, 1], [0, 2]], say"),
    ("[32]", "kernel: 3, padding: [2, 0]", "write [[2, 0]], a pair for the axis"),
    ("[32, 32]", "kernel: 3, stride: 0.5", BELOW + UP), ("[32, 32]", "kernel: 3, stride: 1/2", BELOW + UP),
    ("[32, 32]", "kernel: '3,5'", "write [3, 5], a number for each axis"),
    ("[-1, 32]", "kernel: 3", "write null: it is not known"), ("[None, 32]", "kernel: 3", "write null: it is not known"),
    ("[32, 32]", "kernel: 1, inputs: [-2]", NAMED), ("[32, 32]", "kernel: 1, inputs: [0]", f"{NAMED}, in quotes where it is a number"),
    ("[32, 32]", "kernel: 1, inputs: [-1]", f"{NAMED}; a layer without inputs takes the one before"),
    ("[32, 32]", "kernel: 1, from: -1", "leave it out: a layer without inputs takes the one before"),
    ("[32, 32]", "kernel: 1, from: -4", NAMED), ("[32, 32]", "kernel: 1, inputs: 'a, b'", "write [a, b]"),
])  # fmt: skip
def test_helps(size: str, layer: str, help: str) -> None:
    with pytest.raises(rfcli.DescriptionError) as raised:
        rfcli.loads(f"format: 1\ninput: {{size: {size}, channels: 3}}\nlayers: [{{type: conv, {layer}}}]")
    assert [one.help for one in raised.value.diagnostics] == [help]


@pytest.mark.parametrize(("size", "layer"), [
    ("[32, 32]", "kernel: [3, 3, 3]"), ("[32, 32]", "kernel: [3, 32, 64]"), ("[32, 32]", "kernel: 3, stride: [2, 2, 2]"),
    ("[32, 32]", "kernel: 3, stride: 2.5"), ("[32, 32]", "kernel: 3, padding: [1, 2, 3]"),
])  # fmt: skip
def test_what_is_not_known(size: str, layer: str) -> None:
    with pytest.raises(rfcli.DescriptionError) as raised:
        rfcli.loads(f"format: 1\ninput: {{size: {size}, channels: 3}}\nlayers: [{{type: conv, {layer}}}]")
    assert not any(one.mend for one in raised.value.diagnostics)
