"""Maps behind one another along positions."""

from __future__ import annotations

import pytest

from readers.tracing.drawing import layers, layout, mapped, tracer
from rfcli.readers.tracing.joined import Joined, Part, between, joined, place_in, together, unbundled
from rfcli.readers.tracing.maps import Constant, Layout, Map
from rfcli.readers.tracing.tracer import Tracer

A, B = mapped("b c8 h4", "a"), mapped("b c8 h6", "b")
BOTH = Joined((A, B), 2)


def test_joined() -> None:
    assert joined([A, B], -1) == BOTH
    assert joined([BOTH, A], 2) == Joined((A, B, A), 2)
    assert (BOTH.sizes, BOTH.rank, BOTH.shape, BOTH.batch) == ((4, 6), 3, [None, 8, 10], False)
    assert joined([mapped("b1 c8"), mapped("b1 c8")], 0).batch


@pytest.mark.parametrize(
    ("tensors", "dim", "why"),
    [
        ([BOTH, A], 1, "maps are joined along two axes"),
        ([A, Constant((1,), None, ())], 1, "it joins several maps and constants"),
        ([A, mapped("b c8")], 1, "it joins tensors of different ranks"),
    ],
)
def test_what_cannot_be_joined(tensors: list[object], dim: int, why: str) -> None:
    with pytest.raises(Layout, match=why):
        joined(tensors, dim)


def test_maps_of_unknown_size() -> None:
    with pytest.raises(Layout, match="maps of unknown size are joined"):
        _ = Joined((A, mapped("b c8 h?")), 2).sizes


def test_what_is_made_of_each() -> None:
    assert together([A, B], 2) == BOTH
    for parts, at in (([A, Constant((), None, ())], 2), ([A, B], 3)):
        with pytest.raises(Layout, match="maps that are joined are put into another order"):
            together(parts, at)


def test_parts_between() -> None:
    made = tracer(1)
    assert between(made, "cut", BOTH, 0, 4) == A
    assert between(made, "cut", BOTH, 4, 10) == B
    some = between(made, "cut", BOTH, 2, 10)
    assert isinstance(some, Joined) and [layout(one) for one in some.parts] == ["b c8 h2", "b c8 h6"]
    assert layers(made) == ["cut/1 = crop(a, cropping=[[2, 0]])"]


def test_what_is_taken_for_each() -> None:
    made, part = tracer(1), Part(1, -1, (4, 6))
    assert part.of(made, "op", BOTH) == B
    whole = part.of(made, "op", mapped("b c8 h10"))
    assert isinstance(whole, Map) and layout(whole) == "b c8 h6"
    assert layers(made) == ["op/cut = crop(x, cropping=[[4, 0]])"]
    weights = (("w", 10),)
    assert part.of(made, "op", Constant((8, 10), None, weights)) == Constant((8, 6), None, weights)
    assert part.of(made, "op", Constant((8, 1), None, ())) == Constant((8, 1), None, ())
    assert part.of(made, "op", 3) == 3


def test_places_behind_a_reshape() -> None:
    assert place_in([1, 2, 4, 10], [1, 8, 10], 2) == 3
    assert place_in([10, 8], [1, 10, 8], 1) == 0
    for shape in ([1, 80], [1, 10, 8], [1, 8, None]):
        with pytest.raises(Layout):
            place_in(shape, [1, 8, 10], 2)


def bundle(axes: int = 2) -> tuple[Tracer, Map]:
    """Two maps, flattened and put behind one another."""
    made = tracer(axes)
    maps = [mapped("b1 c8 h4 w6"), mapped("b1 c8 h2 w3", "y")]
    return made, made.concatenated("all", [made.flat(f"flat_{at}", one) for at, one in enumerate(maps)], 1)


def test_features_that_are_taken_apart_again() -> None:
    made = tracer()
    maps = [mapped("b1 h4 w6 c8"), mapped("b1 h2 w3 c8", "y")]
    x = made.concatenated("all", [made.flat(f"flat_{at}", one) for at, one in enumerate(maps)], 1)
    found = unbundled(made, "out", made.passed("same", x), [1, -1, 8])
    assert found is not None and (found.at, found.sizes) == (1, (24, 6))
    assert [layout(one) for one in found.parts] == ["1 h4.w6 c8", "1 h2.w3 c8"]


@pytest.mark.parametrize("target", [[1, 240], [1, 7, -1], [1, -1, 7], [1, 39, 6], [1, -1, 0]])
def test_other_shapes_are_no_entries_of_one_kind(target: list[int]) -> None:
    made, x = bundle()
    assert unbundled(made, "out", x, target) is None
    assert unbundled(made, "out", mapped("b1 c240"), [1, -1, 6]) is None
    with pytest.raises(Layout, match="maps that were flattened and put behind one another are taken apart"):
        made.reshape("view", x, [1, 40, 6])
