"""Entries in other places, and running sums."""

from __future__ import annotations

import pytest

import rfcli
from readers.keras.keras_files import computed, functional, new, source, tensors
from readers.keras.rows import Row, rows_held, tf

NUMPY = "keras.src.ops.numpy"
MAP, STEPS = (4, 5, 3), (6, 3)
FREE = {"params": 0, "macs": 0}
MIXED = ("custom", {"filters": 3, **FREE, "mixes": "some"})
BEFORE = ("custom", {"filters": 3, **FREE, "global": "before"})
FEWER = [("crop", {"cropping": [[0, 1], 0]}), ("subsample", {"stride": [2, 1]})]


def array(value: object) -> dict[str, object]:
    return {"class_name": "__numpy__", "config": {"value": value, "dtype": "int32"}}


ROWS = [
    Row("Flip", {"axis": -1}, MAP, [("channel_slice", {"indices": [2, 1, 0]})], module=NUMPY),
    Row("Rot90", {"k": 4, "axes": [1, 2]}, MAP, [("identity", {})], module=NUMPY, moved=True),
    Row("Roll", {"shift": 1, "axis": -1}, MAP, [("channel_slice", {"indices": [2, 0, 1]})], module=NUMPY),
    Row("Roll", {"shift": 1, "axis": 1}, MAP,
        [("pad", {"padding": [[1, 0], 0], "padding_mode": "circular"}), ("crop", {"cropping": [[0, 1], 0]})], module=NUMPY),
    Row("Roll", {"shift": [1, -2], "axis": [1, 2]}, MAP,
        [("pad", {"padding": [[1, 0], [0, 2]], "padding_mode": "circular"}), ("crop", {"cropping": [[0, 1], [2, 0]]})],
        module=NUMPY),
    Row("Sort", {"axis": 1}, MAP, [("window_attention", {"window": [4, 1], **FREE})], module=NUMPY, coarse=True),
    Row("Sort", {"axis": -1}, MAP, [MIXED], module=NUMPY),
    Row("Argsort", {"axis": -1}, MAP, [MIXED], module=NUMPY, coarse=True),
    Row("TopK", {"k": 2, "sorted": True}, MAP, [("custom", {"filters": 2, **FREE, "mixes": "some"})],
        module="keras.src.ops.math"),
    Row("Cumsum", {"axis": 1}, STEPS, [BEFORE], module=NUMPY),
    Row("Cumprod", {"axis": 1}, STEPS, [BEFORE], module=NUMPY),
    *tf("math.cumsum", {"axis": 1}, STEPS, [BEFORE]),
    *tf("math.cumprod", {"axis": 1}, STEPS, [BEFORE]),
    Row("Diff", {"n": 1, "axis": 1}, STEPS,
        [("crop", {"cropping": [[1, 0]]}), ("crop", {"cropping": [[0, 1]]}), ("add", {})], module=NUMPY),
    Row("Take", {"axis": 1}, MAP, FEWER, ("x", [0, 2]), module=NUMPY),
    Row("Take", {"axis": 2}, MAP, [("resize", {"size": [4, 10]})], ("x", [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]), module=NUMPY),
    Row("Take", {"axis": -1}, MAP, [("channel_slice", {"indices": [2, 0]})], ("x", [2, 0]), module=NUMPY),
    Row("TakeAlongAxis", {"axis": 1}, MAP, FEWER, ("x", array([[[[0]], [[2]]]])), module=NUMPY),
]  # fmt: skip

test_layers, test_keras_agrees = rows_held(ROWS)


def run(*layers: tuple[str, dict[str, object], str]) -> rfcli.Report:
    """A chain of layers of a class, and of functions of `keras.ops`."""
    made = [
        new(kind, f"l{at}", config, [f"l{at - 1}" if at else "x"], module=module or "keras.layers")
        for at, (kind, config, module) in enumerate(layers)
    ]  # fmt: skip
    return computed(functional([source(STEPS), *made], [(f"l{len(made) - 1}", 0, 0)]))


FLIP = ("Flip", {"axis": 1}, NUMPY)
CAUSAL = ("Conv1D", {"filters": 2, "kernel_size": 3, "padding": "causal"}, "")


