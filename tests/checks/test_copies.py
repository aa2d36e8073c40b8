"""RF514: which copies lead nowhere."""

from __future__ import annotations

import pytest

import rfcli

HEAD = "format: 1\ninput: {size: 16, channels: 4}\ndefaults: {conv: {kernel: 3, padding: 1, filters: 4}}\n"


def idle(layers: str, outputs: str = "") -> list[str]:
    """What is said of copies."""
    network = rfcli.loads(f"{HEAD}{outputs}\nlayers: [{{name: a, type: conv}}, {layers}]")
    return [one.message for one in rfcli.check(network, select=["RF514"]).diagnostics]


@pytest.mark.parametrize(
    ("layers", "outputs", "named"),
    [
        ("{name: c, type: conv, repeat: 3, inputs: [a]}", "", "'c_1', 'c_2'"),
        ("{name: c, type: conv, repeat: 3, inputs: [a]}, {name: z, type: conv}", "", "'c_1', 'c_2'"),
        ("{name: c, type: conv, repeat: 3, inputs: [a]}, {name: z, type: add, inputs: [c_1, c_3]}", "", "'c_2'"),
        ("{name: s, type: sequence, repeat: 2, inputs: [a], layers: [{name: c, type: conv}]}", "", "'s_1/c'"),
        ("{name: c, type: conv, repeat: 3, inputs: [a]}, {name: z, type: conv}", "outputs: [z, c_1]", "'c_2'"),
        ("{name: c, type: conv, repeat: 3, inputs: [a]}", 'outputs: ["c_*"]', ""),
        ("{name: c, type: conv, repeat: 3, inputs: [a], chain: true}", "", ""),
        ("{name: c, type: conv, repeat: 3, inputs: [a], chain: false}", "", ""),
        ("{name: c, type: conv, repeat: 3}", "", ""),
        ("{name: c, type: conv, repeat: 1, inputs: [a]}", "", ""),
        ("{name: c, type: conv, repeat: 2, inputs: [a]}, {name: z, type: add, inputs: ['c_*']}", "", ""),
        ("{name: c, type: conv, repeat: 2, inputs: [a]}, {name: z, type: resize, like: c_1, inputs: [c_2]}", "", ""),
    ],
)
def test_copies(layers: str, outputs: str, named: str) -> None:
    said = idle(layers, outputs)
    assert [one.rpartition("nothing reads ")[2] for one in said] == ([named] if named else [])
