"""Expansion: names, repetitions, scopes and merges; what is wrong is reported and blurs no more than it must."""

from __future__ import annotations

import pytest

import rfcli

EMPTY = [
    "{name: s, type: sequence, layers: []}",
    "{name: s, type: sequence, layers: [{type: relu, when: $wide}]}",
    "{name: s, type: branches, branches: []}",
    "{name: s, type: branches, branches: {left: {when: $wide, layers: [{type: relu}]}}}",
    "{name: s, type: branches, merge: none, branches: []}",
    "{name: s, block: nothing}",
    "{name: s, type: relu, repeat: 0}",
]


@pytest.mark.parametrize("item", EMPTY)
def test_what_is_empty_changes_nothing(item: str) -> None:
    """What is empty, or emptied by `when`, adds no layer, and its name stands for what it takes."""
    text = (
        "format: 1\nparameters: {wide: false}\nblocks: {nothing: {layers: []}}\ninput: {size: 9}\nlayers:\n"
        f"  - {{name: a, type: conv, kernel: 3}}\n  - {item}\n  - {{name: z, type: conv, kernel: 3}}\n"
    )
    report = rfcli.compute(rfcli.loads(text))
    assert [(layer.name, layer.inputs) for layer in report.layers] == [("a", ("input",)), ("z", ("a",))]
    assert report.layer("z").receptive_field.size == (5, 5)
    if "repeat" not in item:
        assert report.layer("s").receptive_field.size == (3, 3)


def expanded(layers: str, head: str = "") -> list[tuple[str, tuple[str, ...]]]:
    """Names of the layers and of what each takes."""
    report = rfcli.compute(rfcli.loads(f"format: 1\n{head}\nlayers: {layers}"))
    return [(layer.name, layer.inputs) for layer in report.layers]


@pytest.mark.parametrize(
    ("layers", "names"),
    [
        ("[{type: relu}, {type: relu}, {type: selu}]", ["relu_1", "relu_2", "selu_1"]),
        ("[{type: relu, repeat: 2}]", ["relu_1", "relu_2"]),
        ("[{name: a, type: relu, repeat: 2}]", ["a_1", "a_2"]),
        ("[{name: a$i, type: relu, repeat: 2}]", ["a1", "a2"]),
        ("[{name: a$(i - 1)/x, type: relu, repeat: 2}]", ["a0/x", "a1/x"]),
        ("[{name: $(i * 1.0), type: relu, repeat: 2}]", ["1", "2"]),
        ("[{name: s, type: sequence, layers: [{type: relu}, {name: b, type: relu}]}]", ["s/relu_1", "s/b"]),
        ("[{type: sequence, layers: [{type: relu}]}, {type: relu}]", ["relu_1", "relu_2"]),
        ("[{name: s, type: sequence, repeat: 2, layers: [{type: relu, repeat: $i}]}]",
         ["s_1/relu_1", "s_2/relu_1", "s_2/relu_2"]),
        ("[{type: relu, when: false}, {type: relu}]", ["relu_1"]),
        ("[{type: relu, repeat: 3, when: $(i != 2)}]", ["relu_1", "relu_2"]),
        ("[{name: u, block: unit, with: {n: 2}}]", ["u/a_1", "u/a_2"]),
        ("[{name: a$j, type: relu, repeat: {times: 2, as: j}}]", ["a1", "a2"]),
        ("[{name: a$i, type: relu, repeat: {times: 2}}]", ["a1", "a2"]),
        ("[{name: a, type: relu, repeat: {times: 2, as: j}}]", ["a_1", "a_2"]),
        ("[{name: s$j, type: sequence, repeat: {times: 2, as: j}, layers: [{name: $(j)_$i, type: relu, repeat: $j}]}]",
         ["s1/1_1", "s2/2_1", "s2/2_2"]),
        ("[{name: s, type: sequence, repeat: {times: 2, as: i}, layers: [{name: $i, type: relu}]}]",
         ["s_1/1", "s_2/2"]),
        ("[{name: u$j, block: unit, repeat: {times: $(1 + 1), as: j}, with: {n: $j}}]", ["u1/a_1", "u2/a_1", "u2/a_2"]),
        ("[{name: a, type: relu, repeat: {times: 3, as: j}, when: $(j != 2)}]", ["a_1", "a_3"]),
    ],
)  # fmt: skip
def test_names(layers: str, names: list[str]) -> None:
    head = "blocks: {unit: {parameters: {n: }, layers: [{name: a, type: relu, repeat: $n}]}}"
    assert [name for name, _ in expanded(layers, head)] == names


