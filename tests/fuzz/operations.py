"""Every operation of every reader of foreign models, called in ways that it does not expect: with every rank, missing
and further inputs, attributes of other kinds, numbers that are none.

`python -m fuzz.operations --runs 20000 --seed 1 [--strict]` in the folder tests; with `--strict` what no check has met
(`UNFIT` in `rfcli/readers/tracing/core.py`) is a find.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from importlib import import_module
from random import Random
from typing import Any

import onnx
from onnx import TensorProto, helper

import rfcli
from fuzz.tensorflow import graph_operation, lite_operator
from fuzz.workers import FINDS, tallied, watched
from rfcli.readers.darknet.file import KEYS
from rfcli.readers.darknet.sections import section
from rfcli.readers.keras.binding import function, layer_class
from rfcli.readers.keras.program import FAMILIES as KERAS_FAMILIES
from rfcli.readers.onnx.calls import OPERATIONS, signature
from rfcli.readers.onnx.program import FAMILIES as ONNX_FAMILIES
from rfcli.readers.tensorflow.calls import OPERATIONS as OPERATIONS_OF_TENSORFLOW
from rfcli.readers.tensorflow.lite.operators import OPERATORS as OPERATORS_OF_LITE
from rfcli.readers.tracing import core
from rfcli.readers.yolo.modules import module

import_module("rfcli.readers.yolo.file")
assert KERAS_FAMILIES and ONNX_FAMILIES

SIZES = (1, 1, 2, 3, 4, 8, 9)
INTEGERS = (-1, 0, 1, 1, 2, 2, 3, 4, 5, 7, 8, 64, -2, -5, 1000, 1 << 31, -(1 << 31), (1 << 63) - 1, -(1 << 63))
FLOATS = (0.0, 1.0, 0.5, 2.0, -1.0, 1e-30, 1e30, float("inf"), float("-inf"), float("nan"))
TEXTS = (
    "", "same", "SAME_UPPER", "SAME_LOWER", "VALID", "valid", "causal", "linear", "nearest", "cubic", "constant", "reflect",
    "edge", "wrap", "half_pixel", "asymmetric", "align_corners", "floor", "ceil", "relu", "softmax", "channels_first",
    "channels_last", "DCR", "CRD", "NOTSET", "ijk,kl->ijl", "abc,cd->abd", "\0", "é", "x" * 300,
)  # fmt: skip


def integers(random: Random, most: int = 8) -> list[int]:
    pool = random.choice((INTEGERS, (0, 1, 2, 3), (1, 2)))
    return [random.choice(pool) for _ in range(random.randrange(most + 1))]


def value(random: Random, depth: int = 2) -> Any:
    """Anything that JSON has."""
    kind = random.randrange(9 if depth else 5)
    if kind == 0:
        return random.choice(INTEGERS)
    if kind == 1:
        return random.choice(FLOATS)
    if kind == 2:
        return random.choice(TEXTS)
    if kind == 3:
        return random.choice((None, True, False, 1, 2, 3))
    if kind in (4, 5, 6):
        return integers(random)
    if kind == 7:
        return [value(random, depth - 1) for _ in range(random.randrange(4))]
    return {random.choice(TEXTS): value(random, depth - 1) for _ in range(random.randrange(3))}


# --- ONNX


def onnx_model(random: Random, operation: str) -> bytes:
    """The operation behind a layer or two, and before one."""
    opset = random.choice((7, 9, 10, 11, 12, 13, 17, 18, 21, 22))
    domain, _, kind = operation.rpartition(".")
    inputs, weights = {"x": shape(random)}, []
    if random.random() < 0.3:
        inputs["z"] = list(inputs["x"]) if random.random() < 0.7 else shape(random)
    nodes = []
    first = "x"
    if random.random() < 0.3:
        before = random.choice(("Relu", "Flatten", "GlobalAveragePool", "Shape", "Transpose"))
        nodes.append(helper.make_node(before, ["x"], ["b"]))
        first = "b"
    names, keywords = signature(OPERATIONS[operation])
    most = random.randrange(5) if names is None else len(names) + 1
    given = [first] + [
        _onnx_input(random, at, inputs, weights) for at in range(1, random.randrange(1, max(most, 1) + 1))
    ]
    random.shuffle(given) if random.random() < 0.15 else None
    given = [] if random.random() < 0.02 else given
    outputs = ["y"] + [f"o{at}" for at in range(random.choice((0, 0, 0, 1, 2, 5)))]
    nodes.append(helper.make_node(kind, given, outputs, name="n", domain=domain))
    attributes = set(keywords)
    if not domain and onnx.defs.has(kind):
        attributes |= set(onnx.defs.get_schema(kind, 25, "").attributes)
    for name in sorted(attributes):
        if random.random() < 0.6:
            nodes[-1].attribute.append(_attribute(random, name, kind))
    after = random.choice(("", "Relu", "Conv", "Flatten", "Gemm", "GlobalAveragePool", "Add"))
    if after:
        second = {"Conv": ["k"], "Gemm": ["g"], "Add": ["x"]}.get(after, [])
        weights += [tensor("k", [2, 4, 3, 3]), tensor("g", [4, 5])]
        nodes.append(helper.make_node(after, ["y", *second], ["last"]))
    listed = [helper.make_tensor_value_info(name, TensorProto.FLOAT, dims) for name, dims in inputs.items()]
    ends = [helper.make_tensor_value_info("last" if after else "y", TensorProto.FLOAT, None)]
    graph = helper.make_graph(nodes, "g", listed, ends, weights)
    opsets = [helper.make_opsetid(name, opset if not name else 1) for name in {"", domain}]
    return bytes(helper.make_model(graph, opset_imports=opsets).SerializeToString())


def shape(random: Random) -> list[Any]:
    rank = random.choice((0, 1, 2, 3, 4, 4, 4, 5, 6))
    usual = random.random() < 0.6
    pool = (4, 8, 8, 8) if usual else SIZES
    dims: list[Any] = [random.choice(pool) for _ in range(rank)]
    if usual and rank > 1:
        dims[0] = 1
    if random.random() < 0.2 and rank:
        dims[random.randrange(rank)] = random.choice(("N", None, 0, 1 << 40))
    return dims


def tensor(name: str, dims: list[int], values: list[Any] | None = None, kind: int = TensorProto.FLOAT) -> Any:
    count = 1
    for n in dims:
        count *= n
    if values is None:
        return TensorProto(name=name, dims=dims, data_type=kind, raw_data=bytes(4 * count) if count < 5000 else b"")
    return helper.make_tensor(name, kind, dims, values)


def _onnx_input(random: Random, at: int, inputs: dict[str, Any], weights: list[Any]) -> str:
    kind, name = random.randrange(8), f"w{at}"
    if kind == 0:
        return ""
    if kind == 1:
        return random.choice(sorted(inputs))
    if kind in (2, 3):
        rank = random.choice((0, 1, 1, 2, 3, 4, 4, 5))
        weights.append(tensor(name, [random.choice((1, 2, 3, 4, 4)) for _ in range(rank)]))
    elif kind == 4:
        floats = [random.choice(FLOATS) for _ in range(random.randrange(7))]
        weights.append(tensor(name, [len(floats)], floats))
    else:
        listed = integers(random)
        scalar = len(listed) == 1 and random.random() < 0.5
        weights.append(tensor(name, [] if scalar else [len(listed)], listed, TensorProto.INT64))
    return name


def _attribute(random: Random, name: str, operation: str) -> Any:
    schema = onnx.defs.get_schema(operation, 25, "") if onnx.defs.has(operation) else None
    kind = str(schema.attributes[name].type).rpartition(".")[2] if schema and name in schema.attributes else "INT"
    if random.random() < 0.15:
        kind = random.choice(("INT", "INTS", "FLOAT", "FLOATS", "STRING", "TENSOR", "NONE"))
    made = onnx.AttributeProto(name=name, type=getattr(onnx.AttributeProto, kind, 0) if kind != "NONE" else 0)
    if kind == "INT":
        made.i = random.choice(random.choice((INTEGERS, (0, 1, 2, -1))))
    elif kind == "INTS":
        made.ints.extend(integers(random))
    elif kind == "FLOAT":
        made.f = random.choice(FLOATS)
    elif kind == "FLOATS":
        made.floats.extend(random.choice(FLOATS) for _ in range(random.randrange(5)))
    elif kind == "STRING":
        made.s = random.choice(TEXTS).encode()
    elif kind == "TENSOR":
        made.t.CopyFrom(tensor("t", [2], [1.0, 2.0]))
    return made


# --- Keras

CONFIGURED = (
    "data_format", "activation", "padding", "axis", "units", "filters", "kernel_size", "pool_size", "strides", "size",
    "dilation_rate", "cropping", "target_shape", "dims", "n", "rate", "layer", "cell", "rnn_layer", "merge_mode",
    "return_sequences", "return_state", "go_backwards", "use_bias", "groups", "depth_multiplier", "interpolation", "alpha",
    "num_heads", "key_dim", "axes", "function", "equation", "output_shape", "height", "width", "output_padding",
)  # fmt: skip


def keras_model(random: Random, kind: str, operation: bool) -> bytes:
    """The layer or function behind another, in a chain or a graph of several tensors."""
    makes = (function if operation else layer_class)[kind]
    keys = sorted({*(makes.__kwdefaults__ or {}), *random.sample(CONFIGURED, 5)})
    config = {key: _keras_value(random, key) for key in keys if random.random() < 0.6}
    rank = random.choice((0, 1, 2, 3, 3, 3, 4))
    dims = [random.choice((None, *SIZES)) for _ in range(rank)]
    source = {"class_name": "InputLayer", "config": {"name": "x", "batch_shape": [None, *dims]}, "name": "x",
              "inbound_nodes": []}  # fmt: skip
    wraps = operation and "." in kind
    layer: dict[str, Any] = {
        "class_name": "TFOpLambda" if wraps else kind,
        "config": {"name": "a", **({"function": kind} if wraps else {}), **config}, "name": "a",
        "module": "keras.src.ops.numpy" if operation and not wraps else "keras.layers",
    }  # fmt: skip
    if random.random() < 0.5 and not operation:
        return json.dumps({"class_name": "Sequential", "config": {"name": "s", "layers": [source, layer]}}).encode()
    held = {"class_name": "__keras_tensor__",
            "config": {"shape": [None, *dims], "dtype": "float32", "keras_history": ["x", 0, 0]}}  # fmt: skip
    pool = (
        held,
        held,
        held,
        [held, held],
        [held],
        [],
        1,
        2.5,
        None,
        [1, 2],
        {"class_name": "__tuple__", "items": [2, 3]},
    )
    args = [random.choice(pool) for _ in range(random.randrange(5))]
    kwargs = {
        key: random.choice((*pool, value(random))) for key in random.sample(keys, min(len(keys), random.randrange(4)))
    }
    layer["inbound_nodes"] = [{"args": [held, *args], "kwargs": kwargs}] * random.choice((1, 1, 1, 2))
    listed = {"name": "f", "layers": [source, layer], "input_layers": [["x", 0, 0]],
              "output_layers": [["a", 0, random.choice((0, 0, 0, 1))]]}  # fmt: skip
    return json.dumps({"class_name": "Functional", "config": listed}).encode()


def _keras_value(random: Random, key: str) -> Any:
    if key in ("layer", "cell", "rnn_layer") and random.random() < 0.8:
        return {"class_name": random.choice(sorted(layer_class)), "config": {"name": "i", "units": 4, "filters": 4}}
    if random.random() < 0.5:
        return value(random)
    if key in ("data_format", "activation", "padding", "interpolation", "merge_mode", "function", "equation"):
        return random.choice(TEXTS)
    usual = (1, 2, 3, [2, 2], [3], [1, 2, 3], [[1, 2], [0, 1]], True, False, [], [-1], -1, 4)
    return random.choice(usual)


# --- YOLO and Darknet


def yolo_model(random: Random, kind: str) -> bytes:
    """The module behind a convolution, with other modules' rows before and after."""
    rows = [[-1, 1, "Conv", [random.choice((8, 16, 64)), 3, 2]], [-1, 1, "Conv", [64, 3, 2]]]
    source = random.choice((-1, -1, -1, [-1, 0], [0, 1, 1], [], 0, -2, -9, 5, "x", None))
    arguments = [value(random, 1) if random.random() < 0.4 else random.choice((1, 2, 3, 16, 32, 64, True, None, 0.5, [3, 5]))
                 for _ in range(random.choice((0, 1, 1, 2, 2, 3, 4, 6, 8)))]  # fmt: skip
    rows.append([source, random.choice((1, 1, 2, 3, 0, -1, 1.5, 10**6)), kind, arguments])
    if random.random() < 0.5:
        rows.append([-1, 1, random.choice(sorted(module)), [random.choice((32, 64))]])
    keys = {"nc": random.choice((80, 80, value(random))), "backbone": rows, "head": []}
    if random.random() < 0.3:
        keys[random.choice(("scales", "activation", "ch", "depth_multiple", "width_multiple", "reg_max"))] = value(
            random
        )
    return "".join(f"{key}: {json.dumps(one)}\n" for key, one in keys.items()).encode()


