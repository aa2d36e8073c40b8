"""What a description says, as a value."""

import pytest

import rfcli
from rfcli.description.architecture import Architecture, Input


def test_an_architecture_says_what_was_read():
    text = "format: 1\nname: net\ninput: {size: 8, channels: 3}\nlayers: [{name: s/a, type: relu}]\noutputs: [s/a]\nyear: 2000"
    network = rfcli.loads(text, "net.yaml")
    assert isinstance(network, Architecture)
    assert (network.name, network.source, network.axes, network.about) == ("net", "net.yaml", 2, {"year": 2000})
    assert network.inputs == (Input("input", (8, 8), 3, network.inputs[0].node),)
    assert network.paths == ("input", "s/a")
    assert network.scopes == {"s": 1}
    assert [reference.name for reference in network.outputs] == ["s/a"]
    assert not network.blurred and not network.unsized


def test_it_is_frozen():
    network = rfcli.loads("format: 1\nlayers: []")
    with pytest.raises(AttributeError, match="Architecture is frozen"):
        network.name = "other"
    assert network.replaced(name="other").name == "other"