@pytest.mark.parametrize(
    ("item", "layers"),
    [
        ("{type: residual, layers: [{type: relu}]}", [("relu_1", ("input",)), ("add", ("relu_1", "input"))]),
        ("{name: r, type: residual, layers: [{type: relu}], merge: multiply}",
         [("r/relu_1", ("input",)), ("r/multiply", ("r/relu_1", "input"))]),
        ("{type: residual, layers: [{type: relu}], shortcut: [{type: selu}]}",
         [("relu_1", ("input",)), ("selu_1", ("input",)), ("add", ("relu_1", "selu_1"))]),
        ("{type: residual, layers: [{type: relu}], shortcut: false}", [("relu_1", ("input",))]),
        ("{type: residual, layers: [{type: relu}], shortcut: $(1 > 2)}", [("relu_1", ("input",))]),
        ("{type: branches, branches: [[{type: relu}], []]}",
         [("branch_1/relu_1", ("input",)), ("concat", ("branch_1/relu_1", "input"))]),
        ("{type: branches, branches: {a: [{type: relu}], b: {when: false, layers: []}}, merge: max}",
         [("a/relu_1", ("input",)), ("max", ("a/relu_1",))]),
        ("{type: branches, branches: {a: [{type: relu}], b: [{type: relu}]}, merge: none}",
         [("a/relu_1", ("input",)), ("b/relu_1", ("input",))]),
    ],
)  # fmt: skip
def test_scopes(item: str, layers: list[tuple[str, tuple[str, ...]]]) -> None:
    assert expanded(f"[{item}]") == layers


@pytest.mark.parametrize(
    ("layers", "problem"),
    [
        ("[{type: conv}]", ("RF209", "conv needs 'kernel'")),
        ("[{name: a, type: relu}, {name: a, type: relu}]", ("RF202", "the name 'a' is taken, first in line 3")),
        ("[{name: s, type: relu}, {name: $(3 / 2), type: relu}]",
         ("RF211", "the name 1.5 holds characters that names may not hold")),
        ("[{type: conv, kernel: $(0)}]", ("RF208", "kernel must be at least 1, is 0")),
        ("[{type: conv, kernel: [1, 2, 3]}]", ("RF301", "kernel has 3 entries for 2 axes")),
        ("[{type: upsample, scale: 2, size: 3}]",
         ("RF308", "upsample takes one of scale, size and like, here are scale and size")),
        ("[{type: relu, repeat: $(0 - 1)}]", ("RF208", "repeat must be an integer of at least 0, is -1")),
        ("[{type: relu, when: $(1)}]", ("RF208", "when must be true or false, is 1")),
        ("[{type: residual, layers: [], merge: $('x')}]",
         ("RF208", "merge must be one of add, multiply, max, concat; is 'x'")),
        ("[{type: branches, branches: [], merge: $('x')}, {type: branches, branches: [[], []], merge: $('x')}]",
         ("RF208", "merge must be one of add, multiply, max, concat, none; is 'x'")),
        ("[{type: branches, branches: [[], []], merge: none}, {type: relu}]",
         ("RF212", "'relu_1' has no previous layer to take: it must name its inputs")),
        ("[{type: relu, inputs: [$('x' == 'x')]}]", ("RF208", "the name of a layer must be a string, is true")),
    ],
)  # fmt: skip
def test_wrong(layers: str, problem: tuple[str, str]) -> None:
    with pytest.raises(rfcli.DescriptionError) as caught:
        expanded(layers, "input: {size: 9}")
    assert [(one.code, one.message) for one in caught.value.diagnostics] == [problem]


def test_layers_are_built_once_for_the_values_they_use() -> None:
    network = rfcli.loads(
        "format: 1\nlayers: [{type: conv, kernel: '$(1 + i % 2)', repeat: 6}, {type: relu, repeat: 3}]"
    )
    layers = [entry.layer for entry in network.entries]
    assert len({id(layer) for layer in layers[:6]}) == 2
    assert len({id(layer) for layer in layers[6:]}) == 1


@pytest.mark.parametrize(
    ("item", "problem"),
    [
        ("{type: relu, repeat: {as: j}}", "RF102 repeat needs the key 'times'"),
        ("{type: relu, repeat: {times: 2, as: 3}}", "RF103 as must be a name of letters"),
        ("{type: relu, repeat: {times: 2, as: lambda}}", "RF103 as must be a name of letters"),
        ("{type: relu, repeat: {times: -1}}", "RF103 times must be at least 0, is -1"),
        ("{type: relu, repeat: {times: 2, by: 3}}", "RF101 repeat has no key 'by'"),
        ("{type: relu, repeat: {times: 2, as: width}}", "RF202 'width' is the name of a parameter"),
        ("{name: s, type: sequence, repeat: {times: 1, as: j}, layers: [{type: relu, repeat: {times: 2, as: j}}]}",
         "RF202 'j' is the name of a parameter or of another counter"),
        ("{block: unit, name: u, repeat: {times: 2, as: j}}", "RF207 no parameter is called 'j'"),
        ("{type: relu, repeat: 2, chain: true}", "RF308 chain goes with repeat and inputs, here is no 'inputs'"),
        ("{type: relu, inputs: [input], chain: false}", "RF308 chain goes with repeat and inputs, here is no 'repeat'"),
        ("{type: relu, repeat: 2, inputs: [input], chain: 1}", "RF103 chain must be true or false, is 1"),
        ("{type: relu, repeat: 2, inputs: [input], chain: $width}", "RF208 chain must be true or false, is 3"),
    ],
)  # fmt: skip
def test_wrong_counters_and_chains(item: str, problem: str) -> None:
    head = "parameters: {width: 3}\nblocks: {unit: {layers: [{type: conv, kernel: $j}]}}"
    with pytest.raises(rfcli.DescriptionError) as error:
        expanded(f"[{item}]", head)
    assert [problem in str(one) for one in error.value.diagnostics] == [True]


