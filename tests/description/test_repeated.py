"""Repeated residuals of which every copy takes a stride."""

from __future__ import annotations

import pytest

import rfcli
from rfcli.description.repeated import strided

BLOCK = """
blocks:
  unit:
    parameters: {stride: 1}
    layers:
      - {type: residual, layers: [{type: conv, kernel: 3, stride: $stride, padding: 1, filters: 3}],
         shortcut: [{type: conv, kernel: 1, stride: $stride, filters: 3}]}
  plain: {parameters: {stride: 1}, layers: [{type: conv, kernel: 3, stride: $stride, padding: 1, filters: 3}]}"""
CONVS = "{type: conv, kernel: 3, stride: 2, padding: 1, filters: 3}], shortcut: [{type: conv, kernel: 1, stride: 2, filters: 3}]"


@pytest.mark.parametrize(("item", "strides"), [
    ("{type: residual, name: a, repeat: 2, layers: [" + CONVS + "}", [2]),
    ("{type: residual, name: a, layers: [" + CONVS + "}", []),
    ("{type: residual, name: a, repeat: 1, layers: [" + CONVS + "}", []),
    ("{type: sequence, name: a, repeat: 2, layers: [{type: residual, layers: [" + CONVS + "}]}", []),
    ("{block: unit, name: a, repeat: 2, with: {stride: 2}}", [2]), ("{block: unit, name: a, with: {stride: 2}}", []),
    ("{block: unit, name: a, repeat: 2, with: {stride: 1}}", []), ("{block: unit, name: a, repeat: 2}", []),
    ("{block: unit, name: a, repeat: 2, with: {stride: $(2 if i == 1 else 1)}}", []),
    ("{block: plain, name: a, repeat: 2, with: {stride: 2}}", []),
])  # fmt: skip
def test_strides(item: str, strides: list[int]) -> None:
    text = f"format: 1\ninput: {{size: 64, channels: 3}}{BLOCK}\nlayers:\n  - {item}\n"
    nodes = rfcli.loads(text, "net.yaml").nodes
    assert [one.stride for one in strided(nodes)] == strides
