"""Which layer of a network is which of another one: by name first, then by structure.

A name that counts, `conv_2` or `features/3`, says little where something was put in before it: layers with such names
are paired by name or in the order in which they stand, whichever leaves less that differs. A layer without a partner is
then looked for where it is built alike and reads, or is read by, layers that are partners: it has another name.
"""

from __future__ import annotations

import re

from rfcli.alignment import aligned
from rfcli.layers._layer import attribute
from rfcli.layers._parameters import Padding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    from rfcli.graph.graph import Graph
    from rfcli.layers._layer import Layer

_COUNTS = re.compile(r"(?:.*_)?\d+")


class Side:
    """A network and which of its layers still have no partner; layers are numbers, its inputs among them."""

    def __init__(self, graph: Graph) -> None:
        self.graph, self.left = graph, dict.fromkeys(range(len(graph.labels)))
        self._built: dict[int, Hashable] = {}

    def name(self, number: int) -> str:
        return self.graph.labels[number]

    def type(self, number: int) -> str:
        layer = self.graph.layers[number]
        return "input" if layer is None else layer.type

    def built(self, number: int) -> Hashable:
        """What a layer is by itself: its type and its parameters."""
        layer = self.graph.layers[number]
        if layer is None:
            return "input"
        if id(layer) not in self._built:
            values = parameters(layer)
            self._built[id(layer)] = (layer.type, *(_hashable(values[name]) for name in sorted(values)))
        return self._built[id(layer)]

    def readers(self) -> list[list[int]]:
        """The layers that read each layer."""
        found: list[list[int]] = [[] for _ in self.graph.labels]
        for number, sources in enumerate(self.graph.sources):
            for source in sources:
                found[source].append(number)
        return found


def parameters(layer: Layer) -> dict[str, object]:
    """The parameters of a layer, those with their defaults too, by name; `like` names another layer, and is no
    parameter here. Padding that is `valid` is none."""
    found: dict[str, object] = {}
    for name in layer.parameters:
        value = getattr(layer, attribute(name))
        if isinstance(value, Padding) and value.word == "valid":
            value = Padding(((0, 0),) * layer.axes)
        if name != "like":
            found[name] = value
    return found


def _hashable(value: object) -> Hashable:
    try:
        hash(value)
    except TypeError:
        return repr(value)
    return value


def paired(before: Graph, after: Graph) -> dict[int, int]:
    """The partner before of each layer and input after, by their numbers."""
    pairing = Pairing(Side(before), Side(after))
    pairing.by_name()
    pairing.counted()
    pairing.scopes()
    pairing.downwards(alike=True)
    pairing.upwards()
    pairing.downwards(alike=False)
    return pairing.partners


