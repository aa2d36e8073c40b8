"""Where things stand: rows by longest path, an order in each row with few crossings, and places that are straight.

The steps of Sugiyama, Tagawa & Toda (1981) for a graph that is nearly a chain; places in a row are the least squares
of where each thing would stand for itself, found by pooling neighbours that are too near (isotonic regression).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

SWEEPS = 6


def rows(count: int, edges: Sequence[tuple[int, int]], last: Sequence[int] = ()) -> list[int]:
    """For each thing its row: one more than the last of those that it follows. An edge leads from a smaller number to
    a larger one; things in `last` stand in a row below all."""
    found = [0] * count
    for source, target in sorted(edges):
        found[target] = max(found[target], found[source] + 1)
    if last:
        below = max((row for at, row in enumerate(found) if at not in set(last)), default=-1) + 1
        for at in last:
            found[at] = below
    return found


def ordered(row: Sequence[int], edges: Sequence[tuple[int, int]]) -> list[list[int]]:
    """The things of each row from left to right; `edges` lead from a row to the next."""
    order: list[list[int]] = [[] for _ in range(max(row, default=-1) + 1)]
    for at, own in enumerate(row):
        order[own].append(at)
    above: dict[int, list[int]] = {}
    below: dict[int, list[int]] = {}
    for source, target in edges:
        above.setdefault(target, []).append(source)
        below.setdefault(source, []).append(target)
    best, fewest = [list(one) for one in order], _crossings(order, below)
    for sweep in range(SWEEPS):
        if not fewest:
            break
        near, turn = (above, order) if sweep % 2 == 0 else (below, order[::-1])
        place = {at: place for one in order for place, at in enumerate(one)}
        for one in turn:
            where = {at: _mean([place[other] for other in near.get(at, ())], place[at]) for at in one}
            one.sort(key=where.__getitem__)
            place.update({at: number for number, at in enumerate(one)})
        crossings = _crossings(order, below)
        if crossings < fewest:
            best, fewest = [list(one) for one in order], crossings
    return best


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _crossings(order: Sequence[Sequence[int]], below: dict[int, list[int]]) -> int:
    """How often edges between neighbouring rows cross."""
    from bisect import bisect_right, insort

    count = 0
    for one, following in pairwise(order):
        place = {at: number for number, at in enumerate(following)}
        seen: list[int] = []
        for at in one:
            ends = [place[other] for other in below.get(at, ())]
            count += sum(len(seen) - bisect_right(seen, end) for end in ends)
            for end in ends:
                insort(seen, end)
    return count


def critical(row: Sequence[int], edges: Sequence[tuple[int, int]]) -> list[bool]:
    """Whether a longest path leads through each thing: these stand straight below each other."""
    follows = [0] * len(row)
    for source, target in sorted(edges, key=lambda edge: row[edge[0]], reverse=True):
        if row[target] == row[source] + 1:
            follows[source] = max(follows[source], follows[target] + 1)
    longest = max((above + below for above, below in zip(row, follows, strict=True)), default=0)
    return [above + below == longest for above, below in zip(row, follows, strict=True)]


def centers(
    order: Sequence[Sequence[int]],
    widths: Sequence[float],
    weights: Sequence[float],
    edges: Sequence[tuple[int, int, float, float]],
    gap: float,
) -> list[float]:
    """The horizontal place of each thing's center. An edge has its source, its target, and how far from their centers
    it starts and ends; it weighs as much as the lighter of the two."""
    found = [0.0] * len(widths)
    for one in order:
        for at, place in zip(one, _apart(one, widths, weights, [0.0] * len(one), gap), strict=True):
            found[at] = place
    above: dict[int, list[tuple[int, float, float]]] = {}
    below: dict[int, list[tuple[int, float, float]]] = {}
    for source, target, start, end in edges:
        weight = min(weights[source], weights[target])
        above.setdefault(target, []).append((source, start - end, weight))
        below.setdefault(source, []).append((target, end - start, weight))
    for sweep in range(SWEEPS):
        near, turn = (above, order) if sweep % 2 == 0 else (below, order[::-1])
        for one in turn:
            wanted = []
            for at in one:
                total = sum(weight for *_, weight in near.get(at, ()))
                pulled = sum(weight * (found[other] + by) for other, by, weight in near.get(at, ()))
                wanted.append(pulled / total if total else found[at])
            for at, place in zip(one, _apart(one, widths, weights, wanted, gap), strict=True):
                found[at] = place
    return found


def _apart(
    one: Sequence[int], widths: Sequence[float], weights: Sequence[float], wanted: Sequence[float], gap: float
) -> list[float]:
    """The places nearest to those that are wanted, in the weighted least squares, at which nothing overlaps."""
    offsets, at = [], 0.0
    for place, thing in enumerate(one):
        if place:
            at += (widths[one[place - 1]] + widths[thing]) / 2 + gap
        offsets.append(at)
    pools: list[tuple[float, float, int]] = []
    for thing, want, offset in zip(one, wanted, offsets, strict=True):
        total, weight, count = weights[thing] * (want - offset), weights[thing], 1
        while pools and pools[-1][0] / pools[-1][1] > total / weight:
            before = pools.pop()
            total, weight, count = total + before[0], weight + before[1], count + before[2]
        pools.append((total, weight, count))
    starts = [total / weight for total, weight, count in pools for _ in range(count)]
    return [start + offset for start, offset in zip(starts, offsets, strict=True)]
