"""The numbers of a tensor as a model stores them."""

from __future__ import annotations

from struct import error, unpack

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

RAW = {1: "f", 2: "B", 3: "b", 4: "H", 5: "h", 6: "i", 7: "q", 9: "?", 10: "e", 11: "d", 12: "I", 13: "Q"}
"""Data types whose bytes Python reads, by the letters that it has for them."""
LISTED = {1: "float_data", 6: "int32_data", 7: "int64_data", 11: "double_data"}
"""Data types whose numbers may stand in a field as they are."""


def stored(tensor: Any, count: int) -> list[Any] | None:
    """The `count` numbers of a tensor, in row-major order; None where they were left out, or do not fit."""
    kind = tensor.data_type
    if tensor.HasField("raw_data"):
        if kind in RAW:
            return unpacked(kind, tensor.raw_data, count)
    elif kind in LISTED:
        found = list(getattr(tensor, LISTED[kind]))
        return found if len(found) == count else None
    return _by_onnx(tensor)


def unpacked(kind: int, data: bytes, count: int) -> list[Any] | None:
    """So many numbers of a data type that Python reads; None where they do not fit."""
    try:
        return list(unpack(f"<{count}{RAW[kind]}", data))
    except error:
        return None


def _by_onnx(tensor: Any) -> list[Any] | None:
    """Numbers of rare types, which onnx knows: a few bits each, texts, and those with an imaginary part."""
    from onnx import numpy_helper

    try:
        listed: list[Any] = numpy_helper.to_array(tensor).flatten().tolist()
    except (ValueError, TypeError, KeyError, RuntimeError):
        return None
    return listed
