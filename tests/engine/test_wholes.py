"""Layers that see the whole map, and what reaches what."""

from __future__ import annotations

from engine import conv, report
from rfcli.engine.wholes import MAX_THROUGH, reached_from, through

NET = (
    conv(name="stem", padding=1),
    {"type": "squeeze_excite", "name": "se", "units": 2},
    {"type": "relu", "name": "side", "inputs": ["stem"]},
    {"type": "add", "name": "sum", "inputs": ["se", "side"]},
    {"type": "global_avg_pool", "name": "pool"},
)


def test_what_an_origin_reaches() -> None:
    graph = report(*NET, size=[8]).graph
    assert reached_from(graph, 0) == [True] * 6
    assert reached_from(graph, 2) == [False, False, True, False, True, True]


def test_global_layers_on_the_paths() -> None:
    graph = report(*NET, size=[8]).graph
    found = through(graph, 0, reached_from(graph, 0), False)
    assert found == [((), False), ((), False), ((2,), False), ((), False), ((2,), False), ((2, 5), False)]


def test_the_first_of_many_are_named() -> None:
    graph = report({"type": "squeeze_excite", "units": 1, "repeat": MAX_THROUGH + 1}, size=[8]).graph
    numbers, more = through(graph, 0, reached_from(graph, 0), False)[-1]
    assert (len(numbers), more) == (MAX_THROUGH, True)
