"""Sweeps for tests."""

from typing import Any

from rfcli.sweeping import asking
from rfcli.sweeping.chunks import Sweep

NET: dict[str, Any] = {
    "format": 1,
    "input": {"size": [64, 32], "channels": 3},
    "parameters": {"k": 3, "n": 2, "f": 8},
    "layers": [{"name": "c", "type": "conv", "kernel": "$k", "filters": "$f", "repeat": "$n"}],
}
"""n convolutions of k: the field is 1 + n (k - 1), n (k - 1) samples are lost, and the parameters are
f (3 k k + 1) + (n - 1) f (f k k + 1)."""


def asked(grid: dict[str, Any], net: Any = None, **more: Any) -> Sweep:
    """A sweep of one network."""
    settings = more.pop("settings", None)
    network = asking.network_of(NET if net is None else net, settings, None)
    return asking.sweep_of([network], asking.grid_of(grid), **more)
