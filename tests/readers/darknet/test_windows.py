"""Convolutions, pools and weights of each position: a row for each section and option, and Darknet's own loops."""

import pytest

from readers.darknet.cfg_files import CONV, LINEAR, UNKNOWN, conv, holds, number_of, report_of, text
from readers.darknet.loops import compare

ROWS = {
    # section and options, behind a map of 4 channels: size, channels, parameters, the layers' types
    "convolutional": (8, 1, 4 + 1, "conv sigmoid"),
    "conv filters=6 size=3 pad=1 activation=leaky": (8, 6, 4 * 9 * 6 + 6, "conv leaky_relu"),
    "conv size=3 padding=2 activation=linear": (10, 1, 4 * 9 + 1, "conv"),
    "conv size=3 padding=2 pad=1 activation=linear": (8, 1, 4 * 9 + 1, "conv"),
    "conv size=3 pad=1 stride=2 activation=linear": (4, 1, 4 * 9 + 1, "conv"),
    "conv size=3 pad=1 stride_x=2 activation=linear": ((8, 4), 1, 4 * 9 + 1, "conv"),
    "conv size=3 pad=1 stride=2 stride_y=1 activation=linear": ((8, 4), 1, 4 * 9 + 1, "conv"),
    "conv filters=2 groups=2 activation=linear": (8, 2, 2 * 2 + 2, "conv"),
    "conv size=3 pad=1 dilation=2 activation=linear": (8, 1, 4 * 9 + 1, "conv"),
    "conv filters=2 batch_normalize=1 activation=mish": (8, 2, 4 * 2 + 2 * 2, "conv batch_norm mish"),
    "conv filters=2 cbn=1 activation=linear": (8, 2, 4 * 2 + 2 * 2, "conv batch_norm"),
    "conv filters=2 stride=2 antialiasing=1": (4, 2, 4 * 2 + 2, "conv sigmoid custom"),
    "conv filters=2 stride=3 antialiasing=2": (3, 2, 4 * 2 + 2, "conv sigmoid custom"),
    "conv filters=2 share_index=0": (8, 2, 0, "custom sigmoid"),
    "conv filters=2 share_index=0 batch_normalize=1": (8, 2, 0, "custom batch_norm sigmoid"),
    **{f"conv size=3 pad=1 {key}=1": (8, 1, UNKNOWN, "custom sigmoid") for key in ("sway", "rotate", "stretch", "stretch_sway")},
    "deconvolutional filters=3 size=2 stride=2": (16, 3, 4 * 3 * 4 + 3, "conv_transpose sigmoid"),
    "deconv size=4 stride=2 padding=1 activation=linear": (16, 1, 4 * 16 + 1, "conv_transpose"),
    "deconv size=3 pad=1 batch_normalize=1 activation=linear": (8, 1, 4 * 9 + 2, "conv_transpose batch_norm"),
    "deconv filters=2 cbn=1 activation=relu": (8, 2, 4 * 2 + 4, "conv_transpose batch_norm relu"),
    "local filters=2 size=3 pad=1 activation=linear": (8, 2, (4 * 9 + 1) * 2 * 64, "custom"),
    "local size=2 stride=2": (4, 1, (4 * 4 + 1) * 16, "custom sigmoid"),
    "maxpool stride=2": (4, 4, 0, "max_pool"),
    "maxpool size=3 stride=1": (8, 4, 0, "max_pool"),
    "max size=3 stride=2 padding=0": (3, 4, 0, "max_pool"),
    "max size=2 stride_x=2 stride_y=1": ((8, 4), 4, 0, "max_pool"),
    "max size=2 stride=2 antialiasing=1": (4, 4, 0, "max_pool custom"),
    "maxpool maxpool_depth=1 out_channels=2": (8, 2, 0, "custom"),
    "local_avgpool stride=2": (4, 4, 0, "avg_pool"),
    "local_avg size=3 stride_x=1 stride_y=2 padding=0": ((3, 6), 4, 0, "avg_pool"),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_section(row):
    holds(row, *ROWS[row])


NETWORKS = {
    "strides of two kinds": [(CONV, {"size": 3, "pad": 1, "stride_x": 2, "stride_y": 1, "filters": 4})],
    "even kernel, pad=1": [(CONV, {"size": 2, "pad": 1, "filters": 4}), (CONV, {"size": 4, "pad": 1, "stride": 2})],
    "padding": [(CONV, {"size": 3, "padding": 2}), (CONV, {"size": 5, "padding": 1, "pad": 0})],
    "pad wins over padding": [(CONV, {"size": 5, "padding": 1, "pad": 1})],
    "dilation": [(CONV, {"size": 3, "pad": 1, "dilation": 2}), (CONV, {"size": 1, "dilation": 3})],
    "groups": [(CONV, {"filters": 4}), (CONV, {"size": 3, "pad": 1, "groups": 2, "filters": 8})],
    "blur in a convolution": [(CONV, {"size": 3, "pad": 1, "stride": 2, "antialiasing": 1, "filters": 3})],
    "blur of two samples": [("maxpool", {"size": 2, "stride": 2, "antialiasing": 2})],
    "pools of two": [("maxpool", {"size": 2, "stride": 2}), ("maxpool", {"size": 2, "stride": 1})],
    "pool of three": [("maxpool", {"size": 3, "stride": 2}), ("maxpool", {"stride": 2})],
    "pool of four": [("maxpool", {"size": 4, "stride": 3})],
    "pool with padding": [("maxpool", {"size": 3, "stride": 2, "padding": 0}), ("maxpool", {"size": 3, "padding": 1})],
    "pool over channels": [("maxpool", {"maxpool_depth": 1, "out_channels": 1, "size": 3}), (CONV, {"size": 3})],
    "average": [("local_avgpool", {"size": 3, "stride": 2}), ("local_avgpool", {"stride": 2})],
    "deconvolution": [("maxpool", {"stride": 2}), ("deconvolutional", {"size": 4, "stride": 2, "padding": 1, "filters": 2})],
    "deconvolution, pad": [("deconvolutional", {"size": 3, "stride": 3, "pad": 1}), (CONV, {"size": 3})],
    "local": [("local", {"size": 3, "pad": 1, "filters": 2}), ("local", {"size": 2, "stride": 2})],
}  # fmt: skip


@pytest.mark.parametrize("sections", NETWORKS.values(), ids=NETWORKS)
@pytest.mark.parametrize("size", [(8, 8), (10, 12), (12, 10)], ids=str)
def test_darknets_loops(sections, size):
    compare(size, 2, sections)


ODD = [
    "even kernel, pad=1",
    "dilation",
    "blur in a convolution",
    "pools of two",
    "pool of three",
    "pool of four",
    "average",
    "local",
]


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("size", [(9, 11), (7, 13), (11, 9)], ids=str)
def test_darknets_loops_on_odd_maps(name, size):
    compare(size, 2, NETWORKS[name])


COSTS = {
    "local": ([("local", {"size": 3, "pad": 1, "filters": 2})], (3 * 9 + 1) * 2 * 64, 3 * 9 * 2 * 64),
    "shared weights": ([conv(3, 1), conv(3, 1, share_index=-1)], 3 * 3 + 6, 2 * 9 * 64),
    "fixed blur": ([("maxpool", {"stride": 2, "antialiasing": 1})], 0, 3 * 9 * 16),
    "weights per channel": ([conv(3, 1), ("shortcut", {"from": [-1], "weights_type": "per_channel"})], 15 + 6, 9 * 64),
    "weights per layer": ([conv(3, 1), ("shortcut", {"from": [-1], "weights_type": "per_feature"})], 15 + 2, (9 + 6) * 64),
    "deconvolution": ([("deconvolutional", {"size": 2, "stride": 2, "filters": 5})], 3 * 5 * 4 + 5, 3 * 5 * 4 * 64),
    "rearranging": ([("route", {"layers": [-1]}), ("reorg3d", {"stride": 2}), ("upsample", {})], 0, 0),
}  # fmt: skip


@pytest.mark.parametrize(("sections", "params", "macs"), COSTS.values(), ids=COSTS)
def test_costs(sections, params, macs):
    sections = sections if sections[0][0] != "route" else [conv(3, 1, **LINEAR), *sections]
    report = report_of(text((8, 8), 3, sections))
    first = 3 * 3 + 3 if sections[0] == conv(3, 1, **LINEAR) else 0
    assert report.total.params == params + first
    assert report.total.macs == macs + (9 * 64 if first else 0)


def test_parameters_are_what_is_trained():
    """Weights, and a bias, or a scale and a bias, per filter; weight files hold two more numbers for each of those."""
    report = report_of(
        text((8, 8), 3, [conv(4, 3), conv(5, 1, **LINEAR), ("connected", {"output": 7, "batch_normalize": 1})])
    )
    counts = [sum(one.cost.params for one in report.layers if number_of(one.name) == number) for number in range(3)]
    assert counts == [3 * 9 * 4 + 2 * 4, 4 * 5 + 5, 5 * 64 * 7 + 2 * 7]
