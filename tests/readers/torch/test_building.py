"""Graphs of nodes, made of a stored program: order, results, calls of graphs."""

from __future__ import annotations

from typing import Any

import pytest
from readers.torch.archives import archived

import rfcli


def tensor(name: str) -> dict[str, Any]:
    return {"as_tensor": {"name": name}}


def call(target: str, output: Any, *args: Any, **named: Any) -> dict[str, Any]:
    given = [{"name": f"a{at}", "arg": one, "kind": 1} for at, one in enumerate(args)]
    given += [{"name": key, "arg": one, "kind": 2} for key, one in named.items()]
    outputs = output if isinstance(output, list) else [tensor(output)]
    return {
        "target": target if "." in target else f"torch.ops.aten.{target}.default",
        "inputs": given,
        "outputs": outputs,
    }


def graph(shapes: dict[str, tuple[int, ...]], inputs: list[str], outputs: list[str], *nodes: Any) -> dict[str, Any]:
    values = {name: {"dtype": 7, "sizes": [{"as_int": n} for n in shape]} for name, shape in shapes.items()}
    return {
        "inputs": list(map(tensor, inputs)),
        "outputs": list(map(tensor, outputs)),
        "nodes": list(nodes),
        "tensor_values": values,
    }


def computed(made: dict[str, Any]) -> rfcli.Report:
    """The report of a program without weights."""
    specs = (
        [{"user_input": {"arg": one}} for one in made["inputs"]],
        [{"user_output": {"arg": one}} for one in made["outputs"]],
    )
    module = {"graph": made, "signature": dict(zip(("input_specs", "output_specs"), specs, strict=True))}
    return rfcli.compute(rfcli.loads(archived({"graph_module": module, "schema_version": {"major": 8}}), "net.pt2"))


POOL = {"kernel_size": {"as_ints": [3]}, "stride": {"as_ints": [1]}}
X = (1, 2, 20)


def fields(report: rfcli.Report) -> dict[str, Any]:
    return {one.name: one.receptive_field.size for one in report.layers}


def test_several_results() -> None:
    shapes = {"x": X, "a": (1, 1, 20), "b": (1, 1, 20), "y": (1, 1, 18)}
    split = call(
        "chunk", [{"as_tensors": [{"name": "a"}, {"name": "b"}]}], tensor("x"), {"as_int": 2}, dim={"as_int": 1}
    )
    report = computed(graph(shapes, ["x"], ["a", "y"], split, call("avg_pool1d", "y", tensor("b"), **POOL)))
    assert fields(report)["avg_pool1d"] == (3,) and {one.channels for one in report.layers} == {1}


def test_a_graph_within_the_program() -> None:
    inner = graph({"p": X, "q": (1, 2, 18)}, ["p"], ["q"], call("avg_pool1d", "q", tensor("p"), **POOL))
    body = {"as_graph": {"name": "sub", "graph": inner}}
    shapes = {"x": X, "y": (1, 2, 18)}
    wrapped = call("torch.ops.higher_order.wrap_with_set_grad_enabled", "y", {"as_bool": False}, body, tensor("x"))
    assert fields(computed(graph(shapes, ["x"], ["y"], wrapped))) == {"avg_pool1d": (3,)}
    inner["nodes"].append(call("relu_", "r", tensor("p")))
    inner["tensor_values"]["r"] = inner["tensor_values"]["p"]
    with pytest.raises(rfcli.DescriptionError, match="writes what it is given"):
        computed(graph(shapes, ["x"], ["y"], wrapped))


def test_numbers_that_are_worked_out() -> None:
    shapes = {"x": X, "y": (1, 40)}
    size = call("sym_size.int", [{"as_sym_int": {"as_name": "n"}}], tensor("x"), {"as_int": 2})
    size["target"] = "torch.ops.aten.sym_size.int"
    names = {"as_sym_ints": [{"as_int": 1}, {"as_name": "n"}]}
    report = computed(graph(shapes, ["x"], ["y"], size, call("view", "y", tensor("x"), names)))
    assert [one.type for one in report.layers] == ["flatten"]


def test_a_name_stands_for_what_comes_before_it_only() -> None:
    shapes = {"x": X, "y": X, "z": X}
    nodes = [call("relu", "y", tensor("z")), call("relu", "z", tensor("y"))]
    with pytest.raises(rfcli.DescriptionError, match="a damaged program"):
        computed(graph(shapes, ["x"], ["z"], *nodes))
