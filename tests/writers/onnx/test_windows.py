"""Convolutions and pools over windows."""

from __future__ import annotations

from typing import Any

import pytest
from witnesses.dependence import Map

from writers.onnx.one_layer import Case, Operation, agrees, case, op

LINE = (Map((1, 4, 9)),)


def window(kernel: list[int], stride: Any = (1, 1), dilation: Any = (1, 1)) -> dict[str, Any]:
    return {"kernel_shape": kernel, "strides": list(stride), "dilations": list(dilation)}


def conv(
    weight: tuple[int, ...], bias: bool, kernel: list[int], *more: Any, group: int = 1, **padding: Any
) -> Operation:
    return op("Conv", weight, *([weight[:1]] if bias else []), group=group, **window(kernel, *more), **padding)


CONVOLUTIONS = [
    case({"type": "conv", "kernel": 3, "filters": 6}, conv((6, 4, 3, 3), True, [3, 3], pads=[0, 0, 0, 0])),
    case({"type": "conv", "kernel": [3, 1], "stride": 2, "padding": [[1, 0], [0, 2]], "filters": 6, "groups": 2, "bias": False},
         conv((6, 2, 3, 1), False, [3, 1], (2, 2), group=2, pads=[1, 0, 0, 2])),
    case({"type": "conv", "kernel": 3, "dilation": 2, "padding": "same", "filters": 6},
         conv((6, 4, 3, 3), True, [3, 3], (1, 1), (2, 2), pads=[2, 2, 2, 2])),
    case({"type": "conv", "kernel": 3, "padding": "causal", "filters": 2}, conv((2, 4, 3), True, [3], (1,), (1,), pads=[2, 0]), maps=LINE),
    case({"type": "conv", "kernel": 3, "stride": 2, "padding": "same", "filters": 6},
         conv((6, 4, 3, 3), True, [3, 3], (2, 2), auto_pad="SAME_UPPER")),
    case({"type": "conv", "kernel": 3, "stride": 2, "padding": "same_lower", "filters": 6},
         conv((6, 4, 3, 3), True, [3, 3], (2, 2), auto_pad="SAME_LOWER")),
    case({"type": "conv", "kernel": 3, "stride": 2, "dilation": 2, "padding": "same", "filters": 6},
         refused="runs no dilated convolution where it is told 'same'", unsized=True),
    case({"type": "conv", "kernel": 3, "padding": 1, "padding_mode": "reflect", "filters": 2},
         op("Pad", [0, 0, 1, 1, 0, 0, 1, 1], mode="reflect"), conv((2, 4, 3, 3), True, [3, 3])),
    case({"type": "conv", "kernel": 3, "padding": [[-1, 1], [0, 0]], "filters": 2},
         op("Pad", [0, 0, -1, 0, 0, 0, 1, 0], mode="constant"), conv((2, 4, 3, 3), True, [3, 3]), evaluated=False),
    case({"type": "conv", "kernel": 3, "stride": 2, "padding": "same", "padding_mode": "reflect", "filters": 2}, unsized=True,
         refused="padding 'same' of reflect depends on the input size"),
    case({"type": "conv", "kernel": 3, "padding": 5, "padding_mode": "reflect", "filters": 2}, refused="padding_mode reflect by 5 samples on a map of 5"),
    case({"type": "depthwise_conv", "kernel": 3, "padding": 1, "depth_multiplier": 2}, conv((8, 1, 3, 3), True, [3, 3], group=4, pads=[1, 1, 1, 1])),
    case({"type": "separable_conv", "kernel": 3, "filters": 5, "depth_multiplier": 2},
         conv((8, 1, 3, 3), False, [3, 3], group=4, pads=[0, 0, 0, 0]), op("Conv", (5, 8, 1, 1), (5,))),
    case({"type": "custom", "kernel": 3, "filters": 2}, conv((2, 4, 3, 3), True, [3, 3], pads=[0, 0, 0, 0])),
    case({"type": "custom", "global": True}, refused="whole map"),
]  # fmt: skip


def transposed(
    weight: tuple[int, ...], pads: list[int], more: list[int], kernel: list[int], *rest: Any, group: int = 1
) -> Operation:
    return op(
        "ConvTranspose",
        weight,
        (weight[1] * group,),
        group=group,
        pads=pads,
        output_padding=more,
        **window(kernel, *rest),
    )


