"""Makes broken models of TensorFlow: numbers of flatbuffers changed, and operators called in ways that they do not
expect."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from random import Random
from typing import Any

from readers.tensorflow.lite import written
from readers.tensorflow.saved import written as graphs
from readers.tensorflow.witness import HERE, file_of, rows

from rfcli.readers.tensorflow.calls import OPERATIONS
from rfcli.readers.tensorflow.lite.names import NAMES
from rfcli.readers.tensorflow.lite.operators import OPERATORS
from rfcli.readers.tensorflow.program import FAMILIES

assert FAMILIES

WORDS = (0, 1, 2, 3, 4, 8, 16, 255, 1 << 15, (1 << 31) - 1, 1 << 31, (1 << 32) - 1, (1 << 32) - 4)
Bytes = Callable[[bytes, Random], bytes]


def lite_mutated(random: Random, changed: Bytes) -> bytes:
    """A model whose offsets, lengths and numbers lie."""
    names = [name for name, row in rows().items() if "tflite" in row]
    what = random.random()
    if what < 0.15:
        data = _recurrent(random, "tflite")
    elif what < 0.5:
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


def _recurrent(random: Random, kind: str) -> bytes:
    """A network with a loop."""
    return zlib.decompress(random.choice(sorted((HERE / "recurrent").glob(f"*.{kind}.z"))).read_bytes())


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


def graph_mutated(random: Random, changed: Bytes) -> bytes:
    """A graph or SavedModel of which numbers, lengths and names lie."""
    names = [name for name, row in rows().items() if "graph" in row]
    what = random.random()
    if what < 0.15:
        data = _recurrent(random, "pb")
    elif what < 0.4:
        data = file_of(random.choice(names), "graph")
    elif what < 0.7:
        data = graph_operation(random, random.choice(sorted(OPERATIONS)))
    else:
        data = _saved(random)
    if random.random() < 0.2:
        return data
    made = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 4))):
        at = random.randrange(len(made))
        made[at] = random.choice(
            (
                0,
                1,
                2,
                3,
                8,
                10,
                18,
                0x7F,
                0x80,
                0xFF,
                made[at] + 1 & 255,
                made[at] - 1 & 255,
                made[at] ^ 1 << random.randrange(8),
            )
        )
    data = bytes(made)
    return changed(data, random) if random.random() < 0.3 else data


def told_mutated(random: Random, changed: Bytes, keras: Callable[[Random], bytes]) -> bytes:
    """What Keras says of a model, by itself or in the SavedModel, which serves what Keras makes, or something else."""
    text = keras(random) if random.random() < 0.9 else changed(keras(random), random)
    root = {3: "root", 4: "_tf_keras_network", 5: text}
    if random.random() < 0.4:
        other = {2: 1, 3: random.choice(("root.layer-0", "root", "")), 5: "{}"}
        return (
            changed(graphs.message({1: [root, other]}), random)
            if random.random() < 0.3
            else graphs.message({1: [root, other]})
        )
    inner = random.choice(("__inference__wrapped_model_1", "__inference_other_1"))
    functions = [graphs.function("outer", ["x"], [graphs.called("c", inner, "x")], y="c:output:0"),
                 graphs.function(inner, ["x"], [graphs.node("Relu", "r", "x")], y="r:activations:0")]  # fmt: skip
    nodes = [graphs.placeholder("in", -1, 9, 9, 4), graphs.called("call", "outer", "in")]
    serving = {
        random.choice(("serving_default", "serving_default", "")): (
            {"image": ("in:0", (-1, 9, 9, 4))},
            {"out": "call:0"},
        )
    }
    objects = {1: [{4: {1: root[4], 3: random.choice((text, text, "", "[]"))}}]}
    data = graphs.saved(graphs.graph(*nodes, functions=functions), serving, objects=objects)
    return changed(data, random) if random.random() < 0.2 else data


def _saved(random: Random) -> bytes:
    """Functions that call one another, with variables, in some order and some circle."""
    names = [f"f{at}" for at in range(random.choice((1, 2, 3)))]
    functions = []
    for at, name in enumerate(names):
        inside = random.choice((names[at:], names[at + 1 :], names, [])) or ["Relu"]
        nodes, last = [], "x"
        for number in range(random.choice((1, 2, 3))):
            called = random.choice((*inside, "Relu", "ReadVariableOp"))
            made = f"n{number}"
            inputs = (
                [random.choice((last, "x", "k", "nowhere", f"n{number}:y:0", "^n0"))]
                if random.random() < 0.2
                else [last]
            )
            nodes.append(
                graphs.called(made, called, *inputs, "k") if called in names else graphs.node(called, made, *inputs)
            )
            last = f"{made}:{random.choice(('output', 'y', 'value'))}:{random.choice((0, 0, 0, 1, 99))}"
        functions.append(graphs.function(name, ["x", "k"], nodes, y=random.choice((last, last, last, "", "n9:y:0"))))
    nodes = [graphs.placeholder("in", -1, 9, 9, 4), graphs.variable("kernel", 3, 3, 4, random.choice((4, -1))),
             graphs.called("call", random.choice(names), "in", "kernel")]  # fmt: skip
    random.shuffle(nodes)
    end = random.choice(("call:0", "call:0", "call", "in:0", "kernel:0", "x", ""))
    signatures = {
        random.choice(("serving_default", "other", "")): (
            {"image": (random.choice(("in:0", "in:0", "in", "", "call:0")), (-1, 9, 9, 4))},
            {"out": end},
        )
    }
    return graphs.saved(graphs.graph(*nodes, functions=functions), signatures, {"kernel": True})


def graph_operation(random: Random, kind: str) -> bytes:
    """An operation behind a convolution, with inputs and attributes of all sorts."""
    rank = random.choice((0, 1, 2, 3, 4, 4, 4, 4, 5, 6))
    shape = [random.choice((1, 4, 8, 8, 9, -1)) for _ in range(rank)]
    nodes = [graphs.placeholder("x", *shape), graphs.weights("k", 3, 3, 4, 4)]
    source = "x"
    if random.random() < 0.4:
        nodes.append(graphs.node("Conv2D", "c", "x", "k", strides=[1, 1, 1, 1], padding="SAME"))
        source = "c"
    given = [source]
    for at in range(random.choice((0, 1, 1, 2, 2, 3, 5))):
        what = random.randrange(6)
        name = f"i{at}"
        if what == 0:
            name = random.choice((source, "x", "x:1", "^x", "nowhere"))
        elif what < 3:
            nodes.append(
                graphs.weights(
                    name, *[random.choice((1, 2, 3, 4, 4)) for _ in range(random.choice((0, 1, 1, 2, 3, 4, 4, 5)))]
                )
            )
        else:
            pool = random.choice(((0, 1, 2, 3), (1, 2), (-1, 0, 1, 2, 4, 8, 1 << 30, -(1 << 31))))
            numbers = [random.choice(pool) for _ in range(random.choice((0, 1, 1, 2, 2, 3, 4, 4, 8)))]
            nodes.append(graphs.numbers(name, *numbers, scalar=len(numbers) == 1 and random.random() < 0.5))
        given.append(name)
    if random.random() < 0.3:
        random.shuffle(given)
    nodes.append(graphs.node(kind, "y", *given, **_attributes(random)))
    if random.random() < 0.4:
        nodes.append(
            graphs.node(random.choice(("Relu", "Softmax", "Shape", kind)), "last", f"y:{random.choice((0, 0, 1))}")
        )
    return graphs.message(graphs.graph(*nodes))


def _attributes(random: Random) -> dict[str, Any]:
    usual: dict[str, tuple[Any, ...]] = {
        "padding": ("SAME", "VALID", "EXPLICIT", "?"), "data_format": ("NHWC", "NCHW", "NDHWC", "NCDHW", ""),
        "strides": ([1, 1, 1, 1], [1, 2, 2, 1], [1, 1, 1, 1, 1], [1, 1, 2, 2], []), "dilations": ([1, 2, 2, 1], [1, 1, 1, 1]),
        "ksize": ([1, 3, 3, 1], [1, 1, 1, 3], [1, 2, 2, 2, 1]), "explicit_paddings": ([], [0, 0, 1, 1, 2, 2, 0, 0]),
        "axis": (0, 1, -1, 3, 9), "num_split": (1, 2, 3, 1 << 30), "num": (1, 4, 1 << 30), "block_size": (2, 3, 0),
        "squeeze_dims": ([], [1], [1, 2], [-1]), "keep_dims": (True, False), "begin_mask": (0, 1, 5, -1), "end_mask": (0, 2),
        "shrink_axis_mask": (0, 1, 2), "new_axis_mask": (0, 1, 2), "ellipsis_mask": (0, 1, 2, 3), "mode": ("REFLECT", "SYMMETRIC"),
        "equation": ("abc,cd->abd", "abcd->ab", "??"), "transpose_a": (True, False), "adj_y": (True, False), "batch_dims": (0, 1),
        "depth_radius": (2, 0, -1, 1 << 40), "align_corners": (True, False), "half_pixel_centers": (True, False), "exclusive": (True,),
        "rates": ([1, 1, 1, 1], [1, 2, 2, 1]),
    }  # fmt: skip
    wild = (0, -1, 1 << 62, True, "", "x", [], [0], [1, 1, 1, 1], [1 << 40] * 4, [-1] * 4)
    return {
        key: random.choice(wild) if random.random() < 0.1 else random.choice(values)
        for key, values in usual.items() if random.random() < 0.6
    }  # fmt: skip
