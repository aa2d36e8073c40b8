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
        assert derivation.field.size == field.size[axis]
        if field.aligned is True:
            assert derivation.path_field == derivation.field


@given(chains())
@thorough(40)
def test_the_path_of_a_chain_is_all_there_is(document):
    report = described(document)
    for layer in report.layers:
        field = layer.receptive_field
        if None in field.size or any(not isinstance(size, int) for size in field.size):
            continue
        for derivation in rfcli.explained(report, layer.name):
            follows_the_recurrences(derivation)
            assert derivation.path_field == derivation.field


@given(graphs())
@thorough(40)
def test_no_path_is_larger_than_the_union(document):
    report = described(document)
    layer = report.layers[-1]
    try:
        found = rfcli.explained(report, layer.name)
    except rfcli.CallError:
        return
    for derivation in found:
        follows_the_recurrences(derivation)
        assert (derivation.path_field.size or 0) <= (derivation.field.size or 0)


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
