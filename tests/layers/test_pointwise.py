"""Layers that work at each position by itself."""

from __future__ import annotations

import pytest

from layers import built, taps
from rfcli.layers._layer import GeometryError, Whole
from rfcli.layers._registry import LAYERS
from rfcli.layers.pointwise import Activation, Pointwise

TYPES = [type for type, cls in LAYERS.items() if issubclass(cls, Pointwise)]


@pytest.mark.parametrize("type", TYPES)
def test_each_output_reads_its_input(type: str) -> None:
    layer = built(type)
    assert taps(layer, 5) == [5]
    assert layer.output_size(0, 8) == 8
    assert layer.strides(0) == (1, 1)
    assert layer.whole(0, True) is Whole.NO
    assert layer.follows


@pytest.mark.parametrize("type", [type for type in TYPES if issubclass(LAYERS[type], Activation)])
def test_activations_are_free_and_take_features(type: str) -> None:
    layer = built(type)
    assert (layer.channels(6, (8,)), layer.params(6, (8,)), layer.macs(6, (8,), (8,))) == (6, 0, 0)
    assert layer.flat


@pytest.mark.parametrize(
    ("type", "given", "params"),
    [
        ("prelu", {}, 1),
        ("prelu", {"per_channel": True}, 6),
        ("channel_scale", {}, 6),
        ("dropout", {}, 0),
        ("lrn", {}, 0),
    ],
)
def test_parameters(type: str, given: dict[str, object], params: int) -> None:
    assert built(type, **given).params(6, (8,)) == params


@pytest.mark.parametrize(
    ("given", "kept"),
    [({}, 6), ({"start": 2}, 4), ({"end": 2}, 2), ({"start": -2}, 2), ({"start": 1, "end": -1}, 4), ({"end": 99}, 6)],
)
def test_slices_of_channels(given: dict[str, object], kept: int) -> None:
    """As Python's slices of a list of 6."""
    assert built("channel_slice", **given).channels(6, (8,)) == kept
    assert len(list(range(6))[slice(given.get("start"), given.get("end"))]) == kept


def test_slices_that_keep_nothing() -> None:
    with pytest.raises(GeometryError, match="none of the 6 channels is kept"):
        built("channel_slice", start=7).channels(6, (8,))
    assert built("channel_slice", start=3, end=2).contradiction() == "channels from 3 up to 2 are none"


def test_shuffled_groups_divide_the_channels() -> None:
    assert built("channel_shuffle", groups=3).channels(6, (8,)) == 6
    with pytest.raises(GeometryError, match="6 channels cannot be split into 4 groups"):
        built("channel_shuffle", groups=4).channels(6, (8,))
