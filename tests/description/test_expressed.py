"""Texts that are meant to be expressions: what to write for them, said once, and mended by the editor."""

import pytest
from description.refusals import problems

from rfcli.description.expressed import bare, formula, is_mixed, written
from rfcli.server.mends import mends
from rfcli.server.reading import Read

YAML = """format: 1
input: {{size: [32, 32], channels: 3}}
parameters: {{out: 64, stride: 2, flag: true}}
layers:
  - {{{item}}}
"""
CONV = "type: conv, kernel: 3, "


@pytest.mark.parametrize(
    ("item", "help"),
    [
        (CONV + "filters: out", "write $out"),
        (CONV + "filters: out//4", "write $(out//4)"),
        (CONV + "filters: out // 4, stride: stride", "write $(out // 4)"),
        (CONV + "groups: =out//4", "write $(out//4)"),
        (CONV + "filters: '{{ out }}'", "write $out"),
        (CONV + "filters: '${out}*2'", "write $(out*2)"),
        (CONV + "filters: 'max(out, 8)'", 'write "$(max(out, 8))"'),
        (CONV + "filters: 'int(out * 0.5)'", "write $(int(out * 0.5))"),
        (CONV + "filters: 64 * 2", "write $(64 * 2)"),
        ("type: conv, kernel: 2 * 3", "write $(2 * 3)"),
        ("type: conv, kernel: 3x3", "write [3, 3], a number for each axis"),
        ("type: conv, kernel: [3, stride + 1]", "write $(stride + 1)"),
        (CONV + "dilation: 2**i, repeat: 4", "write $(2**i); i counts from 1"),
        (CONV + "dilation: 2**k, repeat: {times: 4, as: k}", "write $(2**k)"),
        (CONV + "dilation: 2**i", "$(2**i) counts the copies of an item with repeat; nothing is repeated here"),
        (CONV + "bias: flag", "write $flag"),
        ("type: relu, when: stride != 1", "write $(stride != 1)"),
        ("type: relu, when: stride == 1 or flag", "write $(stride == 1 or flag)"),
        ("type: relu, repeat: stride", "write $stride"),
        ("type: relu, repeat: $stride*2", "write $(stride*2)"),
        ("type: relu, when: $stride > 1", "write $(stride > 1)"),
        ("type: upsample, scale: stride/1", "write $(stride/1)"),
        ("type: dropout, rate: stride/10", "write $(stride/10)"),
        ("type: residual, layers: [{type: relu}], shortcut: stride > 1", "write $(stride > 1)"),
        ("type: conv, kernel: 3, padding: stride // 2", "write $(stride // 2)"),
        (CONV + "filters: $out//4", "write $(out//4)"),
        (CONV + "filters: $out // stride", "write $(out // stride)"),
        (CONV + "filters: $(out/4)//2", "write $((out/4)//2)"),
        (CONV + "filters: width // 4", "an expression is written $(width // 4), and no parameter is called 'width'; "
                                       "known here: out, stride, flag"),
        (CONV + "filters: outt // 4", "no parameter is called 'outt': did you mean $(out // 4)?"),
        (CONV + "filters: $outt//4", "did you mean 'out'?"),
    ],
)  # fmt: skip
def test_what_to_write(item: str, help: str) -> None:
    found = problems(YAML.format(item=item))
    assert help in [one.help for one in found]


@pytest.mark.parametrize(
    ("part", "help"),
    [("input: {size: n, channels: 3}", "write $n"), ("input: {size: [n*2, 8]}", "write $(n*2)"),
     ("input: {size: [$n*2, 8]}", "write $(n*2)"), ("input: {size: 8, channels: n}", "write $n"),
     ("input: {size: [8], rate: n * 1000}", "write $(n * 1000)"), ("expect: [{size: n}]", "write $n"),
     ("expect: [{size: {min: n}}]", "write $n"), ("defaults: {conv: {filters: n}}", "write $n")],
)  # fmt: skip
def test_beside_the_layers(part: str, help: str) -> None:
    found = problems(f"format: 1\nparameters: {{n: 8}}\n{part}\nlayers: [{{type: relu}}]\n")
    assert [one.help for one in found] == [help]


def test_in_json_it_is_json() -> None:
    text = '{"format": 1, "layers": [{"type": "conv", "kernel": 3, "dilation": "2**i", "repeat": 4}]}'
    assert [one.help for one in problems(text)] == ['write "$(2**i)"; i counts from 1']


def test_words_stay_words() -> None:
    """What may be a word is an expression only where its names are known, and nothing is guessed without any."""
    texts = [one.help for one in problems(YAML.format(item="type: conv, kernel: 3, padding: sam, padding_mode: x"))]
    assert not any("$" in help for help in texts)
    assert [one.help for one in problems("format: 1\nlayers: [{type: conv, kernel: big}]\n")] == [""]


BLOCK = """format: 1
input: {size: [32, 32], channels: 3}
blocks:
  unit:
    parameters: {out: null, stride: 1}
    layers:
      - {type: conv, kernel: 1, filters: $out//4, groups: $stride*1}
      - {type: conv, kernel: 1, filters: out}
layers:
  - {block: unit, with: {out: 64}}
  - {block: unit, with: {out: 128}}
"""


def test_a_text_with_an_expression_in_it_is_told_once_for_all_uses() -> None:
    text = BLOCK.replace("filters: out}", "filters: $out}")
    assert [(one.code, one.span.column, one.help) for one in problems(text)] == [
        ("RF208", 42, "write $(out//4)"), ("RF208", 59, "write $(stride*1)")
    ]  # fmt: skip


def test_within_a_block_its_parameters_are_known() -> None:
    assert [one.help for one in problems(BLOCK)][-1] == "write $out"
    assert "parameters: {out: NUMBER}" in problems("format: 1\nlayers: [{type: conv, kernel: out // 2}]\n")[0].help


def test_a_text_that_a_use_gives_is_mended_where_it_is_given() -> None:
    text = BLOCK.replace("$out//4", "$out").replace("$stride*1", "1").replace("filters: out}", "filters: $out}")
    found = problems(text.replace("out: 64", "out: 2*32"))
    assert found[0].help == "'out' is a text: where its value is given, write out: $(2*32)"


def test_the_editor_writes_it() -> None:
    for item, new in (("filters: out//4", "filters: $(out//4)"), ("filters: $out//4", "filters: $(out//4)"),
                      ("filters: 'max(out, 8)'", 'filters: "$(max(out, 8))"')):  # fmt: skip
        read = Read(YAML.format(item=CONV + item), "net.yaml")
        found = [mend for problem in read.problems for mend in mends(read, problem)]
        assert len(found) == 1
        assert read.text.edited(list(found[0].edits)) == YAML.format(item=CONV + new)


def test_parts() -> None:
    assert (bare(" =a*2"), bare("$a+$(b)"), bare("${a}")) == ("a*2", "a+(b)", "a")
    assert (written("a"), written("(a)"), written("(a)*(b)")) == ("$a", "$(a)", "$((a)*(b))")
    assert (formula("a b"), formula(3), formula("a//2")) == (None, None, ("a//2", ["a"]))
    assert [is_mixed(text) for text in ("$a", "$(a//2)", "$a//2", "a", 3, "$")] == [
        False,
        False,
        True,
        False,
        False,
        False,
    ]
