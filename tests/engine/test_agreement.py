"""Whether all paths have one center: pair by pair, at every layer anew."""

from __future__ import annotations

from typing import Any

import pytest

import rfcli
from rfcli.engine import agreement
from rfcli.engine.agreement import ONE_KIND, TOO_MANY_KINDS, Agreement, Paths
from rfcli.engine.family import Family
from rfcli.geometry.field import NOTHING, Field

CONV3 = {"type": "conv", "kernel": 3, "padding": 1, "filters": 2}
TWO_WAYS = [
    {"type": "upsample", "scale": 2, "name": "a"},
    {"type": "upsample", "scale": 2, "mode": "linear", "name": "b", "inputs": ["input"]},
    {"type": "add", "name": "sum", "inputs": ["a", "b"]},
]


def layers_of(layers: list[dict[str, Any]], size: int | None = 11) -> dict[str, Any]:
    report = rfcli.compute(
        rfcli.loads(
            str({"format": 1, "input": {"size": [size], "channels": 2}, "layers": layers}).replace("None", "null")
        )
    )
    return {layer.name: layer.receptive_field for layer in report.layers}


@pytest.mark.parametrize("size", [12, None])
@pytest.mark.parametrize(
    ("layers", "aligned"),
    [
        pytest.param(
            [*TWO_WAYS, {"type": "max_pool", "kernel": 2, "name": "z"}],
            {"sum": False, "z": True},
            id="half a pixel at each output, and none for each pair",
        ),
        pytest.param(
            [*TWO_WAYS, {"type": "conv", "kernel": 3, "name": "z"}], {"sum": False, "z": False}, id="still half a pixel"
        ),
        pytest.param(
            [
                *TWO_WAYS,
                {"type": "conv", "kernel": 2, "padding": [[0, 1]], "name": "z"},
                {"type": "concat", "inputs": ["z", "sum"], "name": "both"},
            ],
            {"sum": False, "z": True, "both": False},
            id="aligned, and met by a path that is not",
        ),
        pytest.param(
            [
                {"type": "conv_transpose", "kernel": 2, "stride": 2, "dilation": 2, "filters": 2},
                {"type": "residual", "layers": [CONV3], "name": "u"},
                {"type": "conv", "kernel": 2, "name": "z"},
            ],
            {"u/add": True, "z": False},
            id="what agreed at the merge is pulled apart behind it",
        ),
        pytest.param(
            [
                {"type": "residual", "layers": [{**CONV3, "kernel": 2, "padding": [[0, 1]]}], "name": "u"},
                {"type": "upsample", "scale": 2, "mode": "linear"},
                {"type": "max_pool", "kernel": 2, "name": "z"},
            ],
            {"u/add": False, "z": False},
            id="an even kernel beside a skip stays apart for good",
        ),
        pytest.param(
            [
                {"type": "upsample", "scale": 2},
                *[{"type": "residual", "layers": [CONV3], "name": f"u{i}"} for i in (1, 2)],
            ],
            {"u1/add": False, "u2/add": False},
            id="odd kernels on a repeated map",
        ),
    ],
)
def test_every_pair_of_paths(layers: list[dict[str, Any]], aligned: dict[str, bool], size: int | None) -> None:
    fields = layers_of(layers, size)
    assert {name: fields[name].aligned for name in aligned} == aligned
    for name, right in aligned.items():
        assert any(note.startswith("misaligned") for note in fields[name].notes) is not right, name


def test_bins_of_unequal_size() -> None:
    """Both paths of z have the centers 2.5, 5, 7.5 and 10.5, though those of u differ."""
    fields = layers_of(
        [
            {"name": "q", "type": "adaptive_avg_pool", "output_size": 4},
            {"name": "u", "type": "residual", "layers": [CONV3]},
            {"name": "z", "type": "conv", "kernel": 2},
        ]
    )
    assert [fields[name].aligned for name in ("q", "u/add", "z")] == [True, False, True]


