"""An order in which each thing follows those that it needs, as near to the order of their numbers as can be."""

from __future__ import annotations

from heapq import heapify, heappop, heappush

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


def ordered(needs: Sequence[Collection[int]], places: Sequence[int] | None = None) -> list[int]:
    """Numbers of things, each after all that it `needs` (which names each once), otherwise the lowest number first, or
    the one of the lowest place. Those that need each other in a circle, and all that need them, are left out."""
    users: list[list[int]] = [[] for _ in needs]
    for number, needed in enumerate(needs):
        for other in needed:
            users[other].append(number)
    missing = [len(needed) for needed in needs]
    places = range(len(needs)) if places is None else places
    ready = [(places[number], number) for number, count in enumerate(missing) if count == 0]
    heapify(ready)
    order = []
    while ready:
        _, number = heappop(ready)
        order.append(number)
        for user in users[number]:
            missing[user] -= 1
            if missing[user] == 0:
                heappush(ready, (places[user], user))
    return order
