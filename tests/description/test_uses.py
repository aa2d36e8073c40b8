"""Names that the expressions of a description use."""

from __future__ import annotations

import rfcli
from rfcli.description.uses import names, unused

TEXT = """
format: 1
parameters: {a: 1, b: $a, c: 2}
blocks:
  unit: {parameters: {c: 3, d: 4}, layers: [{type: conv, kernel: "$(c + b)"}]}
layers: [{block: unit, repeat: 2}, {name: "x_$(i)", type: relu, repeat: 1}]
"""


def test_names_and_parameters() -> None:
    nodes = rfcli.loads(TEXT, name="net.yaml").nodes
    assert names(nodes["blocks"]) == {"b", "c"} and names(nodes["layers"]) == {"i"}
    found = [(one.name, one.what, one.hidden) for one in unused(nodes)]
    assert found == [("d", "parameter 'd' of block 'unit'", ""), ("c", "parameter 'c'", "unit")]
