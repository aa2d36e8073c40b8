"""What runs of items have in common, as a block: values in which they differ become its parameters.

Everything here is text: a block's items with its parameters put in are, letter by letter, the items of each run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rfcli.layers._parameters import REQUIRED
from rfcli.layers._registry import LAYERS
from rfcli.values import Value
from rfcli.writers.description.items import Defaults, Item
from rfcli.writers.description.numbers import Plain, same
from rfcli.writers.description.parameters import Different, Kind, Parameter, Slot, solved

Place = int
"""The number of a slot."""

MOST_PARAMETERS = 8
"""Parameters of a block, beyond which its uses say no less than the layers themselves."""


class Block(Value):
    """A block; `uses` are the values of its parameters in the runs that it was made of, defaults left out."""

    name: str
    word: str
    """What its name is made of."""
    parameters: tuple[Parameter, ...]
    layers: list[Item]
    uses: tuple[dict[str, Plain], ...] = ()


class _Form(Value):
    """What items at the same place of each run have in common, with places for what they may differ in; `model` is
    the first of them."""

    model: Item
    name: Place | None
    inputs: list[Place] | None = None
    given: dict[str, Place] = {}  # noqa: RUF012 - never changed
    like: Place | None = None
    layers: list[_Form] | None = None


def block_of(
    runs: Sequence[Sequence[Item]], defaults: Defaults, blocks: dict[str, Block], name: str, word: str
) -> Block:
    """The block whose uses are the runs. Raises `Different`."""
    places = _Places(defaults, blocks)
    forms = [places.form(items) for items in zip(*runs, strict=True)]
    values, parameters = solved(places.slots, len(runs))
    if len(parameters) > MOST_PARAMETERS:
        raise Different
    uses = tuple(
        _stated(parameters, {one.name: one.values[number] for one in parameters}) for number in range(len(runs))
    )
    return Block(name, word, parameters, [_filled(form, values, blocks) for form in forms], uses)


class _Places:
    """Lays the items of runs side by side, and collects the places in which they may differ."""

    def __init__(self, defaults: Defaults, blocks: dict[str, Block]) -> None:
        self.defaults, self.blocks = defaults, blocks
        self.slots: list[Slot] = []

    def slot(self, kind: Kind, key: str, values: Iterable[Plain], usual: Plain = None) -> Place:
        self.slots.append(Slot(kind, key, tuple(values), usual))
        return len(self.slots) - 1

    def form(self, items: tuple[Item, ...]) -> _Form:
        """What stands at the same place of each run. Raises `Different`."""
        first = items[0]
        if len({_kind(one) for one in items}) > 1:
            raise Different
        name = None if first.name is None else self.slot(Kind.NAME, "", (one.name for one in items))
        if first.layers is not None:
            within = zip(*(one.layers or () for one in items), strict=True)
            return _Form(first, name, layers=[self.form(parallel) for parallel in within])
        inputs = None
        if first.inputs is not None:
            sources = zip(*(one.inputs or () for one in items), strict=True)
            inputs = [self.slot(Kind.REFERENCE, first.type or "", parallel) for parallel in sources]
        given = self.with_values(first.block, items) if first.block is not None else self.values(first.type, items)
        like = None if first.like is None else self.slot(Kind.REFERENCE, first.type, (one.like for one in items))
        return _Form(first, name, inputs, given, like)

    def with_values(self, block: str, items: tuple[Item, ...]) -> dict[str, Place]:
        """Places for the parameters of a block that the items use."""
        return {
            one.name: self.slot(one.kind, one.key, (item.given.get(one.name, one.default) for item in items), one.usual)
            for one in self.blocks[block].parameters
        }

    def values(self, type: str, items: tuple[Item, ...]) -> dict[str, Place]:
        """Places for the parameters of layers that one of the items states."""
        stated = {key for item in items for key in item.given}
        found = {}
        for key in LAYERS[type].parameters:
            if key in stated:
                usual = self.defaults.get((type, key))
                values = tuple(item.given.get(key, self.defaults.get((type, key), REQUIRED)) for item in items)
                if any(value is REQUIRED for value in values):
                    raise Different
                found[key] = self.slot(Kind.VALUE, key, values, usual)
        return found


def _kind(item: Item) -> tuple[str, str | None, bool, bool, int, int]:
    """What items have to have in common to be those of one block."""
    counts = len(item.inputs or ()), len(item.layers or ())
    return item.type, item.block, item.name is not None, item.like is not None, *counts


def _filled(form: _Form, values: list[Plain], blocks: dict[str, Block]) -> Item:
    """A form with what was found for its places; defaults of blocks are left out."""
    model = form.model

    def text(place: Place) -> str:
        value = values[place]
        assert isinstance(value, str)
        return value

    given = {key: values[place] for key, place in form.given.items()}
    if model.block is not None:
        given = _stated(blocks[model.block].parameters, given)
    layers = None if form.layers is None else [_filled(one, values, blocks) for one in form.layers]
    inputs = None if form.inputs is None else [text(place) for place in form.inputs]
    name, like = (None if place is None else text(place) for place in (form.name, form.like))
    return model.replaced(name=name, inputs=inputs, given=given, like=like, layers=layers)


def _stated(parameters: tuple[Parameter, ...], values: dict[str, Plain]) -> dict[str, Plain]:
    """The values of a block's parameters that are not the default."""
    return {one.name: values[one.name] for one in parameters if not same(values[one.name], one.default)}
