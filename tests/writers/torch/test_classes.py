"""Classes of torch modules: which scopes share one, its arguments, and names."""

from __future__ import annotations

from typing import Any

import pytest
from writers.exporting import network
from writers.torch.sources import classes

import rfcli


def conv(name: str, filters: int, kernel: int = 1, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": "conv", "kernel": kernel, "filters": filters, **more}


def unit(name: str, *layers: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "type": "sequence", "layers": list(layers)}


RELU = {"name": "relu", "type": "relu"}


def test_scopes_that_are_alike_are_one_class() -> None:
    found = classes([unit("u1", conv("c", 3), RELU), unit("u2", conv("c", 3), RELU)], name="two_units")
    assert found == {
        "U": (["", "self.c = nn.Conv2d(3, 3, 1)", "self.relu = nn.ReLU()"], ["x", "x = self.c(x)", "return self.relu(x)"]),
        "TwoUnits": (["", "self.u1 = U()", "self.u2 = U()"], ["x", "x = self.u1(x)", "return self.u2(x)"]),
    }  # fmt: skip


def test_what_differs_is_an_argument() -> None:
    """Of each conv the kernel is the same; its channels in and out are not, and those out are those of the next."""
    found = classes([unit("u1", conv("c", 4), RELU), unit("u2", conv("c", 6), RELU)], name="net")
    (arguments, convolution, _), _ = found["U"]
    first, second = arguments.split(", ")
    assert convolution == f"self.c = nn.Conv2d({first}, {second}, 1)"
    assert found["Net"][0][1:] == ["self.u1 = U(3, 4)", "self.u2 = U(4, 6)"]


def test_what_only_some_state_keeps_torchs_default() -> None:
    """A conv of torch has a bias and stride 1 unless it is told otherwise."""
    layers = [unit("u1", conv("c", 3), RELU), unit("u2", conv("c", 3, stride=2, bias=False), RELU)]
    source = str(rfcli.exported(network(layers), "torch"))
    assert "def __init__(self, stride: int = 1, bias: bool = True) -> None:" in source
    assert classes(layers, name="net")["Net"][0][1:] == ["self.u1 = U()", "self.u2 = U(stride=2, bias=False)"]


@pytest.mark.parametrize(("count", "shared"), [(8, True), (9, False)])
def test_scopes_that_differ_in_much_are_classes_of_their_own(count: int, shared: bool) -> None:
    """Rates of dropouts, all different: each is an argument, up to eight."""

    def dropouts(first: int) -> list[dict[str, Any]]:
        return [{"name": f"d{at}", "type": "dropout", "rate": (first + at) / 64} for at in range(count)]

    layers = [unit("a", *dropouts(1)), unit("b", *dropouts(33))]
    assert len(classes(layers)) == (2 if shared else 3)


NAMES = {
    # names of scopes of different structures, and what their classes are called
    "words": (["first_block", "second_block"], ["FirstBlock", "SecondBlock"]),
    "numbered": (["block1", "block2"], ["Block1", "Block2"]),
    "of python": (["none", "true"], ["None_", "True_"]),
    "the network's": (["net", "other"], ["NetB", "Other"]),
    "torch's": (["f", "tensor"], ["FB", "TensorB"]),
    "only a number": (["1", "2"], ["Unit", "UnitB"]),
}


@pytest.mark.parametrize(("names", "wanted"), NAMES.values(), ids=NAMES)
def test_names(names: list[str], wanted: list[str]) -> None:
    """No two classes share a name, none has one that the source needs for something else."""
    first, second = names
    found = classes([unit(first, conv("c", 3), RELU), unit(second, RELU, conv("c", 3))], name="net")
    assert list(found) == [*wanted, "Net"]


def test_names_of_classes_that_several_scopes_share_have_no_numbers() -> None:
    units = [unit(f"unit{at}", conv("c", 3), RELU) for at in (1, 2)] + [
        unit(f"unit{at}", RELU, conv("c", 3)) for at in (3, 4)
    ]
    assert list(classes(units, name="net")) == ["Unit", "UnitB", "Net"]


def test_a_class_stands_before_those_that_use_it() -> None:
    inner = [unit("inner", conv("c", 3), RELU), conv("d", 3)]
    assert list(classes([unit("outer", *inner), RELU], name="net")) == ["Inner", "Outer", "Net"]


def test_repeated_scopes_are_one_class() -> None:
    text = rfcli.exported("resnet_v1_50", "torch")
    assert isinstance(text, str)
    assert text.count("class Unit(") == 1
    assert text.count("= Unit(") == 9, "two, three, five and two of the blocks' units, less the strided last ones"
    assert "class ResnetV150(nn.Module):" in text


def test_names_that_python_or_torch_has_are_changed() -> None:
    layers = [{"name": name, "type": "relu"} for name in ("forward", "type", "class", "3x3", "a b", "a_b", "x")]
    (((_, *made), _),) = classes(layers).values()
    attributes = ("forward_", "type_", "class_", "layer_3x3", "a_b", "a_b_2", "x")
    assert made == [f"self.{attribute} = nn.ReLU()" for attribute in attributes]


def test_values_are_not_called_as_what_the_source_needs() -> None:
    """Two inputs, and a map that is kept until later, whose names are Python's and torch's."""
    inputs = {name: {"size": [16], "channels": 3} for name in ("self", "torch")}
    layers = [
        {"name": "list", "type": "relu", "inputs": ["self"]}, {"name": "F", "type": "relu", "inputs": ["torch"]},
        {"name": "sum", "type": "concat", "inputs": ["list", "F"]}, {"name": "all", "type": "concat", "inputs": ["sum", "list"]},
    ]  # fmt: skip
    ((_, run),) = classes(layers, inputs=inputs).values()
    assert run == [
        "self_, torch_", "list_ = self.list(self_)", "x = self.F(torch_)", "x = torch.cat([list_, x], 1)",
        "return torch.cat([x, list_], 1)",
    ]  # fmt: skip
