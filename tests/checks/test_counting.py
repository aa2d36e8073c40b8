"""RF519: blocks are looked at as well, and foreign models have no counters."""

from __future__ import annotations

import rfcli

TEXT = """format: 1
input: {size: [99], channels: 4}
blocks: {unit: {layers: [{type: conv, kernel: $(3 if i > 0 else 1), repeat: 2}]}}
layers: [{block: unit}]
"""


def test_a_block() -> None:
    (found,) = rfcli.check(rfcli.loads(TEXT, "net.yaml"), select=["RF519"]).diagnostics
    assert (found.message, found.help) == ("i > 0 is always true: repetitions are counted from 1", "write i > 1")
    assert str(found.span) == "net.yaml:3:47"
