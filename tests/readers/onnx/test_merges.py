"""Operations that bring tensors together, by the operator specification."""

from __future__ import annotations

import numpy
import pytest

from readers.onnx.one_node import Before, Case, Map, X, Y, agrees, case, node, trained, whole

P, Q = Map(values=(1.0, 3.0)), Map(values=(1.0, 3.0))
A, B = (Map(values=(False, True), dtype=numpy.bool_) for _ in range(2))
FEW, FEWER = (Map(values=(0, 1, 2), dtype=numpy.int32) for _ in range(2))
BYTES, SHIFTS = Map(values=(1, 5, 255), dtype=numpy.uint8), Map(values=(0, 1, 3), dtype=numpy.uint8)
ALL, SOME = (Map(values=(1, 3, 7), dtype=numpy.int32) for _ in range(2))
ONE_CHANNEL = Map((1, 1, 5, 6))


MERGES = [
    case(node("Add", X, Y), "add"),
    case(node("Sub", X, Y), "add"),
    case(node("Sum", X, Y, P), "add"),
    case(node("Mean", X, Y), "add"),
    case(node("Mul", X, Y), "multiply"),
    case(node("Div", P, Q), "multiply"),
    case(node("Pow", P, Q), "multiply"),
    case(node("Mod", ALL, SOME), "add"),
    case(node("Max", X, Y), "max"),
    case(node("Min", X, Y), "max"),
    case(node("Where", A, X, Y), "add"),
    case(node("And", A, B), "multiply"),
    case(node("Or", A, B), "max"),
    case(node("Xor", A, B), "add"),
    case(node("Equal", FEW, FEWER), "add"),
    case(node("Greater", X, Y), "add"),
    case(node("GreaterOrEqual", X, Y), "add"),
    case(node("Less", X, Y), "add"),
    case(node("LessOrEqual", X, Y), "add"),
    case(node("BitShift", BYTES, SHIFTS, direction="LEFT"), "add"),
    case(node("BitwiseAnd", ALL, SOME), "multiply"),
    case(node("BitwiseOr", ALL, SOME), "max"),
    case(node("BitwiseXor", ALL, SOME), "add"),
    case(node("Add", X, ONE_CHANNEL), "add"),
    # With weights: one for each channel, one for each entry; a single number is none.
    case(node("Mul", X, trained(1, 4, 1, 1)), "channel_scale"),
    case(node("Add", trained(4, 1, 1), X), "channel_scale"),
    case(node("Add", X, trained(1, 4, 5, 6)), ("custom", {"filters": 4, "groups": 4, "params": 4 * 5 * 6, "macs": 0})),
    case(node("Mul", X, trained(1)), "identity"),
    case(node("Concat", X, Y, axis=1), "concat"),
    case(node("Concat", X, axis=1), "identity"),
    case(node("Concat", X, trained(1, 2, 5, 6), axis=1), ("custom", {"filters": 6, "params": 2 * 5 * 6, "macs": 0, "mixes": "some"})),
    # One sample, as a reduction leaves it, is repeated.
    case([node("GlobalMaxPool", X), node("Expand", Before(), whole(1, 4, 2, 3))], "global_max_pool", ("upsample", {"size": [2, 3]})),
    case([node("GlobalMaxPool", X), node("Expand", Before(), whole(2, 1))], "global_max_pool", ("upsample", {"size": [2, 1]})),
    # An axis of one sample is repeated, not the channels.
    case(node("Expand", Map((1, 3, 1, 1)), whole(1, 3, 2, 4)), ("upsample", {"size": [2, 4]})),
    case(node("Expand", Map((1, 3, 1, 6)), whole(1, 3, 2, 6)), ("upsample", {"size": [2, 6]})),
    case(node("Tile", Map((1, 3, 1)), whole(1, 1, 5)), ("upsample", {"size": 5})),
    case([node("GlobalMaxPool", X), node("Tile", Before(), whole(1, 1, 2, 3))], "global_max_pool", ("upsample", {"size": [2, 3]})),
    case([node("GlobalMaxPool", X), node("Add", X, Before())], "global_max_pool", "add"),
    case(node("Tile", X, whole(1, 1, 2, 1)), ("pad", {"padding": [[0, 5], [0, 0]]}), ("pad", {"padding": [[5, 0], [0, 0]]}), "add"),
    case(node("Tile", X, whole(1, 1, 2, 2)), unknown="Tile: it repeats more than one entry"),
    case([node("Identity", X), node("Add", Before(), X)], "identity", "add"),
]  # fmt: skip


@pytest.mark.parametrize("one", MERGES)
def test_merge(one: Case) -> None:
    agrees(one)
