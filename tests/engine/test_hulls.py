"""Regions of whole maps, against taps looked at one by one."""

from __future__ import annotations

import tracemalloc
from random import Random
from typing import Any

import pytest

from rfcli.engine.hulls import NOWHERE, Hulls, cost
from rfcli.geometry.borders import Border
from rfcli.geometry.field import Reads
from rfcli.layers._layer import AFTER, BEFORE, IDENTITY_READS, NEITHER

INPUT = Hulls([0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5])


def one_by_one(hulls: Hulls, reads: Reads, n: int, border: Border | None) -> list[tuple[int, int] | None]:
    found: list[tuple[int, int] | None] = []
    for o in range(n):
        turns, phase = divmod(o, len(reads.phases))
        first, last, step = reads.phases[phase] or (0, -1, 1)
        taps = [at + turns * reads.shift for at in range(first, last + 1, step)]
        if border is not None and not border.around:
            taps = [border.sample(at) if -border.before <= at < border.n + border.after else at for at in taps]
        read = [hulls.regions[at] for at in taps if 0 <= at < len(hulls.first)]
        seen = [region for region in read if region is not None]
        found.append((min(u for u, _ in seen), max(v for _, v in seen)) if seen else None)
    return found


@pytest.mark.parametrize("seed", range(6))
def test_any_reads(seed: int) -> None:
    chance = Random(seed)
    for _ in range(150):
        n, m = chance.randrange(1, 14), chance.randrange(1, 18)
        drawn = [
            sorted((chance.randrange(9), chance.randrange(9))) if chance.random() < 0.8 else None for _ in range(n)
        ]
        hulls = Hulls([one[0] if one else NOWHERE for one in drawn], [one[1] if one else -1 for one in drawn])
        phases = []
        for _ in range(chance.choice([1, 1, 1, 2, 3])):
            first, step = chance.randrange(-9, 4), chance.choice([1, 1, 2, 3])
            taps = (first, first + step * chance.randrange(0, 12), step)
            phases.append(None if chance.random() < 0.1 else taps)
        reads = Reads(chance.randrange(0, 4), tuple(phases))
        mode = chance.choice(["zeros", "reflect", "symmetric", "replicate", "circular"])
        border = None if mode == "zeros" else Border(mode, n, chance.randrange(4), chance.randrange(4))
        assert hulls.read_by(reads, m, border).regions == one_by_one(hulls, reads, m, border), (hulls, reads, m, border)


def test_kernels_far_larger_than_the_map_cost_little() -> None:
    reads = Reads(1, ((-(10**9), 10**9, 1),))
    assert INPUT.read_by(reads, 3, None).regions == [(0, 5)] * 3
    assert INPUT.read_by(Reads(1, ((10**9, 10**9 + 5, 1),)), 3, None).regions == [None] * 3
    assert cost(reads, 3) < 200


def test_taps_far_apart_take_no_memory() -> None:
    """Five taps of a dilation of 2^24, of which the middle one alone meets the map: no row is laid between them."""
    reads = Reads(1, ((-(1 << 25), 1 << 25, 1 << 24),))
    tracemalloc.start()
    try:
        assert INPUT.read_by(reads, 6, None).regions == INPUT.regions
        assert tracemalloc.get_traced_memory()[1] < 100_000
    finally:
        tracemalloc.stop()


def test_what_reads_the_same_is_the_same() -> None:
    assert INPUT.read_by(IDENTITY_READS, 6, None) is INPUT
    assert INPUT.union(Hulls([NOWHERE] * 6, [-1] * 6)) is INPUT
    whole = Hulls([0] * 6, [5] * 6)
    assert whole.read_by(Reads(1, ((-1, 1, 1),)), 6, None) is whole
    assert INPUT.union(whole) == whole


def test_what_is_seen_besides_on_one_side() -> None:
    hulls = Hulls([NOWHERE, 2, 1, 5], [-1, 2, 4, 5])
    assert hulls.read_by(IDENTITY_READS, 4, None, NEITHER) is hulls
    assert hulls.read_by(IDENTITY_READS, 4, None, BEFORE).regions == [None, (2, 2), (1, 4), (1, 5)]
    assert hulls.read_by(IDENTITY_READS, 4, None, AFTER).regions == [(1, 5), (1, 5), (1, 5), (5, 5)]


@pytest.mark.parametrize(
    ("taps", "shift", "before", "after"),
    [
        pytest.param((0, 0, 1), 3, [(0, 0), (0, 3), (0, 5)], [(0, 5), (3, 5), None], id="between the windows"),
        pytest.param((-2, -1, 1), 3, [None, (0, 2), (0, 5)], [(0, 5), (1, 5), (4, 5)], id="the first in padding"),
        pytest.param((5, 6, 1), 2, [(0, 5), (0, 5), (0, 5)], [(5, 5), None, None], id="all before those in padding"),
        pytest.param((-6, 0, 2), 1, [(0, 0), (0, 1), (0, 2)], [(0, 5), (0, 5), (0, 5)], id="dilated"),
        pytest.param((2, 2, 1), 1, [(0, 2), (0, 3), (0, 4)], [(2, 5), (3, 5), (4, 5)], id="what is cropped"),
    ],
)
def test_what_windows_see_besides(taps: tuple[int, int, int], shift: int, before: list[Any], after: list[Any]) -> None:
    """Everything of the map before the last tap, or after the first, whether another window reads it or not."""
    reads = Reads(shift, (taps,))
    assert INPUT.read_by(reads, 3, None, BEFORE).regions == before
    assert INPUT.read_by(reads, 3, None, AFTER).regions == after


def test_round_a_circular_border() -> None:
    """Output 0 reads samples 5, 0 and 1: on this side 0 and 1."""
    border = Border("circular", 6, 1, 1)
    reads = Reads(1, ((-1, 1, 1),))
    assert INPUT.read_by(reads, 6, border).regions[0] == (0, 1)
    assert INPUT.read_by(reads, 6, border, around=True).regions == [(0, 5), (0, 2), (1, 3), (2, 4), (3, 5), (0, 5)]


def test_the_total_of_a_map() -> None:
    assert Hulls([3, NOWHERE, 1], [4, -1, 2]).total(2).regions == [(1, 4), (1, 4)]
    assert Hulls([NOWHERE], [-1]).total(1).regions == [None]