def test_a_signal_that_is_turned_round_and_back() -> None:
    """What looks back then looks ahead."""
    report = run(FLIP, CAUSAL, FLIP)
    field = report.layer(report.outputs[0]).receptive_field
    assert (field.lookback, field.lookahead, report.total.params) == ((0,), (2,), 3 * 3 * 2 + 2)
    report = run(FLIP, ("LSTM", {"units": 2, "return_sequences": True}, ""), FLIP)
    assert report.layer(report.outputs[0]).receptive_field.unbounded == ("after",)


@pytest.mark.parametrize(
    ("kind", "config", "size"),
    [
        ("Conv1D", {"filters": 2, "kernel_size": 3, "strides": 2, "padding": "same"}, 3),
        ("MaxPooling1D", {"pool_size": 2, "padding": "same"}, 3),
        ("Conv1DTranspose", {"filters": 2, "kernel_size": 3, "strides": 2}, 13),
        ("ZeroPadding1D", {"padding": [2, 0]}, 8), ("Cropping1D", {"cropping": [2, 1]}, 3),
        ("UpSampling1D", {"size": 2}, 12),
    ],
)  # fmt: skip
def test_windows_of_what_is_turned_round(kind: str, config: dict[str, object], size: int) -> None:
    """The places of each output are those of the same layer counted from the other end."""
    turned, plain = run(FLIP, (kind, config, ""), FLIP), run((kind, config, ""))
    assert turned.layer(turned.outputs[0]).output_size == (size,)
    ours, other = (rfcli.located(report, report.outputs[0]) for report in (turned, plain))
    for o in range(size):
        back = [(5 - last, 5 - first) for first, last in reversed(other.at((size - 1 - o,)).runs[0])]
        assert [tuple(run) for run in ours.at((o,)).runs[0]] == back


def test_what_is_turned_round_is_rolled_the_other_way_round() -> None:
    conv = ("Conv1D", {"filters": 2, "kernel_size": 3}, "")
    turned = run(FLIP, ("Roll", {"shift": 2, "axis": 1}, NUMPY), conv, FLIP)
    ours = rfcli.located(turned, turned.outputs[0])
    # Of 0..5 turned round, 1 0 5 4 3 2 is what two steps make: its windows, from the last on.
    assert [sorted(ours.samples(0, o)) for o in range(4)] == [[2, 3, 4], [3, 4, 5], [0, 4, 5], [0, 1, 5]]


def test_a_map_that_stays_turned_round_is_not_known() -> None:
    report = run(FLIP, CAUSAL)
    found = report.layer(report.outputs[0])
    assert "turned round" in found.receptive_field.size[0].reason and found.output_size == (6,)
    assert report.total.params == 20


def test_both_ways_by_hand() -> None:
    """Two recurrent layers, one of which runs backwards, as `Bidirectional` has them."""
    backwards = {"units": 2, "return_sequences": True, "go_backwards": True}
    layers = [
        source(STEPS), new("LSTM", "a", {"units": 2, "return_sequences": True}, ["x"]), new("LSTM", "b", backwards, ["x"]),
        new("Flip", "c", {"axis": 1}, ["b"], module=NUMPY), new("Concatenate", "d", {}, [["a", "c"]]),
    ]  # fmt: skip
    report = computed(functional(layers, [("d", 0, 0)]))
    assert (report.layer("d").channels, report.layer("d").receptive_field.unbounded) == (4, ("both",))
    assert report.total.params == 2 * 4 * 2 * (3 + 2 + 1)


def test_rows_of_a_table_are_windows() -> None:
    table = {"args": [tensors("x"), [[0, 1, 2], [1, 2, 3], [2, 3, 4]]], "kwargs": {}}
    layers = [source(STEPS), new("Take", "t", {"axis": 1}, table, module=NUMPY)]
    layers.append(new("Sum", "s", {"axis": 2}, ["t"], module=NUMPY))
    found = computed(functional(layers, [("s", 0, 0)])).layer("s")
    assert (found.output_size, found.receptive_field.size, found.channels) == ((3,), (3,), 3)


UNREAD = [
    ("Roll", {"shift": 1, "axis": None}, "as if it were flat"), ("Sort", {"axis": None}, "as if it were flat"),
    ("Cumsum", {"axis": None}, "laid flat"), ("TopK", {"k": None}, "its number is not known"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "config", "why"), UNREAD)
def test_orders_that_are_not_read(kind: str, config: dict[str, object], why: str) -> None:
    made = run((kind, config, NUMPY))
    assert why in made.layer(made.outputs[0]).receptive_field.size[0].reason
