"""Runs of items."""

from __future__ import annotations

import random
import time
from typing import Any

import rfcli
from rfcli.description.nodes import Problems
from rfcli.graph.compile import compiled
from rfcli.writers.description.items import usual_values
from rfcli.writers.description.runs import Finder, List
from rfcli.writers.description.scopes import items
from writers.description.describing import described, read


def test_time_is_bounded() -> None:
    """Thousands of layers in no order: what repetition there is costs what it may, and no more."""
    chance = random.Random(5)
    kinds = ["conv", "relu", "batch_norm", "dropout", "lrn", "max_pool"]
    layers: list[dict[str, Any]] = []
    for number in range(3000):
        kind = chance.choice(kinds)
        layers.append(
            {"name": f"{kind}_{number}", "type": kind, **({"kernel": 1} if kind in ("conv", "max_pool") else {})}
        )
    network = described(layers)
    started = time.process_time()
    text = rfcli.described(network)
    assert time.process_time() - started < 20
    assert rfcli.described(read(text), flat=True) == rfcli.described(network, flat=True)


def found(layers: list[dict[str, Any]]) -> list[list[list[str | None]]]:
    """The names in runs that are found in a network, longest runs first."""
    graph = compiled(described(layers), Problems())
    assert graph is not None
    runs = Finder(graph, usual_values()).runs([List(items(graph, usual_values()))])
    return sorted(
        ([[item.name for item in run.items] for run in kind] for kind in runs), key=lambda kind: -len(kind[0])
    )


def conv(name: str, *inputs: str) -> dict[str, Any]:
    return {"name": name, "type": "conv", "kernel": 1, "filters": 3, **({"inputs": list(inputs)} if inputs else {})}


def relu(name: str) -> dict[str, Any]:
    return {"name": name, "type": "relu"}


def test_runs_do_not_part_what_belongs_together() -> None:
    """A convolution and its activation: no run starts or ends between them."""
    layers = [conv("c_1"), relu("r_1"), conv("c_2"), relu("r_2"), conv("c_3"), relu("r_3")]
    assert found(layers) == [[["c_1", "r_1"], ["c_2", "r_2"], ["c_3", "r_3"]]]


def test_runs_have_one_way_in_and_one_out() -> None:
    """`c_1` is read behind its run, by the sum: no run ends with its activation and holds it."""
    layers = [
        conv("c_1"),
        relu("r_1"),
        conv("c_2"),
        relu("r_2"),
        {"name": "sum", "type": "add", "inputs": ["c_1", "r_2"]},
    ]
    assert found(layers) == []


def test_words_tell_runs_apart() -> None:
    layers = [conv("a_1"), relu("r_1"), conv("b_2"), relu("s_2")]
    assert found(layers) == []
