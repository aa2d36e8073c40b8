"""Models: nested ones, layers that are called twice, both generations of files.

`keras2/chain.json` (a Sequential model) and `keras2/graph.json` (a Functional one: two inputs, nested models and layers
called twice, operators on tensors) were written by `to_json` of TensorFlow 2.15.1 (Keras 2.15.0), white space left out,
for these tests. What Keras says of them stands beside, in `.figures.json`: the shape of each layer's first output
without the batch, `count_params()`, and the sum over `trainable_weights`, which lacks the moving statistics.
"""

from __future__ import annotations

import copy
import json
from math import prod
from pathlib import Path
from typing import Any

import pytest

import rfcli
from readers.keras.keras_files import (
    CONV,
    SAME,
    chain,
    computed,
    functional,
    new,
    old,
    source,
    tensors,
)
from rfcli.geometry.unknown import Unknown

ENCODER = [
    source((None, None, 3), "in"),
    new("Conv2D", "conv", {**CONV, **SAME}, ["in"]),
    new("ReLU", "act", {}, ["conv"]),
]


def nested(kind: str, generation: int) -> dict[str, Any]:
    """A model called twice, on two inputs, and a layer called twice."""
    inner: dict[str, Any]
    if kind == "Sequential":
        inner = {
            "name": "encoder",
            "layers": [{"class_name": one["class_name"], "config": one["config"]} for one in ENCODER],
        }
    else:
        parts: list[Any] = copy.deepcopy(ENCODER)
        if generation == 2:
            parts[1]["inbound_nodes"], parts[2]["inbound_nodes"] = [[["in", 0, 0, {}]]], [[["conv", 0, 0, {}]]]
        inner = functional(parts, [("act", 0, 0)], (("in", 0, 0),), "encoder")["config"]
    first = 0 if generation == 3 else 1
    last = {"filters": 1, "kernel_size": 3, **SAME}
    inputs = [source((8, 8, 3), "x"), source((8, 8, 3), "y")]
    if generation == 3:
        layers = [*inputs, new(kind, "encoder", inner, ["x"], ["y"], module="keras"),
                  new("Add", "sum", {}, [[("encoder", 0, 0), ("encoder", 1, 0)]]),
                  new("Conv2D", "last", last, ["sum"], [("last", 0, 0)])]  # fmt: skip
    else:
        layers = [*inputs, old(kind, "encoder", inner, [["x", 0, 0, {}]], [["y", 0, 0, {}]]),
                  old("Add", "sum", {}, [["encoder", first, 0, {}], ["encoder", first + 1, 0, {}]]),
                  old("Conv2D", "last", last, [["sum", 0, 0, {}]], [["last", 0, 0, {}]])]  # fmt: skip
    return functional(layers, [("last", 1, 0)], (("x", 0, 0), ("y", 0, 0)))


@pytest.mark.parametrize("kind", ["Sequential", "Functional"])
@pytest.mark.parametrize("generation", [2, 3])
def test_nested_and_shared(kind: str, generation: int) -> None:
    model = nested(kind, generation)
    model["config"]["layers"][-1]["config"]["filters"] = 4
    report = computed(model)
    assert [one.name for one in report.layers] == [
        "encoder/conv", "encoder/act", "encoder_2/conv", "encoder_2/act", "sum", "last", "last_2",
    ]  # fmt: skip
    params = {one.name: one.cost.params for one in report.layers if one.cost.params}
    assert params == {"encoder/conv": 112, "last": 148}
    assert report.total.params == 112 + 148
    assert report.layer("last_2").receptive_field.size == (7, 7)
    assert report.layer("encoder").name == "encoder/act"
    second = computed(model, origin="y").layer("last_2")
    assert second.receptive_field.size == (7, 7)


