"""What stands where the runs of a block differ: a parameter, or an expression of one that is there already."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from enum import Enum

from rfcli.description.names import KEYWORDS
from rfcli.values import Value
from rfcli.writers.description.numbers import (
    Expression,
    Plain,
    Text,
    concrete,
    constant,
    is_worked_out,
    number,
    same,
    tokens,
    uses_of,
)

CHANNELS = frozenset(["filters", "units", "groups", "params"])
"""Parameters that count channels, which are multiples of one another."""

MERGES = frozenset(["add", "concat", "multiply", "max", "skip"])
"""Types and words whose sources are called skips."""

_WORD = re.compile(r"([A-Za-z]+)[^A-Za-z0-9]*$")


class Different(Exception):
    """Groups that are not of one form, or differ in too much."""


class Kind(Enum):
    """What a place or a parameter holds."""

    NAME = "name"
    NUMBER = "number of a name"
    REFERENCE = "reference"
    VALUE = "value of a layer's parameter"


class Slot(Value):
    """A place in which groups may differ: what it holds, under which key or word, what each group has there, and what
    layers have that do not say it."""

    kind: Kind
    key: str
    values: tuple[Plain, ...]
    usual: Plain = None


class Parameter(Slot):
    """A parameter of a block: as a place, and the value that is its default."""

    name: str = ""
    default: Plain = None


Relation = Callable[[Parameter, Slot, list[tuple[int, int]]], str | None]
"""Tells how values at a place follow from a parameter's, as an expression; None where they do not."""


def solved(slots: Sequence[Slot], groups: int) -> tuple[list[Plain], tuple[Parameter, ...]]:
    """What stands at each place of so many groups, and the parameters that it takes. Raises `Different`."""
    widths = [max((uses_of(slot.values[at]) for slot in slots), default=1) for at in range(groups)]
    solver = _Solver(widths)
    found: list[Plain] = [None] * len(slots)
    for kinds in ((Kind.NAME, Kind.NUMBER), (Kind.REFERENCE,), (Kind.VALUE,)):
        for at, slot in enumerate(slots):
            if slot.kind in kinds:
                found[at] = solver.solve(slot)
    return found, tuple(map(_with_default, solver.parameters))


