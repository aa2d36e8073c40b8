"""Makes broken models of TensorFlow: numbers of flatbuffers changed, and operators called in ways that they do not
expect."""

from __future__ import annotations

import struct
from collections.abc import Callable
from random import Random
from typing import Any

from readers.tensorflow.lite import written
from readers.tensorflow.witness import file_of, rows

from rfcli.readers.tensorflow.lite.names import NAMES
from rfcli.readers.tensorflow.lite.operators import OPERATORS

WORDS = (0, 1, 2, 3, 4, 8, 16, 255, 1 << 15, (1 << 31) - 1, 1 << 31, (1 << 32) - 1, (1 << 32) - 4)
Bytes = Callable[[bytes, Random], bytes]


def lite_mutated(random: Random, changed: Bytes) -> bytes:
    """A model whose offsets, lengths and numbers lie."""
    names = [name for name, row in rows().items() if "tflite" in row]
    if random.random() < 0.5:
        data = file_of(random.choice(names), "tflite")
    else:
        data = lite_operator(random, random.choice(sorted(OPERATORS)))
    if random.random() < 0.2:
        return data
    made = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 4))):
        size = random.choice((1, 2, 4, 4, 4))
        at = random.randrange(8, len(made) - 4) // size * size
        old = int.from_bytes(made[at : at + size], "little")
        near = (old + 1, old - 1, old + 4, old - 4, old * 2)
        number = random.choice((*WORDS, *near, *near, random.randrange(len(made)), len(made) - at))
        made[at : at + size] = (number % (1 << 8 * size)).to_bytes(size, "little")
    data = bytes(made)
    return changed(data, random) if random.random() < 0.2 else data


def lite_operator(random: Random, kind: str) -> bytes:
    """An operator behind a convolution, and before another, with inputs and options of all sorts."""
    lite = written.Lite()
    rank = random.choice((0, 1, 2, 3, 4, 4, 4, 4, 5, 6))
    shape = [random.choice((1, 4, 8, 8, 9)) for _ in range(rank)]
    shape = [1, *shape[1:]] if rank and random.random() < 0.8 else shape
    signature = [random.choice((n, n, n, -1)) for n in shape]
    tensors = [written.tensor("x", shape, signature=signature), written.tensor("k", (4, 3, 3, 4), lite.weights()),
               written.tensor("c", shape)]  # fmt: skip
    operators = [lite.operator("CONV_2D", [0, 1], [2], written.CONV)] if random.random() < 0.5 else []
    source = 2 if operators else 0
    given = [source]
    for _ in range(random.choice((0, 1, 1, 2, 2, 3, 5))):
        given.append(_input(random, lite, tensors, source))
    if random.random() < 0.3:
        random.shuffle(given)
    outputs = []
    for at in range(random.choice((1, 1, 1, 2, 3))):
        outputs.append(len(tensors))
        tensors.append(
            written.tensor(f"y{at}", [random.choice((1, 2, 4, 8)) for _ in range(random.choice((rank, rank, 2, 4)))])
        )
    operators.append(lite.operator(kind, given, outputs, _options(random)))
    if random.random() < 0.4:
        tensors.append(written.tensor("last", shape))
        after = random.choice(("RELU", "MEAN", "SOFTMAX", "RESHAPE", "ADD", random.choice(NAMES)))
        operators.append(lite.operator(after, [outputs[0], *([source] if after == "ADD" else [])], [len(tensors) - 1]))
        outputs.append(len(tensors) - 1)
    lite.subgraph(tensors, [0], [outputs[-1]], operators)
    return lite.data()


def _input(random: Random, lite: written.Lite, tensors: list[Any], source: int) -> int:
    """A further input: a map, weights, numbers, or none."""
    what = random.randrange(7)
    if what == 0:
        return random.choice((-1, source, 0, random.randrange(len(tensors))))
    if what < 3:
        shape = [random.choice((1, 2, 3, 4, 4)) for _ in range(random.choice((0, 1, 1, 2, 3, 4, 4, 5)))]
        tensors.append(written.tensor("w", shape, lite.weights()))
    else:
        pool = random.choice(((0, 1, 2, 3), (1, 2), (-1, 0, 1, 2, 4, 8, 1 << 30, -(1 << 31))))
        numbers = [random.choice(pool) for _ in range(random.choice((0, 1, 1, 2, 2, 3, 4, 4, 8)))]
        wide = random.random() < 0.2 and len(numbers) % 2 == 0
        shape = (
            [] if len(numbers) == 1 and random.random() < 0.5 else [len(numbers) // 2, 2] if wide else [len(numbers)]
        )
        tensors.append(written.tensor("n", shape, lite.numbers(*numbers), 2))
    return len(tensors) - 1


def _options(random: Random) -> dict[int, Any] | None:
    """Options of any sort: each field is a number, or a list of them."""
    if random.random() < 0.1:
        return None
    made: dict[int, Any] = {}
    for field in range(8):
        what = random.randrange(5)
        if what < 2:
            made[field] = (random.choice((1, 4)), random.choice((0, 1, 1, 2, 3, 4, -1, 100, (1 << 31) - 1, -(1 << 31))))
        elif what == 2 and random.random() < 0.2:
            made[field] = [random.choice((0, 1, -1, 2, 1 << 30)) for _ in range(random.randrange(6))]
        elif what == 3 and random.random() < 0.1:
            made[field] = struct.pack("<f", random.choice((0.5, float("nan"), 1e30)))
    return made
