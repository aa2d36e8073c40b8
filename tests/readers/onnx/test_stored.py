"""Numbers of tensors are those that onnx reads, in every type and wherever they are stored."""

from __future__ import annotations

import numpy
import pytest
from onnx import TensorProto, helper, numpy_helper

from rfcli.readers.onnx.stored import LISTED, RAW, stored

KINDS = sorted({*RAW, TensorProto.BFLOAT16, TensorProto.INT4, TensorProto.UINT4, TensorProto.FLOAT8E4M3FN})
NUMBERS = [0, 1, 1, 0, 7, 2]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: TensorProto.DataType.Name(kind))
@pytest.mark.parametrize("raw", [True, False])
def test_numbers(kind: int, raw: bool) -> None:
    listed = helper.make_tensor("w", kind, [2, 3], NUMBERS)
    tensor = numpy_helper.from_array(numpy_helper.to_array(listed), "w") if raw else listed
    assert tensor.HasField("raw_data") is raw
    assert stored(tensor, 6) == numpy_helper.to_array(tensor).flatten().tolist()


def test_texts() -> None:
    tensor = helper.make_tensor("w", TensorProto.STRING, [2], [b"a", b"b"])
    assert stored(tensor, 2) == numpy_helper.to_array(tensor).tolist()


@pytest.mark.parametrize("kind", sorted(LISTED), ids=lambda kind: TensorProto.DataType.Name(kind))
def test_numbers_that_were_left_out(kind: int) -> None:
    """As many as the sizes say, or none."""
    tensor = helper.make_tensor("w", kind, [6], NUMBERS)
    tensor.dims[0] = 7
    raw = TensorProto(data_type=kind, dims=[7], raw_data=numpy.zeros(6, "<f8").tobytes())
    for one in (tensor, raw, TensorProto(data_type=kind, dims=[7])):
        assert stored(one, 7) is None


def test_a_type_that_nobody_knows() -> None:
    assert stored(TensorProto(data_type=99, dims=[1], raw_data=b"abcd"), 1) is None
