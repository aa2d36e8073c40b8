"""TensorFlow Lite models of a few operators, written without TensorFlow: flatbuffers of tables, which are dicts from
fields to values."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

from rfcli.readers.tensorflow.lite.names import NAMES

Field = Any
"""A table as a dict, a text, bytes, a list of integers or of tables, or a pair of a size and an integer."""


def flatbuffer(root: dict[int, Field]) -> bytes:
    """A file whose root is a table."""
    made = bytearray(b"\0\0\0\0TFL3")
    made[0:4] = struct.pack("<I", _table(made, root))
    return bytes(made)


def _table(made: bytearray, fields: dict[int, Field]) -> int:
    """Appends a table, and what it leads to; where it stands."""
    made.extend(b"\0" * (-len(made) % 8))
    count = max(fields, default=-1) + 1
    vtable, inline, places = len(made), 4, {}
    for field, value in fields.items():
        size = value[0] if isinstance(value, tuple) else 4
        inline += -inline % size
        places[field] = inline
        inline += size
    made.extend(struct.pack("<HH", 4 + 2 * count, inline))
    made.extend(struct.pack(f"<{count}H", *(places.get(field, 0) for field in range(count))))
    made.extend(b"\0" * (-len(made) % 8))
    table = len(made)
    made.extend(struct.pack("<i", table - vtable) + b"\0" * (inline - 4))
    for field, value in fields.items():
        at = table + places[field]
        if isinstance(value, tuple):
            size, number = value
            made[at : at + size] = (number % (1 << 8 * size)).to_bytes(size, "little")
        else:
            made[at : at + 4] = struct.pack("<I", _below(made, value) - at)
    return table


def _below(made: bytearray, value: Field) -> int:
    """Appends what a field leads to; where it stands."""
    if isinstance(value, dict):
        return _table(made, value)
    made.extend(b"\0" * (-len(made) % 4))
    place = len(made)
    if isinstance(value, str | bytes):
        data = value.encode() if isinstance(value, str) else value
        made.extend(struct.pack("<I", len(data)) + data + b"\0")
        return place
    made.extend(struct.pack("<I", len(value)))
    if not value or not isinstance(value[0], dict):
        made.extend(struct.pack(f"<{len(value)}i", *value))
        return place
    made.extend(b"\0" * 4 * len(value))
    for number, one in enumerate(value):
        at = place + 4 + 4 * number
        made[at : at + 4] = struct.pack("<I", _table(made, one) - at)
    return place


def tensor(name: str, shape: Sequence[int], buffer: int = 0, type: int = 0, **more: Field) -> dict[int, Field]:
    """A tensor; `signature` says which sizes are open."""
    made: dict[int, Field] = {0: list(shape), 1: (1, type), 2: (4, buffer), 3: name}
    return made | ({7: list(more["signature"])} if "signature" in more else {})


class Lite:
    """A model in the making: tensors and operators of one subgraph; more subgraphs may follow."""

    def __init__(self) -> None:
        self.codes: list[dict[int, Field]] = []
        self.buffers: list[dict[int, Field]] = [{}]
        self.subgraphs: list[dict[int, Field]] = []
        self.signatures: list[dict[int, Field]] = []

    def code(self, name: str, custom: str = "") -> int:
        """The number of an operator's code."""
        number = NAMES.index(name)
        self.codes.append({0: (1, min(number, 127)), 3: (4, number)} | ({1: custom} if custom else {}))
        return len(self.codes) - 1

    def numbers(self, *values: int) -> int:
        """A buffer of integers of four bytes."""
        self.buffers.append({0: struct.pack(f"<{len(values)}i", *values)})
        return len(self.buffers) - 1

    def weights(self) -> int:
        """A buffer of numbers that were taken out."""
        self.buffers.append({0: b"\0"})
        return len(self.buffers) - 1

    def operator(
        self, name: str, inputs: Sequence[int], outputs: Sequence[int], options: dict[int, Field] | None = None,
        custom: str = "", second: bool = False,
    ) -> dict[int, Field]:  # fmt: skip
        made: dict[int, Field] = {0: (4, self.code(name, custom)), 1: list(inputs), 2: list(outputs)}
        if options is not None:
            made[11 if second else 3], made[12 if second else 4] = (1, 1), options
        return made

    def subgraph(
        self, tensors: Sequence[dict[int, Field]], inputs: Sequence[int], outputs: Sequence[int],
        operators: Sequence[dict[int, Field]], name: str = "main",
    ) -> None:  # fmt: skip
        self.subgraphs.append({0: list(tensors), 1: list(inputs), 2: list(outputs), 3: list(operators), 4: name})

    def signature(self, key: str, subgraph: int, **inputs: int) -> None:
        named = [{0: name, 1: (4, number)} for name, number in inputs.items()]
        self.signatures.append({0: named, 2: key, 4: (4, subgraph)})

    def data(self) -> bytes:
        return flatbuffer(
            {0: (4, 3), 1: self.codes, 2: self.subgraphs, 3: "made by hand", 4: self.buffers}
            | ({7: self.signatures} if self.signatures else {})
        )


CONV = {0: (1, 0), 1: (4, 1), 2: (4, 1)}
"""Options of a convolution: SAME, in steps of one."""


def chain(*names: str, shape: Sequence[int] = (1, 9, 10, 4), custom: str = "") -> bytes:
    """A convolution, and operators behind one another that take one tensor."""
    lite = Lite()
    tensors = [tensor("x", shape), tensor("k", (4, 3, 3, shape[-1]), lite.weights()), tensor("conv", (*shape[:-1], 4))]
    operators = [lite.operator("CONV_2D", [0, 1], [2], CONV)]
    for name in names:
        tensors.append(tensor(f"{name.lower()}_{len(tensors)}", (*shape[:-1], 4)))
        last = len(tensors) - 1
        operators.append(
            lite.operator(
                name, [last - 1], [last], {} if name != "CUSTOM" else None, custom if name == "CUSTOM" else ""
            )
        )
    lite.subgraph(tensors, [0], [len(tensors) - 1], operators)
    return lite.data()
