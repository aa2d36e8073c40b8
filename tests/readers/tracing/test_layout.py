"""Changes of layout, and space that lies in channels."""

from __future__ import annotations

import pytest

from readers.tracing.drawing import layers, layout, mapped, tracer
from rfcli.readers.draft import ForeignError
from rfcli.readers.tracing.maps import BATCH, CHANNELS, Constant, Layout, Roles

RESHAPES = [
    ("b1 c8 h4 w6", [1, 8, 24], "1 c8 h4.w6", "out = identity(x)"),
    ("b1 c8 h4 w6", [1, 192], "1 c192 global", "out = flatten(x)"),
    ("b1 c8 h? w?", [1, None], "1 c? global", "out = flatten(x)"),
    ("b1 c8 global", [1, 2, 4], "1 c2/4 c4 global", "out = identity(x)"),
    ("b3 c8 h4 w6", [None, 192], "b3 c192 global", "out = flatten(x)"),
    ("b1 c8 h4 w6", [192], "c192 global", "out = flatten(x)"),
    # One channel, one axis: the same map, however its entries are laid.
    ("b3 1 h4", [3, 4], "b3 h4", "out = identity(x)"),
    ("b1 1 h4 1", [4], "h4", "out = identity(x)"),
    ("b3 h4/2.h2", [3, 8], "b3 h8", "out = identity(x)"),
    ("b3 1 h4 w6", [3, 24], "b3 c24 global", "out = flatten(x)"),
    ("b3 1 h4 w6", [3, 4, 6], "b3 h4 w6", "out = identity(x)"),
    ("b3 h2 h4/2", [3, 8], "b3 c8 global", "out = flatten(x)"),
    ("b1 h4 c8", [1, 32], "1 c32 global", "out = flatten(x)"),
]


@pytest.mark.parametrize(("before", "target", "after", "layer"), RESHAPES)
def test_reshapes(before: str, target: list[int | None], after: str, layer: str) -> None:
    made = tracer()
    assert layout(made.reshape("out", mapped(before), target)) == after
    assert layers(made) == [layer]


@pytest.mark.parametrize(
    ("before", "dims", "after"),
    [
        ("b c8 h1 w6", [2], "b c8 w6"), ("b c8 h1 w1", None, "b c8"), ("b 1 h4", [1], "b h4"), ("b c8 h4", None, "b c8 h4"),
    ],
)  # fmt: skip
def test_dimensions_of_one_entry_are_dropped(before: str, dims: list[int] | None, after: str) -> None:
    made = tracer()
    assert layout(made.squeezed("out", mapped(before), dims)) == after
    assert layers(made) == ["out = identity(x)"]


@pytest.mark.parametrize("text", ["b c8 h4", "b c8 h?"])
def test_dimensions_of_more_entries_stay(text: str) -> None:
    with pytest.raises(Layout, match="not known to be 1"):
        tracer().squeezed("out", mapped(text), [2])


@pytest.mark.parametrize("type", ["relu", "batch_norm", "channel_scale"])
def test_what_works_on_each_feature_leaves_them_those_of_a_map(type: str) -> None:
    made = tracer()
    features = made.passed("each", made.flat("flat", mapped("b1 c8 h4 w6")), type=type)
    assert layout(made.reshape("out", features, [1, 8, 4, 6])) == "1 c8 h4 w6"


def test_what_was_flattened_is_taken_apart_as_the_map_that_it_was() -> None:
    made = tracer()
    flat = made.reshape("flat", mapped("b3 c8 h4 w6"), [3, None])
    through = made.passed("through", flat, type="relu")
    assert layout(made.reshape("back", through, [3, 8, 4, 6])) == "b3 c8 h4 w6"
    assert layout(made.reshape("row", through, [3, 1, 192])) == "b3 1 c192 global"
    assert layers(made)[2:] == ["back = identity(x)", "row = identity(through)"]


FEATURES = [
    ("b3 h4", "b3 c4 global", ["out/flatten = flatten(x)"]),
    ("h4", "c4 global", ["out/flatten = flatten(x)"]),
    ("b3 1 h4", "b3 1 h4", []),
    ("b3 c4", "b3 c4", []),
]


