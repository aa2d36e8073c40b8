"""Two sequences side by side: what stands in both, in one order (Myers 1986, "An O(ND) difference algorithm")."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

MOST = 1000
"""Items that may be left out of both sequences together, between their equal ends: the work grows with the square."""


def aligned(before: Sequence[Hashable], after: Sequence[Hashable], most: int = MOST) -> list[tuple[int, int]]:
    """Pairs of places with equal items, ascending on both sides, as many as there can be. Where more than `most` items
    have no partner only those of the equal ends are paired."""
    first = 0
    shorter = min(len(before), len(after))
    while first < shorter and before[first] == after[first]:
        first += 1
    last = 0
    while last < shorter - first and before[-1 - last] == after[-1 - last]:
        last += 1
    a, b = before[first : len(before) - last], after[first : len(after) - last]
    pairs = [(at, at) for at in range(first)]
    pairs += [(first + x, first + y) for x, y in _common(a, b, most)]
    return [*pairs, *((len(before) - at, len(after) - at) for at in range(last, 0, -1))]


def _common(a: Sequence[Hashable], b: Sequence[Hashable], most: int) -> list[tuple[int, int]]:
    """The pairs of a longest common subsequence; none where too much is left out."""
    if not a or not b:
        return []
    reach = {1: 0}
    trace: list[dict[int, int]] = []
    for d in range(min(most, len(a) + len(b)) + 1):
        trace.append(dict(reach))
        for k in range(-d, d + 1, 2):
            down = k == -d or (k != d and reach.get(k - 1, -1) < reach.get(k + 1, -1))
            x = reach[k + 1] if down else reach[k - 1] + 1
            y = x - k
            while x < len(a) and y < len(b) and a[x] == b[y]:
                x, y = x + 1, y + 1
            reach[k] = x
            if x >= len(a) and y >= len(b):
                return _walked(trace, len(a), len(b))
    return []


def _walked(trace: list[dict[int, int]], x: int, y: int) -> list[tuple[int, int]]:
    """The way back through what was reached: the pairs on its diagonals."""
    pairs = []
    for d in range(len(trace) - 1, -1, -1):
        reach, k = trace[d], x - y
        down = k == -d or (k != d and reach.get(k - 1, -1) < reach.get(k + 1, -1))
        start = reach[k + 1] if down else reach[k - 1]
        moved = start if down else start + 1
        while x > moved:
            x, y = x - 1, y - 1
            pairs.append((x, y))
        x, y = start, start - (k + 1 if down else k - 1)
    return pairs[::-1]
