"""A network under check: analyses that expectations and rules share."""

import json

import rfcli
from rfcli.checks._network import Network
from rfcli.engine.support import Effort


def test_what_is_shared() -> None:
    document = {"format": 1, "input": {"size": [8, 8]}, "layers": [
        {"type": "relu", "name": "a"},
        {"type": "add", "name": "sum", "inputs": ["a", "input", "a"]},
    ]}  # fmt: skip
    network = Network(rfcli.compute(rfcli.loads(json.dumps(document), "net.json")), Effort())
    assert network.readings[0] is network.readings[1]
    assert network.paths == [[1, 1, 3]] * 2
    assert network.paths[0] is network.paths[1]
