"""Networks for the exporters, one for each way of a layer type."""

from __future__ import annotations

import json
from typing import Any

import rfcli

SINGLE: dict[str, list[dict[str, Any]]] = {
    **{type: [{}] for type in (
        "relu", "relu6", "leaky_relu", "rrelu", "elu", "selu", "celu", "gelu", "silu", "swish", "mish", "sigmoid",
        "log_sigmoid", "hard_sigmoid", "hard_swish", "hard_tanh", "tanh", "softplus", "softsign", "softmax", "softmin",
        "log_softmax", "exponential", "threshold", "dropout", "lrn", "channel_scale", "global_avg_pool",
        "global_max_pool", "flatten",
    )},
    "max_unpool": [{"scale": 2}],
    "prelu": [{}, {"per_channel": True}],
    "channel_shuffle": [{"groups": 2}],
    "channel_slice": [{"start": 1, "end": -1}, {"end": 2}, {"step": 2}, {"indices": [1, 0, -1]}],
    "identity": [{}, {"filters": 6}],
    "zeros": [{}],
    "subsample": [{"stride": [2, 3]}, {"stride": 2, "filters": 6}],
    "pad": [{"padding": [[1, 2], [-1, 0]]}, {"padding": [[1, 2], [-1, 0]], "padding_mode": "reflect"},
            {"padding": 2, "padding_mode": "replicate"}, {"padding": 2, "padding_mode": "circular"}],
    "crop": [{"like": "inner"}, {"cropping": [[1, 2], [0, 1]]}],
    "batch_norm": [{}, {"scale": False}, {"bias": False}, {"scale": False, "bias": False}],
    "layer_norm": [{}, {"axes": "all"}, {"bias": False}],
    "instance_norm": [{}, {"scale": False, "bias": False}],
    "group_norm": [{"groups": 2}, {"groups": 2, "scale": False}],
    "upsample": [{"scale": 2}, {"scale": 2, "mode": "linear"}, {"size": 9}, {"scale": 1.5},
                 {"scale": 2, "mode": "linear", "coordinates": "align_corners"}],
    "resize": [{"like": "inner"}, {"scale": 2, "coordinates": "asymmetric"}, {"size": 5, "mode": "area"},
               {"scale": [2, 3], "mode": "cubic"}, {"scale": 2, "mode": "linear", "coordinates": "asymmetric"},
               {"size": 5, "coordinates": "align_corners"}],
    "pixel_shuffle": [{"scale": 2}, {"scale": [2, 1]}],
    "depth_to_space": [{"scale": 2}],
    "pixel_unshuffle": [{"scale": 2}, {"scale": [1, 2]}],
    "space_to_depth": [{"scale": 2}],
    "adaptive_avg_pool": [{"output_size": [5, 3]}, {"output_size": 1}, {"output_size": [6, 7]}],
    "adaptive_max_pool": [{"output_size": 4}, {"output_size": 1}],
    "attention": [{}, {"query": 1, "value": 2}],
    "window_attention": [{"window": 3, "shift": 1, "heads": 2}],
    "squeeze_excite": [{"units": 2}, {"units": 2, "bias": False}],
    "conv": [
        {"kernel": [3, 1], "stride": [2, 1], "padding": "same", "filters": 6, "groups": 2},
        {"kernel": 2, "padding": "same_lower", "filters": 3, "bias": False, "padding_mode": "reflect"},
        {"kernel": 3, "dilation": 2, "padding": [[4, 0], [1, 2]], "filters": 3, "padding_mode": "circular"},
        {"kernel": 3, "padding": -1, "filters": 3},
        {"kernel": 3, "padding": 1, "filters": 3, "padding_mode": "replicate"},
        {"kernel": 3, "padding": 1, "filters": 3, "mask": "strictly_causal"},
        {"kernel": [2, 3], "stride": 2, "filters": 4, "groups": 2, "mask": [[1, 0, 1], [0, 1, 0]]},
    ],
    "depthwise_conv": [{"kernel": 3, "padding": 1}, {"kernel": 4, "stride": 2, "padding": "same", "depth_multiplier": 2},
                       {"kernel": 3, "padding": 1, "mask": "causal"}],
    "separable_conv": [{"kernel": 3, "padding": 1, "filters": 5, "depth_multiplier": 2, "bias": False},
                       {"kernel": 3, "filters": 5, "mask": [[0, 1, 0], [1, 1, 1], [0, 1, 0]]}],
    "max_pool": [
        {"kernel": 3, "stride": 2, "padding": 1, "ceil_mode": True},
        {"kernel": 2, "stride": 1, "padding": "same", "dilation": 2},
        {"kernel": 2, "stride": 3, "padding": [[0, 1], [1, 1]], "ceil_mode": True},
    ],
    "avg_pool": [
        {"kernel": 2, "ceil_mode": True}, {"kernel": 3, "stride": 3, "padding": "same"},
        {"kernel": 2, "stride": 1, "dilation": 3},
    ],
    "lp_pool": [{"kernel": 2, "padding": 1}, {"kernel": 3, "stride": 2, "dilation": 2}],
    "conv_transpose": [
        {"kernel": 3, "stride": 2, "padding": "same", "filters": 4},
        {"kernel": 3, "stride": 2, "padding": 1, "output_padding": 1, "filters": 4, "groups": 2},
        {"kernel": 2, "stride": 3, "padding": [[0, 1], [1, 0]], "filters": 4, "bias": False},
        {"kernel": 2, "stride": 2, "dilation": 2, "filters": 4},
        {"kernel": 3, "padding": 1, "filters": 4, "mask": [[1, 1, 1], [1, 0, 0], [0, 0, 0]]},
    ],
    "custom": [{"kernel": 3, "padding": 1, "filters": 4}, {"global": True}, {"unknown": "Einsum", "filters": 4},
               {"kernel": 3, "filters": 4, "params": 7}, {"kernel": 3, "filters": 4, "macs": 0}],
    "lstm": [{"units": 4}], "gru": [{"units": 4}], "rnn": [{"units": 4}],
    "linear": [{"units": 5}, {"units": 5, "bias": False}],
}  # fmt: skip
"""Layer type -> parameters with which it is tried."""

