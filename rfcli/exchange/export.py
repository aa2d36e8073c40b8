"""What a network can be written as: the targets, and the exporter of each."""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.graph.graph import Graph

TARGETS = {
    "torch": "torch_out",
    "onnx": "onnx_out",
    "keras-json": "keras_out",
}
"""Target -> the module of this package that writes it, by `written(graph)`: text, or bytes."""


def exported(graph: Graph, to: str) -> str | bytes:
    """A network for a target. Raises `DescriptionError` with all layers that the target cannot say, `CallError` where
    a package is missing, `KeyError` for an unknown target."""
    found: str | bytes = import_module(f"rfcli.exchange.{TARGETS[to]}").written(graph)
    return found
