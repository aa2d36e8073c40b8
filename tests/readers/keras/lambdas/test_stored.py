"""Where files hold code."""

from __future__ import annotations

from typing import Any

import pytest

from rfcli.description.nodes import File, Node
from rfcli.readers.keras.calls import Config
from rfcli.readers.keras.lambdas.stored import stored_in
from rfcli.readers.tracing.maps import Layout


def config(value: Any) -> Config:
    file = File("m.json")

    def node(one: Any) -> Node:
        made = {key: node(each) for key, each in one.items()} if isinstance(one, dict) else one
        return Node([node(each) for each in one] if isinstance(one, list) else made, file, 1, 1)

    return Config(node(value))


@pytest.mark.parametrize("function", [
    ["code", [1], ["k"]],
    {"class_name": "__lambda__", "config": {"code": "code", "defaults": [1], "closure": ["k"]}},
])  # fmt: skip
def test_code_defaults_and_closure(function: Any) -> None:
    found = stored_in(config({"function": function}))
    assert (found.text, found.defaults.node.plain(), found.closure.node.plain()) == ("code", [1], ["k"])


@pytest.mark.parametrize("function", [["code"], {"class_name": "__lambda__", "config": {"code": "code"}}])
def test_code_alone(function: Any) -> None:
    found = stored_in(config({"function": function}))
    assert (found.text, found.defaults.node.value, found.closure.node.value) == ("code", None, None)


@pytest.mark.parametrize("function", ["halved", {"class_name": "function", "config": "halved"}])
def test_a_name_alone(function: Any) -> None:
    with pytest.raises(Layout, match="its function halved is not in the file"):
        stored_in(config({"function": function}))
