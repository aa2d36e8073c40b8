"""What is asked for a picture."""

import pytest
from plot.pictures import CHAIN, net

import rfcli
from rfcli.plot import asked


def test_layers() -> None:
    report = rfcli.compute(CHAIN)
    assert (asked.main(report, None), asked.main(report, "b")) == ("c", "b")
    with pytest.raises(rfcli.CallError, match="no layer 'nope'"):
        asked.main(report, "nope")


def test_sizes_and_axes() -> None:
    report = rfcli.compute(net([{"type": "conv", "kernel": [3, 1]}], [None, 8]))
    assert asked.input_sizes(report) == (None, 8)
    assert asked.alike(report) == [(0, "h"), (1, "w")]
    assert asked.alike(rfcli.compute(CHAIN)) == [(0, "hw")]