def test_models_with_several_outputs() -> None:
    inner = functional(
        [source((8, 8, 3), "in"), new("Conv2D", "one", CONV, ["in"]), new("MaxPooling2D", "two", {"pool_size": 2}, ["in"])],
        [("one", 0, 0), ("two", 0, 0)], (("in", 0, 0),), "inner",
    )["config"]  # fmt: skip
    layers = [source((8, 8, 3)), new("Functional", "inner", inner, ["x"], module="keras.src.models.functional"),
              new("ReLU", "a", {}, [("inner", 0, 0)]), new("ReLU", "b", {}, [("inner", 0, 1)])]  # fmt: skip
    report = computed(functional(layers, [("a", 0, 0), ("b", 0, 0), ("inner", 1, 1)]))
    assert [report.layer(name).receptive_field.size for name in "ab"] == [(3, 3), (2, 2)]
    assert report.outputs == ("a", "b", "inner/two")


@pytest.mark.parametrize("generation", [2, 3])
@pytest.mark.parametrize(("inputs", "given", "reads"), [
    ({"b": "b", "a": "a"}, {"a": "x", "b": "y"}, "y"), (["b", "a"], {"a": "x", "b": "y"}, "y"),
    ({"q": "b", "p": "a"}, {"p": "x", "q": "y", "r": "y"}, "y"), ({"b": "b", "a": "a"}, ["x", "y"], "y"),
    (["b", "a"], ["x", "y"], "x"),
])  # fmt: skip
def test_inputs_and_outputs_by_name(generation: int, inputs: Any, given: Any, reads: str) -> None:
    """Mappings are taken in the order of their keys, and tensors by the names of what they stand for: b goes through a
    convolution, a through none."""
    parts: list[Any] = [source((8, 8, 3), name, generation) for name in "ab"]
    if generation == 3:
        parts += [new("Conv2D", "conv", {**CONV, "filters": 3, **SAME}, ["b"]), new("Add", "sum", {}, [["conv", "a"]])]
        call: Any = {
            "args": [{k: tensors(one) for k, one in given.items()} if isinstance(given, dict) else tensors(given)]
        }
    else:
        conv = {**CONV, "filters": 3, **SAME}
        parts += [
            old("Conv2D", "conv", conv, [["b", 0, 0, {}]]),
            old("Add", "sum", {}, [["conv", 0, 0, {}], ["a", 0, 0, {}]]),
        ]
        call = (
            {k: [one, 0, 0, {}] for k, one in given.items()}
            if isinstance(given, dict)
            else [[one, 0, 0, {}] for one in given]
        )
    ends = (
        {k: [one, 0, 0] for k, one in inputs.items()} if isinstance(inputs, dict) else [[one, 0, 0] for one in inputs]
    )
    inner = {
        "name": "inner",
        "layers": parts,
        "input_layers": ends,
        "output_layers": {"z": ["sum", 0, 0], "c": ["conv", 0, 0]},
    }
    make = new if generation == 3 else old
    layers = [source((8, 8, 3), "x"), source((8, 8, 3), "y"), make("Functional", "inner", inner, call)]
    model = functional(layers, [("inner", 1, 0), ("inner", 1, 1)], (("x", 0, 0), ("y", 0, 0)))
    report = {origin: computed(model, origin=origin) for origin in "xy"}
    assert report["x"].outputs == ("inner/conv", "inner/sum")
    assert report[reads].layer("inner/sum").receptive_field.size == (3, 3)
    assert report["y" if reads == "x" else "x"].layer("inner/sum").receptive_field.size == (1, 1)


def test_layers_in_any_order_and_names_that_clash() -> None:
    layers = [
        new("Conv2D", "b", CONV, ["a_2"], [("a", 1, 0)]), new("Conv2D", "a", {**CONV, **SAME}, ["x"], ["a_2"]),
        new("Conv2D", "a_2", {**CONV, **SAME}, ["a"]), source((12, 12, 4)),
    ]  # fmt: skip
    report = computed(functional(layers, [("b", 0, 0), ("b", 1, 0)]))
    assert [one.name for one in report.layers] == ["a", "a_2", "b", "a_2_2", "b_2"]
    assert [one.receptive_field.size[0] for one in report.layers] == [3, 5, 7, 7, 9]
    assert [one.cost.params for one in report.layers] == [148, 148, 148, 0, 0]


