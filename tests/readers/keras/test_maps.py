"""Maps as Keras orders them: batch, axes and channels, or channels before the axes."""

from __future__ import annotations

from typing import Any

import pytest

from readers.keras.keras_files import computed, functional, new, source
from rfcli.description.nodes import File
from rfcli.readers.draft import Draft
from rfcli.readers.keras.maps import KerasTracer, raised, width_of
from rfcli.readers.tracing.maps import BATCH, CHANNELS, Atom, Layout, Map, channels

B, H, W, C = (Atom(BATCH, None),), (Atom(0, 8),), (Atom(1, 9),), (Atom(CHANNELS, 3),)
LAST, FIRST = Map("x", (B, H, W, C)), Map("x", (B, C, H, W))


def tracer(first: bool = False, axes: int = 2) -> KerasTracer:
    return KerasTracer(Draft(File("m.json")), axes, {}, first)


@pytest.mark.parametrize(
    ("rank", "first", "roles"),
    [
        (1, False, [BATCH]),
        (2, True, [BATCH, CHANNELS]),
        (3, False, [BATCH, 0, CHANNELS]),
        (4, False, [BATCH, 0, 1, CHANNELS]),
        (4, True, [BATCH, CHANNELS, 0, 1]),
    ],
)
def test_usual_roles(rank: int, first: bool, roles: list[Any]) -> None:
    assert tracer(first).usual(rank) == roles


@pytest.mark.parametrize(("x", "first"), [(LAST, False), (FIRST, True)])
def test_arranged_and_restored(x: Map, first: bool) -> None:
    arranged = tracer(first).arranged(x, 2, first)
    assert arranged.dims == (B, C, H, W)
    assert tracer(first).restored(arranged, 2, first) == x


def test_dimensions_before_the_axes_of_a_layer() -> None:
    """A layer over one axis of two: the other comes before."""
    arranged = tracer().arranged(LAST, 1, False)
    assert arranged.dims == (B, C, H, W)
    assert tracer().restored(arranged, 1, False) == LAST


def test_too_few_dimensions() -> None:
    with pytest.raises(Layout, match="it takes 5 dimensions, its input has 4"):
        tracer().arranged(LAST, 3, False)


def test_features_grow_into_a_map() -> None:
    made = tracer()
    x = Map("features", (B, (Atom(CHANNELS, 6),), (Atom(CHANNELS, 4),), (Atom(CHANNELS, 5),)), False)
    grown = made.grown("a", x)
    assert grown is not None
    assert (grown.dims, grown.local, made.draft.count) == ((B, channels(6), (Atom(0, 4),), (Atom(1, 5),)), False, 2)
    assert made.grown("b", FIRST) is None, "a map is none that was flattened"


def test_sizes_of_windows() -> None:
    assert tracer().sizes("conv", {"kernel": [3, 3], "stride": [2, 1], "filters": 1}, [0, 1], [H, W]) == [3, 7]
    assert tracer().sizes("conv", {"kernel": [9, 3], "filters": 1}, [0, 1], [H, (Atom(1, None),)]) == [None, None]


def test_parts_of_maps() -> None:
    assert raised(Map("x", (B, C)), 4).dims == (B, (), (), C)
    assert width_of(LAST) == 3
    with pytest.raises(Layout, match="no known number of channels"):
        width_of(FIRST)


@pytest.mark.parametrize("pool", [{"pool_size": [9, 8]}, {"pool_size": [9, 8], "strides": [1, 1], "padding": "valid"}])
def test_a_pool_as_large_as_its_map_is_a_gate(pool: dict[str, Any]) -> None:
    """It is repeated at all positions, so that each sees the whole map; what is local beside it stays 3 x 3. A pool that
    nothing repeats is one of its window."""
    conv = new("Conv2D", "c", {"filters": 4, "kernel_size": 3, "padding": "same"}, ["x"])
    mean = new("AveragePooling2D", "p", pool, ["c"])
    gate = new("Multiply", "m", {}, [["c", "p"]])
    field = computed(functional([source((9, 8, 3)), conv, mean, gate], [("m", 0, 0)])).layer("m").receptive_field
    assert field is not None and field.globally and field.size == (3, 3)
    alone = computed(functional([source((9, 8, 3)), conv, mean], [("p", 0, 0)])).layer("p").receptive_field
    assert alone is not None and not alone.globally and alone.size == (11, 10)
