"""Sizes along one axis, given or not."""

from __future__ import annotations

import json
from math import lcm

import pytest
from oracle.plain.drawn import drawn
from oracle.plain.unsized import unsized

import rfcli
from graph import conv, graph
from rfcli.geometry.unknown import Unknown
from rfcli.graph.sizes import MAX_RESIDUES, NEVER_KNOWN, NO_SIZE, Fit, causes, common_modulus

NEVER = {"type": "custom", "unknown": "Einsum"}


def sizes(*layers: dict[str, object], size: int | None = None) -> list[int | Unknown]:
    return graph(*layers, size=[size]).axes[0].known[1:]  # type: ignore[arg-type]


ROWS = [
    ([conv(), conv(stride=2)], 11, [9, 4]),
    ([conv()], None, [NO_SIZE]),
    ([{"type": "global_avg_pool"}], None, [1]),
    ([conv(), {"type": "resize", "size": 7}, conv()], None, [NO_SIZE, 7, 5]),
    ([{"type": "adaptive_avg_pool", "output_size": 4}], None, [4]),
    ([NEVER], 8, [NEVER_KNOWN]),
    ([NEVER, conv(stride=2), {"type": "global_avg_pool"}], 8, [NEVER_KNOWN, NEVER_KNOWN, 1]),
    ([NEVER, {"type": "linear", "units": 4}], 8, [NEVER_KNOWN, 1]),
    ([NEVER, {"type": "linear", "units": 4}, {"type": "relu"}], None, [NEVER_KNOWN, 1, 1]),
    ([NEVER, {"type": "pixel_unshuffle", "scale": 3}], 8, [NEVER_KNOWN, NEVER_KNOWN]),
    ([NEVER, {"type": "crop", "like": "input"}], 8, [NEVER_KNOWN, 8]),
    ([{"type": "crop", "cropping": 1}, NEVER, {"type": "crop", "like": "input"}], 8, [6, NEVER_KNOWN, 8]),
    ([{**NEVER, "size": 5}, conv()], None, [5, 3]),
]


@pytest.mark.parametrize(("layers", "size", "expected"), ROWS)
def test_sizes(layers: list[dict[str, object]], size: int | None, expected: list[int | Unknown]) -> None:
    assert sizes(*layers, size=size) == expected


def test_how_many_sizes_are_tried() -> None:
    """One where nothing but the map's place depends on the size, else one for each residue that is valid."""
    assert graph(conv(stride=3)).axes[0].count == 1
    assert graph(conv(stride=3, padding="same")).axes[0].count == 3
    assert graph({"type": "pixel_unshuffle", "scale": 2}, conv(stride=3, padding="same")).axes[0].count == 3
    assert graph(conv(), size=[9]).axes[0].given


def test_a_merge_fits_where_it_does_at_some_size() -> None:
    """Every other sample, each twice: as many as before where their number is even."""
    net = graph(
        conv(1, name="a", stride=2),
        {"type": "upsample", "name": "b", "scale": 2},
        {"type": "add", "inputs": ["input", "b"]},
        input={"size": [None], "channels": 4},
    )
    assert net.axes[0].known[-1] == NO_SIZE


def test_maps_that_see_all_are_broadcast() -> None:
    net = graph({"type": "global_avg_pool", "name": "g"}, {"type": "multiply", "inputs": ["input", "g"]}, size=[8])
    assert net.axes[0].known == [8, 1, 8]
    assert net.axes[0].wholly == [False, True, False]


@pytest.mark.parametrize(
    ("growth", "common", "beyond"),
    [
        ([], 1, {}),
        ([(4, 1), (6, 2)], 12, {}),
        ([(MAX_RESIDUES, 1), (3, 1)], MAX_RESIDUES, {1: 3}),
    ],
)
def test_after_how_many_samples_all_repeats(growth: list[tuple[int, int]], common: int, beyond: dict[int, int]) -> None:
    assert common_modulus(growth) == (common, beyond)
    assert all(common % m == 0 for number, (m, _) in enumerate(growth) if number not in beyond)
    assert common == lcm(*(m for number, (m, _) in enumerate(growth) if number not in beyond))


def test_what_depends_on_the_size_first() -> None:
    same = conv(stride=2, padding="same")
    net = graph(conv(), same, conv(), same, conv())
    assert causes(net.layers, net.sources, net.order) == [None, None, 2, 2, 2, 2]


@pytest.mark.parametrize(
    "items",
    [
        [{"type": "custom", "unknown": "Fold", "name": "u"}, {"type": "crop", "like": "u", "inputs": ["input"]}],
        [{"type": "custom", "unknown": "Fold"}, *[conv(stride=1 << 20, kernel=1)] * 4, {"type": "linear", "units": 3}],
        [{"type": "custom", "unknown": "Fold"}, {"type": "flatten"}, {"type": "linear", "units": 3}],
    ],
    ids=["cropped like it", "strides", "flattened"],
)
def test_a_size_that_nobody_knows_decides_nothing(items: list[dict[str, object]]) -> None:
    """No problem is told of it, and no number is made of what stands for it."""
    for size in ([32], [None]):
        for known in graph(*items, size=size).axes[0].known[2:]:
            assert isinstance(known, Unknown) or known == 1


@pytest.mark.parametrize("seed", range(12))
def test_sizes_that_grow_evenly_are_those_of_each_size(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What follows from one of each remainder is what the layers give, one size after the other."""
    document = json.dumps(unsized(drawn(seed)))

    def computed() -> str:
        try:
            layers = rfcli.compute(rfcli.loads(document, name="net.json")).layers
            return repr([(layer.output_size, layer.channels, layer.receptive_field) for layer in layers])
        except rfcli.DescriptionError as error:
            return str(error)

    evenly = computed()
    monkeypatch.setattr(Fit, "_grown", lambda *_: None)
    assert computed() == evenly
