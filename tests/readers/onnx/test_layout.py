"""Changes of layout, by the operator specification: none moves a sample, and only a flattening is more than the identity."""

from __future__ import annotations

import numpy
import onnx
import pytest

import rfcli
from readers.onnx.one_node import Before, Case, Map, X, agrees, case, node, trained, whole

THIN = Map((1, 4, 1, 6))

LAYOUT = [
    case(node("Reshape", X, whole(1, -1)), "flatten"),
    case(node("Reshape", X, whole(0, 120)), "flatten"),
    case([node("Reshape", X, whole(0, 2, 2, 5, 6)), node("Transpose", Before(), perm=[0, 2, 1, 3, 4]), node("Reshape", Before(), whole(1, 4, 5, 6))],
         "identity", "identity", ("channel_shuffle", {"groups": 2})),
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


ROW, IMAGE = Map((1, 3, 7)), Map((1, 3, 5, 6))
ONE = node("Conv", ROW, trained(1, 3, 3), pads=[1, 1])
PLANE = node("Conv", IMAGE, trained(1, 3, 3, 3), pads=[1, 1, 1, 1])
AGAIN = node("Conv", Before(), trained(2, 1, 3), pads=[1, 1])
FIRST = ("conv", {"kernel": 3, "padding": 1, "filters": 1, "bias": False})
SECOND = ("conv", {"kernel": 3, "padding": 1, "filters": 2, "bias": False})
BACK = node("Unsqueeze", Before(), whole(1))

# A map of one channel is the same map without the dimension of its channels.
ONE_CHANNEL = [
    case([ONE, node("Squeeze", Before(), whole(1)), BACK, AGAIN], FIRST, "identity", "identity", SECOND),
    case([ONE, node("Squeeze", Before()), node("Unsqueeze", Before(), whole(0, 1)), AGAIN], FIRST, "identity", "identity", SECOND),
    case([ONE, node("Reshape", Before(), whole(0, -1)), BACK, AGAIN], FIRST, "identity", "identity", SECOND),
    case([ONE, node("Reshape", Before(), whole(1, 7)), node("Sigmoid", Before()), BACK, AGAIN], FIRST, "identity", "sigmoid", "identity", SECOND),
    case([ONE, node("Reshape", Before(), whole(-1)), node("Reshape", Before(), whole(1, 1, 7)), AGAIN], FIRST, "identity", "identity", SECOND),
    case([ONE, node("Flatten", Before()), BACK], FIRST, "identity", "identity"),
    case([ONE, node("Flatten", Before(), axis=2), BACK], FIRST, "identity", "identity"),
    case([ONE, node("Gather", Before(), whole(0)[0], axis=1), BACK], FIRST, "identity", "identity"),
    case([ONE, node("Transpose", Before(), perm=[0, 2, 1]), node("MatMul", Before(), trained(1, 1)), node("Squeeze", Before(), whole(2)), BACK],
         FIRST, "identity", ("conv", {"kernel": 1, "filters": 1, "bias": False}), "identity", "identity"),
    case([ONE, node("Squeeze", Before(), whole(1)), node("BatchNormalization", Before(), *(trained(7),) * 4), BACK],
         FIRST, "identity", ("custom", {"filters": 1, "params": 14, "macs": 0}), "identity"),
    case([ONE, node("Squeeze", Before(), whole(1)), node("Gemm", Before(), trained(7, 4))],
         FIRST, "identity", "flatten", ("linear", {"units": 4, "bias": False})),
    case([ONE, node("Flatten", Before()), node("Concat", Before(), Before(), axis=1)], FIRST, "identity", "flatten", "flatten", "concat"),
    case([PLANE, node("Squeeze", Before(), whole(1)), BACK], ("conv", {**FIRST[1]}), "identity", "identity"),
    case([PLANE, node("Flatten", Before()), node("Reshape", Before(), whole(0, 1, 5, 6))], FIRST, "flatten", "identity"),
    case([PLANE, node("Flatten", Before())], FIRST, "flatten"),
    # Rows of an image as channels: the kernel is as long as they are.
    case([PLANE, node("Squeeze", Before(), whole(1)), node("Conv", Before(), trained(2, 5, 3), pads=[1, 1]), node("Unsqueeze", Before(), whole(2))],
         FIRST, "identity", ("conv", {"kernel": [5, 3], "padding": [0, 1], "filters": 2, "bias": False}), "identity"),
]  # fmt: skip


# Blocks of space in channels, and back: the last of the three operations is the layer.
BLOCKS = [
    case([node("Reshape", Map((1, 3, 4, 6)), whole(1, 3, 2, 2, 3, 2)), node("Transpose", Before(), perm=[0, 3, 5, 1, 2, 4]),
          node("Reshape", Before(), whole(1, 12, 2, 3)), node("Sigmoid", Before())],
         "identity", "identity", ("space_to_depth", {"scale": 2}), "sigmoid"),
    case([node("Reshape", Map((1, 8, 4, 6)), whole(1, 2, 2, 2, 4, 6)), node("Transpose", Before(), perm=[0, 3, 4, 1, 5, 2]),
          node("Reshape", Before(), whole(1, 2, 8, 12)), node("Sigmoid", Before())],
         "identity", "identity", ("depth_to_space", {"scale": 2}), "sigmoid"),
    case([node("Reshape", Map((1, 2, 6)), whole(1, 2, 2, 3)), node("Transpose", Before(), perm=[0, 1, 3, 2]),
          node("Reshape", Before(), whole(1, 6, 2)), node("Sigmoid", Before())],
         "identity", "identity", ("pixel_unshuffle", {"scale": 3}), "sigmoid"),
]  # fmt: skip


@pytest.mark.parametrize("one", BLOCKS)
def test_blocks(one: Case) -> None:
    agrees(one)


@pytest.mark.parametrize("one", ONE_CHANNEL)
def test_one_channel(one: Case) -> None:
    agrees(one)


# Features that become a map: each position reads all of them.
GROWN = [
    case([node("Gemm", Map((2, 20)), trained(20, 128)), node("Reshape", Before(), whole(-1, 8, 4, 4)),
          node("ConvTranspose", Before(), trained(8, 4, 4, 4), strides=[2, 2], pads=[1, 1, 1, 1])],
         ("conv", {"kernel": 1, "filters": 128, "bias": False}), "identity",
         ("custom", {"filters": 8, "params": 0, "macs": 0}), ("upsample", {"size": 4}),
         ("conv_transpose", {"kernel": 4, "stride": 2, "padding": 1, "filters": 4, "bias": False})),
]  # fmt: skip


@pytest.mark.parametrize("one", GROWN)
def test_features_become_a_map(one: Case) -> None:
    agrees(one)


@pytest.mark.parametrize(
    ("shape", "view"), [((1, 24, 32, 1), (-1, 1, 24, 32)), ((1, 187, 1), (-1, 1, 187)), ((2, 187), (-1, 1, 187))]
)
def test_the_only_channel_is_put_in_front_by_a_reshape(shape: tuple[int, ...], view: tuple[int, ...]) -> None:
    """As converters of TensorFlow's models write the change of layout of a grey image: its axes stay its axes."""
    space, kernel = list(view[2:]), [3, 5][: len(view) - 2]
    nodes = [onnx.helper.make_node("Reshape", ["x", "to"], ["r"]),
             onnx.helper.make_node("Conv", ["r", "w"], ["y"], kernel_shape=kernel)]  # fmt: skip
    to = onnx.numpy_helper.from_array(numpy.array(view, dtype=numpy.int64), "to")
    weights = onnx.numpy_helper.from_array(numpy.ones((4, 1, *kernel), numpy.float32), "w")
    given = onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, shape)
    made = onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, None)
    graph = onnx.helper.make_graph(nodes, "g", [given], [made], [to, weights])
    report = rfcli.compute(rfcli.loads(onnx.helper.make_model(graph).SerializeToString(), "net.onnx"))
    last = report.layers[-1]
    assert (report.graph.architecture.inputs[0].size, report.graph.architecture.inputs[0].channels) == (tuple(space), 1)
    assert last.receptive_field.size == tuple(kernel)
    assert last.output_size == tuple(n - k + 1 for n, k in zip(space, kernel, strict=True))
