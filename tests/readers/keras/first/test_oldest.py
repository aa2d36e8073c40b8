"""Models that Keras 0.3.3 wrote, on Theano: `../keras1/oldest_NAME.json`; shapes and parameters are those that it states."""

from __future__ import annotations

import json
from math import prod
from typing import Any

import pytest

import rfcli
from readers.keras.first.test_models import FOLDER, noded
from readers.keras.keras_files import computed
from rfcli.readers.keras import claims
from rfcli.readers.keras.first.oldest import as_first

STATED: dict[str, tuple[int, dict[str, tuple[int, ...]]]] = {
    "vgg": (1490, {
        "zeropadding2d": (3, 22, 26), "convolution2d_1": (4, 20, 24), "convolution2d_2": (4, 10, 12),
        "batchnormalization": (4, 10, 12), "prelu": (4, 10, 12), "maxpooling2d": (4, 5, 6), "flatten": (120,),
        "dense": (6,), "activation": (6,),
    }),
    "text": (611, {
        "embedding": (6, 20), "convolution1d": (5, 18), "maxpooling1d": (5, 9), "lstm": (4, 9),
        "timedistributeddense": (3, 9), "gru": (4,), "dense": (1,),
    }),
    "merged": (83, {"merge": (8,), "dense": (3,), "reshape": (1, 3)}),
    "graph": (1306, {"a": (4, 12, 12), "b": (4, 12, 12), "p": (4, 6, 6), "f": (144,), "d": (4,), "e": (2,)}),
}  # fmt: skip


@pytest.mark.parametrize("name", STATED)
def test_files_of_keras_0(name: str) -> None:
    params, shapes = STATED[name]
    report = rfcli.compute(rfcli.load(FOLDER / f"oldest_{name}.json"))
    assert report.total.params == params
    for layer, (channels, *space) in shapes.items():
        found = report.layer(layer)
        assert (found.channels, prod(found.output_size)) == (channels, prod(space)), layer


def test_graphs_of_keras_1() -> None:
    """Keras 1.0 states a Graph as it states all models."""
    made = json.loads((FOLDER / "oldest_graph.json").read_text())
    made["nodes"] = {key: as_first(noded(one)).plain() for key, one in made["nodes"].items()}
    report = computed({"class_name": "Graph", "keras_version": "1.0.5", "config": made})
    assert report.total.params == 1306
    assert [one.name for one in report.layers] == ["a", "b", "p_inputs", "p", "f", "d_inputs", "d", "e", "both"]


def test_claims() -> None:
    """By their first bytes; descriptions with names are none."""
    for name in STATED:
        assert claims((FOLDER / f"oldest_{name}.json").read_bytes()[:2048])
    assert not claims(b'{"name": "Sequential", "layers": [{"name": "a", "type": "conv"}]}')


@pytest.mark.parametrize("mend", [
    lambda model: model.update(nodes=3), lambda model: model.update(input_config=[]),
    lambda model: model["nodes"].pop("a"), lambda model: model["nodes"].update(a=3),
    lambda model: model["node_config"][2].update(inputs=[3]), lambda model: model.update(output_config={}),
    lambda model: model["node_config"][0].update(input="nothing"), lambda model: model["nodes"]["a"].pop("name"),
])  # fmt: skip
def test_damaged_graphs(mend: Any) -> None:
    """They are told, or a layer is not known: nothing else is raised."""
    made = json.loads((FOLDER / "oldest_graph.json").read_text())
    mend(made)
    try:
        report = computed(made)
    except rfcli.DescriptionError as error:
        assert "RF" in str(error)
    else:
        assert "custom" in [one.type for one in report.layers]
