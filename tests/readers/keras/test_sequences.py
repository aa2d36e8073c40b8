"""Recurrent layers, and layers that hold another one."""

from __future__ import annotations

from typing import Any

from readers.keras.keras_files import (
    CONV,
    SAME,
    chain,
    computed,
    functional,
    new,
    source,
    tensors,
)
from readers.keras.rows import Row, rows_held
from rfcli.geometry.unknown import Unknown

STEPS = (6, 3)
WEIGHTS = {"SimpleRNN": 5 * (3 + 5), "GRU": 3 * 5 * (3 + 5), "LSTM": 4 * 5 * (3 + 5)}
"""Of 5 units over 3 features."""


def held(kind: str, **config: Any) -> dict[str, Any]:
    return {"layer": {"module": "keras.layers", "class_name": kind, "config": {"name": "held", **config},
                      "registered_name": None}}  # fmt: skip


def cell(kind: str, **config: Any) -> dict[str, Any]:
    return held(kind, **config)["layer"]


GRU = {"units": 5, "reset_after": True}
ROWS = [
    Row("SimpleRNN", {"units": 5}, STEPS, [("rnn", {"units": 5, "single_bias": True, "last": True})]),
    Row("ConvLSTM1D", {"filters": 4, "kernel_size": 3}, (5, 12, 3), [
        ("custom", {"unknown": "ConvLSTM1D: it widens with each step", "params": 16 * (3 * 7 + 1), "filters": 4,
                    "size": [10, 1]}),
    ], keras=""),
    Row("ConvLSTM2D", {"filters": 4, "kernel_size": [3, 2], "strides": 2, "return_sequences": True}, (5, 12, 10, 3), [
        ("custom", {"unknown": "ConvLSTM2D: it widens with each step", "params": 16 * (6 * 7 + 1), "filters": 4,
                    "size": 5}),
    ], keras=""),
    Row("CuDNNGRU", {"units": 5}, STEPS, [("gru", {"units": 5, "last": True})], keras=""),
    Row("CuDNNLSTM", {"units": 5}, STEPS, [("lstm", {"units": 5, "last": True})], keras=""),
    Row("GRU", GRU, STEPS, [("gru", {"units": 5, "last": True})]),
    Row("GRU", {"units": 5, "reset_after": False, "return_sequences": True}, STEPS,
        [("gru", {"units": 5, "single_bias": True})]),
    Row("LSTM", {"units": 5, "use_bias": False}, STEPS, [("lstm", {"units": 5, "bias": False, "last": True})]),
    Row("LSTM", {"units": 5, "return_sequences": True}, STEPS, [("lstm", {"units": 5, "single_bias": True})]),
    Row("LSTM", {"units": 5, "go_backwards": True}, STEPS, [("lstm", {"units": 5, "single_bias": True, "last": True})]),
    Row("LSTM", {"units": 5, "go_backwards": True, "return_sequences": True}, STEPS,
        [("lstm", {"units": 5, "single_bias": True, "reverse": True}),
         ("custom", {"unknown": "flip: an axis is turned round", "filters": 5, "size": 6, "params": 0})], reads=False),
    Row("Bidirectional", held("GRU", **GRU, return_sequences=True), STEPS,
        [("gru", {"units": 5, "bidirectional": True})]),
    Row("Bidirectional", {**held("LSTM", units=5), "merge_mode": "sum"}, STEPS,
        [("lstm", {"units": 5, "bidirectional": True, "single_bias": True, "last": True}),
         ("custom", {"filters": 5, "params": 0, "macs": 0})]),
    Row("Bidirectional", {**held("LSTM", units=5, return_sequences=True), "merge_mode": "mul"}, STEPS,
        [("lstm", {"units": 5, "bidirectional": True, "single_bias": True}),
         ("custom", {"filters": 5, "params": 0, "macs": 0, "mixes": "some"})]),
    Row("Bidirectional", {**held("LSTM", units=5, return_sequences=True),
                          "backward_layer": held("GRU", **GRU, return_sequences=True, go_backwards=True)["layer"]}, STEPS,
        [("lstm", {"units": 5, "single_bias": True}), ("gru", {"units": 5, "reverse": True}), ("concat", {})]),
    Row("Bidirectional", {**held("LSTM", units=5, return_sequences=True), "merge_mode": None}, STEPS,
        [("lstm", {"units": 5, "single_bias": True}), ("lstm", {"units": 5, "reverse": True, "single_bias": True})],
        reads=False),
    Row("RNN", {"cell": cell("LSTMCell", units=5), "return_sequences": True}, STEPS,
        [("lstm", {"units": 5, "single_bias": True})]),
    Row("RNN", {"cell": cell("StackedRNNCells", cells=[cell("GRUCell", **GRU), cell("SimpleRNNCell", units=5)])}, STEPS,
        [("gru", {"units": 5}), ("rnn", {"units": 5, "single_bias": True, "last": True})]),
    Row("TimeDistributed", held("LSTM", units=5), (4, 6, 3),
        [("lstm", {"units": 5, "single_bias": True, "along": "w", "last": True})], reads=False),
    Row("TimeDistributed", held("LayerNormalization", axis=-1), (4, 5, 3), [("layer_norm", {})]),
    Row("TimeDistributed", held("Dense", units=2), (4, 5, 3), [("conv", {"kernel": 1, "filters": 2})]),
    Row("TimeDistributed", held("Conv1D", filters=2, kernel_size=3), (4, 5, 3),
        [("conv", {"filters": 2, "padding": "valid", "kernel": [1, 3]})], reads=True),
    Row("TimeDistributed", held("MaxPooling2D", pool_size=2), (2, 4, 4, 3),
        [("max_pool", {"padding": "valid", "kernel": [1, 2, 2], "stride": [1, 2, 2]})]),
    Row("TimeDistributed", held("BatchNormalization", axis=-1), (4, 5, 3), [("batch_norm", {})]),
    Row("SpectralNormalization", held("Conv2D", filters=2, kernel_size=3), (4, 5, 3),
        [("conv", {"filters": 2, "padding": "valid", "kernel": 3})]),
    Row("Pipeline", {"layers": [
        {"module": "keras.layers", "class_name": "Rescaling", "config": {"name": "b", "scale": 2.0, "offset": 0.0}},
        {"module": "keras.layers", "class_name": "CenterCrop", "config": {"name": "c", "height": 2, "width": 3}},
    ]}, (4, 5, 3), [("identity", {}), ("crop", {"cropping": 1})]),
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
    lost = {"layer": {"class_name": "Lambda", "config": {}}}
    assert isinstance(computed(chain(source((5, 8, 2)), ("TimeDistributed", lost))).layers[0].output_size[0], Unknown)


def test_a_model_in_time() -> None:
    """Every frame of a film by itself: what lies in the model is in a scope of its name."""
    frame = {"class_name": "Sequential", "module": "keras", "config": {"name": "frame", "layers": [
        source((8, 9, 2), "i"), new("Conv2D", "c", CONV), new("MaxPooling2D", "m", {"pool_size": 2}),
        new("Flatten", "f", {}), new("Dense", "d", {"units": 5}),
    ]}}  # fmt: skip
    film = chain(
        source((6, 8, 9, 2)), ("TimeDistributed", {"layer": frame}), ("Conv1D", {"filters": 4, "kernel_size": 3})
    )
    made = computed(film)
    pool, dense, last = made.layer("b/m"), made.layer("b/d"), made.layers[-1]
    assert (pool.output_size, pool.receptive_field.size) == ((6, 3, 3), (1, 4, 4))
    assert (dense.output_size, dense.channels, dense.cost.params) == ((6, 1, 1), 5, 3 * 3 * 4 * 5 + 5)
    assert dense.receptive_field.size == (1, 8, 8)
    assert (last.output_size, last.receptive_field.size, last.cost.params) == ((4, 1, 1), (3, 8, 8), 3 * 5 * 4 + 4)


def test_a_map_read_column_by_column() -> None:
    """Reading of text: all rows of a column are the features of a step (Shi et al. 2015); a dense layer or a cell."""
    rows = (8, 6, 3)
    before = [source(rows), ("Conv2D", {**CONV, **SAME}), ("Permute", {"dims": [2, 1, 3]}),
              ("Reshape", {"target_shape": [6, 8 * 4]})]  # fmt: skip
    lstm = {"units": 5, "return_sequences": True}
    made = computed(chain(*before, ("LSTM", lstm))).layers[-1]
    assert (made.output_size, made.channels, made.cost.params) == ((1, 6), 5, 4 * 5 * (32 + 5 + 1))
    assert (made.receptive_field.size, made.receptive_field.unbounded) == ((10, 3), (None, "before"))
    dense = computed(chain(*before, ("Dense", {"units": 7}), ("Bidirectional", held("LSTM", **lstm))))
    made = dense.layer("e")
    assert (made.output_size, made.channels, made.cost.params) == ((1, 6), 7, 32 * 7 + 7)
    assert (made.receptive_field.size, made.cost.macs) == ((10, 3), 6 * 32 * 7)
    assert dense.layers[-1].cost.params == 2 * 4 * 5 * (7 + 5 + 1)


def test_a_decoder_begins_with_states() -> None:
    """Sequence to sequence: states of an encoder reach every step of the decoder."""
    lstm = {"units": 5, "return_sequences": True, "return_state": True}
    layers = [
        source((9, 3)), source((7, 2), "y"), new("LSTM", "enc", lstm, ["x"]),
        new("LSTM", "dec", {"units": 5, "return_sequences": True},
            {"args": [tensors("y")], "kwargs": {"initial_state": [tensors(("enc", 0, 1)), tensors(("enc", 0, 2))]}}),
        new("Dense", "d", {"units": 2}, ["dec"]),
    ]  # fmt: skip
    model = functional(layers, [("d", 0, 0)], (("x", 0, 0), ("y", 0, 0)))
    own, other = computed(model, origin="y").layer("d"), computed(model).layer("d")
    assert (own.output_size, own.receptive_field.unbounded) == ((7,), ("before",))
    assert other.receptive_field.globally
    assert computed(model).total.params == 4 * 5 * (3 + 5 + 1) + 4 * 5 * (2 + 5 + 1) + 5 * 2 + 2
    assert computed(model).layer("dec").receptive_field.globally, "the decoder's name is that of what it gives"


def test_states_beside_steps_that_are_turned_round() -> None:
    """The last state has read everything; the steps see what lies behind them, and leave the model in other places."""
    turned = {"units": 5, "return_sequences": True, "go_backwards": True}
    begun = {"args": [tensors("x")], "kwargs": {"initial_state": [tensors("y")]}}
    layers = [
        source((9, 3)), source((5,), "y"), new("GRU", "a", {**turned, "return_state": True}, ["x"]),
        new("GRU", "b", turned, begun), new("LSTM", "c", {"units": 5, "return_state": True}, ["x"]),
    ]  # fmt: skip
    outputs = [("a", 0, 0), ("a", 0, 1), ("b", 0, 0), ("c", 0, 0)]
    model = functional(layers, outputs, (("x", 0, 0), ("y", 0, 0)))
    report = computed(model)
    assert (
        report.layer("b/steps").receptive_field.unbounded == report.layer("a").receptive_field.unbounded == ("after",)
    )
    assert computed(model, origin="y").layer("b").receptive_field.size == (1,)
    assert report.outputs == ("flip", "a/state/last", "flip_2", "c/last")
    assert "turned round" in report.layer("flip").receptive_field.size[0].reason
    for name in ("a/state/last", "c"):
        assert (report.layer(name).output_size, report.layer(name).receptive_field.globally) == ((1,), True)
    assert report.total.params == 3 * 5 * (3 + 5 + 1) * 2 + 4 * 5 * (3 + 5 + 1)


def test_both_directions_of_a_layer_that_turns_the_map_round() -> None:
    each = {"units": 5, "return_sequences": True, "go_backwards": True}
    found = computed(chain(source((9, 3)), ("Bidirectional", held("LSTM", **each)))).layer("b")
    assert "turns the map round" in found.receptive_field.size[0].reason
