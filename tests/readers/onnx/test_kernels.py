"""Masks of kernels in ONNX models: factors of 0 and 1, and zeros that an exporter has folded in."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

import rfcli
from rfcli.readers.onnx.constants import Extent
from rfcli.readers.onnx.kernels import kept_of, read, triangle, written
from rfcli.readers.tracing.maps import Constant, Kept

A = numpy.array([[1, 1, 1], [1, 0, 0], [0, 0, 0]], dtype=numpy.float32)
CROSS = numpy.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], dtype=numpy.float32)


def model(channels: int, *initializers: Any, nodes: Any, external: bool = False) -> bytes:
    from onnx import TensorProto, helper, numpy_helper

    tensors = [numpy_helper.from_array(array, name) for name, array in initializers]
    if external:
        for tensor in tensors:
            tensor.ClearField("raw_data")
            tensor.data_location = TensorProto.EXTERNAL
            tensor.external_data.add(key="location", value="weights.bin")
    inputs = [helper.make_tensor_value_info("x", 1, [1, channels, 9, 9])]
    outputs = [helper.make_tensor_value_info("y", 1, None)]
    made = helper.make_model(helper.make_graph(nodes, "net", inputs, outputs, tensors))
    return bytes(made.SerializeToString())


def layer(data: bytes) -> tuple[Any, rfcli.LayerReport]:
    architecture = rfcli.loads(data, name="net.onnx")
    return architecture.entries[-1].layer.given.get("mask"), rfcli.compute(architecture).layers[-1]


def masked(weight: Any, mask: Any, swapped: bool = False, **more: Any) -> bytes:
    from onnx import helper

    product = ["m", "w"] if swapped else ["w", "m"]
    nodes = [
        helper.make_node("Mul", product, ["masked"], name="mul"),
        helper.make_node("Conv", ["x", "masked"], ["y"], name="conv", pads=[1, 1, 1, 1]),
    ]
    return model(weight.shape[1], ("w", weight), ("m", mask), nodes=nodes, **more)


def rand(*shape: int) -> Any:
    return numpy.random.default_rng(0).random(shape, dtype=numpy.float32) + 0.5


@pytest.mark.parametrize("width", [4, 64])
@pytest.mark.parametrize("swapped", [False, True])
def test_a_factor_of_0_and_1_is_a_mask_and_no_weight(width: int, swapped: bool) -> None:
    """Of a tensor of 64x64 channels the values are left out while the file is read."""
    weight = rand(width, width, 3, 3)
    for mask in (A, A.reshape(1, 1, 3, 3), numpy.broadcast_to(A, weight.shape).copy()):
        given, report = layer(masked(weight, mask, swapped))
        assert (given, report.cost.params) == ("strictly_causal", width * width * 9)
        assert report.receptive_field is not None and report.receptive_field.size == (2, 3)
    given, report = layer(masked(weight, CROSS))
    assert given == CROSS.astype(int).tolist()


@pytest.mark.parametrize("width", [4, 64])
def test_taps_that_are_zero_between_all_channels_are_a_mask(width: int) -> None:
    """Exporters multiply masks into the weights: whatever their shape, a tap of zeros reads nothing."""
    from onnx import helper

    conv = helper.make_node("Conv", ["x", "w"], ["y"], name="conv", pads=[1, 1, 1, 1])
    for mask, said in ((A, "strictly_causal"), (CROSS, CROSS.astype(int).tolist()), (A * 0, None), (A * 0 + 1, None)):
        given, report = layer(model(width, ("w", rand(width, width, 3, 3) * mask), nodes=[conv]))
        assert (given, report.cost.params) == (said, width * width * 9)
    one = rand(width, width, 3, 3)
    one[0, 0] *= A
    assert layer(model(width, ("w", one), nodes=[conv]))[0] is None


@pytest.mark.zoo
def test_zeros_are_read_as_a_runtime_reads_them() -> None:
    """A plus of taps: what changes an output when samples are changed one by one, by ONNX Runtime."""
    import onnxruntime as runtime
    from onnx import helper

    conv = helper.make_node("Conv", ["x", "w"], ["y"], name="conv", pads=[1, 1, 1, 1])
    data = model(1, ("w", rand(2, 1, 3, 3) * CROSS), nodes=[conv])
    session = runtime.InferenceSession(data)
    zeros = numpy.zeros((1, 1, 9, 9), numpy.float32)
    seen = set()
    for at in numpy.ndindex(9, 9):
        changed = zeros.copy()
        changed[0, 0][at] = 1
        made = session.run(None, {"x": changed})[0]
        seen |= {at} if (made[0, :, 4, 4] != 0).any() else set()
    found = rfcli.located(rfcli.loads(data, "net.onnx"), "conv").points((4, 4))
    assert found is not None and found.count == len(seen) == 5


def test_masks_go_through_what_leaves_zeros() -> None:
    """Weight normalisation divides by a length; a triangle leaves one side of the diagonal."""
    from onnx import helper

    nodes = [
        helper.make_node("Mul", ["w", "m"], ["masked"]),
        helper.make_node("ReduceL2", ["masked"], ["length"], axes=[1, 2, 3]),
        helper.make_node("Div", ["masked", "length"], ["normed"]),
        helper.make_node("Conv", ["x", "normed"], ["y"], name="conv", pads=[1, 1, 1, 1]),
    ]
    assert layer(model(4, ("w", rand(4, 4, 3, 3)), ("m", A), nodes=nodes))[0] == "strictly_causal"
    for upper, said in ((0, [[1, 0, 0], [1, 1, 0], [1, 1, 1]]), (1, [[1, 1, 1], [0, 1, 1], [0, 0, 1]])):
        nodes = [
            helper.make_node("Trilu", ["w"], ["half"], upper=upper),
            helper.make_node("Conv", ["x", "half"], ["y"], name="conv", pads=[1, 1, 1, 1]),
        ]
        assert layer(model(4, ("w", rand(4, 4, 3, 3)), nodes=nodes))[0] == said


@pytest.mark.parametrize("diagonal", [Extent("x", "h"), float("inf"), None], ids=["a size", "inf", "unknown"])
def test_a_triangle_from_a_diagonal_that_is_no_number(diagonal: Any) -> None:
    """Nothing of a kernel is left out for sure: all of it counts as read."""
    kernel = Constant((4, 4, 3, 3), None, (("w", 144),))
    assert triangle([kernel, Constant((), [diagonal], ())], kernel.shape, 1) is None
    below = triangle([kernel, Constant((), [1], ())], kernel.shape, 1)
    assert below is not None and below.taps == ((0, 1), (0, 2), (1, 2))


def test_other_factors_are_weights() -> None:
    given, report = layer(masked(rand(4, 4, 3, 3), rand(4, 1, 1, 1)))
    assert (given, report.cost.params) == (None, 148)
    assert report.receptive_field is not None and report.receptive_field.size == (3, 3)


@pytest.mark.parametrize(
    ("operation", "given", "taps"),
    [
        ("Trilu", {"upper": 0}, [[1, 0, 0], [1, 1, 0], [1, 1, 1]]),
        ("Trilu", {}, [[1, 1, 1], [0, 1, 1], [0, 0, 1]]),
        ("EyeLike", {}, [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
    ],
)
def test_masks_that_the_graph_works_out(operation: str, given: dict[str, int], taps: list[list[int]]) -> None:
    from onnx import helper, numpy_helper

    one = numpy_helper.from_array(numpy.ones(1, numpy.float32))
    nodes = [
        helper.make_node("ConstantOfShape", ["shape"], ["ones"], name="ones", value=one),
        helper.make_node(operation, ["ones"], ["m"], name="mask", **given),
        helper.make_node("Mul", ["w", "m"], ["masked"], name="mul"),
        helper.make_node("Conv", ["x", "masked"], ["y"], name="conv", pads=[1, 1, 1, 1]),
    ]
    found, conv = layer(model(2, ("w", rand(4, 2, 3, 3)), ("shape", numpy.array([3, 3])), nodes=nodes))
    assert found == taps and conv.cost.params == 4 * 2 * 9


def test_a_mask_in_another_file_is_unknown() -> None:
    _, report = layer(masked(rand(4, 4, 3, 3), A.reshape(1, 1, 3, 3), external=True))
    assert report.receptive_field is not None
    assert any("not in the file: store them inside the model" in note for note in report.receptive_field.notes)


def test_transposed_convolutions() -> None:
    from onnx import helper

    nodes = [
        helper.make_node("Mul", ["w", "m"], ["masked"]),
        helper.make_node("ConvTranspose", ["x", "masked"], ["y"], name="up", pads=[1, 1, 1, 1]),
    ]
    given, _ = layer(model(4, ("w", rand(4, 2, 3, 3)), ("m", A), nodes=nodes))
    assert given == A.astype(int).tolist()


def test_taps_as_text() -> None:
    kept = kept_of(numpy.broadcast_to(A, (2, 2, 3, 3)))
    assert kept == Kept(((0, 0), (0, 1), (0, 2), (1, 0)), True)
    assert written(kept, (3, 3)) == "111100000m" and read("111100000m", (3, 3)) == kept
    assert read("111", (3, 3)) is None and read("000000000", (3, 3)) is None and read("", (3, 3)) is None
    assert kept_of(rand(2, 2, 3, 3)) is None and kept_of(rand(3, 3)) is None and kept_of(rand(2, 2, 1, 1)) is None
