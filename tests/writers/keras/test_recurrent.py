"""Recurrent layers of Keras."""

from __future__ import annotations

from writers.keras.rows import Refusal, Row, rows_held

SINGLE = {"single_bias": True}
ALL = {"units": 5, "use_bias": True, "return_sequences": True}
INNER = {"module": "keras.layers", "class_name": "GRU", "registered_name": None,
         "config": {"name": "forward", **ALL, "reset_after": True}}  # fmt: skip
ROWS = [
    Row({"type": "lstm", "units": 5, **SINGLE}, [("LSTM", ALL)], size=(9,)),
    Row({"type": "rnn", "units": 5, "bias": False}, [("SimpleRNN", {**ALL, "use_bias": False})], size=(9,)),
    Row({"type": "gru", "units": 5}, [("GRU", {**ALL, "reset_after": True})], size=(9,)),
    Row({"type": "gru", "units": 5, "depth": 2, **SINGLE}, [("GRU", {**ALL, "reset_after": False})] * 2, size=(9,)),
    Row({"type": "gru", "units": 5, "bidirectional": True}, [("Bidirectional", {"layer": INNER, "merge_mode": "concat"})],
        size=(9,)),
]  # fmt: skip
REFUSED = [
    Refusal({"type": "lstm", "units": 5}, "Keras has one bias for each gate", (9,)),
    Refusal({"type": "lstm", "units": 5, **SINGLE}, "maps of one axis only"),
    Refusal({"type": "lstm", "units": 5, "projection": 2}, "no projection", (9,)),
    Refusal({"type": "gru", "units": 5, "last": True}, "give all states", (9,)),
    Refusal({"type": "gru", "units": 5, "reverse": True}, "run forward", (9,)),
]

test_written, test_refused = rows_held(ROWS, REFUSED)
