"""Recurrent layers, and layers that hold another one."""

from __future__ import annotations

from typing import Any

from readers.keras.keras_files import (
    CONV,
    chain,
    computed,
    source,
)
from readers.keras.rows import Row, rows_held
from rfcli.geometry.unknown import Unknown

STEPS = (6, 3)
WEIGHTS = {"SimpleRNN": 5 * (3 + 5), "GRU": 3 * 5 * (3 + 5), "LSTM": 4 * 5 * (3 + 5)}
"""Of 5 units over 3 features."""


def held(kind: str, **config: Any) -> dict[str, Any]:
    return {"layer": {"module": "keras.layers", "class_name": kind, "config": {"name": "held", **config},
                      "registered_name": None}}  # fmt: skip


GRU = {"units": 5, "reset_after": True}
ROWS = [
    Row("SimpleRNN", {"units": 5}, STEPS, [("rnn", {"units": 5, "single_bias": True, "last": True})]),
    Row("CuDNNGRU", {"units": 5}, STEPS, [("gru", {"units": 5, "last": True})], keras=""),
    Row("CuDNNLSTM", {"units": 5}, STEPS, [("lstm", {"units": 5, "last": True})], keras=""),
    Row("GRU", GRU, STEPS, [("gru", {"units": 5, "last": True})]),
    Row("GRU", {"units": 5, "reset_after": False, "return_sequences": True}, STEPS,
        [("gru", {"units": 5, "single_bias": True})]),
    Row("LSTM", {"units": 5, "use_bias": False}, STEPS, [("lstm", {"units": 5, "bias": False, "last": True})]),
    Row("LSTM", {"units": 5, "return_sequences": True}, STEPS, [("lstm", {"units": 5, "single_bias": True})]),
    Row("LSTM", {"units": 5, "go_backwards": True}, STEPS, [("lstm", {"units": 5, "single_bias": True, "last": True})]),
    Row("LSTM", {"units": 5, "go_backwards": True, "return_sequences": True}, STEPS,
        [("custom", {"unknown": "LSTM: it turns the map round", "filters": 5, "size": 6, "params": 180})], reads=False),
    Row("Bidirectional", held("GRU", **GRU, return_sequences=True), STEPS,
        [("gru", {"units": 5, "bidirectional": True})]),
    Row("Bidirectional", {**held("LSTM", units=5), "merge_mode": "sum"}, STEPS,
        [("lstm", {"units": 5, "bidirectional": True, "single_bias": True, "last": True}),
         ("custom", {"filters": 5, "params": 0, "macs": 0})]),
    Row("TimeDistributed", held("Dense", units=2), (4, 5, 3), [("conv", {"kernel": 1, "filters": 2})]),
    Row("TimeDistributed", held("Conv1D", filters=2, kernel_size=3), (4, 5, 3),
        [("conv", {"filters": 2, "padding": "valid", "kernel": [1, 3]})], reads=True),
    Row("TimeDistributed", held("MaxPooling2D", pool_size=2), (2, 4, 4, 3),
        [("max_pool", {"padding": "valid", "kernel": [1, 2, 2], "stride": [1, 2, 2]})]),
    Row("TimeDistributed", held("BatchNormalization", axis=-1), (4, 5, 3), [("batch_norm", {})]),
    Row("SpectralNormalization", held("Conv2D", filters=2, kernel_size=3), (4, 5, 3),
        [("conv", {"filters": 2, "padding": "valid", "kernel": 3})]),
]  # fmt: skip


test_layers, test_keras_agrees = rows_held(ROWS)


def test_recurrence() -> None:
    """The last step has read everything, and so has each step of both directions; a step alone only those before it."""
    lstm = {"units": 5}
    last = computed(chain(source((12, 3)), ("LSTM", lstm))).layer("b")
    assert (last.output_size, last.channels, last.cost.params) == ((1,), 5, 4 * (5 * 8 + 5))
    assert last.receptive_field.globally
    both = {"layer": {"class_name": "GRU", "config": {"units": 5, "return_sequences": True, "reset_after": True}}}
    each = computed(chain(source((12, 3)), ("Bidirectional", both))).layer("b")
    assert (each.output_size, each.channels, each.cost.params) == ((12,), 10, 2 * 3 * (5 * 8 + 10))
    assert each.receptive_field.globally
    steps = computed(chain(source((12, 3)), ("LSTM", {**lstm, "return_sequences": True}))).layer("b")
    assert (steps.output_size, steps.channels, steps.cost.params) == ((12,), 5, 180)
    assert (steps.receptive_field.unbounded, steps.receptive_field.lookahead) == (("before",), (0,))
    assert (steps.receptive_field.through, steps.cost.macs) == (("b",), 12 * WEIGHTS["LSTM"])


def test_wrappers() -> None:
    conv = {"layer": {"class_name": "Conv2D", "config": {"name": "c", **CONV}}}
    timed = computed(chain(source((5, 8, 9, 2)), ("TimeDistributed", conv))).layer("b")
    assert (timed.output_size, timed.receptive_field.size, timed.cost.params) == ((5, 6, 7), (1, 3, 3), 76)
    spectral = computed(chain(source((8, 9, 2)), ("SpectralNormalization", conv))).layer("b")
    assert (spectral.output_size, spectral.cost.params) == ((6, 7), 76)
    lost = {"layer": {"class_name": "LSTM", "config": {"units": 2}}}
    assert isinstance(computed(chain(source((5, 8, 2)), ("TimeDistributed", lost))).layers[0].output_size[0], Unknown)
