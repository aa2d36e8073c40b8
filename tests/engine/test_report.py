"""Reports as values."""

from __future__ import annotations

import pytest

from engine import conv, report
from rfcli.diagnostics import CallError
from rfcli.engine.report import NoAnswer

SCOPES = (
    conv(name="stem"),
    {"type": "sequence", "name": "block", "layers": [conv(name="a"), conv(name="b")]},
)


def test_layers_and_scopes_by_name() -> None:
    net = report(*SCOPES, size=[9])
    assert net.layer("block") is net.layer("block/b") is net.layers[2]
    assert (net.number("stem"), net.number("block")) == (1, 3)
    assert net.outputs == ("block/b",)
    for name in ("input", "nowhere"):
        with pytest.raises(KeyError):
            net.layer(name)


def test_equal_networks_have_equal_layers() -> None:
    net, again = report(*SCOPES, size=[9]), report(*SCOPES, size=[9])
    assert net.layers == again.layers
    assert net.as_json() == again.as_json()


def test_why_there_is_no_answer_is_an_error_of_the_call() -> None:
    assert issubclass(NoAnswer, CallError)
