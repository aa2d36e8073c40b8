"""Channels made of some of the channels at their position: in groups, repeated, among zeros, in windows over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod

from rfcli.readers.tracing.core import Core, Parameters
from rfcli.readers.tracing.maps import (
    CHANNELS,
    Dim,
    Layout,
    Map,
    axes_in,
    channels,
    channels_in,
    exchanged,
    keys,
    rebased,
    reshaped,
    whole,
)
from rfcli.readers.tracing.noted import Widened

MOST_LISTED = 1 << 14
"""Channels that are listed one by one."""


class MixingOperations(Core):
    """Which channels those of a layer are made of."""

    def grouped(
        self, name: str, x: Map, kept: Sequence[Dim], gone: Sequence[Dim], filters: int = 1, **given: object
    ) -> Map:
        """So many channels made of each group: of all that lie in the dimensions `gone`, for each entry of those that
        are `kept`. Its dimensions are the latter, and one of the new channels."""
        groups = channels_in(kept)
        dims = rebased((*kept, channels(filters)))
        if groups is None or x.channels is None:
            raise Layout("channels of unknown number are brought together")
        together = self.in_order(f"{name}/together", x.replaced(dims=(*kept, *gone)))
        given = {"params": 0, "macs": 0, **given, "filters": groups * filters, "groups": groups}
        return self.passed(name, together, dims, "custom", **given)

    def halved(self, name: str, x: Map, at: int) -> Map:
        """The halves of a dimension of channels merged. Raises `Layout`."""
        n, total = x.shape[at], x.channels
        if n is None or n % 2 or total is None:
            raise Layout("channels of unknown number are halved")
        dims = exchanged(x.dims, at, channels(n // 2))
        if not x.local:
            return self.rechannelled(name, x.replaced(dims=dims), total // 2)
        parts = reshaped([x.dims[at]], [2, n // 2])
        found = self.grouped(name, x, exchanged(x.dims, at, parts[1]), [parts[0]])
        return found.replaced(dims=found.dims[:-1])

    def in_groups(self, x: Map, over: Sequence[Dim]) -> bool:
        """Whether some dimensions hold a part of the channels, for each of the others."""
        inside, total = channels_in(over), x.channels
        apart = x.local and total is not None and inside is not None and 1 < inside < total
        return apart and not axes_in(atom for dim in over for atom in dim) and not keys(over)

    def within_groups(self, name: str, x: Map, over: Sequence[Dim], params: int = 0) -> Map:
        """As many channels as there are, each made of all that lie in the dimensions `over` beside it."""
        order, at = list(range(len(x.dims))), list[int]()
        for dim in over:
            at.append(next(number for number in reversed(order) if x.dims[number] == dim))
            order.remove(at[-1])
        groups = channels_in(x.dims[one] for one in order)
        order += at
        together = self.in_order(f"{name}/together", x.replaced(dims=tuple(x.dims[one] for one in order)))
        laid = rebased(together.dims)
        dims = [laid[order.index(one)] for one in range(len(order))]
        given: Parameters = {"filters": x.channels, "groups": groups, "params": params, "macs": 0}
        return self.passed(name, together, dims, "custom", **given)

    def repeated(self, name: str, x: Map, counts: Mapping[int, int]) -> Map:
        """A map some of whose dimensions stand as often behind themselves as `counts` says, as channels. Raises
        `Layout`."""
        if min(counts.values(), default=1) < 1:
            raise Layout("it repeats entries less than once")
        dims = tuple((*whole(CHANNELS, counts.get(at, 1)), *dim) for at, dim in enumerate(x.dims))
        made, total = x.replaced(dims=dims), x.channels
        if total is None or total == 1 or not x.local:
            return self.passed(name, x, rebased(dims), "custom", filters=made.channels, params=0, macs=0)
        x = self.in_order(f"{name}/order", x)
        numbers = _repeated_numbers(x.dims, counts)
        if numbers is None:
            return self.rechannelled(name, made, made.channels)
        times = len(numbers) // total
        if numbers == list(range(total)) * times:
            return Map(self.draft.add(name, "concat", [x.layer] * times), rebased(dims), x.local)
        if numbers == [one for one in range(total) for _ in range(times)]:
            given: Parameters = {"filters": total * times, "groups": total, "params": 0, "macs": 0}
            return self.passed(name, x, rebased(dims), "custom", **given)
        return self.chosen(name, x, numbers, dims)

    def with_zeros(self, name: str, x: Map, at: int, before: int, after: int) -> Map:
        """Channels of zeros before and after those of a dimension, or fewer of them where negative."""
        n, total = x.shape[at], x.channels
        if n is None or total is None:
            raise Layout("channels of unknown number are padded")
        dims, made = exchanged(x.dims, at, channels(n + before + after)), total // n * (n + before + after)
        if min(before, after) < 0 or made > MOST_LISTED or not x.local:
            return self.rechannelled(name, x.replaced(dims=dims), made)
        source = self.in_order(f"{name}/order", x)
        numbers = _widened_numbers(source.dims, at, before, after)
        if numbers == list(range(made)):
            widened = self.passed(name, source, rebased(dims), filters=made)
            new = [widened.layer]
        else:
            wide = self.passed(f"{name}/zeros", source, filters=total + 1)
            widened = self.chosen(name, wide, [min(one, total) for one in numbers], dims)
            new = [wide.layer, widened.layer]
        self.widened[widened.layer] = Widened(x, at, before, after)
        self.draft.spare(new)
        return widened


def _repeated_numbers(dims: Sequence[Dim], counts: Mapping[int, int]) -> list[int] | None:
    """The channels of a map in their order where some dimensions stand several times behind themselves; None for too
    many."""
    found = [0]
    for at, dim in enumerate(rebased(dims)):
        many = len(found) * counts.get(at, 1) * prod(atom.size or 1 for atom in dim if atom.role == CHANNELS)
        if many > MOST_LISTED:
            return None  # before any of them is listed: they may fill the machine
        own = [0]
        for atom in dim:
            if atom.role == CHANNELS:
                own = [before + i * atom.step for before in own for i in range(atom.size or 1)]
        own *= counts.get(at, 1)
        found = [before + one for before in found for one in own]
    return found


def _widened_numbers(dims: Sequence[Dim], at: int, before: int, after: int) -> list[int]:
    """The channels of a map in their order with others in a dimension, whose numbers come after all of the map's."""
    total = channels_in(dims) or 0
    rows: list[list[int | None]] = [[0]]
    for number, dim in enumerate(rebased(dims)):
        own: list[int | None] = [0]
        for atom in dim:
            if atom.role == CHANNELS:
                own = [(one or 0) + i * atom.step for one in own for i in range(atom.size or 1)]
        if number == at:
            own = [None] * before + own + [None] * after
        rows.append(own)
    found: list[int | None] = [0]
    for own in rows:
        found = [None if None in (one, other) else (one or 0) + (other or 0) for one in found for other in own]
    fresh = iter(range(total, total + len(found)))
    return [next(fresh) if one is None else one for one in found]
