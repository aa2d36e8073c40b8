"""Networks written for other tools and read back: what the description computes, they compute."""

from __future__ import annotations

from typing import Any

import pytest

import rfcli
from oracle.plain.drawn import drawn
from oracle.plain.trips import NOT_IN, differences

pytestmark = pytest.mark.random


def network(*layers: dict[str, Any], size: Any = 8, channels: int = 4) -> dict[str, Any]:
    return {"format": 1, "input": {"size": size, "channels": channels}, "layers": list(layers)}


ONE = {"type": "conv", "kernel": 1, "filters": 1}
CONV = {"type": "conv", "kernel": 3, "padding": 1, "filters": 2}
CONV4 = {**CONV, "filters": 4}
CASES = {
    "a factor for one channel": network(ONE, {"type": "channel_scale"}),
    "a factor for one channel of a signal": network(ONE, {"type": "channel_scale"}, size=[8]),
    "a bias of one filter": network({**ONE, "kernel": 3}),
    "more is cropped than there is, and padded": network(
        {"type": "pad", "padding": [[2, -1]]}, {"type": "relu"}, size=[1]
    ),
    "an axis of one sample is padded": network({"type": "pad", "padding": [[0, 0], [0, 3]]}, CONV, size=[8, 1]),
    "an axis of one sample is padded last": network(CONV, {"type": "pad", "padding": [[0, 0], [0, 3]]}, size=[4, 1]),
    "a sample is padded and cropped": network({"type": "pad", "padding": [[1, -1]]}, CONV, size=[1]),
    "every other one of one sample": network({"type": "subsample", "stride": 2}, CONV, size=[8, 1]),
    "channels make an axis of one sample longer": network(
        {"type": "pixel_shuffle", "scale": [1, 2]}, {"type": "max_pool", "kernel": 2}, size=[6, 1]
    ),
    "blocks of channels as well": network({"type": "depth_to_space", "scale": [2, 2]}, CONV, size=[1, 3]),
    "an axis goes into the channels": network({"type": "pixel_unshuffle", "scale": [2, 2]}, CONV, size=[2, 6]),
    "and stays there": network({"type": "space_to_depth", "scale": [1, 2]}, {"type": "relu"}, size=[6, 2]),
    "channels make a map of one sample larger": network(
        CONV4, {"type": "depth_to_space", "scale": 2}, CONV, size=[1, 1]
    ),
    "one axis of a map of one sample": network(CONV4, {"type": "pixel_shuffle", "scale": [1, 2]}, size=[1, 1]),
    "a signal of one sample": network(CONV4, {"type": "depth_to_space", "scale": 2}, CONV, size=[1]),
    "blocks of one sample": network(CONV4, {"type": "depth_to_space", "scale": 1}, CONV, size=[1, 1]),
    "a signal in blocks beside what is made of it": network(
        {"type": "space_to_depth", "scale": 2, "name": "blocks"},
        CONV4,
        {"type": "multiply", "inputs": ["blocks", "conv_1"]},
        size=[24],
        channels=2,
    ),
    "one sample is pooled": network(
        {"type": "conv", "kernel": 3, "filters": 2}, {"type": "global_avg_pool"}, {"type": "relu"}, size=3
    ),
    "a normalisation of channels behind a rearrangement": network(
        {"type": "space_to_depth", "scale": 2}, {"type": "layer_norm"}, ONE, size=8, channels=2
    ),
}


@pytest.mark.parametrize("target", ["onnx", "keras-json"])
@pytest.mark.parametrize("case", CASES)
def test_there_and_back(case: str, target: str) -> None:
    assert differences(CASES[case], target) == []


@pytest.mark.parametrize("target", ["onnx", "keras-json"])
def test_random_networks(target: str) -> None:
    found = {seed: differences(drawn(seed, NOT_IN[target]), target) for seed in range(60)}
    assert {seed: one for seed, one in found.items() if one} == {}
    assert sum(one is not None for one in found.values()) > 20, "few of them cannot be said there"


def test_a_normalisation_of_channels_is_local() -> None:
    report = rfcli.compute(rfcli.loads(str(CASES["a normalisation of channels behind a rearrangement"])))
    assert [layer.receptive_field and layer.receptive_field.globally for layer in report.layers] == [False] * 3
