"""Names of nodes by the modules that they come from, as torch's exporter writes them beside the nodes."""

from __future__ import annotations

import random
from typing import Any

import pytest
from onnx import helper

import rfcli
from readers.onnx.graphs import of
from rfcli.readers.onnx.names import CLASSES, SCOPES, texts

TORCH = "torch.nn.modules.conv.Conv2d"


def node(op: str, inputs: list[str], output: str, scopes: object = None, classes: object = None) -> Any:
    made = helper.make_node(op, inputs, [output], name=f"node_{output}")
    for key, value in ((SCOPES, scopes), (CLASSES, classes)):
        if value is not None:
            made.metadata_props.add(key=key, value=str(value))
    return made


def block(at: int, source: str) -> list[Any]:
    """A block of two activations and a sum, as the exporter of torch 2.13 describes it."""
    path = ["", "layer1", f"layer1.{at}"]
    kinds = ["Net", "torch.nn.modules.container.Sequential", "Block"]
    act = [*kinds, "torch.nn.modules.activation.ReLU", "aten.relu.default"]
    return [
        node("Relu", [source], f"r{at}", [*path, f"layer1.{at}.relu", "relu"], act),
        node("Add", [f"r{at}", source], f"a{at}", [*path, f"add_{at}"], [*kinds, "aten.add.Tensor"]),
        node("Relu", [f"a{at}"], f"s{at}", [*path, f"relu_{at}"], [*kinds, "aten.relu.default"]),
    ]


def names(nodes: list[Any], output: str) -> list[str]:
    found = rfcli.loads(of(nodes, {"x": [1, 2, 8, 8]}, [output]), "net.onnx")
    return [layer.name for layer in rfcli.compute(found).layers]


def test_modules_are_scopes() -> None:
    found = names(
        [*block(0, "x"), *block(1, "s0"), node("Sigmoid", ["s1"], "y", ["", "sigmoid"], ["Net", "aten.sigmoid"])], "y"
    )
    assert found == [
        "layer1/0/relu", "layer1/0/add", "layer1/0/relu_2", "layer1/1/relu", "layer1/1/add", "layer1/1/relu_2", "sigmoid",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["[", "['']", "{}", "['', 3]", "[" * 5000, "['a'" + ", 'b'" * 3000 + "]", "", "a" * 9])
def test_what_is_no_list_of_scopes_is_passed_over(text: str) -> None:
    assert names([node("Relu", ["x"], "y", text)], "y") == ["node_y"]


def test_lists_of_texts_are_those_that_python_writes() -> None:
    rng, pieces = random.Random(2), ["a", "'", '"', ", ", "\\", "]", "[", "\n", "é", "', '"]
    for _ in range(3000):
        wanted = ["".join(rng.choices(pieces, k=rng.randrange(4))) for _ in range(rng.randrange(5))]
        assert texts(str(wanted)) == (tuple(wanted) if len(wanted) > 1 else None)
        for wrong in (f"{wanted}"[:-1], f"{wanted}"[1:], f"{wanted} 1"):
            assert texts(wrong) is None


def test_nodes_that_say_nothing_keep_their_names() -> None:
    assert names([node("Relu", ["x"], "r"), node("Sigmoid", ["r"], "y", ["", "act", "sigmoid"])], "y") == [
        "node_r",
        "act",
    ]
