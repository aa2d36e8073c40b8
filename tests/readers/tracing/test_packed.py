"""Places of an axis that are worked on one by one, and packed again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from readers.tracing.drawing import layers, layout, mapped, tracer
from rfcli.readers.tracing.maps import Layout, Map, channels, with_ones
from rfcli.readers.tracing.packed import packed
from rfcli.readers.tracing.tracer import Tracer

Step = Callable[[Tracer, Map, int], Map]


def picked(made: Tracer, text: str = "b c8 h4", at: int = 2) -> list[Map]:
    """All places of a dimension, each cut out."""
    x = mapped(text)
    places = [made.one_of(f"at_{place}", x, at, place) for place in range(x.shape[at] or 0)]
    return [one for one in places if isinstance(one, Map)]


def product(made: Tracer, x: Map, place: int) -> Map:
    """A matrix, whose weights the first one has."""
    given = {} if place == 0 else {"params": 0}
    return made.passed(f"fc_{place}", x, (x.dims[0], channels(2), *x.dims[2:]), "conv", filters=2, kernel=1, **given)


def put(made: Tracer, parts: Sequence[Map], at: int = 2) -> Map | None:
    return packed(made, "out", [one.replaced(dims=with_ones(one.dims, [at])) for one in parts], at)


def test_what_is_done_to_each_place_is_done_to_all() -> None:
    made = tracer(1)
    found = put(made, [product(made, one, place) for place, one in enumerate(picked(made))])
    assert found is not None and layout(found) == "b c2 h4"
    made.draft.outputs([found.layer])
    assert layers(made) == ["fc_0_2 = conv(x, filters=2, kernel=1)"]


def test_some_places_at_equal_distances() -> None:
    made = tracer(1)
    found = put(made, [product(made, one, place) for place, one in enumerate(picked(made)[1::2])])
    assert found is not None and layout(found) == "b c2 h2"
    made.draft.outputs([found.layer])
    assert layers(made) == [
        "out/places/crop = crop(x, cropping=[[1, 0]])",
        "out/places = subsample(out/places/crop, stride=2)",
        "fc_0_2 = conv(out/places, filters=2, kernel=1)",
    ]


def test_rows_of_a_map_are_worked_on_along_the_other_axis() -> None:
    made = tracer(2)
    rows = picked(made, "b c8 h4 w6")
    each = [made.passed(f"row_{at}", x, type="conv", filters=8, kernel=[1, 3], padding="same", bias=False,
                        **({} if at == 0 else {"params": 0})) for at, x in enumerate(rows)]  # fmt: skip
    found = put(made, each)
    assert found is not None and layout(found) == "b c8 h4 w6"
    made.draft.outputs([found.layer])
    assert layers(made) == ["row_0_2 = conv(x, filters=8, kernel=[1, 3], padding=same, bias=False)"]


def summed(made: Tracer, parts: Sequence[Map], which: Sequence[Sequence[int]]) -> list[Map]:
    """Of each entry the sum of some of the parts."""
    return [made.merged(f"add_{at}", "add", [parts[one] for one in row]) if len(row) > 1 else parts[row[0]]
            for at, row in enumerate(which)]  # fmt: skip


REACHES = [
    ([[0], [0, 1], [0, 1, 2], [0, 1, 2, 3]], "global=before"),
    ([[0, 1, 2, 3], [1, 2, 3], [2, 3], [3]], "global=after"),
    ([[0], [0, 1], [1, 2], [2, 3]], "kernel=2, padding=[[1, 0]]"),
    ([[0, 1], [0, 1, 2], [1, 2, 3], [2, 3]], "kernel=3, padding=1"),
    ([[0], [1], [0, 2], [1, 3]], "kernel=2, dilation=2, padding=[[2, 0]]"),
]


@pytest.mark.parametrize(("which", "given"), REACHES, ids=[given for _, given in REACHES])
def test_each_place_made_of_others(which: Sequence[Sequence[int]], given: str) -> None:
    """A window, or all before or behind; with the costs of what it stands for."""
    made = tracer(1)
    steps = [product(made, one, place) for place, one in enumerate(picked(made))]
    found = put(made, summed(made, steps, which))
    assert found is not None and layout(found) == "b c2 h4"
    made.draft.outputs([found.layer])
    assert layers(made) == [f"out = custom(x, filters=2, {given}, params=18, macs=64)"]


def test_what_is_read_elsewhere_too_has_its_own_costs() -> None:
    made = tracer(1)
    steps = [product(made, one, place) for place, one in enumerate(picked(made))]
    found = put(made, summed(made, steps, REACHES[0][0]))
    assert found is not None
    made.draft.outputs([found.layer, steps[0].layer])
    assert layers(made) == [
        "at_0 = crop(x, cropping=[[0, 3]])",
        "fc_0 = conv(at_0, filters=2, kernel=1)",
        "out = custom(x, filters=2, global=before, params=0, macs=48)",
    ]


def test_another_order_is_no_window() -> None:
    made = tracer(1)
    with pytest.raises(Layout, match="places of an axis are worked on one by one, and put into another order"):
        put(made, summed(made, picked(made), [[0], [0, 1], [0, 2], [3]]))


@pytest.mark.parametrize(
    ("which", "given"),
    [([[3], [2], [1], [0]], ""), ([[3], [3, 2], [3, 2, 1], [3, 2, 1, 0]], "global=after")],
    ids=["alone", "with all behind"],
)
def test_from_the_last_place_to_the_first(which: Sequence[Sequence[int]], given: str) -> None:
    made = tracer(1)
    found = put(made, summed(made, picked(made), which))
    assert found is not None and [dim for dim in found.dims if dim and dim[0].turned] == [found.dims[2]]
    made.draft.outputs([found.layer])
    assert all(given in one for one in layers(made)[-1:])


def test_rows_that_depend_on_others_along_both_axes_are_no_window() -> None:
    made = tracer(2)
    rows = picked(made, "b c8 h4 w6")
    wide = made.passed("row", rows[0], type="conv", filters=8, kernel=[1, 3], padding="same")
    with pytest.raises(Layout, match="each along others"):
        put(made, [wide, *rows[1:]])


def test_other_maps_are_left_to_others() -> None:
    made = tracer(1)
    vectors = [mapped("b c8 1"), mapped("b c8 1")]
    assert packed(made, "out", vectors, 2) is None
    assert put(made, [*picked(made)[:1]]) is None
    several = picked(made)[:2]
    assert put(made, [product(made, several[0], 0), several[1].replaced(dims=several[0].dims)]) is None
