"""Blocks: the values that a use gives their parameters, and what is wrong with them."""

import pytest

import rfcli

HEAD = "format: 1\nparameters: {width: 8, k: 5}\ninput: {size: 64, channels: 3}\n"


def loaded(parameters, use, body="{type: conv, kernel: $k, filters: $width}"):
    return rfcli.loads(f"{HEAD}blocks: {{unit: {{parameters: {parameters}, layers: [{body}]}}}}\nlayers: [{use}]")


def problems_of(*arguments):
    with pytest.raises(rfcli.DescriptionError) as caught:
        loaded(*arguments)
    return [(problem.code, problem.message, problem.help) for problem in caught.value.diagnostics]


@pytest.mark.parametrize(
    ("parameters", "use", "kernels"),
    [
        ("{}", "{block: unit}", [5]),
        ("{k: 1}", "{block: unit}", [1]),
        ("{k: }", "{block: unit, with: {k: 3}}", [3]),
        ("{j: 2, k: $(j + 1)}", "{block: unit}", [3]),
        ("{j: 2, k: $(j + 1)}", "{block: unit, with: {j: 6}}", [7]),
        ("{k: 1}", "{block: unit, with: {k: $(k * 2)}}", [10]),
        ("{k: 1}", "{block: unit, with: {k: $i}, repeat: 3}", [1, 2, 3]),
    ],
)
def test_arguments(parameters, use, kernels):
    assert [entry.layer.kernel[0] for entry in loaded(parameters, use).entries] == kernels


@pytest.mark.parametrize(
    ("parameters", "use", "problems"),
    [
        ("{k: }", "{block: unit}", [("RF206", "block 'unit' needs a value for 'k'", "with: {k: ...}")]),
        ("{k: , j: }", "{block: unit}", [("RF206", "block 'unit' needs values for 'k', 'j'", "with: {k: ...}")]),
        ("{kern: 1}", "{block: unit, with: {kren: 2}}",
         [("RF205", "block 'unit' has no parameter 'kren'", "did you mean 'kern'?")]),
        ("{k: }", "{block: unit, with: {k: $nothing}}",
         [("RF207", "no parameter is called 'nothing'", "known here: k, width")]),
    ],
)  # fmt: skip
def test_wrong(parameters, use, problems):
    assert problems_of(parameters, use) == problems


def test_the_callers_counter_is_not_known_in_a_block():
    assert problems_of("{}", "{block: unit, repeat: 2, name: b}", "{type: conv, kernel: $i}") == [
        ("RF207", "'i' counts repetitions; nothing is repeated here", "")
    ]


def test_a_block_of_which_not_all_parameters_are_known_takes_any():
    assert [code for code, *_ in problems_of("{if: 3}", "{block: unit, with: {w: 1}}", "{type: conv, kernel: $w}")] == [
        "RF103"
    ]


def test_blocks_may_use_one_another_so_deep():
    text = "format: 1\nblocks: {b: {parameters: {n: }, layers: [{type: relu}, {block: b, when: $(n > 1), with: {n: $(n - 1)}}]}}\n"
    assert len(rfcli.loads(text + "layers: [{block: b, with: {n: 32}}]").entries) == 32
    with pytest.raises(rfcli.DescriptionError, match="RF009 blocks within blocks more than 32 deep, at block 'b'"):
        rfcli.loads(text + "layers: [{block: b, with: {n: 33}}]")