def darknet_model(random: Random, kind: str) -> bytes:
    lines = [
        "[net]",
        *(f"{key}={random.choice((1, 8, 9, 32, 416, 0, -1, 'x'))}" for key in ("height", "width", "channels")),
    ]
    lines += ["[convolutional]", "filters=4", "size=3", "pad=1"]
    for one in (kind, random.choice(sorted(section))):
        lines.append(f"[{one}]")
        for key in random.sample(sorted(KEYS), random.randrange(8)):
            listed = ",".join(map(str, integers(random))) or "-1"
            lines.append(f"{key}={random.choice((*INTEGERS, *FLOATS, *TEXTS[:16], listed, listed, -1, 1, 2, 3))}")
    return "\n".join(lines).encode()


KINDS: list[tuple[str, str]] = [
    *(("onnx", one) for one in sorted(OPERATIONS)),
    *(("layer", one) for one in sorted(layer_class)),
    *(("function", one) for one in sorted(function)),
    *(("yolo", one) for one in sorted(module)),
    *(("cfg", one) for one in sorted(section)),
    *(("lite", one) for one in sorted(OPERATORS_OF_LITE)),
    *(("graph", one) for one in sorted(OPERATIONS_OF_TENSORFLOW)),
]
"""Every operation of every reader."""