TRANSPOSED = [
    case({"type": "conv_transpose", "kernel": 3, "stride": 2, "padding": 1, "output_padding": 1, "filters": 6},
         transposed((4, 6, 3, 3), [1, 1, 1, 1], [1, 1], [3, 3], (2, 2))),
    case({"type": "conv_transpose", "kernel": 2, "stride": 2, "filters": 6, "groups": 2},
         transposed((4, 3, 2, 2), [0, 0, 0, 0], [0, 0], [2, 2], (2, 2), group=2), evaluated=False),
    # n*s outputs: of (n-1)s + k, one is taken off, at the end.
    case({"type": "conv_transpose", "kernel": 3, "stride": 2, "padding": "same", "filters": 6},
         transposed((4, 6, 3, 3), [0, 0, 1, 1], [0, 0], [3, 3], (2, 2))),
    # A kernel below the stride: samples that nothing reads are added at the end.
    case({"type": "conv_transpose", "kernel": 2, "stride": 3, "padding": "same", "filters": 6},
         transposed((4, 6, 2, 2), [0, 0, 0, 0], [1, 1], [2, 2], (3, 3))),
    case({"type": "conv_transpose", "kernel": 2, "stride": 2, "padding": -1, "filters": 6},
         transposed((4, 6, 2, 2), [0, 0, 0, 0], [0, 0], [2, 2], (2, 2)), op("Pad", [0, 0, 1, 1, 0, 0, 1, 1], mode="constant")),
]  # fmt: skip
POOLS = [
    case({"type": "max_pool", "kernel": 2}, op("MaxPool", pads=[0, 0, 0, 0], **window([2, 2], (2, 2)))),
    case({"type": "max_pool", "kernel": 3, "stride": 2, "padding": 1}, op("MaxPool", pads=[1, 1, 1, 1], **window([3, 3], (2, 2)))),
    case({"type": "max_pool", "kernel": 2, "ceil_mode": True}, op("MaxPool", ceil_mode=1, **window([2, 2], (2, 2)))),
    # Five samples and one before: windows at -1, 1, 3; the last is whole, and no other starts.
    case({"type": "max_pool", "kernel": 2, "padding": [[1, 0], [0, 0]], "ceil_mode": True}, op("MaxPool", pads=[1, 0, 0, 0], **window([2, 2], (2, 2)))),
    case({"type": "max_pool", "kernel": 2, "padding": 1, "ceil_mode": True}, refused="ceil_mode with padding", unsized=True),
    # More than the kernel allows is put before, as what no maximum is.
    case({"type": "max_pool", "kernel": 2, "stride": 1, "padding": 2},
         op("Pad", [0, 0, 2, 2, 0, 0, 2, 2], float("-inf"), mode="constant"), op("MaxPool", **window([2, 2]))),
    case({"type": "avg_pool", "kernel": 3, "stride": 1, "padding": 1}, op("AveragePool", count_include_pad=1, pads=[1, 1, 1, 1], **window([3, 3]))),
    case({"type": "avg_pool", "kernel": 2, "stride": 1, "dilation": 2}, op("AveragePool", count_include_pad=1, pads=[0, 0, 0, 0], **window([2, 2], dilation=(2, 2)))),
    # Pools that pass over samples: the word would be less than no padding to some runtimes, where the map is even.
    case({"type": "max_pool", "kernel": 1, "stride": 2, "padding": "same"}, op("MaxPool", pads=[0, 0, 0, 0], **window([1, 1], (2, 2))), unsized=True),
    case({"type": "max_pool", "kernel": [3, 1], "stride": 2, "padding": "same"}, op("MaxPool", pads=[1, 0, 1, 0], **window([3, 1], (2, 2))),
         maps=(Map((1, 4, 5, 6)),)),
    case({"type": "max_pool", "kernel": 3, "stride": 2, "dilation": 2, "padding": "same"}, refused="pads a dilated pool for its kernel without gaps", unsized=True),
    case({"type": "avg_pool", "kernel": 2, "stride": 3, "padding": "same"}, op("AveragePool", count_include_pad=1, auto_pad="SAME_UPPER", **window([2, 2], (3, 3))), unsized=True),
    case({"type": "max_pool", "kernel": 3, "stride": 2, "padding": "same"}, op("MaxPool", auto_pad="SAME_UPPER", **window([3, 3], (2, 2)))),
    case({"type": "lp_pool", "kernel": 2, "padding": 1}, op("LpPool", pads=[1, 1, 1, 1], **window([2, 2], (2, 2)))),
]  # fmt: skip


@pytest.mark.parametrize("one", CONVOLUTIONS)
def test_convolution(one: Case) -> None:
    agrees(one)


@pytest.mark.parametrize("one", TRANSPOSED)
def test_transposed(one: Case) -> None:
    agrees(one)


@pytest.mark.parametrize("one", POOLS)
def test_pool(one: Case) -> None:
    agrees(one)
