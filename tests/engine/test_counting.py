"""Paths counted by the size of their fields."""

from __future__ import annotations

from rfcli.engine.counting import PathsByField, PathsBySize, together
from rfcli.geometry.field import Field, Reads


def test_two_ways_to_one_layer() -> None:
    """A skip beside a kernel of 3, twice: 1 path sees 1 sample, 2 see 3, 1 sees 5."""
    paths: PathsBySize | PathsByField = PathsBySize(1, 1, {0: 1})
    for _ in range(2):
        paths = together(paths, paths.seen_by(Reads(1, ((-1, 1, 1),))))
    assert paths.by_size(None) == {1: 1, 3: 2, 5: 1}


def test_periodic_fields_are_told_apart_by_their_place() -> None:
    twice = Reads(1, ((0, 0, 1), (0, 0, 1)))
    found = PathsBySize(1, 1, {0: 3}).seen_by(twice)
    assert isinstance(found, PathsByField) and found.counts == {Field(1, ((0, 0), (0, 0))): 3}
    assert together(found, PathsBySize(1, 2, {0: 1})).by_size(None) == {1: 3, 2: 1}
