"""Options as attributes."""

from __future__ import annotations

import io

import pytest

from readers.tensorflow.lite.written import flatbuffer
from rfcli.readers.tensorflow.constants import FOLDED, KEPT
from rfcli.readers.tensorflow.lite.flatbuffer import Bytes
from rfcli.readers.tensorflow.lite.names import NAMES
from rfcli.readers.tensorflow.lite.operators import OPERATORS, operator_of
from rfcli.readers.tensorflow.program import OPERATIONS

UNKNOWN = {
    "TwoWaySequenceLstm",
    "TwoWaySequenceRnn",
    "Fill",
    "Range",
    "BroadcastArgs",
    "SpaceToBatchND",
    "BatchToSpaceND",
    "",
}
"""What maps are never taken by, what is run elsewhere, and what is not known."""


@pytest.mark.parametrize(
    ("name", "options", "attributes"),
    [
        (
            "CONV_2D", {0: (1, 1), 1: (4, 2), 2: (4, 3), 4: (4, 4)},
            {"filter": "OHWI", "padding": "VALID", "strides": [1, 3, 2, 1], "dilations": [1, 1, 4, 1]},
        ),
        (
            "DEPTHWISE_CONV_2D", {1: (4, 1), 2: (4, 1), 3: (4, 2), 5: (4, 3)},
            {"filter": "OHWI", "padding": "SAME", "strides": [1, 1, 1, 1], "dilations": [1, 1, 3, 1]},
        ),
        (
            "CONV_3D", {1: (4, 1), 2: (4, 2), 3: (4, 3), 5: (4, 5), 6: (4, 6), 7: (4, 7)},
            {"padding": "SAME", "strides": [1, 1, 3, 2, 1], "dilations": [1, 5, 7, 6, 1]},
        ),
        (
            "MAX_POOL_2D", {0: (1, 1), 1: (4, 2), 2: (4, 1), 3: (4, 5), 4: (4, 6)},
            {"padding": "VALID", "strides": [1, 1, 2, 1], "ksize": [1, 6, 5, 1]},
        ),
        ("RESIZE_BILINEAR", {2: (1, 1)}, {"align_corners": True, "half_pixel_centers": False}),
        ("RESIZE_NEAREST_NEIGHBOR", {1: (1, 1)}, {"align_corners": False, "half_pixel_centers": True}),
        ("PACK", {0: (4, 3), 1: (4, -1)}, {"axis": -1}),
        ("MIRROR_PAD", {0: (1, 1)}, {"mode": "SYMMETRIC"}),
        ("RESHAPE", {0: [1, -1]}, {"new_shape": [1, -1]}),
        ("RESHAPE", {}, {}),
        ("BIDIRECTIONAL_SEQUENCE_LSTM", {3: (1, 1)}, {"merge_outputs": True, "time_major": True}),
    ],
)  # fmt: skip
def test_options(name: str, options: object, attributes: object) -> None:
    operator = Bytes(io.BytesIO(flatbuffer({4: options}))).root()
    assert OPERATORS[name].read(operator)[1] == attributes


def test_every_operator_is_one_of_the_schema_and_an_operation_that_is_known() -> None:
    assert OPERATORS.keys() <= {*NAMES}
    assert {one.operation for one in OPERATORS.values()} - UNKNOWN <= OPERATIONS.keys() | KEPT | FOLDED.keys()
    assert (operator_of(3), operator_of(999)) == ("CONV_2D", "operator 999")