class _Solver:
    """Finds for each place what stands there: text that all share, a parameter, or an expression of one."""

    def __init__(self, widths: list[int]) -> None:
        self.widths = widths
        """Per group how many uses it stands for: one, or all those of the block that it is in."""
        self.parameters: list[Parameter] = []

    def solve(self, slot: Slot) -> Plain:
        if constant(slot.values):
            return slot.values[0]
        if slot.kind in (Kind.NAME, Kind.REFERENCE):
            return self.text(slot)
        relation = _added if slot.kind is Kind.NUMBER else _scaled
        return Expression(self.expression(slot, relation) or self.parameter(slot), self.concrete(slot.values))

    def concrete(self, values: tuple[Plain, ...]) -> tuple[Plain, ...]:
        """What a place has in every use of the blocks around the groups."""
        found: list[Plain] = []
        for value, width in zip(values, self.widths, strict=True):
            own = concrete(value)
            found += own if len(own) == width else own * width
        return tuple(found)

    def pairs(self, first: tuple[Plain, ...], second: tuple[Plain, ...]) -> list[tuple[Plain, Plain]] | None:
        """What two places have at a time; None where a text is worked out in a way that is not known here."""
        if any(is_worked_out(one) and not isinstance(one, Expression) for one in (*first, *second)):
            return None
        return list(zip(self.concrete(first), self.concrete(second), strict=True))

    def text(self, slot: Slot) -> str:
        """A name or a reference. The numbers in it are parameters; a reference that needs more is one itself."""
        texts = [text for text in slot.values if isinstance(text, str)]
        parts = [tokens(text) for text in texts]
        if len({tuple(one[::2]) for one in parts}) > 1:
            return self.whole(slot)
        first = parts[0]
        made, values = "", {}
        for at, tokens_there in enumerate(zip(*parts, strict=True)):
            numbers = tuple(number(*one) for one in zip(tokens_there, texts, strict=True)) if at % 2 else ()
            if None in numbers:
                return self.whole(slot)
            if constant(numbers):
                made += tokens_there[0]
                continue
            if any(type(one) is str for one in numbers):  # all of them as text, or 7 and 7b would be of two types
                numbers = tuple(str(one) if type(one) is int else one for one in numbers)
            place = Slot(Kind.NUMBER, _word("".join(first[:at])), numbers)
            found = self.expression(place, _added)
            if found is None and slot.kind is Kind.REFERENCE:
                return self.whole(slot)
            found = found or self.parameter(place)
            after = first[at + 1][:1] or (first[at + 2][:1] if at + 2 < len(first) else "")
            if not found.endswith(")") and (after.isalnum() or after == "_"):
                found = f"$({found[1:]})"
            values[found] = self.concrete(numbers)
            made += found
        return Text(made, values)

    def whole(self, slot: Slot) -> str:
        """A reference that is handed over as it is."""
        if slot.kind is Kind.NAME:
            raise Different
        for one in self.parameters:
            if one.kind is Kind.REFERENCE and one.values == slot.values:
                return f"${one.name}"
        return self.parameter(slot.replaced(key="skip" if slot.key in MERGES else "source"))

    def expression(self, slot: Slot, relation: Relation) -> str | None:
        """An expression of a parameter that is there already."""
        for one in self.parameters:
            pairs = self.pairs(one.values, slot.values) if one.kind is slot.kind else None
            if pairs is None:
                continue
            akin = one.key == slot.key or (one.key in CHANNELS and slot.key in CHANNELS)
            if (akin or one.kind is Kind.NUMBER) and all(same(p, q) for p, q in pairs):
                return f"${one.name}"
            counted = [(p, q) for p, q in pairs if type(p) is int and type(q) is int]
            found = relation(one, slot, counted) if len(counted) == len(pairs) else None
            if found is not None:
                return f"$({found})"
        return None

    def parameter(self, slot: Slot) -> str:
        """The expression of a new parameter."""
        name, count = slot.key, 1
        names = {one.name for one in self.parameters}
        while name in names or name in KEYWORDS:
            count += 1
            name = f"{slot.key}_{count}"
        self.parameters.append(Parameter(slot.kind, slot.key, slot.values, slot.usual, name))
        return f"${name}"


def _with_default(one: Parameter) -> Parameter:
    """The default of a parameter that counts no channels is what layers have that do not say it, where a use has that,
    or what most uses have."""
    if one.kind is not Kind.VALUE or one.key in CHANNELS:
        return one
    plain = [value for value in one.values if not is_worked_out(value)]
    if any(same(value, one.usual) for value in plain):
        return one.replaced(default=one.usual)
    counts = Counter(map(repr, plain))
    most = max(plain, key=lambda value: counts[repr(value)], default=None)
    return one.replaced(default=most) if 2 * counts[repr(most)] >= len(one.values) else one


def _word(before: str) -> str:
    """What a number in a name is called: the word before it."""
    found = _WORD.search(before)
    word = found[1].lower() if found else "at"
    return "at" if word in KEYWORDS or word in ("n", "y") else word


def _added(one: Parameter, slot: Slot, pairs: list[tuple[int, int]]) -> str | None:
    """Numbers that count on together; of two uses only those that can hardly do so by accident."""
    distance = pairs[0][1] - pairs[0][0]
    if any(q - p != distance for p, q in pairs) or (len(pairs) < 3 and one.key != slot.key and distance < 2):
        return None
    return f"{one.name} + {distance}" if distance > 0 else f"{one.name} - {-distance}"


def _scaled(one: Parameter, slot: Slot, pairs: list[tuple[int, int]]) -> str | None:
    """Channels that are multiples of one another; the padding that keeps a map's size."""
    if one.key == "kernel" and slot.key == "padding":
        return f"{one.name} // 2" if all(p // 2 == q for p, q in pairs) else None
    if not (one.key in CHANNELS and slot.key in CHANNELS) or any(min(p, q) < 1 for p, q in pairs):
        return None
    p, q = pairs[0]
    if q % p == 0 and all(b == a * (q // p) for a, b in pairs):
        return f"{q // p} * {one.name}"
    if p % q == 0 and all(a == b * (p // q) for a, b in pairs):
        return f"{one.name} // {p // q}"
    return None
