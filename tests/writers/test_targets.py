"""What a network can be written as."""

from __future__ import annotations

from importlib import import_module

import pytest

from rfcli.writers.targets import TARGETS


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_has_a_writer(target: str) -> None:
    assert callable(import_module(f"rfcli.writers.{TARGETS[target]}.layers").written)
