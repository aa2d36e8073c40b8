"""Blocks: what runs have in common, and what they do not."""

from __future__ import annotations

import pytest

from rfcli.writers.description.blocks import block_of
from rfcli.writers.description.items import Item, usual_values
from rfcli.writers.description.parameters import Different


def conv(number: int, **given: object) -> Item:
    return Item(number, number, name=f"conv_{number}", type="conv", given=given)


def relu(number: int) -> Item:
    return Item(number, number, name=f"relu_{number}", type="relu")


def test_block() -> None:
    runs = [
        [conv(1, kernel=3, filters=8), relu(2)],
        [conv(4, kernel=3, filters=16, stride=2), relu(5)],
        [conv(6, kernel=3, filters=16), relu(7)],
    ]
    block = block_of(runs, usual_values(), {}, "block 0", "conv_relu")
    assert [item.keys for item in block.layers] == [
        {"name": "conv_$conv", "type": "conv", "kernel": 3, "stride": "$stride", "filters": "$filters"},
        {"name": "relu_$(conv + 1)", "type": "relu"},
    ]
    assert {one.name: one.default for one in block.parameters} == {"conv": None, "filters": None, "stride": 1}
    assert block.uses == (
        {"conv": 1, "filters": 8},
        {"conv": 4, "filters": 16, "stride": 2},
        {"conv": 6, "filters": 16},
    )


def test_blocks_of_blocks() -> None:
    """A use states what its block's parameters are where they are not the default."""
    inner = block_of(
        [[conv(1, kernel=1, filters=8)], [conv(2, kernel=3, filters=9)]], usual_values(), {}, "block 0", "c"
    )
    uses = [Item(1, 1, block="block 0", given=given) for given in inner.uses]
    outer = block_of([[uses[0]], [uses[1]]], usual_values(), {"block 0": inner}, "block 1", "d")
    assert outer.layers[0].keys == {
        "block": "block 0",
        "with": {"conv": "$conv", "kernel": "$kernel", "filters": "$filters"},
    }
    assert outer.uses == inner.uses


@pytest.mark.parametrize(
    "other",
    [relu(2), Item(2, 2, type="conv", given={"kernel": 1}), Item(2, 2, name="conv_2", type="conv", inputs=["a"]),
     Item(2, 2, name="conv_2", layers=[relu(2)]), Item(2, 2, name="c_2", type="conv", given={"kernel": 1, "filters": 1})],
    ids=["type", "no name", "inputs", "scope", "word"],
)  # fmt: skip
def test_items_of_other_forms(other: Item) -> None:
    with pytest.raises(Different):
        block_of([[conv(1, kernel=1, filters=1)], [other]], usual_values(), {}, "block 0", "x")
