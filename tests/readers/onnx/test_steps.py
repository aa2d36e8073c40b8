"""A node that was taken out of its message has all that it held there."""

from __future__ import annotations

from onnx import helper

from rfcli.readers.onnx.steps import steps


def test_nodes() -> None:
    branch = helper.make_graph([], "branch", [], [])
    node = helper.make_node("If", ["c", ""], ["y"], name="n", domain="d", then_branch=branch, else_branch=branch)
    node.metadata_props.add(key="k", value="v")
    (one,) = steps([node])
    assert one.message is node
    assert (one.op_type, one.domain, one.name, one.input, one.output) == ("If", "d", "n", ("c", ""), ("y",))
    assert [each.name for each in one.attribute] == ["else_branch", "then_branch"]
    assert [each.name for each in one.graphs] == ["branch"] * 2
    assert [each.value for each in one.metadata_props] == ["v"]
