"""Items that are none: a word, a call, a mapping without a type, a type of another tool with its keys."""

import json

import pytest
from description.refusals import problems

import rfcli

KEYS = (
    "known here: type, name, repeat, chain, when, inputs, kernel, stride, dilation, padding, filters, groups, bias, "
    "params, mask, padding_mode"
)


HEAD = "format: 1\ninput: {size: 32, channels: 3, dims: 2}\nlayers:\n"


def told(items: str, head: str = HEAD) -> list[tuple[str, str]]:
    return [(one.code, one.help) for one in problems(head + items)]


ITEMS = [
    ("- relu", [("RF103", "write {type: relu}")]),
    ("- conv 3x3 64", [("RF103", "write {type: conv, kernel: 3, filters: 64}")]),
    ("- Conv2d(3, 64, 3)", [("RF103", "write {type: conv, filters: 64, kernel: 3}")]),
    ("- conv", [("RF103", "for example {type: conv, kernel: 3}")]),
    ("- Add", [("RF103", "for example {type: add, inputs: [conv1, conv2]}")]),
    ("- nothing known", [("RF103", "for example {type: conv, kernel: 3}")]),
    ("- {conv: 3x3}", [("RF102", "write {type: conv, kernel: 3}")]),
    ("- {residual: [relu]}", [("RF102", "write {type: residual, layers: [...]}")]),
    ("- {residual: {main: [], shortcut: []}}", [("RF102", "write {type: residual, layers: [...], shortcut: [...]}")]),
    ("- {type: Conv2d, kernel: 3}", [("RF104", "write {type: conv, kernel: 3}")]),
    ("- {name: b, type: BatchNorm2d}", [("RF104", "write {type: batch_norm, name: b}")]),
    ("- {type: AdaptiveAvgPool2d}", [("RF104", "for example {type: adaptive_avg_pool, output_size: 7}")]),
    ("- {type: Linear, in: 64, out: 10}", [("RF104", "write {type: linear, units: 10}")]),
    ("- {type: conv, in_channels: 3, out_channels: 64, kernel_size: 3}",
     [("RF101", "write {type: conv, filters: 64, kernel: 3}")]),
    ("- {type: conv, kernel: 3, causal: true}", [("RF101", "write padding: causal")]),
    ("- {type: squeeze_excite, units: 4, activation: silu}",
     [("RF101", "leave it out: it changes no field, size or cost")]),
    ("- {type: squeeze_excite, se_ratio: 0.25}",
     [("RF101", "write units: NUMBER in its place, the channels times it; EfficientNet takes those that go into the block")]),
    ("- (1): BatchNorm2d(32)", [("RF102", "write {type: batch_norm}")]),
    ("- (act): SiLU(inplace=True)", [("RF102", "write {type: silu, name: act}")]),
    ("- {type: residual, layers: [{type: relu}], shortcut: {type: Conv2d, out_channels: 8, kernel_size: 1, stride: 2}}",
     [("RF103", "write [{type: conv, filters: 8, kernel: 1, stride: 2}]")]),
    ("- {type: residual, layers: [{type: relu}], shortcut: {type: conv, kernel: 1}}",
     [("RF103", "write [{type: conv, kernel: 1}]")]),
    ("- {type: residual, layers: [{type: relu}], after: [{type: relu}]}",
     [("RF101", "what comes behind is an item of its own, behind this one")]),
    ("- {type: conv, kernel: 2 * 3}", [("RF103", "write $(2 * 3)")]),
    ("- {type: conv, kernel: 3, zzz: 1, qqq: 2}", [("RF101", KEYS), ("RF101", KEYS)]),
    ("- {type: Conv2d, in_channels: 3, kernel_size: (3, 3)}", [("RF104", "write {type: conv, kernel: [3, 3]}")]),
    ("- {type: Conv2d, kernel_size: 3, activation: relu}", [("RF104", "write {type: conv, kernel: 3}, then {type: relu}")]),
    ("- {type: SE, reduction: 4}", [("RF104", "did you mean 'squeeze_excite'?"),
                                    ("RF101", "write units: NUMBER in its place, the channels divided by it")]),
    ("- {type: convv, kernal: 3}", [("RF104", "did you mean 'conv'?")]),
    ("- {type: weight_norm}", [("RF104", "leave this layer out: it changes no field and no size")]),
    ("- {type: conv, kernel: (3, 3), stride: (2, 1)}", [("RF103", "write [3, 3]"), ("RF103", "write [2, 1]")]),
    ("- {type: branches, branches: [{type: relu}, [{type: relu}]]}", [("RF103", "write [{type: relu}]")]),
    ("- {type: branches, branches: [{type: Conv2d, kernel_size: 1}]}", [("RF103", "write [{type: conv, kernel: 1}]")]),
]  # fmt: skip


@pytest.mark.parametrize(("item", "helps"), ITEMS)
def test_items(item: str, helps: list[tuple[str, str]]) -> None:
    assert told(f"  {item}\n") == helps


def test_json_is_told_in_json() -> None:
    text = {"format": 1, "layers": ["relu", {"type": "Conv2d", "kernel_size": "3x3", "bias": "no"}, {"conv": 3}]}
    with pytest.raises(rfcli.DescriptionError) as raised:
        rfcli.loads(json.dumps(text))
    assert [one.help for one in raised.value.diagnostics] == [
        'write {"type": "relu"}',
        'write {"type": "conv", "kernel": [3, 3], "bias": false}',
        'write {"type": "conv", "kernel": 3}',
    ]


def test_an_alias_is_told_once() -> None:
    found = told("  - &a {type: Conv2d, kernel: 3}\n  - *a\n")
    assert found == [("RF104", "write {type: conv, kernel: 3}")]


def test_many_of_them_take_no_time() -> None:
    """Words are looked up while there is time; the rest is told without."""
    found = told("".join("  - {type: Conv2d, kernel_size: 3}\n" for _ in range(8_000)))
    assert sum(code == "RF104" for code, _ in found) == 8_000 and found[0][1] == "write {type: conv, kernel: 3}"
