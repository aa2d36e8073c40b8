"""A document becomes an architecture: parameters, inputs, outputs, and what it says beside its layers."""

import pytest

import rfcli

HEAD = "format: 1\n"


def loaded(text, name="net.yaml", **settings):
    return rfcli.loads(HEAD + text, name, settings=settings)


def problems_of(text, **settings):
    with pytest.raises(rfcli.DescriptionError) as caught:
        loaded(text, **settings)
    return [(problem.code, problem.span.line, problem.message) for problem in caught.value.diagnostics]


@pytest.mark.parametrize(
    ("text", "inputs"),
    [
        ("layers: []", [("input", (None, None), None)]),
        ("input: {size: 9}\nlayers: []", [("input", (9, 9), None)]),
        ("input: {size: [9]}\nlayers: []", [("input", (9,), None)]),
        ("input: {size: [4, null, 9.0], channels: 3}\nlayers: []", [("input", (4, None, 9), 3)]),
        ("input: {dims: 3, size: 9}\nlayers: []", [("input", (9, 9, 9), None)]),
        ("input: {name: image, size: null}\nlayers: []", [("image", (None, None), None)]),
        ("inputs: {a: {size: [5]}, b: {size: 7, channels: 2}}\nlayers: []", [("a", (5,), None), ("b", (7,), 2)]),
        ("parameters: {n: 4}\ninput: {size: [$n, $(n / 2)], channels: $n}\nlayers: []", [("input", (4, 2), 4)]),
    ],
)
def test_inputs(text, inputs):
    assert [(one.name, one.size, one.channels) for one in loaded(text).inputs] == inputs


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("input: {size: [1, 2], dims: 3}\nlayers: []", ("RF301", 2, "size has 2 entries, dims is 3")),
        ("input: {size: [1], dims: 2}\nlayers: []", ("RF301", 2, "size has 1 entry, dims is 2")),
        ("inputs: {a: {size: [1, 2]}, b: {size: [3]}}\nlayers: []",
         ("RF301", 2, "the input 'b' has 1 axis, another one has 2")),
        ("parameters: {n: 0}\ninput: {size: $n}\nlayers: []", ("RF208", 3, "size must be at least 1, is 0")),
        ("input: {size: $m}\nlayers: []", ("RF207", 2, "no parameter is called 'm'")),
        ("parameters: {a: }\nlayers: []", ("RF206", 2, "the parameter 'a' has no value")),
        ("parameters: {a: $b, b: 1}\nlayers: []", ("RF207", 2, "no parameter is called 'b'")),
        ("layers: [{type: relu}]\noutputs: [$(3)]", ("RF208", 3, "the name of an output must be a string, is 3")),
        ("layers: []\nyear: 3", ("RF103", 3, "year must be at least 1900, is 3")),
        ("layers: []\nyear: $(3)", ("RF208", 3, "year must be at least 1900, is 3")),
    ],
)  # fmt: skip
def test_wrong(text, problem):
    assert problems_of(text) == [problem]


def test_a_parameter_may_use_earlier_ones_and_settings_replace_them():
    text = "parameters: {a: 2, b: $(a * 2)}\nlayers: [{type: conv, kernel: $b}]"
    assert loaded(text).entries[0].layer.kernel == (4, 4)
    assert loaded(text, a=5).entries[0].layer.kernel == (10, 10)
    assert loaded(text, b=7).entries[0].layer.kernel == (7, 7)
    with pytest.raises(rfcli.CallError, match=r"net.yaml: settings: there is no parameter 'c'"):
        loaded(text, c=1)


@pytest.mark.parametrize(("label", "name"), [("a/unet.rf.yaml", "unet"), ("<stdin>", "stdin"), ("ä.yaml", "_")])
def test_name(label, name):
    assert loaded("layers: []", label).name == name
    assert loaded("layers: []\nname: mine", label).name == "mine"


def test_what_is_said_beside_the_layers_is_evaluated():
    network = loaded(
        "parameters: {n: 3}\nlayers: [{type: relu}]\nfamily: F$n\naccuracy: {top1: $(n / 4)}\n"
        "expect: [{layer: relu_1, size: $n, reason: costs 1$$}]"
    )
    assert network.about == {
        "family": "F3",
        "accuracy": {"top1": 0.75},
        "expect": [{"layer": "relu_1", "size": 3, "reason": "costs 1$"}],
    }
    assert {*network.nodes} == {"expect", "layers", "parameters"}


def test_a_default_of_an_unknown_type_hides_no_other_problem():
    text = "defaults: {cnov: {kernel: 3}}\nlayers: [{type: conv}, {type: relu, kernal: 3}]"
    assert [code for code, _, _ in problems_of(text)] == ["RF104", "RF101"]
