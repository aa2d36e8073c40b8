"""What runs of items have in common, as a block: values in which they differ become its parameters.

Everything here is text: a block's items with its parameters put in are, letter by letter, the items of each run.
"""

from collections.abc import Callable, Sequence

from rfcli.layers._parameters import REQUIRED
from rfcli.layers._registry import LAYERS
from rfcli.values import Value
from rfcli.writers.description.items import Defaults, Item
from rfcli.writers.description.numbers import Plain, same
from rfcli.writers.description.parameters import Different, Kind, Parameter, Slot, solved

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


def block_of(
    runs: Sequence[Sequence[Item]], defaults: Defaults, blocks: dict[str, Block], name: str, word: str
) -> Block:
    """The block whose uses are the runs. Raises `Different`."""
    slots: list[Slot] = []
    parallel = list(zip(*runs, strict=True))
    common = _Common(defaults, blocks, slots.append)
    for items in parallel:
        common.item(items)
    values, parameters = solved(slots, len(runs))
    if len(parameters) > MOST_PARAMETERS:
        raise Different
    given = ({one.name: one.values[number] for one in parameters} for number in range(len(runs)))
    uses = tuple(_stated(parameters, values) for values in given)
    left = iter(values)
    common = _Common(defaults, blocks, lambda slot: next(left))
    return Block(name, word, parameters, [common.item(items) for items in parallel], uses)


class _Common:
    """Lays the items of runs side by side: `at` is called for each place in which they may differ, always in the same
    order, and tells what stands there."""

    def __init__(self, defaults: Defaults, blocks: dict[str, Block], at: Callable[[Slot], Plain]) -> None:
        self.defaults, self.blocks, self.at = defaults, blocks, at

    def item(self, items: tuple[Item, ...]) -> Item:
        """What stands at the same place of each run. Raises `Different`."""
        first, block = items[0], items[0].block
        if len({_kind(one) for one in items}) > 1:
            raise Different
        name = None if first.name is None else self.at(Slot(Kind.NAME, "", tuple(one.name for one in items)))
        if first.layers is not None:
            within = zip(*(one.layers or () for one in items), strict=True)
            return first.replaced(name=name, layers=[self.item(parallel) for parallel in within])
        sources = zip(*(one.inputs or () for one in items), strict=True)
        inputs: Plain = first.inputs and [self.at(Slot(Kind.REFERENCE, first.type, parallel)) for parallel in sources]
        given = self.values(first.type, items) if block is None else self.with_values(self.blocks[block], items)
        like = first.like and self.at(Slot(Kind.REFERENCE, first.type, tuple(one.like for one in items)))
        return first.replaced(name=name, inputs=inputs, given=given, like=like)

    def with_values(self, block: Block, items: tuple[Item, ...]) -> dict[str, Plain]:
        """The parameters of a block that the items use; defaults are left out."""
        given = {}
        for one in block.parameters:
            values = tuple(item.given.get(one.name, one.default) for item in items)
            given[one.name] = self.at(Slot(one.kind, one.key, values, one.usual))
        return _stated(block.parameters, given)

    def values(self, type: str, items: tuple[Item, ...]) -> dict[str, Plain]:
        """The parameters of layers that one of the items states."""
        stated = {key for item in items for key in item.given}
        given = {}
        for key in LAYERS[type].parameters:
            if key in stated:
                usual = self.defaults.get((type, key), REQUIRED)
                values = tuple(item.given.get(key, usual) for item in items)
                if REQUIRED in values:
                    raise Different
                given[key] = self.at(Slot(Kind.VALUE, key, values, None if usual is REQUIRED else usual))
        return given


def _kind(item: Item) -> tuple[str, str | None, bool, bool, int, int]:
    """What items have to have in common to be those of one block."""
    counts = len(item.inputs or ()), len(item.layers or ())
    return item.type, item.block, item.name is not None, item.like is not None, *counts


def _stated(parameters: tuple[Parameter, ...], values: dict[str, Plain]) -> dict[str, Plain]:
    """The values of a block's parameters that are not the default."""
    return {one.name: values[one.name] for one in parameters if not same(values[one.name], one.default)}
