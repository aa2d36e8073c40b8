"""Fields that repeat too late to be followed: the outputs of the map, one by one."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from oracle.plain.drawn import drawn

import rfcli
from rfcli.engine import fields, listed
from rfcli.geometry.unknown import Unknown


def reported(document: dict[str, Any]) -> rfcli.Report:
    return rfcli.compute(rfcli.loads(str(document)))


@pytest.mark.parametrize("seed", range(0, 120, 3))
def test_listed_is_what_is_followed(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where paths of different strides meet, all numbers; elsewhere those that do not speak of a whole period."""
    document = drawn(seed)
    before = reported(document)
    with monkeypatch.context() as patched:
        patched.setattr(fields, "MAX_MIXED", 0)
        mixed = reported(document)
        patched.setattr(fields, "MAX_PHASES", 0)
        after = reported(document)
    for was, other, now in zip(before.layers, mixed.layers, after.layers, strict=True):
        one, two, three = was.receptive_field, other.receptive_field, now.receptive_field
        assert one == two, was.name
        if one is not None:
            for key in ("stride", "padding", "center", "globally"):
                assert getattr(three, key) == getattr(one, key), (was.name, key)
            assert three.uniform == one.uniform or isinstance(three.uniform, Unknown)
            places = [rfcli.located(report, was.name) for report in (before, after)]
            for axis in range(len(one.size)):
                if one.size[axis] is not None:
                    regions = [place.region(axis, o) for place in places for o in range(place.output_size(axis))]
                    half = len(regions) // 2
                    assert regions[:half] == regions[half:]
                    sizes = [0 if region is None else region[1] - region[0] + 1 for region in regions[:half]]
                    assert three.size[axis] in (max(sizes), one.size[axis])


def taps(o: int, n: int, m: int) -> list[int]:
    """What output `o` of a resize from n to m samples reads, linear and with corners aligned."""
    at = Fraction(o * (n - 1), m - 1)
    low = at.numerator // at.denominator
    return [low] if at == low else [low, low + 1]


def test_a_decoder_of_odd_sizes() -> None:
    """Three resizes of corners aligned, each cropped, as in HoVer-Net: it repeats only after 163 * 191 * 211 outputs."""
    maps = [(101, 164), (160, 192), (188, 212)]
    layers = [
        layer
        for _, m in maps
        for layer in (
            {"type": "resize", "size": [m], "mode": "linear", "coordinates": "align_corners"},
            {"type": "conv", "kernel": 5},
        )
    ]
    report = reported({"format": 1, "input": {"size": [101]}, "layers": layers})

    def seen(o: int, depth: int) -> tuple[int, int]:
        if not depth:
            return o, o
        ends = [seen(i, depth - 1) for t in range(o, o + 5) for i in taps(t, *maps[depth - 1])]
        return min(u for u, _ in ends), max(v for _, v in ends)

    regions = [seen(o, 3) for o in range(208)]
    field = report.layers[-1].receptive_field
    assert field is not None
    stride = Fraction(100, 163) * Fraction(159, 191) * Fraction(187, 211)
    assert field.phase_sizes == (tuple(v - u + 1 for u, v in regions),)
    assert (field.size, field.stride) == ((max(v - u + 1 for u, v in regions),), (stride,))
    assert (field.padding, field.center) == ((-regions[0][0],), (Fraction(sum(regions[0]), 2),))
    assert field.lookahead == (max(v - o * stride.numerator // stride.denominator for o, (_, v) in enumerate(regions)),)
    assert (field.uniform, field.aligned) == (False, True)
    located = rfcli.located(report, report.layers[-1].name)
    assert [located.at([o]).region for o in range(208)] == [(region,) for region in regions]
    assert rfcli.check(report.graph.architecture, select=["ALL"]).finished


def test_maps_that_are_too_long_to_be_listed() -> None:
    layers = [
        layer
        for m in (100_003, 100_019)
        for layer in ({"type": "resize", "size": [m], "mode": "linear"}, {"type": "conv", "kernel": 3})
    ]
    field = reported({"format": 1, "input": {"size": [100_000]}, "layers": layers}).layers[-1].receptive_field
    assert field is not None
    assert isinstance(field.size[0], Unknown) and "repeats only every" in field.size[0].reason
    assert listed.MAX_LISTED < 100_000
