"""RF522: what a recurrent layer sees of a line of text, by what it says."""

from __future__ import annotations

import pytest

import rfcli

TEXT = """format: 1
input: {size: [4, 64], channels: 1}
layers:
  - {name: pool, type: max_pool, kernel: [4, 1]}
  - {name: text, type: lstm, units: 8%s}
"""


@pytest.mark.parametrize(
    ("said", "found", "unbounded"),
    [("", 1, ("before", None)), (", along: w", 0, (None, "before")), (", along: h", 0, ("before", None))],
)
def test_a_line_of_text(said: str, found: int, unbounded: tuple[str | None, ...]) -> None:
    network = rfcli.loads(TEXT % said, "net.yaml")
    assert len(rfcli.check(network, select=["RF522"]).diagnostics) == found
    assert rfcli.compute(network).layer("text").receptive_field.unbounded == unbounded
