"""RF515: which merges of one input are told."""

from __future__ import annotations

import pytest

import rfcli

HEAD = "format: 1\ninput: {size: 16, channels: 4}\ndefaults: {conv: {kernel: 3, padding: 1, filters: 4}}\n"


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        ("{name: z, type: add, inputs: [input]}", ["add 'z' takes 'input' alone"]),
        ("{name: z, type: concat, inputs: [a]}", ["concat 'z' takes 'a' alone"]),
        ("{name: s, type: sequence, layers: [{name: z, type: max, inputs: [a]}]}", ["max 's/z' takes 'a' alone"]),
        ("{name: z, type: multiply, inputs: [a, input]}", []),
        ("{name: z, type: add, inputs: ['a*']}", []),
        ("{name: z, type: add, inputs: ['$(\"a\")']}", []),
        ("{name: z, type: conv, inputs: [a]}", []),
        ("{name: z, type: residual, layers: []}", []),
    ],
)
def test_merges(layers: str, said: list[str]) -> None:
    network = rfcli.loads(f"{HEAD}layers: [{{name: a, type: conv}}, {layers}]")
    assert [one.message for one in rfcli.check(network, select=["RF515"]).diagnostics] == said


def test_the_layer_before_is_named() -> None:
    """Where it lies in the same scope; as it is called there."""
    up = "{name: up, type: conv}"
    for layers, help in (
        (f"{up}, {{name: z, type: add, inputs: [a]}}", "inputs: [up, a]"),
        (f"{{name: s, type: sequence, layers: [{{name: b, type: conv}}, {up}, {{type: add, inputs: [b]}}]}}",
         "inputs: [up, b]"),
        ("{name: z, type: add, inputs: [a]}", "inputs: [conv2, input]"),
    ):  # fmt: skip
        network = rfcli.loads(f"{HEAD}layers: [{{name: a, type: conv}}, {layers}]")
        (found,) = rfcli.check(network, select=["RF515"]).diagnostics
        assert found.help == f"name all that is merged, the layer before as well: {help}"


def test_a_residual_that_names_its_input_merges_two() -> None:
    for given in ({}, {"repeat": 3}, {"repeat": 3, "chain": True}):
        conv = {"type": "conv", "kernel": 3, "padding": 1, "filters": 8}
        residual = {"type": "residual", "inputs": ["c"], "layers": [conv], **given}
        network = {"format": 1, "input": {"size": 64, "channels": 3}, "layers": [{"name": "c", **conv}, residual]}
        assert not [one for one in rfcli.check(network).diagnostics if one.code == "RF515"]
