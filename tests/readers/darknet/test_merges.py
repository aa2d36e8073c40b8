"""Routes, shortcuts and products: a row for each section and option, and Darknet's own loops."""

import pytest

from readers.darknet.cfg_files import CONV, holds
from readers.darknet.loops import compare

ROWS = {
    # section and options, behind a map of 4 channels: size, channels, parameters, the layers' types
    "route layers=-1": (8, 4, 0, "identity"),
    "route layers=0,-1": (8, 8, 0, "concat"),
    "route layers=-1 groups=2 group_id=1": (8, 2, 0, "channel_slice"),
    "route layers=-1,0 groups=4": (8, 2, 0, "channel_slice channel_slice concat"),
    "shortcut from=-1": (8, 4, 0, "add"),
    "shortcut from=-1 activation=leaky": (8, 4, 0, "add leaky_relu"),
    "shortcut from=0 weights_type=none": (8, 4, 0, "add"),
    "shortcut from=0 weights_type=per_feature": (8, 4, 1 + 1, "custom custom add"),
    "shortcut from=0 weights_type=per_layer": (8, 4, 1 + 1, "custom custom add"),
    "shortcut from=0 weights_type=per_channel": (8, 4, 4 + 4, "channel_scale channel_scale add"),
    "scale_channels from=-1": (8, 4, 0, "multiply"),
    "sam from=0 activation=logistic": (8, 4, 0, "multiply sigmoid"),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_section(row):
    holds(row, *ROWS[row])


NETWORKS = {
    "route": [(CONV, {"filters": 2}), (CONV, {"size": 3, "pad": 1}), ("route", {"layers": [0, -1]}), ("route", {"layers": [-3]})],
    "groups of a route": [
        (CONV, {"filters": 4, "size": 3, "pad": 1}), ("route", {"layers": [-1], "groups": 2, "group_id": 1}),
        ("route", {"layers": [0, 1], "groups": 2}),
    ],
    "shortcut": [(CONV, {"size": 3, "pad": 1}), (CONV, {"size": 3, "pad": 1}), ("shortcut", {"from": [-2], "activation": "leaky"})],
    "shortcut of fewer channels": [(CONV, {"size": 3, "pad": 1}), (CONV, {"size": 3, "pad": 1, "filters": 3}), ("shortcut", {"from": [-2]})],
    "shortcut of more channels": [(CONV, {"size": 3, "pad": 1, "filters": 3}), (CONV, {"size": 3, "pad": 1}), ("shortcut", {"from": [-2]})],
    "strided shortcut": [
        (CONV, {"size": 3, "pad": 1}), (CONV, {"size": 3, "pad": 1, "stride": 2, "filters": 4}),
        ("shortcut", {"from": [-2]}),
    ],
    "strided shortcut, cut": [(CONV, {}), ("maxpool", {"size": 3, "stride": 2, "padding": 0}), ("shortcut", {"from": [0]})],
    "shortcuts": [(CONV, {"size": 3, "pad": 1}), (CONV, {"size": 3, "pad": 1}), (CONV, {}), ("shortcut", {"from": [0, -2]})],
    "weighted shortcut": [(CONV, {"size": 3, "pad": 1}), (CONV, {}), ("shortcut", {"from": [-2], "weights_type": "per_channel"})],
    "spatial pyramid": [("maxpool", {"size": 5}), ("route", {"layers": [-1, 0]}), ("maxpool", {"size": 9})],
}  # fmt: skip


@pytest.mark.parametrize("sections", NETWORKS.values(), ids=NETWORKS)
@pytest.mark.parametrize("size", [(8, 8), (10, 12), (12, 10)], ids=str)
def test_darknets_loops(sections, size):
    compare(size, 2, sections)


ODD = ["strided shortcut"]


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("size", [(9, 11), (7, 13), (11, 9)], ids=str)
def test_darknets_loops_on_odd_maps(name, size):
    compare(size, 2, NETWORKS[name])
