"""The values that items state, and those that become defaults."""

from __future__ import annotations

import pytest

import rfcli
from rfcli.writers.description.items import Item
from writers.description.describing import described


def test_flags_that_all_state_are_defaults() -> None:
    layers = [{"name": f"c{k}", "type": "conv", "kernel": k, "bias": False} for k in (1, 3, 5)]
    text = rfcli.described(described([*layers, {"name": "last", "type": "conv", "kernel": 1}]))
    assert "defaults: {conv: {bias: false}}" in text.splitlines()
    assert "  - {name: last, type: conv, kernel: 1, bias: true}" in text.splitlines()


RELU = Item(3, 3, name="a", type="relu")
KEYS = [
    (RELU, {"name": "a", "type": "relu"}),
    (Item(3, 3, type="conv", inputs=[], given={"kernel": 3, "stride": None}, like="b"), {"type": "conv", "inputs": [], "kernel": 3, "stride": None, "like": "b"}),
    (Item(3, 5, name="s", layers=[RELU]), {"name": "s", "type": "sequence"}),
    (Item(3, 5, block="b"), {"block": "b"}),
    (Item(3, 5, name="s", block="b", repeat=3, inputs=["x"], given={"at": 1}), {"name": "s", "repeat": 3, "block": "b", "inputs": ["x"], "with": {"at": 1}}),
]  # fmt: skip


@pytest.mark.parametrize(("item", "keys"), KEYS, ids=["layer", "parameters", "scope", "use", "all"])
def test_keys(item: Item, keys: dict[str, object]) -> None:
    assert list(item.keys.items()) == list(keys.items())
