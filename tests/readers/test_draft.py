"""A draft: names that are free, parameters that have to be said, and the document with its places."""

from __future__ import annotations

from typing import Any

import pytest

import rfcli
from rfcli.description.nodes import File, Node
from rfcli.pipeline import Loading
from rfcli.readers.draft import Draft, ForeignError, Stated, Usual

FILE = File("net.onnx")


def draft() -> Draft:
    made = Draft(FILE)
    made.input("x", (8, None), 3)
    return made


def layers(made: Draft) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = made.node().plain()["layers"]
    return found


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (["conv", "conv", "conv"], ["conv", "conv_2", "conv_3"]),
        (["conv_2", "conv", "conv"], ["conv_2", "conv", "conv_3"]),
        (["", ""], ["relu", "relu_2"]),
        (["a b/c", "x"], ["a b/c", "x_2"]),
    ],
    ids=["again", "taken by another", "none", "taken by the input"],
)
def test_names(wanted: list[str], names: list[str]) -> None:
    made = draft()
    assert [made.add(name, "relu", ["x"]) for name in wanted] == names
    assert made.count == len(wanted)


PARAMETERS = [
    ("conv", {"kernel": (3, 3), "filters": 8}, {"kernel": 3, "filters": 8}),
    ("conv", {"kernel": (1, 3), "filters": 8, "stride": [1, 1]}, {"kernel": [1, 3], "filters": 8}),
    ("conv", {"kernel": 3, "filters": 8, "padding": ((1, 1), (1, 1)), "groups": None}, {"kernel": 3, "filters": 8, "padding": 1}),
    ("conv", {"kernel": 3, "filters": 8, "padding": ((0, 1), (0, 1))}, {"kernel": 3, "filters": 8, "padding": [[0, 1], [0, 1]]}),
    ("custom", {"unknown": "$odd", "global_": True}, {"unknown": "$$odd", "global": True}),
    ("relu", {}, {}),
]  # fmt: skip


@pytest.mark.parametrize(("type", "given", "said"), PARAMETERS)
def test_parameters_that_have_to_be_said(type: str, given: dict[str, Any], said: dict[str, Any]) -> None:
    made = draft()
    made.add("layer", type, ["x"], **given)
    assert layers(made) == [{"name": "layer", "type": type, "inputs": ["x"], **said}]


def test_undo_frees_names() -> None:
    made = draft()
    made.add("a", "relu", ["x"])
    made.add("b", "relu", ["a"])
    made.undo(1)
    assert made.add("b", "tanh", ["a"]) == "b"
    assert [layer["type"] for layer in layers(made)] == ["relu", "tanh"]


def test_document() -> None:
    made = draft()
    made.name, made.reference = "net", "$1"
    made.add("a", "relu", ["x"])
    made.outputs(["a", "a"])
    assert made.node().plain() == {
        "format": 1, "name": "net", "reference": "$$1", "input": {"name": "x", "size": [8, None], "channels": 3},
        "layers": [{"name": "a", "type": "relu", "inputs": ["x"]}], "outputs": ["a"],
    }  # fmt: skip


def test_usual_parameters_are_stated_where_they_depend_on_what_is_not_known() -> None:
    made = draft()
    made.add("a", "conv", ["x"], kernel=3, filters=4, params=Usual(112))
    made.add("lost", "custom", ["a"], unknown="Fold", filters=4)
    made.add("b", "conv", ["lost"], kernel=3, filters=4, params=Usual(148))
    made.add("all", "layer_norm", ["b"], axes="all", params=Usual(32))
    made.add("flat", "flatten", ["b"])
    made.add("dense", "linear", ["flat"], units=5, params=Usual(325))
    made.add("vague", "custom", ["a"], unknown="Fold")
    made.add("act", "relu", ["vague"])
    made.add("c", "conv", ["act"], kernel=1, filters=2, params=Usual(10))
    made.add("d", "batch_norm", ["c"], params=Usual(4))
    stated = {one["name"]: one.get("params") for one in made.node().plain()["layers"]}
    assert {name: params for name, params in stated.items() if params is not None} == {"all": 32, "dense": 325, "c": 10}


