"""Costs up to a layer: every layer that it depends on, once; held against sums over sets of all of them."""

from __future__ import annotations

import json
import random
import time
from typing import Any

import pytest
from oracle.against import compiled_network

import rfcli
from rfcli.engine import cumulative as module
from rfcli.engine.costs import Cost, costs, summed
from rfcli.engine.cumulative import UpTo, cumulative
from rfcli.geometry.unknown import Unknown

Layers = list[dict[str, Any]]


def conv(name: str, *inputs: str, **given: object) -> dict[str, Any]:
    return {
        "name": name,
        "type": "conv",
        "kernel": 1,
        "filters": 2,
        **({"inputs": [*inputs]} if inputs else {}),
        **given,
    }


def join(name: str, *inputs: str) -> dict[str, Any]:
    return {"name": name, "type": "concat", "inputs": [*inputs]}


def document(layers: Layers) -> dict[str, Any]:
    return {"format": 1, "input": {"size": [8], "channels": 2}, "layers": layers}


def sums(layers: Layers) -> list[Cost]:
    graph = compiled_network(document(layers))
    of_layers = costs(graph)
    return cumulative(graph, of_layers, summed(of_layers))


def drawn(seed: int) -> Layers:
    """A network of any shape: each layer takes some of the last ones, or of all."""
    draw, layers, names = random.Random(seed), Layers(), ["input"]
    for number in range(draw.randint(1, 30)):
        inputs = [draw.choice(names[-draw.choice([2, 5, 99]) :]) for _ in range(draw.choice([1, 1, 2, 3]))]
        name = f"n{number}"
        layers.append(conv(name, *inputs, filters=draw.randint(1, 5)) if len(inputs) == 1 else join(name, *inputs))
        names.append(name)
    return layers


@pytest.mark.parametrize("seed", range(150))
def test_each_layer_counts_once(seed: int) -> None:
    layers = drawn(seed)
    graph = compiled_network(document(layers))
    of_layers = costs(graph)
    expected = [summed(of_layers[one] for one in graph.upstream(number)) for number in range(len(graph.layers))]
    assert sums(layers) == expected


def test_a_diamond() -> None:
    layers = [conv("a"), conv("b", "a"), conv("c", "a"), join("d", "b", "c"), conv("e", "d"), conv("f", "a")]
    assert [one.params for one in sums(layers)] == [0, 6, 12, 12, 18, 28, 12]


def test_keys_columns_and_promises() -> None:
    layers = [conv("a"), conv("b", "a"), conv("c", "a"), join("d", "b", "c")]
    expect = [{"layer": "b", "cumulative_params": 12, "cumulative_macs": {"max": 64}, "cumulative_flops": 160}]
    architecture = rfcli.loads(json.dumps({**document(layers), "expect": expect}), name="net.json")
    assert rfcli.check(architecture).diagnostics == ()
    report = rfcli.compute(architecture)
    row = report.as_json()["layers"][1]  # type: ignore[index]
    assert [row[f"cumulative_{key}"] for key in ("params", "macs", "flops")] == [12, 64, 160]
    assert report.layer("b").cumulative == Cost(12, 64, 160)
    missed = rfcli.loads(
        json.dumps({**document(layers), "expect": [{"layer": "d", "cumulative_params": 12}]}), name="n.json"
    )
    assert [one.code for one in rfcli.check(missed).diagnostics] == ["RF403"]


def test_what_is_not_known() -> None:
    """An unknown cost is unknown from there on, and told by its layer's name."""
    layers = [
        conv("a"),
        {"name": "x", "type": "custom", "unknown": "Op", "filters": 2, "size": 8},
        conv("b"),
        conv("c", "a"),
    ]
    report = rfcli.compute(rfcli.loads(json.dumps(document(layers)), name="net.json"))
    for name, known in (("a", True), ("x", False), ("b", False), ("c", True)):
        layer = report.layer(name)
        assert isinstance(layer.cumulative.params, int) is known
        notes = layer.receptive_field.notes if layer.receptive_field else ()
        assert ("cumulative: the cost of 'x' is not known" in notes) is not known


def test_shared_parameters() -> None:
    """Of layers that share theirs all but one state 0: known where none of the network's are left, or all have theirs."""
    layers = [conv("a"), conv("b", "input", params=0), join("c", "a", "b"), conv("d", "c"), conv("e", "b", bias=False)]
    found = [one.params for one in sums(layers)]
    assert [value for value in found if isinstance(value, int)] == [0, 6]
    assert {value.reason for value in found if isinstance(value, Unknown)} == {module.SHARED.reason}
    assert [one.params for one in sums(layers[:4])][1:] == [6, module.SHARED, module.SHARED, 16]


def test_a_layer_without_products_shares_none() -> None:
    """A custom layer that only moves samples states 0 parameters and 0 products: no other has any of its."""
    moves = {"name": "b", "type": "custom", "kernel": 1, "filters": 4, "params": 0, "macs": 0}
    assert [one.params for one in sums([conv("a"), moves, conv("c")])] == [0, 6, 6, 16]


def test_entangled_paths_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_VISITS", 3)
    layers = [
        conv("a"),
        *(conv(f"b{at}", "a" if at == 0 else f"b{at - 1}") for at in range(5)),
        join("d", "b4", "a"),
        conv("e"),
    ]
    assert [one.params for one in sums(layers)][-2:] == [module.TOO_LONG] * 2


def test_time_is_linear() -> None:
    """Residuals, and a decoder with a skip at each level: what lies inside is not added up again."""
    count = 20_000
    levels = [conv(f"n{at}") if at < count // 2 else join(f"n{at}", f"n{count - 1 - at}") for at in range(count)]
    levels = [
        one if one["type"] == "conv" else {**one, "type": "add", "inputs": [*one["inputs"], f"n{at - 1}"]}
        for at, one in enumerate(levels)
    ]
    start = time.perf_counter()
    found = sums(levels)
    assert found[-1].params == 6 * (count // 2)
    assert time.perf_counter() - start < 20


def test_equal_where_costs_are() -> None:
    graph = compiled_network(document([conv("a"), conv("b")]))
    other = compiled_network(document([conv("a"), conv("b", bias=False)]))
    one, same, another = (UpTo(each, costs(each), summed(costs(each))) for each in (graph, graph, other))
    assert one == same and hash(one) == hash(same)
    assert one != another and one != 3
