"""Numbers that sizes are worked out with, held against Python's own."""

from __future__ import annotations

import numpy
import pytest

from rfcli.readers.tensorflow.calls import Extent
from rfcli.readers.tensorflow.constants import SMALL, Folder
from rfcli.readers.tracing.maps import Constant


def const(value) -> Constant:
    array = numpy.asarray(value)
    return Constant(array.shape, array.flatten().tolist(), ())


A, B = numpy.arange(12).reshape(3, 4), numpy.array([5, 6, 7, 8])
ROWS = [
    ("AddV2", [A, B], {}, A + B), ("Sub", [A, 3], {}, A - 3), ("Mul", [A, B], {}, A * B),
    ("FloorDiv", [A, 5], {}, A // 5), ("FloorMod", [A, 5], {}, A % 5), ("Maximum", [A, B], {}, numpy.maximum(A, B)),
    ("Minimum", [A, B], {}, numpy.minimum(A, B)), ("Neg", [A], {}, -A), ("Div", [[7, -7], 2], {}, [3, -3]),
    ("Less", [A, B], {}, A < B), ("SelectV2", [[True, False], [1, 2], [3, 4]], {}, [1, 4]),
    ("Pack", [B, B], {"axis": 1}, numpy.stack([B, B], 1)), ("Concatenation", [A, A], {"axis": 1}, numpy.concatenate([A, A], 1)),
    ("ConcatV2", [A, A, 0], {}, numpy.concatenate([A, A])), ("Transpose", [A, [1, 0]], {}, A.T),
    ("Reshape", [A, [2, -1]], {}, A.reshape(2, -1)), ("ExpandDims", [B, 0], {}, B[None]),
    ("Squeeze", [A[:, :1]], {"squeeze_dims": [1]}, A[:, 0]), ("Squeeze", [A[:1]], {}, A[0]),
    ("Slice", [A, [1, 0], [2, -1]], {}, A[1:3]), ("Gather", [A, [2, 0]], {"axis": 0}, A[[2, 0]]),
    ("GatherV2", [A, [3, 0], 1], {}, A[:, [3, 0]]), ("Range", [1, 9, 3], {}, range(1, 9, 3)),
    ("Fill", [[2, 2], 7], {}, [[7, 7], [7, 7]]), ("BroadcastTo", [B, [3, 4]], {}, numpy.broadcast_to(B, (3, 4))),
    ("Prod", [B, [0]], {}, 5 * 6 * 7 * 8), ("Sum", [A, [0, 1]], {"keep_dims": True}, [[66]]), ("Rank", [A], {}, 2),
    ("Size", [A], {}, 12), ("BroadcastArgs", [[3, 1], [1, 4]], {}, [3, 4]),
    ("Where", [A > 9], {}, numpy.argwhere(A > 9)), ("SparseToDense", [[[1], [3]], [4], [7, 8], 0], {}, [0, 7, 0, 8]),
    ("SparseToDense", [[2, 0], [3], 5, -1], {}, [5, -1, 5]),
    ("StridedSlice", [A, [1, 0], [3, 4], [1, 2]], {}, A[1:3, 0:4:2]),
    ("StridedSlice", [B, [0], [-1], [1]], {"begin_mask": 1}, B[:-1]),
    ("StridedSlice", [B, [2], [3], [1]], {"shrink_axis_mask": 1}, B[2]),
    ("StridedSlice", [A, [0, 1], [0, 2], [1, 1]], {"ellipsis_mask": 1, "shrink_axis_mask": 2}, A[..., 1]),
    ("StridedSlice", [B, [0, 1], [0, 3], [1, 1]], {"new_axis_mask": 1}, B[None, 1:3]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "inputs", "attributes", "made"), ROWS)
def test_folded(name, inputs, attributes, made) -> None:
    found = Folder().made(name, [const(one) for one in inputs], attributes, None)
    array = numpy.asarray(made)
    assert (found.shape, found.values) == (array.shape, array.flatten().tolist())


@pytest.mark.parametrize(
    ("name", "inputs"),
    [("AddV2", [[1, 2], [1, 2, 3]]), ("FloorDiv", [[1], [0]]), ("Range", [0, SMALL + 1, 1]), ("Reshape", [[1, 2], [3]]),
     ("Fill", [[1 << 20, 1 << 20], 0]), ("Transpose", [[1, 2], [3]]), ("Gather", [[1], [4]]), ("Range", [0, 9, 0]),
     ("SparseToDense", [[[4]], [4], [7], 0]), ("SparseToDense", [[[0], [1]], [2, 2], [7, 8], 0])],
)  # fmt: skip
def test_numbers_that_do_not_fit_are_not_known(name, inputs) -> None:
    assert Folder().made(name, [const(one) for one in inputs], {}, None).values is None


def test_sizes_that_are_not_known_stay_unknown() -> None:
    sizes = Constant((3,), [1, Extent((), "x"), None], ())
    assert Folder().made("Mul", [sizes, const([2, 2, 2])], {}, None).values == [2, None, None]


def test_weights_go_along_and_shapes_are_known() -> None:
    held = Constant((3, 4), None, (("w", 12),))
    made = Folder().made("Transpose", [held, const([1, 0])], {}, None)
    assert (made.shape, made.weights) == ((4, 3), (("w", 12),))
    assert Folder().made("Cast", [held], {}, None) == held
    assert Folder().made("Unknown", [held], {}, (5, 6)).shape == (5, 6)
    assert Folder().made("Unknown", [held], {}, None).vague
    assert Folder().made("Shape", [held], {}, None).values == [3, 4]
    assert Folder().made("Mul", [held, const(2)], {}, None).shape == (3, 4)


def test_parts_of_weights_have_equal_shapes() -> None:
    """A converter of ONNX models cuts the weights of every convolution into those of its groups, of one as well."""
    held = Constant((3, 3, 8, 6), None, (("w", 432),))
    for axis, count, shape in ((3, 1, (3, 3, 8, 6)), (-1, 2, (3, 3, 8, 3)), (2, 4, (3, 3, 2, 6))):
        made = Folder().made("Split", [const(axis), held], {"num_split": count}, None)
        assert (made.shape, made.values, made.weights) == (shape, None, held.weights)
    assert Folder().made("Split", [const(3), held], {"num_split": 4}, None).vague
    assert Folder().made("Split", [const(4), held], {"num_split": 2}, None).vague


def test_a_shape_of_which_some_sizes_are_copied() -> None:
    """ONNX's Reshape in TensorFlow's words: where the shape says 0, the tensor keeps its own size."""
    folder, wanted, own = Folder(), const([0, -1, 0]), Constant((3,), [5, Extent((), "x"), 7], ())
    zeros = folder.made("Where", [folder.made("Equal", [wanted, const(0)], {}, None)], {}, None)
    places = folder.made("Squeeze", [zeros], {"squeeze_dims": [-1]}, None)
    copied = folder.made("SparseToDense", [
        places, const([3]), folder.made("GatherV2", [own, places, const(0)], {}, None), const(0)], {}, None)  # fmt: skip
    assert folder.made("AddV2", [wanted, copied], {}, None).values == [5, -1, 7]


def test_no_more_is_reckoned_than_is_allowed() -> None:
    folder = Folder()
    folder.left = 30
    assert folder.made("Neg", [const([1, 2])], {}, None).values == [-1, -2]
    assert folder.made("Neg", [const([1, 2])], {}, None).values is None