def test_a_size_decides() -> None:
    """'same' with a stride pads evenly at odd sizes only."""
    down = {"type": "conv", "kernel": 3, "stride": 2, "padding": "same", "filters": 2}
    other = {"type": "conv", "kernel": 3, "stride": 2, "padding": 1, "filters": 2}
    layers = [{"type": "residual", "layers": [down], "shortcut": [other]}, {"type": "conv", "kernel": 2, "name": "z"}]
    assert [layers_of(layers, size)["z"].aligned for size in (11, 12)] == [True, False]
    unknown = layers_of(layers, None)["z"]
    assert isinstance(unknown.aligned, rfcli.engine.numbers.Unknown)
    assert any("depends on the input size" in note for note in unknown.notes)


WIDE, NARROW = Field(1, ((-2, 2),)), Field(1, ((0, 0),))
BESIDE = Field(1, ((0, 1),))
HALVES, PAIRS = Field(1, ((0, 0), (0, 0))), Field(1, ((-1, 0), (0, 1)))


HOLES = {"type": "conv_transpose", "kernel": 1, "stride": 2, "padding": "same", "filters": 2, "name": "a"}


@pytest.mark.parametrize(
    ("last", "aligned"),
    [
        ({"type": "adaptive_avg_pool", "output_size": 16}, {32: True, 64: True, 65: False}),
        ({"type": "resize", "size": 16, "mode": "area"}, {32: True, 64: True, 65: False}),
    ],
)
def test_a_size_decides_behind_a_layer_whose_reads_it_decides(last: dict[str, Any], aligned: dict[int, bool]) -> None:
    """Windows of a whole number of pairs lie alike along both paths. Without a size it was told that they do not."""
    layers = [HOLES, *TWO_WAYS[1:], {**last, "name": "z"}]
    for size, right in aligned.items():
        assert layers_of(layers, size)["z"].aligned is right
    found = layers_of(layers, None)
    assert found["sum"].aligned is False
    assert "depends on the input size" in str(found["z"].aligned)


def test_concentric_paths_are_of_one_kind() -> None:
    follow = Agreement(1)
    assert follow.merged([(ONE_KIND, WIDE), (ONE_KIND, NARROW)]) is ONE_KIND
    assert follow.sorted([WIDE, NARROW, NOTHING], 0, None) is ONE_KIND
    assert follow.sorted([WIDE, BESIDE], 0, None) == Paths((), 1, 1)
    assert follow.sorted([HALVES, PAIRS, HALVES], 0, None) == Paths((HALVES, PAIRS), 0, 1)
    assert follow.sorted([HALVES, NARROW], 0, None).askew == 1, "other strides"


def test_sizes_are_told_apart() -> None:
    """Two sizes: the paths are concentric at the first, and one sample apart at the second."""
    follow = Agreement(2)
    moved = Family((WIDE,), ((0, 0), (0, 1)))
    assert follow.sorted([moved, NARROW], 0, None) == Paths((), 2, 2)
    assert follow.sorted([moved, Family((NARROW,), ((0, 0), (0, 1)))], 0, None) is ONE_KIND
    assert follow.sorted([Family((HALVES,), ((0, 0), (0, 1))), PAIRS], 0, None).askew == 3
    pairs = Family((PAIRS,), ((0, 0), (0, 1)))
    assert follow.sorted([moved, Family((HALVES, WIDE), ((0, 0), (1, 1)))], 0, None).askew == 1
    assert follow.sorted([pairs, HALVES], 2, None) == Paths((pairs, HALVES), 2, 3)


def test_more_than_are_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agreement, "MAX_KINDS", 1)
    assert Agreement(1).sorted([HALVES, PAIRS], 0, None) == Paths((), 0, 0, TOO_MANY_KINDS)
    assert "kinds of paths" in layers_of(TWO_WAYS)["sum"].notes[0]
