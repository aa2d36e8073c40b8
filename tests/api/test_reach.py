"""Tiles, sizes and first descriptions, as Python asks for them."""

import pytest

import rfcli
from rfcli.api import reach

NET = "format: 1\ninput: {size: 32, channels: 3}\nlayers: [{name: a, type: conv, kernel: 3, filters: 8}, {name: b, type: max_pool, kernel: 2, stride: 2}]\n"
"""b sees 3 + (2 - 1) * 1 = 4 samples."""


def test_an_image_has_a_size_for_each_axis() -> None:
    network = rfcli.loads(NET, "net.yaml")
    assert [axis.size for axis in rfcli.tiles(network, "b", (16, 16), image=(64, None))] == [64, None]
    for image in ((64,), (0, 64)):
        with pytest.raises(rfcli.CallError, match="image takes a size of at least 1 for each axis, 2 here"):
            rfcli.tiles(network, "b", image=image)


def test_an_image_that_does_not_fit_is_cut_at_an_unknown_size() -> None:
    strict = NET.replace("stride: 2", "stride: 2, ceil_mode: false").replace("32", "[32, 32]")
    report, size = reach.at_image(rfcli.loads(strict, "net.yaml"), (2, 64))
    assert size == (2, 64)
    assert report.graph.architecture.inputs[0].size == (None, None)
    report, size = reach.at_image(rfcli.loads(strict, "net.yaml"), (48, 64))
    assert report.graph.architecture.inputs[0].size == size == (48, 64)


def test_fixed_goes_with_a_length() -> None:
    with pytest.raises(rfcli.CallError, match="fixed goes with longest"):
        rfcli.tiles(rfcli.loads(NET, "net.yaml"), "b", fixed=True)


def test_no_size_at_which_all_merges_are_on_centre() -> None:
    """A pool of 2 beside one of 1 that is cut to it: their centres are half a sample apart at every size."""
    apart = "format: 1\nlayers: [{name: p, type: max_pool, kernel: 2, stride: 1}, {name: c, type: crop, like: p, inputs: [input]}, {type: add, inputs: [p, c]}]\n"
    with pytest.raises(rfcli.CallError, match="there is no input size at which all merges are on centre along h and w"):
        rfcli.sizes(rfcli.loads(apart, "net.yaml"), aligned=True)


def test_first_descriptions() -> None:
    assert rfcli.compute(rfcli.loads(rfcli.from_nothing("tcn", 100), "tcn.yaml")).layers
    with pytest.raises(rfcli.CallError, match="kind must be one of chain, tcn, patchgan, unet"):
        rfcli.from_nothing("tree", 100)