def called(random: Random, number: int) -> tuple[bytes, str]:
    """A model of the operation whose turn it is, and the name of its file."""
    reader, kind = KINDS[number % len(KINDS)]
    if reader == "onnx":
        return onnx_model(random, kind), "m.onnx"
    if reader == "yolo":
        return yolo_model(random, kind), "m.yaml"
    if reader == "cfg":
        return darknet_model(random, kind), "m.cfg"
    if reader == "lite":
        return lite_operator(random, kind), "m.tflite"
    if reader == "graph":
        return graph_operation(random, kind), "m.pb"
    return keras_model(random, kind, reader == "function"), "m.json"


def tried(data: bytes, name: str) -> str:
    """What becomes of a model; finds start with "bug"."""
    try:
        network = rfcli.loads(data, name)
        rfcli.compute(network)
    except rfcli.DescriptionError as error:
        assert error.diagnostics, "refused without a reason"
        return "refused"
    unknown = any(entry.layer.given.get("unknown") for entry in network.entries)
    return "unknown" if unknown else "read"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20 * len(KINDS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--strict", action="store_true")
    given = parser.parse_args()
    if given.strict:
        core.UNFIT = ()
    started = time.monotonic()

    def run(number: int) -> str:
        return tried(*called(Random(f"{given.seed}/{number}"), number))

    def tell(number: int, said: str) -> None:
        which = " ".join(KINDS[number % len(KINDS)]) if number >= 0 else ""
        print(f"run {number}: {which}: {said}" if which else said, file=sys.stderr, flush=True)

    totals = tallied(watched(run, range(given.runs), given.jobs, 2), tell)
    print(
        f"{given.runs} calls of {len(KINDS)} operations, seed {given.seed}, {time.monotonic() - started:.0f} s: {totals}"
    )
    return 1 if set(FINDS) & set(totals) else 0


if __name__ == "__main__":
    sys.exit(main())
