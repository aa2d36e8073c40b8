"""Analyses of small networks whose numbers are worked out by hand."""

from __future__ import annotations

import json
from typing import Any

import rfcli
from rfcli.engine.report import Report


def report(*layers: dict[str, Any], size: list[int | None] | None = None, how: Any = None, **more: Any) -> Report:
    """A network of one axis and 3 channels, unless said otherwise, computed."""
    document = {"format": 1, "input": {"size": size or [None], "channels": 3}, "layers": list(layers), **more}
    return rfcli.compute(rfcli.loads(json.dumps(document), "net.json"), **(how or {}))


def conv(kernel: int = 3, **more: Any) -> dict[str, Any]:
    return {"type": "conv", "kernel": kernel, "filters": 4, **more}
