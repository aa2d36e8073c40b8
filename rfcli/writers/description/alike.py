"""What groups of items have in common, as a block: values in which they differ become its parameters.

Everything here is text: a block's items with its parameters put in are, letter by letter, the items of each group.
"""

from __future__ import annotations

import re
from collections import Counter

from rfcli.description.names import KEYWORDS
from rfcli.layers._parameters import REQUIRED
from rfcli.layers._registry import LAYERS
from rfcli.values import Value
from rfcli.writers.description.items import Item

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from rfcli.writers.description.items import Defaults

MOST_PARAMETERS = 8
"""Parameters of a block, beyond which its uses say no less than the layers themselves."""

CHANNELS = frozenset(["filters", "units", "groups", "params"])
"""Parameters that count channels, which are multiples of one another."""

_TOKEN = re.compile(r"([0-9]+[a-z]?(?![A-Za-z0-9])|[0-9]+|\$[a-z][a-z0-9_]*|\$\([^)]*\))")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,8}")
_WORD = re.compile(r"([A-Za-z]+)[^A-Za-z0-9]*$")


def tokens(text: str) -> list[str]:
    """A name cut at its numbers, which stand at odd places; a letter may end a number (`block2b`)."""
    return _TOKEN.split(text)


def shape(text: str) -> tuple[str, ...]:
    """A name without its numbers."""
    return tuple(tokens(text)[::2])


class Expression(str):
    """A value that differs between the uses of a block; `values` are those that it has."""

    values: tuple[Any, ...]

    def __new__(cls, text: str, values: tuple[Any, ...]) -> Expression:
        made = super().__new__(cls, text)
        made.values = values
        return made


class Text(str):
    """A name or a reference with expressions in it; `values` are what each of them has in the uses of its block."""

    values: dict[str, tuple[Any, ...]]

    def __new__(cls, text: str, values: dict[str, tuple[Any, ...]]) -> Text:
        made = super().__new__(cls, text)
        made.values = values
        return made


class Parameter(Value):
    """A parameter of a block: what it stands in (`number` of a name, `reference`, or the key of a `value`), its
    values in the uses of the block, and the one that is its default."""

    name: str
    kind: str
    key: str
    values: tuple[Any, ...]
    usual: Any = None
    """What layers have that do not say it."""
    default: Any = None


class Block(Value):
    """A block; `uses` are the values of its parameters in the groups it was made of, defaults left out."""

    name: str
    word: str
    """What its name is made of."""
    parameters: tuple[Parameter, ...]
    layers: list[Item]
    uses: tuple[dict[str, Any], ...] = ()


class _Slot(Value):
    """A place in which groups may differ; `values` are what they have there."""

    kind: str
    key: str
    values: tuple[Any, ...]
    usual: Any = None


class Different(Exception):
    """Groups that are not of one form, or differ in too much."""


def block_of(
    groups: Sequence[Sequence[Item]], defaults: Defaults, blocks: dict[str, Block], name: str, word: str
) -> Block:
    """The block whose uses are the groups. Raises `Different`."""
    slots: list[_Slot] = []
    parallel = zip(*groups, strict=True)
    forms = [_form(items, defaults, blocks, slots) for items in parallel]
    widths = [max((_width(slot.values[at]) for slot in slots), default=1) for at in range(len(groups))]
    solver = _Solver(widths)
    solved: dict[int, Any] = {}
    for kinds in (("name", "number"), ("reference",), ("value",)):
        for at, slot in enumerate(slots):
            if slot.kind in kinds:
                solved[at] = solver.solve(slot)
    parameters = tuple(solver.with_defaults())
    if len(parameters) > MOST_PARAMETERS:
        raise Different
    uses = []
    for number in range(len(groups)):
        own = {one.name: one.values[number] for one in parameters}
        uses.append({one.name: own[one.name] for one in parameters if not _same(own[one.name], one.default)})
    return Block(name, word, parameters, [_filled(form, solved, blocks) for form in forms], tuple(uses))


class _Place(int):
    """The number of a slot, where its value will stand."""


