"""RF521: the copies multiply their strides."""

from __future__ import annotations

import rfcli

TEXT = """format: 1
input: {size: 64, channels: 3}
layers:
  - {type: residual, name: unit, repeat: 3, layers: [{type: max_pool, kernel: 2}], shortcut: [{type: avg_pool, kernel: 2, stride: 2}]}
"""


def test_a_stage() -> None:
    network = rfcli.loads(TEXT, "net.yaml")
    (found,) = rfcli.check(network, select=["RF521"]).diagnostics
    assert (str(found.span), "$(2 if i == 1 else 1)" in found.help) == ("net.yaml:4:131", True)
    assert rfcli.compute(network).layer("unit_3").receptive_field.stride == (8, 8)
