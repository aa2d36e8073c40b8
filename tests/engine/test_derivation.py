"""Derivations: the numbers of each step follow the recurrences, and end in the layer's own field."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import given
from oracle.against import thorough
from oracle.networks import chains, graphs

import rfcli
from rfcli import resources
from rfcli.api.answers import main_layer
from rfcli.engine.derivation import Derivation


def described(document, **how):
    return rfcli.compute(rfcli.loads(json.dumps(document), name="net.json"), **how)


def follows_the_recurrences(axis: Derivation) -> None:
    size, stride, padding = 1, 1, 0
    for step in axis.steps:
        if len(step.field.phases) > 1 or step.field.size is None:
            return
        assert step.adds == (step.extent - 1) * stride
        size, padding = size + step.adds, padding + step.padding * stride
        stride *= step.stride
        assert (step.field.size, step.field.stride, -step.field.phases[0][0]) == (size, stride, padding)


@pytest.mark.parametrize("name", resources.architectures())
def test_bundled_networks(name):
    report = rfcli.compute(name)
    layer = main_layer(report)
    field = report.layer(layer).receptive_field
    for axis, derivation in enumerate(rfcli.explained(report, layer)):
        follows_the_recurrences(derivation)
        assert derivation.numbers.size == field.size[axis]
        if field.aligned is True:
            assert derivation.alone


@given(chains())
@thorough(40)
def test_the_path_of_a_chain_is_all_there_is(document):
    report = described(document)
    for layer in report.layers:
        field = layer.receptive_field
        if field is None or None in field.size or any(not isinstance(size, int) for size in field.size):
            continue
        for derivation in rfcli.explained(report, layer.name):
            follows_the_recurrences(derivation)
            assert derivation.alone


def says_what_others_say(report, layer):
    """The numbers are those of the report, and the path is the largest of all paths."""
    try:
        found, paths = rfcli.explained(report, layer.name), rfcli.paths(report, layer.name)
    except rfcli.CallError:
        return
    field = layer.receptive_field
    for axis, derivation in enumerate(found):
        follows_the_recurrences(derivation)
        numbers = derivation.numbers
        assert (numbers.size, numbers.lookback) == (field.size[axis], field.lookback[axis])
        assert derivation.surely
        assert (derivation.path_field.size or 0) == max(paths[axis])


@given(graphs())
@thorough(40)
def test_the_path_is_the_largest(document):
    report = described(document)
    says_what_others_say(report, report.layers[-1])


PARTS = [
    {"type": "max_pool", "kernel": 2, "stride": 1, "padding": "same_lower"},
    {"type": "lp_pool", "kernel": 3, "stride": 2, "padding": "same_lower"},
]
HALVES = [{"type": "window_attention", "window": 3, "shift": 1}, {"type": "subsample", "stride": 2}]
LARGEST = {
    "a path of the smaller map, whose windows meet behind it": [
        {"type": "residual", "layers": PARTS, "shortcut": HALVES},
        {"type": "conv", "kernel": 3, "padding": 1},
    ],
    "a path alone beside two that see more together": [
        {"name": "u", "type": "branches", "merge": "add", "branches": [
            [{"type": "pad", "padding": [[9, -9], 0]}], [{"type": "pad", "padding": [[-9, 9], 0]}]]},
        {"name": "v", "type": "conv", "kernel": [7, 1], "padding": [3, 0], "inputs": ["input"]},
        {"type": "add", "inputs": ["u", "v"]},
    ],
    "paths that lead nowhere along the other axis": [
        {"type": "conv_transpose", "kernel": [5, 1], "stride": [1, 2], "padding": [2, 0], "filters": 2},
        {"type": "residual", "layers": [{"type": "pad", "padding": [[3, -3], [1, -1]]}]},
    ],
}  # fmt: skip


@pytest.mark.parametrize("case", LARGEST)
def test_which_path_is_the_largest(case):
    layers = LARGEST[case]
    size = [17] if layers[0].get("layers") == PARTS else [30, 12]
    report = described({"format": 1, "input": {"size": size, "channels": 2}, "layers": layers})
    says_what_others_say(report, report.layers[-1])
    assert not rfcli.explained(report, report.layers[-1].name)[0].alone


@pytest.mark.parametrize("times", [1, 2])
def test_a_path_is_called_the_largest_where_that_is_known(times, tmp_path):
    """Windows of 2 to 7 samples beside the map itself: 16 or 256 paths, of as many fields."""
    units = [
        {"type": "residual", "layers": [{"type": "window_attention", "window": window}],
         "shortcut": [{"type": "pad", "padding": [[window, -window]]}]} for window in (2, 3, 5, 7)
    ]  # fmt: skip
    net = tmp_path / "net.json"
    net.write_text(json.dumps({"format": 1, "input": {"size": [300], "channels": 2}, "layers": units * times}))
    (found,) = rfcli.explained(str(net))
    assert found.surely is (times == 1)
    assert ("this is the path of the largest size" in rf(str(net)).stdout) is found.surely


def rf(*words):
    line = [sys.executable, "-m", "rfcli", "explain", *words]
    return subprocess.run(line, capture_output=True, text=True, timeout=600)


def test_the_table_is_what_one_would_write_by_hand():
    said = rf("alexnet_v2", "--layer", "conv2").stdout
    assert "1 + 10 x 1 + 2 x 4 + 4 x 8 = 51\n" in said
    assert "stride S = product of s = 4 x 2 = 8\n" in said
    assert "padding P = sum of p x stride before = 2 x 8 = 16\n" in said
    assert max(map(len, said.splitlines())) <= 90


def test_json_of_the_command():
    found = json.loads(rf("alexnet_v2", "--layer", "pool1", "-f", "json").stdout)
    assert (found["network"], found["layer"]) == ("alexnet_v2", "pool1")
    axis = found["axes"][0]
    assert (axis["axis"], axis["size"], axis["stride"], axis["padding"]) == ("h", 19, 8, 0)
    assert [(step["layer"], step["adds"]) for step in axis["steps"]] == [("conv1", 10), ("pool1", 8)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["resnet50", "--layer", "fc"], "only a global path leads to it"),
        (["resnet_v1_50", "--input-size", "none"], "depends on the input size"),
        (["resnet50", "--layer", "nowhere"], "there is no layer 'nowhere'"),
        (["resnet50", "--layer", "layer1", "--from", "layer2"], "does not reach it"),
    ],
)
def test_what_cannot_be_derived_says_why(words, said):
    done = rf(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
