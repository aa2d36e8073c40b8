"""The diagram as data."""

import json

import pytest

from render.diagram import NETWORKS, conv, outline, outline_of
from rfcli.render.diagram.json_ import render


def test_a_small_one() -> None:
    inner = {"type": "sequence", "name": "s", "layers": [conv("b", 5), conv("c", 7)]}
    found = json.loads("".join(render(outline_of(conv("a", repeat=2), inner), "size")))
    assert found["scopes"] == [{"id": "s1", "name": "s", "label": "s", "scope": None, "times": 1}]
    assert found["edges"] == [{"from": "n0", "to": "n1"}, {"from": "n1", "to": "n2"}, {"from": "n2", "to": "n3"}]
    assert found["nodes"][1] == {
        "id": "n1", "name": "a_1", "label": "a_1 … a_2", "type": "conv", "does": "conv 3", "scope": None, "times": 2,
        "layers": ["a_1", "a_2"], "output_size": [[64], [64]], "channels": [2, 2], "size": [[3], [5]],
        "stride": [[1], [1]], "global": False, "params": 28, "macs": 1536, "flops": 3328,
    }  # fmt: skip
    assert [node["scope"] for node in found["nodes"]] == [None, None, "s1", "s1"]


def test_what_differs_among_several_outputs_is_null() -> None:
    heads = {f"h{n}": [conv(f"c{n}", 3, stride=n)] for n in (1, 2)}
    body = [{"type": "branches", "merge": "none", "branches": heads}]
    found = outline_of({"type": "sequence", "name": "fpn", "layers": body}, depth=1)
    node = json.loads("".join(render(found, "size")))["nodes"][-1]
    assert (node["name"], node["type"], node["does"]) == ("fpn", "scope", "2 layers, 2 outputs")
    assert (node["output_size"], node["channels"]) == ([[None], [None]], [2, 2])
    assert (node["size"], node["stride"]) == ([[3], [3]], [[None], [None]])


@pytest.mark.parametrize("depth", [None, 1])
@pytest.mark.parametrize("name", NETWORKS)
def test_costs_add_up(name: str, depth: int | None) -> None:
    report = outline(name).report
    found = json.loads("".join(render(outline(name, depth), None)))
    assert sum(node["params"] for node in found["nodes"]) == report.total.params
    assert sum(node["macs"] for node in found["nodes"]) == report.total.macs