def _form(items: tuple[Item, ...], defaults: Defaults, blocks: dict[str, Block], slots: list[_Slot]) -> Item:
    """An item with places for what the items that stand there in each group may differ in."""

    def slot(kind: str, key: str, values: tuple[Any, ...], usual: Any = None) -> _Place:
        slots.append(_Slot(kind, key, values, usual))
        return _Place(len(slots) - 1)

    first = items[0]
    if len({_kind(one) for one in items}) > 1:
        raise Different
    keys: dict[str, Any] = {}
    if "name" in first.keys:
        keys["name"] = slot("name", "", tuple(one.keys["name"] for one in items))
    if "block" in first.keys:
        keys["block"] = first.keys["block"]
        if "inputs" in first.keys:
            keys["inputs"] = [slot("reference", "", texts) for texts in _parallel(items, "inputs")]
        keys["with"] = {}
        for one in blocks[first.keys["block"]].parameters:
            values = tuple(item.keys.get("with", {}).get(one.name, one.default) for item in items)
            keys["with"][one.name] = slot(one.kind, one.key, values, one.usual)
        return Item(keys, first.first, first.last, None, first.targets)
    keys["type"] = kind = first.keys["type"]
    if first.layers is not None:
        within = zip(*(one.layers or () for one in items), strict=True)
        inner = [_form(parallel, defaults, blocks, slots) for parallel in within]
        return Item(keys, first.first, first.last, inner)
    if "inputs" in first.keys:
        keys["inputs"] = [slot("reference", kind, texts) for texts in _parallel(items, "inputs")]
    said = {key for one in items for key in one.keys if key != "like"}
    for key in (key for key in LAYERS[kind].parameters if key in said):
        values = tuple(one.keys.get(key, defaults.get((kind, key), REQUIRED)) for one in items)
        if any(value is REQUIRED for value in values):
            raise Different
        keys[key] = slot("value", key, values, defaults.get((kind, key)))
    if "like" in first.keys:
        keys["like"] = slot("reference", kind, tuple(one.keys["like"] for one in items))
    return Item(keys, first.first, first.last, None, first.targets)


def _parallel(items: tuple[Item, ...], key: str) -> list[tuple[Any, ...]]:
    """What stands in the same place of a list in each item."""
    return list(zip(*(one.keys[key] for one in items), strict=True))


def _kind(item: Item) -> tuple[Any, ...]:
    """What items have to have in common to be those of one block."""
    keys = item.keys
    counts = len(keys.get("inputs", ())), len(item.layers or ())
    return keys.get("type"), keys.get("block"), "name" in keys, "like" in keys, *counts


def _filled(form: Item, solved: dict[int, Any], blocks: dict[str, Block]) -> Item:
    """A form with what was found for its places; defaults of blocks are left out."""

    def of(value: Any) -> Any:
        if isinstance(value, _Place):
            return solved[value]
        if isinstance(value, list):
            return [of(one) for one in value]
        return value

    keys: dict[str, Any] = {}
    for key, value in form.keys.items():
        if key == "with":
            usual = {one.name: one.default for one in blocks[form.keys["block"]].parameters}
            found = {name: of(one) for name, one in value.items()}
            keys["with"] = {name: one for name, one in found.items() if not _same(one, usual[name])}
        else:
            keys[key] = of(value)
    if not keys.get("with", True):
        del keys["with"]
    layers = None if form.layers is None else [_filled(one, solved, blocks) for one in form.layers]
    return Item(keys, form.first, form.last, layers, form.targets)


