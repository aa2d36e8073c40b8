"""Names, sizes and weights; layers that are taken back, and operations that are not known."""

from __future__ import annotations

import pytest

from readers.tracing.drawing import layers, layout, mapped, tracer
from rfcli.readers.draft import Usual
from rfcli.readers.tracing.maps import Constant, Layout

W = Constant((4, 8), None, (("w", 32),))
TIED = Constant((8, 4), None, (("w", 32),))
SHAPE = Constant((4, 8), [0] * 32, ())


def test_inputs_have_channels_before_axes() -> None:
    made = tracer(2)
    x = made.input("in", [1, 3, None, 32])
    assert layout(x) == "b1 c3 h? w32"
    assert [atom.origin for atom in x.atoms] == [("in", at) for at in range(4)]
    assert made.draft.node().value["inputs"].plain()["in"] == {"size": [None, 32], "channels": 3}


def test_inputs_with_other_roles() -> None:
    made = tracer(1)
    made.roles = {("in", 1): 0, ("in", 2): "channels"}
    assert layout(made.input("in", [1, 50, 8])) == "b1 h50 c8"
    assert made.draft.node().value["inputs"].plain()["in"] == {"size": [50], "channels": 8}


def test_what_is_no_layer_is_taken_back() -> None:
    made = tracer()
    x = mapped("b c8 h4 w6")
    made.passed("kept", x, type="relu")
    assert made.trained(Constant((1,), None, (("kept", 1),))) == 1
    with pytest.raises(Layout, match="no layer"), made.attempt():
        made.passed("gone", x)
        made.trained(W)
        raise Layout("no layer")
    assert layers(made) == ["kept = relu(x)"]
    assert made.trained(W) == 32, "its weights are still to be counted"
    made.passed("gone", x)
    assert layers(made)[-1] == "gone = identity(x)", "its name is free again"


def test_weights_are_counted_once() -> None:
    made = tracer()
    assert [made.trained(one) for one in (W, TIED, SHAPE, None, mapped("b c8"))] == [32, 0, 0, 0, 0]
    assert tracer().trained(W, TIED, None, mapped("b c8"), Constant((3,), None, (("bias", 3),))) == 35


@pytest.mark.parametrize(
    ("values", "given"),
    [
        ((W,), {"params": Usual(32)}),
        ((W, None), {"params": Usual(32)}),
        ((SHAPE,), {}),
        ((W, TIED), {"params": 32}),
        ((Constant((4, 8), None, (("g", 4), ("v", 32))),), {"params": 36}),
        ((Constant((4, 8), None, (("frozen", 0),)),), {"params": 0}),
    ],
    ids=["own", "no bias", "no weights", "tied", "weight norm", "frozen"],
)
def test_parameters_are_stated_where_they_are_others(
    values: tuple[Constant | None, ...], given: dict[str, int]
) -> None:
    made = tracer().shared(*values)
    assert (made, [type(one) for one in made.values()]) == (given, [type(one) for one in given.values()])


@pytest.mark.parametrize(
    ("axes", "values", "rows"),
    [
        ([1], {"kernel": [3]}, {"kernel": [1, 3]}),
        ([1, 0], {"stride": [2, 3], "size": [5, 7]}, {"stride": [3, 2], "size": [7, 5]}),
        ([0], {"padding": [[1, 2]], "output_padding": [1]}, {"padding": [[1, 2], [0, 0]], "output_padding": [1, 0]}),
        ([], {"cropping": []}, {"cropping": [[0, 0], [0, 0]]}),
    ],
)
def test_values_along_axes(axes: list[int], values: dict[str, list[object]], rows: dict[str, list[object]]) -> None:
    assert tracer(2).along(axes, **values) == rows


@pytest.mark.parametrize(
    ("text", "axes"), [("b c8 h4 w6", [0, 1]), ("b c8 w6", [1]), ("b c8 1 h4", [1, 0]), ("b c8 1 1", [0, 1])]
)
def test_dimensions_of_one_entry_take_the_axes_that_are_left(text: str, axes: list[int]) -> None:
    assert tracer(2).window_axes(mapped(text)) == axes


@pytest.mark.parametrize("text", ["b c8 h4 w6 1", "b c8 h4 h4"])
def test_more_dimensions_than_axes(text: str) -> None:
    with pytest.raises(Layout, match="more dimensions than the network has axes"):
        tracer(2).window_axes(mapped(text))


@pytest.mark.parametrize(
    ("before", "shape", "after"),
    [
        ("b c8 h? w?", [1, 8, 5, 1], "1 c8 h5 1"),
        ("b c8 h? w?", [None, 8, None, 7], "b c8 h? w7"),
        ("b c8 h4 w6", [9, 9, 9, 9], "b9 c8 h4 w6"),
        ("b c8 h?", [1, 8], "b c8 h?"),
    ],
)
def test_known_sizes_are_filled_in(before: str, shape: list[int | None], after: str) -> None:
    assert layout(tracer().sized(mapped(before), shape)) == after


