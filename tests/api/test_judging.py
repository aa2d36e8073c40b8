"""Whether a network is right, without its expectations."""

import rfcli
from rfcli.api import judging

NET = "format: 1\ninput: {size: 32, channels: 3}\nlayers: [{name: a, type: conv, kernel: 3, filters: 8}, {name: b, type: max_pool, kernel: 2, stride: 2}]\n"
"""b sees 3 + (2 - 1) * 1 = 4 samples."""


def test_validate() -> None:
    clash = "format: 1\nlayers: [{name: p, type: max_pool, kernel: 2, stride: 2}, {type: add, inputs: [p, input]}]\n"
    assert [one.code for one in judging.validate(rfcli.loads(clash, "net.yaml"))] == ["RF303"]
    assert judging.validate(rfcli.loads(NET, "net.yaml")) == []
