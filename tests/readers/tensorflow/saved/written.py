"""Graphs and SavedModels of a few nodes, written without TensorFlow: messages are dicts from fields to lists of values."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import Any

FLOAT, INT32, STRING, BOOL, RESOURCE = 1, 3, 7, 10, 20


def varint(value: int) -> bytes:
    value %= 1 << 64
    made = bytearray()
    while value > 0x7F:
        made.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*made, value])


def message(fields: Mapping[int, Any]) -> bytes:
    """A message; a value is a number, a text, bytes, a message, or a list of these."""
    made = b""
    for field, values in fields.items():
        for value in values if isinstance(values, list) else [values]:
            if isinstance(value, int):
                made += varint(field << 3) + varint(int(value))
                continue
            data = value.encode() if isinstance(value, str) else message(value) if isinstance(value, dict) else value
            made += varint(field << 3 | 2) + varint(len(data)) + data
    return made


def shape(sizes: Sequence[int]) -> dict[int, Any]:
    return {2: [{1: n} for n in sizes]}


def attribute(value: Any) -> dict[int, Any]:
    """An attribute: a flag, a number, a text, a list of numbers, or a message of its own."""
    if isinstance(value, bool):
        return {5: int(value)}
    if isinstance(value, int):
        return {3: value}
    if isinstance(value, str):
        return {2: value}
    if isinstance(value, list):
        return {1: {3: b"".join(map(varint, value))}}
    return dict(value)


def node(op: str, name: str, *inputs: str, **attributes: Any) -> dict[int, Any]:
    listed = [{1: key, 2: attribute(value)} for key, value in attributes.items()]
    return {1: name, 2: op, 3: list(inputs), 5: listed}


def placeholder(name: str, *sizes: int, kind: int = FLOAT) -> dict[int, Any]:
    return node("Placeholder", name, dtype={6: kind}, shape={7: shape(sizes)})


def weights(name: str, *sizes: int) -> dict[int, Any]:
    return node("Const", name, dtype={6: FLOAT}, value={8: {1: FLOAT, 2: shape(sizes), 4: b"\0"}})


def numbers(name: str, *values: int, scalar: bool = False) -> dict[int, Any]:
    sizes = [] if scalar else [len(values)]
    held = struct.pack(f"<{len(values)}i", *values)
    return node("Const", name, dtype={6: INT32}, value={8: {1: INT32, 2: shape(sizes), 4: held}})


def variable(name: str, *sizes: int) -> dict[int, Any]:
    return node("VarHandleOp", name, dtype={6: FLOAT}, shape={7: shape(sizes)}, shared_name=name)


def called(name: str, function: str, *inputs: str) -> dict[int, Any]:
    return node("StatefulPartitionedCall", name, *inputs, f={10: {1: function}})


def function(name: str, arguments: Sequence[str], nodes: Sequence[Any], **results: str) -> dict[int, Any]:
    signature = {1: name, 2: [{1: one} for one in arguments], 3: [{1: one} for one in results]}
    return {1: signature, 3: list(nodes), 4: [{1: key, 2: value} for key, value in results.items()]}


def graph(*nodes: Any, functions: Sequence[Any] = ()) -> dict[int, Any]:
    return {1: list(nodes)} | ({2: {1: list(functions)}} if functions else {})


def saved(
    of: Mapping[int, Any], signatures: Mapping[str, tuple[Mapping[str, tuple[str, Sequence[int]]], Mapping[str, str]]],
    trainable: Mapping[str, bool] = {}, objects: Mapping[int, Any] | None = None,
) -> bytes:  # fmt: skip
    """A SavedModel: signatures have inputs, with tensors and shapes, and outputs."""
    listed = []
    for key, (inputs, outputs) in signatures.items():
        given = [{1: name, 2: {1: tensor, 2: FLOAT, 3: shape(sizes)}} for name, (tensor, sizes) in inputs.items()]
        made = [{1: name, 2: {1: tensor, 2: FLOAT}} for name, tensor in outputs.items()]
        listed.append({1: key, 2: {1: given, 2: made}})
    variables = [{7: {1: FLOAT, 3: int(one), 6: name}} for name, one in trainable.items()]
    known = objects or ({1: variables} if variables else {})
    meta = {1: {4: "serve"}, 2: dict(of), 5: listed} | ({7: known} if known else {})
    return message({1: 1, 2: meta})


def chain(*ops: str) -> bytes:
    """A convolution, and operations behind one another."""
    nodes = [placeholder("x", -1, 9, 10, 4), weights("k", 3, 3, 4, 5),
             node("Conv2D", "conv", "x", "k", strides=[1, 1, 1, 1], padding="SAME", data_format="NHWC")]  # fmt: skip
    last = "conv"
    for at, op in enumerate(ops):
        nodes.append(node(op, f"{op.lower()}_{at}", last))
        last = f"{op.lower()}_{at}"
    return message(graph(*nodes))
