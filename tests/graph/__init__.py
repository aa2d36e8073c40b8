"""Compiling, part by part."""

from __future__ import annotations

import json
from typing import Any

import rfcli
from rfcli.api.judging import validate
from rfcli.description.architecture import Architecture
from rfcli.description.nodes import Problems
from rfcli.graph.compile import compiled
from rfcli.graph.graph import Graph


def architecture(*layers: dict[str, Any], size: list[int | None] | None = None, **more: Any) -> Architecture:
    """A description read, of an input of 3 channels unless said otherwise."""
    document = {"format": 1, "input": {"size": size or [None], "channels": 3}, "layers": list(layers), **more}
    return rfcli.loads(json.dumps(document), "net.json")


def graph(*layers: dict[str, Any], size: list[int | None] | None = None, **more: Any) -> Graph:
    """A network compiled without problems."""
    problems = Problems()
    found = compiled(architecture(*layers, size=size, **more), problems)
    assert found is not None, list(problems)
    return found


def refused(*layers: dict[str, Any], size: list[int | None] | None = None, **more: Any) -> list[tuple[str, str]]:
    """Codes and messages of what is wrong with a network."""
    try:
        architecture(*layers, size=size, **more)
    except rfcli.DescriptionError as error:
        return [(one.code, one.message) for one in error.diagnostics]
    return [(one.code, one.message) for one in validate(architecture(*layers, size=size, **more))]


def conv(kernel: int = 3, **more: Any) -> dict[str, Any]:
    return {"type": "conv", "kernel": kernel, "filters": 4, **more}
