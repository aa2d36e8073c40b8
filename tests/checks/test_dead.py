"""RF512: layers and inputs that no output depends on."""

import json

import rfcli
from checks import conv, found

NET = (conv(name="a"), conv(name="b", inputs=["a"]), conv(name="c", inputs=["a"]), conv(name="d"))


def test_layers_that_no_output_needs() -> None:
    assert found("RF512", *NET, outputs=["b"]) == ["no output uses 'c'", "no output uses 'd'"]
    assert found("RF512", *NET, outputs=["b", "d"]) == []


def test_every_layer_that_nothing_reads_is_an_output_where_none_is_stated() -> None:
    assert found("RF512", *NET) == []


def test_a_layer_whose_size_is_taken_is_used() -> None:
    like = {"type": "resize", "name": "e", "like": "b", "inputs": ["a"]}
    assert found("RF512", conv(name="a"), conv(name="b"), like, outputs=["e"]) == []


def test_inputs() -> None:
    document = {"format": 1, "inputs": {"x": {}, "y": {}}, "layers": [{"type": "relu", "inputs": ["x"]}]}
    said = rfcli.check(rfcli.loads(json.dumps(document), "net.json"), select=["RF512"]).diagnostics
    assert [one.message for one in said] == ["no output uses the input 'y'"]
