"""Interpolation and rearrangements, by the operator specification."""

from __future__ import annotations

import pickle
from typing import Any

import numpy
import pytest
from onnx import TensorProto, numpy_helper
from onnx.helper import make_node as node_of

import rfcli
from readers.onnx.graphs import of
from readers.onnx.one_node import Before, Case, Map, X, agrees, case, node, whole

EIGHT, EVEN = Map((1, 8, 3, 4)), Map((1, 2, 4, 6))


def scales(*numbers: float) -> Any:
    return numpy.array(numbers, numpy.float32)


UP = scales(1, 1, 2, 3)
ROUNDED = {"mode": "nearest", "coordinate_transformation_mode": "half_pixel", "nearest_mode": "round_prefer_ceil"}

RESIZING = [
    case(node("DepthToSpace", EIGHT, blocksize=2), ("depth_to_space", {"scale": 2})),
    case(node("DepthToSpace", EIGHT, blocksize=2, mode="CRD"), ("pixel_shuffle", {"scale": 2})),
    case(node("SpaceToDepth", EVEN, blocksize=2), ("space_to_depth", {"scale": 2})),
    case(node("Upsample", X, UP), ("resize", {"scale": [2, 3], "coordinates": "asymmetric"}), opset=9),
    case(node("Upsample", X, mode="linear", scales=[1.0, 1.0, 2.0, 2.0]),
         ("resize", {"scale": 2, "mode": "linear", "coordinates": "asymmetric"}), opset=7, evaluated=False),
    case(node("Resize", X, UP), ("resize", {"scale": [2, 3], "coordinates": "asymmetric"}), opset=10, evaluated=False),
    case(node("Resize", X, None, UP), ("resize", {"scale": [2, 3]})),
    case(node("Resize", X, None, UP, coordinate_transformation_mode="asymmetric", nearest_mode="floor"),
         ("resize", {"scale": [2, 3], "coordinates": "asymmetric"})),
    case(node("Resize", X, None, None, whole(1, 4, 10, 12), mode="linear"), ("resize", {"size": [10, 12], "mode": "linear"})),
    case(node("Resize", X, None, None, whole(9, 7), axes=[2, 3], mode="linear", coordinate_transformation_mode="align_corners"),
         ("resize", {"size": [9, 7], "mode": "linear", "coordinates": "align_corners"})),
    case(node("Resize", X, None, scales(2), axes=[3], mode="cubic"), ("resize", {"scale": [1, 2], "mode": "cubic"})),
    case(node("Resize", X, None, scales(1, 1, 1, 1.5), mode="linear"), ("resize", {"scale": [1, 1.5], "mode": "linear"})),
    case(node("Resize", X, None, None, whole(1, 4, 3, 4), **ROUNDED), ("resize", {"size": [3, 4]})),
    case(node("Resize", X, None, UP, mode="linear", coordinate_transformation_mode="pytorch_half_pixel"), ("resize", {"scale": [2, 3], "mode": "linear"})),
    # Sizes of a layer, of which there is no number, are those of that layer.
    case(node("Resize", X, None, scales(1, 1, 0.4, 2 / 3), mode="linear"),
         ("resize", {"scale": [0.4, 2 / 3], "mode": "linear"})),
    case(node("Resize", X, None, scales(1, 2, 1, 1)), unknown="Resize: batch or channels are resized"),
    case(node("Resize", X, None, UP, mode="linear", antialias=1), unknown="Resize: keeping ratios or antialiasing"),
    case([node("Identity", X), node("Shape", Before(), start=2), node("Resize", X, None, None, Before(), axes=[2, 3])], "identity", ("resize", {"size": [5, 6]})),
]  # fmt: skip


@pytest.mark.parametrize("one", RESIZING)
def test_resizing(one: Case) -> None:
    agrees(one)


def resized_by(kind: str, axes: int, shape: list[Any]) -> bytes:
    """A map of channels 4 resized to sizes that are worked out of the input's: a third, or two times and one."""
    wide = [1] * axes
    floats = [node_of("Cast", ["part"], ["real"], to=TensorProto.FLOAT), node_of("Div", ["real", "n"], ["third"]),
              node_of("Floor", ["third"], ["less"]), node_of("Cast", ["less"], ["own"], to=TensorProto.INT64)]  # fmt: skip
    chains = {
        "slice": [node_of("Shape", ["x"], ["s"]), node_of("Slice", ["s", "two", "end"], ["part"]), *floats],
        "gather": [node_of("Shape", ["x"], ["s"]), *(node_of("Gather", ["s", f"at{n}"], [f"p{n}"], axis=0) for n in range(axes)),
                   *(node_of("Unsqueeze", [f"p{n}", "zero"], [f"q{n}"]) for n in range(axes)),
                   node_of("Concat", [f"q{n}" for n in range(axes)], ["part"], axis=0), *floats],
        "more": [node_of("Shape", ["x"], ["s"], start=2), node_of("Mul", ["s", "two"], ["double"]), node_of("Add", ["double", "one"], ["own"])],
    }  # fmt: skip
    nodes = [
        node_of("Conv", ["x", "w"], ["a"], pads=wide * 2),
        *chains[kind],
        node_of("Shape", ["a"], ["sa"]),
        node_of("Slice", ["sa", "zero", "two"], ["first"]),
        node_of("Concat", ["first", "own"], ["sizes"], axis=0),
        node_of("Resize", ["a", "", "", "sizes"], ["r"], coordinate_transformation_mode="asymmetric", nearest_mode="floor"),
        node_of("Conv", ["r", "v"], ["y"], name="last", pads=wide * 2),
    ]  # fmt: skip
    given = {"n": numpy.array(3, numpy.float32), "two": whole(2), "one": whole(1), "zero": whole(0), "end": whole(9)}
    given |= {f"at{n}": numpy.array(2 + n, numpy.int64) for n in range(axes)}
    given |= {name: numpy.zeros((4, n, *[3] * axes), numpy.float32) for name, n in (("w", 2), ("v", 4))}
    held = [numpy_helper.from_array(one, name) for name, one in given.items()]
    return of(nodes, {"x": shape}, ["y"], initializer=held)


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("kind", ["slice", "gather", "more"])
def test_sizes_worked_out_of_the_input_s(kind: str, axes: int) -> None:
    """By hand. Every third sample of a map: a kernel of 3 behind it reads 7 of the map, 9 of the input. Of n samples to
    2n + 1, output o is sample floor(o·n / (2n + 1)): three of them read at most 2 of the map, 4 of the input."""
    sizes = (30, 24, 36)[:axes]
    stated = rfcli.compute(rfcli.loads(resized_by(kind, axes, [1, 2, *sizes]), "m.onnx"))
    symbols = rfcli.loads(resized_by(kind, axes, ["b", 2, *"hwd"[:axes]]), "m.onnx")
    given = rfcli.compute(pickle.loads(pickle.dumps(symbols)), input_size=sizes)
    for report in (stated, given):
        last = report.layer("last")
        assert last.output_size == tuple(n // 3 if kind != "more" else 2 * n + 1 for n in sizes)
        assert last.receptive_field.size == ((9,) if kind != "more" else (4,)) * axes
        assert last.cost.params == 4 * 4 * 3**axes
    again = rfcli.compute(given.graph.architecture, input_size=tuple(2 * n for n in sizes)).layer("last")
    assert again.output_size == tuple(2 * n // 3 if kind != "more" else 4 * n + 1 for n in sizes)
    (unknown,) = {one.reason for one in rfcli.compute(symbols).layer("last").receptive_field.size}
    assert "--input-size" in unknown
