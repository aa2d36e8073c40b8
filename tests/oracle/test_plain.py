"""Random networks of all layer types held against the plain oracle: the same ones on every run."""

from __future__ import annotations

import json

import pytest

import rfcli
from oracle.against import compiled_network
from oracle.plain import stitched, unsized
from oracle.plain.against import differences
from oracle.plain.drawn import ONE_SIDED, PAIRED, drawn
from oracle.plain.rest import drawn_masked, drawn_rest
from oracle.plain.shuffles import SHUFFLED
from oracle.plain.sided import drawn_sided
from rfcli.graph.following import followed

pytestmark = pytest.mark.random


@pytest.mark.parametrize("seed", range(24))
def test_rf_says_what_the_oracle_says(seed: int) -> None:
    """The plain oracle tells no channels apart: networks whose slices see less than their inputs are held against that
    of `oracle.channels` in tests/graph."""
    network = drawn(seed)
    graph = compiled_network(network)
    if followed(graph) is graph:
        assert differences(network, "train" if seed % 4 == 0 else "eval") == []


@pytest.mark.parametrize("seed", range(16))
def test_layers_that_see_all_on_one_side(seed: int) -> None:
    assert differences(drawn(seed, more=ONE_SIDED), "train" if seed % 4 == 0 else "eval") == []


@pytest.mark.parametrize("seed", range(16))
def test_layers_of_two_maps(seed: int) -> None:
    assert differences(drawn(seed, more=PAIRED)) == []


@pytest.mark.parametrize("seed", range(20, 30))
def test_shuffles_whose_places_come_from_channels_of_their_own(seed: int) -> None:
    assert differences(drawn(seed, more=SHUFFLED), "train" if seed % 4 == 0 else "eval") == []


PLACES = [
    {"name": "a", "type": "conv", "kernel": 1, "padding": "same", "filters": 1, "inputs": ["input"]},
    {"name": "b", "type": "conv", "kernel": 2, "padding": "same", "filters": 2, "inputs": ["input"]},
    {"name": "c", "type": "conv", "kernel": 2, "padding": "same", "filters": 1, "inputs": ["input"]},
    {"name": "four", "type": "concat", "inputs": ["a", "b", "c"]},
    {"type": "depth_to_space", "scale": 2},
]
TWICE = [
    {"name": "a", "type": "conv", "kernel": 3, "filters": 1, "inputs": ["input"]},
    {"name": "b", "type": "concat", "inputs": ["a", "a"]},
    {"name": "c", "type": "pixel_shuffle", "scale": [2, 1]},
]
BEHIND = [
    {"type": "identity"},
    {"type": "layer_norm", "axes": "cumulative"},
    {"type": "attention", "causal": True},
    {"type": "residual", "layers": [{"type": "layer_norm", "axes": "cumulative"}]},
    {"type": "avg_pool", "kernel": [1, 2], "stride": [1, 1]},
    {"type": "conv_transpose", "kernel": [1, 4], "stride": 2, "padding": "same", "filters": 1},
]


@pytest.mark.parametrize("behind", BEHIND, ids=lambda layer: layer["type"])
def test_places_that_lead_nowhere_behind_layers_that_see_more_along_one_axis(behind: dict[str, object]) -> None:
    for places in PLACES, TWICE:
        for last in [], [{"type": "subsample", "stride": 2}]:
            layers = [*places, behind, *last]
            assert differences({"format": 1, "input": {"size": [9, 8], "channels": 1}, "layers": layers}) == []


@pytest.mark.parametrize("seed", range(12))
def test_what_global_layers_read_behind_layers_that_see_all_on_one_side(seed: int) -> None:
    document = drawn_sided(seed)
    assert differences(document, apart=False) == []


@pytest.mark.parametrize("mode", ["reflect", "symmetric", "replicate", "circular"])
def test_padding_of_samples_that_are_all_cropped(mode: str) -> None:
    pad = {"type": "pad", "padding": [[1, -1]], "padding_mode": mode}
    assert differences({"format": 1, "input": {"size": [1], "channels": 1}, "layers": [pad, {"type": "relu"}]}) == []


@pytest.mark.parametrize("seed", range(300, 308))
def test_what_the_format_has_besides(seed: int) -> None:
    """Masks, zeros, slices by numbers, recurrent layers along any axis, grids, three inputs, several outputs."""
    assert differences(drawn_rest(seed), "train" if seed % 4 == 0 else "eval") == []


@pytest.mark.parametrize("seed", range(300, 305))
def test_masks(seed: int) -> None:
    assert differences(drawn_masked(seed)) == []


@pytest.mark.parametrize("seed", [81112, 81253, 209, 81069, 1031, 1152])
def test_layers_that_are_global_along_one_axis_beside_masks_and_what_reads_nothing(seed: int) -> None:
    assert differences(drawn_rest(seed), "train" if seed % 4 == 0 else "eval") == []


SHIFTED = {"type": "pad", "padding": [[2, 0], [2, 0]], "padding_mode": "circular"}
AROUND = [
    (
        [
            {"type": "global_avg_pool"},
            {"type": "conv", "kernel": 1, "filters": 2, "padding": 1, "padding_mode": "circular"},
        ],
        ((0, 6), (0, 4)),
    ),
    ([{"type": "attention"}, {"type": "pad", "padding": 2, "padding_mode": "circular"}], ((0, 6), (0, 4))),
    ([SHIFTED, {"type": "crop", "cropping": [[0, 7], [0, 5]]}, {"type": "global_max_pool"}], ((5, 6), (3, 4))),
]


@pytest.mark.parametrize(("layers", "right"), AROUND)
def test_what_global_layers_see_round_a_border_counts(layers: list[dict[str, object]], right: object) -> None:
    """Autograd's: a gradient stands on all of the map, or on all that is left of it, at every output."""
    document = {"format": 1, "input": {"size": [7, 5], "channels": 2}, "layers": layers}
    assert differences(document) == []
    report = rfcli.compute(rfcli.loads(json.dumps(document), name="net.json"))
    locator = rfcli.located(report, report.outputs[0])
    assert {(a, b) for a in locator.regions(0) for b in locator.regions(1)} == {right}


def test_outputs_that_read_nothing_along_a_global_axis_are_no_readers() -> None:
    """The only output along the first axis has seen all of it, and is moved out of the map."""
    layers = [{"type": "adaptive_avg_pool", "output_size": [1, 5]}, {"type": "pad", "padding": [[1, -1], 0]}]
    document = {"format": 1, "input": {"size": [7, 5], "channels": 2}, "layers": layers}
    report = rfcli.compute(rfcli.loads(json.dumps(document), name="net.json"))
    assert rfcli.located(report, "pad_1").readers((0, 0)) == ((), ())
    assert differences(document) == []


@pytest.mark.parametrize("seed", range(10))
def test_numbers_at_unknown_sizes_hold_at_every_size(seed: int) -> None:
    found = unsized.differences(drawn(seed)) or []
    assert [one for one in found if not one.startswith(("open", "refused"))] == []


def test_tiles_are_what_the_whole_is() -> None:
    """Seventeen of these can be tiled."""
    drafts = [found for seed in range(60) if (found := stitched.enlarged(seed)) is not None]
    made = [found for document, longest in drafts if (found := stitched.differences(document, longest)) is not None]
    assert made == [[]] * len(made)
    assert len(made) > 15
