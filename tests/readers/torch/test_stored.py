"""What stored programs say of tensors, numbers, modules and operators."""

from __future__ import annotations

from typing import Any

import pytest

from rfcli.readers.torch.stored import (
    Graph,
    Node,
    Stated,
    Unread,
    declared,
    number,
    only,
    plain,
    stack_of,
    stated,
    text,
)


def test_unions_have_one_key() -> None:
    assert only({"as_int": 3, "as_none": None}) == ("as_int", 3)
    assert only({"as_none": None}) == ("as_none", True)
    for wrong in ({"as_int": 1, "as_bool": True}, {1: 2}):
        with pytest.raises((TypeError, ValueError)):
            only(wrong)


def test_sizes() -> None:
    symbol = {"as_expr": {"expr_str": "s0", "hint": {"as_int": 8}}}
    assert [number(one) for one in ({"as_int": 0}, symbol, {"as_expr": {"expr_str": "u0"}})] == [0, 8, None]
    assert stated({"sizes": [{"as_int": 2}, symbol], "dtype": 12}) == Stated((2, 8), "bool")
    for wrong in ({"as_int": -1}, {"as_int": 10**11}, {"as_int": "3"}, {"as_int": True}):
        with pytest.raises(ValueError):
            number(wrong)
    with pytest.raises(ValueError):
        stated({"sizes": [{"as_int": 1}] * 65})


def test_plain_values() -> None:
    assert plain([1, [2.5, "a"], None]) == (1, (2.5, "a"), None)
    assert plain({"type": "cpu"}) is None and text("a") == "a"
    for wrong in (1 << 70, [-(1 << 70)]):
        with pytest.raises(ValueError):
            plain(wrong)


def test_modules() -> None:
    given = {"nn_module_stack": "L__self__,,net.Net;L__self___a,a.0,torch.nn.modules.conv.Conv2d"}
    assert stack_of(given) == {"L__self__": ("", "net.Net"), "L__self___a": ("a.0", "torch.nn.modules.conv.Conv2d")}
    assert stack_of(None) == stack_of({"nn_module_stack": ""}) == {}


@pytest.mark.parametrize(
    ("target", "name", "is_mutable", "makes_views"),
    [
        ("torch.ops.aten.conv2d.default", "aten::conv2d", False, False),
        ("torch.ops.aten.relu_.default", "aten::relu_", True, False),
        ("torch.ops.aten.__and__.Tensor", "aten::__and__", False, False),
        ("torch.ops.aten.view.default", "aten::view", False, True),
        ("torch.ops.torchvision.nms.default", "torchvision::nms", False, True),
    ],
)
def test_operators(target: str, name: str, is_mutable: bool, makes_views: bool) -> None:
    found = declared(target, ["self"], False)[1]
    assert found is not None and found.arguments == ("self",)
    assert (found.name, found.is_mutable, found.makes_views) == (name, is_mutable, makes_views)


@pytest.mark.parametrize(
    "target", ["_operator.add", "torch.sym_float", "torch.ops.higher_order.wrap_with_autocast", "x"]
)
def test_what_is_no_operator(target: str) -> None:
    assert declared(target, [], False) == (target.rpartition(".")[2], None)


def test_the_centre_of_frames_is_what_the_overload_says() -> None:
    found: Any = declared("torch.ops.aten.stft.center", ["self", "n_fft"], False)[1]
    assert found.usual == {"center": True} and found.arguments == ("self", "n_fft", "center")


def test_nodes_know_what_they_take_and_who_takes_them() -> None:
    graph = Graph()
    a = Node(graph, "placeholder", "a", "a")
    b = Node(graph, "call_function", "b", "f", (a, (a, 1)), {"k": Unread("as_x")})
    end = Node(graph, "output", "output", "output", ((b,),))
    assert b.all_input_nodes == [a] and list(a.users) == [b] and graph.output_node() is end
