"""Normalisations: a scale and a bias for each channel, and what they see of the map."""

from __future__ import annotations

import pytest

from layers import built, taps
from rfcli.layers._layer import GeometryError, Whole

TYPES = [
    # (type, parameters, the whole map when evaluating, when training)
    ("batch_norm", {}, Whole.NO, Whole.ALSO),
    ("layer_norm", {}, Whole.NO, Whole.NO),
    ("layer_norm", {"axes": "all"}, Whole.ALSO, Whole.ALSO),
    ("instance_norm", {}, Whole.ALSO, Whole.ALSO),
    ("group_norm", {"groups": 2}, Whole.ALSO, Whole.ALSO),
]


@pytest.mark.parametrize(("type", "given", "evaluating", "training"), TYPES)
def test_what_they_see(type: str, given: dict[str, object], evaluating: Whole, training: Whole) -> None:
    layer = built(type, **given)
    assert layer.whole(0, False) is evaluating
    assert layer.whole(0, True) is training
    assert taps(layer, 5) == [5]
    assert layer.output_size(0, 8) == 8
    assert layer.follows


@pytest.mark.parametrize(
    ("type", "given", "params"),
    [
        ("batch_norm", {}, 12),
        ("batch_norm", {"scale": False}, 6),
        ("batch_norm", {"scale": False, "bias": False}, 0),
        ("layer_norm", {}, 12),
        ("layer_norm", {"axes": "all"}, 12 * 20),
        ("layer_norm", {"axes": "all", "scale": False, "bias": False}, 0),
        ("instance_norm", {"bias": False}, 6),
        ("group_norm", {"groups": 3}, 12),
    ],
)
def test_parameters(type: str, given: dict[str, object], params: int) -> None:
    assert built(type, 2, **given).params(6, (4, 5)) == params


def test_batch_normalisation_costs_an_operation_for_each_output() -> None:
    assert built("batch_norm", 2).extra_flops(6, (4, 5), (4, 5)) == 6 * 20
    assert built("instance_norm", 2).extra_flops(6, (4, 5), (4, 5)) == 0


def test_groups_divide_the_channels() -> None:
    with pytest.raises(GeometryError, match="6 channels cannot be split into 4 groups"):
        built("group_norm", groups=4).channels(6, (8,))
