"""Diagrams of all bundled networks, and of small ones made for a purpose."""

from __future__ import annotations

from functools import cache

import rfcli
from rfcli import resources
from rfcli.render.diagram.outline import Outline, outlined

NETWORKS = list(resources.architectures())


@cache
def outline(name: str, depth: int | None = None) -> Outline:
    """The outline of a bundled network."""
    return outlined(rfcli.compute(name), depth)


def outline_of(*layers: dict[str, object], depth: int | None = None) -> Outline:
    """The outline of a network of these layers on 64 samples."""
    return outlined(rfcli.compute({"format": 1, "input": {"size": [64], "channels": 2}, "layers": list(layers)}), depth)


def conv(name: str, kernel: int = 3, **more: object) -> dict[str, object]:
    """A convolution that keeps the map's size."""
    return {"type": "conv", "name": name, "kernel": kernel, "padding": "same", "filters": 2, **more}
