"""Recurrent layers, and running sums."""

from __future__ import annotations

import json
import zlib

import pytest

import rfcli
from readers.tensorflow.lite.written import Lite, tensor
from readers.tensorflow.witness import HERE, held

LITE: dict[str, list[str]] = {
    "Cumsum": ["custom(filters=4, global=before, macs=0, params=0)"],
    "Cumsum reverse": ["custom(filters=4, global=after, macs=0, params=0)"],
}  # fmt: skip
GRAPH: dict[str, list[str]] = {
    "Cumsum": ["custom(filters=4, global=before, macs=0, params=0)", "identity()"],
    "Cumsum reverse": ["custom(filters=4, global=after, macs=0, params=0)", "identity()"],
}  # fmt: skip

test_rows = held(LITE, GRAPH)


def recurrent(kind: str, units: int = 24, inner: int = 32, steps: int = 16, **options: object) -> rfcli.Report:
    """A signal that a recurrent operator reads: of an LSTM four gates have weights for the input and for the state."""
    lite = Lite()
    tensors, given = [tensor("x", (1, steps, inner))], [0]

    def held(*shape: int) -> None:
        given.append(len(tensors))
        tensors.append(tensor("w", shape, lite.weights()))

    if kind == "UNIDIRECTIONAL_SEQUENCE_LSTM":
        for _ in range(4):
            held(units, inner)
        for _ in range(4):
            held(units, units)
        given += [-1, -1, -1]
        for _ in range(4):
            held(units)
        given += [-1, -1, len(tensors), len(tensors) + 1, -1, -1, -1, -1]
    else:
        held(units, inner), held(units, units), held(units)
        given.append(len(tensors))
    tensors += [tensor("state", (1, units)), tensor("cell", (1, units)), tensor("y", (1, steps, units))]
    lite.subgraph(tensors, [0], [len(tensors) - 1], [lite.operator(kind, given, [len(tensors) - 1], dict(options))])
    return rfcli.compute(rfcli.loads(lite.data(), "net.tflite"))


def test_lstm() -> None:
    (layer,) = recurrent("UNIDIRECTIONAL_SEQUENCE_LSTM").layers
    assert (layer.type, layer.output_size, layer.channels) == ("lstm", (16,), 24)
    assert layer.cost.params == 4 * (24 * 32 + 24 * 24 + 24)
    assert layer.receptive_field.unbounded == ("before",)


def test_rnn() -> None:
    (layer,) = recurrent("UNIDIRECTIONAL_SEQUENCE_RNN").layers
    assert (layer.type, layer.cost.params, layer.receptive_field.unbounded) == (
        "rnn",
        24 * 32 + 24 * 24 + 24,
        ("before",),
    )


RECURRENT = HERE / "recurrent"
WITNESS = json.loads((RECURRENT / "witness.json").read_text())
FILES = sorted(path.name for path in RECURRENT.glob("*.z"))
WRITTEN = {"lstm.k3.tflite": 624, "gru.k3.tflite": 263, "gru_before.k3.tflite": 248, "simple.k3.tflite": 190,
           "state.k3.tflite": 326, "columns.k3.tflite": 1390}  # fmt: skip
"""Parameters of files in which convolutions have biases of 0 that Keras has not: a file does not say which are trained."""
CELLS = {"simple": "rnn", "stacked": "custom", "first_stacked": "custom"} | dict.fromkeys(
    ("gru_before", "gru_before_each", "rows_gru", "coded_gru", "gru", "bi_gru", "first_gru"), "gru"
)


