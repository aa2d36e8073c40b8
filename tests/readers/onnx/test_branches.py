"""Nodes that hold graphs: what they read from around them is read, and a condition that is known takes its branch."""

from __future__ import annotations

from typing import Any

from onnx import TensorProto, helper

import rfcli
from readers.onnx.graphs import of

FLOAT, BOOL = TensorProto.FLOAT, TensorProto.BOOL


def graph(name: str, nodes: list[Any], output: str) -> Any:
    return helper.make_graph(nodes, name, [], [helper.make_tensor_value_info(output, FLOAT, None)])


def pool(source: str, output: str, kernel: int) -> Any:
    return helper.make_node("MaxPool", [source], [output], kernel_shape=[kernel, kernel], name=f"pool_{kernel}")


def choice(condition: str) -> Any:
    """An `If` between a pool of 3 and one of 5 of `x`, which it reads from around it."""
    return helper.make_node(
        "If", [condition], ["z"], name="if",
        then_branch=graph("then", [pool("x", "t", 3)], "t"), else_branch=graph("else", [pool("x", "e", 5)], "e"),
    )  # fmt: skip


def layers(nodes: list[Any], output: str = "y") -> list[tuple[str, object]]:
    found = rfcli.loads(of(nodes, {"x": [1, 2, 16, 16]}, [output]), "net.onnx")
    report = rfcli.compute(found)
    return [(layer.type, layer.receptive_field.size if layer.receptive_field else None) for layer in report.layers]


def constant(value: bool) -> Any:
    return helper.make_node("Constant", [], ["c"], value=helper.make_tensor("c", BOOL, [], [value]))


def test_a_condition_that_is_known_takes_its_branch() -> None:
    for value, size in ((True, 3), (False, 5)):
        found = layers([constant(value), choice("c"), helper.make_node("Relu", ["z"], ["y"], name="r")])
        assert found == [("max_pool", (size, size)), ("relu", (size, size))]


def test_branches_within_branches() -> None:
    inner = graph("inner", [choice("c"), helper.make_node("Relu", ["z"], ["i"], name="r")], "i")
    outer = helper.make_node("If", ["c"], ["y"], then_branch=inner, else_branch=graph("o", [pool("x", "o", 7)], "o"))
    assert layers([constant(True), outer]) == [("max_pool", (3, 3)), ("relu", (3, 3))]


def test_a_condition_of_data_makes_what_is_read_unknown_and_not_constant() -> None:
    """x times what the branches make of x: without them it would be the identity, and see one sample."""
    nodes = [
        helper.make_node("ReduceMax", ["x"], ["m"], keepdims=0, name="m"),
        helper.make_node("Cast", ["m"], ["c"], to=BOOL, name="cast"),
        choice("c"),
        helper.make_node("Mul", ["x", "z"], ["y"], name="mul"),
    ]
    types, sizes = zip(*layers(nodes), strict=True)
    assert types[-1] == "multiply" and not isinstance(sizes[-1][0], int)


def test_loops_read_what_their_bodies_read() -> None:
    """A body that pools `x` of the graph around it."""
    body = helper.make_graph(
        [pool("x", "p", 3), helper.make_node("Identity", ["go"], ["on"])],
        "body",
        [helper.make_tensor_value_info("i", TensorProto.INT64, []), helper.make_tensor_value_info("go", BOOL, [])],
        [helper.make_tensor_value_info("on", BOOL, []), helper.make_tensor_value_info("p", FLOAT, None)],
    )
    three = helper.make_node("Constant", [], ["n"], value=helper.make_tensor("n", TensorProto.INT64, [], [3]))
    loop = helper.make_node("Loop", ["n", ""], ["z"], name="loop", body=body)
    found = layers([three, loop, helper.make_node("Relu", ["z"], ["y"], name="r")])
    assert found[0][0] == "custom" and not isinstance(found[-1][1][0], int)
