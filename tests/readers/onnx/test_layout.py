"""Changes of layout, by the operator specification: none moves a sample, and only a flattening is more than the identity."""

from __future__ import annotations

import pytest

from readers.onnx.one_node import Before, Case, Map, X, agrees, case, node, whole

THIN = Map((1, 4, 1, 6))

LAYOUT = [
    case(node("Reshape", X, whole(1, -1)), "flatten"),
    case(node("Reshape", X, whole(0, 120)), "flatten"),
    case([node("Reshape", X, whole(0, 2, 2, 5, 6)), node("Transpose", Before(), perm=[0, 2, 1, 3, 4]), node("Reshape", Before(), whole(1, 4, 5, 6))],
         "identity", "identity", "identity"),
    case([node("Reshape", X, whole(1, 4, -1)), node("Reshape", Before(), whole(0, 0, 5, 6))], "identity", "identity"),
    case(node("Reshape", X, whole(1, 4, 4, 6)), unknown="Reshape: 5 entries are split into 4"),
    case(node("Flatten", X), "flatten"),
    case(node("Flatten", X, axis=-3), "flatten"),
    case([node("Flatten", X, axis=2), node("Reshape", Before(), whole(1, 4, 5, 6))], "identity", "identity"),
    case([node("Transpose", X), node("Transpose", Before())], "identity", "identity"),
    case([node("Transpose", X, perm=[0, 2, 3, 1]), node("Transpose", Before(), perm=[0, 3, 1, 2])], "identity", "identity"),
    case([node("Squeeze", THIN, whole(2)), node("Unsqueeze", Before(), whole(-2))], "identity", "identity"),
    case([node("Squeeze", Map((2, 4, 1, 6))), node("Unsqueeze", Before(), whole(2))], "identity", "identity"),
    case([node("Squeeze", THIN, axes=[2]), node("Unsqueeze", Before(), axes=[2])], "identity", "identity", opset=11),
    # Sizes that are worked out while reading.
    case([node("Shape", X, start=1, end=2), node("Concat", whole(1), Before(), whole(-1), axis=0), node("Reshape", X, Before()), node("Reshape", Before(), whole(1, 4, 5, 6))],
         "identity", "identity"),
    case([node("Size", X), node("Unsqueeze", Before(), whole(0)), node("Concat", whole(1), Before(), axis=0), node("Reshape", X, Before())], "flatten"),
]  # fmt: skip


@pytest.mark.parametrize("one", LAYOUT)
def test_layout(one: Case) -> None:
    agrees(one)
