"""What all layers share: facts on their classes, defaults, and sums with what is unknown."""

from __future__ import annotations

import pytest

from layers import built
from rfcli.geometry.field import Reads
from rfcli.geometry.unknown import Unknown
from rfcli.layers._layer import IDENTITY_READS, WRONG, averaged, product, total
from rfcli.layers._registry import LAYERS

UNKNOWN = Unknown("why")


def types(fact: str) -> set[str]:
    return {type for type, cls in LAYERS.items() if getattr(cls, fact)}


def test_layers_with_weights() -> None:
    assert types("weighted") == {
        "conv",
        "depthwise_conv",
        "separable_conv",
        "conv_transpose",
        "linear",
        "lstm",
        "gru",
        "rnn",
    }


def test_layers_that_take_several_inputs() -> None:
    assert types("merge") == {"add", "multiply", "max", "concat"}


def test_layers_that_take_features_without_a_map() -> None:
    assert {"relu", "prelu", "dropout", "batch_norm", "channel_slice", "add", "concat"} <= types("flat")
    assert not {"conv", "max_pool", "flatten", "layer_norm", "resize"} & types("flat")


@pytest.mark.parametrize(
    ("type", "given", "expected"),
    [
        ("conv", {"kernel": 3}, True),
        ("conv", {"kernel": [3, 5]}, False),
        ("conv", {"kernel": 3, "padding": [[1, 2], [1, 2]]}, True),
        ("conv", {"kernel": 3, "padding": [[1, 2], [2, 1]]}, False),
        ("adaptive_avg_pool", {"output_size": [1, 2]}, False),
        ("relu", {}, True),
        ("attention", {}, True),
        ("attention", {"causal": True}, False),
        ("instance_norm", {"cumulative": True}, False),
        ("lstm", {"units": 3}, False),
    ],
)
def test_whether_all_axes_are_alike(type: str, given: dict[str, object], expected: bool) -> None:
    assert built(type, 2, **given).isotropic is expected


def test_parameters_are_attributes() -> None:
    conv = built("conv", 2, kernel=3, stride=[1, 2])
    assert (conv.kernel, conv.stride, conv.dilation, conv.filters, conv.bias) == ((3, 3), (1, 2), (1, 1), None, True)
    assert built("custom", **{"global": True, "macs": 5, "params": 4}).stated_macs == 5


@pytest.mark.parametrize(("type", "statistic"), [("max_pool", "max"), ("avg_pool", "avg"), ("lp_pool", "lp"),
                                                 ("global_avg_pool", "avg"), ("adaptive_max_pool", "max")])  # fmt: skip
def test_what_pools_make_of_several_values(type: str, statistic: str) -> None:
    given = {"output_size": 2} if "adaptive" in type else {} if "global" in type else {"kernel": 2}
    assert built(type, **given).statistic == statistic


def test_nothing_is_known_of_a_wrong_layer() -> None:
    assert isinstance(WRONG.channels(3, (8,)), Unknown)
    assert WRONG.reads(0, 8) is IDENTITY_READS


def test_sums_and_products_with_unknowns() -> None:
    assert product(2, (3, 4), 5) == 120
    assert product(2, (3, UNKNOWN)) is UNKNOWN
    assert total(1, 2, 3) == 6
    assert total(1, UNKNOWN) is UNKNOWN


def test_averages_square_their_weights() -> None:
    assert averaged(Reads(1, ((0, 4, 2), None))) == ((1 / 9, 1 / 9, 1 / 9), ())