def test_layers_over_axes_and_of_channels() -> None:
    made = tracer(2)
    x = mapped("b c8 h4 w6")
    assert layout(made.over_axes("a", "resize", x, size=[2, 3])) == "b c8 h2 w3"
    assert layout(made.over_axes("b", "pixel_shuffle", x, x.dims[1][:0], scale=2)) == "b 1 h8 w12"
    assert layout(made.rechannelled("c", x, 5, mapped("b c5 h4 w6").dims)) == "b c5 h4 w6"
    assert layers(made) == [
        "a = resize(x, size=[2, 3])", "b = pixel_shuffle(x, scale=2)", "c = custom(x, filters=5, params=0, macs=0, mixes=some)",
    ]  # fmt: skip


UNKNOWN = [
    (None, "b c? h? w?", "y = custom(x, unknown=Op, params=7)"),
    ([1, 5, 3, None], "1 c5 h3 w?", "y = custom(x, unknown=Op, params=7, filters=5)"),
    ([1, 5, 3, 4], "1 c5 h3 w4", "y = custom(x, unknown=Op, params=7, filters=5, size=[3, 4])"),
    ([2, 5], "b2 c5", "y = custom(x, unknown=Op, params=7)"),
    ([2, 5, 3, 4, 6], "b2 c5/6 h3 w4 c6", "y = custom(x, unknown=Op, params=7)"),
]


@pytest.mark.parametrize(("shape", "after", "layer"), UNKNOWN)
def test_unknown_operations(shape: list[int | None] | None, after: str, layer: str) -> None:
    made = tracer(2)
    x = made.unknown("out", "Op", [mapped("b c8 h4 w6")], shape, 7)
    assert layout(x) == after
    assert layers(made) == [layer.replace("y =", "out =")]


def test_an_unknown_operation_of_several_maps_depends_on_all() -> None:
    made = tracer(1)
    made.unknown("out", "Op", [mapped("b c8 h4"), mapped("b c8 h4", "y"), mapped("b c8", "x")], None)
    assert layers(made) == [
        "out/input_1 = custom(x, unknown=Op, params=0, macs=0)",
        "out/input_2 = custom(y, unknown=Op, params=0, macs=0)",
        "out/inputs = concat(out/input_1, out/input_2)",
        "out = custom(out/inputs, unknown=Op, params=0)",
    ]


def test_each_output_of_an_unknown_operation_is_a_layer() -> None:
    made = tracer(1)
    outputs = made.unknown_outputs("out", "Op: it does what it likes", [mapped("b c8 h4")], [None, (1, 3, 2)], 5)
    assert [layout(one) for one in outputs] == ["b c? h?", "1 c3 h2"]
    assert layers(made) == [
        "out = custom(x, unknown=Op: it does what it likes, params=5)",
        "out/2 = custom(x, unknown=Op: it does what it likes, params=0, filters=3, size=2)",
    ]


def test_a_layout_that_is_guessed() -> None:
    """Behind an operation that is not known: what would see the whole map by the guess only is not known either."""
    made = tracer()
    guessed = made.unknown("strange", "Strange", [mapped("b c8 h4 w6")], [6, 4, 8])
    assert guessed.guessed and not made.unknown("usual", "Strange", [mapped("b c8 h4 w6")], [1, 8, 4, 6]).guessed
    assert made.trusted([guessed], [mapped("b c8")])[0].guessed
    with pytest.raises(Layout, match="it works on a tensor whose layout is not known"):
        made.trusted([guessed], [mapped("b c8 global")])
    # Beside a map whose layout is known, it has that.
    assert not made.trusted([guessed, mapped("b c8 h4 w6")], [mapped("b c8 h4 w6")])[0].guessed


def test_operations_that_see_what_sees_everything() -> None:
    """Whatever they are, they see everything; what they cost is not known."""
    made = tracer()
    assert layout(made.unknown("sorted", "Sort", [mapped("b c8 h4 w6 global")], [1, 8, 2, 3], 5)) == "1 c8 h2 w3 global"
    assert layers(made) == [
        "sorted/whole_1 = global_avg_pool(x)",
        "sorted = custom(sorted/whole_1, filters=8, params=5, global=True)",
        "sorted/size = upsample(sorted, size=[2, 3])",
    ]


def test_what_an_unknown_operation_makes_lies_as_what_it_takes() -> None:
    """Of the same shape it has the same order, as a map turned round with its channels last; of another shape nobody
    knows, and neither does anything that is made of it."""
    made = tracer(2)
    last = mapped("b1 h8 w12 c4")
    assert layout(made.unknown("turned", "flip", [last], [1, 8, 12, 4])) == "1 h8 w12 c4"
    stated = made.draft.node().value["layers"].plain()[-1]
    assert (stated["filters"], stated["size"]) == (4, [8, 12])
    longer = made.unknown("longer", "Concat", [last], [1, 10, 12, 4])
    assert longer.guessed and "size" not in made.draft.node().value["layers"].plain()[-1]
    assert made.unknown("behind", "flip", [longer], [1, 10, 12, 4]).guessed
    usual = made.unknown("usual", "Concat", [mapped("b1 c4 h8 w12")], [1, 4, 10, 12])
    assert not usual.guessed and layout(usual) == "1 c4 h10 w12"
