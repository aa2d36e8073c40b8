"""Layers that see the whole map, and what reaches what."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import rfcli
from engine import conv, report
from rfcli.engine.wholes import MAX_THROUGH, reached_from, through

NET = (
    conv(name="stem", padding=1),
    {"type": "squeeze_excite", "name": "se", "units": 2},
    {"type": "relu", "name": "side", "inputs": ["stem"]},
    {"type": "add", "name": "sum", "inputs": ["se", "side"]},
    {"type": "global_avg_pool", "name": "pool"},
)


CUT = (
    conv(name="a", padding=1),
    {"type": "zeros", "name": "z"},
    conv(name="c", padding=1),
    {"type": "max_pool", "kernel": 3, "stride": 1, "padding": 1, "name": "p", "inputs": ["a"]},
    {"type": "add", "name": "sum", "inputs": ["c", "p"]},
    {"type": "global_avg_pool", "name": "pool", "inputs": ["c"]},
)


def test_nothing_passes_zeros() -> None:
    """Neither by local paths nor by global ones; what a merge sees is what its other inputs see."""
    found = report(*CUT, size=[8])
    assert reached_from(found.graph, 0) == [True, True, False, False, True, True, False]
    assert reached_from(found.graph, 2) == [False, False, True, True, False, True, True]
    assert [found.layer(name).receptive_field for name in ("z", "c", "pool")] == [None] * 3
    assert found.layer("sum").receptive_field == found.layer("p").receptive_field
    assert rfcli.paths(found, "sum") == rfcli.paths(found, "p")
    assert rfcli.explained(found, "sum")[0].steps == rfcli.explained(found, "p")[0].steps
    assert rfcli.located(found, "sum").at((3,)) == rfcli.located(found, "p").at((3,))
    cost = found.layer("c").cost
    filters = found.layer("c").channels
    assert (cost.params, cost.macs) == (
        filters * (3 * found.layer("z").channels + 1),
        filters * 3 * found.layer("z").channels * 8,
    )
    for ask in (rfcli.explained, rfcli.located, rfcli.tiles):
        with pytest.raises(rfcli.CallError, match="'input' does not reach"):
            ask(found, "c", [8]) if ask is rfcli.tiles else ask(found, "c")


def test_what_an_origin_reaches() -> None:
    graph = report(*NET, size=[8]).graph
    assert reached_from(graph, 0) == [True] * 6
    assert reached_from(graph, 2) == [False, False, True, False, True, True]


def test_global_layers_on_the_paths() -> None:
    graph = report(*NET, size=[8]).graph
    found = through(graph, 0, reached_from(graph, 0), False)
    assert found == [((), False), ((), False), ((2,), False), ((), False), ((2,), False), ((2, 5), False)]


def test_the_first_of_many_are_named() -> None:
    graph = report({"type": "squeeze_excite", "units": 1, "repeat": MAX_THROUGH + 1}, size=[8]).graph
    numbers, more = through(graph, 0, reached_from(graph, 0), False)[-1]
    assert (len(numbers), more) == (MAX_THROUGH, True)


LSTM = {"type": "lstm", "units": 4}


def deconv(kernel: int, stride: int, **more: Any) -> dict[str, Any]:
    return {"type": "conv_transpose", "kernel": kernel, "stride": stride, "filters": 4, **more}


SIDES = [
    ([LSTM], "before"),
    ([{**LSTM, "reverse": True}], "after"),
    ([{**LSTM, "bidirectional": True}], "both"),
    ([{**LSTM, "type": "gru"}, {**LSTM, "type": "rnn", "reverse": True}], "both"),
    ([{"type": "attention", "causal": True}], "before"),
    ([{"type": "layer_norm", "axes": "cumulative"}], "before"),
    ([{"type": "instance_norm", "cumulative": True}], "before"),
    ([{"type": "group_norm", "cumulative": True}], "before"),
    ([{"type": "custom", "kernel": 3, "padding": 1, "global": "after"}], "after"),
    ([{"type": "squeeze_excite"}], "both"),
    ([{**LSTM, "last": True}], "both"),
    ([conv()], None),
]


@pytest.mark.parametrize(("layers", "side"), SIDES)
@pytest.mark.parametrize("size", [64, None])
def test_sides_on_which_everything_is_seen(layers: list[dict[str, Any]], side: str | None, size: int | None) -> None:
    """It stays so behind what follows, and a path beside it changes nothing."""
    net = report(conv(name="first"), *layers, conv(3, padding=1), deconv(4, 2), size=[size])
    for one in net.layers[len(layers) :]:
        field = one.receptive_field
        assert field is not None
        assert field.unbounded == (side,)
        assert field.globally is (side is not None)
        assert (field.through != ()) is (side is not None)


def test_rows_above_and_all_columns() -> None:
    """Raster order: what lies in earlier rows is seen as a whole."""
    net = report({"type": "attention", "causal": True, "name": "a"}, conv(3, padding=1), size=[8, 9])
    assert [one.receptive_field.unbounded for one in net.layers] == [("before", "both")] * 2
    along = report({**LSTM, "along": "w"}, size=[8, 9]).layers[0].receptive_field
    assert (along.unbounded, along.size, along.lookahead) == ((None, "before"), (1, 1), (0, 0))


def test_local_numbers_stay() -> None:
    field = report(conv(5, stride=2, padding=2), LSTM, conv(3, padding=1), size=[64]).layers[-1].receptive_field
    assert (field.size, field.stride, field.padding, field.lookahead) == ((9,), (2,), (4,), (4,))


def test_demucs() -> None:
    """facebookresearch/denoiser#22: the encoder sees 2388 samples at a stride of 1024, 37.3 and 16 ms at 64 kHz; the
    whole all the past, and at most 2387 samples ahead: the first output of 1024 by the window that begins at it."""
    encoder = [conv(8, stride=4, name=f"e{at}", filters=4) for at in range(5)]
    decoder = [
        layer
        for at in (4, 3, 2, 1, 0)
        for layer in (
            {"type": "add", "name": f"s{at}", "inputs": [f"e{at}", f"d{at + 1}" if at < 4 else "lstm"]},
            deconv(8, 4, name=f"d{at}"),
        )
    ]
    for size in (None, 1024 * 9 + 1364):
        net = report(*encoder, {**LSTM, "depth": 2, "name": "lstm"}, *decoder, size=[size])
        inner, whole = net.layer("e4").receptive_field, net.layer("d0").receptive_field
        assert (inner.size, inner.stride, inner.lookahead, inner.unbounded) == ((2388,), (1024,), (2387,), (None,))
        assert (whole.size, whole.padding, whole.stride) == ((4436,), (2048,), (1,))
        assert (whole.lookahead, whole.unbounded, whole.through) == ((2387,), ("before",), ("lstm",))
        assert not rfcli.check(net.graph.architecture).diagnostics


chains = st.lists(
    st.one_of(
        st.builds(conv, st.integers(1, 4), stride=st.integers(1, 3), dilation=st.integers(1, 2), filters=st.just(4)),
        st.builds(deconv, st.integers(1, 4), st.integers(1, 3), dilation=st.integers(1, 2)),
        st.sampled_from([LSTM, {**LSTM, "reverse": True}]),
    ),
    min_size=1,
    max_size=5,
)


def ends(layers: list[dict[str, Any]], o: int, far: int) -> tuple[float, float] | None:
    """First and last sample that output `o` of a chain sees on an endless map; `far` outputs are enough to know what
    all before or after one see. None where nothing is seen."""
    if not layers:
        return (o, o)
    *below, layer = layers
    kernel, stride, dilation = (layer.get(key, 1) for key in ("kernel", "stride", "dilation"))
    if layer["type"] == "lstm":
        reads = range(o, o + far) if layer.get("reverse") else range(o - far + 1, o + 1)
    elif layer["type"] == "conv":
        reads = range(o * stride, o * stride + (kernel - 1) * dilation + 1, dilation)
    else:
        reads = [(o - t * dilation) // stride for t in range(kernel) if (o - t * dilation) % stride == 0]
    found = [seen for one in reads if (seen := ends(below, one, far)) is not None]
    if not found:
        return None
    first, last = min(u for u, _ in found), max(v for _, v in found)
    if layer["type"] == "lstm":
        return (first, math.inf) if layer.get("reverse") else (-math.inf, last)
    return (first, last)


@given(chains)
@settings(max_examples=150, deadline=None)
def test_how_far_ahead_is_exact(layers: list[dict[str, Any]]) -> None:
    """Held against index sets: what is seen ahead where everything before is seen, and the other way round."""
    assume(sum(layer["type"] == "lstm" for layer in layers) <= 2)
    field = report(*layers, size=[None]).layers[-1].receptive_field
    stride, period = field.stride[0], len(field.phase_sizes[0] or ()) or 1
    assume(isinstance(stride, int | Fraction) and period <= 12)
    found = [(math.floor(o * stride), ends(layers, o, 14)) for o in range(period)]
    side = field.unbounded[0]
    aheads = [seen[1] - at for at, seen in found if seen is not None]
    backs = [at - seen[0] for at, seen in found if seen is not None]
    if side == "before" and aheads:
        assert field.lookahead[0] == max(aheads)
    if side == "after" and backs:
        assert field.lookback[0] == max(backs)
    if side is None and backs:
        assert (field.lookback[0], field.lookahead[0]) == (max(backs), max(aheads))


def test_what_is_seen_ahead_where_nothing_is_read_beside_the_past() -> None:
    """Only each third output of the transposed convolution reads: output 3o + 1 of the lstm, that of a network cut to
    these, reads nothing by itself, and sees all up to sample o."""
    up = {"type": "conv_transpose", "kernel": 1, "stride": 3, "filters": 1}
    kept = [{"type": "pad", "padding": [[-1, 0]]}, {"type": "subsample", "stride": 3}]
    field = report(up, {"type": "lstm", "units": 1}, *kept, size=[8]).layers[-1].receptive_field
    assert (field.phase_sizes, field.lookahead, field.unbounded) == (((0,),), (0,), ("before",))


def test_outputs_that_read_nothing_have_no_near_end() -> None:
    """Every other output of the transposed convolution reads sample o / 2, where it stands; the others see only what
    the one-sided layer sees, and have no first sample behind them (or last one ahead) of their own."""
    up = {"type": "conv_transpose", "kernel": 1, "stride": 2, "filters": 1}
    shifted = [up, {"type": "pad", "padding": [[1, 0]]}]
    cases = [
        ([up], {"type": "lstm", "units": 1, "reverse": True}, "after"),
        (shifted, {"type": "lstm", "units": 1}, "before"),
    ]
    for below, layer, side in cases:
        field = report(*below, layer, size=[8]).layers[-1].receptive_field
        assert (field.lookback, field.lookahead, field.unbounded) == ((0,), (0,), (side,))
    flat = {"type": "custom", "kernel": 1, "global": "after", "filters": 1}
    field = report(up, flat, size=[8]).layers[-1].receptive_field
    assert (field.lookback, field.lookahead, field.unbounded) == ((0,), (0,), ("after",))


def seen(layers: list[dict[str, Any]], n: int) -> list[set[int]]:
    """By index sets what each output of a chain sees on a map of n samples."""
    found = [{i} for i in range(n)]
    for layer in layers:
        if layer["type"] == "lstm":
            ordered = found[::-1] if layer.get("reverse") else found
            made: list[set[int]] = []
            for one in ordered:
                made.append(one | made[-1] if made else one)
            found = made[::-1] if layer.get("reverse") else made
            continue
        kernel, stride, dilation = (layer.get(key, 1) for key in ("kernel", "stride", "dilation"))
        if layer["type"] == "conv":
            count = (len(found) - (kernel - 1) * dilation - 1) // stride + 1
            taps = [[o * stride + t * dilation for t in range(kernel)] for o in range(count)]
        else:
            count = (len(found) - 1) * stride + (kernel - 1) * dilation + 1
            taps = [
                [(o - t * dilation) // stride for t in range(kernel) if (o - t * dilation) % stride == 0]
                for o in range(count)
            ]
        found = [set().union(*(found[i] for i in row if 0 <= i < len(found))) for row in taps]
    return found


@given(chains, st.integers(30, 40))
@settings(max_examples=80, deadline=None)
def test_places_on_a_map(layers: list[dict[str, Any]], n: int) -> None:
    """What is located, and which outputs see a sample, held against index sets."""
    sizes = seen(layers, n)
    assume(len(sizes) <= 200 and sizes)
    try:
        net = report(*layers, size=[n])
    except rfcli.DescriptionError:
        return
    locator = rfcli.located(net, net.layers[-1].name)
    expected = [(min(one), max(one)) if one else None for one in sizes]
    assert locator.regions(0) == expected
    for o in (0, len(sizes) // 2, len(sizes) - 1):
        assert set(locator.samples(0, o)) == sizes[o]
    for i in (0, n // 2, n - 1):
        outputs = [o for o, one in enumerate(sizes) if i in one]
        runs = locator.readers((i,))[0]
        assert [o for first, last in runs for o in range(first, last + 1)] == outputs
