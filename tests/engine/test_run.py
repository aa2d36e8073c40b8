"""Reports: every layer with respect to an origin, or to each of several inputs."""

from __future__ import annotations

import json

import pytest

import rfcli
from engine import conv, report
from rfcli.description.nodes import Problems
from rfcli.engine.run import run, strides_clash
from rfcli.graph.compile import compiled

TWO = {
    "format": 1,
    "inputs": {"image": {"size": [8], "channels": 1}, "hint": {"size": [8], "channels": 1}},
    "layers": [
        {"type": "conv", "name": "a", "kernel": 3, "padding": 1, "filters": 1, "inputs": ["image"]},
        {"type": "add", "name": "sum", "inputs": ["a", "hint"]},
    ],
}


def test_a_field_for_each_of_several_inputs() -> None:
    net = rfcli.compute(rfcli.loads(json.dumps(TWO), "net.json"))
    fields = net.layer("sum").receptive_fields
    assert fields is not None
    assert [fields["image"].size, fields["hint"].size] == [(3,), (1,)]
    assert net.layer("a").receptive_fields["hint"] is None
    assert net.layer("sum").receptive_field == fields["image"]


def test_one_input_has_one_field() -> None:
    net = report(conv(), size=[8])
    assert net.layers[0].receptive_fields is None
    assert net.origin == "input"


def test_what_is_unknown_of_a_layer_is_told_with_its_field() -> None:
    net = report({"type": "conv", "kernel": 3}, size=[8])
    assert "channels: conv states no filters" in net.layers[0].receptive_field.notes
    assert report(conv()).layers[0].receptive_field.notes[0] == "the input size is not given"


@pytest.mark.parametrize(
    ("mode", "padding", "said"),
    [
        ("circular", 8, False),
        ("circular", 9, True),
        ("reflect", 7, False),
        ("reflect", 8, True),
        ("replicate", 9, False),
    ],
)
def test_padding_by_more_than_the_map_has_is_told(mode: str, padding: int, said: bool) -> None:
    field = report(conv(padding=padding, padding_mode=mode, filters=1), size=[8]).layers[0].receptive_field
    notes = [
        note for note in field.notes if note.startswith(f"padding_mode {mode} by {padding} samples on a map of 8: ")
    ]
    assert bool(notes) is said


@pytest.mark.parametrize(
    ("more", "stride", "dilation", "said"), [(1, 2, 1, False), (2, 2, 1, True), (2, 1, 3, False), (3, 1, 3, True)]
)
def test_more_behind_a_transposed_convolution_than_torch_adds_is_told(
    more: int, stride: int, dilation: int, said: bool
) -> None:
    layer = {"type": "conv_transpose", "name": "up", "kernel": 4, "filters": 1, "stride": stride, "dilation": dilation}
    field = report({**layer, "output_padding": more}, size=[8]).layers[0].receptive_field
    told = f"output_padding {more} is not below stride {stride} or dilation {dilation}: torch and others refuse it"
    assert (f"{told}; a pad layer behind adds as many" in field.notes) is said


@pytest.mark.parametrize("training", [False, True])
def test_training_sees_more(training: bool) -> None:
    graph = compiled(rfcli.loads('{"format": 1, "layers": [{"type": "batch_norm"}]}', "net.json"), Problems())
    assert graph is not None
    found = run(graph, 0, training, Problems())
    assert found is not None
    assert found.layers[0].receptive_field.globally is training


def test_known_sizes_have_no_clashes() -> None:
    graph = report(conv(), size=[8]).graph
    problems = Problems()
    strides_clash(graph, problems)
    assert not problems
