"""Layers whose names count are followed by where they stand: each suggestion's numbers are those of that layer in what it
writes."""

from __future__ import annotations

import pytest

import rfcli

UNNAMED = """\
format: 1
input: {size: 64, channels: 8}
layers:
  - {type: residual, layers: [{type: conv, kernel: 3, padding: 1, filters: 8}]}
  - {type: residual, layers: [{type: conv, kernel: 3, padding: 1, filters: 8}]}
  - {type: conv, kernel: 1, filters: 4}
"""


def line_of(report: rfcli.Report, text: str, name: str) -> str:
    entry = next(one for one in rfcli.loads(text).entries if one.name == name)
    return text.splitlines()[entry.node.span.line - 1]


@pytest.mark.parametrize("layer", ["add", "add_2", "conv_3"])
@pytest.mark.parametrize("at_least", [9, 21])
def test_the_layer_stays_where_it_stood(layer: str, at_least: int) -> None:
    network = rfcli.loads(UNNAMED)
    found = rfcli.suggestions(network, at_least=at_least, layer=layer)
    assert found.suggestions
    stood = line_of(rfcli.compute(network), UNNAMED, layer)
    for one in found.suggestions:
        report = rfcli.compute(rfcli.loads(one.text))
        assert report.layer(one.layer).receptive_field.size == one.size
        # the line of the layer is one that the text had, or what a change made of it
        now = line_of(report, one.text, one.layer)
        assert now == stood or (f"-{stood}" in one.diff.splitlines() and f"+{now}" in one.diff.splitlines())


def test_a_layer_put_before_it_is_not_taken_for_it() -> None:
    network = rfcli.loads(UNNAMED)
    found = rfcli.suggestions(network, at_least=25, layer="add_2")
    put = [one for one in found.suggestions if "residual, layers: [{type: depthwise_conv" in one.text]
    assert put
    for one in put:
        names = [entry.name for entry in rfcli.loads(one.text).entries if entry.name.startswith("add")]
        assert one.layer == names[-1] != "add_2"
        assert rfcli.compute(rfcli.loads(one.text)).layer(one.layer).receptive_field.size == one.size


def test_copies_that_a_change_makes_are_followed_to_the_last() -> None:
    network = rfcli.loads(UNNAMED)
    found = rfcli.suggestions(network, at_least=25, layer="add_2")
    repeated = next(one for one in found.suggestions if one.text.count("repeat:") == 1)
    adds = [entry.name for entry in rfcli.loads(repeated.text).entries if entry.name.startswith("add")]
    assert repeated.layer == adds[-1] and repeated.size[0] >= 25


def test_what_to_know_of_the_question_is_told() -> None:
    gated = UNNAMED.replace(
        "  - {type: conv, kernel: 1", "  - {type: squeeze_excite, units: 2}\n  - {type: conv, kernel: 1"
    )
    told = rfcli.suggestions(rfcli.loads(gated), at_least=65, layer="conv_3").remarks
    assert told == (
        "conv_3 also sees the whole map through 'squeeze_excite_1' as it is; sizes here are those of its local field",
        "65 is more than the input holds (64x64)",
    )
    assert not rfcli.suggestions(rfcli.loads(UNNAMED), at_least=64, layer="conv_3").remarks