def test_shared_objects_of_keras_2() -> None:
    """A layer that stands in two models is told by its number."""
    shared = {**old("Conv2D", "c", {**CONV, "filters": 3, **SAME}, [["in", 0, 0, {}]]), "shared_object_id": 7}
    inner = functional([source((8, 8, 3), "in", 2), shared], [("c", 0, 0)], (("in", 0, 0),), "inner")["config"]
    outer = {**copy.deepcopy(shared), "inbound_nodes": [[["inner", 1, 0, {}]]]}
    layers = [source((8, 8, 3), "x", 2), old("Functional", "inner", inner, [["x", 0, 0, {}]]), outer]
    report = computed(functional(layers, [("c", 0, 0)]))
    assert [(one.name, one.cost.params) for one in report.layers] == [("inner/c", 84), ("c", 0)]


OLD_SEQUENTIAL = {
    "class_name": "Sequential",
    "config": [
        {"class_name": "Convolution2D", "config": {"name": "first", **CONV, "batch_input_shape": [None, 9, 9, 3]}},
        {"class_name": "Flatten", "config": {"name": "flat"}},
        {"class_name": "Dense", "config": {"name": "dense", "units": 2}},
    ],
}


def test_sequential_models_without_an_input_layer() -> None:
    report = computed(OLD_SEQUENTIAL)
    assert [(one.name, one.channels) for one in report.layers] == [("first", 4), ("flat", 196), ("dense", 2)]
    built = chain(("Conv2D", CONV), name="built")
    built["config"]["build_input_shape"] = [None, 9, 9, 3]
    assert computed(built).layers[0].output_size == (7, 7)
    assert isinstance(computed(chain(("Conv2D", CONV))).layers[0].output_size[0], Unknown)
    inside = chain({"class_name": "Sequential", "config": OLD_SEQUENTIAL["config"], "name": "inner"})
    assert computed(inside).layers[0].output_size == (7, 7)


def test_tuples_and_names() -> None:
    conv = {"filters": 4, "kernel_size": {"class_name": "__tuple__", "items": [3, 5]}, "name": "stage 1/conv(é)"}
    (layer,) = computed(chain(source((9, 9, 3)), {"class_name": "Conv2D", "config": conv})).layers
    assert (layer.name, layer.receptive_field.size) == ("stage 1/conv___".rstrip("_") + "___", (3, 5))


FOLDER = Path(__file__).parent / "keras2"


@pytest.mark.parametrize("name", ["chain", "graph"])
def test_files_of_keras_2(name: str) -> None:
    """Output shapes and parameters are those that Keras 2 states of its own models."""
    figures = json.loads((FOLDER / f"{name}.figures.json").read_text())
    report = rfcli.compute(rfcli.load(FOLDER / f"{name}.json"))
    assert not any(isinstance(one.cost.params, Unknown) for one in report.layers)
    statistics = sum(2 * one.channels for one in report.layers if one.type == "batch_norm" and one.cost.params)
    assert report.total.params == figures["trainable"] == figures["count_params"] - statistics
    for layer, (*space, channels) in figures["shapes"].items():
        found = report.layer(layer)
        sizes = list(found.output_size) if len(space) == 2 else [prod(found.output_size)]
        assert (sizes, found.channels) == (space if len(space) == 2 else [prod(space)], channels), layer


def test_an_input_layer_that_holds_a_model_is_an_input():
    """A mutation that a campaign found: no call of it is stated."""
    inner = {"name": "x", "batch_shape": [None, 8, 8, 3]}
    layers = [
        {"class_name": "InputLayer", "name": "x", "inbound_nodes": [],
         "config": {**inner, "layers": [{"class_name": "InputLayer", "name": "y", "config": inner, "inbound_nodes": []}],
                    "input_layers": [["y", 0, 0]], "output_layers": [["y", 0, 0]]}},
        {"class_name": "ReLU", "name": "a", "config": {}, "inbound_nodes": [[["x", 0, 0, {}]]]},
    ]  # fmt: skip
    config = {"name": "f", "layers": layers, "input_layers": [["x", 0, 0]], "output_layers": [["a", 0, 0]]}
    report = rfcli.compute({"class_name": "Functional", "config": config})
    assert [layer.name for layer in report.layers] == ["a"]