@pytest.mark.parametrize(
    ("item", "inputs"),
    [
        ("{name: c, type: relu, repeat: 3, inputs: [a]}", ["a", "a", "a"]),
        ("{name: c, type: relu, repeat: 3, inputs: [a], chain: true}", ["a", "c_1", "c_2"]),
        ("{name: c, type: relu, repeat: 3, inputs: [a], chain: $(1 > 2)}", ["a", "a", "a"]),
        ("{name: c, type: relu, repeat: 4, inputs: [a], chain: true, when: $(i % 2 == 0)}", ["a", "c_2"]),
        ("{name: c, type: add, repeat: 2, inputs: [a, b], chain: true}", ["a b", "c_1"]),
        ("{name: c, type: sequence, repeat: 2, inputs: [a], chain: true, layers: [{name: d, type: relu}]}",
         ["a", "c_1/d"]),
    ],
)  # fmt: skip
def test_chained_copies_follow_each_other(item: str, inputs: list[str]) -> None:
    found = expanded(f"[{{name: a, type: relu}}, {{name: b, type: relu}}, {item}]")
    assert [" ".join(taken) for _, taken in found[2:]] == inputs


TCN = """
format: 1
input: {size: [4000], channels: 4}
parameters: {kernel: 8, stacks: 3, convolutions: 2}
layers:
  - type: sequence
    name: stack
    repeat: $stacks
    layers:
      - type: residual
        name: unit
        repeat: {times: 4, as: unit}
        layers:
          - type: conv
            repeat: $convolutions
            kernel: $kernel
            dilation: $(2 ** (unit - 1))
            padding: causal
            filters: 4
"""


@pytest.mark.parametrize(
    ("settings", "size"), [({}, 631), ({"convolutions": 1}, 316), ({"kernel": 2, "stacks": 1, "convolutions": 1}, 16)]
)
def test_keras_tcn(settings: dict[str, object], size: int) -> None:
    """1 + convolutions * (kernel - 1) * 15 * stacks for dilations 1, 2, 4 and 8: asked in philipperemy/keras-tcn #196."""
    report = rfcli.compute(rfcli.loads(TCN, settings=settings))
    assert report.layers[-1].receptive_field.size == (size,)


SPLICEAI = """
format: 1
input: {size: [15000], channels: 4}
blocks:
  unit:
    parameters: {kernel: , dilation: }
    layers:
      - type: residual
        layers:
          - {type: conv, repeat: 2, kernel: $kernel, dilation: $dilation, padding: same, filters: 32}
defaults: {conv: {kernel: 1, filters: 32}}
layers:
  - {name: conv1, type: conv}
  - {name: g1, block: unit, repeat: 4, inputs: [conv1], chain: true, with: {kernel: 11, dilation: 1}}
  - {name: skip1, type: conv}
  - {name: g2, block: unit, repeat: 4, inputs: [g1_4], chain: true, with: {kernel: 11, dilation: 4}}
  - {name: skip2, type: conv}
  - {name: g3, block: unit, repeat: 4, inputs: [g2_4], chain: true, with: {kernel: 21, dilation: 10}}
  - {name: skip3, type: conv}
  - {name: g4, block: unit, repeat: 4, inputs: [g3_4], chain: true, with: {kernel: 41, dilation: 25}}
  - {name: skip4, type: conv}
  - {name: sum, type: add, inputs: ["skip*"]}
  - {name: crop, type: crop, cropping: 5000}
"""


def test_spliceai() -> None:
    """Asked in Illumina/SpliceAI #3: 1 + 8 * (10 * 1 + 10 * 4 + 20 * 10 + 40 * 25); output 0 reads samples 0 to 10000."""
    network = rfcli.loads(SPLICEAI)
    report = rfcli.compute(network)
    assert report.layer("g1_4").receptive_field.size == (81,)
    assert report.layer("crop").receptive_field.size == (10001,)
    assert rfcli.located(report, "crop").at([0]).clipped == ((0, 10000),)
    assert not rfcli.check(network).diagnostics
