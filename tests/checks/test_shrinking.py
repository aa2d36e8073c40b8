"""RF520: which sizes of an upsampling look like what it enlarges by."""

from __future__ import annotations

import pytest

import rfcli


@pytest.mark.parametrize(("size", "given", "told"), [
    ("[64, 48]", "size: 2", True), ("[64, 48]", "size: [2, 4]", True), ("[64, 48]", "size: 9", False),
    ("[64, 48]", "size: [2, 96]", False), ("[64, 48]", "scale: 2", False), ("[2, 2]", "size: 4", False),
    ("[1000]", "size: [2]", True), ("[16, 16, 16]", "size: 2", True), ("null", "size: 2", False),
])  # fmt: skip
def test_sizes(size: str, given: str, told: bool) -> None:
    text = f"format: 1\ninput: {{size: {size}, channels: 3}}\nlayers: [{{type: upsample, {given}}}]"
    assert bool(rfcli.check(rfcli.loads(text, "net.yaml"), select=["RF520"]).diagnostics) is told