CASES = {
    f"{type}-{number}": {"type": type, **given} for type, rows in SINGLE.items() for number, given in enumerate(rows)
}

CONV: dict[str, Any] = {"type": "conv", "kernel": 3, "padding": 1, "filters": 4}


def described(layer: dict[str, Any]) -> rfcli.Architecture:
    """A network in which a layer, called `it`, stands between two convolutions."""
    layers: list[dict[str, Any]] = [
        {**CONV, "name": "before", "filters": 8},
        {**CONV, "name": "inner", "padding": 0},
        {**CONV, "name": "outer", "inputs": ["before"]},
    ]
    if layer["type"] == "linear":
        layers.append({"name": "flat", "type": "flatten"})
    layers.append({**layer, "name": "it"})
    layers.append({**CONV, "name": "after", "kernel": 1, "padding": 0})
    document = {"format": 1, "name": "net", "input": {"size": [12, 14], "channels": 3}, "layers": layers,
                "outputs": ["after", "inner"]}  # fmt: skip
    return rfcli.loads(json.dumps(document), "net.json")


def network(layers: list[dict[str, Any]], **given: Any) -> rfcli.Architecture:
    """A network of an input of 16 x 16 samples and 3 channels, unless told otherwise."""
    inputs = {} if "inputs" in given or "input" in given else {"input": {"size": [16, 16], "channels": 3}}
    document = {"format": 1, **inputs, "layers": layers, **given}
    return rfcli.loads(json.dumps(document), "net.json")


def refusals(network: rfcli.Architecture, to: str) -> list[str]:
    """Why a target cannot say a network; empty where it can."""
    try:
        rfcli.exported(network, to)
    except rfcli.DescriptionError as error:
        assert {one.code for one in error.diagnostics} == {"RF601"}
        return [one.message for one in error.diagnostics]
    return []
