"""RF516: which sizes look like a framework's tensor, or like the length of a signal."""

from __future__ import annotations

import pytest

import rfcli


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("size: [3, 224, 224]", True),
        ("size: [224, 224, 3]", True),
        ("size: [1, 28, 28]", True),
        ("size: [1, 16000]", True),
        ("size: [16000, 1]", True),
        ("size: [3, 224, 224], channels: 1", False),
        ("size: [3, 224, 224], channels: 3", True),
        ("size: [224, 224, 3], channels: 3", True),
        ("size: [16000, 1], channels: 1", True),
        ("size: [64, 64, 3], channels: 3, dims: 3", False),
        ("size: [2, 224, 224]", False),
        ("size: [3, 8, 8]", False),
        ("size: [32, 3, 32]", False),
        ("size: [3, null, null]", False),
        ("size: [16000]", False),
        ("size: 3", False),
        ("size: 16000", True),
        ("size: 16000, channels: 1", True),
        ("size: 8000", True),
        ("size: 4096, channels: 3", False),
        ("size: 100, rate: 16000, channels: 1", True),
        ("size: [100], rate: 16000, channels: 1", False),
        ("size: [16000, 16000], channels: 3", False),
        ("size: 16000, dims: 2, channels: 3", False),
        ("size: 16000, dims: 1, channels: 1", False),
    ],
)
def test_sizes(given: str, told: bool) -> None:
    network = rfcli.loads(f"format: 1\ninput: {{{given}}}\nlayers: [{{name: c, type: conv, kernel: 1}}]")
    assert len(rfcli.check(network, select=["RF516"]).diagnostics) == told
