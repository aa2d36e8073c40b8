"""Layers that stand in several models, or in a wrapper and beside it: their weights count once, as in Keras."""

from __future__ import annotations

import json
from types import SimpleNamespace as Live
from typing import Any

import pytest
from readers.keras.keras_files import CONV, SAME, functional, new, source

import rfcli
from rfcli.live.sharing import marked


def layer(name: str, **inside: Any) -> Any:
    return Live(name=name, **inside)


def network() -> dict[str, Any]:
    """A convolution in a model, beside it, and in time."""
    conv = {**CONV, "filters": 3, **SAME}
    inner = functional(
        [source((8, 8, 3), "in"), new("Conv2D", "conv", conv, ["in"])], [("conv", 0, 0)], (("in", 0, 0),)
    )
    held = {"layer": new("Conv2D", "conv", conv)}
    layers = [
        source((8, 8, 3)), source((4, 8, 8, 3), "film"), new("Functional", "inner", inner["config"], ["x"]),
        new("Conv2D", "conv", conv, ["inner"]), new("TimeDistributed", "time", held, ["film"]),
    ]  # fmt: skip
    return functional(layers, [("conv", 0, 0), ("time", 0, 0)], (("x", 0, 0), ("film", 0, 0)))


@pytest.mark.parametrize(("shared", "count"), [(True, 84), (False, 3 * 84)])
def test_weights_count_once(shared: bool, count: int) -> None:
    first, second, third = layer("conv"), layer("conv"), layer("conv")
    if shared:
        second = third = first
    model = Live(layers=[layer("inner", layers=[first]), second, layer("time", layer=third)])
    text = json.dumps(network())
    assert (marked(model, text) == text) is not shared
    live = Live(to_json=lambda: text, name="live", layers=model.layers)
    assert rfcli.compute(rfcli.from_keras(live)).total.params == count


@pytest.mark.parametrize("text", ["{", "[1]", '{"config": {"layers": [1, {"config": 2}, {"config": {"name": "a"}}]}}'])
def test_what_states_no_layers_stays_as_it_is(text: str) -> None:
    assert marked(Live(layers=[layer("a")]), text) == text
    assert marked(object(), text) == text