class _Solver:
    """Finds for each place what stands there: text that all share, a parameter, or an expression of one."""

    def __init__(self, widths: list[int]) -> None:
        self.widths = widths
        """Per group how many uses it stands for: one, or all those of the block that it is in."""
        self.parameters: list[Parameter] = []
        self.names: set[str] = set()

    def solve(self, slot: _Slot) -> Any:
        if slot.kind in ("name", "reference"):
            return self.text(slot)
        if _constant(slot.values):
            return slot.values[0]
        relation = _added if slot.kind == "number" else _scaled
        return Expression(self.expression(slot, relation) or self.parameter(slot), self.concrete(slot.values))

    def concrete(self, values: tuple[Any, ...]) -> tuple[Any, ...]:
        """What a place has in every use of the blocks around the groups."""
        found: list[Any] = []
        for value, width in zip(values, self.widths, strict=True):
            own = _concrete(value)
            found += own if len(own) == width else own * width
        return tuple(found)

    def pairs(self, first: tuple[Any, ...], second: tuple[Any, ...]) -> list[tuple[Any, Any]] | None:
        """What two places have at a time; None where a text is worked out in a way that is not known here."""
        for one in (*first, *second):
            if isinstance(one, str) and "$" in one and not isinstance(one, Expression):
                return None
        return list(zip(self.concrete(first), self.concrete(second), strict=True))

    def text(self, slot: _Slot) -> str:
        """A name or a reference. The numbers in it are parameters; a reference that needs more is one itself."""
        if _constant(slot.values):
            return str(slot.values[0])
        parts = [tokens(text) for text in slot.values]
        if len({tuple(one[::2]) for one in parts}) > 1:
            return self.whole(slot)
        made, values = "", {}
        for at, texts in enumerate(zip(*parts, strict=True)):
            if at % 2 == 0:
                made += texts[0]
                continue
            numbers = tuple(number(text, whole) for text, whole in zip(texts, slot.values, strict=True))
            if None in numbers:
                return self.whole(slot)
            if _constant(numbers):
                made += texts[0]
                continue
            word = _word("".join(parts[0][:at]))
            if any(type(one) is str for one in numbers):  # all of them as text, or 7 and 7b would be of two types
                numbers = tuple(str(one) if type(one) is int else one for one in numbers)
            place = _Slot("number", word, numbers)
            found = self.expression(place, _added)
            if found is None and slot.kind == "reference":
                return self.whole(slot)
            found = found or self.parameter(place)
            after = parts[0][at + 1][:1] or (parts[0][at + 2][:1] if at + 2 < len(parts[0]) else "")
            if not found.endswith(")") and (after.isalnum() or after == "_"):
                found = f"$({found[1:]})"
            values[found] = self.concrete(numbers)
            made += found
        return Text(made, values)

    def whole(self, slot: _Slot) -> str:
        """A reference that is handed over as it is."""
        if slot.kind == "name":
            raise Different
        for one in self.parameters:
            if one.kind == "reference" and one.values == slot.values:
                return f"${one.name}"
        word = "skip" if slot.key in ("add", "concat", "multiply", "max", "skip") else "source"
        return self.parameter(slot.replaced(key=word))

    def expression(self, slot: _Slot, relation: Callable[..., str | None]) -> str | None:
        """An expression of a parameter that is there already."""
        for one in self.parameters:
            if one.kind != slot.kind:
                continue
            pairs = self.pairs(one.values, slot.values)
            if pairs is None:
                continue
            akin = one.key == slot.key or (one.key in CHANNELS and slot.key in CHANNELS)
            if (akin or one.kind == "number") and all(_same(p, q) for p, q in pairs):
                return f"${one.name}"
            if all(type(p) is int and type(q) is int for p, q in pairs):
                found = relation(one, slot, pairs)
                if found is not None:
                    return f"$({found})"
        return None

    def parameter(self, slot: _Slot) -> str:
        """The expression of a new parameter."""
        name, count = slot.key, 1
        while name in self.names or name in KEYWORDS:
            count += 1
            name = f"{slot.key}_{count}"
        self.names.add(name)
        self.parameters.append(Parameter(name, slot.kind, slot.key, slot.values, slot.usual))
        return f"${name}"

    def with_defaults(self) -> list[Parameter]:
        """The parameters. The default of one that counts no channels is what layers have that do not say it, where a
        use has that, or what most uses have."""
        found = []
        for one in self.parameters:
            if one.kind == "value" and one.key not in CHANNELS:
                plain = [value for value in one.values if not isinstance(value, str) or "$" not in value]
                counts = Counter(map(repr, plain)).most_common(1)
                if any(_same(value, one.usual) for value in plain):
                    one = one.replaced(default=one.usual)
                elif counts and 2 * counts[0][1] >= len(one.values):
                    one = one.replaced(default=next(value for value in plain if repr(value) == counts[0][0]))
            found.append(one)
        return found


def _word(before: str) -> str:
    """What a number in a name is called: the word before it."""
    found = _WORD.search(before)
    word = found[1].lower() if found else "at"
    return "at" if word in KEYWORDS or word in ("n", "y") else word


def number(text: str, whole: str) -> Any:
    """What stands in a name: a number, an expression of one, or text; None where its values are not known."""
    if "$" in text:
        values = whole.values.get(text) if isinstance(whole, Text) else None
        return None if values is None else Expression(text, values)
    return int(text) if _NUMBER.fullmatch(text) else text


def _constant(values: tuple[Any, ...]) -> bool:
    """Whether all groups have the same value; an expression has the same text only."""
    return all(_same(one, values[0]) and not (isinstance(one, str) and "$" in one) for one in values)


def _same(a: Any, b: Any) -> bool:
    return type(a) is type(b) and bool(a == b) and repr(a) == repr(b)


def _width(value: Any) -> int:
    """How many uses of the block around it a value has an own value for."""
    if isinstance(value, Text):
        return max(map(len, value.values.values()), default=1)
    return len(_concrete(value))


def _concrete(value: Any) -> tuple[Any, ...]:
    return value.values if isinstance(value, Expression) else (value,)


def _added(one: Parameter, slot: _Slot, pairs: list[tuple[int, int]]) -> str | None:
    """Numbers that count on together; of two uses only those that can hardly do so by accident."""
    distance = pairs[0][1] - pairs[0][0]
    if any(q - p != distance for p, q in pairs) or (len(pairs) < 3 and one.key != slot.key and distance < 2):
        return None
    return f"{one.name} + {distance}" if distance > 0 else f"{one.name} - {-distance}"


def _scaled(one: Parameter, slot: _Slot, pairs: list[tuple[int, int]]) -> str | None:
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
