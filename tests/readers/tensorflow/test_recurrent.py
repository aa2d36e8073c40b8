"""Recurrent layers, and running sums."""

from __future__ import annotations

import rfcli
from readers.tensorflow.lite.written import Lite, tensor
from readers.tensorflow.witness import held

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
