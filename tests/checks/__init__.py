"""Design rules on small networks whose numbers are worked out by hand."""

from __future__ import annotations

import json
from typing import Any

import rfcli


def conv(kernel: int = 3, **more: Any) -> dict[str, Any]:
    return {"type": "conv", "kernel": kernel, "filters": 4, **more}


def found(
    code: str, *layers: dict[str, Any], size: list[int | None] | None = None, how: Any = None, **more: Any
) -> list[str]:
    """What a rule says of a network of one axis and 4 channels, unless said otherwise."""
    document = {"format": 1, "input": {"size": size or [32], "channels": 4}, "layers": list(layers), **more}
    result = rfcli.check(rfcli.loads(json.dumps(document), "net.json"), select=[code], **(how or {}))
    assert {one.code for one in result.diagnostics} <= {code}
    return [one.message for one in result.diagnostics]
