"""Layers that work at each position by itself."""

from __future__ import annotations

from math import prod

from rfcli.readers.caffe.calls import Call, dimension, layer_type
from rfcli.readers.caffe.windows import rank_of, slid
from rfcli.readers.tracing.maps import Layout, Map

SAME = {
    "Dropout": "dropout", "Sigmoid": "sigmoid", "TanH": "tanh", "ELU": "elu", "ReLU6": "relu6", "Swish": "silu",
    "Mish": "mish", "HSwish": "hard_swish", "AbsVal": "identity", "Power": "identity", "Exp": "identity",
    "Log": "identity", "BNLL": "softplus", "Threshold": "identity", "Clip": "hard_tanh", "Quantize": "identity",
}  # fmt: skip
"""Type -> ours, or one that is as local."""


@layer_type(*SAME)
def same(call: Call, x: Map) -> Map:
    return call.tracer.passed(call.name, x, type=SAME[call.kind])


@layer_type("ReLU")
def relu(call: Call, x: Map) -> Map:
    slope = call.settings("relu_param").word("negative_slope", "0")
    return call.tracer.passed(call.name, x, type="relu" if slope.strip("0.") == "" else "leaky_relu")


@layer_type("PReLU")
def prelu(call: Call, x: Map) -> Map:
    each = not call.settings("prelu_param").flag("channel_shared", False)
    return call.tracer.passed(call.name, x, type="prelu", per_channel=each, **call.weights)


@layer_type("BatchNorm", "BN")
def batch_norm(call: Call, x: Map) -> Map:
    """Statistics alone, which are no parameters; a `Scale` follows. `BN` of other branches has its own factors."""
    own = call.kind == "BN"
    return call.tracer.passed(call.name, x, type="batch_norm", scale=own, bias=own, **(call.weights if own else {}))


@layer_type("Scale", "Bias")
def scale(call: Call, x: Map) -> Map:
    """A factor, a term, or both, for each entry of the dimensions from `axis` on; of two bottoms the second has them,
    and they are merged."""
    stated = call.settings("scale_param" if call.kind == "Scale" else "bias_param")
    first, many = dimension(x, stated.integer("axis", 1, -9)), stated.integer("num_axes", 1, -1)
    biased = call.kind == "Scale" and stated.flag("bias_term", False)
    if len(call.maps) < 2:
        end = len(x.dims) if many < 0 else first + many
        return call.tracer.scaled(call.name, x, _entries(call, x, first, end) * (2 if biased else 1))
    other = call.maps[1]
    end = first + len(other.dims)
    if end > len(x.dims):
        raise Layout(f"its second bottom has {len(other.dims)} dimensions from dimension {first} of {len(x.dims)} on")
    aligned = other.replaced(dims=(*((),) * first, *other.dims, *((),) * (len(x.dims) - end)))
    word = "multiply" if call.kind == "Scale" else "add"
    made = call.tracer.merged(f"{call.name}/scale" if biased else call.name, word, [x, aligned])
    return call.tracer.scaled(call.name, made, _entries(call, x, first, end)) if biased else made


def _entries(call: Call, x: Map, first: int, end: int) -> int:
    """How many weights a layer has for some dimensions of a blob; none where they were counted before."""
    sizes = x.shape[first:end]
    if call.shared:
        return 0
    if None in sizes:
        raise Layout("it has weights for dimensions of unknown size")
    return prod(n or 1 for n in sizes)


@layer_type("LRN")
def lrn(call: Call, x: Map) -> Map:
    """Over neighbouring channels, or over a window of each."""
    stated = call.settings("lrn_param")
    size = stated.integer("local_size", 5, 1)
    if stated.word("norm_region", "ACROSS_CHANNELS") in ("ACROSS_CHANNELS", "0"):
        return call.tracer.passed(call.name, call.tracer.canonical(call.name, x), type="lrn", size=size)
    rank_of(x)
    pad = (size - 1) // 2
    return slid(call, x, {"kernel": size, "padding": [pad, pad]}, x.channels)


@layer_type("Normalize")
def normalised(call: Call, x: Map) -> Map:
    """The L2 norm of each position's channels, and a factor for each (SSD); across space it sees everything."""
    stated = call.settings("norm_param")
    shared = stated.flag("channel_shared", False)
    if stated.flag("across_spatial", True):
        x = call.tracer.passed(f"{call.name}/norm", x, type="instance_norm", scale=False, bias=False)
    count = 1 if shared else x.channels
    if count is None:
        raise Layout("channels of unknown number are normalised")
    return call.tracer.scaled(call.name, x, 0 if call.shared else count)


@layer_type("MVN")
def instance_norm(call: Call, x: Map) -> Map:
    """Each map, or all channels together, with statistics over all positions."""
    across = call.settings("mvn_param").flag("across_channels", False)
    given = {"type": "group_norm", "groups": 1} if across else {"type": "instance_norm"}
    return call.tracer.passed(call.name, x, scale=False, bias=False, **given)


@layer_type("Softmax", "SoftmaxWithLoss")
def softmax(call: Call, x: Map) -> Map:
    at = dimension(x, call.settings("softmax_param").integer("axis", 1, -9))
    return call.tracer.softmaxed(call.name, x, x.dims[at : at + 1])
