"""The data of a page as a whole."""

from __future__ import annotations

import json
from typing import Any

import rfcli
from rfcli.page.data import data, network


def test_what_a_network_says() -> None:
    found: Any = network(rfcli.compute("unet_3d"))
    assert (found["name"], found["axes"], found["origin"], found["point"]) == ("unet_3d", ["d", "h", "w"], 0, True)
    assert found["order"] is None and found["stands"] == {} and found["unit"] is None
    count = len(rfcli.compute("unet_3d").layers) + 1
    assert {len(column) for column in found["nodes"].values()} == {count}
    for column, values in found["words"].items():
        assert set(found["nodes"][column]) == set(range(len(values)))


def test_units() -> None:
    found: Any = network(
        rfcli.compute({"format": 1, "input": {"size": [8], "channels": 1, "rate": 16000}, "layers": [{"type": "relu"}]})
    )
    assert (found["unit"], found["spacing"]) == ("s", [1 / 16000])


def test_without_an_input_size_nothing_is_pointed_at() -> None:
    found: Any = network(rfcli.compute({"format": 1, "layers": [{"name": "a", "type": "conv", "kernel": 3}]}))
    assert "input size" in found["point"]["unknown"]
    assert found["fields"][found["seen"][found["nodes"]["seen"][1]]["local"][0]] == {"shift": 1, "phases": [[0, 2]]}


def test_layers_written_before_what_they_read() -> None:
    layers: list[dict[str, Any]] = [
        {"name": "late", "type": "relu", "inputs": ["early"]}, {"name": "early", "type": "conv", "kernel": 3, "filters": 1, "inputs": ["input"]},
    ]  # fmt: skip
    found: Any = network(
        rfcli.compute({"format": 1, "input": {"size": [8], "channels": 1}, "layers": layers, "outputs": ["late"]})
    )
    assert found["order"] == [0, 2, 1]
    assert found["nodes"]["name"] == ["input", "late", "early"] and found["outputs"] == [1]


def test_from_a_layer() -> None:
    found: Any = network(rfcli.compute("alexnet", origin="pool1"))
    names = found["nodes"]["name"]
    assert names[found["origin"]] == "pool1"
    assert [names[at] for at, seen in enumerate(found["nodes"]["seen"]) if seen is None] == names[: found["origin"]]


def test_misaligned_layers() -> None:
    layers: list[dict[str, Any]] = [
        {"name": "even", "type": "conv", "kernel": 2, "padding": "same", "filters": 1},
        {"name": "sum", "type": "add", "inputs": ["even", "input"]},
    ]
    found: Any = network(rfcli.compute({"format": 1, "input": {"size": [8], "channels": 1}, "layers": layers}))
    seen = found["seen"][found["nodes"]["seen"][2]]
    assert seen["aligned"] is False and seen["notes"][0].startswith("misaligned")
    assert found["merges"] == [2]


def test_numbers_that_no_browser_counts() -> None:
    """Sizes beyond 2^53 are told, not rounded."""
    layers = [
        {"name": f"c{at}", "type": "conv_transpose", "kernel": 1000, "stride": 1000, "filters": 1} for at in range(5)
    ]
    found: Any = network(rfcli.compute({"format": 1, "input": {"size": [1000], "channels": 1}, "layers": layers}))
    text = json.dumps({**found, "table": None, "totals": None})
    numbers: list[int] = []
    json.loads(text, parse_int=lambda word: numbers.append(int(word)) or int(word))
    assert max(map(abs, numbers)) < 2**53
    assert "2^53" in text


def test_all_of_a_page() -> None:
    steps: list[str] = []
    reports = [rfcli.compute("alexnet"), rfcli.compute("tcn")]
    found: Any = data(reports, None, "data:,", True, steps.append)
    assert (found["version"], found["image"], found["watch"]) == (1, "data:,", True)
    assert [one["name"] for one in found["networks"]] == ["alexnet", "tcn"]
    assert steps[0] == "alexnet: regions" and steps[-1] == "tcn: checks"
    assert json.loads(json.dumps(found)) is not None
