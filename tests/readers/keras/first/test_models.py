"""Models that Keras 1.2.2 wrote, on TensorFlow 1.2 (`full` on Theano): `../keras1/NAME.json`. In `figures.json` is what it said of them:
parameters, shapes (channels first), and which samples of the first input change which of a layer's outputs."""

from __future__ import annotations

import json
import zlib
from math import prod
from pathlib import Path
from typing import Any

import pytest

import rfcli
from readers.keras.keras_files import computed, functional, old, source, stored
from rfcli.description.nodes import File, Node
from rfcli.readers.keras.first import is_first

FOLDER = Path(__file__).parents[1] / "keras1"
FIGURES: dict[str, Any] = json.loads((FOLDER / "figures.json").read_text())


def layers_of(report: rfcli.Report) -> dict[str, Any]:
    """Layers by their names in Keras, which are those at the end of a path through models, or a path to what a layer
    is here."""
    ends = {one.name.removesuffix("/conv"): one for one in report.layers}
    return (
        ends
        | {one.name.rpartition("/")[2]: one for one in reversed(report.layers)}
        | {one.name: one for one in report.layers}
    )


@pytest.mark.parametrize("name", FIGURES)
def test_files_of_keras_1(name: str) -> None:
    figures = FIGURES[name]
    report = rfcli.compute(rfcli.load(FOLDER / f"{name}.json"))
    assert report.total.params == figures["trainable"]
    layers, compared = layers_of(report), 0
    for layer, (channels, *space) in figures["shapes"].items():
        if layer not in layers:
            assert "input" in layer or layer in ("sequential_1", "sequential_2", "model_1")
            continue
        found = layers[layer]
        # Features, and frames that are flattened, have the shape that they have in Keras, not here.
        if len(found.output_size) == len(space) or set(found.output_size) == {1}:
            assert (found.channels, prod(found.output_size)) == (channels, prod(space)), layer
            compared += 1
    assert compared > 1
    for layer, outputs in figures["reads"].items():
        place = rfcli.located(report, layers[layer].name)
        middle = [(n - 1) // 2 for n in layers[layer].output_size]
        for axis, rows in enumerate(outputs):
            for o, *wanted in rows:
                found = place.at((*middle[:axis], o, *middle[axis + 1 :]))
                hull = [0, report.as_json()["input"]["size"][axis] - 1] if found.globally else found.clipped[axis]
                assert wanted == list(hull or (None, None)), (layer, axis, o)


def test_what_tells_files_of_keras_1() -> None:
    """HDF5 files state no version in what they say of the model: the keys of its layers tell."""
    made = json.loads((FOLDER / "first.json").read_text())
    wanted = [(one.name, one.type, one.output_size) for one in computed(made).layers]
    del made["keras_version"]
    assert [(one.name, one.type, one.output_size) for one in computed(made).layers] == wanted
    found = rfcli.compute(rfcli.loads(stored(made, "latest"), "m.h5"))
    assert [(one.name, one.type, one.output_size) for one in found.layers] == wanted


OLD_KEYS = {"class_name": "Model", "config": {"layers": [{"config": {"nb_filter": 3}}]}}


@pytest.mark.parametrize(("model", "wanted"), [
    (OLD_KEYS, True), ({**OLD_KEYS, "keras_version": "2.2.4"}, False), ({**OLD_KEYS, "keras_version": "1.0.0"}, True),
    ({**OLD_KEYS, "module": "keras"}, False), ({"keras_version": "0.3.2"}, True), ({}, False), ([], False),
    ({"config": [{"config": {"layer": {"config": {"init": "one"}}}}]}, True), ({"config": {"layers": 3}}, False),
    ({"config": [{"config": {"name": "a", "kernel_initializer": "one"}}]}, False), ({"keras_version": None}, False),
])  # fmt: skip
def test_recognised(model: Any, wanted: bool) -> None:
    assert is_first(noded(model)) is wanted


def noded(value: Any) -> Node:
    """The nodes of a value."""
    inside = {key: noded(one) for key, one in value.items()} if isinstance(value, dict) else value
    return Node([noded(one) for one in value] if isinstance(value, list) else inside, File("m.json"), 1, 1)


def test_later_files_are_read_as_they_are() -> None:
    """Classes and keys of Keras 1 mean nothing in files of Keras 2."""
    layer = old("Conv2D", "c", {"nb_filter": 4, "kernel_size": 3}, [["x", 0, 0, {}]])
    with pytest.raises(rfcli.DescriptionError, match="filters is missing"):
        computed(functional([source((8, 8, 3), "x", 2), layer], [("c", 0, 0)]))


def conv(name: str, ordering: str) -> dict[str, Any]:
    return {"class_name": "Convolution2D", "config": {
        "name": name, "nb_filter": 4, "nb_row": 3, "nb_col": 3, "dim_ordering": ordering, "border_mode": "same",
    }}  # fmt: skip


def pad(name: str, **config: Any) -> dict[str, Any]:
    return {"class_name": "ZeroPadding2D", "config": {"name": name, "padding": [1, 2], **config}}


def sequential(*layers: dict[str, Any], shape: Any = (8, 9, 3)) -> dict[str, Any]:
    layers[0]["config"] |= {"batch_input_shape": [None, *shape], "input_dtype": "float32"}
    return {"class_name": "Sequential", "config": list(layers), "keras_version": "1.2.2"}


@pytest.mark.parametrize(("ordering", "shape"), [("tf", (8, 9, 3)), ("th", (3, 8, 9))])
def test_padding_lies_as_all_others_do(ordering: str, shape: Any) -> None:
    """Keras 1 does not write in which order padding, cropping and upsampling are, and takes the one of its settings."""
    report = computed(sequential(conv("a", ordering), pad("b"), shape=shape))
    assert (report.layers[-1].output_size, report.layers[-1].channels) == ((10, 13), 4)


def test_padding_beside_two_orders_is_not_known() -> None:
    report = computed(sequential(conv("a", "tf"), pad("b"), conv("c", "th")))
    field = report.layer("b").receptive_field
    assert "ZeroPadding2D without dim_ordering: others of the model differ in it" in str(field.size)
    assert [one.cost.params for one in report.layers[:2]] == [112, 0]
    stated = computed(sequential(conv("a", "tf"), pad("b", dim_ordering="tf"), conv("c", "th")))
    assert stated.layer("b").output_size == (10, 13)


def test_padding_alone_lies_as_keras_has_it_by_default() -> None:
    assert computed(sequential(pad("b"))).layers[-1].output_size == (10, 13)


def test_models_that_are_merged_first() -> None:
    """Their inputs are the model's, in order; equal names are told apart."""
    report = rfcli.compute(rfcli.load(FOLDER / "branches.json"))
    assert [*report.as_json()["inputs"]] == ["input_1", "input_2", "input_3", "input_4"]
    assert report.layer("sequential_1/sequential_1/convolution1d_1").cost.params == 30
    merged = report.layer("merge_2")
    assert (merged.type, len(merged.inputs)) == ("add", 3)


def test_a_branch_of_one_name_twice() -> None:
    made = json.loads((FOLDER / "branches.json").read_text())
    branches = made["config"][0]["config"]["layers"]
    branches.append(branches[2])
    assert [*computed(made).as_json()["inputs"]][-1] == "input_5"
    assert computed(made).layer("model_1_2/convolution1d_5").cost.params == 12


@pytest.mark.parametrize("mend", [
    lambda model: model["config"][0]["config"]["layers"].append(3),
    lambda model: model["config"][0]["config"]["layers"][1].pop("config"),
    lambda model: model["config"][0]["config"]["layers"][2]["config"].update(input_layers=3),
    lambda model: model["config"][0]["config"]["layers"][2]["config"].update(layers=[1, {}]),
    lambda model: model["config"][0]["config"]["layers"][2]["config"].update(input_layers=[[{}, 0, 0]]),
    lambda model: model["config"].append([]),
    lambda model: model["config"][1].update(config=None),
    lambda model: model["config"][1]["config"].update(filter_length=None),
    lambda model: model["config"][1]["config"].update(border_mode="full", filter_length="3"),
])  # fmt: skip
def test_damaged_models_are_told(mend: Any) -> None:
    made = json.loads((FOLDER / "branches.json").read_text())
    mend(made)
    with pytest.raises(rfcli.DescriptionError):
        computed(made)


def test_shared_models_of_functional_ones() -> None:
    """A Sequential model in a Functional one has a call of its own, 0, that no file states."""
    report = rfcli.compute(rfcli.load(FOLDER / "twins.json"))
    again = [one.name for one in report.layers if "_2/" in one.name and one.cost.params == 0]
    assert again == [
        f"sequential_1_2/{one}" for one in ("convolution2d_1", "maxpooling2d_1", "flatten_1", "dense_1")
    ] + ["model_1_2/dense_2"]
    assert report.layer("merge_1").channels == 1


APPLICATIONS = FOLDER / "applications"


def unpacked(name: str) -> Any:
    return json.loads(zlib.decompress((APPLICATIONS / f"{name}.json.z").read_bytes()))


@pytest.mark.zoo
@pytest.mark.parametrize("name", sorted(path.name.partition(".")[0] for path in APPLICATIONS.glob("[!f]*.z")))
def test_applications_of_keras_1(name: str) -> None:
    """VGG, ResNet50 (channels last and first), InceptionV3, Xception and a recurrent network, as `applications` made
    them."""
    figures = unpacked("figures")[name]
    report = computed(unpacked(name))
    assert report.total.params == figures["trainable"]
    layers = layers_of(report)
    shapes = {layer: shape for layer, shape in figures["shapes"].items() if layer in layers}
    assert len(shapes) == len(figures["shapes"]) - 1  # All but the input.
    for layer, (channels, *space) in shapes.items():
        found = layers[layer]
        if name != "crnn" or len(space) == 2:
            assert (found.channels, prod(found.output_size)) == (channels, prod(space)), layer