def test_parameters_that_no_layer_uses() -> None:
    made = draft()
    made.unused_params = 12
    assert made.node().plain()["unused_params"] == 12


def test_several_inputs() -> None:
    made = draft()
    made.input("y", (4, 4))
    assert made.node().plain()["inputs"] == {"x": {"size": [8, None], "channels": 3}, "y": {"size": [4, 4]}}


def test_values_stand_where_the_foreign_layer_does() -> None:
    made = draft()
    made.at = Node(None, FILE, 7, 2)
    made.add("a", "relu", ["x"])
    made.add("b", "relu", ["a"], Node(None, FILE, 9, 4))
    first, second = made.node().value["layers"].value
    assert [(node.line, node.column) for node in (first, first.value["type"], second)] == [(7, 2), (7, 2), (9, 4)]
    assert second.key_span("inputs").line == 9


def test_without_an_input() -> None:
    with pytest.raises(ForeignError, match="the model has no input"):
        Draft(FILE).node()


def test_lists_of_channels_are_kept() -> None:
    """Only lists with an entry for each axis become one value where the entries are alike."""
    from rfcli.readers.draft import Draft

    draft = Draft(File("net"))
    x = draft.input("x", [4, 4], 4)
    draft.add("one", "channel_slice", [x], indices=[3, 3])
    draft.add("two", "conv", [x], kernel=[3, 3], filters=2)
    one, two = draft.node().plain()["layers"]
    assert (one["indices"], two["kernel"]) == ([3, 3], 3)


def test_a_layer_that_stands_for_others_has_the_costs_of_those_that_are_left_out() -> None:
    made = draft()
    for name, source in (("a", "x"), ("b", "a"), ("c", "x"), ("d", "x")):
        made.add(name, "relu", [source])
    assert made.made_of(["a"]) == {"a", "b"} and made.in_order(["b", "c", "a"]) == ["a", "b", "c"]
    assert made.stated("b") == Stated("relu", ("a",), {}) and made.stated("x") is None
    made.stands_for(made.add("all", "custom", ["x"], filters=3), {"a": (5, 7), "b": (1, 2), "c": (100, 100)})
    made.spare(["a", "b", "c"])
    made.outputs(["all", "c", "d"])
    assert [one["name"] for one in layers(made)] == ["c", "d", "all"]
    assert layers(made)[-1] | {"params": 6, "macs": 9} == layers(made)[-1]


def test_costs_that_are_not_known_are_not_told() -> None:
    made = draft()
    made.add("a", "relu", ["x"])
    made.stands_for(made.add("all", "custom", ["x"]), {"a": (5, None)})
    made.spare(["a"])
    made.outputs(["all"])
    (left,) = layers(made)
    assert left["params"] == 5 and "macs" not in left


def test_a_layer_that_stands_for_none_that_is_left_out_costs_nothing() -> None:
    made = draft()
    made.add("a", "relu", ["x"])
    made.stands_for(made.add("all", "custom", ["x"]), {"a": (5, 7)})
    made.spare(["a"])
    made.outputs(["a", "all"])
    assert (layers(made)[-1]["params"], layers(made)[-1]["macs"]) == (0, 0)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"kernel": [0, 1]}, "kernel must be at least 1, is 0"), ({"kernel": [1, 2, 3]}, "kernel has 3 entries for 2 axes"),
        ({"kernel": "3"}, "kernel must be an integer"), ({}, "conv needs 'kernel'"),
        ({"kernel": 1, "filters": 10**12}, "filters must be at most 9999999999"),
    ],
)  # fmt: skip
def test_wrong_values_of_layers_are_told(given: dict[str, Any], told: str) -> None:
    """Keys of a draft's layers are not looked at again; what their values are is."""
    made = draft()
    made.add("c", "conv", ["x"], **given)
    with pytest.raises(rfcli.DescriptionError, match=told):
        Loading().draft(made)
