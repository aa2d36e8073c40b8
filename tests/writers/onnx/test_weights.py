"""Products, normalisations and slopes."""

from __future__ import annotations

import pytest

from writers.onnx.one_layer import Case, agrees, case, op

ONES, ZEROS = (1.0, (4,)), (0.0, (4,))
LAST, FIRST = op("Transpose", perm=[0, 2, 3, 1]), op("Transpose", perm=[0, 3, 1, 2])

WEIGHTS = [
    case([{"type": "flatten"}, {"type": "linear", "units": 3}], op("Flatten"), op("Gemm", (3, 120), (3,), transB=1)),
    case([{"type": "flatten"}, {"type": "linear", "units": 3, "bias": False}], op("Flatten"), op("Gemm", (3, 120), transB=1)),
    case({"type": "prelu"}, op("PRelu", (1,))),
    case({"type": "prelu", "per_channel": True}, op("PRelu", (4, 1, 1))),
    case([{"type": "flatten"}, {"type": "prelu", "per_channel": True}], op("Flatten"), op("PRelu", (120,))),
    case({"type": "channel_scale"}, op("Mul", (4, 1, 1))),
    case({"type": "squeeze_excite", "units": 2}, op("GlobalAveragePool"), op("Conv", (2, 4, 1, 1), (2,)), op("Relu"), op("Conv", (4, 2, 1, 1), (4,)), op("Sigmoid"), op("Mul")),
    case({"type": "squeeze_excite"}, refused="it states no units"),
    # Scale, bias, mean and variance; what is not trained is ones or zeros.
    case({"type": "batch_norm"}, op("BatchNormalization", (4,), (4,), ZEROS, ONES)),
    case({"type": "batch_norm", "scale": False}, op("BatchNormalization", ONES, (4,), ZEROS, ONES)),
    case({"type": "batch_norm", "scale": False, "bias": False}, op("Sub", (0.0, (4, 1, 1))), op("Div", (1.0, (4, 1, 1)))),
    case({"type": "instance_norm"}, op("InstanceNormalization", (4,), (4,))),
    case({"type": "instance_norm", "scale": False, "bias": False}, op("InstanceNormalization", ONES, ZEROS)),
    case({"type": "group_norm", "groups": 2}, op("GroupNormalization", (4,), (4,), num_groups=2)),
    case({"type": "layer_norm"}, LAST, op("LayerNormalization", (4,), (4,), axis=-1), FIRST),
    case({"type": "layer_norm", "bias": False}, LAST, op("LayerNormalization", (4,), axis=-1), FIRST),
    case({"type": "layer_norm", "axes": "all"}, op("LayerNormalization", (4, 5, 6), (4, 5, 6), axis=1)),
    case({"type": "layer_norm", "axes": "all"}, refused="its scale and bias have one value for each sample", unsized=True),
]  # fmt: skip


@pytest.mark.parametrize("one", WEIGHTS)
def test_weights(one: Case) -> None:
    agrees(one)
