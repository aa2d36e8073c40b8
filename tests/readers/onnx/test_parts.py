"""Parts of dimensions, and what is added to them, by the operator specification."""

from __future__ import annotations

import numpy
import pytest

from readers.onnx.one_node import Before, Case, Map, X, agrees, case, node, whole

END = (1 << 63) - 1


def crop(rows: list[int], columns: list[int]) -> tuple[str, dict[str, object]]:
    return "crop", {"cropping": [rows, columns]}


PARTS = [
    case(node("Split", X, axis=1, outputs=2), ("channel_slice", {"end": 2}), ("channel_slice", {"start": 2, "end": 4}), opset=11),
    case(node("Split", X, axis=1, num_outputs=2, outputs=2), ("channel_slice", {"end": 2}), ("channel_slice", {"start": 2, "end": 4})),
    case(node("Split", X, whole(1, 3), axis=1, outputs=2), ("channel_slice", {"end": 1}), ("channel_slice", {"start": 1, "end": 4})),
    case(node("Split", X, axis=-1, split=[4, 2], outputs=2), crop([0, 0], [0, 2]), crop([0, 0], [4, 0]), opset=11),
    # Parts of 5 in two: 3, and what is left.
    case(node("Split", X, axis=2, num_outputs=2, outputs=2), crop([0, 2], [0, 0]), crop([3, 0], [0, 0])),
    case(node("Slice", X, whole(1), whole(-1), whole(2)), crop([1, 1], [0, 0])),
    case(node("Slice", X, whole(0, 0, 1, 2), whole(1, 4, 4, END)), crop([1, 1], [0, 0]), crop([0, 0], [2, 0])),
    case(node("Slice", X, starts=[1], ends=[3], axes=[3]), crop([0, 0], [1, 3]), opset=9),
    case(node("Slice", X, whole(0), whole(END), whole(2), whole(2)), ("subsample", {"stride": [2, 1]})),
    case(node("Slice", X, whole(1), whole(END), whole(3), whole(2)), crop([0, 0], [1, 0]), ("subsample", {"stride": [1, 2]})),
    case(node("Slice", X, whole(1), whole(3), whole(1)), ("channel_slice", {"start": 1, "end": 3})),
    case(node("Slice", X, whole(0), whole(END), whole(2)), "identity"),
    case(node("Slice", X, whole(-1), whole(-END), whole(2), whole(-1)), unknown="flip: an axis is turned round"),
    case(node("Slice", X, whole(-1), whole(-END), whole(1), whole(-1)), ("channel_slice", {"indices": [3, 2, 1, 0]})),
    case(node("Slice", X, whole(-1), whole(-4), whole(1), whole(-1)),
         ("custom", {"filters": 3, "params": 0, "macs": 0, "mixes": "some"})),
    case(node("Slice", X, whole(-1), whole(-4), whole(2), whole(-1)), unknown="Slice: it goes backwards"),
    case(node("Gather", X, whole(2, 0, 2), axis=1), ("channel_slice", {"indices": [2, 0, 2]})),
    case(node("Gather", X, whole(1, 2), axis=2), crop([1, 2], [0, 0])),
    case([node("Gather", X, numpy.array(-1), axis=3), node("Unsqueeze", Before(), whole(3))], crop([0, 0], [5, 0]), "identity"),
    case([node("Gather", X, numpy.array(1), axis=1), node("Unsqueeze", Before(), whole(1))], ("channel_slice", {"start": 1, "end": 2}), "identity"),
    case(node("Gather", X, whole(1, 0), axis=2), crop([1, 3], [0, 0]), crop([0, 4], [0, 0]),
         ("pad", {"padding": [[0, 1], [0, 0]]}), ("pad", {"padding": [[1, 0], [0, 0]]}), "add"),
    case(node("Gather", X, whole(0, 2, 4), axis=2), ("subsample", {"stride": [2, 1]})),
    case(node("Gather", X, whole(0, 0, 1, 1, 2, 2, 3, 3, 4, 4), axis=2), ("resize", {"size": [10, 6]})),
    case(node("Gather", Map((1, 1, 1, 60)), whole(*range(0, 60, 7), *range(1, 60, 5)), axis=3), unknown="Gather: it reorders an axis"),
    case([node("Transpose", X, perm=[2, 3, 0, 1]), node("GatherND", Before(), numpy.stack(numpy.meshgrid([0, 0, 1, 2, 3, 4], [1, 2, 3], indexing="ij"), -1)),
          node("Transpose", Before(), perm=[2, 3, 0, 1])],
         "identity", ("pad", {"padding": [[1, 0], [0, 0]], "padding_mode": "replicate"}), crop([0, 0], [1, 2]), "identity"),
    # Tables: windows and their taps, or taps and their windows, whichever of them are the shorter.
    case([node("Gather", X, numpy.array([[0, 1], [2, 3], [4, 5]]), axis=3), node("ReduceSum", Before(), whole(4), keepdims=0)],
         crop([0, 0], [0, 1]), ("subsample", {"stride": [1, 2]}), crop([0, 0], [1, 0]), ("subsample", {"stride": [1, 2]}),
         ("concat", {}), ("channel_shuffle", {"groups": 2}), ("custom", {"filters": 4, "groups": 4, "params": 0, "macs": 0})),
    case([node("Gather", X, numpy.array([[0, 1, 2, 3], [1, 2, 3, 4]]), axis=3), node("ReduceSum", Before(), whole(3), keepdims=0)],
         crop([0, 0], [0, 2]), crop([0, 0], [1, 1]), ("concat", {}), ("channel_shuffle", {"groups": 2}),
         ("custom", {"filters": 4, "groups": 4, "params": 0, "macs": 0})),
    case([node("Gather", X, numpy.array([[3, 1], [0, 2]]), axis=1), node("ReduceSum", Before(), whole(1), keepdims=0)],
         ("channel_slice", {"indices": [3, 1, 0, 2]}), ("channel_shuffle", {"groups": 2}),
         ("custom", {"filters": 2, "groups": 2, "params": 0, "macs": 0})),
    case(node("Gather", X, numpy.array([[0, 1], [3, 2]]), axis=3), unknown="Gather: it picks a table of entries"),
    case([node("Transpose", X, perm=[1, 0, 2, 3]), node("GatherND", Before(), numpy.array([[2], [0]])),
          node("Transpose", Before(), perm=[1, 0, 2, 3])], "identity", ("channel_slice", {"indices": [2, 0]}), "identity"),
    case(node("GatherND", X, numpy.array([[0, 2]])), unknown="GatherND: it picks by data, or by several tables"),
    case(node("GatherND", X, numpy.array([[2], [0]]), batch_dims=1), unknown="GatherND: it picks others for each image of a batch"),
    case(node("Pad", X, whole(0, 0, 1, 2, 0, 0, 0, -1)), ("pad", {"padding": [[1, 0], [2, -1]]}), evaluated=False),
    case(node("Pad", X, whole(0, 0, 1, 2, 0, 0, 0, 3)), ("pad", {"padding": [[1, 0], [2, 3]]})),
    case(node("Pad", X, pads=[0, 0, 1, 0, 0, 0, 1, 0]), ("pad", {"padding": [[1, 1], [0, 0]]}), opset=10),
    case(node("Pad", X, whole(2, 1), None, whole(-1)), ("pad", {"padding": [[0, 0], [2, 1]]})),
    case(node("Pad", X, whole(0, 0, 1, 2, 0, 0, 0, 1), mode="reflect"), ("pad", {"padding": [[1, 0], [2, 1]], "padding_mode": "reflect"})),
    case(node("Pad", X, whole(0, 0, 1, 2, 0, 0, 0, 1), mode="edge"), ("pad", {"padding": [[1, 0], [2, 1]], "padding_mode": "replicate"})),
    case(node("Pad", X, whole(0, 0, 1, 2, 0, 0, 0, 1), mode="wrap"), ("pad", {"padding": [[1, 0], [2, 1]], "padding_mode": "circular"})),
    case(node("Pad", X, whole(0, 0, 0, 0, 0, 2, 0, 0)), ("identity", {"filters": 6})),
    case(node("Pad", X, whole(0, 1, 0, 0, 0, 2, 0, 0)), ("identity", {"filters": 5}), ("channel_slice", {"indices": [4, 0, 1, 2, 3, 4, 4]})),
    case(node("Pad", Map((1, 4, 9)), whole(0, 0, 3, 0, 0, 0)), ("pad", {"padding": [[3, 0]]})),
]  # fmt: skip


@pytest.mark.parametrize("one", PARTS)
def test_part(one: Case) -> None:
    agrees(one)