@pytest.mark.parametrize("file", FILES)
def test_recurrent_networks(file: str) -> None:
    """Of Keras 2.15 and 3.15 as SavedModels, frozen and converted, and of the first TensorFlow: nothing is unknown, parameters are Keras's, and what
    steps read is what TensorFlow's runtime saw when the input was changed step by step."""
    name, kind = file.partition(".")[0], file.removesuffix(".z")
    network = rfcli.loads(zlib.decompress((RECURRENT / file).read_bytes()), "net." + kind.rpartition(".")[2])
    assert not [entry.name for entry in network.entries if entry.layer.given.get("unknown")]
    assert CELLS.get(name, "lstm") in {entry.layer.type for entry in network.entries}
    report = rfcli.compute(network)
    assert report.total.params == WRITTEN.get(kind, WITNESS[name]["params"])
    assert isinstance(report.total.macs, int)
    inputs = sorted(network.inputs, key=lambda one: -one.size[0])
    by_input = [rfcli.compute(network, origin=one.name) for one in inputs]
    left = list(WITNESS[name]["outputs"])
    for output in report.outputs:
        layer = report.layer(output)
        told = next(one for one in left if one["shape"][-1] == layer.channels or len(left) == 1)
        left.remove(told)
        for number, axis, o, low, high in told["reads"]:
            assert seen(by_input[number], output, told["shape"], o, axis, inputs[number].size) == (low, high)


def seen(
    report: rfcli.Report, output: str, shape: list[int], o: int, axis: int, size: tuple[int | None, ...]
) -> tuple[int, int]:
    """What step `o` of an output reads of the input, from its first sample to its last along an axis."""
    layer, last = report.layer(output), (size[axis] or 0) - 1
    place = [n // 2 for n in layer.output_size]
    if len(shape) == 3:
        place[layer.output_size.index(shape[1])] = o
    side = layer.receptive_field.unbounded[axis]
    runs = rfcli.located(report, output).at(tuple(place)).runs[axis]
    low = 0 if side in ("both", "before") or not runs else runs[0][0]
    return low, last if side in ("both", "after") or not runs else runs[-1][1]


def both_ways(kind: str, merged: bool) -> rfcli.Report:
    """A signal of 5 steps that an operator of both directions reads."""
    lite, tensors, given = Lite(), [tensor("x", (1, 5, 4))], [0]

    def held(*shapes: tuple[int, ...], buffer: bool = True) -> None:
        for shape in shapes:
            given.append(len(tensors))
            tensors.append(tensor("w", shape, lite.weights() if buffer else 0))

    for _ in range(2):
        if kind == "LSTM":
            held(*[(3, 4)] * 4, *[(3, 3)] * 4)
            given.extend([-1] * 3)
            held(*[(3,)] * 4)
            given.extend([-1] * 2)
        else:
            held((3, 4), (3, 3), (3,))
            held((1, 3), buffer=False)
    if kind == "LSTM":
        held(*[(1, 3)] * 4, buffer=False)
    made = [len(tensors)] if merged else [len(tensors), len(tensors) + 1]
    tensors += [tensor("y", (1, 5, 6 if merged else 3)) for _ in made]
    options = {3: (1, int(merged)), 4: (1, 0)} if kind == "LSTM" else {2: (1, int(merged))}
    lite.subgraph(tensors, [0], made, [lite.operator(f"BIDIRECTIONAL_SEQUENCE_{kind}", given, made, options)])
    return rfcli.compute(rfcli.loads(lite.data(), "net.tflite"))


@pytest.mark.parametrize(("kind", "params"), [("LSTM", 96), ("RNN", 24)])
def test_both_ways(kind: str, params: int) -> None:
    """As the interpreter of TensorFlow 2.21 has it: one direction sees what lies before, the other what lies behind;
    side by side they see all."""
    report = both_ways(kind, False)
    assert [one.receptive_field.unbounded for one in report.layers] == [("before",), ("after",)]
    assert [one.cost.params for one in report.layers] == [params] * 2
    assert {one.type for one in report.layers} == {kind.lower()} and len(report.outputs) == 2
    last = both_ways(kind, True).layers[-1]
    assert (last.type, last.channels, last.receptive_field.unbounded) == ("concat", 6, ("both",))
