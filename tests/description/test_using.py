"""Blocks as people call and define them: one problem each, with the line to write."""

import pytest
from description.refusals import problems

import rfcli
from rfcli.server.mends import mends
from rfcli.server.reading import Read

HEAD = """format: 1
input: {size: [32, 32], channels: 3}
parameters: {w: 8}
blocks:
  unit: {parameters: {out: null, s: 1}, layers: [{type: conv, kernel: 1, filters: $out, stride: $s}]}
  bottleneck: {parameters: {out: null}, layers: [{type: conv, kernel: 1, filters: $out}]}
  plain: {layers: [{type: relu}]}
layers:
"""


@pytest.mark.parametrize(
    ("item", "use"),
    [
        ("unit(64, 2)", "{block: unit, with: {out: 64, s: 2}}"),
        ("unit(64, s=2)", "{block: unit, with: {out: 64, s: 2}}"),
        ("self.unit(out=64)", "{block: unit, with: {out: 64}}"),
        ("unit(w * 2, w)", "{block: unit, with: {out: $(w * 2), s: $w}}"),
        ("plain()", "{block: plain}"),
        ("plain", "{block: plain}"),
        ("unit: [64, 2]", "{block: unit, with: {out: 64, s: 2}}"),
        ("unit: 64", "{block: unit, with: {out: 64}}"),
        ("unit: {out: 64, s: 2}", "{block: unit, with: {out: 64, s: 2}}"),
        ("{unit: {out: 64}, name: a, repeat: 2}", "{block: unit, with: {out: 64}, name: a, repeat: 2}"),
        ("plain:", "{block: plain}"),
        ("first: unit(64)", "{block: unit, with: {out: 64}, name: first}"),
        ("{block: 'unit(64, 2)'}", "{block: unit, with: {out: 64, s: 2}}"),
        ("{block: unit(64, 2)}", "{block: unit, with: {out: 64, s: 2}}"),
        ("{block: {unit: {out: 64}}}", "{block: unit, with: {out: 64}}"),
        ("{type: unit, out: 64, s: 2}", "{block: unit, with: {out: 64, s: 2}}"),
        ("{type: unit, with: {out: 64}, name: a}", "{block: unit, with: {out: 64}, name: a}"),
        ("{type: unit, args: [64, 2]}", "{block: unit, with: {out: 64, s: 2}}"),
        ("{type: bottleneck, out: 64}", "{block: bottleneck, with: {out: 64}}"),
        ("bottleneck: {out: 64}", "{block: bottleneck, with: {out: 64}}"),
        ("bottleneck: [64]", "{block: bottleneck, with: {out: 64}}"),
        ("{type: block, name: unit, with: [64, 2]}", "{block: unit, with: {out: 64, s: 2}}"),
    ],
)  # fmt: skip
def test_uses(item: str, use: str) -> None:
    found = problems(f"{HEAD}  - {item}\n  - {{block: plain}}\n")
    assert [one.help for one in found] == [f"write {use}"]
    assert rfcli.loads(f"{HEAD}  - {use}\n").entries
    read = Read(f"{HEAD}  - {item}\n", "net.yaml")
    edited = [read.text.edited(list(one.edits)) for one in mends(read, read.problems[0])]
    assert edited == [f"{HEAD}  - {use}\n"]


@pytest.mark.parametrize(
    ("item", "helps"),
    [
        ("{block: unit, with: [64, 2]}", ["write {out: 64, s: 2}"]),
        ("{block: unit, with: 64}", ["write {out: 64}"]),
        ("{block: unit, args: {out: 64, s: 2}}", ["write with: {out: 64, s: 2}"]),
        ("{block: unit, params: [64]}", ["write with: {out: 64}"]),
        ("{block: unit, out: 64, s: 2}",
         ["parameters of a block stand below with: write {block: unit, with: {out: 64, s: 2}}"]),
        ("{block: unit, args: [64], s: 2}",
         ["parameters of a block stand below with: write {block: unit, with: {out: 64, s: 2}}"]),
        ("unit", ["for example {block: unit, with: {out: 64}}"]),
        ("unit(s=2)", ["for example {block: unit, with: {out: 64, s: 2}}"]),
        ("unit(1, 2, 3)", ["block 'unit' takes out, s: {block: unit, with: {out: 64, s: 64}}, say"]),
    ],
)  # fmt: skip
def test_values_of_uses(item: str, helps: list[str]) -> None:
    assert [one.help for one in problems(f"{HEAD}  - {item}\n")] == helps


def test_a_name_that_is_the_blocks_is_no_name_that_is_taken() -> None:
    item = "  - {type: block, name: unit, with: [64, 2]}\n"
    assert [one.code for one in problems(HEAD + item * 3)] == ["RF104"] * 3


@pytest.mark.parametrize(
    ("block", "helps"),
    [
        ("unit: {parameters: [out, stride=1], layers: []}", ["write {out: null, stride: 1}"]),
        ("unit: {parameters: [in, out], layers: []}", ["write {in_: null, out: null}"]),
        ("unit: {parameters: 'out, stride=1', layers: []}", ["write {out: null, stride: 1}"]),
        ("unit: {parameters: [{out: null}, s], layers: []}", ["write {out: null, s: null}"]),
        ("unit: [{type: relu}]", ["write unit: {layers: [...]}"]),
        ("unit(out, s=1): [{type: relu}]", ["write unit: {parameters: {out: null, s: 1}, layers: [...]}"]),
        ("unit(): [{type: relu}]", ["write unit: {layers: [...]}"]),
        ("'def unit(self, out: int, s: int = 1)': {layers: [{type: relu}]}",
         ["write unit: {parameters: {out: null, s: 1}, layers: [...]}"]),
    ],
)  # fmt: skip
def test_definitions(block: str, helps: list[str]) -> None:
    """What is said of the definition is all: its uses are right as far as can be told."""
    use = "with: {out: 64}" if "out" in block else "name: a"
    text = f"format: 1\ninput: {{size: 8, channels: 1}}\nblocks:\n  {block}\nlayers: [{{block: unit, {use}}}]\n"
    assert [one.help for one in problems(text)] == helps


def test_a_function_at_the_top() -> None:
    found = problems("format: 1\ndef unit(out, s=1):\n  - ReLU()\nlayers: []\n")
    assert [one.help for one in found] == ["write blocks: {unit: {parameters: {out: null, s: 1}, layers: [...]}}"]
    assert problems("format: 1\nparameters: [w, k=3]\nlayers: []\n")[0].help == "for example {w: 64, k: 3}"


@pytest.mark.parametrize(
    ("block", "edited"),
    [("unit: [{type: relu}]", "unit: {layers: [{type: relu}]}"),
     ("unit:\n    - {type: relu}\n    - {type: elu}", "unit:\n    layers:\n    - {type: relu}\n    - {type: elu}")],
)  # fmt: skip
def test_the_editor_puts_a_list_below_layers(block: str, edited: str) -> None:
    text = "format: 1\nblocks:\n  {}\nlayers: [{{block: unit}}]\n"
    read = Read(text.format(block), "net.yaml")
    assert [read.text.edited(list(one.edits)) for one in mends(read, read.problems[0])] == [text.format(edited)]


def test_in_json_it_is_json() -> None:
    text = '{"format": 1, "blocks": {"unit": {"parameters": {"out": 4}, "layers": []}}, "layers": ["unit(64)"]}'
    assert problems(text)[0].help == 'write {"block": "unit", "with": {"out": 64}}'