@pytest.mark.parametrize(("before", "after", "expected"), FEATURES)
def test_one_axis_where_features_are_asked_for(before: str, after: str, expected: list[str]) -> None:
    made = tracer()
    assert layout(made.featured("out", mapped(before))) == after
    assert layers(made) == expected


CANONICAL = [
    ("b c8 h4 w6", "b c8 h4 w6", []),
    ("b c8 1 w6", "b c8 1 w6", []),
    # The inner halves of both axes in the channels, as a patch merging has them.
    ("b c8.h2.w2 h2/2 w3/2", "b c32 h2 w3", ["out/space_to_depth = pixel_unshuffle(x, scale=2)"]),
    ("b c8.w3 h4 w2/3", "b c24 h4 w2", ["out/space_to_depth = pixel_unshuffle(x, scale=[1, 3])"]),
    ("b c2/4 h4.c2/2 w6.c2", "b c2/4 h8 w12", ["out/depth_to_space = pixel_shuffle(x, scale=2)"]),
]


@pytest.mark.parametrize(("before", "after", "expected"), CANONICAL)
def test_maps_as_batch_channels_and_axes(before: str, after: str, expected: list[str]) -> None:
    made = tracer()
    assert layout(made.canonical("out", mapped(before))) == after
    assert layers(made) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("c8", "a tensor without channels"),
        ("b h4 c8 w6", "batch, channels and axes are mixed"),
        ("b c8 h4.w6", "axes are mixed"),
        ("b c8.h2 h2", "batch, channels and axes are mixed"),
        ("c8 b h4 w6", "batch, channels and axes are mixed"),
    ],
)
def test_maps_that_are_none(text: str, why: str) -> None:
    with pytest.raises(Layout, match=why):
        tracer().canonical("out", mapped(text))


def test_an_input_turns_out_to_have_channels_last() -> None:
    made = tracer()
    x = made.input("in", [1, 4, 6, 3])
    turned = made.passed("turned", x, [x.dims[at] for at in (0, 3, 1, 2)])
    with pytest.raises(Roles) as found:
        made.canonical("out", turned)
    assert found.value.roles == {("in", 0): BATCH, ("in", 3): CHANNELS, ("in", 1): 0, ("in", 2): 1}
    made.roles = found.value.roles
    again = made.input("again", [1, 4, 6, 3])
    assert layout(again) == "b1 c4 h6 w3", "roles are those of one input"


OUTPUTS = [
    ("b c8 h4 w6", "x", []),
    ("b c8.w3 h4 w2/3", "x/space_to_depth", ["x/space_to_depth = pixel_unshuffle(x, scale=[1, 3])"]),
    ("b h4.w6 c8", "x", []),
    ("b h4 w6 c8", "x", []),
    ("b c8.w3 h4 w2/3 global", "x", []),
]


@pytest.mark.parametrize(("text", "output", "expected"), OUTPUTS)
def test_outputs(text: str, output: str, expected: list[str]) -> None:
    made = tracer()
    assert made.output(mapped(text)) == output
    assert layers(made) == expected


REARRANGED = [
    ("b c8 h4 w6", True, "b c2 h8 w12", "out = pixel_shuffle(x, scale=2)"),
    ("b c8 h4 w6", False, "b c32 h2 w3", "out = pixel_unshuffle(x, scale=2)"),
    ("b c8 w6", True, "b c4 w12", "out = pixel_shuffle(x, scale=[1, 2])"),
    ("b c? h4 w6", True, "b c? h8 w12", "out = pixel_shuffle(x, scale=2)"),
]


@pytest.mark.parametrize(("before", "up", "after", "layer"), REARRANGED)
def test_blocks_of_channels_and_space(before: str, up: bool, after: str, layer: str) -> None:
    made = tracer()
    assert layout(made.rearranged("out", mapped(before), 2, "pixel_shuffle" if up else "pixel_unshuffle")) == after
    assert layers(made) == [layer]


def test_outputs_of_the_model() -> None:
    made = tracer(1)
    made.outputs([mapped("b c8 h4"), None, Constant((4, 8), None, ()), mapped("b c8", "y")])
    assert made.draft.node().value["outputs"].plain() == ["x", "y"]
    with pytest.raises(ForeignError, match="no output depends on an input"):
        made.outputs([None])
