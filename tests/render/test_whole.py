"""What layers see beside their local field: the mark and the note."""

from __future__ import annotations

from typing import Any

import pytest

import rfcli
from rfcli.engine.report import ReceptiveField
from rfcli.render import whole

CONV = {"type": "conv", "kernel": 3, "padding": 1, "filters": 4}
SE = {"name": "se", "type": "squeeze_excite", "units": 2}
LSTM = {"name": "rnn", "type": "lstm", "units": 4}


def net(size: list[int], *layers: dict[str, Any]) -> dict[str, Any]:
    return {"format": 1, "name": "net", "input": {"size": size, "channels": 4}, "layers": list(layers)}


A, B, G = {"name": "a", **CONV}, {"name": "b", **CONV}, {"name": "gap", "type": "global_avg_pool"}
CASES = [
    pytest.param(net([8], A, SE, B), "b", "the whole map", ["se"], id="squeeze-excite, one axis"),
    pytest.param(net([8, 8], A, SE, B), "b", "the whole map", ["se"], id="squeeze-excite"),
    pytest.param(net([8, 8, 8], A, SE, B), "se", "the whole map", ["se"], id="squeeze-excite, three axes"),
    pytest.param(net([8, 8], A, {"name": "n", "type": "instance_norm"}, B), "n", "the whole map", ["n"], id="norm"),
    pytest.param(net([16], A, LSTM), "rnn", "everything before its region", ["rnn"], id="all the past"),
]


def field(document: dict[str, Any], layer: str) -> ReceptiveField:
    found = rfcli.compute(document).layer(layer).receptive_field
    assert found is not None
    return found


@pytest.mark.parametrize(("document", "layer", "what", "through"), CASES)
def test_what_is_seen(document: dict[str, Any], layer: str, what: str, through: list[str]) -> None:
    found = field(document, layer)
    assert whole.also_global(found)
    assert whole.beside(found) == what
    assert whole.marked("5", found) == "5*"
    assert whole.remark(found) == f"every output also sees {what}, through '{through[0]}'"
    assert whole.notes([("x", found)]) == [f"* x also sees {what}, through '{through[0]}'"]


def test_what_is_local_is_not_marked() -> None:
    found = field(net([8, 8], A, SE, B), "a")
    assert whole.marked("3", found) == "3" and whole.notes([("a", found)]) == [] and whole.remark(found) == ""


def test_what_sees_nothing_but_the_whole_map_has_no_size_to_mark() -> None:
    found = field(net([8, 8], A, G), "gap")
    assert found.globally and not whole.also_global(found) and whole.marked("", found) == ""


def test_layers_that_see_alike_stand_together() -> None:
    local, se = field(net([8, 8], A, SE), "a"), field(net([8, 8], A, SE), "se")
    past = field(net([16], LSTM), "rnn")
    assert whole.notes([("a", local), ("b", se), ("c", past), ("d", se), ("e", se)]) == [
        "* b and 2 more also see the whole map, through 'se'",
        "* c also sees everything before its region, through 'rnn'",
    ]
    assert whole.named(list("abc")) == "'a', 'b', 'c'" and whole.named(list("abcde")) == "'a' and 4 more"


def test_networks_that_see_alike() -> None:
    local, se = field(net([8, 8], A, SE), "a"), field(net([8, 8], A, SE), "se")
    past = field(net([16], LSTM), "rnn")
    assert whole.networks([("x", local), ("y", None)]) == []
    assert whole.networks([("x", local), ("y", se)])[0].startswith("* 'y' also sees the whole map: ")
    assert "'y', 'z' also see more than the region of that size" in whole.networks([("y", se), ("z", past)])[0]
