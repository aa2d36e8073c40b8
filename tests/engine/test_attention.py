"""Attention without projections of its own, and in windows that divide the map."""

import pytest
from oracle.test_brute import oracle_of

import rfcli
from rfcli.geometry.unknown import Unknown


def report_of(layer, size, channels=24):
    layers = f"[{{name: before, type: conv, kernel: 3, padding: 1, filters: {channels}}}, {{name: it, {layer}}},"
    layers += " {name: behind, type: conv, kernel: 3, padding: 1, filters: 2}]"
    return rfcli.compute(rfcli.loads(f"format: 1\ninput: {{size: {size}, channels: 3}}\nlayers: {layers}\n"))


@pytest.mark.parametrize(
    ("layer", "macs", "channels"),
    [
        ("type: attention, query: 8, value: 8", 96 * 96 * (8 + 8), 8),
        ("type: attention, query: 4, value: 16, heads: 2", 96 * 96 * (4 + 16), 16),
        ("type: window_attention, window: [4, 2], query: 8, value: 8", 96 * 8 * (8 + 8), 8),
        ("type: window_attention, windows: [4, 1], query: 8, value: 8", 96 * 24 * (8 + 8), 8),
        ("type: attention, query: 8, value: 8, macs: 5, params: 7", 5, 8),
    ],
)
def test_costs(layer, macs, channels):
    """Each of the 8 x 12 positions meets the keys that it attends to, and then their values."""
    it = report_of(layer, [8, 12]).layer("it")
    assert (it.cost.macs, it.channels, it.output_size) == (macs, channels, (8, 12))
    assert it.cost.flops == 2 * macs


@pytest.mark.parametrize(
    ("layer", "part"),
    [
        ("type: attention", "macs"),
        ("type: window_attention, window: 5, query: 8, value: 8", "macs"),
        ("type: window_attention, windows: 5, query: 8, value: 8", "macs"),
        ("type: attention", "params"),
    ],
)
def test_costs_that_are_not_known(layer, part):
    assert isinstance(getattr(report_of(layer, [8, 12]).layer("it").cost, part), Unknown)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 6, 12])
def test_windows_that_divide_the_map(count):
    report = report_of(f"type: window_attention, windows: {count}", "[12]")
    around = {"kernel": 3, "padding": 1, "filters": 2, "type": "conv"}
    oracle = oracle_of({"name": "before", **around}, {"name": "it", "type": "window_attention", "windows": count},
                       {"name": "behind", **around}, size=12)  # fmt: skip
    for name in ("it", "behind"):
        layer = report.layer(name)
        assert layer.receptive_field.globally is (count == 1)
        if count == 1:
            assert layer.receptive_field.size == (None,)
            continue
        locator = rfcli.located(report, name)
        assert [locator.at((o,)).region[0] for o in range(12)] == [oracle.hull(name, 0, o) for o in range(12)]


def test_windows_without_a_size_or_that_do_not_fit():
    for size, reason in (("[null]", "which is not given"), ("[13]", "13 samples are not cut evenly into 4 windows")):
        report = report_of("type: window_attention, windows: 4", size)
        assert [reason in report.layer(name).receptive_field.size[0].reason for name in ("it", "behind")] == [True] * 2
        assert report.layer("before").receptive_field.size == (3,)


@pytest.mark.parametrize("grid", [1, 2, 3, 4, 6, 12])
def test_grids(grid):
    """MaxViT's second attention: of 12 samples, those that lie 12/grid apart attend to one another."""
    report = report_of(f"type: window_attention, grid: {grid}, query: 8, value: 8", "[12]")
    around = {"kernel": 3, "padding": 1, "filters": 2, "type": "conv"}
    oracle = oracle_of({"name": "before", **around}, {"name": "it", "type": "window_attention", "grid": grid},
                       {"name": "behind", **around}, size=12)  # fmt: skip
    for name in ("it", "behind"):
        locator = rfcli.located(report, name)
        assert [locator.at((o,)).region[0] for o in range(12)] == [oracle.hull(name, 0, o) for o in range(12)]
    it = report.layer("it")
    assert (it.receptive_field.globally, it.receptive_field.size, it.cost.macs) == (
        False, (12 - 12 // grid + 1 + 2,), 12 * grid * 16,
    )  # fmt: skip


def test_a_grid_that_does_not_fit():
    report = report_of("type: window_attention, grid: 4", "[13]")
    assert "13 samples are not cut evenly into a grid of 4" in report.layer("it").receptive_field.size[0].reason


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ("type: window_attention", "window_attention takes one of window, windows and grid, here are none"),
        ("type: window_attention, window: 3, windows: 3", "here are window and windows"),
        ("type: window_attention, windows: 3, shift: 1", "windows that divide the map have no shift"),
        ("type: window_attention, windows: 3, grid: 3", "here are windows and grid"),
        ("type: window_attention, grid: 4, shift: [1, 0]", "a grid has no shift"),
        ("type: attention, query: 3", "query and value go together"),
        ("type: window_attention, window: 3, value: 3", "query and value go together"),
    ],
)
def test_contradictions(layer, message):
    with pytest.raises(rfcli.DescriptionError, match=message):
        report_of(layer, [8, 12])