class Pairing:
    """Partners as far as they are found."""

    def __init__(self, before: Side, after: Side) -> None:
        self.before, self.after = before, after
        self.partners: dict[int, int] = {}

    def pair(self, one: int, other: int) -> None:
        """Notes that `one` before is `other` after."""
        self.partners[other] = one
        del self.before.left[one], self.after.left[other]

    def by_name(self) -> None:
        """Pairs inputs, and layers of one name that counts nothing."""
        inputs = self.before.graph.inputs, self.after.graph.inputs
        names = {self.before.name(one): one for one in self.before.left}
        for other in list(self.after.left):
            one = names.get(self.after.name(other))
            if one is None or (one in inputs[0]) is not (other in inputs[1]):
                continue
            if other in inputs[1] or not any(map(counts, self.after.name(other).split("/"))):
                self.pair(one, other)
        left = [[number for number in side.left if number in own] for side, own in
                zip((self.before, self.after), inputs, strict=True)]  # fmt: skip
        if len(left[0]) == len(left[1]):
            for one, other in zip(*left, strict=True):
                self.pair(one, other)

    def counted(self) -> None:
        """Pairs layers whose names count, below one scope each."""
        groups = [_grouped(side, lambda name: tuple(_steady(name.split("/")))) for side in (self.before, self.after)]
        for scope, others in groups[1].items():
            ones = groups[0].get(scope)
            if ones is not None:
                for one, other in self._best(ones, others):
                    self.pair(one, other)

    def _best(self, ones: list[int], others: list[int]) -> list[tuple[int, int]]:
        """Pairs by name, or in order where that leaves less that differs."""
        names = {(self.before.name(one), self.before.type(one)): one for one in ones}
        by_name = [
            (names[key], other)
            for other in others
            if (key := (self.after.name(other), self.after.type(other))) in names
        ]
        if len(by_name) == len(ones) == len(others) and not self._cost(by_name, len(ones), len(others)):
            return by_name
        in_order = self._in_order(ones, others)
        costs = [self._cost(pairs, len(ones), len(others)) for pairs in (by_name, in_order)]
        return by_name if costs[0] <= costs[1] else in_order

    def _cost(self, pairs: Sequence[tuple[int, int]], ones: int, others: int) -> int:
        changed = sum(self.before.built(one) != self.after.built(other) for one, other in pairs)
        return ones + others - 2 * len(pairs) + changed

    def _in_order(self, ones: list[int], others: list[int]) -> list[tuple[int, int]]:
        """Pairs of layers that are built alike, and, in the gaps between those, of one type."""
        alike = aligned(
            [(_plain(self.before.name(one)), self.before.built(one)) for one in ones],
            [(_plain(self.after.name(other)), self.after.built(other)) for other in others],
        )
        found, x, y = [], 0, 0
        for i, j in [*alike, (len(ones), len(others))]:
            gap = aligned(
                [(_plain(self.before.name(one)), self.before.type(one)) for one in ones[x:i]],
                [(_plain(self.after.name(other)), self.after.type(other)) for other in others[y:j]],
            )
            found += [(ones[x + a], others[y + b]) for a, b in gap]
            if i < len(ones):
                found.append((ones[i], others[j]))
            x, y = i + 1, j + 1
        return found

    def scopes(self) -> None:
        """Pairs scopes of other names that hold the same: layers of the same names and types."""
        inside = [_grouped(side, lambda name: name.partition("/")[0] if "/" in name else None) for side in
                  (self.before, self.after)]  # fmt: skip
        by_contents: dict[Hashable, list[list[int]]] = {}
        for ones in inside[0].values():
            by_contents.setdefault(_contents(self.before, ones), []).append(ones)
        for others in inside[1].values():
            alike = by_contents.get(_contents(self.after, others))
            if alike:
                for one, other in zip(alike.pop(0), others, strict=True):
                    self.pair(one, other)

    def downwards(self, alike: bool) -> None:
        """Pairs layers that read partners, from the inputs on: those built alike and, unless only `alike` ones are
        wanted, others of one type."""
        waiting: dict[Hashable, list[int]] = {}
        ones, others = self.before.graph, self.after.graph
        for one in self.before.left:
            waiting.setdefault((self.before.built(one), ones.sources[one]), []).append(one)
            if not alike:
                waiting.setdefault((self.before.type(one), ones.sources[one]), []).append(one)
        for other in others.order:
            sources = self._partners(others.sources[other]) if other in self.after.left else None
            if sources is None:
                continue
            kinds = [self.after.built(other)] if alike else [self.after.built(other), self.after.type(other)]
            for kind in kinds:
                found = _first(waiting.get((kind, sources)), self.before.left)
                if found is not None:
                    self.pair(found, other)
                    break

    def upwards(self) -> None:
        """Pairs layers that are built alike and read by partners, from the outputs on."""
        read_by = self.before.readers()
        waiting: dict[Hashable, list[int]] = {}
        for one in self.before.left:
            waiting.setdefault((self.before.built(one), tuple(sorted(read_by[one]))), []).append(one)
        read_by = self.after.readers()
        for other in reversed(self.after.graph.order):
            readers = self._partners(read_by[other]) if other in self.after.left else None
            if readers is not None:
                found = waiting.get((self.after.built(other), tuple(sorted(readers))))
                first = _first(found, self.before.left)
                if first is not None and (readers or len(found or ()) == 1):
                    self.pair(first, other)

    def _partners(self, numbers: Iterable[int]) -> tuple[int, ...] | None:
        """The partners of some layers after; None where one has none."""
        found = [self.partners.get(number) for number in numbers]
        return None if None in found else tuple(one for one in found if one is not None)


def _first(numbers: list[int] | None, left: Mapping[int, None]) -> int | None:
    """The first of some layers that has no partner yet."""
    return None if numbers is None else next((number for number in numbers if number in left), None)


def _grouped(side: Side, key: Callable[[str], Hashable]) -> dict[Hashable, list[int]]:
    """The layers without a partner by a key of their names; None is for those that are passed over."""
    found: dict[Hashable, list[int]] = {}
    for number in side.left:
        if number not in side.graph.inputs and (named := key(side.name(number))) is not None:
            found.setdefault(named, []).append(number)
    return found


def _contents(side: Side, numbers: Sequence[int]) -> Hashable:
    return tuple((side.name(number).partition("/")[2], side.type(number)) for number in numbers)


def counts(word: str) -> bool:
    """Whether a part of a name is a number, or ends with one: 3, conv_2."""
    return _COUNTS.fullmatch(word) is not None


def _steady(words: list[str]) -> list[str]:
    """The parts of a name before the first that counts."""
    at = next((at for at, word in enumerate(words) if counts(word)), len(words))
    return words[:at]


def _plain(name: str) -> str:
    """A name without its numbers."""
    return "/".join("*" if counts(word) else word for word in name.split("/"))
