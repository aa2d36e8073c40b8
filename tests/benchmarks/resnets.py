"""ResNet-50 as an ONNX model."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from onnx import TensorProto, helper, save


def resnet50(path: Path, weights: bool) -> None:
    """ResNet-50 as torch exports it for inference: batch norms are folded into convolutions, 25.5 million weights.
    Without weights their shapes are left, as in files that were stripped of them."""
    nodes: list[Any] = []
    tensors: list[Any] = []

    def tensor(name: str, dims: list[int]) -> str:
        count = 1
        for n in dims:
            count *= n
        made = TensorProto(name=name, dims=dims, data_type=TensorProto.FLOAT)
        if weights:
            made.raw_data = os.urandom(4 * count)
        tensors.append(made)
        return name

    def add(type: str, inputs: list[str], **given: Any) -> str:
        name = f"n{len(nodes)}"
        nodes.append(helper.make_node(type, inputs, [name], name=f"{type}_{len(nodes)}", **given))
        return name

    def conv(x: str, inputs: int, filters: int, kernel: int, stride: int = 1) -> str:
        at = len(nodes)
        wide = [tensor(f"w{at}", [filters, inputs, kernel, kernel]), tensor(f"b{at}", [filters])]
        return add("Conv", [x, *wide], kernel_shape=[kernel] * 2, strides=[stride] * 2, pads=[kernel // 2] * 4)

    x = add("Relu", [conv("x", 3, 64, 7, 2)])
    x = add("MaxPool", [x], kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4)
    width = 64
    for stage, count in enumerate((3, 4, 6, 3)):
        inner = 64 << stage
        for unit in range(count):
            stride = 2 if stage and not unit else 1
            y = add("Relu", [conv(x, width, inner, 1)])
            y = add("Relu", [conv(y, inner, inner, 3, stride)])
            y = conv(y, inner, 4 * inner, 1)
            x = add("Relu", [add("Add", [y, x if unit else conv(x, width, 4 * inner, 1, stride)])])
            width = 4 * inner
    x = add("Flatten", [add("GlobalAveragePool", [x])])
    last = add("Gemm", [x, tensor("w", [1000, width]), tensor("b", [1000])], transB=1)
    inputs, outputs = (
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, dims)]
        for name, dims in (("x", [1, 3, 224, 224]), (last, [1, 1000]))
    )
    graph = helper.make_graph(nodes, "resnet50", inputs, outputs, tensors)
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]), path)
