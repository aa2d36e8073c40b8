"""Merges: channels, and the share of the gradient's energy that each input receives."""

from __future__ import annotations

import pytest

from layers import built
from rfcli.geometry.unknown import Unknown
from rfcli.layers._registry import LAYERS

LATER = Unknown("channels: later")

CHANNELS = [
    ("add", [4, 4], 4),
    ("add", [4, 1], 4),
    ("add", [1, 1], 1),
    ("add", [4, 5], None),
    ("add", [4, LATER], 4),
    ("add", [1, LATER], LATER),
    ("multiply", [6, 1, 6], 6),
    ("multiply", [6, 2], None),
    ("max", [4, 4], 4),
    ("max", [4, 1], None),
    ("max", [LATER, LATER], LATER),
    ("concat", [4, 5, 6], 15),
    ("concat", [4, LATER], LATER),
]


@pytest.mark.parametrize(("type", "channels", "expected"), CHANNELS)
def test_channels(type: str, channels: list[int | Unknown], expected: int | Unknown | None) -> None:
    assert built(type).merged_channels(channels) == expected


GAINS = [
    ("add", [4, 4], [1, 1]),
    ("multiply", [4, 4], [1, 1]),
    ("max", [4, 4], [1 / 2, 1 / 2]),
    ("concat", [1, 3], [1 / 4, 3 / 4]),
    ("concat", [1, LATER], [1 / 2, 1 / 2]),
]


@pytest.mark.parametrize(("type", "channels", "expected"), GAINS)
def test_gains(type: str, channels: list[int | Unknown], expected: list[float]) -> None:
    assert built(type).gains(channels) == expected


def test_merges_take_several_inputs_and_features() -> None:
    assert [type for type, cls in LAYERS.items() if cls.merge] == ["add", "multiply", "max", "concat"]
    assert all(LAYERS[type].flat for type in ("add", "multiply", "max", "concat"))
