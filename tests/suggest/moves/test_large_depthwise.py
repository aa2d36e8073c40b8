"""Large depthwise kernels."""

import json

from suggest import CHAIN, changed, knobs, turned

import rfcli


def test_added() -> None:
    made = turned("large_depthwise", 0, 3)
    assert made is not None and made[0] == "a depthwise convolution of kernel 9 with a skip after 'a'"
    assert changed(CHAIN, made[1]) == ["- {type: residual, layers: [{type: depthwise_conv, kernel: 9, padding: same}]}"]


def test_of_its_own() -> None:
    text = "format: 1\nlayers:\n  - {type: depthwise_conv, kernel: 7, padding: 3}\n"
    assert len(knobs("large_depthwise", text)) == 1
    made = turned("large_depthwise", 0, 2, text)
    assert made is not None
    assert changed(text, made[1]) == ["- {type: depthwise_conv, kernel: 11, padding: 5}"]


def test_in_json() -> None:
    text = json.dumps({"format": 1, "input": {"channels": 2}, "layers": [{"type": "conv", "kernel": 3, "filters": 2}]})
    network = rfcli.suggestions(rfcli.loads(text, "n.json"), at_least=6, moves=["large_depthwise"])
    assert json.loads(network.suggestions[0].text)["layers"][1]["type"] == "residual"
