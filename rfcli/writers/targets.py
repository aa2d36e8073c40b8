"""What a network can be written as: the targets, and the exporter of each."""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.graph.graph import Graph

TARGETS = {"torch": "torch", "onnx": "onnx", "keras-json": "keras"}
"""Target -> the folder of this one whose module `layers` writes it, by `written(graph)`: text, or bytes."""


def exported(graph: Graph, to: str) -> str | bytes:
    """A network for a target. Raises `DescriptionError` with all layers that the target cannot say, `CallError` where
    a package is missing, `KeyError` for an unknown target."""
    text: str | bytes = import_module(f"rfcli.writers.{TARGETS[to]}.layers").written(graph)
    return text
