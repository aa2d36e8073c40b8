"""Models of ONNX made for one point each."""

from __future__ import annotations

from math import prod
from typing import Any

from onnx import TensorProto, helper


def of(
    nodes: list[Any], inputs: dict[str, list[Any]], outputs: list[str], weights: dict[str, list[int]] | None = None,
    opset: int = 17, functions: tuple[Any, ...] = (), **more: Any,
) -> bytes:  # fmt: skip
    """A model of a graph, whose inputs and weights, all zeros, have the given shapes."""
    listed = [helper.make_tensor(name, TensorProto.FLOAT, dims, bytes(4 * prod(dims)), raw=True)
              for name, dims in (weights or {}).items()]  # fmt: skip
    graph = helper.make_graph(
        nodes,
        "net",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in inputs.items()],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs],
        **{"initializer": listed, **more},
    )
    opsets = [
        helper.make_opsetid(domain, version)
        for domain, version in {"": opset, **{one.domain: 1 for one in functions}}.items()
    ]
    return bytes(helper.make_model(graph, opset_imports=opsets, functions=functions).SerializeToString())


def model(nodes: list[Any], shape: list[Any], weights: dict[str, list[int]], opset: int = 17) -> bytes:
    """A graph from `x` to `y`."""
    return of(nodes, {"x": shape}, ["y"], weights, opset)


def conv(**attributes: Any) -> bytes:
    node = helper.make_node("Conv", ["x", "w"], ["y"], name="c", **attributes)
    return model([node], [1, 2, 15, 20], {"w": [4, 2, 3, 5]})
