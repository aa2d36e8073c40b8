"""What layers read, edge by edge: in terms of the page's data."""

from __future__ import annotations

import json
from typing import Any

import pytest

import rfcli
from rfcli.page import ways
from rfcli.page.data import network


def made(*layers: dict[str, Any], size: list[int] | None = None, **more: Any) -> Any:
    document = {"format": 1, "input": {"size": size or [8], "channels": 4}, "layers": list(layers), **more}
    return network(rfcli.compute(rfcli.loads(json.dumps(document), "net.json")))


def edges(found: Any, name: str) -> Any:
    node = found["nodes"]["name"].index(name)
    return found["words"]["reads"][found["nodes"]["reads"][node]]


def test_taps() -> None:
    found = made({"name": "c", "type": "conv", "kernel": 3, "dilation": 2, "stride": 2, "padding": 1, "filters": 2})
    ((number,),) = edges(found, "c")
    assert found["reads"][number] == {"shift": 2, "phases": [[-1, 3, 2]]}
    assert edges(found, "input") == ()


def test_an_input_that_is_read_twice_stands_twice() -> None:
    found = made({"name": "r", "type": "relu"}, {"name": "a", "type": "add", "inputs": ["r", "r"]})
    assert edges(found, "a") == ((0,), (0,))
    assert found["nodes"]["from"][2] == [1, 1]


def test_whole_maps_and_what_lies_behind() -> None:
    """A gate reads its pooled map by a path that is global further down."""
    found = made(
        {"name": "pool", "type": "global_avg_pool"},
        {"name": "c", "type": "conv", "kernel": 1, "filters": 4},
        {"name": "gated", "type": "multiply", "inputs": ["input", "c"]},
    )
    assert edges(found, "pool") == ((ways.WHOLE,),)
    ((behind,),) = edges(found, "c")
    assert found["reads"][ways.BEYOND - behind] == {"shift": 1, "phases": [[0, 0, 1]]}
    (here,), (gate,) = edges(found, "gated")
    assert found["reads"][here] == {"shift": 1, "phases": [[0, 0, 1]]}
    assert found["reads"][ways.BEYOND - gate] == {"shift": 0, "phases": [[0, 0, 1]]}, "the one sample, everywhere"


def test_what_the_origin_does_not_reach() -> None:
    document = {
        "format": 1,
        "inputs": {"a": {"size": [8], "channels": 1}, "b": {"size": [8], "channels": 1}},
        "layers": [{"name": "sum", "type": "add", "inputs": ["a", "b"]}],
    }
    found: Any = network(rfcli.compute(document))
    assert edges(found, "sum") == ((0,), (ways.NOTHING,))
    assert found["nodes"]["seen"][1] is None


@pytest.mark.parametrize(
    ("mode", "padding", "standing"),
    [
        ("reflect", 2, {"n": 8, "mode": "reflect", "added": [[-2, 0], [8, 10]], "kept": [0, 8]}),
        ("circular", [[3, 0]], {"n": 8, "mode": "circular", "added": [[-3, 0], [8, 8]], "kept": [0, 8]}),
    ],
)
def test_borders(mode: str, padding: Any, standing: dict[str, Any]) -> None:
    found = made({"name": "c", "type": "conv", "kernel": 3, "padding": padding, "padding_mode": mode, "filters": 2})
    node = found["nodes"]["name"].index("c")
    assert found["words"]["borders"][found["nodes"]["borders"][node]] == ((0,),)
    assert found["borders"] == [standing]


def test_sides() -> None:
    found = made(
        {"name": "s", "type": "squeeze_excite", "units": 2}, {"name": "l", "type": "lstm", "units": 2}, {"name": "r", "type": "relu"},
    )  # fmt: skip
    sides = [found["words"]["sides"][at] for at in found["nodes"]["sides"]]
    assert sides == [(), (3,), (1,), ()]


def test_masks_keep_some_taps() -> None:
    mask = [[1, 0, 1, 1]]
    found = made({"name": "c", "type": "conv", "kernel": [1, 4], "mask": mask, "filters": 2}, size=[4, 8])
    ((_, along),) = edges(found, "c")
    assert found["reads"][along] == {"shift": 1, "phases": [[0, 3, 1]], "kept": [str(0b1101)]}


def test_hidden_layers_for_parts_of_channels() -> None:
    found = made(
        {"name": "wide", "type": "conv", "kernel": 5, "padding": 2, "filters": 2, "inputs": ["input"]},
        {"name": "thin", "type": "conv", "kernel": 1, "filters": 2, "inputs": ["input"]},
        {"name": "both", "type": "concat", "inputs": ["wide", "thin"]},
        {"name": "relu", "type": "relu"},
        {"name": "half", "type": "channel_slice", "start": 2, "end": 4},
    )
    stands = found["stands"]
    assert {found["nodes"]["name"][at] for at in stands.values()} <= {"relu", "both", "thin"}
    assert found["via"]["5"] == [int(next(iter(reversed(stands))))] or found["via"]["5"] != [4]
    assert all(found["nodes"]["seen"][int(at)] is None for at in stands)


def test_more_phases_than_the_page_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ways, "MOST_PHASES", 2)
    layers = [{"name": "a", "type": "upsample", "scale": 2}, {"name": "b", "type": "upsample", "scale": 3}]
    found = made(*layers)
    assert edges(found, "a") == ((0,),)
    assert edges(found, "b") == ((ways.NOTHING,),)
