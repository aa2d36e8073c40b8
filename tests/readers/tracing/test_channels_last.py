"""Maps whose channels come last."""

from __future__ import annotations

import pytest

from readers.tracing.drawing import layers, layout, mapped
from rfcli.description.nodes import File
from rfcli.readers.draft import Draft
from rfcli.readers.tracing.channels_last import ChannelsLastTracer, NativeTracer
from rfcli.readers.tracing.maps import BATCH, CHANNELS, Constant, Layout


def tracer(axes: int = 2, kind: type = NativeTracer) -> NativeTracer:
    made = kind(Draft(File("net")), axes, {})
    made.draft.input("x", [4, 6, 5][:axes], 8)
    return made


def test_roles() -> None:
    assert tracer().usual(4) == [BATCH, 0, 1, CHANNELS] and tracer().usual(2) == [BATCH, CHANNELS]
    assert ChannelsLastTracer(Draft(File("net")), 2, {}, True).usual(4) == [BATCH, CHANNELS, 0, 1]


def test_arranged_and_restored() -> None:
    x = mapped("b h4 w6 c8")
    made = tracer().arranged(x, 2, False)
    assert layout(made) == "b c8 h4 w6" and tracer().restored(made, 2, False) == x
    with pytest.raises(Layout, match="it takes 5 dimensions, its input has 4"):
        tracer().arranged(x, 3, False)


def test_windows() -> None:
    made = tracer()
    x = made.slid("a", "conv", mapped("b h4 w6 c8"), False, 5, {"kernel": [3, 1], "stride": [1, 2], "dilation": [1, 1]})
    assert layout(x) == "b h2 w3 c5" and layers(made) == ["a = conv(x, kernel=[3, 1], stride=[1, 2], filters=5)"]


def test_a_signal_that_is_made_a_picture_stays_a_signal() -> None:
    made = tracer(1)
    per_axis = {"kernel": [1, 3], "stride": [2, 1], "dilation": [1, 1], "padding": [[0, 0], [1, 1]]}
    x = made.slid("a", "conv", mapped("b 1 h4 c8"), False, 5, per_axis)
    assert layout(x) == "b 1 h4 c5" and layers(made) == ["a = conv(x, kernel=3, padding=1, filters=5)"]
    with pytest.raises(Layout, match="more dimensions than the network has axes"):
        made.slid("a", "conv", mapped("b 1 h4 c8"), False, 5, {**per_axis, "kernel": [2, 3]})


def test_merges_with_constants_of_lower_rank() -> None:
    made = tracer()
    x = made.combined("a", "add", [mapped("b h4 w6 c8"), Constant((8,), None, (("w", 8),))], 2)
    assert layout(x) == "b h4 w6 c8" and layers(made) == ["a = channel_scale(x)"]
    x = made.combined("b", "multiply", [mapped("b h4 w6 c8"), mapped("b 1 1 c8 global", "x")])
    assert layout(x) == "b h4 w6 c8"


def test_an_unknown_operation_lies_as_its_input() -> None:
    made = tracer()
    x = made.unknown("a", "Sort", [mapped("b h4 w6 c8")], (None, 4, 6, 3))
    assert layout(x) == "b h4 w6 c3"
    assert layers(made) == ["a = custom(x, unknown=Sort, params=0, filters=3, size=[4, 6])"]
    assert len(made.unknown("b", "Sort", [mapped("b h4 w6 c8")], (None, 7)).dims) == 2
