"""Channels of all maps."""

from __future__ import annotations

import pytest

from graph import conv, graph, refused
from rfcli.geometry.unknown import Unknown
from rfcli.graph.channels import NOT_GIVEN


def test_channels_follow_the_layers() -> None:
    net = graph(
        conv(name="a"),
        {"type": "conv", "name": "b", "kernel": 3, "filters": 6, "padding": 1},
        {"type": "concat", "inputs": ["a", "b"]},
        {"type": "depthwise_conv", "kernel": 1},
        {"type": "flatten"},
        size=[8],
    )
    assert net.channels == [3, 4, 6, 10, 10, 60]


def test_channels_that_nobody_gives() -> None:
    net = graph({"type": "relu"}, conv(), {"type": "conv", "kernel": 1}, input={"size": [8]})
    assert net.channels[:3] == [NOT_GIVEN, NOT_GIVEN, 4]
    assert isinstance(net.channels[3], Unknown)


@pytest.mark.parametrize(
    ("layers", "code", "message"),
    [
        (
            [conv(name="a"), {"type": "conv", "name": "b", "kernel": 1, "filters": 6},
             {"type": "add", "name": "sum", "inputs": ["a", "b"]}],
            "RF304",
            "add 'sum': inputs have different channels: 4 from 'a', 6 from 'b'",
        ),
        ([{"type": "conv", "name": "a", "kernel": 1, "groups": 2, "filters": 2}], "RF306",
         "conv 'a': 3 input channels cannot be split into 2 groups"),
        ([{"type": "depthwise_conv", "kernel": 1, "depth_multiplier": 9_999_999_999, "repeat": 2, "name": "a$(i)"}],
         "RF306", "depthwise_conv 'a2': the map would have more than 2^63 channels"),
    ],
)  # fmt: skip
def test_channels_that_do_not_fit(layers: list[dict[str, object]], code: str, message: str) -> None:
    assert refused(*layers, size=[8]) == [(code, message)]
